//! Microseconds since the epoch, and the text forms a source may use.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// A point in time, in microseconds since 1970-01-01T00:00:00Z.
///
/// Always within the years 1 to 9999 in every time zone, so that it can be written as RFC 3339 (`Display` does).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixMicros(i64);

/// 0001-01-01T00:00:00Z.
const MICROS_MIN: i64 = -62_135_596_800_000_000;
/// 9999-12-30T21:59:59.999999Z: the last time that is in the year 9999 in every time zone, and
/// jiff's latest.
const MICROS_MAX: i64 = 253_402_207_199_999_999;

impl UnixMicros {
    /// The earliest time there is.
    pub const MIN: Self = Self(MICROS_MIN);
    /// The latest time there is.
    pub const MAX: Self = Self(MICROS_MAX);
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);

    /// The time `micros` after the epoch, or `None` outside the years 1 to 9999.
    pub fn new(micros: i64) -> Option<Self> {
        (MICROS_MIN..=MICROS_MAX).contains(&micros).then_some(Self(micros))
    }

    /// The time `millis` after the epoch, or `None` outside the years 1 to 9999.
    pub fn from_millis(millis: i64) -> Option<Self> {
        millis.checked_mul(1_000).and_then(Self::new)
    }

    /// The time `seconds` after the epoch, or `None` outside the years 1 to 9999.
    pub fn from_seconds(seconds: i64) -> Option<Self> {
        seconds.checked_mul(1_000_000).and_then(Self::new)
    }

    /// The nearest time there is to `micros`.
    pub fn clamped(micros: i64) -> Self {
        Self(micros.clamp(MICROS_MIN, MICROS_MAX))
    }

    /// Reads RFC 3339 (`2026-11-20T14:29:31.123456Z`, any offset, digits past microseconds cut).
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        Self::from_timestamp(text.parse().ok()?)
    }

    /// Reads a time as PostgreSQL writes it (`2026-11-20 14:29:31.123456+00`) or RFC 3339. One
    /// without an offset, of a column without a time zone, is in UTC.
    pub fn parse_postgres(text: &str) -> Option<Self> {
        let without_offset = || {
            let time: DateTime = text.parse().ok().filter(|_| text.contains(':'))?;
            Offset::UTC.to_timestamp(time).ok()
        };
        let timestamp = text.parse().ok().or_else(without_offset)?;
        Self::from_timestamp(timestamp)
    }

    /// Microseconds since the epoch.
    pub fn micros(self) -> i64 {
        self.0
    }

    /// Milliseconds since the epoch, rounded down.
    pub fn millis_floor(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// Seconds since the epoch, rounded down.
    pub fn seconds_floor(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// This time moved by `micros`, kept within the years 1 to 9999.
    pub fn saturating_add(self, micros: i64) -> Self {
        Self::clamped(self.0.saturating_add(micros))
    }

    /// As a `jiff` timestamp, for calendars and time zones.
    pub fn timestamp(self) -> Timestamp {
        // Every value of this type lies within jiff's range (years -9999 to 9999).
        Timestamp::from_microsecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    fn from_timestamp(timestamp: Timestamp) -> Option<Self> {
        Self::new(timestamp.as_nanosecond().div_euclid(1_000).try_into().ok()?)
    }
}

impl fmt::Display for UnixMicros {
    /// RFC 3339 in UTC, always with six decimals: `2026-11-20T14:29:31.123456Z`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:.6}", self.timestamp())
    }
}

impl fmt::Debug for UnixMicros {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_forms() {
        let cases = [
            ("2026-11-20T14:29:31.123456Z", "2026-11-20T14:29:31.123456Z"),
            ("2026-11-20T15:29:31.1+01:00", "2026-11-20T14:29:31.100000Z"),
            ("1969-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.999999Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"),
            ("9999-12-30T21:59:59.999999Z", "9999-12-30T21:59:59.999999Z"),
        ];
        for (given, expected) in cases {
            let time = UnixMicros::parse_rfc3339(given).expect(given);
            assert_eq!(time.to_string(), expected, "{given}");
        }
        for given in [
            "",
            "now",
            "2026-11-20",
            "2026-11-20T14:29:31",
            "10000-01-01T00:00:00Z",
            "2026-13-01T00:00:00Z",
        ] {
            assert_eq!(UnixMicros::parse_rfc3339(given), None, "{given}");
        }
    }

    #[test]
    fn text_forms_of_postgres() {
        let cases = [
            ("2026-11-20 14:29:31.123456+00", "2026-11-20T14:29:31.123456Z"),
            ("2026-11-20 19:59:31+05:30", "2026-11-20T14:29:31.000000Z"),
            ("2026-11-20 14:29:31", "2026-11-20T14:29:31.000000Z"),
            ("2026-11-20T14:29:31.5", "2026-11-20T14:29:31.500000Z"),
            ("2026-11-20T14:29:31Z", "2026-11-20T14:29:31.000000Z"),
        ];
        for (given, expected) in cases {
            let time = UnixMicros::parse_postgres(given).expect(given);
            assert_eq!(time.to_string(), expected, "{given}");
        }
        for given in ["", "infinity", "2026-11-20", "0044-03-15 12:00:00 BC", "20:15:00"] {
            assert_eq!(UnixMicros::parse_postgres(given), None, "{given}");
        }
    }

    #[test]
    fn year_10000_does_not_exist() {
        assert_eq!(UnixMicros::from_millis(253_402_300_800_000), None);
        assert_eq!(UnixMicros::from_millis(i64::MAX), None);
        assert!(UnixMicros::from_millis(253_402_207_199_999).is_some());
    }
}
