//! Times as people write them: RFC 3339, dates, and date math as in Elasticsearch.
//!
//! ```text
//! time   := anchor { step }
//! anchor := "now" | absolute "||" | absolute
//! step   := ( "+" | "-" ) [ count ] unit | "/" unit
//! unit   := "y" | "M" | "w" | "d" | "h" | "H" | "m" | "s"
//! ```
//!
//! An absolute time takes steps only after `||`. It is RFC 3339, the same without an offset (then
//! it is UTC), a date (its first instant in UTC), or milliseconds since the epoch in 11 to 15
//! digits: fewer are seconds or a year to most people. Steps apply from left to right, in UTC, on
//! the calendar: a month after 31 January is the last day of February. `/u` rounds down to the
//! start of the unit, weeks start on Monday. A space may stand for `+`, which is what a URL
//! makes of it.

use std::ops::{Range, RangeTo};

use gatelog_event::time::UnixMicros;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

use crate::calendar::Unit;

/// A text that is not a time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{mistake}")]
pub struct MalformedTime {
    /// The bytes of the text that are wrong; empty at its end when something is missing.
    pub span: Range<usize>,
    /// What is wrong with them.
    pub mistake: TimeMistake,
}

/// What can be wrong with a time. `Display` says it in English.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimeMistake {
    /// Nothing that a time begins with.
    #[error(
        "this is no time: write 2026-11-20, 2026-11-20T14:29:31Z, or relative to now as now-7d/d"
    )]
    Unreadable,
    /// A number that is no time in milliseconds.
    #[error("a number is a time in milliseconds since the epoch: 11 to 15 digits")]
    Number,
    /// Before the year 1 or after the year 9999.
    #[error("times lie within the years 1 to 9999")]
    OutOfRange,
    /// Something that is no step.
    #[error("only +, - and / can follow here, as in now-7d/d")]
    Step,
    /// A step without its unit.
    #[error("a unit is one of y, M (month), w, d, h, m (minute) and s")]
    Unit,
    /// A step of more than can be counted.
    #[error("this number is too large")]
    Count,
}

/// The time that `text` names. Of what it names as a whole, such as a day, the first instant.
///
/// # Errors
/// [`MalformedTime`] when it is no time or lies outside the years 1 to 9999.
pub fn parse(text: &str, now: UnixMicros) -> Result<UnixMicros, MalformedTime> {
    parse_span(text, now).map(|span| span.start)
}

/// All the time that `text` names: of a date the whole day in UTC, of anything else its
/// microsecond.
///
/// # Errors
/// As [`parse`].
pub fn parse_span(text: &str, now: UnixMicros) -> Result<Range<UnixMicros>, MalformedTime> {
    if let Some(date) = parse_date(text) {
        let start = date.at(0, 0, 0, 0);
        let end = Unit::Day.add(1, start);
        let whole = ..text.len();
        return Ok(to_time(Some(start), whole)?..to_time(end, whole)?);
    }
    let time = if let Some(steps) = text.strip_prefix("now") {
        apply(now, text, text.len() - steps.len())?
    } else if let Some((anchor, steps)) = text.split_once("||") {
        apply(absolute(anchor)?, text, text.len() - steps.len())?
    } else {
        absolute(text)?
    };
    Ok(time..time.saturating_add(1))
}

/// `2026-11-20`, and nothing else that jiff would take for a date.
fn parse_date(text: &str) -> Option<Date> {
    let mut bytes = text.bytes().enumerate();
    let has_form = text.len() == 10
        && bytes.all(
            |(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() },
        );
    if has_form { text.parse().ok() } else { None }
}

fn absolute(text: &str) -> Result<UnixMicros, MalformedTime> {
    let malformed = |mistake| MalformedTime { span: 0..text.len(), mistake };
    if let Some(date) = parse_date(text) {
        return to_time(Some(date.at(0, 0, 0, 0)), ..text.len());
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return match text.parse() {
            Ok(millis) if (11..=15).contains(&digits.len()) => {
                UnixMicros::from_millis(millis).ok_or_else(|| malformed(TimeMistake::OutOfRange))
            }
            _ => Err(malformed(TimeMistake::Number)),
        };
    }
    // A `+` that became a space on its way stands before the offset.
    let text = match text.split_once('T') {
        Some((_, time)) if time.contains(' ') => &text.replacen(' ', "+", 1),
        _ => text,
    };
    let local = || to_time(text.parse::<DateTime>().ok(), ..text.len()).ok();
    UnixMicros::parse_rfc3339(text).or_else(local).ok_or_else(|| malformed(TimeMistake::Unreadable))
}

/// `from`, changed by the steps of `text` that start at `start`.
fn apply(from: UnixMicros, text: &str, start: usize) -> Result<UnixMicros, MalformedTime> {
    let mut time = to_civil(from);
    let mut at = start;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let (step, length) = step(rest).map_err(|(wrong, mistake)| MalformedTime {
            span: at + wrong.start..at + wrong.end,
            mistake,
        })?;
        let result = match step {
            Step::Add(count, unit) => unit.add(count, time),
            Step::Floor(unit) => unit.floor(1, time),
        };
        at += length;
        time = to_civil(to_time(result, ..at)?);
    }
    to_time(Some(time), ..at)
}

enum Step {
    Add(i64, Unit),
    Floor(Unit),
}

/// The step that `rest` begins with, and its length.
fn step(rest: &str) -> Result<(Step, usize), (Range<usize>, TimeMistake)> {
    let sign = rest.chars().next().unwrap_or_default();
    if !matches!(sign, '+' | '-' | ' ' | '/') {
        return Err((0..sign.len_utf8(), TimeMistake::Step));
    }
    let digits =
        rest.bytes().skip(1).take_while(|byte| sign != '/' && byte.is_ascii_digit()).count();
    let unit_start = 1 + digits;
    let letter = rest.get(unit_start..).and_then(|after| after.chars().next());
    let unit_end = unit_start + letter.map_or(0, char::len_utf8);
    let unit =
        letter.and_then(Unit::from_letter).ok_or((unit_start..unit_end, TimeMistake::Unit))?;
    let count: i64 = match rest.get(1..unit_start) {
        None | Some("") => 1,
        Some(digits) => digits.parse().map_err(|_| (1..unit_start, TimeMistake::Count))?,
    };
    let step = match sign {
        '/' => Step::Floor(unit),
        '-' => Step::Add(-count, unit),
        _ => Step::Add(count, unit),
    };
    Ok((step, unit_end))
}

fn to_civil(time: UnixMicros) -> DateTime {
    Offset::UTC.to_datetime(time.timestamp())
}

/// The time `civil` in UTC, which the text up to `read` stands for.
fn to_time(civil: Option<DateTime>, read: RangeTo<usize>) -> Result<UnixMicros, MalformedTime> {
    civil
        .and_then(|civil| Offset::UTC.to_timestamp(civil).ok())
        .and_then(|timestamp: Timestamp| UnixMicros::new(timestamp.as_microsecond()))
        .ok_or(MalformedTime { span: 0..read.end, mistake: TimeMistake::OutOfRange })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> UnixMicros {
        UnixMicros::parse_rfc3339("2026-11-20T14:29:31.123456Z").expect("a time")
    }

    #[test]
    fn times_are_what_they_say() {
        for (text, expected) in [
            ("now", "2026-11-20T14:29:31.123456Z"),
            ("now+1h", "2026-11-20T15:29:31.123456Z"),
            ("now 1h", "2026-11-20T15:29:31.123456Z"),
            ("now-1H", "2026-11-20T13:29:31.123456Z"),
            ("now-1h/d", "2026-11-20T00:00:00.000000Z"),
            ("now/d-1d", "2026-11-19T00:00:00.000000Z"),
            ("now-7d/d", "2026-11-13T00:00:00.000000Z"),
            ("now+d", "2026-11-21T14:29:31.123456Z"),
            ("now-0m", "2026-11-20T14:29:31.123456Z"),
            ("now-1y+1M-1w+1d-1m+1s", "2025-12-14T14:28:32.123456Z"),
            ("now/s", "2026-11-20T14:29:31.000000Z"),
            ("now/m", "2026-11-20T14:29:00.000000Z"),
            ("now/h", "2026-11-20T14:00:00.000000Z"),
            ("now/w", "2026-11-16T00:00:00.000000Z"),
            ("now/M", "2026-11-01T00:00:00.000000Z"),
            ("now/y", "2026-01-01T00:00:00.000000Z"),
            ("2026-01-31||+1M", "2026-02-28T00:00:00.000000Z"),
            ("2026-01-01||+1M/d", "2026-02-01T00:00:00.000000Z"),
            ("2024-02-29||-1y", "2023-02-28T00:00:00.000000Z"),
            ("1969-12-31T23:59:59.5Z||/w", "1969-12-29T00:00:00.000000Z"),
            ("2026-11-16||/w", "2026-11-16T00:00:00.000000Z"),
            ("2026-11-20", "2026-11-20T00:00:00.000000Z"),
            ("2026-11-20T14:29", "2026-11-20T14:29:00.000000Z"),
            ("2026-11-20 14:29:31.5", "2026-11-20T14:29:31.500000Z"),
            ("2026-11-20T14:29:31+01:00", "2026-11-20T13:29:31.000000Z"),
            ("2026-11-20T14:29:31 01:00", "2026-11-20T13:29:31.000000Z"),
            ("1763648971123", "2025-11-20T14:29:31.123000Z"),
            ("-10000000000", "1969-09-07T06:13:20.000000Z"),
            ("1763648971123||/d", "2025-11-20T00:00:00.000000Z"),
        ] {
            assert_eq!(
                parse(text, now()).map(|time| time.to_string()),
                Ok(expected.into()),
                "{text}"
            );
        }
    }

    #[test]
    fn a_date_is_a_day_and_anything_else_a_microsecond() {
        let seconds = |text| {
            let span = parse_span(text, now()).expect(text);
            span.end.micros() - span.start.micros()
        };
        assert_eq!(seconds("2026-11-20"), 86_400_000_000);
        assert_eq!(seconds("now/d"), 1);
        assert_eq!(seconds("2026-11-20||"), 1);
    }

    #[test]
    fn what_is_wrong_has_a_place() {
        for (text, wrong) in [
            ("", ""),
            ("yesterday", "yesterday"),
            ("now*", "*"),
            ("nowish", "i"),
            ("now-", ""),
            ("now-7", ""),
            ("now-7d/", ""),
            ("now-7é", "é"),
            ("now-7d-99999999999999999999d", "99999999999999999999"),
            ("now-7d+9999999d", "now-7d+9999999d"),
            ("now/7d", "7"),
            ("2026-11-20+1d", "2026-11-20+1d"),
            ("2026-02-30", "2026-02-30"),
            ("2026-13-01||/d", "2026-13-01"),
            ("1763648971", "1763648971"),
            ("2026", "2026"),
            ("9999999999999999", "9999999999999999"),
            ("0000-01-01", "0000-01-01"),
            ("9999-12-31", "9999-12-31"),
        ] {
            let error = parse(text, now()).expect_err(text);
            assert_eq!(&text[error.span.clone()], wrong, "{text}: {error}");
        }
    }
}
