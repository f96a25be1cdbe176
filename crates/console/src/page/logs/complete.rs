//! `/logs/complete`: what may be written at the cursor of the query box, as the entries of a list.
//!
//! - [`values`]: which values there are, counted among what the rest of the question finds.

use askama::Template;
use axum::response::Response;
use gatelog_query::pql::fields::{ALIASES, Named, names};
use gatelog_query::pql::{Completion, Expected, Name, completion};

use crate::field_title::field_title;
use crate::filter::LogFilter;
use crate::problem::Problem;
use crate::text::{Shown, sorting_key};
use crate::texts::Texts;
use crate::visitor::{Visit, Visitor, html};

mod values;

/// Characters of an entry's text and of what it is called.
const CHARACTERS_MAX: usize = 80;

/// Fields that are asked for most often come first; the others follow in the order of `docs/pql.md`.
const FIRST: [&str; 9] = [
    "outcome",
    "type",
    "actor.id",
    "actor.name",
    "application.id",
    "ip",
    "error.code",
    "level",
    "time",
];

/// What a path into the record begins with.
const PATH: &str = "data.";

#[derive(Template)]
#[template(path = "complete.html", whitespace = "minimize")]
struct Suggestions {
    /// What a suggestion takes the place of, as a script counts characters: in UTF-16.
    from: usize,
    to: usize,
    entries: Vec<Suggestion>,
}

/// Something that can be written.
#[derive(Debug, PartialEq, Eq)]
struct Suggestion {
    /// What is put into the text.
    written: String,
    shown: Shown,
    /// What it is called or does.
    name: Option<Shown>,
    /// How many events have it.
    count: Option<String>,
}

/// `GET /logs/complete`
pub(crate) async fn show(visitor: Visitor) -> Response {
    visitor.answer(|visit| html(Suggestions::new(visit)?)).await
}

impl Suggestions {
    fn new(visit: &Visit) -> Result<Self, Problem> {
        // As it was typed: a filter has no spaces around its text.
        let text = visit.parameters.get("q").unwrap_or_default();
        let at = visit.parameters.get("at").and_then(|at| at.parse().ok());
        let cursor = byte_offset(text, at.unwrap_or(usize::MAX));
        let Completion { range, typed, expected } = completion(text, cursor);
        let wanted = Wanted::new(&typed);
        let mut entries = match expected {
            Expected::Condition { follows_another, group } => {
                conditions(&wanted, follows_another, &group, visit.texts)
            }
            Expected::Operator(operators) => written_operators(&wanted, operators, visit.texts),
            Expected::Value { field, among } => values::suggestions(
                visit,
                &LogFilter::read(&visit.parameters),
                &field,
                &among,
                &typed,
            )?,
            Expected::Nothing => Vec::new(),
        };
        let after = text.get(range.end..).unwrap_or_default();
        if after.starts_with([' ', ')', ']', ',']) {
            entries
                .iter_mut()
                .for_each(|entry| entry.written.truncate(entry.written.trim_end().len()));
        }
        let position = |byte| text.get(..byte).unwrap_or_default().encode_utf16().count();
        Ok(Self { from: position(range.start), to: position(range.end), entries })
    }
}

/// What somebody has typed of something, to be compared with what there is.
struct Wanted(String);

impl Wanted {
    fn new(typed: &str) -> Self {
        Self(sorting_key(typed))
    }

    /// Less is better: the beginning of a name, then any part of it, then of what it is called.
    fn rank(&self, name: &str, title: &str) -> Option<u8> {
        let (name, title) = (sorting_key(name), sorting_key(title));
        if name.starts_with(&self.0) {
            return Some(0);
        }
        if name.contains(&self.0) {
            return Some(1);
        }
        title.contains(&self.0).then_some(2)
    }
}

impl Suggestion {
    fn word(written: &str, meaning: &str) -> Self {
        Self {
            written: format!("{written} "),
            shown: Shown::new(written, CHARACTERS_MAX),
            name: Some(Shown::new(meaning, CHARACTERS_MAX)),
            count: None,
        }
    }
}

/// The ways to begin a condition.
fn conditions(
    wanted: &Wanted,
    follows_another: bool,
    group: &[String],
    texts: &Texts,
) -> Vec<Suggestion> {
    let explore = &texts.explore;
    let keywords = [("AND", explore.and), ("OR", explore.or), ("NOT", explore.not)];
    let keywords = keywords.into_iter().skip(if follows_another { 0 } else { 2 });
    let keywords = keywords.filter(|(word, _)| wanted.rank(word, "") == Some(0));
    let keywords: Vec<_> =
        keywords.map(|(word, meaning)| Suggestion::word(word, meaning)).collect();
    let mut fields: Vec<(u8, Suggestion)> =
        fields().filter_map(|field| named(wanted, &field, group, texts)).collect();
    fields.sort_by_key(|(rank, _)| *rank);
    let is_path = group.is_empty() && wanted.rank(PATH, "") == Some(0);
    let path = is_path
        .then(|| Suggestion { written: PATH.to_owned(), ..Suggestion::word(PATH, explore.path) });
    let fields = fields.into_iter().map(|(_, suggestion)| suggestion).chain(path);
    match follows_another {
        true => keywords.into_iter().chain(fields).collect(),
        false => fields.chain(keywords).collect(),
    }
}

/// Every field once, under its own name.
fn fields() -> impl Iterator<Item = Named> {
    let others = names().filter(|name| !FIRST.contains(name));
    let others = others.filter(|name| ALIASES.iter().all(|(alias, _)| alias != name));
    FIRST.into_iter().chain(others).filter_map(|name| Named::of(&Name::parse(name)?))
}

/// A field, if it is wanted, by its name inside of a group.
fn named(
    wanted: &Wanted,
    field: &Named,
    group: &[String],
    texts: &Texts,
) -> Option<(u8, Suggestion)> {
    let full = field.to_string();
    let name = match group.is_empty() {
        true => full.as_str(),
        false => full.strip_prefix(&group.join("."))?.strip_prefix('.')?,
    };
    let title = field_title(field, texts);
    let aliases = ALIASES.iter().filter(|(_, meant)| *meant == full);
    let mut ranks = aliases.map(|(alias, _)| wanted.rank(alias, ""));
    let rank = wanted.rank(name, &title).or_else(|| ranks.find_map(|rank| rank))?;
    Some((rank, Suggestion::word(name, &title)))
}

fn written_operators(wanted: &Wanted, operators: &[&str], texts: &Texts) -> Vec<Suggestion> {
    let fitting = operators.iter().filter(|operator| wanted.rank(operator, "") == Some(0));
    fitting.map(|operator| Suggestion::word(operator, (texts.explore.operator)(operator))).collect()
}

/// The place in bytes of the character that a script counts as number `at`.
fn byte_offset(text: &str, at: usize) -> usize {
    let mut units = 0;
    for (byte, character) in text.char_indices() {
        if units >= at {
            return byte;
        }
        units += character.len_utf16();
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_counts_otherwise() {
        let text = "é👩x";
        let offsets = [0, 1, 3, 4, 9].map(|at| byte_offset(text, at));
        assert_eq!(offsets, [0, 2, 6, 7, 7]);
    }

    #[test]
    fn every_field_is_offered_once_and_first_by_its_beginning() {
        use gatelog_event::language::Language;
        let written = |typed: &str, group: &[&str]| -> Vec<String> {
            let group: Vec<String> = group.iter().map(ToString::to_string).collect();
            let texts = Texts::of(Language::English);
            let entries = conditions(&Wanted::new(typed), false, &group, texts);
            entries.into_iter().map(|entry| entry.written.trim_end().to_owned()).collect()
        };
        let all = written("", &[]);
        let own = names().count() - ALIASES.len();
        assert_eq!(all.len(), own + 2, "with NOT and paths: {all:?}");
        assert_eq!(written("targ", &[])[0], "target.id");
        assert_eq!(written("client_addr", &[]), ["ip"]);
        assert_eq!(written("ADDRESS", &[]), ["ip"]);
        assert_eq!(written("na", &["actor"]), ["name"]);
        assert_eq!(written("data.x", &[]), [""; 0]);
    }
}
