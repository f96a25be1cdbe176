//! Logto's webhooks, signed over the body.
//!
//! Logto writes a row `TriggerHook.<event>` into its own log for every webhook that it sends, with
//! the body in `payload.hookRequest.body`. A webhook that arrives here becomes the row of that
//! form, so titles, actors and targets are the same whichever way it came. Its id is
//! `webhook-` and digits of the body's SHA-256, which no id of Logto's looks like: Logto gives a
//! delivery no id, and sends the same bytes when it sends again.

use gatelog_event::json::{Document, Node, write_string};
use gatelog_event::source::Format;
use gatelog_event::time::UnixMicros;
use http::{HeaderName, StatusCode};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::credential::{NoSecret, SignedBody};
use super::{Answer, Receive, Received, Refusal, Request, again, check_posted, json};
use crate::delivery::Delivery;
use crate::secret::{Secret, SecretRef};

/// Where Logto puts the signature.
const SIGNATURE_HEADER: HeaderName = HeaderName::from_static("logto-signature-sha-256");

/// Bytes of the body's hash that stand in the id.
const ID_HASH_BYTES: usize = 16;

/// What stands for an id in deliveries that Logto's Console sends to try a webhook.
const TEST_ID: &str = "fake-id";

/// `kind = "logto-webhook"`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogtoWebhookSettings {
    /// The signing keys of the webhooks that are sent here; any of them counts.
    pub signing_keys: Vec<SecretRef>,
}

/// Takes Logto's webhooks.
#[derive(Clone, Debug)]
pub struct LogtoWebhook {
    signed: SignedBody,
}

impl LogtoWebhook {
    /// With the secrets of [`LogtoWebhookSettings::signing_keys`].
    ///
    /// # Errors
    /// [`NoSecret`].
    pub fn new(signing_keys: Vec<Secret>) -> Result<Self, NoSecret> {
        Ok(Self { signed: SignedBody::new(SIGNATURE_HEADER, "", signing_keys)? })
    }
}

impl Receive for LogtoWebhook {
    fn receive(&self, request: &Request<'_>) -> Result<Received, Refusal> {
        check_posted(request)?;
        self.signed.check(request)?;
        let delivery = deliver(request.body)?;
        Ok(Received::Delivery(delivery, Answer::new(StatusCode::OK, "{}")))
    }

    fn read_again(&self, record: &[u8]) -> Option<Delivery> {
        Some(again(Format::Logto, record, deliver(record)))
    }
}

fn deliver(body: &[u8]) -> Result<Delivery, Refusal> {
    let document =
        Document::parse(body).map_err(|error| json::broken(body, error.offset, error.reason))?;
    let mut delivery = Delivery::new(Format::Logto);
    match row(body, &document) {
        Ok((row, time)) => {
            delivery.push(&row);
            delivery.newest = time;
        }
        Err(reason) => delivery.push_broken(body, reason),
    }
    Ok(delivery)
}

/// The row, and when its event happened. Without `createdAt` it happens when it arrives.
fn row(body: &[u8], document: &Document<'_>) -> Result<(Vec<u8>, Option<UnixMicros>), String> {
    let root = document.root();
    let event = root.get("event").and_then(Node::as_str).filter(|event| !event.is_empty());
    let event = event.ok_or("a webhook of Logto says what happened in `event`; this has none")?;
    let key = format!("TriggerHook.{event}");
    let created_at = root.get("createdAt").and_then(Node::as_str);
    let time = created_at.and_then(|text| UnixMicros::parse_rfc3339(&text));

    let mut row = b"{\"id\":".to_vec();
    write_string(&id(body), &mut row);
    row.extend_from_slice(b",\"key\":");
    write_string(&key, &mut row);
    row.extend_from_slice(b",\"payload\":{\"key\":");
    write_string(&key, &mut row);
    // Of the delivery, as in Logto's own rows, and it has arrived.
    row.extend_from_slice(b",\"result\":\"Success\"");
    if let Some(hook_id) = root.get("hookId") {
        row.extend_from_slice(b",\"hookId\":");
        row.extend_from_slice(hook_id.raw().as_bytes());
    }
    if is_test(document) {
        row.extend_from_slice(b",\"isTest\":true");
    }
    row.extend_from_slice(b",\"hookRequest\":{\"body\":");
    row.extend_from_slice(&json::one_line(body));
    row.extend_from_slice(b"}}");
    if let Some(time) = time {
        row.extend_from_slice(format!(",\"createdAt\":{}", time.millis_floor()).as_bytes());
    }
    row.push(b'}');
    Ok((row, time))
}

fn id(body: &[u8]) -> String {
    let hash = Sha256::digest(body);
    let digits = hash.iter().take(ID_HASH_BYTES).map(|byte| format!("{byte:02x}"));
    format!("webhook-{}", digits.collect::<String>())
}

fn is_test(document: &Document<'_>) -> bool {
    let is_id =
        |node: &Node<'_, '_>| node.key().is_some_and(|key| key == "id" || key.ends_with("Id"));
    document.nodes().any(|node| is_id(&node) && node.as_str().as_deref() == Some(TEST_ID))
}
