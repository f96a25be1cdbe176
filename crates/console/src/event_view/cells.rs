//! The cells of a row: the values of an event's fields, whichever are asked for.

use std::borrow::Cow;

use gatelog_event::fields::{Fields, IndexedField, Party};
use gatelog_event::json::{Document, Kind, Node};
use gatelog_event::redact::is_marker;
use gatelog_event::time::UnixMicros;
use gatelog_ledger::StoredEvent;
use gatelog_meta::DirectoryKind;
use gatelog_query::number::Number;
use gatelog_query::pql::fields::Named;
use gatelog_query::pql::{Literal, Name as FieldName, Sense};
use gatelog_query::{DataPath, Field, Measure, UnindexedField};

use super::{CELL_CHARACTERS_MAX, Name, Viewer, value_name};
use crate::change;
use crate::field_title::field_title;
use crate::filter::Facet;
use crate::moment::Moment;
use crate::seen;
use crate::text::Shown;
use crate::view::Columns;

/// The longest link of a cell. A longer value, such as a browser's, can be asked for beside its
/// event: fifty of them would be a tenth of what a page may weigh.
const LINK_BYTES_MAX: usize = 128;

/// The head of a column.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) title: String,
    pub(crate) class: &'static str,
}

/// A cell.
#[derive(Debug)]
pub(crate) struct Cell {
    /// What the style sheet knows it by, if that is any different from others.
    pub(crate) class: &'static str,
    /// The title of its column, where a narrow screen has no heads and it does not speak for
    /// itself.
    pub(crate) label: Option<String>,
    pub(crate) value: Option<CellValue>,
}

/// What is in a cell.
#[derive(Debug)]
pub(crate) enum CellValue {
    /// A value with a way to all events that have it.
    Name(Name),
    /// A time.
    Time(Moment),
    /// A value that no question can ask for, or that makes too long a one.
    Text(Shown),
}

/// An event as far as cells are made of it.
#[derive(Clone, Copy)]
pub(super) struct Source<'e> {
    pub(super) event: &'e StoredEvent,
    pub(super) fields: &'e Fields<'e>,
    pub(super) record: Option<&'e Document<'e>>,
}

fn class(named: &Named) -> &'static str {
    match named {
        Named::Field(Field::Indexed(IndexedField::ActorId)) => "user",
        Named::Field(Field::Indexed(IndexedField::ApplicationId)) => "application",
        Named::Field(Field::Indexed(IndexedField::Ip)) => "address",
        Named::Measure(Measure::Time) => "time",
        _ => "",
    }
}

impl Viewer<'_> {
    /// The heads of the columns.
    pub(crate) fn heads(self, columns: &Columns) -> Vec<Column> {
        let head = |named: &Named| Column { title: self.head(named), class: class(named) };
        columns.iter().map(head).collect()
    }

    fn head(self, named: &Named) -> String {
        let title = field_title(named, self.texts);
        match named {
            Named::Measure(Measure::Time | Measure::Received) => self.zone.beside(&title),
            _ => title.into_owned(),
        }
    }

    /// The cell of one column.
    pub(super) fn cell(self, named: &Named, source: Source<'_>) -> Cell {
        let class = class(named);
        let value = match named {
            Named::Field(field) => self.value_of_field(*field, source).map(CellValue::Name),
            Named::Measure(Measure::Time) => {
                Some(CellValue::Time(self.moment(source.event.position.time)))
            }
            Named::Measure(Measure::Received) => {
                Some(CellValue::Time(self.moment(source.event.received)))
            }
            Named::Measure(Measure::Sequence) => {
                let number = self.texts.number(source.event.position.seq);
                Some(CellValue::Text(Shown::new(&number, CELL_CHARACTERS_MAX)))
            }
            Named::Data(path) => self.value_at(path, source),
        };
        let value = value.map(|value| match value {
            CellValue::Name(name) if name.link.len() > LINK_BYTES_MAX => {
                CellValue::Text(name.shown)
            }
            other => other,
        });
        let label = (class.is_empty() && value.is_some()).then(|| self.head(named));
        Cell { class, label, value }
    }

    fn value_of_field(self, field: Field, source: Source<'_>) -> Option<Name> {
        let Source { event, fields, .. } = source;
        let asking = |value: &str| self.asking(&Named::Field(field), value, value.into());
        let plain = |value: &str| value_name(self, field, value, asking(value));
        match field {
            Field::Id => Some(plain(&event.id)),
            Field::Submitter => Some(plain(&event.submitter)),
            Field::Indexed(indexed) => match indexed {
                IndexedField::ActorId => self.person(&fields.actor),
                IndexedField::ApplicationId => self.application(fields),
                IndexedField::Ip => {
                    let ip = fields.ip.as_deref()?;
                    // Not by the query: there, an address with a slash is a network.
                    let link = || change::with(Facet::Address.parameter(), ip);
                    Some(Name::code(ip, seen::link(self.sight, ip, link)))
                }
                IndexedField::ActorIdentifier => {
                    let identifier = fields.actor.identifier.as_deref()?;
                    Some(self.typed(identifier, asking(identifier)))
                }
                _ => indexed.value(fields).map(plain),
            },
            Field::Derived(field) => {
                field.value(fields, self.derivation).map(|derived| plain(&derived))
            }
            Field::Unindexed(UnindexedField::TargetIdentifier) => {
                let identifier = fields.target.identifier.as_deref()?;
                Some(self.typed(identifier, asking(identifier)))
            }
            Field::Unindexed(unindexed) => {
                let value = self.unindexed(unindexed, fields)?;
                let shown = Shown::new(&value, CELL_CHARACTERS_MAX);
                Some(Name { shown, id: None, link: asking(&value), is_code: false })
            }
            of_kind => event.kind().value(of_kind).map(plain),
        }
    }

    /// A name is the directory's before it is the record's.
    fn unindexed<'f>(self, field: UnindexedField, fields: &'f Fields<'_>) -> Option<Cow<'f, str>> {
        let of_party = |party: &'f Party<'_>| match party.kind.as_deref() {
            Some("application") => (DirectoryKind::Application, party.id.as_deref()),
            _ => (DirectoryKind::User, party.id.as_deref()),
        };
        let (kind, id) = match field {
            UnindexedField::ActorName => of_party(&fields.actor),
            UnindexedField::TargetName => of_party(&fields.target),
            UnindexedField::ApplicationName => {
                (DirectoryKind::Application, fields.application_id.as_deref())
            }
            UnindexedField::OrganizationName => {
                (DirectoryKind::Organization, fields.organization.as_deref())
            }
            _ => return field.value(fields).map(Cow::Borrowed),
        };
        let known = id.and_then(|id| self.names.get(kind, id)).map(|entry| entry.name);
        let known = known.filter(|name| !name.is_empty()).map(Cow::Owned);
        let stated = field.value(fields).filter(|stated| !is_marker(stated));
        known.or(stated.map(Cow::Borrowed))
    }

    /// The first value at a path, and how many there are besides.
    fn value_at(self, path: &DataPath, source: Source<'_>) -> Option<CellValue> {
        let values = path.values(source.event.format, source.record?.root());
        let (first, others) = values.split_first()?;
        let shown = |text: &str| Shown::new(text, CELL_CHARACTERS_MAX);
        let Some((text, literal)) = scalar(*first) else {
            return Some(CellValue::Text(shown(first.raw())));
        };
        let more = (!others.is_empty()).then(|| shown(&format!("+{}", others.len())));
        let link = self.asking(&Named::Data(path.clone()), &text, literal);
        Some(CellValue::Name(Name { shown: shown(&text), id: more, link, is_code: false }))
    }

    /// Who it was: by name, by id, or by what was typed.
    fn person(self, party: &Party<'_>) -> Option<Name> {
        let link = |value: &str| {
            let link = || change::with(Facet::User.parameter(), value);
            seen::link(self.sight, value, link)
        };
        let Some(id) = party.id.as_deref() else {
            let identifier = party.identifier.as_deref()?;
            return Some(self.typed(identifier, link(identifier)));
        };
        let kind = match party.kind.as_deref() {
            Some("application") => DirectoryKind::Application,
            _ => DirectoryKind::User,
        };
        let stated = party.name.as_deref().or(party.identifier.as_deref());
        Some(self.name(kind, id, stated, link(id)))
    }

    /// What somebody typed to name themselves.
    fn typed(self, text: &str, link: String) -> Name {
        let texts = &self.texts.fields;
        let shown = if is_marker(text) {
            Shown { text: texts.masked.to_owned(), title: Some(texts.why_masked.to_owned()) }
        } else {
            Shown::new(text, CELL_CHARACTERS_MAX)
        };
        Name { shown, id: None, link, is_code: false }
    }

    /// By its name alone, if it has one: there are few, and their ids stand beside the list.
    fn application(self, fields: &Fields<'_>) -> Option<Name> {
        let id = fields.application_id.as_deref()?;
        let stated = fields.application_name.as_deref();
        let link = change::with(Facet::Application.parameter(), id);
        Some(Name { id: None, ..self.name(DirectoryKind::Application, id, stated, link) })
    }

    /// The way to the question with a value; none to one that is masked.
    fn asking(self, named: &Named, shown: &str, value: Literal) -> String {
        let link = || change::asking(FieldName::of(named), value, Sense::Include);
        seen::link(self.sight, shown, link)
    }

    /// How a time looks to the reader.
    pub(super) fn moment(self, time: UnixMicros) -> Moment {
        Moment::new(time, self.now, self.zone, self.texts)
    }
}

/// A value of the record as text and as a query writes it; objects have none.
fn scalar<'a>(node: Node<'_, 'a>) -> Option<(Cow<'a, str>, Literal)> {
    let raw = Cow::Borrowed(node.raw());
    match node.kind() {
        Kind::Null | Kind::Array | Kind::Object => None,
        Kind::True => Some((raw, Literal::Bool(true))),
        Kind::False => Some((raw, Literal::Bool(false))),
        Kind::Number => Some((raw, Literal::Number(Number::parse(node.raw())?))),
        Kind::PlainString | Kind::EscapedString => {
            let text = node.as_str()?;
            let literal = Literal::from(&*text);
            Some((text, literal))
        }
    }
}
