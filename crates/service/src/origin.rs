//! Where events came from: what follows from addresses and user agents, and is in no record.
//!
//! - [`places`]: where an address is, by databases that were set up.
//! - [`user_agent`]: what a client says of itself.

use std::sync::Arc;

use gatelog_query::{Derivation, DerivedField};
use quick_cache::sync::Cache;

pub mod places;
pub mod user_agent;

use self::places::Places;
use self::user_agent::UserAgent;

/// Values of which it is remembered what follows from them, for each field. What is not remembered
/// takes about a microsecond to find out.
const REMEMBERED_VALUES_MAX: usize = 100_000;

/// Knows what follows from addresses and user agents.
#[derive(Debug)]
pub struct Origins {
    places: Arc<Places>,
    countries: Remembered,
    browsers: Remembered,
    systems: Remembered,
}

type Remembered = Cache<Box<str>, Option<Arc<str>>>;

impl Origins {
    /// With these places.
    pub fn new(places: Arc<Places>) -> Self {
        let remembered = || Cache::new(REMEMBERED_VALUES_MAX);
        let (countries, browsers, systems) = (remembered(), remembered(), remembered());
        Self { places, countries, browsers, systems }
    }

    fn find(&self, field: DerivedField, value: &str) -> Option<Arc<str>> {
        match field {
            DerivedField::Country => self.places.country_code(value).map(Arc::from),
            DerivedField::Browser => UserAgent::parse(value)?.browser.map(Arc::from),
            DerivedField::OperatingSystem => UserAgent::parse(value)?.system.map(Arc::from),
        }
    }
}

impl Default for Origins {
    fn default() -> Self {
        Self::new(Arc::default())
    }
}

impl Derivation for Origins {
    fn knows(&self, field: DerivedField) -> bool {
        field != DerivedField::Country || self.places.has_countries()
    }

    fn derive(&self, field: DerivedField, value: &str) -> Option<Arc<str>> {
        let remembered = match field {
            DerivedField::Country => &self.countries,
            DerivedField::Browser => &self.browsers,
            DerivedField::OperatingSystem => &self.systems,
        };
        if let Some(found) = remembered.get(value) {
            return found;
        }
        let found = self.find(field, value);
        remembered.insert(value.into(), found.clone());
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_from_a_value_is_the_same_when_it_is_remembered() {
        let origins = Origins::default();
        let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0";
        for (field, value, expected) in [
            (DerivedField::Browser, agent, Some("Firefox")),
            (DerivedField::OperatingSystem, agent, Some("Linux")),
            (DerivedField::Browser, "", None),
            (DerivedField::Country, "203.0.113.9", None),
        ] {
            for _ in 0..2 {
                assert_eq!(origins.derive(field, value).as_deref(), expected, "{value}");
            }
        }
    }
}
