//! Notices of alerts, sent to webhooks: JSON, signed with HMAC-SHA-256.
//!
//! The address is chosen by an administrator of a tenant, so it is reached in a private network only
//! if whoever runs this has listed that under `outgoing.networks`: their chats and pagers may be
//! there, and much else that nobody is to get at from here. Redirects are not followed.

use std::time::Duration;

use gatelog_auth::hexadecimal;
use gatelog_console::mail::counted_events;
use gatelog_service::alerts::courier::Notice;
use gatelog_source::http::{HttpClient, HttpSettings, Reach};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, Url};
use serde_json::{Value, json};
use sha2::Sha256;

/// The header with the signature of the body: `sha256=` and hexadecimal digits.
const SIGNATURE: &str = "gatelog-signature";

/// Whoever tries a webhook waits for this.
const TIMEOUT_MS: u64 = 5_000;

/// Nothing of an answer is used but its status.
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// Sends notices to webhooks.
#[derive(Debug)]
pub(crate) struct Webhooks {
    /// The address by which people reach the console.
    pub(crate) public_url: Option<String>,
    /// Which addresses are reached.
    pub(crate) reach: Reach,
}

impl Webhooks {
    /// Sends a notice to the webhook of its alert.
    ///
    /// # Errors
    /// What went wrong, for people.
    pub(crate) async fn send(&self, notice: &Notice) -> Result<(), String> {
        let url = notice.alert.rule.webhook.as_ref().ok_or("the alert has no webhook")?;
        let body = self.body(notice).to_string();
        let signature = signature(&notice.alert.secret.0, &body);
        // Of its own each time: notices are few, and certificates may have changed.
        let settings = HttpSettings {
            reach: self.reach.clone(),
            authorities: None,
            timeout: Duration::from_millis(TIMEOUT_MS),
            answer_bytes_max: ANSWER_BYTES_MAX,
        };
        let url: Url = url.parse().map_err(|error| format!("the address is wrong: {error}"))?;
        let client = HttpClient::new(&settings, url.scheme() == "https");
        let client = client.map_err(|error| error.to_string())?;
        let request = client.request(Method::POST, url).header(CONTENT_TYPE, "application/json");
        let request = request.header(SIGNATURE, signature).body(body);
        match client.send(request).await.map_err(|error| error.to_string())?.status {
            status if status.is_success() => Ok(()),
            status => Err(format!("the answer is {status}")),
        }
    }

    fn body(&self, notice: &Notice) -> Value {
        let (alert, rule) = (&notice.alert, &notice.alert.rule);
        json!({
            "id": notice.message.map(|number| format!("message:{number}")),
            "occasion": notice.occasion.map_or("test", |occasion| occasion.name()),
            "test": notice.occasion.is_none(),
            "tenant": alert.tenant.as_str(),
            "alert": { "id": format!("alert:{}", alert.number), "name": rule.name, "query": rule.query },
            "count": notice.count,
            "threshold": { "comparison": rule.comparison.name(), "events": rule.threshold },
            "window": { "from": notice.from.to_string(), "to": notice.to.to_string() },
            "link": self.public_url.as_deref().map(|url| counted_events(url, notice)),
            "examples": notice.examples,
        })
    }
}

fn signature(secret: &str, body: &str) -> String {
    // HMAC takes keys of every length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(body.as_bytes());
    format!("sha256={}", hexadecimal(&mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use gatelog_event::language::Language;
    use gatelog_event::time::UnixMicros;
    use gatelog_meta::{Alert, AlertRule, AlertState, Comparison, Occasion, WebhookSecret};

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    #[test]
    fn a_body_is_signed_as_in_rfc_4231() {
        let expected = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(signature("Jefe", "what do ya want for nothing?"), expected);
    }

    fn notice(webhook: &str) -> Notice {
        let at = |text: &str| UnixMicros::parse_rfc3339(text).expect("a time");
        let alert = Alert {
            number: 7,
            tenant: "acme".parse().expect("a name"),
            rule: AlertRule {
                name: "Failures".to_owned(),
                query: "outcome = \"failure\"".to_owned(),
                comparison: Comparison::More,
                threshold: 10,
                period_seconds: 300,
                webhook: Some(webhook.to_owned()),
                recipients: Vec::new(),
                language: Language::English,
                tells_end: true,
                remind_hours: None,
            },
            secret: WebhookSecret("secret".to_owned()),
            edited: UnixMicros::EPOCH,
            muted_until: None,
            state: AlertState { is_firing: true, since: UnixMicros::EPOCH, told: None },
            checked: None,
            count: None,
            check_error: None,
            send_error: None,
        };
        Notice {
            alert,
            message: Some(3),
            occasion: Some(Occasion::Begin),
            count: 12,
            from: at("2026-11-20T14:00:00Z"),
            to: at("2026-11-20T14:05:00Z"),
            examples: vec!["a".to_owned()],
            span: None,
            began: at("2026-11-20T14:05:00Z"),
        }
    }

    #[tokio::test]
    async fn a_webhook_in_a_private_network_is_reached_only_if_that_is_listed() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let accepted = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut begin = [0; 18];
            stream.read_exact(&mut begin).await.expect("a request");
            let answer = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
            stream.write_all(answer).await.expect("an answer");
            begin
        });
        let webhooks = |networks: &[&str]| {
            let networks = networks.iter().map(|network| network.parse().expect("a network"));
            Webhooks { public_url: None, reach: Reach::PublicAnd(networks.collect()) }
        };
        for host in ["127.0.0.1", "localhost"] {
            let notice = notice(&format!("http://{host}:{port}/hook/s3cret"));
            let refused = webhooks(&["10.0.0.0/8"]).send(&notice).await.expect_err("refused");
            assert!(refused.contains("outgoing.networks"), "{refused}");
        }
        let notice = notice(&format!("http://127.0.0.1:{port}/hook"));
        assert_eq!(webhooks(&["127.0.0.0/8"]).send(&notice).await, Ok(()));
        assert_eq!(&accepted.await.expect("a request"), b"POST /hook HTTP/1.");
    }

    #[test]
    fn a_notice_says_everything_that_is_known() {
        let notice = notice("https://hooks.example/");
        let public_url = Some("https://logs.example/".to_owned());
        let webhooks = Webhooks { public_url, reach: Reach::Anywhere };
        let expected = json!({
            "id": "message:3",
            "occasion": "begin",
            "test": false,
            "tenant": "acme",
            "alert": { "id": "alert:7", "name": "Failures", "query": "outcome = \"failure\"" },
            "count": 12,
            "threshold": { "comparison": "more", "events": 10 },
            "window": { "from": "2026-11-20T14:00:00.000000Z", "to": "2026-11-20T14:05:00.000000Z" },
            "link": "https://logs.example/logs?tenant=acme&q=outcome+=+%22failure%22\
                     &from=2026-11-20T14:00:00Z&to=2026-11-20T14:05:00Z",
            "examples": ["a"],
        });
        assert_eq!(webhooks.body(&notice), expected);
        let unknown = Webhooks { public_url: None, reach: Reach::Anywhere }.body(&notice);
        assert!(unknown["link"].is_null() && !unknown.to_string().contains("secret"));
    }
}
