use std::collections::BTreeSet;

use gatelog_event::time::UnixMicros;
use gatelog_query::date_math::TimeMistake;
use gatelog_query::pql::mistake::{FieldMistake, LimitMistake};
use gatelog_query::pql::{Context, Mistake, compile};

use super::*;

const ALL: [&Texts; 3] = [&english::TEXTS, &french::TEXTS, &turkish::TEXTS];

#[test]
fn numbers_in_groups_of_three() {
    let cases = [
        (0, ["0", "0", "0"]),
        (999, ["999", "999", "999"]),
        (1_000, ["1,000", "1\u{202f}000", "1.000"]),
        (1_234_567, ["1,234,567", "1\u{202f}234\u{202f}567", "1.234.567"]),
    ];
    for (number, expected) in cases {
        assert_eq!(ALL.map(|texts| texts.number(number)), expected);
    }
}

#[test]
fn nouns_after_numbers() {
    let cases = [
        (0, ["0 events", "0 événement", "0 olay"]),
        (1, ["1 event", "1 événement", "1 olay"]),
        (2, ["2 events", "2 événements", "2 olay"]),
        (2_000, ["2,000 events", "2\u{202f}000 événements", "2.000 olay"]),
    ];
    for (number, expected) in cases {
        assert_eq!(ALL.map(|texts| texts.counted(number, texts.nouns.event)), expected);
    }
}

/// Every phrase without a number or a name in it, in the order of the table.
fn phrases(texts: &Texts) -> Vec<String> {
    let table = format!("{texts:#?}");
    let texts = table.lines().filter(|line| line.ends_with("\",")).map(|line| {
        let (_, text) = line.split_once('"').unwrap();
        text.strip_suffix("\",").unwrap().to_owned()
    });
    texts.collect()
}

#[test]
fn every_phrase_is_translated() {
    let cases: [(&Texts, &[&str]); 2] = [
        (
            &french::TEXTS,
            &[
                "ms",
                "s",
                "min",
                "h",
                "minute",
                "minutes",
                "Action",
                "Application",
                "Applications",
                "Interaction",
                "Session",
                "Source",
                "Sources",
            ],
        ),
        (&turkish::TEXTS, &["ms", "tablet"]),
    ];
    let english = phrases(&english::TEXTS);
    assert!(english.len() > 150, "{} phrases", english.len());
    for (texts, same_words) in cases {
        let translated = phrases(texts);
        assert_eq!(translated.len(), english.len());
        let same = english.iter().zip(&translated).filter(|(one, other)| one == other);
        let letters = same.filter(|(text, _)| text.chars().any(char::is_alphabetic));
        let unexpected: Vec<_> =
            letters.filter(|(text, _)| !same_words.contains(&text.as_str())).collect();
        assert!(unexpected.is_empty(), "{:?}: {unexpected:?}", texts.language);
    }
}

#[test]
fn french_has_narrow_spaces_where_its_typography_asks_for_them() {
    let escaped = |mistake: &Mistake| {
        let said = (french::TEXTS.logs.question.mistake)(mistake);
        // What is between backticks is code.
        let words: String = said.split('`').step_by(2).collect();
        words.escape_debug().to_string()
    };
    let mistakes: Vec<String> = mistakes().iter().map(escaped).collect();
    for phrase in phrases(&french::TEXTS).into_iter().chain(mistakes) {
        for mark in [':', ';', '!', '?', '»'] {
            let narrow = phrase.matches(&format!("\\u{{202f}}{mark}")).count();
            assert_eq!(phrase.matches(mark).count(), narrow, "{phrase}");
        }
        assert!(!phrase.contains('\''), "{phrase}");
    }
}

/// Every kind of mistake in a query: those that the tests of the language have, and what is too
/// much.
fn mistakes() -> Vec<Mistake> {
    let cases = include_str!("../../../query/tests/cases/wrong.txt");
    let queries = cases.lines().filter_map(|line| line.strip_prefix("> "));
    let context = Context { now: UnixMicros::EPOCH };
    let found = queries.flat_map(|query| compile(query, &context).unwrap_err());
    let limits = [
        LimitMistake::TextBytes { bytes: 70_000 },
        LimitMistake::Nesting,
        LimitMistake::Conditions,
        LimitMistake::NameConditions,
        LimitMistake::Segments,
        LimitMistake::ListValues { count: 1_001 },
        LimitMistake::PatternBytes,
        LimitMistake::PhraseWords,
    ];
    let hidden = FieldMistake::NeedsPersonalData { field: "ip".to_owned() };
    let others = limits.into_iter().map(Mistake::from);
    let others = others.chain([TimeMistake::Count.into(), hidden.into()]);
    found.map(|diagnostic| diagnostic.mistake).chain(others).collect()
}

#[test]
fn every_mistake_in_a_query_is_told_in_every_language() {
    let kind = |mistake: &Mistake| {
        let written = format!("{mistake:?}");
        written.split(" {").next().unwrap().to_owned()
    };
    let kinds: BTreeSet<String> = mistakes().iter().map(kind).collect();
    assert_eq!(kinds.len(), 48, "{kinds:#?}");
    for mistake in mistakes() {
        let said = ALL.map(|texts| (texts.logs.question.mistake)(&mistake));
        assert_eq!(said[0], mistake.to_string());
        let distinct: BTreeSet<&String> = said.iter().collect();
        assert_eq!(distinct.len(), ALL.len(), "{said:?}");
    }
}
