//! Third-party crates: every licence is one we may ship, and no crate is built twice.
//!
//! [`expression`] reads what a crate says of its licence.

mod expression;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::program;

/// Licences that allow what we do: ship the crate inside an Apache-2.0 program.
const ALLOWED_LICENCES: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Crates that are built in more than one version, each with the reason it cannot be helped.
const ALLOWED_DUPLICATES: &[(&str, &str)] = &[
    ("syn", "derive macros move from version 2 to 3 one by one; it runs only while building"),
    ("tower-http", "reqwest, the client of `gatelog import --url`, is still on the version before"),
    ("getrandom", "ahash, which parquet hashes with, is still on the version before"),
    ("base64", "tokio-postgres is still on the version before"),
    ("foldhash", "jaq-json is still on the version before"),
    ("num-bigint", "jaq-json is still on the version before that of parquet"),
    ("fallible-iterator", "rusqlite is a version ahead of tokio-postgres"),
];

/// A third-party crate that is built into our programs, or builds them.
#[derive(PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Crate {
    name: String,
    version: String,
    /// An SPDX expression, empty where the crate names only a file.
    licence: String,
}

/// Checks every third-party crate that a build on this platform uses; not those that only
/// tests use.
///
/// # Errors
/// When a licence is not allowed or unreadable, or a duplicate has no reason.
pub(crate) fn check(root: &Path) -> Result<()> {
    let arguments = ["tree", "--workspace", "--locked", "--edges=normal,build", "--prefix=none"];
    let format = "--format={p}|{l}|";
    let crates = third_party(&program::output(program::cargo(root, &arguments).arg(format))?)?;
    let mut findings = licence_findings(&crates);
    findings.extend(duplicate_findings(&crates));
    for finding in &findings {
        println!("{finding}");
    }
    println!("{} third-party crates checked", crates.len());
    ensure!(findings.is_empty(), "{} findings, listed above", findings.len());
    Ok(())
}

/// Reads `cargo tree`, a line `name vVERSION (marks)|licence|` for each use of a crate. Ours
/// are marked with their folder, and each begins a paragraph. The tree knows what features leave out; `cargo metadata`
/// does not.
fn third_party(tree: &str) -> Result<BTreeSet<Crate>> {
    let is_third_party = |line: &&str| !line.is_empty() && !line.contains(" (/");
    let read = |line: &str| {
        let (package, rest) = line.split_once('|')?;
        let (licence, _) = rest.split_once('|')?;
        let mut words = package.split(' ');
        let name = words.next()?.to_owned();
        let version = words.next()?.strip_prefix('v')?.to_owned();
        Some(Crate { name, version, licence: licence.to_owned() })
    };
    tree.lines()
        .filter(is_third_party)
        .map(|line| read(line).with_context(|| format!("`cargo tree` wrote the line `{line}`")))
        .collect()
}

fn licence_findings(crates: &BTreeSet<Crate>) -> Vec<String> {
    let finding = |Crate { name, version, licence }: &Crate| match expression::is_satisfied(
        licence,
        &|licence| ALLOWED_LICENCES.contains(&licence),
    ) {
        Ok(true) => None,
        Ok(false) => Some(format!("{name} {version}: the licence `{licence}` is not allowed")),
        Err(error) => Some(format!("{name} {version}: the licence `{licence}`: {error}")),
    };
    crates.iter().filter_map(finding).collect()
}

fn duplicate_findings(crates: &BTreeSet<Crate>) -> Vec<String> {
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for Crate { name, version, .. } in crates {
        versions.entry(name).or_default().insert(version);
    }
    versions.retain(|_, versions| versions.len() > 1);
    let mut findings = Vec::new();
    for (name, versions) in &versions {
        if !ALLOWED_DUPLICATES.iter().any(|(allowed, _)| allowed == name) {
            let versions = versions.iter().copied().collect::<Vec<_>>().join(" and ");
            findings.push(format!(
                "{name} is built in versions {versions}: \
                 use one, or give the reason in ALLOWED_DUPLICATES (xtask/src/licences.rs)"
            ));
        }
    }
    for (name, _) in ALLOWED_DUPLICATES {
        if !versions.contains_key(name) {
            findings.push(format!(
                "{name} is no longer built twice: remove it from ALLOWED_DUPLICATES"
            ));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str = "gatelog v0.1.0 (/home/gatelog)|Apache-2.0|\n\
        twice v1.0.0|MIT|\n\
        twice v2.0.0 (proc-macro)|MIT|\n\
        twice v1.0.0|MIT| (*)\n\
        \n\
        free v1.0.0|MIT OR GPL-3.0-only|\n\
        copyleft v2.0.0|GPL-3.0-only|\n\
        silent v3.0.0||\n\
        garbled v4.0.0|MIT OR|\n";

    #[test]
    fn a_crate_without_an_allowed_licence_is_named() {
        assert_eq!(
            licence_findings(&third_party(TREE).unwrap()),
            [
                "copyleft 2.0.0: the licence `GPL-3.0-only` is not allowed",
                "garbled 4.0.0: the licence `MIT OR`: a licence name is missing at the end",
                "silent 3.0.0: the licence ``: a licence name is missing at the end",
            ]
        );
    }

    #[test]
    fn a_second_version_needs_a_reason_and_a_reason_needs_a_second_version() {
        let findings = duplicate_findings(&third_party(TREE).unwrap());
        assert_eq!(findings.len(), 1 + ALLOWED_DUPLICATES.len());
        assert!(findings[0].starts_with("twice is built in versions 1.0.0 and 2.0.0:"));
        assert!(findings[1].starts_with("syn is no longer built twice"));
    }

    #[test]
    fn a_line_of_another_shape_is_an_error() {
        assert!(third_party("twice v1.0.0\n").is_err());
    }
}
