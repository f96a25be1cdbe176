//! Which crates never touch files, sockets, clocks or the async runtime.
//!
//! The edges are impure, the core is not. Judged by what the code names, imports in braces
//! included; comments and unit tests may name anything.

use super::Finding;
use super::files::File;

/// What some of the code must not use, and who may.
struct Rule {
    /// The path whose use is an impurity.
    path: &'static str,
    applies: fn(&str) -> bool,
    instead: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        path: "std::fs",
        applies: has_no_files,
        instead: "files are for `ledger/src/files.rs`, `client/src/spool.rs`, `server` and `gatelog`",
    },
    Rule { path: "std::net::TcpStream", applies: is_pure, instead: PURE },
    Rule { path: "std::net::TcpListener", applies: is_pure, instead: PURE },
    Rule { path: "std::net::UdpSocket", applies: is_pure, instead: PURE },
    Rule { path: "std::net::ToSocketAddrs", applies: is_pure, instead: PURE },
    Rule { path: "std::time::SystemTime", applies: is_pure, instead: PURE },
    Rule { path: "std::time::Instant", applies: is_pure, instead: PURE },
    Rule { path: "std::env", applies: is_pure, instead: PURE },
    Rule { path: "std::process", applies: is_pure, instead: PURE },
    Rule { path: "tokio", applies: is_pure, instead: PURE },
];

const PURE: &str = "`event`, `query` and `proof` do no input, no output, and read no clock";

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| file.is_rust() && is_product(&file.path)) {
        let used = paths_used(&file.text);
        for rule in RULES.iter().filter(|rule| (rule.applies)(&file.path)) {
            if let Some((_, line)) = used.iter().find(|(path, _)| is_below(path, rule.path)) {
                let message = format!("uses `{}`: {}", rule.path, rule.instead);
                findings.push(Finding::in_line(&file.path, *line, message));
            }
        }
    }
    findings
}

fn is_product(path: &str) -> bool {
    path.starts_with("crates/") && path.contains("/src/") && !path.ends_with("/tests.rs")
}

fn is_pure(path: &str) -> bool {
    ["crates/event/", "crates/query/", "crates/proof/"].iter().any(|start| path.starts_with(start))
}

fn has_no_files(path: &str) -> bool {
    path != "crates/ledger/src/files.rs"
        && path != "crates/client/src/spool.rs"
        && !path.starts_with("crates/server/")
        && !path.starts_with("crates/gatelog/")
}

/// Whether `path` is `module` or something in it.
fn is_below(path: &str, module: &str) -> bool {
    path.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// Every `a::b::c` that the code names, with its line; `a::{b, c::d}` is `a::b` and `a::c::d`.
///
/// Reads up to the file's unit tests. Text in literals is read as code: no literal of ours
/// has a reason to name these paths.
fn paths_used(text: &str) -> Vec<(String, usize)> {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let mut paths = Vec::new();
    let mut prefixes: Vec<String> = Vec::new();
    let mut path = String::new();
    for (number, line) in (1..).zip(code.lines()) {
        let code = line.split("//").next().unwrap_or_default();
        for character in code.chars().chain(['\n']) {
            match character {
                'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | ':' => path.push(character),
                '{' => {
                    let outer = prefixes.last().cloned().unwrap_or_default();
                    // A block, unlike a group of imports, follows no `::` and starts afresh.
                    let is_group = path.ends_with("::");
                    let prefix = if is_group { outer + &path } else { String::new() };
                    if !is_group {
                        push_path(&mut paths, &prefixes, &path, number);
                    }
                    prefixes.push(prefix);
                    path.clear();
                }
                _ => {
                    push_path(&mut paths, &prefixes, &path, number);
                    path.clear();
                    if character == '}' {
                        prefixes.pop();
                    }
                }
            }
        }
    }
    paths
}

fn push_path(paths: &mut Vec<(String, usize)>, prefixes: &[String], path: &str, line: usize) {
    let path = path.trim_matches(':');
    if !path.is_empty() {
        let prefix = prefixes.last().map_or("", String::as_str);
        paths.push((format!("{prefix}{path}"), line));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> Vec<String> {
        let file = File { path: path.into(), text: text.into() };
        check(&[file])
            .iter()
            .map(Finding::to_string)
            .map(|finding| finding.split(": ").take(2).collect::<Vec<_>>().join(": "))
            .collect()
    }

    #[test]
    fn an_impure_import_is_found_however_it_is_written() {
        for text in [
            "use std::fs;\n",
            "use std::fs::File;\n",
            "use std::{\n    fmt, fs};\n",
            "use std::{fmt, fs::{self, File}};\n",
            "fn f() { std::fs::read(p) }\n",
            "pub(crate) fn f() -> io::Result<()> {\n    match std::fs::read(p) { _ => {} }\n}\n",
        ] {
            let found = findings("crates/query/src/a.rs", text);
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert!(found[0].ends_with("uses `std::fs`"), "{text}: {found:?}");
        }
        assert_eq!(
            findings("crates/event/src/a.rs", "//! A.\nuse tokio::sync::Mutex;\n"),
            ["crates/event/src/a.rs:2: uses `tokio`"]
        );
    }

    #[test]
    fn what_only_looks_impure_is_not_found() {
        for text in [
            "//! Never `std::fs`.\n// tokio\n",
            "use std::net::{IpAddr, Ipv6Addr};\nuse std::time::Duration;\n",
            "use std::fmt;\nstruct A { fs: u8, tokio_id: u8 }\n",
            "use std::{fmt, io};\nfn f() { fs::read() }\n",
            "fn f() {}\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n",
        ] {
            assert_eq!(findings("crates/event/src/a.rs", text), [""; 0], "{text}");
        }
    }

    #[test]
    fn each_crate_has_its_own_limits() {
        let text = "use std::fs;\nuse std::time::SystemTime;\n";
        for (path, count) in [
            ("crates/event/src/a.rs", 2),
            ("crates/ledger/src/wal.rs", 1),
            ("crates/ledger/src/files.rs", 0),
            ("crates/server/src/lib.rs", 0),
            ("crates/ledger/tests/model.rs", 0),
            ("crates/event/src/json/tests.rs", 0),
        ] {
            assert_eq!(findings(path, text).len(), count, "{path}");
        }
    }
}
