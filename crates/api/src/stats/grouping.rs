//! What events are counted by, and what its values are called.

use gatelog_event::catalogue::{
    Action, Level, Tab, catalogue, outcome_title, section_title, source_title,
};
use gatelog_event::fields::{IndexedField, Outcome};
use gatelog_event::language::Language;
use gatelog_event::source::Source;
use gatelog_ledger::{Access, ValueCount};
use gatelog_meta::DirectoryKind;
use gatelog_query::pql::Name;
use gatelog_query::pql::fields::Named;
use gatelog_query::{Field, Filter, Grouping, Test};
use serde::Serialize;

use crate::parameters::Parameters;
use crate::problem::Problem;
use crate::seen::SeenNames;

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
    names: Option<SeenNames<'_>>,
    language: Language,
) -> Vec<WireValue> {
    let wire = |value: &ValueCount| WireValue {
        value: value.value.clone(),
        title: title(grouping, &value.value, names, language),
        count: value.count,
    };
    values.iter().map(wire).collect()
}

/// Reads the name of a field or of a path into the record, as queries write it.
///
/// # Errors
/// 400 when there is no such field, or when it is a name, which titles tell; `parameter` is where
/// it stands.
pub(super) fn read(parameter: &str, name: &str) -> Result<Grouping, Problem> {
    match Name::parse(name).as_ref().and_then(Named::of) {
        Some(Named::Field(field)) => match id_field(field) {
            None => Ok(Grouping::Field(field)),
            Some(id) => Err(Problem::bad_request(format!(
                "`{parameter}`: events cannot be counted by `{name}`; count them by `{}`, whose \
                 `title` is the name",
                id.name()
            ))),
        },
        Some(Named::Data(path)) => Ok(Grouping::Data(path)),
        Some(Named::Measure(_)) | None => {
            let fields = Field::all().filter(|field| id_field(*field).is_none());
            let fields: Vec<&str> = fields.map(Field::name).collect();
            let fields = fields.join(", ");
            Err(Problem::bad_request(format!(
                "`{parameter}`: events cannot be counted by `{name}`; known: {fields}, and paths \
                 into the record such as data.payload.key"
            )))
        }
    }
}

/// Whether counting by it reads records one by one: where there is no index of its values.
pub(super) fn reads_records(grouping: &Grouping) -> bool {
    match grouping {
        Grouping::Field(field) => {
            let has_any_value = Filter::Field(*field, Test::StartsWith(String::new()));
            Access::of(&has_any_value) == Access::Records
        }
        Grouping::Data(_) => true,
    }
}

/// The language of titles: `lang`, English if it is absent.
///
/// # Errors
/// 400 for a language that titles are not written in.
pub(super) fn language(parameters: &mut Parameters) -> Result<Language, Problem> {
    let Some(code) = parameters.take("lang")? else { return Ok(Language::English) };
    let codes: Vec<&str> = Language::ALL.into_iter().map(Language::code).collect();
    let unknown = || Problem::bad_request(format!("`lang` is one of {}", codes.join(", ")));
    Language::from_code(&code).ok_or_else(unknown)
}

/// The field with the ids that `field` names, if it is a name.
fn id_field(field: Field) -> Option<IndexedField> {
    match field {
        Field::Unindexed(field) => field.id_field(),
        _ => None,
    }
}

/// What people call a value: what the catalogue calls it, or the name of an id.
fn title(
    grouping: &Grouping,
    value: &str,
    names: Option<SeenNames<'_>>,
    language: Language,
) -> Option<String> {
    let Grouping::Field(field) = grouping else { return None };
    let named = |kinds: &[DirectoryKind]| {
        let entries = kinds.iter().filter_map(|kind| names?.get(*kind, value));
        entries.map(|entry| entry.name).find(|name| !name.is_empty())
    };
    let called = match field {
        Field::Type => {
            let mut catalogues = Source::ALL.into_iter().map(catalogue);
            let known = catalogues.find_map(|catalogue| catalogue.get(value));
            known.map(|event_type| event_type.title(language))
        }
        Field::Counterpart(source) => {
            catalogue(*source).get(value).map(|event_type| event_type.title(language))
        }
        Field::Action => Action::from_name(value).map(|action| action.title(language)),
        Field::Level => Level::from_name(value).map(|level| level.title(language)),
        Field::Section => Some(section_title(value, language)),
        Field::Outcome => Outcome::from_name(value).map(|outcome| outcome_title(outcome, language)),
        Field::Tab => Tab::from_name(value).map(|tab| tab.title(language)),
        Field::Source => value.parse().ok().map(|source| source_title(source, language)),
        Field::Indexed(IndexedField::ActorId | IndexedField::TargetId) => {
            return named(&[
                DirectoryKind::User,
                DirectoryKind::Application,
                DirectoryKind::Organization,
            ]);
        }
        Field::Indexed(IndexedField::ApplicationId) => return named(&[DirectoryKind::Application]),
        Field::Indexed(IndexedField::Organization) => return named(&[DirectoryKind::Organization]),
        _ => None,
    };
    called.map(str::to_owned)
}
