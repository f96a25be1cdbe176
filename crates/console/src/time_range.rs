//! From when to when.

use gatelog_event::time::UnixMicros;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::links::Parameters;
use crate::moment::exact;
use crate::texts::Texts;

const SECOND_MICROS: i64 = 1_000_000;
const HOUR_MICROS: i64 = 3_600 * SECOND_MICROS;

/// A range of time as readers choose it. The default is all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum TimeRange {
    /// No bounds.
    #[default]
    All,
    /// From some time ago on.
    Last(Preset),
    /// Between two times.
    Custom {
        /// The earliest time, inclusive.
        from: Bound,
        /// The first time that is too late.
        to: Bound,
    },
}

/// A range that ends now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Preset {
    /// One hour.
    Hour,
    /// 24 hours.
    Day,
    /// 7 days.
    Week,
    /// 30 days.
    Month,
}

/// An end of a custom range.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Bound {
    /// None.
    #[default]
    Open,
    /// At this time.
    At(UnixMicros),
    /// Something was given that is not a time; the reader is told.
    Unreadable(String),
}

impl Preset {
    /// All presets, shortest first.
    pub(crate) const ALL: [Self; 4] = [Self::Hour, Self::Day, Self::Week, Self::Month];

    /// The value of the parameter `range`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Hour => "1h",
            Self::Day => "24h",
            Self::Week => "7d",
            Self::Month => "30d",
        }
    }

    /// The name for people.
    pub(crate) fn title(self, texts: &Texts) -> &'static str {
        match self {
            Self::Hour => texts.logs.last_hour,
            Self::Day => texts.logs.last_24_hours,
            Self::Week => texts.logs.last_7_days,
            Self::Month => texts.logs.last_30_days,
        }
    }

    fn micros(self) -> i64 {
        let hours = match self {
            Self::Hour => 1,
            Self::Day => 24,
            Self::Week => 7 * 24,
            Self::Month => 30 * 24,
        };
        hours * HOUR_MICROS
    }
}

impl Bound {
    fn read(text: Option<&str>) -> Self {
        match text {
            None => Self::Open,
            Some(text) => parse(text).map_or_else(|| Self::Unreadable(text.to_owned()), Self::At),
        }
    }

    /// The text of an `<input type="datetime-local">`, in UTC, with seconds if there are some.
    pub(crate) fn to_input(&self) -> String {
        match self {
            Self::Open => String::new(),
            Self::At(time) => {
                let text = time.timestamp().to_zoned(TimeZone::UTC).datetime().to_string();
                let is_whole = time.micros().rem_euclid(60 * SECOND_MICROS) == 0;
                let text_of_minutes = text.strip_suffix(":00").filter(|_| is_whole);
                text_of_minutes.unwrap_or(&text).to_owned()
            }
            Self::Unreadable(text) => text.clone(),
        }
    }

    fn time(&self) -> Option<UnixMicros> {
        match self {
            Self::At(time) => Some(*time),
            Self::Open | Self::Unreadable(_) => None,
        }
    }
}

impl TimeRange {
    /// Reads a range out of an address.
    pub(crate) fn read(parameters: &Parameters) -> Self {
        let name = parameters.get("range");
        if let Some(preset) = Preset::ALL.into_iter().find(|preset| Some(preset.name()) == name) {
            return Self::Last(preset);
        }
        let bounds = (Bound::read(parameters.get("from")), Bound::read(parameters.get("to")));
        match bounds {
            (Bound::Open, Bound::Open) => Self::All,
            (from, to) => Self::Custom { from, to },
        }
    }

    /// From one time, inclusive, to another, exclusive.
    pub(crate) fn between(from: UnixMicros, to: UnixMicros) -> Self {
        Self::Custom { from: Bound::At(from), to: Bound::At(to) }
    }

    /// The parameters that say the same.
    pub(crate) fn write(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::All => Vec::new(),
            Self::Last(preset) => vec![("range", preset.name().to_owned())],
            Self::Custom { from, to } => {
                let bounds = [("from", from.to_input()), ("to", to.to_input())];
                bounds.into_iter().filter(|(_, text)| !text.is_empty()).collect()
            }
        }
    }

    /// The range for people; nothing for all times.
    pub(crate) fn title(&self, texts: &Texts) -> Option<String> {
        let (from, to) = match self {
            Self::All => return None,
            Self::Last(preset) => return Some(preset.title(texts).to_owned()),
            Self::Custom { from, to } => (from.time(), to.time()),
        };
        let text = |time| exact(time, texts);
        Some(match (from.map(text), to.map(text)) {
            (Some(from), Some(to)) => (texts.logs.between)(&from, &to),
            (Some(from), None) => (texts.logs.since)(&from),
            (None, Some(to)) => (texts.logs.until)(&to),
            (None, None) => String::new(),
        })
    }

    /// The bounds asked of the ledger: from inclusive, to exclusive.
    pub(crate) fn bounds(&self, now: UnixMicros) -> (Option<UnixMicros>, Option<UnixMicros>) {
        match self {
            Self::All => (None, None),
            Self::Last(preset) => {
                // Whole seconds: a part of the range can be asked for in a form.
                let from = now.saturating_add(-preset.micros());
                let fraction = from.micros().rem_euclid(SECOND_MICROS);
                (Some(from.saturating_add(-fraction)), None)
            }
            Self::Custom { from, to } => (from.time(), to.time()),
        }
    }

    /// The bounds as the API and commands read them: `now-24h`, or a time.
    pub(crate) fn written_bounds(&self) -> (Option<String>, Option<String>) {
        match self {
            Self::All => (None, None),
            Self::Last(preset) => (Some(format!("now-{}", preset.name())), None),
            Self::Custom { from, to } => {
                let text = |bound: &Bound| bound.time().map(|time| time.to_string());
                (text(from), text(to))
            }
        }
    }

    /// What was given and is not a time.
    pub(crate) fn unreadable(&self) -> Vec<&str> {
        let Self::Custom { from, to } = self else {
            return Vec::new();
        };
        let texts = [from, to].into_iter().filter_map(|bound| match bound {
            Bound::Unreadable(text) => Some(text.as_str()),
            Bound::Open | Bound::At(_) => None,
        });
        texts.collect()
    }
}

/// A time in UTC as a browser's date and time field writes it, or RFC 3339 with any offset.
fn parse(text: &str) -> Option<UnixMicros> {
    if let Some(time) = UnixMicros::parse_rfc3339(text) {
        return Some(time);
    }
    let civil: DateTime = text.parse().ok()?;
    let timestamp = civil.to_zoned(TimeZone::UTC).ok()?.timestamp();
    UnixMicros::new(timestamp.as_microsecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_browsers_and_people_write_them() {
        let cases = [
            ("2026-11-20", Some("2026-11-20T00:00:00.000000Z")),
            ("2026-11-20T14:29", Some("2026-11-20T14:29:00.000000Z")),
            ("2026-11-20T14:29:31", Some("2026-11-20T14:29:31.000000Z")),
            ("2026-11-20T14:29:31.25", Some("2026-11-20T14:29:31.250000Z")),
            ("2026-11-20T15:29:31+01:00", Some("2026-11-20T14:29:31.000000Z")),
            ("2026-11-31", None),
            ("14:29", None),
            ("yesterday", None),
            ("9999-12-31T23:59", None),
        ];
        for (text, expected) in cases {
            let time = parse(text).map(|time| time.to_string());
            assert_eq!(time.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_preset_ends_now_and_is_open() {
        let now = UnixMicros::parse_rfc3339("2026-11-20T14:29:31.5Z").unwrap();
        let (from, to) = TimeRange::Last(Preset::Week).bounds(now);
        assert_eq!(from.unwrap().to_string(), "2026-11-13T14:29:31.000000Z");
        assert_eq!(to, None);
    }
}
