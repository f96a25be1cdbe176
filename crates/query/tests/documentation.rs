//! `docs/pql.md` says what is true: its examples work, its tables are complete, its limits hold.

#![expect(clippy::expect_used, reason = "a test's panic is its report")]

use std::collections::BTreeSet;

use gatelog_event::time::UnixMicros;
use gatelog_query::pql::fields::{ALIASES, Named};
use gatelog_query::pql::limits::{CONDITIONS_MAX, LIST_VALUES_MAX, NESTING_MAX, TEXT_BYTES_MAX};
use gatelog_query::pql::{self, Context, Name};
use gatelog_query::{Field, Measure, date_math};

const PAGE: &str = include_str!("../../../docs/pql.md");

/// The text between a heading and the next one of its level.
fn section(heading: &str) -> &'static str {
    let after = PAGE.split_once(&format!("\n## {heading}\n")).expect(heading).1;
    after.split("\n## ").next().expect(heading)
}

/// The first cells of the rows of all tables, and the second.
fn rows(text: &'static str) -> Vec<(&'static str, &'static str)> {
    text.lines()
        .filter_map(|line| {
            let (first, rest) = line.strip_prefix("| `")?.split_once("` | ")?;
            Some((first, rest.strip_suffix(" |")?.trim_matches('`')))
        })
        .collect()
}

#[test]
fn examples_work() {
    let blocks: Vec<&str> = PAGE
        .split("```pql\n")
        .skip(1)
        .map(|rest| rest.split("```").next().expect("a block"))
        .collect();
    assert!(blocks.len() > 5);
    for query in blocks.iter().flat_map(|block| block.lines()) {
        let context = Context { now: UnixMicros::EPOCH };
        if let Err(diagnostics) = pql::compile(query, &context) {
            panic!("{}", pql::diagnostic::render(query, &diagnostics));
        }
    }
}

#[test]
fn every_field_is_there() {
    let (fields, _) = section("Fields").split_once("PlusAuth's names").expect("both tables");
    let documented: BTreeSet<&str> = rows(fields).into_iter().map(|(name, _)| name).collect();
    let known: BTreeSet<&str> =
        Field::all().map(Field::name).chain(Measure::ALL.map(Measure::name)).collect();
    assert_eq!(documented, known);
}

#[test]
fn every_alias_is_there() {
    let (_, aliases) = section("Fields").split_once("PlusAuth's names").expect("both tables");
    assert_eq!(rows(aliases), ALIASES);
    for (alias, meant) in ALIASES {
        let named = |name| Named::of(&Name::parse(name).expect("a name"));
        assert!(named(alias).is_some(), "{alias}");
        assert_eq!(named(alias), named(meant));
    }
}

#[test]
fn times_are_times() {
    for (time, _) in rows(section("Times")) {
        let time = time.replace('\\', "");
        date_math::parse(&time, UnixMicros::EPOCH).expect(&time);
    }
}

#[test]
fn limits_hold() {
    assert_eq!((TEXT_BYTES_MAX >> 10, NESTING_MAX), (64, 64));
    assert_eq!((CONDITIONS_MAX, LIST_VALUES_MAX), (256, 1_000));
    let said = "at most 64 KiB, 256 conditions and words, 1,000 values in a list, and 64 levels";
    assert!(section("Limits").contains(said));
}
