//! Times and whole numbers as records write them.
//!
//! | style | example | unit of the distance |
//! |---|---|---|
//! | 0 | `2026-05-06T16:27:44.570Z` | millisecond |
//! | 1 | `2026-05-06T16:27:44Z` | second |
//! | 2 | `1778084864570` | millisecond |
//! | 3 | `1778084864` | second |
//!
//! A distance `d` is written as `2 * d`, or as `-2 * d - 1` if it is negative. It is the time less
//! the row's, of which the style's unit keeps whole ones.

/// How a time is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Style {
    IsoMillis,
    IsoSeconds,
    Millis,
    Seconds,
}

/// The last millisecond that four digits can write the year of.
const MILLIS_MAX: u64 = 253_402_300_799_999;

impl Style {
    /// The style a value of this length could have.
    pub(super) fn of(value: &[u8]) -> Option<Self> {
        match (value.len(), value.last()) {
            (24, Some(b'Z')) => Some(Self::IsoMillis),
            (20, Some(b'Z')) => Some(Self::IsoSeconds),
            (13, Some(b'0'..=b'9')) => Some(Self::Millis),
            (10, Some(b'0'..=b'9')) => Some(Self::Seconds),
            _ => None,
        }
    }

    pub(super) fn code(self) -> u8 {
        match self {
            Self::IsoMillis => 0,
            Self::IsoSeconds => 1,
            Self::Millis => 2,
            Self::Seconds => 3,
        }
    }

    pub(super) fn from_code(code: u8) -> Option<Self> {
        [Self::IsoMillis, Self::IsoSeconds, Self::Millis, Self::Seconds]
            .get(usize::from(code))
            .copied()
    }

    pub(super) fn is_iso(self) -> bool {
        matches!(self, Self::IsoMillis | Self::IsoSeconds)
    }

    fn unit(self) -> i64 {
        if matches!(self, Self::IsoMillis | Self::Millis) { 1 } else { 1_000 }
    }

    /// The widest distance that is worth it: about two hours.
    pub(super) fn near_bits_max(self) -> u32 {
        if self.unit() == 1 { 24 } else { 16 }
    }

    /// The milliseconds since the epoch of a value that [`Style::put`] writes the same way.
    pub(super) fn parse(self, value: &[u8]) -> Option<u64> {
        match self {
            Self::Millis => whole(value).filter(|millis| *millis <= MILLIS_MAX),
            Self::Seconds => {
                whole(value)?.checked_mul(1_000).filter(|millis| *millis <= MILLIS_MAX)
            }
            Self::IsoMillis | Self::IsoSeconds => parse_iso(value),
        }
    }

    /// The distance of a time from the row's, as it is written.
    pub(super) fn distance(self, millis: u64, row_millis: i64) -> Option<u64> {
        let millis = i64::try_from(millis).ok()?;
        let distance = (millis / self.unit()).checked_sub(row_millis.div_euclid(self.unit()))?;
        let doubled = distance.checked_mul(2)?;
        u64::try_from(if distance < 0 { doubled.checked_neg()?.checked_sub(1)? } else { doubled })
            .ok()
    }

    /// The milliseconds of a time whose distance from the row's is written so; the nearest that
    /// can be written if it is none.
    pub(super) fn near(self, distance: u64, row_millis: i64) -> u64 {
        let half = i64::try_from(distance / 2).unwrap_or(i64::MAX);
        let distance = if distance.is_multiple_of(2) { half } else { -half - 1 };
        let units = row_millis.div_euclid(self.unit()).saturating_add(distance);
        u64::try_from(units.saturating_mul(self.unit())).unwrap_or(0).min(MILLIS_MAX)
    }

    /// Appends a time.
    pub(super) fn put(self, millis: u64, out: &mut Vec<u8>) {
        let millis = millis.min(MILLIS_MAX);
        match self {
            Self::Millis => put_whole(millis, out),
            Self::Seconds => put_whole(millis / 1_000, out),
            Self::IsoMillis | Self::IsoSeconds => put_iso(millis, self == Self::IsoMillis, out),
        }
    }
}

/// A whole number that is written without leading zeros.
pub(super) fn whole(value: &[u8]) -> Option<u64> {
    let is_whole = match value {
        [b'0'] => true,
        [b'1'..=b'9', rest @ ..] => rest.len() < 20 && rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if !is_whole {
        return None;
    }
    value.iter().try_fold(0_u64, |number, digit| {
        number.checked_mul(10)?.checked_add(u64::from(digit - b'0'))
    })
}

pub(super) fn put_whole(mut number: u64, out: &mut Vec<u8>) {
    let mut digits = [0_u8; 20];
    let mut count = 0;
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (number % 10).to_le_bytes()[0];
        number /= 10;
        count += 1;
        if number == 0 {
            break;
        }
    }
    out.extend(digits.iter().skip(digits.len() - count));
}

/// Where the digits of `yyyy-mm-ddThh:mm:ss` begin, and how many each field has.
const FIELDS: [(usize, usize); 6] = [(0, 4), (5, 2), (8, 2), (11, 2), (14, 2), (17, 2)];
const LAYOUT: &[u8] = b"0000-00-00T00:00:00";

fn parse_iso(value: &[u8]) -> Option<u64> {
    let (date_time, rest) = value.split_at_checked(LAYOUT.len())?;
    let fits = date_time.iter().zip(LAYOUT).all(|(byte, layout)| match layout {
        b'0' => byte.is_ascii_digit(),
        layout => byte == layout,
    });
    let millis = match rest {
        b"Z" => 0,
        [b'.', digits @ .., b'Z'] if digits.len() == 3 => number(digits)?,
        _ => return None,
    };
    if !fits {
        return None;
    }
    let [year, month, day, hour, minute, second] =
        FIELDS.map(|(start, length)| date_time.get(start..start + length).and_then(number));
    let (year, month, day) = (year?, month?, day?);
    let (hour, minute, second) = (hour?, minute?, second?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let days = days_of(year, month, day)?;
    Some((((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000 + millis)
}

fn number(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0, |number, digit| {
        digit.is_ascii_digit().then(|| number * 10 + u64::from(digit - b'0'))
    })
}

/// Days from 1970-01-01 to a day of the years 1970 to 9999 that exists.
///
/// The year is taken to begin in March, so that leap days are the last of a year.
fn days_of(year: u64, month: u64, day: u64) -> Option<u64> {
    if year < 1970 || !(1..=12).contains(&month) || day < 1 {
        return None;
    }
    let (march_year, march_month) =
        if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let day_of_year = (153 * march_month + 2) / 5 + day - 1;
    let days =
        march_year * 365 + march_year / 4 - march_year / 100 + march_year / 400 + day_of_year;
    let days = days.checked_sub(DAYS_TO_EPOCH)?;
    (day_of_days(days) == (year, month, day)).then_some(days)
}

/// Days from 0000-03-01 to 1970-01-01.
const DAYS_TO_EPOCH: u64 = 719_468;

fn day_of_days(days: u64) -> (u64, u64, u64) {
    let days = days + DAYS_TO_EPOCH;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let (year, month) = if march_month < 10 { (0, march_month + 3) } else { (1, march_month - 9) };
    (era * 400 + year_of_era + year, month, day)
}

fn put_iso(millis: u64, has_millis: bool, out: &mut Vec<u8>) {
    let (days, rest) = (millis / 86_400_000, millis % 86_400_000);
    let (year, month, day) = day_of_days(days);
    let (hour, minute) = (rest / 3_600_000, rest / 60_000 % 60);
    let fields = [year, month, day, hour, minute, rest / 1_000 % 60];
    let start = out.len();
    out.extend_from_slice(LAYOUT);
    for ((position, length), value) in FIELDS.into_iter().zip(fields) {
        put_padded(value, out.get_mut(start + position..start + position + length));
    }
    if has_millis {
        out.extend_from_slice(b".000");
        let end = out.len();
        put_padded(rest % 1_000, out.get_mut(end - 3..));
    }
    out.push(b'Z');
}

fn put_padded(mut value: u64, place: Option<&mut [u8]>) {
    for digit in place.into_iter().flatten().rev() {
        *digit = b'0' + (value % 10).to_le_bytes()[0];
        value /= 10;
    }
}
