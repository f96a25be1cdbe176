//! One stored event with everything that is known of it: what its record says, the names the
//! directory knows for its ids, and what the catalogue says it means.

use std::borrow::Cow;

use gatelog_event::catalogue::{Meaning, meaning};
use gatelog_event::fields::{Fields, Party};
use gatelog_event::json::Document;
use gatelog_event::mapping;
use gatelog_event::source::Format;
use gatelog_event::time::UnixMicros;
use gatelog_ledger::StoredEvent;
use gatelog_meta::DirectoryKind;
use gatelog_query::{Field, UnindexedField};

use crate::seen::SeenNames;

/// A stored event as it is told.
#[derive(Debug)]
pub(crate) struct Told<'a> {
    /// What is stored.
    pub(crate) stored: &'a StoredEvent,
    /// The record, read.
    pub(crate) document: Document<'a>,
    /// What the record says; names it lacks are the directory's.
    pub(crate) fields: Fields<'a>,
    /// What the catalogue says.
    pub(crate) meaning: Meaning<'a>,
    organization_name: Option<String>,
}

impl<'a> Told<'a> {
    /// Reads a stored event.
    ///
    /// # Errors
    /// When its record is not what was once accepted.
    pub(crate) fn of(
        stored: &'a StoredEvent,
        names: Option<SeenNames<'_>>,
    ) -> Result<Self, serde_json::Error> {
        let document = Document::parse(&stored.record).map_err(unreadable)?;
        let mut fields = mapping::map(stored.format, &document).map_err(unreadable)?;
        name_party(&mut fields.actor, names);
        name_party(&mut fields.target, names);
        if fields.application_name.is_none() {
            let id = fields.application_id.as_deref();
            fields.application_name =
                known_name(names, DirectoryKind::Application, id).map(Cow::Owned);
        }
        let id = fields.organization.as_deref();
        let organization_name = known_name(names, DirectoryKind::Organization, id);
        let meaning = meaning(stored.source, &stored.event_type, stored.result);
        Ok(Self { stored, document, fields, meaning, organization_name })
    }

    /// When it happened, in its own words.
    pub(crate) fn time(&self) -> UnixMicros {
        self.fields.time.unwrap_or(self.stored.position.time)
    }

    /// The value of a field.
    pub(crate) fn value(&self, field: Field) -> Option<&str> {
        match field {
            Field::Id => Some(&self.stored.id),
            Field::Source => Some(self.stored.source.name()),
            Field::Type => Some(&self.stored.event_type),
            Field::Action => Some(self.meaning.action.name()),
            Field::Outcome => Some(self.meaning.outcome.name()),
            Field::Level => Some(self.meaning.level.name()),
            Field::Section => Some(self.meaning.section),
            Field::Tab => Some(self.meaning.tab.name()),
            Field::Counterpart(_) => self.stored.kind().value(field),
            Field::Submitter => Some(&self.stored.submitter),
            Field::Indexed(field) => field.value(&self.fields),
            // What is known of values is not part of what was told.
            Field::Derived(_) => None,
            Field::Unindexed(UnindexedField::OrganizationName) => self.organization_name.as_deref(),
            Field::Unindexed(field) => field.value(&self.fields),
        }
    }

    /// The record; of our own form its member `data`, so that what is read can be sent again.
    pub(crate) fn data(&self) -> &'a str {
        let root = self.document.root();
        let inner = match self.stored.format {
            Format::Native => root.get("data"),
            Format::Logto | Format::Authgear | Format::PlusAuth => None,
        };
        inner.unwrap_or(root).raw()
    }
}

fn unreadable(error: impl std::fmt::Display) -> serde_json::Error {
    serde::ser::Error::custom(error)
}

fn name_party(party: &mut Party<'_>, names: Option<SeenNames<'_>>) {
    let kind = match party.kind.as_deref() {
        None | Some("user" | "admin") => DirectoryKind::User,
        Some("application") => DirectoryKind::Application,
        Some("organization") => DirectoryKind::Organization,
        Some(_) => return,
    };
    if party.name.is_none() {
        party.name = known_name(names, kind, party.id.as_deref()).map(Cow::Owned);
    }
}

fn known_name(
    names: Option<SeenNames<'_>>,
    kind: DirectoryKind,
    id: Option<&str>,
) -> Option<String> {
    names?.get(kind, id?).map(|entry| entry.name).filter(|name| !name.is_empty())
}
