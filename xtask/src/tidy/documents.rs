//! What must be written down is written down: formats on disk, dependencies, the CI entry.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Context, Result};

use super::Finding;
use super::files::File;
use crate::metadata::Member;

const DEPENDENCIES: &str = "docs/dependencies.md";
const FORMATS: &str = "docs/formats/";
const CI_ENTRY: &str = ".ci/run";
const TEST_COMMAND: &str = "cargo xtask test";

pub(super) fn check(files: &[File], members: &[Member]) -> Vec<Finding> {
    let used: BTreeSet<&str> = members
        .iter()
        .flat_map(|member| &member.dependencies)
        .map(|dependency| dependency.name.as_str())
        .collect();
    let mut findings = magics_without_format(files);
    findings.extend(dependencies_without_reason(files, &used));
    findings
}

/// CI runs the same command as a person, so its entry must be there, be executable and call it.
pub(super) fn check_ci_entry(root: &Path) -> Result<Vec<Finding>> {
    let path = root.join(CI_ENTRY);
    let context = || format!("cannot read {CI_ENTRY}, which CI starts");
    let mode = fs::metadata(&path).with_context(context)?.permissions().mode();
    let text = fs::read_to_string(&path).with_context(context)?;
    let mut findings = Vec::new();
    if mode & 0o111 != 0o111 {
        findings.push(Finding::of(CI_ENTRY, "is not executable: chmod +x"));
    }
    if !text.lines().any(|line| line.ends_with(TEST_COMMAND)) {
        findings.push(Finding::of(CI_ENTRY, format!("does not call `{TEST_COMMAND}`")));
    }
    Ok(findings)
}

/// Every magic of a file on disk, `GL` and capitals at the start of a byte string, is part of a
/// grammar in `docs/formats`.
fn magics_without_format(files: &[File]) -> Vec<Finding> {
    let formats: Vec<&str> = files
        .iter()
        .filter(|file| file.path.starts_with(FORMATS))
        .map(|file| file.text.as_str())
        .collect();
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| file.path.starts_with("crates/ledger/src/")) {
        for (number, line) in file.lines() {
            if let Some(magic) = magic(line)
                && !formats.iter().any(|format| format.contains(magic))
            {
                let message = format!(
                    "no file in {FORMATS} mentions the magic `{magic}`: \
                     write down the grammar of what begins with it"
                );
                findings.push(Finding::in_line(&file.path, number, message));
            }
        }
    }
    findings
}

/// `GLSEG` of a line with `b"GLSEG\r\n\x1a"`.
fn magic(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("b\"")?;
    let end = rest.find(|character: char| !character.is_ascii_uppercase()).unwrap_or(rest.len());
    rest.get(..end).filter(|magic| magic.starts_with("GL") && magic.len() > 2)
}

/// Every third-party line of `[workspace.dependencies]` is used by a crate, and has a row in
/// the table of `docs/dependencies.md`: crate, why, licence.
fn dependencies_without_reason(files: &[File], used: &BTreeSet<&str>) -> Vec<Finding> {
    let text = |path| files.iter().find(|file| file.path == path).map_or("", |file| &file.text);
    let explained: BTreeSet<&str> =
        text(DEPENDENCIES).lines().filter_map(explained_crate).collect();
    let mut findings = Vec::new();
    for (number, name) in workspace_dependencies(text("Cargo.toml")) {
        if !explained.contains(name) {
            let message = format!(
                "`{name}` has no row in {DEPENDENCIES}: add `| {name} | why we need it | licence |`"
            );
            findings.push(Finding::in_line("Cargo.toml", number, message));
        }
        if !used.contains(name) {
            let message = format!("no crate uses `{name}`: remove it");
            findings.push(Finding::in_line("Cargo.toml", number, message));
        }
    }
    findings
}

/// The names, with their lines, below `[workspace.dependencies]`; not those with a path.
fn workspace_dependencies(manifest: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..)
        .zip(manifest.lines())
        .skip_while(|(_, line)| *line != "[workspace.dependencies]")
        .skip(1)
        .take_while(|(_, line)| !line.starts_with('['))
        .filter(|(_, line)| !line.starts_with('#') && !line.contains("path = "))
        .filter_map(|(number, line)| Some((number, line.split_once(" = ")?.0)))
}

/// The crate of a table row: `| name | …`, `| `name` | …` or `| [name](…) | …`.
fn explained_crate(row: &str) -> Option<&str> {
    let cell = row.strip_prefix('|')?.split('|').next()?.trim();
    let name = cell.strip_prefix('[').and_then(|cell| cell.split(']').next()).unwrap_or(cell);
    Some(name.trim_matches('`'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> File {
        File { path: path.into(), text: text.into() }
    }

    fn texts(findings: &[Finding]) -> Vec<String> {
        findings.iter().map(Finding::to_string).collect()
    }

    #[test]
    fn a_magic_without_a_format_is_found() {
        let files = [
            file("crates/ledger/src/wal.rs", "const A: [u8; 8] = *b\"GLWAL\\r\\n\";\n"),
            file("crates/ledger/src/seal.rs", "\nconst B: &[u8] = b\"GLSEG\\r\\n\";\n"),
            file("docs/formats/segment.md", "SEGMENT := \"GLSEG\"\n"),
        ];
        assert_eq!(
            texts(&magics_without_format(&files)),
            ["crates/ledger/src/wal.rs:1: no file in docs/formats/ mentions the magic `GLWAL`: \
              write down the grammar of what begins with it"]
        );
    }

    #[test]
    fn a_dependency_needs_a_row_and_a_user() {
        let manifest = "[workspace]\n[workspace.dependencies]\nours = { path = \"crates/ours\" }\n\n\
                        bytes = \"1\"\nserde = { version = \"1\" }\nzstd = \"1\"\n[profile.dev]\ndebug = 1\n";
        let table = "| crate | why | licence |\n|---|---|---|\n| `bytes` | slices | MIT |\n\
                     | [zstd](https://example.org) | blocks | MIT |\n";
        let files = [file("Cargo.toml", manifest), file(DEPENDENCIES, table)];
        assert_eq!(
            texts(&dependencies_without_reason(&files, &BTreeSet::from(["serde", "zstd"]))),
            [
                "Cargo.toml:5: no crate uses `bytes`: remove it",
                "Cargo.toml:6: `serde` has no row in docs/dependencies.md: \
                 add `| serde | why we need it | licence |`",
            ]
        );
    }
}
