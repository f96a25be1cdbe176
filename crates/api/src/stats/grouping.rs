//! What events are counted by, and what its values are called.

use gatelog_event::catalogue::catalogue;
use gatelog_event::fields::IndexedField;
use gatelog_event::source::Source;
use gatelog_ledger::ValueCount;
use gatelog_meta::DirectoryKind;
use gatelog_query::pql::Name;
use gatelog_query::pql::fields::Named;
use gatelog_query::{Field, Grouping};
use gatelog_service::Names;
use serde::Serialize;

use crate::problem::Problem;

/// A value and how often it occurs.
#[derive(Serialize)]
pub(super) struct WireValue {
    value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    count: u64,
}

/// Values as answers show them, with what people call them.
pub(super) fn wire_values(
    values: &[ValueCount],
    grouping: &Grouping,
    names: &Names,
) -> Vec<WireValue> {
    let wire = |value: &ValueCount| WireValue {
        value: value.value.clone(),
        title: title(grouping, &value.value, names),
        count: value.count,
    };
    values.iter().map(wire).collect()
}

/// Reads the name of a field or of a path into the record, as queries write it.
///
/// # Errors
/// 400 when there is no such field; `parameter` is where it stands.
pub(super) fn read(parameter: &str, name: &str) -> Result<Grouping, Problem> {
    match Name::parse(name).as_ref().and_then(Named::of) {
        Some(Named::Field(field)) => Ok(Grouping::Field(field)),
        Some(Named::Data(path)) => Ok(Grouping::Data(path)),
        Some(Named::Measure(_)) | None => {
            let fields: Vec<&str> = Field::all().map(Field::name).collect();
            let fields = fields.join(", ");
            Err(Problem::bad_request(format!(
                "`{parameter}`: events cannot be counted by `{name}`; known: {fields}, and paths \
                 into the record such as data.payload.key"
            )))
        }
    }
}

/// What people call a value: the title of an event type, the name of an id.
fn title(grouping: &Grouping, value: &str, names: &Names) -> Option<String> {
    let Grouping::Field(field) = grouping else { return None };
    let named = |kinds: &[DirectoryKind]| {
        let entries = kinds.iter().filter_map(|kind| names.get(*kind, value));
        entries.map(|entry| entry.name).find(|name| !name.is_empty())
    };
    match field {
        Field::Type => {
            let catalogues = Source::ALL.into_iter().map(catalogue);
            let known = catalogues.filter_map(|catalogue| catalogue.get(value)).next();
            known.map(|event_type| event_type.title.to_owned())
        }
        Field::Indexed(IndexedField::ActorId | IndexedField::TargetId) => {
            named(&[DirectoryKind::User, DirectoryKind::Application, DirectoryKind::Organization])
        }
        Field::Indexed(IndexedField::ApplicationId) => named(&[DirectoryKind::Application]),
        Field::Indexed(IndexedField::Organization) => named(&[DirectoryKind::Organization]),
        _ => None,
    }
}
