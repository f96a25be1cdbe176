//! In which time zone a reader is shown times: UTC, unless they chose another.
//!
//! Only for what people see and type: addresses, exports and programs have UTC.

use axum::http::{HeaderMap, HeaderValue};
use gatelog_event::time::UnixMicros;
use gatelog_query::zone::{known_time_zone, time_zone_names};
use jiff::Zoned;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::session::{PREFERENCE_SECONDS_MAX, cookie, set_cookie};

const ZONE_COOKIE: &str = "gatelog-zone";

/// The zone of those who chose none.
pub(crate) const UTC: &str = "UTC";

/// The regions whose zones are offered. What else the database has are older names of these zones,
/// or fixed offsets; they are taken where a browser names them.
const REGIONS: [&str; 10] = [
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
];

/// A time zone that has a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Zone(TimeZone);

/// Zones that stand together in a list.
#[derive(Debug)]
pub(crate) struct Region {
    pub(crate) name: &'static str,
    pub(crate) zones: Vec<String>,
}

impl Default for Zone {
    fn default() -> Self {
        Self(TimeZone::UTC)
    }
}

impl Zone {
    /// The zone with this IANA name, if there is one.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        known_time_zone(name).map(Self)
    }

    /// The zone a browser asks for.
    pub(crate) fn of_request(headers: &HeaderMap) -> Self {
        cookie(headers, ZONE_COOKIE).and_then(Self::from_name).unwrap_or_default()
    }

    /// The header that makes a browser ask for it from now on.
    pub(crate) fn to_cookie(&self) -> Option<HeaderValue> {
        let name = self.name();
        set_cookie(&format!("{ZONE_COOKIE}={name}; Max-Age={PREFERENCE_SECONDS_MAX}"), false)
    }

    /// Its IANA name.
    pub(crate) fn name(&self) -> &str {
        self.0.iana_name().unwrap_or(UTC)
    }

    /// What its clocks show when.
    pub(crate) fn rules(&self) -> &TimeZone {
        &self.0
    }

    /// A title of times in this zone: `Time (UTC)`.
    pub(crate) fn beside(&self, title: &str) -> String {
        format!("{title} ({})", self.name())
    }

    /// A time with this zone's date and time of day.
    pub(crate) fn zoned(&self, time: UnixMicros) -> Zoned {
        time.timestamp().to_zoned(self.0.clone())
    }

    /// What clocks show at a time.
    pub(crate) fn civil(&self, time: UnixMicros) -> DateTime {
        self.zoned(time).datetime()
    }

    /// What tells the time apart from the same one on other clocks, and from the one that these
    /// clocks show again when they are set back: `UTC` or `+03:00`.
    pub(crate) fn mark(&self, time: UnixMicros) -> String {
        match self.name() {
            UTC => UTC.to_owned(),
            _ => self.zoned(time).strftime("%:z").to_string(),
        }
    }

    /// RFC 3339 with the offset of this zone.
    pub(crate) fn with_offset(&self, time: UnixMicros) -> String {
        let zoned = self.zoned(time);
        zoned.timestamp().display_with_offset(zoned.offset()).to_string()
    }
}

/// The zones that are offered, by region.
pub(crate) fn regions() -> Vec<Region> {
    let names = time_zone_names();
    let region = |name: &'static str| {
        let is_there = |zone: &&String| zone.split('/').next() == Some(name);
        Region { name, zones: names.iter().filter(is_there).cloned().collect() }
    };
    REGIONS.map(region).into()
}

#[cfg(test)]
mod tests {
    use axum::http::header::COOKIE;

    use super::*;

    #[test]
    fn a_cookie_names_a_zone_or_means_utc() {
        let cases = [
            ("gatelog-zone=Europe/Istanbul", "Europe/Istanbul"),
            ("a=b; gatelog-zone=europe/istanbul", "Europe/Istanbul"),
            ("gatelog-zone=Etc/GMT+3", "Etc/GMT+3"),
            ("gatelog-zone=UTC", "UTC"),
            ("gatelog-zone=Europe/Atlantis", "UTC"),
            ("gatelog-zone=../../etc/passwd", "UTC"),
            ("gatelog-zone=+03:00", "UTC"),
            ("gatelog-zone=", "UTC"),
            ("gatelog-theme=dark", "UTC"),
        ];
        for (cookies, expected) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, HeaderValue::from_static(cookies));
            assert_eq!(Zone::of_request(&headers).name(), expected, "{cookies}");
        }
    }

    #[test]
    fn every_zone_that_is_offered_can_be_chosen() {
        let mut count = 0;
        for zone in regions().iter().flat_map(|region| &region.zones) {
            let chosen = Zone::from_name(zone).unwrap();
            assert_eq!(chosen.name(), zone);
            let cookie = chosen.to_cookie().unwrap();
            assert!(cookie.to_str().unwrap().starts_with(&format!("gatelog-zone={zone}; Max-Age")));
            count += 1;
        }
        assert!(count > 400, "{count} zones");
    }
}
