//! What was asked, without saying of whom.
//!
//! A question is rendered from a request's parameters, PQL in its canonical form. Words of ours
//! (actions, outcomes, event types, ...) and times stay readable, as they name nobody; every other
//! value is replaced by the keyed hash that also stands for it in records, so that "was ada looked
//! up?" can be answered by who holds the key, and nothing can be learned from reading the audit.

use gatelog_event::catalogue::{Action, Level, Tab, catalogue};
use gatelog_event::fields::Outcome;
use gatelog_event::redact::{FingerprintKey, identifier_marker};
use gatelog_event::source::Source;
use gatelog_event::time::UnixMicros;
use gatelog_query::pql::fields::Named;
use gatelog_query::pql::{self, Literal, Name, Parsed};
use gatelog_query::{Field, date_math};

/// A longer question is cut, in bytes.
const QUESTION_BYTES_MAX: usize = 512;

/// Parameters that say where in the answer a page begins, or which tenant is meant: no part of the
/// question, so that ten pages of one list are one question.
const OF_PAGES: [&str; 16] = [
    "after",
    "at",
    "before",
    "column",
    "columns",
    "cursor",
    "dense",
    "export",
    "limit",
    "live",
    "more",
    "offset",
    "page",
    "page_size",
    "since",
    "tenant",
];

/// Parameters with the name of no field.
const NAMES: [&str; 27] = [
    "address",
    "application",
    "applicationId",
    "enableCap",
    "error",
    "event",
    "field",
    "interval",
    "logKey",
    "order",
    "q",
    "range",
    "result",
    "search",
    "sort",
    "target",
    "tz",
    "user",
    "userId",
    "by",
    "by_limit",
    "cursors",
    "fields",
    "format",
    "include_api",
    "lang",
    "operation",
];

/// Parameters whose values are times.
const TIMES: [&str; 4] = ["from", "to", "start_time", "end_time"];

/// Parameters whose short values are words of a fixed list.
const CHOICES: [&str; 7] = ["cursors", "format", "interval", "lang", "order", "range", "sort"];

/// Renders the parameters of a request, names and values.
pub(crate) fn question<'a>(
    key: &FingerprintKey,
    asked: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> String {
    let mut question = String::new();
    for (name, value) in asked {
        if OF_PAGES.contains(&name) || value.is_empty() {
            continue;
        }
        if question.len() >= QUESTION_BYTES_MAX {
            break;
        }
        if !question.is_empty() {
            question.push_str(" and ");
        }
        question.push_str(&condition(key, name, value));
    }
    if question.is_empty() {
        return "everything".to_owned();
    }
    question.truncate(question.floor_char_boundary(QUESTION_BYTES_MAX));
    question
}

fn condition(key: &FingerprintKey, name: &str, value: &str) -> String {
    if name == "q"
        && let Some(query) = query(key, value)
    {
        return query;
    }
    let is_known = NAMES.contains(&name) || TIMES.contains(&name) || is_field(name);
    let hash = |text: &str| identifier_marker(key, text);
    let value = if says_nothing_of_anybody(name, value) { value.to_owned() } else { hash(value) };
    // A name that is not known may be anything that was put into an address.
    if is_known { format!("{name} = {value}") } else { format!("{} = {value}", hash(name)) }
}

/// PQL with hashes for its values; `None` if the text is none.
fn query(key: &FingerprintKey, text: &str) -> Option<String> {
    let Parsed { expression, diagnostics } = pql::parse(text);
    if !diagnostics.is_empty() {
        return None;
    }
    let mut names_are_ours = true;
    let mut hashed = |field: Option<&Name>, literal: &Literal| {
        names_are_ours &= field.is_none_or(is_name_of_ours);
        match literal {
            Literal::Null | Literal::Bool(_) => literal.clone(),
            Literal::Text(text) if field.is_some_and(|name| says_nothing_in(name, text)) => {
                literal.clone()
            }
            Literal::Text(text) => Literal::Text(identifier_marker(key, text)),
            // A phone number may be written as a number.
            Literal::Number(number) => Literal::Text(identifier_marker(key, &number.to_string())),
        }
    };
    let query = expression.map_values(&mut hashed).to_string();
    names_are_ours.then_some(query)
}

/// Whether this names a field, or a path of plain words: others may be anything.
fn is_name_of_ours(name: &Name) -> bool {
    let is_plain = |segment: &String| {
        segment.len() <= 40 && segment.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_')
    };
    match Named::of(name) {
        Some(Named::Field(_) | Named::Measure(_)) => true,
        Some(Named::Data(path)) => path.names().iter().all(is_plain),
        None => false,
    }
}

fn says_nothing_in(field: &Name, text: &str) -> bool {
    match Named::of(field) {
        Some(Named::Measure(_)) => is_time(text),
        Some(Named::Field(field)) => field.is_of_kind() && is_word(text),
        Some(Named::Data(_)) | None => false,
    }
}

fn is_field(name: &str) -> bool {
    Field::from_name(name).is_some()
}

fn says_nothing_of_anybody(name: &str, value: &str) -> bool {
    if TIMES.contains(&name) {
        return is_time(value);
    }
    if CHOICES.contains(&name) {
        return value.len() <= 7 && value.bytes().all(|byte| byte.is_ascii_alphanumeric());
    }
    // `admin` is a word of ours and may be somebody's name.
    Field::from_name(name).is_none_or(Field::is_of_kind) && is_word(value)
}

/// Whether this is written as times and date math are.
fn is_time(text: &str) -> bool {
    // Milliseconds look like phone numbers.
    let is_written_out = text.starts_with("now") || text.get(4..5) == Some("-");
    is_written_out && date_math::parse(text, UnixMicros::EPOCH).is_ok()
}

/// Whether this is a word of ours or the key of an event type.
fn is_word(value: &str) -> bool {
    Outcome::from_name(value).is_some()
        || Level::from_name(value).is_some()
        || Tab::from_name(value).is_some()
        || Action::from_name(value).is_some()
        || value.parse::<Source>().is_ok()
        || Source::ALL.into_iter().any(|source| catalogue(source).get(value).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pairs: &[(&str, &str)]) -> String {
        question(&FingerprintKey::new([7; 32]), pairs.iter().copied())
    }

    #[test]
    fn words_and_times_stay_and_everything_else_is_hashed() {
        let marker = |text| identifier_marker(&FingerprintKey::new([7; 32]), text);
        let ada = marker("ada@acme.example");
        for (pairs, expected) in [
            (&[][..], "everything".to_owned()),
            (&[("cursor", "x"), ("limit", "10")], "everything".to_owned()),
            (
                &[("outcome", "failure"), ("type", "Interaction.End")],
                "outcome = failure and type = Interaction.End".to_owned(),
            ),
            (
                &[("from", "2026-11-20T14:00:00Z"), ("range", "24h")],
                "from = 2026-11-20T14:00:00Z and range = 24h".to_owned(),
            ),
            (
                &[("actor.identifier", "ada@acme.example"), ("user", "ada@acme.example")],
                format!("actor.identifier = {ada} and user = {ada}"),
            ),
            (&[("type", "ada@acme.example")], format!("type = {ada}")),
            (&[("actor.identifier", "admin")], format!("actor.identifier = {}", marker("admin"))),
            (&[("q", "user_id = \"admin\"")], format!("user_id = \"{}\"", marker("admin"))),
            (&[("from", "ada@acme.example")], format!("from = {ada}")),
            (
                &[("q", r#"user_id="ada@acme.example" OR time >= "now-7d/d" AND level="warn""#)],
                format!(r#"user_id = "{ada}" OR time >= "now-7d/d" AND level = "warn""#),
            ),
            (&[("q", r#""ada@acme.example""#)], format!(r#""{ada}""#)),
            (&[("q", "actor.identifier = (")], format!("q = {}", marker("actor.identifier = ("))),
            (
                &[("q", r#""ada@acme.example" = "x""#)],
                format!("q = {}", marker(r#""ada@acme.example" = "x""#)),
            ),
            (&[("from", "33612345678")], format!("from = {}", marker("33612345678"))),
            (&[("q", "user_id = 336")], format!(r#"user_id = "{}""#, marker("336"))),
            (&[("ada@acme.example", "failure")], format!("{ada} = failure")),
            (&[("range", "ada lovelace")], format!("range = {}", marker("ada lovelace"))),
        ] {
            assert_eq!(asked(pairs), expected);
        }
    }

    #[test]
    fn a_question_is_bounded() {
        let many: Vec<_> = (0..100).map(|_| ("outcome", "failure")).collect();
        assert_eq!(asked(&many).len(), QUESTION_BYTES_MAX);
    }
}
