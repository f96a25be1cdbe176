//! Queries that are too large are refused at a place and cost neither stack nor much time.

use gatelog_event::time::UnixMicros;
use gatelog_query::pql::limits::{DIAGNOSTICS_MAX, TEXT_BYTES_MAX};
use gatelog_query::pql::{self, Context};

/// The first diagnostic of `text` as `column: message`; nothing if it is right.
fn first_diagnostic(text: &str) -> String {
    let Err(diagnostics) = pql::compile(text, &Context { now: UnixMicros::EPOCH }) else {
        return String::new();
    };
    assert!((1..=DIAGNOSTICS_MAX).contains(&diagnostics.len()));
    diagnostics.first().map(|it| format!("{}: {}", it.column, it.mistake)).unwrap_or_default()
}

fn nested(open: &str, inner: &str, close: &str, levels: usize) -> String {
    format!("{}{inner}{}", open.repeat(levels), close.repeat(levels))
}

#[test]
fn what_is_within_the_limits_is_read() {
    for text in [
        nested("(", "x", ")", 64),
        nested("NOT ", "x", "", 10_000),
        "x ".repeat(256),
        format!("type IN {}\"x\"", "\"x\",".repeat(999)),
        format!("data{} = 1", ".x".repeat(64)),
        nested("data[", "x = 1", "]", 63),
        format!("\"{}\"", "x".repeat(TEXT_BYTES_MAX - 2)),
    ] {
        assert_eq!(first_diagnostic(&text), "", "{:.80}", text);
    }
}

#[test]
fn what_is_beyond_them_is_not() {
    let nesting = "65: parentheses and groups are nested deeper than 64 levels";
    for (text, expected) in [
        (nested("(", "x", ")", 65), nesting),
        ("(".repeat(60_000), nesting),
        (
            nested("NOT (", "x", ")", 10_000),
            "325: parentheses and groups are nested deeper than 64 levels",
        ),
        (
            nested("data[", "x = 1", "]", 65),
            "325: parentheses and groups are nested deeper than 64 levels",
        ),
        ("x ".repeat(257), "513: the query has more than 256 conditions and words"),
        (
            "x = 1 ".repeat(9_000),
            "1: unknown field `x`; what is in the record is found as `data.x`",
        ),
        (
            format!("type IN {}\"x\"", "\"x\",".repeat(1_000)),
            "6: the list has 1001 values, at most 1000 are read",
        ),
        (format!("data{} = 1", ".x".repeat(65)), "1: a field's name has at most 65 parts"),
        (
            "x".repeat(TEXT_BYTES_MAX + 1),
            "1: the query is 65537 bytes long, at most 65536 are read",
        ),
        (") ".repeat(30_000), "1: nothing is open that this `)` would close"),
        ("\".".repeat(30_000), "1: there is no letter and no digit here to search for"),
    ] {
        assert_eq!(first_diagnostic(&text), expected, "{text:.80}");
    }
}
