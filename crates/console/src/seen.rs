//! What a reader who may not see personal data is shown instead, beside events and names, which
//! come masked from `gatelog_api::seen`: values that are counted, and questions that are kept.

use std::borrow::Cow;

use gatelog_auth::Sight;
use gatelog_event::fields::IndexedField;
use gatelog_event::personal::{is_free_of_shapes, mask, mask_id, mask_parts};
use gatelog_meta::DirectoryKind;
use gatelog_query::pql::guessing::names_somebody;
use gatelog_query::{Field, UnindexedField};

use crate::filter::{Facet, LogFilter};
use crate::visitor::Visit;

/// The last character of what is left of a value.
const MASK: char = '•';

/// A value of a field.
pub(crate) fn value(sight: Sight, field: Field, value: &str) -> Cow<'_, str> {
    if !sight.is_masked() {
        return Cow::Borrowed(value);
    }
    match field {
        Field::Indexed(IndexedField::Ip | IndexedField::ActorIdentifier)
        | Field::Unindexed(
            UnindexedField::ActorName
            | UnindexedField::TargetIdentifier
            | UnindexedField::TargetName,
        ) => mask(value),
        // Of a message, that is whom it was for.
        Field::Indexed(IndexedField::TargetId) => mask_id(value),
        _ => mask_parts(value),
    }
}

/// A text that somebody else wrote.
pub(crate) fn text(sight: Sight, text: &str) -> Cow<'_, str> {
    match sight.is_masked() {
        true => mask_parts(text),
        false => Cow::Borrowed(text),
    }
}

/// Whether a question can ask for a value as it is shown, which it cannot for what is masked.
pub(crate) fn can_be_asked(sight: Sight, shown: &str) -> bool {
    !(sight.is_masked() && shown.contains(MASK))
}

/// A link that asks for a value, or none if that is masked.
pub(crate) fn link(sight: Sight, shown: &str, link: impl FnOnce() -> String) -> String {
    match can_be_asked(sight, shown) {
        true => link(),
        false => String::new(),
    }
}

impl Visit {
    /// Whether a text that asks something may be shown: to a reader who may not see personal data
    /// only if it is about nobody.
    pub(crate) fn may_see_query(&self, text: &str) -> bool {
        !self.sight.is_masked() || !names_somebody(text)
    }

    /// The same of all that a filter asks. Ids are nobody's secret.
    pub(crate) fn may_see_question(&self, filter: &LogFilter) -> bool {
        if !self.sight.is_masked() {
            return true;
        }
        let is_known_id = |id: &str| {
            is_free_of_shapes(id) && self.tenant.names().get(DirectoryKind::User, id).is_some()
        };
        let is_harmless = |facet: Facet| match (facet, filter.get(facet)) {
            (_, None) => true,
            (Facet::Address, Some(_)) => false,
            (Facet::User | Facet::Target, Some(who)) => is_known_id(who),
            (_, Some(value)) => is_free_of_shapes(value),
        };
        self.may_see_query(&filter.text) && Facet::ALL.into_iter().all(is_harmless)
    }
}
