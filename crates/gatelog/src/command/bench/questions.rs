//! What the server is asked: the questions people ask most of an audit log.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use rustix::fs::{Advice, fadvise};
use serde::{Deserialize, Serialize};

use super::connection::Connection;
use super::events::Month;
use super::percentiles::Percentiles;
use super::server::Server;
use crate::output::progress::Progress;

/// Events of a page.
const PAGE: &str = "limit=20";

/// The same of Logto's API.
const LOGTO_PAGE: &str = "page_size=20";

/// The same of Authgear's API: what its portal lists, and with the whole events.
const AUTHGEAR_LIST: &str = "{ auditLogs(first: 20) { totalCount edges { node { id createdAt activityType user { id } } } } }";
const AUTHGEAR_DATA: &str =
    "{ auditLogs(first: 20) { totalCount edges { node { id createdAt activityType data } } } }";

/// A question.
#[derive(Debug)]
pub(super) struct Question {
    name: &'static str,
    /// Its address.
    target: String,
    /// A GraphQL document that is sent there.
    document: Option<&'static str>,
}

/// How long a question took to answer.
#[derive(Debug, Serialize)]
pub(super) struct Answered {
    pub(super) question: &'static str,
    /// The first answer of a server that was just started, with nothing of its data in memory. None
    /// if it refuses, as too many records would have to be read.
    pub(super) cold_ms: Option<f64>,
    /// Answers of a server that was asked before, if it does not refuse.
    pub(super) warm: Option<Percentiles>,
}

#[derive(Deserialize)]
struct Facets {
    facets: Facet,
}

#[derive(Deserialize)]
struct Facet {
    #[serde(rename = "application.id")]
    applications: Vec<Value>,
    #[serde(rename = "actor.id")]
    actors: Vec<Value>,
    #[serde(rename = "type")]
    types: Vec<Value>,
}

#[derive(Deserialize)]
struct Value {
    value: String,
}

#[derive(Deserialize)]
struct Page {
    events: Vec<Event>,
}

#[derive(Deserialize)]
struct Event {
    id: String,
    #[serde(default)]
    actor: Actor,
}

#[derive(Deserialize)]
struct Counted {
    count: u64,
}

#[derive(Default, Deserialize)]
struct Actor {
    identifier: Option<String>,
}

/// E-mail addresses of which a usual one is chosen.
const ADDRESSES_MAX: usize = 15;

/// The event type that is asked for: one event in forty.
const SIGN_IN: &str = "Interaction.SignIn.Verification.Password.Submit";

/// Chooses what to ask about from what is most frequent: a busy application, a busy user.
///
/// # Errors
/// When the server does not say.
pub(super) async fn choose(server: &Server, events: usize) -> anyhow::Result<Vec<Question>> {
    let mut connection = server.connect().await?;
    let fields = "application.id,actor.id,type";
    let found = connection.get(&format!("/v1/stats/facets?fields={fields}&limit=100")).await?;
    let found: Facets = serde_json::from_slice(&found).context("no facets")?;
    let first = |values: &[Value]| values.first().map(|value| value.value.clone());
    let application = first(&found.facets.applications).context("no application")?;
    let user = first(&found.facets.actors).context("no user")?;
    ensure!(found.facets.types.iter().any(|found| found.value == SIGN_IN), "no event of {SIGN_IN}");
    let middle = connection.get(&format!("/v1/events?limit=1000&offset={}", events / 2)).await?;
    let middle: Page = serde_json::from_slice(&middle).context("no event")?;
    let id = &middle.events.first().context("no event")?.id;
    let e_mail = usual_address(&mut connection, &middle.events).await?;

    let (day, week) = (Month::days_before_end(1), Month::days_before_end(7));
    let (begin, end) = (Month::days_before_end(30), Month::end());
    let page = |question: &str| format!("/v1/events?{PAGE}&{question}");
    let sign_in = format!("type={SIGN_IN}");
    let anywhere = |word: &str| page(&has_word(word));
    let histogram = |rest: &str| format!("/v1/stats/histogram?from={begin}&to={end}&{rest}");
    let questions = [
        ("newest page and total", page("")),
        ("one event type", page(&sign_in)),
        ("one busy application", page(&format!("application.id={application}"))),
        (
            "application, type, 7 days",
            page(&format!("application.id={application}&{sign_in}&from={week}&to={end}")),
        ),
        ("one busy user", page(&format!("actor.id={user}"))),
        ("a user who does not exist", page("actor.id=nobody000000")),
        ("page at offset 100,000", page(&format!("offset={}", 100_000.min(events / 2)))),
        ("one event by its id", format!("/v1/events/{id}")),
        ("failures of one day", page(&format!("outcome=failure&from={day}&to={end}"))),
        ("an e-mail address anywhere", anywhere(&e_mail)),
        ("a word that is nowhere", anywhere("zzyzxnowhere")),
        ("30 days by outcome", histogram("interval=1d&by=outcome")),
        ("30 days by hour", histogram("interval=1h")),
        ("all event types", "/v1/stats/facets?fields=type&limit=1000".to_owned()),
        ("top users of failures", "/v1/stats/facets?fields=actor.id&outcome=failure".to_owned()),
    ];
    let own = questions.map(|(name, target)| Question { name, target, document: None });
    Ok(own.into_iter().chain(through_dialects(&application, &user)).collect())
}

/// Other products' pages of the same size, to be compared with our own.
fn through_dialects(application: &str, user: &str) -> [Question; 6] {
    let question = |name, target: String, document| Question { name, target, document };
    let of_application = format!("applicationId={application}");
    let of_user = format!("userId={user}");
    [
        question("newest page, Logto's API", format!("/api/logs?{LOGTO_PAGE}"), None),
        question(
            "one busy application, Logto's API",
            format!("/api/logs?{LOGTO_PAGE}&{of_application}"),
            None,
        ),
        question("one busy user, Logto's API", format!("/api/logs?{LOGTO_PAGE}&{of_user}"), None),
        question("newest page, PlusAuth's API", format!("/api/v1/logs/?{PAGE}"), None),
        question(
            "newest page, Authgear's list",
            "/_api/admin/graphql".to_owned(),
            Some(AUTHGEAR_LIST),
        ),
        question(
            "newest page, Authgear's data",
            "/_api/admin/graphql".to_owned(),
            Some(AUTHGEAR_DATA),
        ),
    ]
}

/// Of the e-mail addresses in some events, the one that half of them occur less often than: how
/// long it takes to find one depends on how many events have it.
async fn usual_address(connection: &mut Connection, events: &[Event]) -> anyhow::Result<String> {
    let identifiers = events.iter().filter_map(|event| event.actor.identifier.as_deref());
    let addresses: BTreeSet<&str> = identifiers.filter(|text| text.contains('@')).collect();
    let mut by_frequency = Vec::with_capacity(addresses.len());
    for address in addresses.into_iter().take(ADDRESSES_MAX) {
        let counted = connection.get(&format!("/v1/stats/count?{}", has_word(address))).await?;
        let counted: Counted = serde_json::from_slice(&counted).context("no count")?;
        by_frequency.push((counted.count, address));
    }
    by_frequency.sort_unstable();
    let usual = by_frequency.get(by_frequency.len() / 2).context("no address")?;
    Ok(usual.1.to_owned())
}

/// Parameters that ask for a word anywhere.
fn has_word(word: &str) -> String {
    let phrase = format!("\"{word}\"");
    let written: String = form_urlencoded::byte_serialize(phrase.as_bytes()).collect();
    format!("q={written}")
}

/// Asks each question of a server of its own that has just been started, and whose data the
/// operating system has forgotten. Milliseconds, in the order of the questions.
///
/// # Errors
/// When one is not answered.
pub(super) async fn ask_cold(
    data: &Path,
    key: &str,
    questions: &[Question],
) -> anyhow::Result<Vec<Option<f64>>> {
    let progress = Progress::of_steps(questions.len() as u64, "asking cold");
    let mut all_ms = Vec::with_capacity(questions.len());
    for question in questions {
        let server = Server::start(data, key).await?;
        let mut connection = server.connect().await?;
        forget(data).context("cannot drop cached files")?;
        let begun = Instant::now();
        let is_answered = connection.ask(&question.target, question.document).await?.is_some();
        all_ms.push(is_answered.then(|| begun.elapsed().as_secs_f64() * 1e3));
        server.stop().await?;
        progress.advance(1);
    }
    progress.finish();
    Ok(all_ms)
}

/// Asks each question so many times. `cold_ms` are the answers of [`ask_cold`].
///
/// # Errors
/// When one is not answered.
pub(super) async fn ask_warm(
    server: &Server,
    questions: &[Question],
    cold_ms: &[Option<f64>],
    repeat: usize,
) -> anyhow::Result<Vec<Answered>> {
    let progress = Progress::of_steps(questions.len() as u64, "asking again and again");
    let mut connection = server.connect().await?;
    let mut answers = Vec::with_capacity(questions.len());
    for (Question { name, target, document }, cold_ms) in questions.iter().zip(cold_ms) {
        let mut durations = Vec::with_capacity(repeat);
        let is_answered = connection.ask(target, *document).await?.is_some();
        let all_begun = Instant::now();
        let wanted = if is_answered { repeat } else { 0 };
        while durations.len() < wanted && (all_begun.elapsed() < WARM_MAX || durations.is_empty()) {
            let begun = Instant::now();
            connection.ask(target, *document).await?;
            durations.push(begun.elapsed());
        }
        let warm = Percentiles::of(durations);
        answers.push(Answered { question: name, cold_ms: *cold_ms, warm });
        progress.advance(1);
    }
    progress.finish();
    Ok(answers)
}

/// No question is asked again for longer than this.
const WARM_MAX: Duration = Duration::from_secs(20);

/// Makes the operating system forget the files below a directory, as far as it can: what is read
/// next comes from the disk.
fn forget(directory: &Path) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            forget(&path)?;
        } else {
            let file = match File::open(&path) {
                // The server works on them meanwhile, and removes some.
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                file => file?,
            };
            // Only what is on disk can be forgotten.
            file.sync_all()?;
            fadvise(&file, 0, None, Advice::DontNeed)?;
        }
    }
    Ok(())
}
