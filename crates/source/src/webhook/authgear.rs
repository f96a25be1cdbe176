//! Authgear's webhooks, signed over the body.
//!
//! The body is the event as Authgear's own audit log has it, with the same id. Hooks that *block*
//! ask before something happens: they are answered that it may, and not kept, because the event
//! of what happened comes after it.

use gatelog_event::json::{Document, Node};
use gatelog_event::source::Format;
use gatelog_event::time::UnixMicros;
use http::{HeaderName, StatusCode};
use serde::Deserialize;

use super::credential::{NoSecret, SignedBody};
use super::{Answer, Receive, Received, Refusal, Request, check_posted, json};
use crate::delivery::Delivery;
use crate::secret::{Secret, SecretRef};

/// Where Authgear puts the signature.
const SIGNATURE_HEADER: HeaderName = HeaderName::from_static("x-authgear-body-signature");

/// What a blocking hook needs as an answer to go on; what does not block ignores it.
const ALLOWED: &str = r#"{"is_allowed":true}"#;

/// The blocking event whose name does not begin its last word with `pre_`.
const BLOCKING_AFTER: &str = "authentication.post_identified";

/// `kind = "authgear-webhook"`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthgearWebhookSettings {
    /// The projects' secrets for webhooks; any of them counts.
    pub secrets: Vec<SecretRef>,
}

/// Takes Authgear's webhooks.
#[derive(Clone, Debug)]
pub struct AuthgearWebhook {
    signed: SignedBody,
}

impl AuthgearWebhook {
    /// With the secrets of [`AuthgearWebhookSettings::secrets`].
    ///
    /// # Errors
    /// [`NoSecret`].
    pub fn new(secrets: Vec<Secret>) -> Result<Self, NoSecret> {
        Ok(Self { signed: SignedBody::new(SIGNATURE_HEADER, "", secrets)? })
    }
}

impl Receive for AuthgearWebhook {
    fn receive(&self, request: &Request<'_>) -> Result<Received, Refusal> {
        check_posted(request)?;
        self.signed.check(request)?;
        let document = Document::parse(request.body)
            .map_err(|error| json::broken(request.body, error.offset, error.reason))?;
        let answer = Answer::new(StatusCode::OK, ALLOWED);
        if is_blocking(&document) {
            return Ok(Received::Answer(answer));
        }
        let mut delivery = Delivery::new(Format::Authgear);
        delivery.push(&json::one_line(request.body));
        delivery.newest = time(document.root());
        Ok(Received::Delivery(delivery, answer))
    }
}

/// When an event of Authgear's happened.
pub(crate) fn time(event: Node<'_, '_>) -> Option<UnixMicros> {
    let seconds = event.path(&["context", "timestamp"])?.as_i64()?;
    UnixMicros::from_seconds(seconds)
}

fn is_blocking(document: &Document<'_>) -> bool {
    let Some(event_type) = document.root().get("type").and_then(Node::as_str) else {
        return false;
    };
    let last_word = event_type.rsplit('.').next().unwrap_or_default();
    last_word.starts_with("pre_") || event_type == BLOCKING_AFTER
}
