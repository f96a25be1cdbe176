//! A record as a list of paths and values, as queries name them.

use std::fmt::Write as _;

use gatelog_auth::Sight;
use gatelog_event::json::{Document, Kind, Node};
use gatelog_query::DataPath;
use gatelog_query::number::Number;
use gatelog_query::pql::Literal;
use gatelog_query::pql::fields::Named;

use crate::change::{Narrowing, narrowing};
use crate::seen::can_be_asked;
use crate::text::Shown;

/// Values listed; each has two links, and the raw view has all of them.
const VALUES_MAX: usize = 150;

/// Characters of a path and of a value.
const PATH_CHARACTERS_MAX: usize = 200;
const VALUE_CHARACTERS_MAX: usize = 1_000;

/// Values at the ends of their paths.
#[derive(Debug)]
pub(crate) struct FlatRecord {
    pub(crate) values: Vec<FlatValue>,
    /// Values that are not listed.
    pub(crate) omitted: usize,
}

/// One value.
#[derive(Debug)]
pub(crate) struct FlatValue {
    pub(crate) path: Shown,
    pub(crate) value: Shown,
    pub(crate) narrowing: Option<Narrowing>,
}

impl FlatRecord {
    /// The values of a record.
    pub(crate) fn new(record: &[u8], sight: Sight) -> Self {
        let Ok(document) = Document::parse(record) else {
            return Self { values: Vec::new(), omitted: 0 };
        };
        let mut leaves = leaves(document.root());
        let omitted = leaves.len().saturating_sub(VALUES_MAX);
        leaves.truncate(VALUES_MAX);
        Self { values: leaves.iter().map(|leaf| FlatValue::new(leaf, sight)).collect(), omitted }
    }
}

impl FlatValue {
    fn new(leaf: &Leaf<'_, '_>, sight: Sight) -> Self {
        let path = DataPath::new(leaf.path.clone());
        let named = path.map(Named::Data);
        let name = match &named {
            Some(named) => named.to_string(),
            None => written(&leaf.path),
        };
        Self {
            path: Shown::new(&name, PATH_CHARACTERS_MAX),
            value: shown(leaf.node, VALUE_CHARACTERS_MAX),
            narrowing: named
                .filter(|_| can_be_asked(sight, &leaf.node.as_str().unwrap_or_default()))
                .zip(literal(leaf.node))
                .and_then(|(name, value)| narrowing(&name, &value)),
        }
    }
}

/// A value that has no other ones in it, and the names that lead to it.
pub(super) struct Leaf<'d, 'a> {
    pub(super) path: Vec<String>,
    pub(super) node: Node<'d, 'a>,
}

/// All values at the ends of their paths, in the order of the record.
pub(super) fn leaves<'d, 'a>(root: Node<'d, 'a>) -> Vec<Leaf<'d, 'a>> {
    let mut found = Vec::new();
    collect(root, &mut Vec::new(), &mut found);
    found
}

/// The depth is bounded by the parser.
fn collect<'d, 'a>(node: Node<'d, 'a>, path: &mut Vec<String>, found: &mut Vec<Leaf<'d, 'a>>) {
    let mut is_leaf = true;
    for (position, child) in node.children().enumerate() {
        is_leaf = false;
        path.push(child.key().map_or_else(|| position.to_string(), Into::into));
        collect(child, path, found);
        path.pop();
    }
    if is_leaf {
        found.push(Leaf { path: path.clone(), node });
    }
}

/// A value for people: text without its quotes.
pub(super) fn shown(node: Node<'_, '_>, characters_max: usize) -> Shown {
    match node.as_str() {
        Some(text) => Shown::new(&text, characters_max),
        None => Shown::new(node.raw(), characters_max),
    }
}

/// A path that no query can name.
pub(super) fn written(path: &[String]) -> String {
    let mut name = String::new();
    for (position, part) in path.iter().enumerate() {
        // Writing to a string does not fail.
        let _ = write!(name, "{}{part}", if position == 0 { "" } else { "." });
    }
    name
}

fn literal(node: Node<'_, '_>) -> Option<Literal> {
    match node.kind() {
        Kind::Null => Some(Literal::Null),
        Kind::True => Some(Literal::Bool(true)),
        Kind::False => Some(Literal::Bool(false)),
        Kind::Number => Number::parse(node.raw()).map(Literal::Number),
        Kind::PlainString | Kind::EscapedString => node.as_str().map(|text| text.as_ref().into()),
        Kind::Array | Kind::Object => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_stands_behind_its_path_and_can_be_asked_for() {
        let record = br#"{"a":{"b c":[1,"x\n",{}]},"t":true,"n":null,"":2,"l":[]}"#;
        let flat = FlatRecord::new(record, Sight::Whole);
        let listed: Vec<(&str, &str, Option<&str>)> = flat
            .values
            .iter()
            .map(|value| {
                let only = value.narrowing.as_ref().map(|narrowing| &*narrowing.only);
                (&*value.path.text, &*value.value.text, only)
            })
            .collect();
        let expected = [
            (r#"data.a."b c".0"#, "1", Some("?only=data.a.%22b+c%22.0+=+1")),
            (r#"data.a."b c".1"#, "x‹U+000A›", Some("?only=data.a.%22b+c%22.1+=+%22x%5Cn%22")),
            (r#"data.a."b c".2"#, "{}", None),
            ("data.t", "true", Some("?only=data.t+=+true")),
            ("data.n", "null", Some("?only=data.n+=+null")),
            ("", "2", None),
            ("data.l", "[]", None),
        ];
        assert_eq!(listed, expected);
        assert_eq!(flat.omitted, 0);
    }

    #[test]
    fn a_record_cannot_fill_the_page() {
        let many = format!("[{}0]", "0,".repeat(10_000));
        let flat = FlatRecord::new(many.as_bytes(), Sight::Whole);
        assert_eq!((flat.values.len(), flat.omitted), (VALUES_MAX, 10_001 - VALUES_MAX));
    }
}
