//! How times and totals look, in the reader's language.

use gatelog_event::time::UnixMicros;

use crate::texts::{Noun, Texts};
use crate::zone::Zone;

const SECOND_MICROS: i64 = 1_000_000;

/// A time, for people, in their zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// For `<time datetime>`: RFC 3339, in UTC for everybody.
    pub(crate) machine: String,
    /// `Nov 20, 14:29:31`, with the year if it is not this one.
    pub(crate) text: String,
    /// `2026-11-20 14:29:31.123456 UTC`, with the offset in place of `UTC` in other zones
    pub(crate) exact: String,
    /// `3 minutes ago`
    pub(crate) relative: String,
}

impl Moment {
    /// `time`, seen from `now`.
    pub(crate) fn new(time: UnixMicros, now: UnixMicros, zone: &Zone, texts: &Texts) -> Self {
        let civil = zone.civil(time);
        let this_year = zone.civil(now).year();
        let (date, times) = (civil.date(), &texts.times);
        let day =
            if date.year() == this_year { (times.day)(date) } else { (times.day_of_year)(date) };
        let fraction = format!("{}{:06}", times.decimal, civil.time().subsec_nanosecond() / 1_000);
        Self {
            machine: time.to_string(),
            text: format!("{day}{}{}", times.before_time, civil.strftime("%H:%M:%S")),
            exact: format!("{}{fraction} {}", exact(time, zone, texts), zone.mark(time)),
            relative: relative(now.micros() - time.micros(), texts),
        }
    }
}

/// How many there are of what a page lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Total {
    pub(crate) number: u64,
    /// `1,234`
    pub(crate) text: String,
    /// `events`
    pub(crate) noun: &'static str,
}

impl Total {
    /// A number of what `noun` names.
    pub(crate) fn new(number: u64, noun: Noun, texts: &Texts) -> Self {
        Self { number, text: texts.number(number), noun: texts.noun(number, noun) }
    }
}

/// `2026-11-20 14:29:31 UTC`, to the second, where nothing around it names the zone.
pub(crate) fn stated(time: UnixMicros, zone: &Zone, texts: &Texts) -> String {
    format!("{} {}", exact(time, zone, texts), zone.mark(time))
}

/// `14:32 UTC`, of a time that is near.
pub(crate) fn clock(time: UnixMicros, zone: &Zone) -> String {
    format!("{} {}", zone.civil(time).strftime("%H:%M"), zone.mark(time))
}

/// `2026-11-20 14:29:31`, to the second.
pub(crate) fn exact(time: UnixMicros, zone: &Zone, texts: &Texts) -> String {
    let civil = zone.civil(time);
    format!("{} {}", (texts.times.exact_day)(civil.date()), civil.strftime("%H:%M:%S"))
}

/// A span of time in its two largest units: `340 ms`, `2.3 s`, `3 min 5 s`, `2 d 4 h`.
pub(crate) fn span(micros: i64, texts: &Texts) -> String {
    let units = &texts.journey.units;
    let micros = micros.unsigned_abs();
    let (milliseconds, seconds) = (micros / 1_000, micros / 1_000_000);
    let two = |large: u64, unit, small: u64, small_unit| match small {
        0 => format!("{large} {unit}"),
        small => format!("{large} {unit} {small} {small_unit}"),
    };
    match seconds {
        0 => format!("{milliseconds} {}", units.milliseconds),
        1..60 => {
            let tenths = milliseconds / 100 % 10;
            format!("{seconds}{}{tenths} {}", texts.times.decimal, units.seconds)
        }
        60..3_600 => two(seconds / 60, units.minutes, seconds % 60, units.seconds),
        3_600..86_400 => two(seconds / 3_600, units.hours, seconds % 3_600 / 60, units.minutes),
        _ => two(seconds / 86_400, units.days, seconds % 86_400 / 3_600, units.hours),
    }
}

/// How long ago, in the largest unit that fits.
fn relative(micros_ago: i64, texts: &Texts) -> String {
    let seconds = micros_ago.abs() / SECOND_MICROS;
    let nouns = &texts.nouns;
    let units = [
        (365 * 86_400, nouns.year),
        (30 * 86_400, nouns.month),
        (86_400, nouns.day),
        (3_600, nouns.hour),
        (60, nouns.minute),
        (1, nouns.second),
    ];
    let fitting = units.into_iter().find(|(length, _)| seconds >= *length);
    let Some((length, unit)) = fitting else {
        return texts.times.just_now.to_owned();
    };
    let span = texts.counted((seconds / length).unsigned_abs(), unit);
    if micros_ago < 0 { (texts.times.ahead)(&span) } else { (texts.times.ago)(&span) }
}

#[cfg(test)]
mod tests {
    use gatelog_event::language::Language;

    use super::*;

    fn time(text: &str) -> UnixMicros {
        UnixMicros::parse_rfc3339(text).unwrap()
    }

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
        let texts = Texts::of(Language::English);
        let now = time("2026-11-20T14:29:31Z");
        for (given, text, relative) in cases {
            let moment = Moment::new(time(given), now, &Zone::default(), texts);
            assert_eq!((&*moment.text, &*moment.relative), (text, relative));
        }
        assert_eq!(
            Moment::new(now, now, &Zone::default(), texts).exact,
            "2026-11-20 14:29:31.000000 UTC"
        );
    }

    #[test]
    fn times_in_the_zone_of_the_reader() {
        let cases = [
            (
                "Europe/Istanbul",
                "2026-11-20T22:29:31Z",
                "Nov 21, 01:29:31",
                "2026-11-21 01:29:31 +03:00",
            ),
            (
                "Asia/Kathmandu",
                "2025-12-31T20:00:00Z",
                "Jan 1, 01:45:00",
                "2026-01-01 01:45:00 +05:45",
            ),
            (
                "Europe/Paris",
                "2026-10-25T00:30:00Z",
                "Oct 25, 02:30:00",
                "2026-10-25 02:30:00 +02:00",
            ),
            (
                "Europe/Paris",
                "2026-10-25T01:30:00Z",
                "Oct 25, 02:30:00",
                "2026-10-25 02:30:00 +01:00",
            ),
            (
                "America/New_York",
                "2026-01-01T02:00:00Z",
                "Dec 31 2025, 21:00:00",
                "2025-12-31 21:00:00 -05:00",
            ),
        ];
        let texts = Texts::of(Language::English);
        for (zone, given, text, expected) in cases {
            let zone = Zone::from_name(zone).unwrap();
            let moment = Moment::new(time(given), time("2026-11-20T14:29:31Z"), &zone, texts);
            assert_eq!((&*moment.text, &*stated(time(given), &zone, texts)), (text, expected));
            assert_eq!(moment.machine, time(given).to_string());
        }
    }

    #[test]
    fn spans_in_their_two_largest_units() {
        let cases = [
            (999, ["0 ms", "0 ms", "0 ms"]),
            (340_000, ["340 ms", "340 ms", "340 ms"]),
            (2_399_000, ["2.3 s", "2,3 s", "2,3 sn"]),
            (185_000_000, ["3 min 5 s", "3 min 5 s", "3 dk 5 sn"]),
            (7_200_000_000, ["2 h", "2 h", "2 sa"]),
            (187_200_000_000, ["2 d 4 h", "2 j 4 h", "2 gün 4 sa"]),
        ];
        for (micros, expected) in cases {
            let said = Language::ALL.map(|language| span(micros, Texts::of(language)));
            assert_eq!(said, expected);
        }
    }

    #[test]
    fn times_in_other_languages() {
        let cases = [
            (Language::French, "2026-11-20T14:26:30.0005Z", "20 nov. 14:26:30", "il y a 3 minutes"),
            (Language::French, "2025-08-01T14:26:30Z", "1er août 2025 14:26:30", "il y a 1 an"),
            (Language::French, "2026-11-20T16:29:31Z", "20 nov. 16:29:31", "dans 2 heures"),
            (Language::Turkish, "2026-11-20T14:26:30.0005Z", "20 Kas 14:26:30", "3 dakika önce"),
            (Language::Turkish, "2024-08-01T14:26:30Z", "1 Ağu 2024 14:26:30", "2 yıl önce"),
            (Language::Turkish, "2026-11-20T16:29:31Z", "20 Kas 16:29:31", "2 saat sonra"),
        ];
        let now = time("2026-11-20T14:29:31Z");
        for (language, given, text, relative) in cases {
            let moment = Moment::new(time(given), now, &Zone::default(), Texts::of(language));
            assert_eq!((&*moment.text, &*moment.relative), (text, relative));
        }
        let given = time("2026-11-20T14:29:31.0005Z");
        let exact = |texts| Moment::new(given, now, &Zone::default(), texts).exact;
        assert_eq!(exact(Texts::of(Language::French)), "20 nov. 2026 14:29:31,000500 UTC");
        assert_eq!(exact(Texts::of(Language::Turkish)), "20 Kas 2026 14:29:31,000500 UTC");
    }
}
