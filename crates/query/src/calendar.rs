//! Units of the calendar: added to a date, and rounded down to.

use jiff::civil::{Date, DateTime, Time, date};
use jiff::{Span, ToSpan};

/// A unit of time that people count in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// From 1 January.
    Year,
    /// From its first day.
    Month,
    /// From Monday (ISO 8601).
    Week,
    /// From midnight.
    Day,
    /// From its first minute.
    Hour,
    /// From its first second.
    Minute,
    /// From its first microsecond.
    Second,
}

/// Days are counted from here.
const FIRST_DAY: Date = date(1970, 1, 1);
/// Weeks are counted from here, a Monday.
const FIRST_MONDAY: Date = date(1970, 1, 5);

impl Unit {
    /// All units, the longest first.
    pub const ALL: [Self; 7] =
        [Self::Year, Self::Month, Self::Week, Self::Day, Self::Hour, Self::Minute, Self::Second];

    /// The letter of date math and of intervals: `M` is a month and `m` a minute.
    pub fn letter(self) -> char {
        match self {
            Self::Year => 'y',
            Self::Month => 'M',
            Self::Week => 'w',
            Self::Day => 'd',
            Self::Hour => 'h',
            Self::Minute => 'm',
            Self::Second => 's',
        }
    }

    /// The unit with this letter; `H` is an hour too.
    pub fn from_letter(letter: char) -> Option<Self> {
        let letter = if letter == 'H' { 'h' } else { letter };
        Self::ALL.into_iter().find(|unit| unit.letter() == letter)
    }

    /// How many of it make a day, for units that do.
    pub fn of_a_day(self) -> Option<u32> {
        match self {
            Self::Hour => Some(24),
            Self::Minute => Some(24 * 60),
            Self::Second => Some(24 * 60 * 60),
            Self::Year | Self::Month | Self::Week | Self::Day => None,
        }
    }

    /// `count` of the unit after `time`; a day that its month lacks becomes the month's last.
    /// `None` outside the years -9999 to 9999.
    pub fn add(self, count: i64, time: DateTime) -> Option<DateTime> {
        let span = Span::new();
        let span = match self {
            Self::Year => span.try_years(count),
            Self::Month => span.try_months(count),
            Self::Week => span.try_weeks(count),
            Self::Day => span.try_days(count),
            Self::Hour => span.try_hours(count),
            Self::Minute => span.try_minutes(count),
            Self::Second => span.try_seconds(count),
        };
        time.checked_add(span.ok()?).ok()
    }

    /// The last multiple of `count` of the unit that is not after `time`.
    ///
    /// Years and months are counted from the year 0, weeks from a Monday, days from 1970-01-01,
    /// everything shorter from midnight. `None` outside the years -9999 to 9999.
    pub fn floor(self, count: u32, time: DateTime) -> Option<DateTime> {
        let count = i64::from(count.max(1));
        let date = time.date();
        let past = |position: i64| position.rem_euclid(count);
        let days = |from: Date| date.since(from).ok().map(|span| i64::from(span.get_days()));
        let days_ago = |days: i64| date.checked_sub(Span::new().try_days(days).ok()?).ok();
        let first = match self {
            Self::Year => {
                let year = i64::from(date.year());
                Date::new(i16::try_from(year - past(year)).ok()?, 1, 1).ok()?
            }
            Self::Month => {
                let month = i64::from(date.year()) * 12 + i64::from(date.month()) - 1;
                date.first_of_month().checked_sub(past(month).months()).ok()?
            }
            Self::Week => {
                let days = days(FIRST_MONDAY)?;
                days_ago(past(days.div_euclid(7)) * 7 + days.rem_euclid(7))?
            }
            Self::Day => days_ago(past(days(FIRST_DAY)?))?,
            Self::Hour | Self::Minute | Self::Second => {
                return floor_in_day(count * self.seconds(), time);
            }
        };
        Some(first.to_datetime(Time::midnight()))
    }

    fn seconds(self) -> i64 {
        match self {
            Self::Hour => 3_600,
            Self::Minute => 60,
            Self::Second => 1,
            Self::Year | Self::Month | Self::Week | Self::Day => 86_400,
        }
    }
}

fn floor_in_day(seconds: i64, time: DateTime) -> Option<DateTime> {
    let since_midnight =
        i64::from(time.hour()) * 3_600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    let kept = since_midnight - since_midnight.rem_euclid(seconds);
    time.start_of_day().checked_add(Span::new().try_seconds(kept).ok()?).ok()
}
