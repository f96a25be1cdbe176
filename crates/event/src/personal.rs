//! Personal data out of what is shown to a reader who may not see it: addresses, numbers, what was
//! typed, and names of people.
//!
//! What is masked keeps what an investigator needs (`a•••@acme.example`, `203.0.113.•`), and ids
//! stay, so that one person's story can still be followed. Not for hiding secrets: those are
//! [redacted](crate::redact) before anything is written, while personal data is kept and masked
//! whenever it is read.
//!
//! A whole record is masked in place, so that everything that is read from it afterwards is masked
//! too: [`crate::mapping::map`] of a masked record has masked fields. It fails closed, in three
//! ways that do not depend on each other: what a mapping knows to be personal, what the name of its
//! member says is, and what looks like it.
//!
//! Modules in reading order:
//!
//! - `shapes`: what shows by itself, wherever it stands in a text.
//! - `members`: what shows by the name of a member.
//! - `recurring`: what is known of an event and stands in its record again.

use std::borrow::Cow;
use std::ops::Range;

use crate::fields::{Fields, Party};
use crate::json::{Document, Kind, Node, write_string};
use crate::mapping;
use crate::redact::is_marker;
use crate::source::Format;

mod members;
mod recurring;
mod shapes;

use members::Meaning;
use recurring::Recurring;

/// What stands for everything that is left out of a value.
const MASK: &str = "•••";

/// Masks a value that is known to be personal, whatever it looks like.
///
/// Not for what is masked already: of that, still less would be left.
///
/// ```
/// use gatelog_event::personal::mask;
/// assert_eq!(mask("ada@acme.example"), "a•••@acme.example");
/// assert_eq!(mask("203.0.113.9"), "203.0.113.•");
/// assert_eq!(mask("Ada Lovelace"), "A•••");
/// ```
pub fn mask(value: &str) -> Cow<'_, str> {
    if value.is_empty() || is_marker(value) {
        return Cow::Borrowed(value);
    }
    Cow::Owned(shapes::whole(value).unwrap_or_else(|| initial(value)))
}

/// Masks an id that is an address or a number: of a message, nothing else is known of whom it was
/// for.
pub fn mask_id(id: &str) -> Cow<'_, str> {
    match shapes::whole(id) {
        Some(masked) => Cow::Owned(masked),
        None => mask_parts(id),
    }
}

/// Masks the parts of a text that look like personal data: e-mail addresses, IP addresses, phone
/// numbers with a country's code. O(length).
pub fn mask_parts(text: &str) -> Cow<'_, str> {
    spliced(text, shapes::parts(text))
}

/// Whether nothing in a text looks like personal data.
pub fn is_free_of_shapes(text: &str) -> bool {
    shapes::parts(text).is_empty()
}

/// Whether a party's name is that of a person: of every kind that is not known to be something
/// else.
pub fn is_person(party: &Party<'_>) -> bool {
    !party.kind.as_deref().is_some_and(|kind| THINGS.contains(&kind))
}

/// Kinds of parties that are no people.
const THINGS: [&str; 21] = [
    "alert",
    "application",
    "client",
    "connector",
    "directory",
    "domain",
    "group",
    "key",
    "operation",
    "organization",
    "organization_role",
    "organization_scope",
    "resource",
    "role",
    "route",
    "scope",
    "search",
    "service",
    "system",
    "tenant",
    "trusted_device",
];

/// The record of an event without the personal data in it; every other byte stays as it came.
/// O(length) for each of the few values that are known of the event.
///
/// What is not a record of that format is replaced as a whole: nothing is known of it.
pub fn mask_record(format: Format, record: &[u8]) -> Vec<u8> {
    let unreadable = || br#""""#.to_vec();
    let Ok(document) = Document::parse(record) else { return unreadable() };
    let Ok(fields) = mapping::map(format, &document) else { return unreadable() };
    let walk = Walk::new(&fields, &document);
    let mut found = Vec::new();
    walk.visit(document.root(), Surroundings::default(), &mut found);
    match spliced(document.text(), found) {
        Cow::Borrowed(text) => text.as_bytes().to_vec(),
        Cow::Owned(text) => text.into_bytes(),
    }
}

/// What is replaced, and by what, in the order of the text.
type Replacements = Vec<(Range<usize>, String)>;

/// The text with everything replaced; what overlaps with something before it is left out.
fn spliced(text: &str, replacements: Replacements) -> Cow<'_, str> {
    if replacements.is_empty() {
        return Cow::Borrowed(text);
    }
    let (mut masked, mut end) = (String::with_capacity(text.len()), 0);
    for (range, replacement) in replacements {
        if range.start < end {
            continue;
        }
        masked.push_str(text.get(end..range.start).unwrap_or_default());
        masked.push_str(&replacement);
        end = range.end;
    }
    masked.push_str(text.get(end..).unwrap_or_default());
    Cow::Owned(masked)
}

/// The first character and nothing else; of a single one not even that.
fn initial(value: &str) -> String {
    let mut characters = value.chars();
    match (characters.next(), characters.next()) {
        (Some(first), Some(_)) => format!("{first}{MASK}"),
        _ => MASK.to_owned(),
    }
}

/// What is known of an event while its record is walked through.
struct Walk<'f> {
    fields: &'f Fields<'f>,
    recurring: Recurring,
}

/// What stands around a value.
#[derive(Clone, Copy, Default)]
struct Surroundings<'s> {
    /// The name of the closest member around it.
    name: &'s str,
    /// The name of the closest one around that.
    outer: &'s str,
    /// Whether all values here are somebody's.
    is_personal: bool,
}

impl<'f> Walk<'f> {
    fn new(fields: &'f Fields<'f>, document: &Document<'_>) -> Self {
        let parties = [&fields.actor, &fields.target];
        let names = parties.into_iter().filter(|party| is_person(party));
        let names = names.filter_map(|party| party.name.as_deref());
        let identifiers = parties.into_iter().filter_map(|party| party.identifier.as_deref());
        // Of a message nothing is known but whom it was for, so that is the target's id.
        let recipient = Some(&fields.target)
            .filter(|target| target.kind.as_deref() == Some("recipient"))
            .and_then(|target| target.id.as_deref());
        let known = names.chain(identifiers).chain(fields.ip.as_deref()).chain(recipient);
        let mut walk = Self { fields, recurring: Recurring::new(known) };
        walk.note_named(document.root(), Surroundings::default());
        walk
    }

    /// Takes note of what is personal by the name of its member, as it may stand elsewhere too.
    fn note_named(&mut self, node: Node<'_, '_>, around: Surroundings<'_>) {
        let meaning = self.meaning(node, around);
        match node.kind() {
            Kind::PlainString | Kind::EscapedString if meaning == Meaning::Personal => {
                let text = node.as_str().unwrap_or_default();
                if !self.is_id(&text) {
                    self.recurring.add(&text);
                }
            }
            Kind::Array | Kind::Object => {
                let name = node.key();
                let inside = around.inside(name.as_deref(), Meaning::Nothing);
                node.children().for_each(|child| self.note_named(child, inside));
            }
            _ => {}
        }
    }

    /// Finds everything in a value; the depth is bounded by the parser.
    fn visit(&self, node: Node<'_, '_>, around: Surroundings<'_>, found: &mut Replacements) {
        let meaning = self.meaning(node, around);
        match node.kind() {
            Kind::Array | Kind::Object => {
                let (name, meaning) = (node.key(), self.meaning_inside(node, meaning));
                let inside = around.inside(name.as_deref(), meaning);
                for child in node.children() {
                    mask_name(child, found);
                    self.visit(child, inside, found);
                }
            }
            Kind::PlainString | Kind::EscapedString => {
                let text = node.as_str().unwrap_or_default();
                if let Some(masked) = self.masked(&text, meaning) {
                    found.push((node.span(), written(&masked)));
                }
            }
            Kind::Number => {
                let is_known = self.recurring.is_known(node.raw());
                if meaning == Meaning::Personal || is_known {
                    found.push((node.span(), written(MASK)));
                }
            }
            Kind::Null | Kind::True | Kind::False => {}
        }
    }

    /// What the name of a value says of it.
    fn meaning(&self, node: Node<'_, '_>, around: Surroundings<'_>) -> Meaning {
        let name = node.key();
        // An item of an array is what the array is called.
        let (name, outer) = match name.as_deref() {
            Some(name) => (name, around.name),
            None => (around.name, around.outer),
        };
        let is_container = matches!(node.kind(), Kind::Array | Kind::Object);
        match members::meaning(name, outer, is_container) {
            Meaning::Name if self.is_name_of_thing(node) => Meaning::Nothing,
            Meaning::Name => Meaning::Personal,
            Meaning::Nothing if around.is_personal => Meaning::Personal,
            meaning => meaning,
        }
    }

    /// `{"type": "userId", "value": ...}` says itself that it is an id.
    fn meaning_inside(&self, node: Node<'_, '_>, meaning: Meaning) -> Meaning {
        let kind = node.get("type").and_then(Node::as_str);
        match kind.as_deref() {
            Some("userId") => Meaning::Nothing,
            _ => meaning,
        }
    }

    /// Whether a name is the one of the application, or of what was acted upon.
    fn is_name_of_thing(&self, node: Node<'_, '_>) -> bool {
        let Some(text) = node.as_str() else { return false };
        let of = |party: &Party<'_>| !is_person(party) && party.name.as_deref() == Some(&*text);
        let Fields { actor, target, application_name, .. } = self.fields;
        of(actor) || of(target) || application_name.as_deref() == Some(&*text)
    }

    /// The ids by which a person's story is followed. One that looks like an address is none.
    fn is_id(&self, text: &str) -> bool {
        let Fields { id, actor, target, application_id, organization, .. } = self.fields;
        let Fields { session, interaction, request, .. } = self.fields;
        let target_id = target.id.as_ref().filter(|_| target.kind.as_deref() != Some("recipient"));
        let own = [id, &actor.id, application_id, organization, session, interaction, request];
        let mut ids = own.into_iter().flatten().chain(target_id);
        ids.any(|id| id == text) && shapes::whole(text).is_none()
    }

    /// A text without what is personal in it; nothing if that is all of it.
    fn masked(&self, text: &str, meaning: Meaning) -> Option<String> {
        if text.is_empty() || is_marker(text) {
            return None;
        }
        if meaning == Meaning::Personal {
            return Some(mask(text).into_owned());
        }
        // What a record is by its structure is no person's, and says how the rest is read.
        let recurs = meaning != Meaning::Structure && !self.is_id(text);
        let is_agent = self.fields.user_agent.as_deref() == Some(text) || meaning == Meaning::Agent;
        let known = recurs.then(|| self.recurring.masked(text)).flatten();
        let text = known.as_deref().unwrap_or(text);
        let parts = match is_agent {
            true => shapes::parts_of_agent(text),
            false => shapes::parts(text),
        };
        match spliced(text, parts) {
            Cow::Owned(masked) => Some(masked),
            Cow::Borrowed(_) => known,
        }
    }
}

impl<'s> Surroundings<'s> {
    fn inside(self, name: Option<&'s str>, meaning: Meaning) -> Self {
        let is_personal = meaning == Meaning::Personal;
        match name {
            Some(name) => Self { name, outer: self.name, is_personal },
            None => Self { is_personal, ..self },
        }
    }
}

/// Members can be called by an address.
fn mask_name(member: Node<'_, '_>, found: &mut Replacements) {
    let (Some(name), Some(span)) = (member.key(), member.key_span()) else { return };
    if let Cow::Owned(masked) = mask_parts(&name) {
        found.push((span, written(&masked)));
    }
}

/// A text as JSON.
fn written(text: &str) -> String {
    let mut json = Vec::with_capacity(text.len() + 2);
    write_string(text, &mut json);
    String::from_utf8(json).unwrap_or_default()
}

#[cfg(test)]
mod tests;
