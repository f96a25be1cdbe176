//! How exactly the starts of bars have to be written, in the reader's zone.

use gatelog_event::time::UnixMicros;
use jiff::Zoned;

use crate::texts::Texts;
use crate::zone::Zone;

/// The least that tells all starts apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Precision<'z> {
    unit: Unit,
    zone: &'z Zone,
    /// Whether clocks are set between the first and the last start: they may show a time twice.
    is_clock_set: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Year,
    Month,
    Day,
    Minute,
    Second,
}

impl<'z> Precision<'z> {
    /// The least for these starts.
    pub(super) fn of(starts: &[UnixMicros], zone: &'z Zone) -> Self {
        let starts: Vec<Zoned> = starts.iter().map(|start| zone.zoned(*start)).collect();
        let offset = starts.first().map(Zoned::offset);
        let is_clock_set = starts.iter().any(|start| Some(start.offset()) != offset);
        Self { unit: Unit::of(&starts), zone, is_clock_set }
    }

    /// A start, as short as it can be.
    pub(super) fn text(self, time: UnixMicros, now: UnixMicros, texts: &Texts) -> String {
        let (start, times) = (self.zone.zoned(time), &texts.times);
        let date = start.date();
        let is_this_year = date.year() == self.zone.civil(now).year();
        let day = || if is_this_year { (times.day)(date) } else { (times.day_of_year)(date) };
        let with_time = |form| format!("{}{}{}", day(), times.before_time, start.strftime(form));
        match self.unit {
            Unit::Year => date.year().to_string(),
            Unit::Month => (times.month_of_year)(date),
            Unit::Day => day(),
            Unit::Minute => with_time("%H:%M"),
            Unit::Second => with_time("%H:%M:%S"),
        }
    }

    /// A start that is like no other one, also where clocks show a time twice.
    pub(super) fn distinct(self, time: UnixMicros, now: UnixMicros, texts: &Texts) -> String {
        let text = self.text(time, now, texts);
        match self.unit {
            Unit::Minute | Unit::Second if self.is_clock_set => {
                format!("{text} {}", self.zone.mark(time))
            }
            _ => text,
        }
    }
}

impl Unit {
    fn of(starts: &[Zoned]) -> Self {
        let all = |test: fn(&Zoned) -> bool| starts.iter().all(test);
        // Some zones set their clocks at midnight: a day starts at one o'clock then.
        let is_midnight = |start: &Zoned| start.start_of_day().is_ok_and(|first| first == *start);
        if !all(|start| start.second() == 0) {
            Self::Second
        } else if !all(is_midnight) {
            Self::Minute
        } else if !all(|start| start.day() == 1) {
            Self::Day
        } else if !all(|start| start.month() == 1) {
            Self::Month
        } else {
            Self::Year
        }
    }
}

#[cfg(test)]
mod tests {
    use gatelog_event::language::Language;
    use gatelog_query::Interval;

    use super::*;

    fn time(text: &str) -> UnixMicros {
        UnixMicros::parse_rfc3339(text).unwrap()
    }

    #[test]
    fn times_are_written_as_exactly_as_they_have_to_be() {
        let now = time("2026-11-20T14:29:31Z");
        let cases: [(&[&str], [&str; 3]); 6] = [
            (
                &["2026-11-20T14:00:05Z"],
                ["Nov 20, 14:00:05", "20 nov. 14:00:05", "20 Kas 14:00:05"],
            ),
            (&["2026-11-20T14:30:00Z"], ["Nov 20, 14:30", "20 nov. 14:30", "20 Kas 14:30"]),
            (&["2026-11-20T00:00:00Z"], ["Nov 20", "20 nov.", "20 Kas"]),
            (&["2025-11-20T00:00:00Z"], ["Nov 20 2025", "20 nov. 2025", "20 Kas 2025"]),
            (
                &["2025-11-01T00:00:00Z", "2025-12-01T00:00:00Z"],
                ["Nov 2025", "nov. 2025", "Kas 2025"],
            ),
            (&["2020-01-01T00:00:00Z"], ["2020", "2020", "2020"]),
        ];
        let zone = Zone::default();
        for (starts, expected) in cases {
            let starts: Vec<UnixMicros> = starts.iter().map(|text| time(text)).collect();
            let precision = Precision::of(&starts, &zone);
            let texts =
                Language::ALL.map(|language| precision.text(starts[0], now, Texts::of(language)));
            assert_eq!(texts, expected, "{starts:?}");
        }
    }

    /// The starts of all bars between two local times, as they are told apart.
    fn starts(zone: &str, interval: &str, from: &str, to: &str) -> Vec<String> {
        let zone = Zone::from_name(zone).unwrap();
        let interval: Interval = interval.parse().unwrap();
        let starts = interval.edges(time(from), time(to), zone.rules()).unwrap();
        let precision = Precision::of(&starts, &zone);
        let now = time("2026-11-20T14:29:31Z");
        let text = |start| precision.distinct(start, now, Texts::of(Language::English));
        starts.into_iter().map(text).collect()
    }

    #[test]
    fn days_of_23_and_of_25_hours_have_as_many_bars() {
        let short = starts("Europe/Paris", "1h", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z");
        assert_eq!(short.len(), 23);
        assert_eq!(short[1..3], ["Mar 29, 01:00 +01:00", "Mar 29, 03:00 +02:00"]);
        let long = starts("Europe/Paris", "1h", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z");
        assert_eq!(long.len(), 25);
        assert_eq!(long[2..4], ["Oct 25, 02:00 +02:00", "Oct 25, 02:00 +01:00"]);
        let days = starts("Europe/Paris", "1d", "2026-10-23T22:00:00Z", "2026-10-26T23:00:00Z");
        assert_eq!(days, ["Oct 24", "Oct 25", "Oct 26"]);
    }

    #[test]
    fn a_day_without_a_midnight_is_a_day() {
        let days =
            starts("America/Sao_Paulo", "1d", "2018-11-03T03:00:00Z", "2018-11-06T02:00:00Z");
        assert_eq!(days, ["Nov 3 2018", "Nov 4 2018", "Nov 5 2018"]);
    }
}
