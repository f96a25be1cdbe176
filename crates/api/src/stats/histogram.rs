//! `GET /v1/stats/histogram`: how many events lie in each of equal stretches of time.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use gatelog_event::language::Language;
use gatelog_event::time::UnixMicros;
use gatelog_ledger::{Bucket, CountedBy};
use gatelog_query::interval::TooManyBuckets;
use gatelog_query::zone::time_zone;
use gatelog_query::{Interval, Order, Query};
use gatelog_service::Service;
use serde::Serialize;

use super::grouping::{self, WireValue, wire_values};
use crate::parameters::Parameters;
use crate::problem::Problem;
use crate::question::{Asked, Question};
use crate::reader::Reader;

const VALUES_DEFAULT: usize = 20;

/// Values counted apart in each bucket. More cannot be told apart in a chart.
const VALUES_MAX: usize = 100;

#[derive(Serialize)]
pub(crate) struct WireHistogram {
    interval: String,
    tz: String,
    buckets: Vec<WireBucket>,
    /// The values counted apart, most frequent first, with how often they occur in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<Vec<WireValue>>,
}

#[derive(Serialize)]
struct WireBucket {
    start: String,
    count: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<BTreeMap<String, u64>>,
    /// How many have none of the values counted apart.
    #[serde(skip_serializing_if = "is_zero")]
    other: u64,
}

/// How events are put into buckets.
#[derive(Debug)]
struct Division {
    /// `None`: one that suits the time there is.
    interval: Option<Interval>,
    by: Option<CountedBy>,
    tz: String,
    language: Language,
}

pub(crate) async fn histogram(
    State(service): State<Arc<Service>>,
    reader: Reader,
    uri: Uri,
) -> Result<Json<WireHistogram>, Problem> {
    let mut parameters = Parameters::of(&uri)?;
    let division = Division::take(&mut parameters)?;
    let question = Question::take(&mut parameters, service.now())?;
    parameters.finish(&Question::known_parameters("interval, by, by_limit, tz, lang"))?;
    let reads_records =
        division.by.as_ref().is_some_and(|by| grouping::reads_records(&by.grouping));
    let answer = |reader: &Reader, asked: Asked| answer(reader, &asked.query, division);
    reader.ask(question, Order::OldestFirst, reads_records, answer).await
}

impl Division {
    fn take(parameters: &mut Parameters) -> Result<Self, Problem> {
        let interval = match parameters.take("interval")?.as_deref() {
            None | Some("auto") => None,
            Some(text) => Some(text.parse().map_err(|error| refuse("interval", error))?),
        };
        let values_max = parameters.take_limit("by_limit", VALUES_DEFAULT, VALUES_MAX)?;
        let by = match parameters.take("by")? {
            Some(name) => Some(CountedBy { grouping: grouping::read("by", &name)?, values_max }),
            None => None,
        };
        let tz = parameters.take("tz")?.unwrap_or_else(|| "UTC".to_owned());
        let language = grouping::language(parameters)?;
        Ok(Self { interval, by, tz, language })
    }
}

fn answer(
    reader: &Reader,
    query: &Query,
    division: Division,
) -> Result<Json<WireHistogram>, Problem> {
    let Division { interval, by, tz, language } = division;
    let zone = time_zone(&tz).map_err(|error| refuse("tz", error))?;
    // Both the times to divide and what is counted between them are of the same events.
    let matches = reader.tenant.ledger().matches(query)?;
    let (from, to) = match (query.from, query.to) {
        (Some(from), Some(to)) => (from, to),
        (from, to) => stretch(from, to, matches.extent()?),
    };
    let automatic = Interval::automatic(from, to);
    let interval = interval.unwrap_or(automatic);
    let starts = interval.edges(from, to, &zone).map_err(|error: TooManyBuckets| {
        Problem::bad_request(format!("`interval`: {error}; `{automatic}` would do"))
    })?;
    let found = matches.histogram(&starts, by.as_ref())?;
    let values: Vec<&str> = found.values.iter().map(|value| &*value.value).collect();
    let wire_bucket = |bucket: &Bucket| match by {
        Some(_) => counted_apart(bucket, &values),
        None => {
            WireBucket { start: bucket.start.to_string(), count: bucket.count, by: None, other: 0 }
        }
    };
    let buckets = found.buckets.iter().map(wire_bucket).collect();
    let names = reader.names();
    let values = by.as_ref().map(|by| wire_values(&found.values, &by.grouping, names, language));
    Ok(Json(WireHistogram { interval: interval.to_string(), tz, buckets, values }))
}

/// The time to divide: what is asked for, and where nothing is, from the first to the last matching
/// event, `extent`. Without any there is none.
fn stretch(
    from: Option<UnixMicros>,
    to: Option<UnixMicros>,
    extent: Option<(UnixMicros, UnixMicros)>,
) -> (UnixMicros, UnixMicros) {
    match extent {
        Some((first, last)) => (from.unwrap_or(first), to.unwrap_or(last.saturating_add(1))),
        None => (UnixMicros::EPOCH, UnixMicros::EPOCH),
    }
}

/// A bucket with the values that occur in it. A path can find several values in one event, so that
/// they are more than the events.
fn counted_apart(bucket: &Bucket, values: &[&str]) -> WireBucket {
    let occurring = values.iter().zip(&bucket.by_value).filter(|(_, count)| **count > 0);
    let by: BTreeMap<String, u64> =
        occurring.map(|(value, count)| ((*value).to_owned(), *count)).collect();
    let other = bucket.count.saturating_sub(by.values().sum());
    WireBucket { start: bucket.start.to_string(), count: bucket.count, by: Some(by), other }
}

fn refuse(parameter: &str, error: impl std::fmt::Display) -> Problem {
    Problem::bad_request(format!("`{parameter}`: {error}"))
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde calls")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_that_is_divided_is_what_was_asked_for_else_what_there_is() {
        let time = UnixMicros::clamped;
        for (from, to, extent, expected) in [
            (None, None, Some((5, 9)), (5, 10)),
            (Some(1), None, Some((5, 9)), (1, 10)),
            (None, Some(20), Some((5, 9)), (5, 20)),
            (Some(1), None, None, (0, 0)),
            (None, None, None, (0, 0)),
        ] {
            let extent = extent.map(|(first, last)| (time(first), time(last)));
            let (from, to) = stretch(from.map(time), to.map(time), extent);
            assert_eq!((from.micros(), to.micros()), expected);
        }
    }
}
