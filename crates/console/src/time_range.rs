//! From when to when.
//!
//! A form says `2026-11-20T17:29`, by the clock of its reader's zone; an address that is handed on
//! says `2026-11-20T14:29:00Z`, which is the same time for everybody. So a bound without an offset
//! is settled as its request arrives ([`settle`]) and written in UTC ever after: what is written
//! is read again, in whichever zone, and only [`Bound::field`] turns it back into what a form's
//! field can hold.

use gatelog_event::time::UnixMicros;
use jiff::civil::DateTime;

use crate::links::Parameters;
use crate::moment::stated;
use crate::texts::Texts;
use crate::zone::Zone;

const SECOND_MICROS: i64 = 1_000_000;
const HOUR_MICROS: i64 = 3_600 * SECOND_MICROS;

/// The parameters of a custom range.
const BOUNDS: [&str; 2] = ["from", "to"];

/// The `type` of a field in which a time is chosen by the clock.
const CLOCK: &str = "datetime-local";

/// The `type` of a field that can hold a time which no clock shows just once, and parts of a second.
const TEXT: &str = "text";

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

/// An end of a custom range in a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BoundField {
    /// The `type` of its `<input>`.
    pub(crate) kind: &'static str,
    pub(crate) value: String,
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
    fn read(text: &str) -> Self {
        match text {
            "" => Self::Open,
            text => parse(text, &Zone::default())
                .map_or_else(|| Self::Unreadable(text.to_owned()), Self::At),
        }
    }

    /// Its text in an address; nothing if there is no bound.
    pub(crate) fn written(&self) -> String {
        match self {
            Self::Open => String::new(),
            Self::At(time) => time.timestamp().to_string(),
            Self::Unreadable(text) => text.clone(),
        }
    }

    /// What a form's field has of it, in the reader's zone.
    pub(crate) fn field(&self, zone: &Zone) -> BoundField {
        let (kind, value) = match self {
            Self::Open => (CLOCK, String::new()),
            Self::Unreadable(text) => (CLOCK, text.clone()),
            Self::At(time) => {
                let shown = zone.civil(*time).to_string();
                let is_whole = time.micros().rem_euclid(SECOND_MICROS) == 0;
                match is_whole && parse(&shown, zone) == Some(*time) {
                    true => (CLOCK, shown.strip_suffix(":00").unwrap_or(&shown).to_owned()),
                    false => (TEXT, zone.with_offset(*time)),
                }
            }
        };
        BoundField { kind, value }
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
        let [from, to] = BOUNDS.map(|name| parameters.get(name).unwrap_or_default());
        Self::of_texts(from, to)
    }

    /// From one time to another as they are written; an empty text is no bound.
    pub(crate) fn of_texts(from: &str, to: &str) -> Self {
        match (Bound::read(from), Bound::read(to)) {
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
                let bounds = BOUNDS.into_iter().zip([from.written(), to.written()]);
                bounds.filter(|(_, text)| !text.is_empty()).collect()
            }
        }
    }

    /// The range for people; nothing for all times.
    pub(crate) fn title(&self, zone: &Zone, texts: &Texts) -> Option<String> {
        let (from, to) = match self {
            Self::All => return None,
            Self::Last(preset) => return Some(preset.title(texts).to_owned()),
            Self::Custom { from, to } => (from.time(), to.time()),
        };
        let text = |time| stated(time, zone, texts);
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

/// Takes times in the parameters of a request by the clock of its reader, and says them in UTC.
pub(crate) fn settle(parameters: Parameters, zone: &Zone) -> Parameters {
    parameters.settled(&BOUNDS, |text| Some(Bound::At(parse(text, zone)?).written()))
}

/// A time as a browser's date and time field writes it, by the clock of a zone, or RFC 3339 with
/// any offset. Of an hour that clocks show twice it is the first, and of one that they skip the
/// one after.
fn parse(text: &str, zone: &Zone) -> Option<UnixMicros> {
    if let Some(time) = UnixMicros::parse_rfc3339(text) {
        return Some(time);
    }
    let civil: DateTime = text.parse().ok()?;
    let timestamp = civil.to_zoned(zone.rules().clone()).ok()?.timestamp();
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
            let time = parse(text, &Zone::default()).map(|time| time.to_string());
            assert_eq!(time.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn clocks_that_show_an_hour_twice_or_never() {
        let paris = Zone::from_name("Europe/Paris").unwrap();
        let sao_paulo = Zone::from_name("America/Sao_Paulo").unwrap();
        let cases = [
            // Read by the clock, then in the field again.
            (&paris, "2026-10-25T01:59", "2026-10-24T23:59:00Z", CLOCK, "2026-10-25T01:59"),
            (&paris, "2026-10-25T02:30", "2026-10-25T00:30:00Z", CLOCK, "2026-10-25T02:30"),
            (
                &paris,
                "2026-10-25T01:30:00Z",
                "2026-10-25T01:30:00Z",
                TEXT,
                "2026-10-25T02:30:00+01:00",
            ),
            (&paris, "2026-03-29T02:30", "2026-03-29T01:30:00Z", CLOCK, "2026-03-29T03:30"),
            (&paris, "2026-03-29", "2026-03-28T23:00:00Z", CLOCK, "2026-03-29T00:00"),
            (&sao_paulo, "2018-11-04", "2018-11-04T03:00:00Z", CLOCK, "2018-11-04T01:00"),
            (
                &paris,
                "2026-11-20T10:00:00.25",
                "2026-11-20T09:00:00.25Z",
                TEXT,
                "2026-11-20T10:00:00.25+01:00",
            ),
        ];
        for (zone, given, written, kind, value) in cases {
            let bound = Bound::At(parse(given, zone).unwrap());
            assert_eq!(bound.written(), written, "{given}");
            let field = bound.field(zone);
            assert_eq!((field.kind, &*field.value), (kind, value), "{given}");
            assert_eq!(parse(&field.value, zone), bound.time(), "{given}");
        }
    }

    #[test]
    fn times_of_a_form_are_settled_as_they_arrive() {
        let istanbul = Zone::from_name("Europe/Istanbul").unwrap();
        let cases = [
            ("from=2026-11-20T17:29&to=", Some("/logs?from=2026-11-20T14:29:00Z")),
            ("q=from&from=2026-11-20T14:29:00Z", None),
            ("to=2026-11-20T14:29:00%2B01:00", Some("/logs?to=2026-11-20T13:29:00Z")),
            ("from=yesterday", None),
        ];
        for (query, expected) in cases {
            let settled = settle(Parameters::parse(query), &istanbul);
            assert_eq!(settled.tidier("/logs").as_deref(), expected);
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
