//! Fields that follow from another field's value, by what is known of such values when it is asked:
//! the country of an address, the browser of a user agent.
//!
//! They are never stored, so a better database or parser improves old events too. What is known
//! comes from outside, as a [`Derivation`]: this crate reads no database.

use std::fmt::Debug;
use std::sync::Arc;

use gatelog_event::fields::{Fields, IndexedField};
use gatelog_event::intake::indexed::indexed;

/// A field that follows from the value of another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DerivedField {
    /// Where the address is: two letters (ISO 3166-1), if a database of places was set up.
    Country,
    /// The browser or program that the user agent names.
    Browser,
    /// The operating system that the user agent names.
    OperatingSystem,
}

/// What is known of values besides what they say.
pub trait Derivation: Debug + Send + Sync {
    /// Whether it knows anything of a field at all.
    fn knows(&self, field: DerivedField) -> bool;

    /// The value of `field` of an event whose [`DerivedField::base`] has this value.
    fn derive(&self, field: DerivedField, value: &str) -> Option<Arc<str>>;
}

/// Nothing is known of any value.
#[derive(Clone, Copy, Debug, Default)]
pub struct NothingDerived;

impl Derivation for NothingDerived {
    fn knows(&self, _field: DerivedField) -> bool {
        false
    }

    fn derive(&self, _field: DerivedField, _value: &str) -> Option<Arc<str>> {
        None
    }
}

impl DerivedField {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Country, Self::Browser, Self::OperatingSystem];

    /// The name used in the API and in queries.
    pub fn name(self) -> &'static str {
        match self {
            Self::Country => "country",
            Self::Browser => "browser",
            Self::OperatingSystem => "operating_system",
        }
    }

    /// The field that it follows from.
    pub fn base(self) -> IndexedField {
        match self {
            Self::Country => IndexedField::Ip,
            Self::Browser | Self::OperatingSystem => IndexedField::UserAgent,
        }
    }

    /// Its value of an event with these fields: what follows from the base as far as it is indexed,
    /// so that an event shows what it is counted by.
    pub fn value(self, fields: &Fields<'_>, derivation: &dyn Derivation) -> Option<Arc<str>> {
        derivation.derive(self, indexed(self.base().value(fields)?))
    }
}
