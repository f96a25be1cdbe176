//! How times and numbers look.

use gatelog_event::time::UnixMicros;
use jiff::tz::TimeZone;

const SECOND_MICROS: i64 = 1_000_000;

/// A time, for people. Always UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// For `<time datetime>`.
    pub(crate) machine: String,
    /// `Nov 20, 14:29:31`, with the year if it is not this one.
    pub(crate) text: String,
    /// `2026-11-20 14:29:31.123456 UTC`
    pub(crate) exact: String,
    /// `3 minutes ago`
    pub(crate) relative: String,
}

impl Moment {
    /// `time`, seen from `now`.
    pub(crate) fn new(time: UnixMicros, now: UnixMicros) -> Self {
        let zoned = time.timestamp().to_zoned(TimeZone::UTC);
        let this_year = now.timestamp().to_zoned(TimeZone::UTC).year();
        let form =
            if zoned.year() == this_year { "%b %-d, %H:%M:%S" } else { "%b %-d %Y, %H:%M:%S" };
        let machine = time.to_string();
        let exact = format!("{} UTC", machine.trim_end_matches('Z').replace('T', " "));
        let text = zoned.strftime(form).to_string();
        Self { machine, text, exact, relative: relative(now.micros() - time.micros()) }
    }
}

/// `1234567` as `1,234,567`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.char_indices() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1 event`, `1,234 events`.
pub(crate) fn counted(number: u64, singular: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {singular}{plural}", grouped(number))
}

/// How long ago, in the largest unit that fits.
fn relative(micros_ago: i64) -> String {
    let seconds = micros_ago.abs() / SECOND_MICROS;
    let units = [
        (365 * 86_400, "year"),
        (30 * 86_400, "month"),
        (86_400, "day"),
        (3_600, "hour"),
        (60, "minute"),
        (1, "second"),
    ];
    let fitting = units.into_iter().find(|(length, _)| seconds >= *length);
    let Some((length, unit)) = fitting else {
        return "just now".to_owned();
    };
    let count = counted((seconds / length).unsigned_abs(), unit);
    if micros_ago < 0 { format!("in {count}") } else { format!("{count} ago") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_seen_from_a_day_in_november() {
        let cases = [
            ("2026-11-20T14:29:31.000001Z", "Nov 20, 14:29:31", "just now"),
            ("2026-11-20T14:26:30Z", "Nov 20, 14:26:30", "3 minutes ago"),
            ("2026-11-03T01:02:03Z", "Nov 3, 01:02:03", "17 days ago"),
            ("2025-11-20T14:29:31Z", "Nov 20 2025, 14:29:31", "1 year ago"),
            ("2026-11-20T16:29:31Z", "Nov 20, 16:29:31", "in 2 hours"),
            ("0001-01-01T00:00:00Z", "Jan 1 0001, 00:00:00", "2,027 years ago"),
        ];
        let now = UnixMicros::parse_rfc3339("2026-11-20T14:29:31Z").unwrap();
        for (time, text, relative) in cases {
            let moment = Moment::new(UnixMicros::parse_rfc3339(time).unwrap(), now);
            assert_eq!((&*moment.text, &*moment.relative), (text, relative));
        }
        let moment = Moment::new(now, now);
        assert_eq!(moment.exact, "2026-11-20 14:29:31.000000 UTC");
    }

    #[test]
    fn numbers_in_groups_of_three() {
        let cases = [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")];
        for (number, expected) in cases {
            assert_eq!(grouped(number), expected);
        }
        assert_eq!(counted(1, "event"), "1 event");
        assert_eq!(counted(2_000, "event"), "2,000 events");
    }
}
