//! Messages, and a mail server that does as it is told.

use gatelog_event::language::Language;
use gatelog_event::time::UnixMicros;
use gatelog_meta::{Alert, AlertRule, AlertState, Comparison, WebhookSecret};

use super::*;

mod post;

use post::{Behaviour, Post};

const ADA: &str = "ada@acme.example";

fn at(text: &str) -> UnixMicros {
    UnixMicros::parse_rfc3339(text).expect("a time")
}

/// What is told at the end of a five-minute window; it began five minutes before.
fn notice(occasion: Option<Occasion>, language: Language) -> Notice {
    let began = match occasion {
        Some(Occasion::Begin) | None => at("2026-11-20T14:05:00Z"),
        Some(_) => at("2026-11-20T14:00:00Z"),
    };
    let rule = AlertRule {
        name: "Failures\r\nBcc: eve@acme.example <b>".to_owned(),
        query: "outcome = \"failure\"".to_owned(),
        comparison: Comparison::More,
        threshold: 10,
        period_seconds: 300,
        webhook: None,
        recipients: vec![ADA.to_owned()],
        language,
        tells_end: true,
        remind_hours: None,
    };
    let alert = Alert {
        number: 7,
        tenant: "acme".parse().expect("a name"),
        rule,
        secret: WebhookSecret("secret".to_owned()),
        edited: at("2026-11-01T00:00:00Z"),
        muted_until: None,
        state: AlertState { is_firing: true, since: began, told: None },
        checked: None,
        count: None,
        check_error: None,
        send_error: None,
    };
    Notice {
        alert,
        message: occasion.map(|_| 3),
        occasion,
        count: 1_234,
        from: at("2026-11-20T14:00:00Z"),
        to: at("2026-11-20T14:05:00Z"),
        examples: vec!["event-of-somebody".to_owned()],
        span: Some((at("2026-11-20T14:00:01Z"), at("2026-11-20T14:04:59Z"))),
        began,
    }
}

/// A mailer for the configuration of a test.
fn mailer(config: SmtpConfig) -> Mailer {
    let config = SmtpConfig { from: Some("Gatelog <alerts@logs.example>".to_owned()), ..config };
    let public_url = Some("https://logs.example/".to_owned());
    Mailer::new(&config, public_url).expect("a mailer").expect("a host")
}

fn local() -> Mailer {
    let host = Some("localhost".to_owned());
    mailer(SmtpConfig { host, security: Security::None, ..SmtpConfig::default() })
}

/// The header fields of a message, by name, with folded lines joined.
fn fields(message: &str) -> Vec<(String, String)> {
    let head = message.split("\r\n\r\n").next().expect("a head").replace("\r\n ", " ");
    let field = |line: &str| line.split_once(": ").map(|(n, v)| (n.to_owned(), v.to_owned()));
    head.split("\r\n").map(|line| field(line).expect("a field")).collect()
}

fn sent(notice: &Notice) -> String {
    let message = local().message(notice, ADA).expect("a message");
    String::from_utf8(message.formatted()).expect("a message in ASCII")
}

#[test]
fn what_is_typed_adds_no_header_and_no_markup() {
    let message = sent(&notice(Some(Occasion::Begin), Language::English));
    let names: Vec<_> = fields(&message).into_iter().map(|(name, _)| name).collect();
    let expected = [
        "From",
        "To",
        "Subject",
        "Message-ID",
        "Auto-Submitted",
        "MIME-Version",
        "Content-Type",
        "Date",
    ];
    for name in &names {
        assert!(expected.contains(&name.as_str()), "{names:?}");
    }
    let mail = AlertMail::new(&notice(None, Language::English), None).expect("a mail");
    assert!(mail.html.contains("&#60;b&#62;") && !mail.html.contains("<b>"), "{}", mail.html);
    for hidden in ["event-of-somebody", "secret"] {
        assert!(!message.contains(hidden) && !mail.text.contains(hidden), "{hidden}");
    }
}

#[test]
fn messages_of_one_firing_are_a_thread_and_the_same_when_sent_again() {
    let told = |occasion| {
        let fields = fields(&sent(&notice(occasion, Language::English)));
        let get = |name: &str| {
            fields.iter().find(|(found, _)| found == name).map(|(_, value)| value.clone())
        };
        assert_eq!(get("Auto-Submitted").as_deref(), Some("auto-generated"));
        (get("Message-ID").expect("an id"), get("References"))
    };
    let begun = notice(Some(Occasion::Remind), Language::English).began.micros();
    let root = format!("<alert.7.1793491200000000.{begun}@logs.example>");
    let (reminder, references) = told(Some(Occasion::Remind));
    assert_eq!(references, Some(root.clone()));
    assert_eq!(told(Some(Occasion::Remind)).0, reminder);
    assert_eq!(told(Some(Occasion::End)).1, Some(root));
    assert_ne!(told(Some(Occasion::End)).0, reminder);
    assert_eq!(told(Some(Occasion::Begin)).1, None);
    assert_eq!(told(None).1, None);
}

#[test]
fn a_message_says_what_happened_in_the_language_of_its_alert() {
    let name = "Failures‹U+000D›‹U+000A›Bcc: eve@acme.example <b>";
    let cases = [
        (
            Language::English,
            Some(Occasion::Begin),
            format!("[acme] Alert “{name}”: 1,234 events within 5 minutes, limit: no more than 10"),
        ),
        (
            Language::French,
            Some(Occasion::Remind),
            format!(
                "[acme] L’alerte «\u{202f}{name}\u{202f}» continue\u{202f}: 1\u{202f}234 événements \
                 en 5 minutes, limite\u{202f}: pas plus de 10"
            ),
        ),
        (
            Language::Turkish,
            None,
            format!(
                "[acme] “{name}” uyarısının denemesi: 5 dakika içinde 1.234 olay, sınır: en çok 10"
            ),
        ),
    ];
    for (language, occasion, expected) in cases {
        let mail = AlertMail::new(&notice(occasion, language), Some("https://logs.example/"));
        let mail = mail.expect("a mail");
        assert_eq!(mail.subject, expected);
        let link = "https://logs.example/logs?tenant=acme&q=outcome+=+%22failure%22\
                    &from=2026-11-20T14:00:00Z&to=2026-11-20T14:05:00Z";
        assert!(mail.text.contains(link), "{}", mail.text);
        assert!(mail.html.contains(&link.replace('&', "&#38;")), "{}", mail.html);
    }
    let mail = AlertMail::new(&notice(Some(Occasion::Begin), Language::English), None);
    let text = mail.expect("a mail").text;
    for expected in [
        "Tenant: acme\n",
        "Query: outcome = \"failure\"\n",
        "First event: 2026-11-20 14:00:01 UTC\n",
        "Last event: 2026-11-20 14:04:59 UTC\n",
        "server.public_url",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
}

async fn send(mailer: &Mailer) -> Result<(), String> {
    mailer.send(&notice(None, Language::English), ADA).await
}

#[tokio::test]
async fn a_message_goes_over_tls_by_somebody_who_signed_in() {
    for mechanism in ["PLAIN", "LOGIN"] {
        let post =
            Post::open(Behaviour { mechanism: Some(mechanism), ..Behaviour::default() }).await;
        assert_eq!(send(&mailer(post.config())).await, Ok(()), "{mechanism}");
        let said = post.said();
        assert_eq!(said.signed_in, [("ada".to_owned(), "s3cret".to_owned())], "{mechanism}");
        assert!(said.in_clear_text.iter().all(|line| !line.contains("AUTH")), "{said:?}");
        assert_eq!(said.messages.len(), 1);
    }
}

#[tokio::test]
async fn without_tls_or_with_a_certificate_of_nobody_nothing_is_sent() {
    let plain = Post::open(Behaviour { offers_tls: false, ..Behaviour::default() }).await;
    let error = send(&mailer(plain.config())).await.expect_err("no STARTTLS");
    assert!(error.contains("STARTTLS"), "{error}");
    assert_eq!(plain.said().messages.len(), 0);

    let post = Post::open(Behaviour::default()).await;
    let unknown = SmtpConfig { ca_file: None, ..post.config() };
    let error = send(&mailer(unknown)).await.expect_err("an unknown certificate");
    assert!(error.contains("certificate"), "{error}");
    assert_eq!(post.said().messages.len(), 0);
}

#[tokio::test]
async fn what_the_server_answers_is_told() {
    for (behaviour, expected) in [
        (
            Behaviour { recipient: "550 5.1.1 nobody here", ..Behaviour::default() },
            "permanent error (550): 5.1.1 nobody here",
        ),
        (
            Behaviour { accepts_password: false, ..Behaviour::default() },
            "permanent error (535): 5.7.8 no",
        ),
    ] {
        let post = Post::open(behaviour).await;
        assert_eq!(send(&mailer(post.config())).await, Err(expected.to_owned()));
    }
}

#[tokio::test]
async fn a_server_that_is_busy_gets_the_same_message_later() {
    let data = vec!["451 4.3.2 later", "250 2.0.0 kept"];
    let post = Post::open(Behaviour { data, ..Behaviour::default() }).await;
    let mailer = mailer(post.config());
    assert_eq!(send(&mailer).await, Err("transient error (451): 4.3.2 later".to_owned()));
    assert_eq!(send(&mailer).await, Ok(()));
    let said = post.said();
    let ids: Vec<_> = said.messages.iter().map(|message| fields(message)).collect();
    let id = |fields: &[(String, String)]| {
        fields.iter().find(|(name, _)| name == "Message-ID").cloned().expect("an id")
    };
    assert_eq!(id(&ids[0]), id(&ids[1]));
}

#[tokio::test]
async fn a_server_that_says_nothing_is_not_waited_for() {
    let post = Post::open(Behaviour { is_silent: true, ..Behaviour::default() }).await;
    let mut mailer = mailer(post.config());
    mailer.timeout = Duration::from_millis(20);
    let error = send(&mailer).await.expect_err("silence");
    assert!(error.contains("did not answer"), "{error}");
}
