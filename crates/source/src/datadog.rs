//! Datadog's intake of logs, as far as Authgear's stream uses it.
//!
//! `POST /api/v2/logs` with a JSON array of log entries; the key stands in `DD-API-KEY`. Authgear
//! puts the whole event into `authgear.event` of each entry, and drops what is answered with
//! anything but 202, so 202 is said when it is durable and not before.

use gatelog_event::json::{Document, Kind, Node};
use gatelog_event::limits::BATCH_RECORDS_MAX;
use gatelog_event::source::Format;
use http::{HeaderName, StatusCode};
use serde::Deserialize;

use crate::delivery::Delivery;
use crate::secret::{Secret, SecretRef};
use crate::webhook::credential::{HeaderToken, NoSecret};
use crate::webhook::{
    Answer, Receive, Received, Refusal, Request, again, authgear, check_posted, json,
};

/// Where the key stands.
const KEY_HEADER: HeaderName = HeaderName::from_static("dd-api-key");

/// The member of an entry that holds the event.
const EVENT: &str = "authgear.event";

/// `kind = "authgear-datadog"`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthgearDatadogSettings {
    /// What the streams send as Datadog's API key; any of them counts.
    pub api_keys: Vec<SecretRef>,
}

/// Takes Authgear's stream.
#[derive(Clone, Debug)]
pub struct AuthgearDatadog {
    key: HeaderToken,
}

impl AuthgearDatadog {
    /// With the secrets of [`AuthgearDatadogSettings::api_keys`].
    ///
    /// # Errors
    /// [`NoSecret`].
    pub fn new(api_keys: Vec<Secret>) -> Result<Self, NoSecret> {
        Ok(Self { key: HeaderToken::new(KEY_HEADER, api_keys)? })
    }
}

impl Receive for AuthgearDatadog {
    fn receive(&self, request: &Request<'_>) -> Result<Received, Refusal> {
        check_posted(request)?;
        self.key.check(request)?;
        let accepted = Answer::new(StatusCode::ACCEPTED, "{}");
        let delivery = deliver(request.body)?;
        if delivery.is_empty() {
            return Ok(Received::Answer(accepted));
        }
        Ok(Received::Delivery(delivery, accepted))
    }

    fn read_again(&self, record: &[u8]) -> Option<Delivery> {
        Some(again(Format::Authgear, record, deliver_entry(record)))
    }
}

fn deliver(body: &[u8]) -> Result<Delivery, Refusal> {
    let document =
        Document::parse(body).map_err(|error| json::broken(body, error.offset, error.reason))?;
    let root = document.root();
    if root.kind() != Kind::Array {
        let reason = "the body must be a JSON array of log entries, as Datadog's intake takes it";
        return Err(Refusal::bad_request(reason));
    }
    if root.children().nth(BATCH_RECORDS_MAX).is_some() {
        let reason = format!("the body has more than {BATCH_RECORDS_MAX} entries");
        return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, reason));
    }
    let mut delivery = Delivery::new(Format::Authgear);
    for (number, entry) in (1..).zip(root.children()) {
        push(&mut delivery, number, entry);
    }
    Ok(delivery)
}

/// One entry, as [`push`] put it aside.
fn deliver_entry(entry: &[u8]) -> Result<Delivery, Refusal> {
    let document =
        Document::parse(entry).map_err(|error| json::broken(entry, error.offset, error.reason))?;
    let mut delivery = Delivery::new(Format::Authgear);
    push(&mut delivery, 1, document.root());
    Ok(delivery)
}

fn push(delivery: &mut Delivery, number: usize, entry: Node<'_, '_>) {
    match event(entry) {
        Some(event) => {
            delivery.push(&json::one_line(event.raw().as_bytes()));
            if let Some(time) = authgear::time(event) {
                delivery.note_time(time);
            }
        }
        None => {
            let reason = format!(
                "entry {number} has no object `{EVENT}`, so it is not from an audit log stream of \
                 Authgear"
            );
            delivery.push_broken(entry.raw().as_bytes(), reason);
        }
    }
}

/// The event of an entry, under a name with a dot or one object inside the other.
fn event<'d, 'a>(entry: Node<'d, 'a>) -> Option<Node<'d, 'a>> {
    let event = entry.get(EVENT).or_else(|| entry.path(&["authgear", "event"]))?;
    (event.kind() == Kind::Object).then_some(event)
}
