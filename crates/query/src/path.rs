//! A path into the record: `data.payload.identifier.value`.
//!
//! A path names members from the record's outermost object on. What it does not find there it
//! looks for inside the envelope a source wraps its events in (Logto's column `payload`,
//! our own `data`), so that the path is the one the source's own documentation shows. An array
//! on the way stands for each of its items; a number names one of them.

use std::fmt;

use gatelog_event::json::{Kind, Node};
use gatelog_event::source::Format;

use crate::pql::name::{Name, write_segments};

/// Names of members, outermost first; never empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DataPath(Vec<String>);

/// What every path begins with in the API and in queries.
pub(crate) const ROOT: &str = "data";

impl DataPath {
    /// The most names of a path: deeper records are not accepted.
    pub const NAMES_MAX: usize = gatelog_event::limits::JSON_DEPTH_MAX;

    /// The path of these names, without the `data` in front; `None` if there are none, one is
    /// empty, or there are more than [`DataPath::NAMES_MAX`].
    pub fn new(names: Vec<String>) -> Option<Self> {
        let fits = (1..=Self::NAMES_MAX).contains(&names.len());
        (fits && names.iter().all(|name| !name.is_empty())).then_some(Self(names))
    }

    /// Reads `data.a.b`; a name with a dot in it stands between double quotes.
    pub fn from_name(name: &str) -> Option<Self> {
        match Name::parse(name)?.segments().split_first() {
            Some((root, names)) if root == ROOT => Self::new(names.to_vec()),
            _ => None,
        }
    }

    /// The names, without the `data` in front.
    pub fn names(&self) -> &[String] {
        &self.0
    }

    /// All values at the end of the path, in the order of the record; nulls are not values.
    pub fn values<'d, 'a>(&self, format: Format, root: Node<'d, 'a>) -> Vec<Node<'d, 'a>> {
        let mut found = Vec::new();
        collect(root, &self.0, &mut found);
        if found.is_empty()
            && let Some(inner) = envelope(format).and_then(|name| root.get(name))
        {
            collect(inner, &self.0, &mut found);
        }
        found
    }
}

impl fmt::Display for DataPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_segments(std::iter::once(ROOT).chain(self.0.iter().map(String::as_str)), formatter)
    }
}

/// The member in which a format keeps the event itself.
fn envelope(format: Format) -> Option<&'static str> {
    match format {
        Format::Logto => Some("payload"),
        Format::Native | Format::Authgear => Some("data"),
        Format::PlusAuth => None,
    }
}

fn collect<'d, 'a>(node: Node<'d, 'a>, names: &[String], found: &mut Vec<Node<'d, 'a>>) {
    match (node.kind(), names.split_first()) {
        (Kind::Null, _) => {}
        (Kind::Array, Some((name, rest))) => {
            if let Ok(position) = name.parse::<usize>() {
                if let Some(item) = node.children().nth(position) {
                    collect(item, rest, found);
                }
            } else {
                node.children().for_each(|item| collect(item, names, found));
            }
        }
        (Kind::Array, None) => node.children().for_each(|item| collect(item, names, found)),
        (_, None) => found.push(node),
        (_, Some((name, rest))) => {
            if let Some(member) = node.get(name) {
                collect(member, rest, found);
            }
        }
    }
}
