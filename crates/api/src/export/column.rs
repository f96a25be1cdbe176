//! What can be a column of an export, and its value in an event.

use std::borrow::Cow;

use gatelog_event::json::Node;
use gatelog_event::time::UnixMicros;
use gatelog_query::pql::Name;
use gatelog_query::pql::fields::Named;
use gatelog_query::{DataPath, Derivation, Field, Measure, Order};

use crate::events::cursor;
use crate::events::told::Told;
use crate::problem::Problem;
use crate::seen::SeenNames;

/// Columns of one export.
const COLUMNS_MAX: usize = 100;

/// What a person looks for in a table.
pub(super) const CSV_DEFAULT: &str = "time,source,type,title,action,outcome,level,actor.id,\
    actor.identifier,actor.name,target.kind,target.id,target.name,application.id,\
    application.name,organization,organization.name,ip,user_agent,session,interaction,request,\
    error.code,error.message,id,seq";

/// Everything there is: a file of columns is read by machines, and columns nobody reads cost
/// little.
pub(super) const PARQUET_DEFAULT: &str = "seq,time,received,id,source,type,title,section,tab,\
    action,outcome,level,actor.kind,actor.id,actor.identifier,actor.name,target.kind,target.id,\
    target.identifier,target.name,application.id,application.name,organization,\
    organization.name,ip,user_agent,session,interaction,request,error.code,error.message,\
    submitter,data";

/// What one column says of each event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// A number every event has.
    Measure(Measure),
    /// What people call its type.
    Title,
    /// A field.
    Field(Field),
    /// The whole record, as JSON.
    Data,
    /// What is at a path into the record.
    Path(DataPath),
    /// Where an export goes on after it.
    Cursor,
}

/// The value of a column, by its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell<'t> {
    /// A position in the ledger.
    Sequence(u64),
    /// A time.
    Time(UnixMicros),
    /// Text, if there is any.
    Text(Option<Cow<'t, str>>),
}

/// What is known of all events of an export, besides what they say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known<'r> {
    /// Names of ids, if the reader may know them.
    pub(super) names: Option<SeenNames<'r>>,
    /// What follows from values.
    pub(super) derivation: &'r dyn Derivation,
    /// The order the events come in.
    pub(super) order: Order,
}

/// The columns of a list with commas.
///
/// # Errors
/// 400 for a name that cannot be a column, one that stands twice, none, or too many.
pub(super) fn columns(list: &str) -> Result<Vec<Column>, Problem> {
    let mut columns = Vec::new();
    for name in list.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let column = Column::from_name(name).ok_or_else(|| unknown(name))?;
        if columns.contains(&column) {
            return Err(Problem::bad_request(format!("`fields` has `{name}` twice")));
        }
        columns.push(column);
    }
    if (1..=COLUMNS_MAX).contains(&columns.len()) {
        Ok(columns)
    } else {
        Err(Problem::bad_request(format!("`fields` names 1 to {COLUMNS_MAX} columns")))
    }
}

fn unknown(name: &str) -> Problem {
    let fields: Vec<&str> = Field::all().map(Field::name).collect();
    Problem::bad_request(format!(
        "`fields`: `{name}` cannot be a column; known: seq, time, received, title, cursor, {}, \
         data, and paths into the record such as data.payload.key",
        fields.join(", ")
    ))
}

impl Column {
    fn from_name(name: &str) -> Option<Self> {
        match name {
            "title" => Some(Self::Title),
            "data" => Some(Self::Data),
            "cursor" => Some(Self::Cursor),
            _ => Some(match Named::of(&Name::parse(name)?)? {
                Named::Measure(measure) => Self::Measure(measure),
                Named::Field(field) => Self::Field(field),
                Named::Data(path) => Self::Path(path),
            }),
        }
    }

    /// What stands above it.
    pub(super) fn name(&self) -> Cow<'static, str> {
        match self {
            Self::Measure(measure) => Cow::Borrowed(measure.name()),
            Self::Title => Cow::Borrowed("title"),
            Self::Field(field) => Cow::Borrowed(field.name()),
            Self::Data => Cow::Borrowed("data"),
            Self::Path(path) => Cow::Owned(path.to_string()),
            Self::Cursor => Cow::Borrowed("cursor"),
        }
    }

    /// What it says of an event.
    pub(super) fn cell<'t>(&self, told: &'t Told<'_>, known: Known<'_>) -> Cell<'t> {
        let stored = told.stored;
        Cell::Text(match self {
            Self::Measure(Measure::Sequence) => return Cell::Sequence(stored.position.seq),
            Self::Measure(Measure::Time) => return Cell::Time(told.time()),
            Self::Measure(Measure::Received) => return Cell::Time(stored.received),
            Self::Title => Some(Cow::Borrowed(told.meaning.title)),
            Self::Field(Field::Derived(field)) => {
                let derived = field.value(&told.fields, known.derivation);
                derived.map(|derived| Cow::Owned(derived.to_string()))
            }
            Self::Field(field) => told.value(*field).map(Cow::Borrowed),
            Self::Data => Some(Cow::Borrowed(told.data())),
            Self::Path(path) => text_of(&path.values(stored.format, told.document.root())),
            Self::Cursor => Some(Cow::Owned(cursor::encode(known.order, stored.position))),
        })
    }
}

/// The values at a path: a text as it is, other values and several of them as JSON.
fn text_of<'a>(values: &[Node<'_, 'a>]) -> Option<Cow<'a, str>> {
    match values {
        [] => None,
        [value] => Some(value.as_str().unwrap_or(Cow::Borrowed(value.raw()))),
        several => {
            let raw: Vec<&str> = several.iter().map(|value| value.raw()).collect();
            Some(Cow::Owned(format!("[{}]", raw.join(","))))
        }
    }
}
