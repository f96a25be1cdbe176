//! Dependency arrows between the crates point downwards. The one table of the layers.

use super::Finding;
use crate::metadata::{Dependency, Kind, Member};

/// The layers, the top one first. A crate may use the crates of lower layers only.
const LAYERS: &[&[&str]] = &[
    &["gatelog"],
    &["gatelog-record"],
    &["gatelog-server"],
    &["gatelog-dialect", "gatelog-console"],
    &["gatelog-api"],
    &["gatelog-source"],
    &["gatelog-service", "gatelog-capture"],
    &["gatelog-auth"],
    &["gatelog-meta", "gatelog-ledger"],
    &["gatelog-query", "gatelog-proof"],
    &["gatelog-event", "gatelog-client"],
];

/// The generator of events stands apart: it uses no crate of ours, and any crate's tests may
/// use it; the program uses it for `gatelog demo`.
const TESTKIT: &str = "gatelog-testkit";

/// Benchmarks: they may use any crate of ours, and none of ours uses them.
const BENCHMARKS: &[&str] = &["gatelog-compare", "gatelog-instructions", "gatelog-record-latency"];

/// Crates that use none of ours and that none of ours uses.
const APART: &[&str] = &["xtask"];

pub(super) fn check(members: &[Member]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for member in members {
        let name = member.name.as_str();
        if layer(name).is_none() && ![&[TESTKIT], BENCHMARKS, APART].concat().contains(&name) {
            let message = "has no place in LAYERS (xtask/src/tidy/layers.rs)";
            findings.push(Finding::of(name, message));
        }
        for dependency in member.dependencies.iter().filter(|it| it.source.is_none()) {
            if !is_allowed(name, dependency) {
                let message = format!(
                    "must not depend on {}: arrows point down LAYERS (xtask/src/tidy/layers.rs)",
                    dependency.name
                );
                findings.push(Finding::of(name, message));
            }
        }
    }
    findings
}

fn is_allowed(from: &str, dependency: &Dependency) -> bool {
    if BENCHMARKS.contains(&from) {
        return dependency.name == TESTKIT || layer(&dependency.name).is_some();
    }
    if dependency.name == TESTKIT {
        return dependency.kind == Some(Kind::Dev) || from == "gatelog";
    }
    match (layer(from), layer(&dependency.name)) {
        (Some(from), Some(to)) => from < to,
        _ => false,
    }
}

/// The number of a crate's layer, 0 at the top.
fn layer(name: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(name: &str, dependencies: &[(&str, Option<&str>)]) -> Vec<String> {
        let dependencies: Vec<_> = dependencies
            .iter()
            .map(|(name, kind)| serde_json::json!({ "name": name, "kind": kind, "source": null }))
            .collect();
        let member = serde_json::json!({ "name": name, "dependencies": dependencies });
        check(&[serde_json::from_value(member).unwrap()]).iter().map(Finding::to_string).collect()
    }

    #[test]
    fn arrows_down_are_allowed() {
        assert_eq!(findings("gatelog", &[("gatelog-server", None), (TESTKIT, None)]), [""; 0]);
        assert_eq!(findings("gatelog-console", &[("gatelog-api", None)]), [""; 0]);
        assert_eq!(
            findings("gatelog-compare", &[("gatelog-service", None), (TESTKIT, None)]),
            [""; 0]
        );
        assert_eq!(
            findings("gatelog-ledger", &[("gatelog-query", None), (TESTKIT, Some("dev"))]),
            [""; 0]
        );
    }

    #[test]
    fn arrows_up_and_sideways_are_not_even_in_tests() {
        for (from, to, kind) in [
            ("gatelog-event", "gatelog-query", None),
            ("gatelog-api", "gatelog-console", None),
            ("gatelog-dialect", "gatelog-console", None),
            ("gatelog-ledger", "gatelog-service", Some("dev")),
            ("gatelog-server", TESTKIT, None),
            (TESTKIT, "gatelog-event", None),
            ("xtask", "gatelog-event", None),
            ("gatelog-compare", "xtask", None),
            ("gatelog", "gatelog-compare", None),
        ] {
            let found = findings(from, &[(to, kind)]);
            assert_eq!(found.len(), 1, "{from} -> {to}");
            assert!(found[0].starts_with(&format!("{from}: must not depend on {to}")));
        }
    }

    #[test]
    fn a_new_crate_must_be_given_a_layer() {
        assert_eq!(
            findings("gatelog-new", &[]),
            ["gatelog-new: has no place in LAYERS (xtask/src/tidy/layers.rs)"]
        );
    }
}
