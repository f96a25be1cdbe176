//! Parameters to a question for the ledger, checked in the order in which Logto checks them.

use gatelog_event::fields::IndexedField;
use gatelog_event::limits::INDEXED_VALUE_BYTES_MAX;
use gatelog_event::source::Source;
use gatelog_event::time::UnixMicros;
use gatelog_query::{DataPath, Field, Filter, Order, Query, RecordTest, Test, Value, ValueTest};

use super::number::{number, saturating_i64};
use super::pagination::{Page, Pagination};
use super::parameters::{Given, Parameters};
use super::refusal::Refusal;

/// Every parameter that must not be repeated, besides those of the page.
const SCALARS: [&str; 6] =
    ["userId", "applicationId", "logKey", "start_time", "end_time", "enableCap"];

/// Those of a webhook's runs.
const SCALARS_OF_HOOK: [&str; 4] = ["logKey", "start_time", "end_time", "enableCap"];

/// A row's key, also of an event that another system wrote.
const KEY: Field = Field::Counterpart(Source::Logto);

/// Rows that tell of a webhook's run.
const HOOK_PREFIX: &str = "TriggerHook";

/// Where nobody says from when or to when, the runs of a webhook are those of so many milliseconds.
const RECENT_MS: f64 = 24.0 * 3_600_000.0;

/// Only rows whose key begins with one of these are listed.
const LISTED_PREFIXES: [&str; 8] = [
    "ExchangeTokenBy",
    "RevokeToken",
    "RevokeGrants",
    "Interaction",
    "JwtCustomizer",
    "SamlApplication",
    "Action",
    "Unknown",
];

/// Rows in which the application acts for itself, so that its id is the actor's for want of a
/// user's. Logto's `userId` does not find them.
const OF_APPLICATIONS: [&str; 2] =
    ["ExchangeTokenBy.ClientCredentials", "JwtCustomizer.ClientCredentials"];

/// Words that mean yes, in any case.
const YES: [&str; 6] = ["1", "true", "y", "yes", "yep", "yeah"];

/// A list of rows.
#[derive(Clone, Copy, Debug)]
pub(super) enum List<'r> {
    /// `GET /api/logs`
    Logs,
    /// `GET /api/hooks/:id/recent-logs`
    OfHook(&'r str),
}

/// What is asked of a list.
#[derive(Clone, Debug)]
pub(super) struct Question {
    /// Which rows, newest first.
    pub(super) query: Query,
    /// Which page of them.
    pub(super) page: Page,
    /// Whether a total past 10,000 is not counted to its end.
    pub(super) is_capped: bool,
}

impl Question {
    /// Checks the parameters. A list of a webhook's runs knows nothing of users and applications.
    ///
    /// # Errors
    /// The first of: [`Refusal::InvalidPagination`], [`Refusal::Repeated`],
    /// [`Refusal::InvalidTime`], [`Refusal::InvalidTimeWindow`], [`Refusal::NotWhole`].
    pub(super) fn read(
        list: List<'_>,
        parameters: &Parameters,
        now: UnixMicros,
    ) -> Result<Self, Refusal> {
        let pagination = Pagination::read(parameters)?;
        let scalars = match list {
            List::Logs => &SCALARS[..],
            List::OfHook(_) => &SCALARS_OF_HOOK[..],
        };
        let is_repeated = |name: &&str| parameters.get(name) == Given::Repeated;
        let repeated: Vec<&str> = scalars.iter().copied().filter(is_repeated).collect();
        if !repeated.is_empty() {
            return Err(Refusal::Repeated(repeated));
        }
        let mut window = Window::read(parameters)?;
        let text = |name| match parameters.get(name) {
            Given::Once(text) if !text.is_empty() => Some(text),
            _ => None,
        };
        let mut parts = Vec::new();
        let prefixes = match list {
            List::Logs => {
                let is_of = |id| indexed_is(IndexedField::ApplicationId, id);
                parts.extend(text("userId").map(user_is));
                parts.extend(text("applicationId").map(is_of));
                &LISTED_PREFIXES[..]
            }
            List::OfHook(id) => {
                if window.is_open() {
                    window.from = Some(to_timestamp(millis(now) - RECENT_MS));
                }
                parts.push(hook_is(id));
                &[HOOK_PREFIX][..]
            }
        };
        parts.push(match text("logKey") {
            None => key_begins(prefixes),
            Some(key) if prefixes.iter().any(|prefix| key.starts_with(prefix)) => {
                Filter::equals(KEY, key)
            }
            Some(_) => nothing(),
        });
        Ok(Self {
            query: window.query(Filter::And(parts)),
            page: pagination.page()?,
            is_capped: text("enableCap").is_some_and(|it| YES.contains(&&*it.to_lowercase())),
        })
    }
}

/// The question for the one row with this id, whatever its key.
pub(super) fn by_id(id: &str) -> Query {
    let has_key = Filter::Not(Box::new(Filter::Field(KEY, Test::Missing)));
    Query::new(Filter::equals(Field::Id, id).and(has_key))
}

/// `start_time` and `end_time` in microseconds since 1970. Rows have times to the microsecond and
/// show milliseconds, so the whole millisecond from the end on is included.
struct Window {
    from: Option<i64>,
    /// The first time that is too late.
    to: Option<i64>,
}

impl Window {
    fn read(parameters: &Parameters) -> Result<Self, Refusal> {
        let time = |name| match parameters.get(name) {
            Given::Absent => Ok(None),
            Given::Once(text) => {
                let value = Some(number(text)).filter(|value| value.is_finite());
                value.map(Some).ok_or(Refusal::InvalidTime(name))
            }
            Given::Repeated => Err(Refusal::Repeated(vec![name])),
        };
        let (start, end) = (time("start_time")?, time("end_time")?);
        if start.zip(end).is_some_and(|(start, end)| start > end) {
            return Err(Refusal::InvalidTimeWindow);
        }
        Ok(Self { from: start.map(to_timestamp), to: end.map(|end| to_timestamp(end + 1.0)) })
    }

    fn is_open(&self) -> bool {
        self.from.is_none() && self.to.is_none()
    }

    /// Bounds outside the years an event can be in leave out everything or nothing.
    fn query(&self, filter: Filter) -> Query {
        let all_too_early = self.from.is_some_and(|from| from > UnixMicros::MAX.micros());
        let all_too_late = self.to.is_some_and(|to| to <= UnixMicros::MIN.micros());
        Query {
            filter: if all_too_early || all_too_late { nothing() } else { filter },
            from: self.from.map(UnixMicros::clamped),
            to: self.to.and_then(UnixMicros::new),
            order: Order::NewestFirst,
        }
    }
}

/// Milliseconds as PostgreSQL's `to_timestamp(ms / 1000)` rounds them to microseconds. The same
/// steps in the same order, because a fraction of a millisecond can hang on the last bit.
fn to_timestamp(millis: f64) -> i64 {
    /// From 1970 to 2000, where PostgreSQL counts from.
    const EPOCH_SECONDS: f64 = 946_684_800.0;
    const EPOCH_MICROS: i64 = 946_684_800_000_000;
    let micros = ((millis / 1_000.0 - EPOCH_SECONDS) * 1_000_000.0).round_ties_even();
    saturating_i64(micros).saturating_add(EPOCH_MICROS)
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of our years are exact")]
fn millis(time: UnixMicros) -> f64 {
    time.millis_floor() as f64
}

fn key_begins(prefixes: &[&str]) -> Filter {
    let begins = |prefix: &&str| Filter::Field(KEY, Test::StartsWith((*prefix).to_owned()));
    Filter::Or(prefixes.iter().map(begins).collect())
}

fn hook_is(id: &str) -> Filter {
    let path = ["payload", "hookId"].map(str::to_owned);
    let is = ValueTest::Equals(Value::Text(id.to_owned()));
    let path = DataPath::new(path.to_vec());
    path.map_or_else(nothing, |path| Filter::Record(RecordTest::Value(path, is)))
}

/// Somebody acted as this user: an application that acts for itself is none. Of other systems'
/// events it is one that has the application's id.
fn user_is(id: &str) -> Filter {
    let of_applications = OF_APPLICATIONS.map(|key| Filter::equals(KEY, key));
    let is_foreign = Filter::Not(Box::new(Filter::equals(Field::Source, Source::Logto.name())));
    let may_act = Filter::Or(of_applications.into_iter().chain([is_foreign]).collect());
    let acts_for_itself = may_act.and(indexed_is(IndexedField::ApplicationId, id));
    indexed_is(IndexedField::ActorId, id).and(Filter::Not(Box::new(acts_for_itself)))
}

/// The index holds only the beginning of a long value. A text that could be such a beginning is
/// not found at all, rather than in the wrong rows; Logto's own ids have 12 and 21 characters.
fn indexed_is(field: IndexedField, value: &str) -> Filter {
    /// A value is cut between characters, which have up to four bytes.
    const WHOLE_BYTES_MAX: usize = INDEXED_VALUE_BYTES_MAX - 4;
    match value.len() {
        ..=WHOLE_BYTES_MAX => Filter::equals(Field::Indexed(field), value),
        _ => nothing(),
    }
}

fn nothing() -> Filter {
    Filter::Or(Vec::new())
}
