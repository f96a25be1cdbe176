//! What was asked, without saying of whom.
//!
//! A question is rendered from a request's parameters. Words of ours (actions, outcomes, event
//! types, ...) and times stay readable, as they name nobody; every other value is replaced by the
//! keyed hash that also stands for it in records, so that "was ada looked up?" can be answered by
//! who holds the key, and nothing can be learned from reading the audit.

use gatelog_event::catalogue::{Action, Level, Tab, catalogue};
use gatelog_event::fields::Outcome;
use gatelog_event::redact::{FingerprintKey, identifier_marker};
use gatelog_event::source::Source;
use gatelog_query::Field;

/// A longer question is cut, in bytes.
const QUESTION_BYTES_MAX: usize = 512;

/// Parameters that say where in the answer a page begins, or which tenant is meant: no part of the
/// question, so that ten pages of one list are one question.
const OF_PAGES: [&str; 8] =
    ["after", "before", "cursor", "limit", "offset", "page", "page_size", "tenant"];

/// Parameters with the name of no field.
const NAMES: [&str; 25] = [
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
    "lang",
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
    let is_known = NAMES.contains(&name) || TIMES.contains(&name) || is_field(name);
    let hash = |text: &str| identifier_marker(key, text);
    let value = if says_nothing_of_anybody(name, value) { value.to_owned() } else { hash(value) };
    // A name that is not known may be anything that was put into an address.
    if is_known { format!("{name} = {value}") } else { format!("{} = {value}", hash(name)) }
}

fn is_field(name: &str) -> bool {
    Field::from_name(name).is_some()
}

fn says_nothing_of_anybody(name: &str, value: &str) -> bool {
    if TIMES.contains(&name) {
        let of_times = |byte: u8| byte.is_ascii_digit() || b"TZ:.+-".contains(&byte);
        return value.len() <= 35 && value.bytes().all(of_times);
    }
    if CHOICES.contains(&name) {
        return value.len() <= 7 && value.bytes().all(|byte| byte.is_ascii_alphanumeric());
    }
    is_word(value)
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
            (&[("from", "ada@acme.example")], format!("from = {ada}")),
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
