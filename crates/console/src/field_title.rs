//! What fields are called: in the query box, at the head of a column.

use std::borrow::Cow;

use gatelog_event::fields::IndexedField;
use gatelog_query::pql::fields::Named;
use gatelog_query::{DerivedField, Field, Measure, UnindexedField};

use crate::text::visible;
use crate::texts::Texts;

/// The name of a field for people; a path into the record stands for itself.
pub(crate) fn field_title(named: &Named, texts: &Texts) -> Cow<'static, str> {
    match named {
        Named::Field(Field::Counterpart(source)) => {
            Cow::Owned((texts.explore.counterpart)(source.name()))
        }
        Named::Field(field) => Cow::Borrowed(of_field(*field, texts)),
        Named::Measure(Measure::Time) => Cow::Borrowed(texts.fields.time),
        Named::Measure(Measure::Received) => Cow::Borrowed(texts.fields.received),
        Named::Measure(Measure::Sequence) => Cow::Borrowed(texts.fields.sequence),
        Named::Data(path) => Cow::Owned(visible(&path.to_string()).into_owned()),
    }
}

fn of_field(field: Field, texts: &Texts) -> &'static str {
    let (fields, explore) = (&texts.fields, &texts.explore);
    match field {
        Field::Id => fields.event_id,
        Field::Source => fields.source,
        Field::Type => fields.event,
        Field::Action => fields.action,
        Field::Outcome => fields.result,
        Field::Level => fields.level,
        Field::Section => fields.section,
        Field::Tab => texts.logs.tabs,
        Field::Counterpart(_) => fields.event,
        Field::Submitter => fields.submitter,
        Field::Indexed(field) => match field {
            IndexedField::ActorId => fields.user,
            IndexedField::ActorIdentifier => fields.identifier,
            IndexedField::ApplicationId => fields.application,
            IndexedField::Organization => fields.organization,
            IndexedField::Ip => fields.address,
            IndexedField::ErrorCode => fields.error,
            IndexedField::TargetId => fields.target,
            IndexedField::Session => fields.session,
            IndexedField::Interaction => fields.interaction,
            IndexedField::UserAgent => fields.user_agent,
        },
        Field::Derived(field) => match field {
            DerivedField::Country => explore.country,
            DerivedField::Browser => explore.browser,
            DerivedField::OperatingSystem => explore.operating_system,
        },
        Field::Unindexed(field) => match field {
            UnindexedField::ActorKind => explore.actor_kind,
            UnindexedField::ActorName => explore.actor_name,
            UnindexedField::TargetKind => explore.target_kind,
            UnindexedField::TargetIdentifier => fields.target_identifier,
            UnindexedField::TargetName => explore.target_name,
            UnindexedField::ApplicationName => explore.application_name,
            UnindexedField::OrganizationName => explore.organization_name,
            UnindexedField::Request => fields.request,
            UnindexedField::ErrorMessage => fields.error_message,
        },
    }
}
