//! How an event looks: as a row of a table, and as a list of all its attributes.

use gatelog_api::seen::{SeenEvent, SeenNames};
use gatelog_auth::Sight;
use gatelog_event::catalogue::{Meaning, meaning};
use gatelog_event::fields::{Fields, Outcome};
use gatelog_event::json::Document;
use gatelog_event::mapping;
use gatelog_event::redact::is_marker;
use gatelog_event::time::UnixMicros;
use gatelog_ledger::{Sequence, StoredEvent};
use gatelog_meta::DirectoryKind;
use gatelog_query::Derivation;
use gatelog_service::origin::places::Places;

use crate::links::{Links, last_part};
use crate::text::Shown;
use crate::texts::Texts;
use crate::view::Columns;
use crate::zone::Zone;

mod attributes;
mod cells;
mod names;

pub(crate) use attributes::{Group, groups};
use cells::Source;
pub(crate) use cells::{Cell, CellValue, Column};
pub(crate) use names::{facet_name, source_of, title_of, value_name};

/// Characters of a value in a table.
const CELL_CHARACTERS_MAX: usize = 48;

/// A table of events.
#[derive(Debug)]
pub(crate) struct EventTable {
    pub(crate) caption: String,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<EventRow>,
    /// What the style sheet knows its columns by.
    pub(crate) class: &'static str,
    pub(crate) is_dense: bool,
}

/// An event as a row of a table.
#[derive(Debug)]
pub(crate) struct EventRow {
    pub(crate) sequence: Sequence,
    pub(crate) link: String,
    pub(crate) outcome: OutcomeView,
    pub(crate) title: Shown,
    pub(crate) error: Option<Shown>,
    pub(crate) cells: Vec<Cell>,
}

/// How an outcome looks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OutcomeView {
    /// Its name in addresses and style sheet.
    pub(crate) name: &'static str,
    /// Its name for people.
    pub(crate) title: &'static str,
}

/// Somebody or something, with a way to more of it.
#[derive(Debug)]
pub(crate) struct Name {
    pub(crate) shown: Shown,
    /// The id, beside a name; the country, beside an address.
    pub(crate) id: Option<Shown>,
    pub(crate) link: String,
    /// Whether the text is an id or address: shown in a fixed pitch.
    pub(crate) is_code: bool,
}

/// What is needed to show events.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Viewer<'v> {
    pub(crate) names: SeenNames<'v>,
    pub(crate) sight: Sight,
    pub(crate) links: &'v Links,
    pub(crate) places: &'v Places,
    pub(crate) derivation: &'v dyn Derivation,
    pub(crate) now: UnixMicros,
    pub(crate) zone: &'v Zone,
    pub(crate) texts: &'static Texts,
}

impl OutcomeView {
    /// How an outcome looks in a language.
    pub(crate) fn new(outcome: Outcome, texts: &Texts) -> Self {
        Self { name: outcome.name(), title: texts.outcome(outcome) }
    }
}

impl<'v> Viewer<'v> {
    /// Events as rows; a click on a value narrows the question of the page's base to it.
    pub(crate) fn rows(self, events: &[SeenEvent], columns: &Columns) -> Vec<EventRow> {
        let row = |event: &SeenEvent| {
            read_record(event, |fields, record| self.row(Source { event, fields, record }, columns))
        };
        events.iter().map(row).collect()
    }

    fn row(self, source: Source<'_>, columns: &Columns) -> EventRow {
        let Source { event, fields, .. } = source;
        let meaning = meaning_of(event);
        EventRow {
            sequence: event.position.seq,
            link: last_part(&event.id),
            outcome: OutcomeView::new(meaning.outcome, self.texts),
            title: Shown::new(meaning.title_in(self.texts.language), 80),
            error: fields.error_code.as_deref().map(|code| Shown::new(code, CELL_CHARACTERS_MAX)),
            cells: columns.iter().map(|column| self.cell(column, source)).collect(),
        }
    }

    /// An id with its name: from the directory, else as the record states it, else none.
    pub(crate) fn name(
        self,
        kind: DirectoryKind,
        id: &str,
        stated: Option<&str>,
        link: String,
    ) -> Name {
        let known = self.names.get(kind, id);
        let known = known.as_ref().map(|entry| match &*entry.name {
            "" => &*entry.identifier,
            name => name,
        });
        let stated = stated.filter(|stated| !is_marker(stated));
        match known.filter(|name| !name.is_empty()).or(stated) {
            Some(name) => Name {
                shown: Shown::new(name, CELL_CHARACTERS_MAX),
                id: Some(Shown::new(id, CELL_CHARACTERS_MAX)),
                link,
                is_code: false,
            },
            None => Name::code(id, link),
        }
    }
}

impl Name {
    /// Something without a name.
    pub(crate) fn code(text: &str, link: String) -> Self {
        Self { shown: Shown::new(text, CELL_CHARACTERS_MAX), id: None, link, is_code: true }
    }
}

/// What an event means, by its catalogue.
pub(crate) fn meaning_of(event: &StoredEvent) -> Meaning<'_> {
    meaning(event.source, &event.event_type, event.result)
}

/// Reads the common fields of an event out of its record and hands them to `look`.
pub(crate) fn read<T>(event: &SeenEvent, look: impl FnOnce(&Fields<'_>) -> T) -> T {
    read_record(event, |fields, _| look(fields))
}

/// The same of an event as it is stored: to find what belongs together, not to be shown.
pub(crate) fn read_unseen<T>(event: &StoredEvent, look: impl FnOnce(&Fields<'_>) -> T) -> T {
    read_record(event, |fields, _| look(fields))
}

/// The same with the record itself.
fn read_record<T>(
    event: &StoredEvent,
    look: impl FnOnce(&Fields<'_>, Option<&Document<'_>>) -> T,
) -> T {
    let document = Document::parse(&event.record).ok();
    let fields = document.as_ref().and_then(|document| mapping::map(event.format, document).ok());
    match fields {
        Some(fields) => look(&fields, document.as_ref()),
        // What was mapped when it arrived can be mapped again; should a mapping become stricter,
        // the event still has a type.
        None => look(&Fields::new(event.source, (&*event.event_type).into()), None),
    }
}
