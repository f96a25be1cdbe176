//! Where a row stands in the order of its table, and cursors that say so.

use std::fmt;
use std::str::FromStr;

use gatelog_event::time::UnixMicros;

use crate::feed::Cursor;

/// The time and the id of a row, by which a table is read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) time: UnixMicros,
    /// Empty before the rows of that time.
    pub(super) id: String,
}

/// A cursor as text: `2026-11-20T14:29:31.123456Z 9jn2...`, and with `+2` behind the time when it is
/// the second batch that leaves the place as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NumberedPlace {
    pub(super) place: Place,
    pub(super) number: u32,
}

impl Place {
    /// Before every row.
    pub(super) const BEGINNING: Self = Self { time: UnixMicros::MIN, id: String::new() };

    /// Before every row of a time.
    pub(super) fn before(time: UnixMicros) -> Self {
        Self { time, id: String::new() }
    }

    /// Where a row stands whose time is written by PostgreSQL. Times that no calendar has stand at
    /// the ends.
    pub(super) fn of_row(created_at: &str, id: String) -> Self {
        let is_early = created_at.starts_with('-') || created_at.ends_with("BC");
        let end = if is_early { UnixMicros::MIN } else { UnixMicros::MAX };
        Self { time: UnixMicros::parse_postgres(created_at).unwrap_or(end), id }
    }
}

impl NumberedPlace {
    pub(super) fn cursor(&self) -> Cursor {
        Cursor(self.to_string())
    }
}

impl fmt::Display for NumberedPlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.place.time)?;
        if self.number > 0 {
            write!(formatter, "+{}", self.number)?;
        }
        write!(formatter, " {}", self.place.id)
    }
}

impl FromStr for NumberedPlace {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let no_cursor = || format!("the saved cursor is not a time and an id: {text:.80}");
        let (time, id) = text.split_once(' ').ok_or_else(no_cursor)?;
        let (time, number) = match time.split_once('+') {
            Some((time, number)) => (time, number.parse().map_err(|_| no_cursor())?),
            None => (time, 0),
        };
        let time = UnixMicros::parse_rfc3339(time).ok_or_else(no_cursor)?;
        Ok(Self { place: Place { time, id: id.to_owned() }, number })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_are_read_as_they_are_written() {
        for text in [
            "2026-11-20T14:29:31.123456Z 9jn2k",
            "2026-11-20T14:29:31.123456Z+2 9jn2k",
            "2026-11-20T14:29:31.123456Z an id+3 with Z",
            "0001-01-01T00:00:00.000000Z ",
        ] {
            let place = text.parse::<NumberedPlace>().expect(text);
            assert_eq!(place.to_string(), text);
        }
        for text in ["", "2026-11-20", "2026-11-20T14:29:31Z", "x y", "2026-11-20T14:29:31Z+x y"] {
            assert!(text.parse::<NumberedPlace>().is_err(), "{text}");
        }
    }

    #[test]
    fn rows_without_a_time_stand_at_the_ends() {
        for (text, time) in [
            ("2026-11-20 14:29:31.123456+00", "2026-11-20T14:29:31.123456Z"),
            ("2026-11-20 14:29:31.123456", "2026-11-20T14:29:31.123456Z"),
            ("infinity", "9999-12-30T21:59:59.999999Z"),
            ("-infinity", "0001-01-01T00:00:00.000000Z"),
            ("0044-03-15 12:00:00+00 BC", "0001-01-01T00:00:00.000000Z"),
        ] {
            assert_eq!(Place::of_row(text, String::new()).time.to_string(), time, "{text}");
        }
    }
}
