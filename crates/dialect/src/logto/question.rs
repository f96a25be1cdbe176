//! Parameters to a question for the ledger, checked in the order in which Logto checks them.

use gatelog_event::catalogue::catalogue;
use gatelog_event::fields::IndexedField;
use gatelog_event::limits::INDEXED_VALUE_BYTES_MAX;
use gatelog_event::source::Source;
use gatelog_event::time::UnixMicros;
use gatelog_query::{Field, Filter, Order, Query, Test};

use super::number::{number, saturating_i64};
use super::pagination::{Page, Pagination};
use super::parameters::{Given, Parameters};
use super::refusal::Refusal;

/// Every parameter that must not be repeated, besides those of the page.
const SCALARS: [&str; 6] =
    ["userId", "applicationId", "logKey", "start_time", "end_time", "enableCap"];

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

/// What `GET /api/logs` asks for.
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
    /// Checks the parameters.
    ///
    /// # Errors
    /// The first of: [`Refusal::InvalidPagination`], [`Refusal::Repeated`],
    /// [`Refusal::InvalidTime`], [`Refusal::InvalidTimeWindow`], [`Refusal::NotWhole`].
    pub(super) fn read(parameters: &Parameters) -> Result<Self, Refusal> {
        let pagination = Pagination::read(parameters)?;
        let is_repeated = |name: &&str| parameters.get(name) == Given::Repeated;
        let repeated: Vec<&str> = SCALARS.into_iter().filter(is_repeated).collect();
        if !repeated.is_empty() {
            return Err(Refusal::Repeated(repeated));
        }
        let window = Window::read(parameters)?;
        let text = |name| match parameters.get(name) {
            Given::Once(text) if !text.is_empty() => Some(text),
            _ => None,
        };
        // What leaves over the fewest rows comes first: the ledger stops where none are left.
        let mut parts = Vec::new();
        parts.extend(text("userId").map(user_is));
        parts.extend(text("applicationId").map(|id| indexed_is(IndexedField::ApplicationId, id)));
        parts.push(text("logKey").map_or_else(is_listed, listed_key_is));
        parts.push(is_of_logto());
        Ok(Self {
            query: window.query(Filter::And(parts)),
            page: pagination.page()?,
            is_capped: text("enableCap").is_some_and(|it| YES.contains(&&*it.to_lowercase())),
        })
    }
}

/// The question for the one row with this id, whatever its key.
pub(super) fn by_id(id: &str) -> Query {
    Query::new(Filter::equals(Field::Id, id).and(is_of_logto()))
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

fn is_of_logto() -> Filter {
    Filter::equals(Field::Source, Source::Logto.name())
}

fn is_listed() -> Filter {
    let begins = |prefix: &str| Filter::Field(Field::Type, Test::StartsWith(prefix.to_owned()));
    Filter::Or(LISTED_PREFIXES.into_iter().map(begins).collect())
}

fn listed_key_is(key: &str) -> Filter {
    match LISTED_PREFIXES.iter().any(|prefix| key.starts_with(prefix)) {
        true => key_is(key),
        false => nothing(),
    }
}

fn user_is(id: &str) -> Filter {
    let is_of_applications = OF_APPLICATIONS.into_iter().map(key_is).collect();
    let acts_for_itself = Filter::And(vec![
        Filter::Or(is_of_applications),
        indexed_is(IndexedField::ApplicationId, id),
    ]);
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

/// Exactly this key. A condition on the type also holds for a type with this text as an alias;
/// those types are taken out again.
fn key_is(key: &str) -> Filter {
    let logto = catalogue(Source::Logto).event_types().iter();
    let with_alias = logto.filter(|known| known.aliases.contains(&key) && known.key != key);
    let others = with_alias.map(|known| Filter::equals(Field::Type, known.key));
    let mut parts = vec![Filter::equals(Field::Type, key)];
    parts.extend(others.map(|other| Filter::Not(Box::new(other))));
    Filter::And(parts)
}

fn nothing() -> Filter {
    Filter::Or(Vec::new())
}
