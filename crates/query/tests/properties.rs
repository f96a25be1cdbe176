//! What holds for every query: whatever is typed is answered, what is written down reads the same.
//!
//! This is also the fuzzer of the language: `PROPTEST_CASES=1000000 cargo test -p gatelog-query
//! --test properties` runs for minutes. A failing case prints its seed and is shrunk.

#![expect(clippy::expect_used, reason = "a test's panic is its report")]

use gatelog_event::time::UnixMicros;
use gatelog_query::number::Number;
use gatelog_query::pql::fields::{self, Named};
use gatelog_query::pql::limits::DIAGNOSTICS_MAX;
use gatelog_query::pql::{
    self, Condition, Context, Diagnostic, Expression, Literal, Located, Name, Relation, Sense,
};
use gatelog_query::{Comparison, DataPath, date_math};
use proptest::prelude::*;

const CONTEXT: Context = Context { now: UnixMicros::EPOCH };

/// Pieces of queries, right and wrong.
const PIECES: &[&str] = &[
    "actor.id",
    "outcome",
    "data.payload.x",
    "data.\"odd key\"",
    "time",
    "seq",
    "ip",
    "user",
    "=",
    "!=",
    "<",
    ">=",
    "^=",
    "==",
    "=~",
    "!",
    "&&",
    "||",
    "IN",
    "NOT",
    "AND",
    "OR",
    "ILIKE",
    "in",
    "and",
    "IS",
    "LIKE",
    "null",
    "true",
    "(",
    ")",
    "[",
    "]",
    ",",
    "\"x\"",
    "\"\\",
    "\"",
    "'",
    "'x'",
    "“x”",
    "*",
    "word",
    "ada*",
    "-word",
    "type:x",
    "1",
    "-1.5e3",
    "007",
    "\"now-7d/d\"",
    "\"2026-11-20\"",
    "\"failure\"",
    "\"203.0.113.0/24\"",
    "é",
    "\u{0}",
    "\u{202e}",
    "\n",
    " ",
    ".",
    "😀",
    "\\u00e9",
    "%",
    "||+1M",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[ -~]{0,40}",
        prop::collection::vec(prop::sample::select(PIECES), 0..20).prop_map(|it| it.join(" ")),
        prop::collection::vec(prop::sample::select(PIECES), 0..20).prop_map(|it| it.concat()),
    ]
}

fn value_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-z0-9@.%_\\\\\"']{0,12}",
        prop::sample::select(PIECES).prop_map(str::to_owned)
    ]
}

fn literal() -> impl Strategy<Value = Literal> {
    let finite = prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO;
    prop_oneof![
        4 => value_text().prop_map(Literal::Text),
        1 => any::<i64>().prop_map(|number| Literal::Number(Number::Whole(number))),
        1 => finite.prop_map(|number| Literal::Number(Number::Fraction(number))),
        1 => any::<bool>().prop_map(Literal::Bool),
        1 => Just(Literal::Null),
    ]
}

fn name() -> impl Strategy<Value = Name> {
    let known: Vec<&str> = fields::names().collect();
    let segment = prop_oneof!["[a-z_]{1,8}", ".{1,8}", Just("and".to_owned()), "[0-9]{1,2}"];
    let path = prop::collection::vec(segment, 1..5);
    prop_oneof![
        prop::sample::select(known).prop_map(|name| Name::parse(name).expect(name)),
        path.prop_map(|names| Name::of(&Named::Data(DataPath::new(names).expect("names")))),
        "[a-zA-Z]{1,9}".prop_map(|name| Name::parse(&name).expect("a name")),
    ]
}

fn relation() -> impl Strategy<Value = Relation> {
    let comparison = prop::sample::select(
        &[Comparison::Below, Comparison::AtMost, Comparison::Above, Comparison::AtLeast][..],
    );
    let located = || literal().prop_map(Located::nowhere);
    prop_oneof![
        located().prop_map(Relation::Equals),
        (comparison, located()).prop_map(|(comparison, value)| Relation::Is(comparison, value)),
        prop::collection::vec(located(), 1..4).prop_map(Relation::In),
        value_text().prop_map(|text| Relation::StartsWith(Located::nowhere(text))),
        value_text().prop_map(|text| Relation::Like(Located::nowhere(text))),
    ]
}

fn expression() -> impl Strategy<Value = Expression> {
    let leaf = prop_oneof![
        1 => Just(Expression::All),
        2 => value_text().prop_map(|text| Expression::Words(Located::nowhere(text))),
        8 => (name(), relation())
            .prop_map(|(field, relation)| Expression::Condition(Condition { field, relation })),
    ];
    leaf.prop_recursive(6, 40, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Expression::all_of),
            prop::collection::vec(inner.clone(), 0..4).prop_map(Expression::any_of),
            inner.prop_map(Expression::negated),
        ]
    })
}

fn check_diagnostics(text: &str, diagnostics: &[Diagnostic]) {
    assert!(diagnostics.len() <= DIAGNOSTICS_MAX);
    for diagnostic in diagnostics {
        assert!(text.get(diagnostic.span.clone()).is_some(), "{diagnostic:?} in {text:?}");
        assert!(!diagnostic.mistake.to_string().is_empty());
        let line = text.split('\n').nth(diagnostic.line - 1).expect("a line");
        assert!(diagnostic.column <= line.chars().count() + 1, "{diagnostic:?} in {text:?}");
    }
    let rendered = pql::diagnostic::render(text, diagnostics);
    assert_eq!(rendered.lines().count(), 3 * diagnostics.len(), "{rendered}");
}

/// Reads `text` in every way there is.
fn try_everything(text: &str) {
    let parsed = pql::parse(text);
    check_diagnostics(text, &parsed.diagnostics);
    match pql::compile(text, &CONTEXT) {
        Ok(_) => assert_eq!(parsed.diagnostics, []),
        Err(diagnostics) => {
            assert!(!diagnostics.is_empty());
            check_diagnostics(text, &diagnostics);
        }
    }
    if parsed.diagnostics.is_empty() {
        let printed = parsed.expression.to_string();
        assert_eq!(pql::parse(&printed).expression, parsed.expression, "{text:?} as {printed:?}");
    }
}

proptest! {
    #[test]
    fn any_text_is_answered(text in text()) {
        try_everything(&text);
    }

    #[test]
    fn a_changed_query_is_answered(
        expression in expression(),
        at in any::<prop::sample::Index>(),
        removed in 0_usize..4,
        piece in prop::sample::select(PIECES),
    ) {
        let mut text: Vec<char> = expression.to_string().chars().collect();
        let start = at.index(text.len() + 1);
        let end = (start + removed).min(text.len());
        text.splice(start..end, piece.chars());
        try_everything(&text.into_iter().collect::<String>());
    }

    #[test]
    fn what_is_printed_reads_the_same(expression in expression()) {
        let printed = expression.to_string();
        let parsed = pql::parse(&printed);
        prop_assert_eq!(&parsed.diagnostics, &[], "{}", printed);
        prop_assert_eq!(parsed.expression, expression, "{}", printed);
    }

    #[test]
    fn a_filter_reads_the_same(expression in expression()) {
        if let Ok(filter) = pql::compile(&expression.to_string(), &CONTEXT) {
            let printed = filter.to_string();
            let again = pql::compile(&printed, &CONTEXT).map(|filter| filter.to_string());
            prop_assert_eq!(again, Ok(printed));
        }
    }

    #[test]
    fn a_condition_goes_in_and_out(
        expression in expression(),
        field in name(),
        value in literal(),
        sense in prop::sample::select(&[Sense::Include, Sense::Exclude][..]),
    ) {
        let before = pql::without_condition(&expression.to_string(), &field, &value);
        let with = pql::with_condition(&before, &field, &value, sense);
        prop_assert_eq!(&pql::parse(&with).diagnostics, &[], "{}", with);
        prop_assert_eq!(pql::without_condition(&with, &field, &value), before);
    }

    #[test]
    fn values_can_be_hidden(expression in expression()) {
        let hidden = expression.map_values(&mut |_, _| Literal::from("hidden"));
        let again = hidden.map_values(&mut |_, value| {
            assert_eq!(*value, Literal::from("hidden"));
            value.clone()
        });
        prop_assert_eq!(again, hidden);
    }

    #[test]
    fn any_time_is_answered(text in "(now|2026-11-20|.{0,10})(\\|\\|)?([-+ /]?[0-9]{0,20}[yMwdhHmsé]?){0,5}") {
        match date_math::parse(&text, UnixMicros::EPOCH) {
            Ok(time) => prop_assert_eq!(date_math::parse(&time.to_string(), UnixMicros::EPOCH), Ok(time)),
            Err(error) => prop_assert!(text.get(error.span).is_some()),
        }
    }
}
