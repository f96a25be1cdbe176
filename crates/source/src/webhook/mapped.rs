//! Anything that a mapping file reads: event hooks of Okta, log streams of Auth0, event listeners
//! of Keycloak, and what other systems send as JSON.
//!
//! A body is one JSON value, an array of them, or one a line. Each gives the events that the
//! mapping makes of it; one that cannot be mapped spoils nothing but itself.

use gatelog_capture::mapping_file::{MappingFile, Unmapped};
use gatelog_capture::okta;
use gatelog_event::intake::batch::{self, Place};
use gatelog_event::json::{Document, Node};
use gatelog_event::limits::BATCH_RECORDS_MAX;
use gatelog_event::source::Format;
use gatelog_event::time::UnixMicros;
use http::{Method, StatusCode};
use serde::Deserialize;

use super::credential::{Credential, CredentialSettings};
use super::{Answer, Receive, Received, Refusal, Request, again, check_posted};
use crate::delivery::Delivery;
use crate::secret::SecretRef;

/// `kind = "okta"` and `kind = "auth0"`: the ready mapping of that name reads what comes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenWebhookSettings {
    /// What stands in `Authorization`, alone or after `Bearer`; any of them counts.
    pub tokens: Vec<SecretRef>,
}

/// `kind = "mapped-webhook"`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MappedWebhookSettings {
    /// Name of a ready mapping, or path of a mapping file.
    pub mapping: String,
    /// How a sender shows that it is one.
    pub credential: CredentialSettings,
}

/// Takes what a mapping file reads.
#[derive(Debug)]
pub struct MappedWebhook {
    mapping: MappingFile,
    credential: Credential,
    answers_okta: bool,
}

impl MappedWebhook {
    /// With a mapping, and who may send.
    pub fn new(mapping: MappingFile, credential: Credential) -> Self {
        Self { mapping, credential, answers_okta: false }
    }

    /// As [`MappedWebhook::new`]; also answers the question that Okta asks before it sends.
    pub fn okta(mapping: MappingFile, credential: Credential) -> Self {
        Self { mapping, credential, answers_okta: true }
    }

    /// The answer to Okta's question. It gives back what was asked and nothing else, so whoever
    /// asks needs no token.
    fn challenge(&self, request: &Request<'_>) -> Option<Answer> {
        let is_asked = self.answers_okta && request.method == Method::GET;
        let challenge = request.headers.get(okta::CHALLENGE_HEADER).filter(|_| is_asked)?;
        let challenge = challenge.to_str().ok()?;
        Some(Answer::new(StatusCode::OK, okta::answer(challenge)))
    }

    fn deliver(&self, body: &[u8]) -> Result<Delivery, Refusal> {
        if body.trim_ascii().is_empty() {
            return Err(Refusal::bad_request("the body is empty; it must be JSON"));
        }
        let batch = batch::split(body)
            .map_err(|broken| Refusal::bad_request(format!("the body is not JSON: {broken}")))?;
        let records: Vec<_> = batch.records().take(BATCH_RECORDS_MAX + 1).collect();
        if records.len() > BATCH_RECORDS_MAX {
            let reason = format!("the body has more than {BATCH_RECORDS_MAX} records");
            return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, reason));
        }
        let inputs: Vec<_> = records.iter().map(|record| record.bytes).collect();
        let mapped = self.mapping.map(&inputs).map_err(our_fault)?;
        let mut delivery = Delivery::new(Format::Native);
        for (record, events) in records.into_iter().zip(mapped) {
            match events {
                Ok(events) => events.iter().for_each(|event| push(&mut delivery, event)),
                Err(Unmapped { offset, reason }) => {
                    let Place { line, column } = batch.place(record, offset);
                    let reason = format!("line {line}, column {column}: {reason}");
                    delivery.push_broken(record.bytes, reason);
                }
            }
        }
        Ok(delivery)
    }
}

impl Receive for MappedWebhook {
    fn receive(&self, request: &Request<'_>) -> Result<Received, Refusal> {
        if let Some(answer) = self.challenge(request) {
            return Ok(Received::Answer(answer));
        }
        check_posted(request)?;
        self.credential.check(request)?;
        let delivery = self.deliver(request.body)?;
        let answer = Answer::new(StatusCode::OK, "{}");
        if delivery.is_empty() {
            return Ok(Received::Answer(answer));
        }
        Ok(Received::Delivery(delivery, answer))
    }

    fn read_again(&self, record: &[u8]) -> Option<Delivery> {
        Some(again(Format::Native, record, self.deliver(record)))
    }
}

fn our_fault(reason: String) -> Refusal {
    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, reason)
}

/// Adds an event that a mapping made.
pub(crate) fn push(delivery: &mut Delivery, event: &[u8]) {
    delivery.push(event);
    let document = Document::parse(event).ok();
    if let Some(time) = document.and_then(|document| time(document.root())) {
        delivery.note_time(time);
    }
}

/// When an event in native form happened.
pub(crate) fn time(event: Node<'_, '_>) -> Option<UnixMicros> {
    let time = event.get("time")?;
    match time.as_str() {
        Some(text) => UnixMicros::parse_rfc3339(&text),
        None => time.as_i64_floor().and_then(UnixMicros::from_millis),
    }
}
