//! Secrets out of the record, before anything is written.
//!
//! One walk over the record finds them by the names of members, by the shapes of values, and by
//! paths that only one format has; each is replaced by a marker where it stands, and every other
//! byte stays as it came. Most records hold none, so the walk is made to be cheap when it finds
//! nothing. Not for hiding things from readers: what is redacted was never stored.
//!
//! Modules in reading order:
//!
//! - `marker`: what a secret is replaced by.
//! - `fingerprint`: the key behind the hashes in markers.
//! - `names`: members that hold secrets, by name.
//! - `ends`: how such names end.
//! - `shapes`: secrets that show by themselves, wherever they stand.
//! - `paths`: members that hold secrets in one format only.
//! - `identifier`: what was typed as a user name and may be a password.

use std::cmp::Reverse;
use std::ops::Range;

use crate::fields::Fields;
use crate::json::{Document, Kind, Node};
use crate::source::Format;

mod ends;
mod fingerprint;
mod identifier;
mod marker;
mod names;
mod paths;
mod shapes;

pub use fingerprint::FingerprintKey;
pub use identifier::{KnownIdentifiers, NothingKnown, identifier_marker};
pub use marker::is_marker;

pub(crate) use fingerprint::Purpose;
use marker::Secret;
use names::Reach;

/// Finds and replaces secrets.
#[derive(Clone, Copy)]
pub struct Redactor<'t> {
    /// Keys the hashes in markers; one per tenant, so that hashes of two tenants do not compare.
    pub key: &'t FingerprintKey,
    /// User names that have been seen to be real.
    pub known: &'t dyn KnownIdentifiers,
}

impl Redactor<'_> {
    /// The record without its secrets; `None` when there are none, the common case.
    ///
    /// `fields` are what [`crate::mapping::map`] reads from the same record.
    pub fn redact(
        &self,
        format: Format,
        record: &Document<'_>,
        fields: &Fields<'_>,
    ) -> Option<Vec<u8>> {
        let harmless = paths::harmless(format, record, fields);
        let mut walk = Walk::new(self.key, shapes::Gate::of(record.text()), harmless);
        paths::secrets(format, record, fields, |node, secret| walk.mask_string(node, secret));
        for node in identifier::unproven(record, fields, self.known) {
            walk.mask_string(node, Secret::Identifier);
        }
        for node in record.nodes() {
            walk.visit(node);
        }
        walk.splice(record.text())
    }
}

impl std::fmt::Debug for Redactor<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Redactor").finish_non_exhaustive()
    }
}

/// Where the walk stands, and what it found so far.
struct Walk<'t> {
    key: &'t FingerprintKey,
    gate: shapes::Gate<'t>,
    /// The index of a container in which names say nothing.
    harmless: Option<usize>,
    /// Nodes before this index stand in such a one, or under a member `error`.
    nameless_end: usize,
    /// What all strings before this index are, because of the name of what encloses them.
    enclosing: Option<(Secret, usize)>,
    /// Spans of the record, and the marker for each.
    found: Vec<(Range<usize>, String)>,
}

impl<'t> Walk<'t> {
    fn new(key: &'t FingerprintKey, gate: shapes::Gate<'t>, harmless: Option<usize>) -> Self {
        Self { key, gate, harmless, nameless_end: 0, enclosing: None, found: Vec::new() }
    }

    #[inline]
    fn visit(&mut self, node: Node<'_, '_>) {
        if self.enclosing.is_some_and(|(_, end)| node.index() >= end) {
            self.enclosing = None;
        }
        match node.kind() {
            Kind::Object | Kind::Array => self.enter(node),
            Kind::PlainString | Kind::EscapedString => match self.secret_by_name(node) {
                Some(secret) => self.mask_named(node, secret),
                None => self.mask_shapes(node),
            },
            Kind::Null | Kind::True | Kind::False | Kind::Number => {}
        }
    }

    /// Takes note of an array or object whose name says something of what is inside.
    fn enter(&mut self, container: Node<'_, '_>) {
        if self.enclosing.is_some() || container.index() < self.nameless_end {
            return;
        }
        if names::is_error(container) || self.harmless == Some(container.index()) {
            self.nameless_end = container.subtree_end();
            return;
        }
        let Some(rule) = names::rule_of(container) else {
            return;
        };
        match rule.reach {
            Reach::Inside if names::only_names_a_secret(container) => {}
            Reach::Inside => self.enclosing = Some((rule.secret, container.subtree_end())),
            Reach::Value if container.kind() == Kind::Array => {
                container.children().for_each(|item| self.mask_named(item, rule.secret));
            }
            Reach::Value => {}
        }
    }

    /// The kind of secret that a string is by its name or by what encloses it.
    fn secret_by_name(&self, string: Node<'_, '_>) -> Option<Secret> {
        if let Some((secret, _)) = self.enclosing {
            return Some(secret);
        }
        if string.index() < self.nameless_end {
            return None;
        }
        names::rule_of(string).map(|rule| rule.secret)
    }

    fn mask_named(&mut self, node: Node<'_, '_>, secret: Secret) {
        let is_plain = |text: &str| secret == Secret::Code && names::is_plain_code(text);
        if node.as_str().is_some_and(|text| !is_plain(&text)) {
            self.mask_string(node, secret);
        }
    }

    /// Replaces the whole of a string, unless it is empty or masked already.
    fn mask_string(&mut self, string: Node<'_, '_>, secret: Secret) {
        let Some(text) = string.as_str() else { return };
        if !is_masked(&text) {
            self.found.push((inner_span(string), secret.marker(self.key, &text)));
        }
    }

    fn mask_shapes(&mut self, string: Node<'_, '_>) {
        let span = inner_span(string);
        if self.gate.may_hold(&span) {
            self.mask_parts(string, span);
        }
    }

    /// Replaces the parts of a string that are secrets by their shape, or all of it.
    fn mask_parts(&mut self, string: Node<'_, '_>, span: Range<usize>) {
        let raw = string.written();
        if is_masked(raw) {
            return;
        }
        let names_count = string.index() >= self.nameless_end;
        let (key, gate, found) = (self.key, &mut self.gate, &mut self.found);
        let mut note = |part: Range<usize>, secret: Secret| {
            if let Some(text) = raw.get(part.clone()).filter(|text| !is_masked(text)) {
                let marker = secret.marker(key, text);
                found.push((span.start + part.start..span.start + part.end, marker));
            }
        };
        shapes::find(raw, span.start, gate, names_count, &mut note);
    }

    /// The record with every span replaced. Of spans that overlap, the first and longest counts.
    fn splice(mut self, text: &str) -> Option<Vec<u8>> {
        if self.found.is_empty() {
            return None;
        }
        self.found.sort_by_key(|(span, _)| (span.start, Reverse(span.end)));
        let mut redacted = Vec::with_capacity(text.len());
        let mut position = 0;
        for (span, marker) in &self.found {
            if let Some(before) = text.get(position..span.start) {
                redacted.extend_from_slice(before.as_bytes());
                redacted.extend_from_slice(marker.as_bytes());
                position = span.end;
            }
        }
        redacted.extend_from_slice(text.get(position..).unwrap_or_default().as_bytes());
        Some(redacted)
    }
}

/// Where a string's text stands, without its quotes.
fn inner_span(string: Node<'_, '_>) -> Range<usize> {
    let span = string.span();
    span.start + 1..span.end - 1
}

/// Nothing, only stars (as Logto masks), or a marker of ours.
fn is_masked(text: &str) -> bool {
    text.bytes().all(|byte| byte == b'*') || is_marker(text)
}

#[cfg(test)]
mod tests;
