//! Filling the server: in bulk, with somebody reading meanwhile, and then one by one.

use std::cell::Cell;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use bytes::Bytes;
use futures_util::future::try_join_all;
use hyper::StatusCode;
use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, mpsc};

use super::connection::Connection;
use super::events::{BODY_EVENTS, Body, Month};
use super::percentiles::Percentiles;
use super::server::Server;
use crate::output::progress::Progress;

/// Connections that load in bulk.
const BULK_CONNECTIONS: usize = 2;

/// Connections that send one event at a time.
const SINGLE_CONNECTIONS: usize = 32;

/// Bodies that are ready before they can be sent.
const BODIES_READY: usize = 4;

/// What is read while events arrive at full speed, and the pause after each answer.
const READ_PAUSE: Duration = Duration::from_millis(20);
const NEWEST: &str = "/v1/events?limit=20";

/// A server that is busy is asked again after this.
const BUSY_PAUSE: Duration = Duration::from_millis(100);

const EVENTS: &str = "/v1/events?format=logto";

/// How a bulk load went.
#[derive(Debug, Serialize)]
pub(super) struct Bulk {
    pub(super) events: u64,
    pub(super) bytes: u64,
    /// From the first body to the last answer.
    pub(super) seconds: f64,
    /// Of the server, to the last answer.
    pub(super) cpu_seconds: f64,
    /// Of the newest page and its total, while all that arrived.
    pub(super) newest_page_meanwhile: Option<Percentiles>,
}

/// How sending one event at a time went.
#[derive(Debug, Serialize)]
pub(super) struct Singles {
    pub(super) events: u64,
    pub(super) connections: usize,
    pub(super) seconds: f64,
    /// Of the server.
    pub(super) cpu_seconds: f64,
    /// From an event to its answer.
    pub(super) answers: Option<Percentiles>,
}

/// Bodies on their way to the connections that send them.
type Bodies = Mutex<mpsc::Receiver<Body>>;

/// What one connection sent.
#[derive(Default)]
struct Sent {
    events: u64,
    bytes: u64,
    durations: Vec<Duration>,
}

/// Loads the month.
///
/// # Errors
/// When an event is not kept.
pub(super) async fn bulk(server: &Server, month: Month) -> anyhow::Result<Bulk> {
    let progress = Progress::of_steps(month.events as u64, "loading");
    let bodies = inventing(move |take| month.bodies(BODY_EVENTS, take));
    let mut reader = server.connect().await?;
    let is_over = Cell::new(false);
    let begun = Spent::begin(server)?;
    let loading = async {
        let sent = send(server, BULK_CONNECTIONS, &bodies, &progress).await;
        is_over.set(true);
        Ok::<_, anyhow::Error>((sent?, begun.end(server)?))
    };
    let (loaded, read) = tokio::join!(loading, read_meanwhile(&mut reader, &is_over));
    let (sent, (seconds, cpu_seconds)) = loaded?;
    progress.finish();
    Ok(Bulk {
        events: sent.events,
        bytes: sent.bytes,
        seconds,
        cpu_seconds,
        newest_page_meanwhile: Percentiles::of(read?),
    })
}

/// Sends events of the day after the month, each in a request of its own.
///
/// # Errors
/// When an event is not kept.
pub(super) async fn singles(
    server: &Server,
    month: Month,
    events: usize,
) -> anyhow::Result<Singles> {
    let progress = Progress::of_steps(events as u64, "sending one by one");
    let bodies = inventing(move |take| month.next_day(events, take));
    let begun = Spent::begin(server)?;
    let sent = send(server, SINGLE_CONNECTIONS, &bodies, &progress).await?;
    let (seconds, cpu_seconds) = begun.end(server)?;
    progress.finish();
    Ok(Singles {
        events: sent.events,
        connections: SINGLE_CONNECTIONS,
        seconds,
        cpu_seconds,
        answers: Percentiles::of(sent.durations),
    })
}

/// Invents events on a thread of its own, no faster than they are sent.
fn inventing(invent: impl FnOnce(&mut dyn FnMut(Body) -> bool) + Send + 'static) -> Bodies {
    let (ready, bodies) = mpsc::channel(BODIES_READY);
    std::thread::spawn(move || invent(&mut |body| ready.blocking_send(body).is_ok()));
    Mutex::new(bodies)
}

/// Sends all bodies over so many connections at once.
async fn send(
    server: &Server,
    connections: usize,
    bodies: &Bodies,
    progress: &Progress,
) -> anyhow::Result<Sent> {
    let sending = (0..connections).map(|_| async {
        let mut connection = server.connect().await?;
        send_over(&mut connection, bodies, progress).await
    });
    let mut all = Sent::default();
    for sent in try_join_all(sending).await? {
        all.events += sent.events;
        all.bytes += sent.bytes;
        all.durations.extend(sent.durations);
    }
    Ok(all)
}

async fn send_over(
    connection: &mut Connection,
    bodies: &Bodies,
    progress: &Progress,
) -> anyhow::Result<Sent> {
    let mut sent = Sent::default();
    loop {
        // The lock is not held while a body is on its way.
        let next = bodies.lock().await.recv().await;
        let Some(Body { bytes, events }) = next else { return Ok(sent) };
        sent.bytes += bytes.len() as u64;
        let begun = Instant::now();
        post(connection, bytes, events).await?;
        sent.durations.push(begun.elapsed());
        sent.events += events;
        progress.advance(events);
    }
}

#[derive(Deserialize)]
struct Report {
    accepted: u64,
}

/// Sends a body until the server has room for it.
async fn post(connection: &mut Connection, bytes: Bytes, events: u64) -> anyhow::Result<()> {
    loop {
        let (status, answer) = connection.post(EVENTS, bytes.clone()).await?;
        match status {
            StatusCode::OK => {
                let report: Report = serde_json::from_slice(&answer).context("no report")?;
                if report.accepted != events {
                    bail!("of {events} events {} were accepted", report.accepted);
                }
                return Ok(());
            }
            StatusCode::TOO_MANY_REQUESTS => tokio::time::sleep(BUSY_PAUSE).await,
            _ => bail!("an event was refused with {status}: {}", String::from_utf8_lossy(&answer)),
        }
    }
}

async fn read_meanwhile(
    reader: &mut Connection,
    is_over: &Cell<bool>,
) -> anyhow::Result<Vec<Duration>> {
    let mut durations = Vec::new();
    while !is_over.get() {
        let begun = Instant::now();
        reader.get(NEWEST).await?;
        durations.push(begun.elapsed());
        tokio::time::sleep(READ_PAUSE).await;
    }
    Ok(durations)
}

/// What a piece of work takes of the clock and of the server.
struct Spent {
    begun: Instant,
    cpu_seconds: f64,
}

impl Spent {
    fn begin(server: &Server) -> anyhow::Result<Self> {
        Ok(Self { begun: Instant::now(), cpu_seconds: server.cpu_seconds()? })
    }

    /// Seconds that went by, and seconds of processor time the server spent.
    fn end(self, server: &Server) -> anyhow::Result<(f64, f64)> {
        let seconds = self.begun.elapsed().as_secs_f64();
        Ok((seconds, server.cpu_seconds()? - self.cpu_seconds))
    }
}
