//! Time zones by their IANA names, from the rules that are built in: nothing is read from the
//! machine, so that a query means the same everywhere.

use std::sync::LazyLock;

use jiff::tz::{TimeZone, TimeZoneDatabase};

use crate::suggest::closest;

/// A name that no time zone has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown time zone `{name}`{}", did_you_mean(self.suggestion.as_deref()))]
pub struct UnknownTimeZone {
    /// The name.
    pub name: String,
    /// The zone that may have been meant.
    pub suggestion: Option<String>,
}

static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// The time zone with this name, such as `Europe/Paris` or `UTC`, in upper or lower case.
///
/// # Errors
/// [`UnknownTimeZone`]
pub fn time_zone(name: &str) -> Result<TimeZone, UnknownTimeZone> {
    DATABASE.get(name).map_err(|_| UnknownTimeZone {
        name: name.to_owned(),
        suggestion: likely(name, &time_zone_names()),
    })
}

/// The zone whose name is close, or whose city is: `paris` is likely `Europe/Paris`.
fn likely(name: &str, zones: &[String]) -> Option<String> {
    let city = |zone: &str| {
        let last = zone.rsplit('/').next().unwrap_or(zone);
        last.eq_ignore_ascii_case(&name.replace(' ', "_"))
    };
    let by_city = || zones.iter().find(|zone| city(zone)).map(String::as_str);
    closest(name, zones.iter().map(String::as_str)).or_else(by_city).map(str::to_owned)
}

/// The time zone with this name, if there is one: for names that nobody is told about.
pub fn known_time_zone(name: &str) -> Option<TimeZone> {
    DATABASE.get(name).ok()
}

/// The names of all time zones, in order.
pub fn time_zone_names() -> Vec<String> {
    let mut names: Vec<String> = DATABASE.available().map(|zone| zone.to_string()).collect();
    names.sort_unstable();
    names
}

fn did_you_mean(suggestion: Option<&str>) -> String {
    suggestion.map(|zone| format!(", did you mean `{zone}`?")).unwrap_or_default()
}
