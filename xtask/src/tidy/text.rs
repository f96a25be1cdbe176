//! Every Rust file opens with its purpose and is short; no file holds leftovers.

use super::Finding;
use super::files::File;

/// Longest Rust file; 400 is the aim. Tests are data laid out as code and may be longer.
const RUST_LINES_MAX: usize = 600;

/// What must not stay in the code, each spelled in two parts so that this list is not a
/// finding itself.
const LEFTOVERS: &[&str] = &[
    concat!("FIX", "ME"),
    concat!("TO", "DO"),
    concat!("XX", "X:"),
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("dbg", "!("),
];

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files {
        check_lines(file, &mut findings);
        if file.is_rust() {
            check_rust(file, &mut findings);
        }
    }
    findings
}

fn check_lines(file: &File, findings: &mut Vec<Finding>) {
    let mut find =
        |line, message: String| findings.push(Finding::in_line(&file.path, line, message));
    for (number, line) in file.lines() {
        if line.ends_with([' ', '\t']) {
            find(number, "white space at the end of the line".into());
        }
        if file.is_rust() && line.contains('\t') {
            find(number, "a tab: use spaces, or `\\t` in a literal".into());
        }
        for leftover in LEFTOVERS.iter().filter(|leftover| line.contains(**leftover)) {
            find(number, format!("`{leftover}`: finish it, or open an issue"));
        }
    }
    if !file.text.is_empty() && !file.text.ends_with('\n') {
        find(file.text.lines().count(), "no line end at the end of the file".into());
    }
}

fn check_rust(file: &File, findings: &mut Vec<Finding>) {
    let is_module_test = file.path.ends_with("/tests.rs");
    if !is_module_test && !file.text.starts_with("//! ") {
        findings.push(Finding::in_line(
            &file.path,
            1,
            "begin with `//!`: the question this file answers (only a module's `tests.rs` need not)",
        ));
    }
    let lines = file.text.lines().count();
    let is_test = is_module_test || file.path.contains("/tests/");
    if !is_test && lines > RUST_LINES_MAX {
        findings.push(Finding::of(
            &file.path,
            format!("{lines} lines: split it, {RUST_LINES_MAX} is the limit"),
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> Vec<String> {
        let file = File { path: path.into(), text: text.into() };
        check(&[file]).iter().map(Finding::to_string).collect()
    }

    #[test]
    fn a_file_in_order_has_no_findings() {
        assert_eq!(findings("crates/event/src/time.rs", "//! Times.\n\nfn f() {}\n"), [""; 0]);
        assert_eq!(findings("crates/event/src/json/tests.rs", "use super::*;\n"), [""; 0]);
        assert_eq!(findings("README.md", "# Gatelog\n\n\tindented\n"), [""; 0]);
    }

    #[test]
    fn each_broken_rule_is_reported_with_its_line() {
        let text = format!("fn f() {{ \n\t{}) }}", concat!("todo", "!("));
        assert_eq!(
            findings("src/a.rs", &text),
            [
                "src/a.rs:1: white space at the end of the line",
                "src/a.rs:2: a tab: use spaces, or `\\t` in a literal",
                concat!("src/a.rs:2: `todo", "!(`: finish it, or open an issue"),
                "src/a.rs:2: no line end at the end of the file",
                "src/a.rs:1: begin with `//!`: the question this file answers (only a module's `tests.rs` need not)",
            ]
        );
    }

    #[test]
    fn only_tests_may_be_long() {
        let text = format!("//! Long.\n{}", "\n".repeat(RUST_LINES_MAX));
        assert_eq!(
            findings("crates/event/src/time.rs", &text),
            ["crates/event/src/time.rs: 601 lines: split it, 600 is the limit"]
        );
        assert_eq!(findings("crates/event/tests/golden.rs", &text), [""; 0]);
        assert_eq!(findings("crates/event/src/json/tests.rs", &text), [""; 0]);
    }
}
