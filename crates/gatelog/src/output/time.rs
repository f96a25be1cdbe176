//! Times in the reader's zone.

use gatelog_event::time::UnixMicros;
use jiff::tz::TimeZone;

/// Shows times.
#[derive(Clone, Debug)]
pub(crate) struct Clockface(TimeZone);

impl Clockface {
    /// In the zone of this machine, or in UTC.
    pub(crate) fn new(in_utc: bool) -> Self {
        Self(if in_utc { TimeZone::UTC } else { TimeZone::system() })
    }

    /// In a zone.
    pub(crate) fn of_zone(zone: TimeZone) -> Self {
        Self(zone)
    }

    /// The zone's name, if it has one that others know.
    pub(crate) fn zone_name(&self) -> Option<&str> {
        self.0.iana_name()
    }

    /// A time as it stands in an answer (RFC 3339), to the second: `2026-11-20 14:29:31`.
    pub(crate) fn show(&self, time: &str) -> String {
        match UnixMicros::parse_rfc3339(time) {
            Some(time) => {
                let zoned = time.timestamp().to_zoned(self.0.clone());
                zoned.strftime("%Y-%m-%d %H:%M:%S").to_string()
            }
            None => time.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_shown_in_its_zone() {
        let time = "2026-07-01T22:30:00.123456Z";
        assert_eq!(Clockface::new(true).show(time), "2026-07-01 22:30:00");
        let paris = gatelog_query::zone::time_zone("Europe/Paris").unwrap();
        assert_eq!(Clockface::of_zone(paris).show(time), "2026-07-02 00:30:00");
        assert_eq!(Clockface::new(true).show("soon"), "soon");
    }
}
