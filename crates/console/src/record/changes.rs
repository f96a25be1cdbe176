//! What a record says was there before and is there now.
//!
//! Authgear writes both of an identity (`old_identity`, `new_identity`) and of a project's
//! configuration (`app_config_old`, `app_config_new`). Logto and PlusAuth write only what is there
//! now. Own events may have `before` and `after`.

use std::collections::BTreeMap;

use gatelog_event::json::{Document, Kind, Node};

use super::flat::{leaves, shown, written};
use crate::text::Shown;

/// Changes listed; the record has all of them.
const CHANGES_MAX: usize = 60;

/// Characters of a path and of a value.
const PATH_CHARACTERS_MAX: usize = 120;
const VALUE_CHARACTERS_MAX: usize = 300;

/// One value that is not what it was.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) path: Shown,
    pub(crate) before: Option<Shown>,
    pub(crate) after: Option<Shown>,
}

/// What changed, by the first pair of old and new that the record has.
pub(crate) fn changes(record: &[u8]) -> Vec<Change> {
    let Ok(document) = Document::parse(record) else {
        return Vec::new();
    };
    let pair = document.nodes().find_map(pair);
    pair.map(|(old, new)| compare(old, new)).unwrap_or_default()
}

/// The members of an object that are the same thing, once as it was and once as it is.
fn pair<'d, 'a>(object: Node<'d, 'a>) -> Option<(Node<'d, 'a>, Node<'d, 'a>)> {
    if object.kind() != Kind::Object {
        return None;
    }
    object.children().find_map(|old| {
        let new = object.get(&name_of_new(&old.key()?)?)?;
        Some((old, new))
    })
}

/// What the new one is called, if this is the name of an old one.
fn name_of_new(old: &str) -> Option<String> {
    if old == "before" {
        return Some("after".to_owned());
    }
    let prefixed = old.strip_prefix("old_").map(|name| format!("new_{name}"));
    prefixed.or_else(|| old.strip_suffix("_old").map(|name| format!("{name}_new")))
}

/// The values that differ: those of the old one in its order, then those that are new.
fn compare(old: Node<'_, '_>, new: Node<'_, '_>) -> Vec<Change> {
    let (old, new) = (leaves(old), leaves(new));
    let before: BTreeMap<_, _> = old.iter().map(|leaf| (&leaf.path, leaf.node)).collect();
    let after: BTreeMap<_, _> = new.iter().map(|leaf| (&leaf.path, leaf.node)).collect();
    let added = new.iter().map(|leaf| &leaf.path).filter(|path| !before.contains_key(path));
    let paths = old.iter().map(|leaf| &leaf.path).chain(added);
    let changes = paths.filter_map(|path| {
        let (before, after) = (before.get(path).copied(), after.get(path).copied());
        let is_same = before.map(same_by) == after.map(same_by);
        let value = |node: Node<'_, '_>| shown(node, VALUE_CHARACTERS_MAX);
        (!is_same).then(|| Change {
            path: Shown::new(&written(path), PATH_CHARACTERS_MAX),
            before: before.map(value),
            after: after.map(value),
        })
    });
    changes.take(CHANGES_MAX).collect()
}

/// Text is the same however it is escaped.
fn same_by(node: Node<'_, '_>) -> (bool, String) {
    match node.as_str() {
        Some(text) => (true, text.into_owned()),
        None => (false, node.raw().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The changes of a record as `path: before -> after`.
    fn told(record: &str) -> Vec<String> {
        let value = |shown: &Option<Shown>| {
            shown.as_ref().map_or_else(|| "none".to_owned(), |shown| shown.text.clone())
        };
        let changes = changes(record.as_bytes());
        let tell = |change: &Change| {
            format!("{}: {} -> {}", change.path.text, value(&change.before), value(&change.after))
        };
        changes.iter().map(tell).collect()
    }

    #[test]
    fn only_what_differs_is_told() {
        let cases: [(&str, &[&str]); 5] = [
            (
                r#"{"p":{"old_identity":{"id":"1","claims":{"email":"a@x","gone":1}},
                    "new_identity":{"id":"\u0031","claims":{"email":"b@x","come":[true]}}}}"#,
                &[
                    "claims.email: a@x -> b@x",
                    "claims.gone: 1 -> none",
                    "claims.come.0: none -> true",
                ],
            ),
            (r#"{"c_old":{"a":1},"c_new":{"a":"1"}}"#, &["a: 1 -> 1"]),
            (r#"{"before":"x","after":"y"}"#, &[": x -> y"]),
            (r#"{"before":{"a":1},"after":{"a":1}}"#, &[]),
            (r#"{"old_identity":{"a":1},"identity":{"a":2}}"#, &[]),
        ];
        for (record, expected) in cases {
            assert_eq!(told(record), expected, "{record}");
        }
    }
}
