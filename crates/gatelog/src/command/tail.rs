//! `gatelog tail`: events as they arrive at a running server.
//!
//! - [`messages`]: the stream of server-sent events as messages.
//!
//! When the connection is lost, it is made again, and the server goes on behind the last message:
//! none is missed and none comes twice.

mod messages;

use std::io::{ErrorKind, Write};
use std::time::Duration;

use anyhow::{Context, bail};
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use self::messages::Messages;
use crate::answers::refusal::Refusal;
use crate::answers::{Answers, Parameters};
use crate::arguments::{Place, Tail};
use crate::output::column::USUAL;
use crate::output::time::Clockface;
use crate::output::{self, json};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// The server gives a sign of life every 15 seconds.
const SILENCE_MAX: Duration = Duration::from_secs(45);

const RETRY: Duration = Duration::from_secs(1);

/// Attempts to connect become rarer up to this.
const RETRY_MAX: Duration = Duration::from_secs(30);

/// Why following ended.
enum End {
    /// Nobody reads any more.
    Unread,
    /// The connection was lost; the message says why.
    Lost(String),
}

/// Follows events.
struct Follower<'a> {
    arguments: &'a Tail,
    answers: Answers,
    parameters: Parameters,
    clockface: Clockface,
    /// The last message's id: where to go on.
    last_id: Option<String>,
}

pub(crate) fn run(arguments: &Tail) -> anyhow::Result<()> {
    if let Place::Directory(_) = &arguments.question.place {
        bail!(
            "events are followed at a running server: give --url and --token; to a data directory \
             that no server holds nothing is added"
        );
    }
    let question = &arguments.question;
    let mut parameters = question.parameters();
    parameters.extend(arguments.since.clone().map(|since| ("from", since)));
    let mut follower = Follower {
        arguments,
        answers: Answers::open(&question.place, question.tenant.as_ref())?,
        parameters,
        clockface: Clockface::new(arguments.utc),
        last_id: None,
    };
    let mut retry = RETRY;
    loop {
        let before = follower.last_id.clone();
        let why = match follower.follow() {
            Ok(End::Unread) => return Ok(()),
            Ok(End::Lost(why)) => why,
            // A server that was never there, or that will go on to say no.
            Err(error) if follower.last_id.is_none() || is_final(&error) => return Err(error),
            Err(error) => format!("{error:#}"),
        };
        retry = if follower.last_id == before { (retry * 2).min(RETRY_MAX) } else { RETRY };
        output::note(&format!("{why}; connecting again in {} s", retry.as_secs()));
        follower.answers.pause(retry);
    }
}

/// Whether asking again will not help.
fn is_final(error: &anyhow::Error) -> bool {
    error.downcast_ref::<Refusal>().is_some_and(|refusal| {
        refusal.status.is_client_error() && refusal.status != StatusCode::TOO_MANY_REQUESTS
    })
}

impl Follower<'_> {
    /// Connects, and prints events until the connection is lost.
    fn follow(&mut self) -> anyhow::Result<End> {
        let mut headers = HeaderMap::new();
        if let Some(id) = &self.last_id {
            headers.insert(LAST_EVENT_ID, HeaderValue::try_from(id)?);
        }
        let mut stream = self.answers.stream("/v1/tail", &self.parameters, headers)?;
        let mut messages = Messages::default();
        loop {
            let piece = match stream.next_within(SILENCE_MAX) {
                Ok(Some(piece)) => piece,
                Ok(None) => return Ok(End::Lost("the server has ended the connection".to_owned())),
                Err(error) => return Ok(End::Lost(format!("{error:#}"))),
            };
            for message in messages.take(&piece)? {
                if !message.data.is_empty() {
                    let line = self.line(&message.data)?;
                    match writeln!(std::io::stdout(), "{line}") {
                        Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                            return Ok(End::Unread);
                        }
                        written => written.context("cannot write to standard output")?,
                    }
                }
                if message.id.is_some() {
                    self.last_id = message.id;
                }
            }
        }
    }

    fn line(&self, event: &str) -> anyhow::Result<String> {
        if self.arguments.json {
            return Ok(json::one_line(event));
        }
        let event = serde_json::from_str(event).context("the server sent what is no event")?;
        let cells = USUAL.iter().map(|column| column.cell(&event, &self.clockface).shown());
        Ok(cells.filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join("  "))
    }
}
