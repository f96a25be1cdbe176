//! Alerts: made, seen, muted, tested and deleted.

use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use gatelog_auth::Scope;
use gatelog_console::ConsoleOptions;
use gatelog_event::source::Format;
use gatelog_meta::Destination;
use gatelog_service::alerts::courier::{Courier, Notice, Sending};

use crate::house::{Browser, House, PASSWORD, ada};

const EVENTS: &str = r#"
{"id":"e1","time":"2026-11-20T14:28:00Z","type":"login","outcome":"failure","actor":{"id":"u1"}}
{"id":"e2","time":"2026-11-20T14:29:00Z","type":"login","outcome":"failure","actor":{"id":"u1"}}
{"id":"e3","time":"2026-11-20T10:00:00Z","type":"login","outcome":"failure","actor":{"id":"u1"}}
"#;

const RULE: &str = "name=Failures&query=outcome+%3D+%22failure%22&comparison=more&threshold=1\
                    &period=300&webhook=http%3A%2F%2Fhooks.example%2F&end=on&remind=4";

const BOB: &str = "bob@acme.example";

/// The same rule, told to two people in French.
const MAIL_RULE: &str = "name=Failures&query=outcome+%3D+%22failure%22&comparison=more&threshold=1\
                         &period=300&webhook=&recipients=ada%40acme.example%0D%0Abob%40acme.example\
                         &language=fr";

/// Keeps what it is given, and answers as it is told.
#[derive(Debug, Default)]
struct Noting {
    notices: Mutex<Vec<Notice>>,
    refusal: Mutex<Option<String>>,
    has_no_mail: bool,
}

impl Courier for Noting {
    fn send<'n>(&'n self, notice: &'n Notice, destination: &'n Destination) -> Sending<'n> {
        self.notices.lock().unwrap().push(notice.clone());
        let refusal = self.refusal.lock().unwrap().clone();
        // One of several can be refused, and the others are told all the same.
        let refusal = refusal.filter(|_| *destination != Destination::Mail(BOB.to_owned()));
        Box::pin(async move { refusal.map_or(Ok(()), Err) })
    }

    fn sends_mail(&self) -> bool {
        !self.has_no_mail
    }
}

async fn with_people() -> (House, Arc<Noting>) {
    with_courier(Noting::default()).await
}

async fn with_courier(courier: Noting) -> (House, Arc<Noting>) {
    let courier = Arc::new(courier);
    let options = ConsoleOptions {
        courier: Some(Arc::<Noting>::clone(&courier)),
        ..ConsoleOptions::default()
    };
    let house = House::with(options);
    house.settle("bob", Scope::Admin, Some("default"));
    house.settle("eve", Scope::Read, Some("default"));
    house.keep("default", Format::Native, EVENTS).await;
    (house, courier)
}

/// What is waiting to be sent, as its occasions.
fn waiting(house: &House) -> Vec<&'static str> {
    let due = house.service.due_notices(9).unwrap();
    due.into_iter().map(|(message, _)| message.occasion.name()).collect()
}

async fn create(browser: &Browser<'_>) {
    let created = browser.post("/alerts", RULE).await;
    assert_eq!(created.status, StatusCode::OK, "{}", created.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_is_made_and_shows_at_once_whether_it_fires() {
    let (house, _) = with_people().await;
    let browser = house.browser("bob", PASSWORD).await;
    assert!(browser.page("/alerts").await.text.contains("No alerts yet"));
    let form = browser.page("/alerts/new?result=failure&event=login&range=24h").await;
    let query = "value=\"outcome = &#34;failure&#34; AND type = &#34;login&#34;\"";
    assert!(form.text.contains(query), "{}", form.text);
    assert!(form.text.contains("server.public_url is not set"));

    let created = browser.post("/alerts", RULE).await;
    let secret = created.between("id=\"secret\">", "</code>").to_owned();
    assert_eq!((created.status, secret.len()), (StatusCode::OK, 64), "{}", created.text);
    let page = browser.page("/alerts/1").await;
    for expected in ["Firing", "<strong>2 events</strong>", "More than 1 event within 5 minutes"] {
        assert!(page.text.contains(expected), "{expected}: {}", page.text);
    }
    assert!(!page.text.contains(&secret), "it is shown once");
    assert_eq!(page.link("alert-logs"), "/logs?q=outcome+=+%22failure%22");
    assert!(page.between("id=\"history\">", "</section>").contains(">began<"));
    assert_eq!(waiting(&house), ["begin"]);
    assert_eq!(browser.page("/alerts").await.total(), 1);

    let calmer = RULE.replace("threshold=1", "threshold=2");
    assert_eq!(browser.post("/alerts/1", &calmer).await.header("location"), "/alerts/1");
    assert!(browser.page("/alerts/1").await.text.contains(">Quiet<"));
    assert_eq!(waiting(&house), [""; 0]);
    assert_eq!(browser.post("/alerts/1/delete", "").await.header("location"), "/alerts");
    assert_eq!(browser.get("/alerts/1").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_rule_is_told_and_what_was_typed_stays() {
    let (house, _) = with_people().await;
    let browser = house.browser("bob", PASSWORD).await;
    create(&browser).await;
    let query = "query=outcome+%3D+%22failure%22";
    for (change, to, expected) in [
        ("name=Failures", "name=Failures", "There is an alert called “Failures” already."),
        ("name=Failures", "name=", "A name has 1 to 100 characters."),
        (query, "query=data.step+%3E+1", "No index answers this query"),
        (query, "query=gone+%3D", "value is missing"),
        ("threshold=1", "threshold=x", "a whole number"),
        ("more&threshold=1", "fewer&threshold=0", "never fewer than 0"),
        ("period=300", "period=1", "5 minutes to 7 days"),
        ("&end=on", "&recipients=ada%40acme.example+ada%40", "“ada@” is no e-mail address"),
        ("http%3A%2F%2F", "ftp%3A%2F%2F", "begins with https:// or http://"),
        ("remind=4", "remind=900", "after 1 to 168 hours"),
    ] {
        let answer = browser.post("/alerts", &RULE.replace(change, to)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{to}");
        let error = answer.between("id=\"rule-error\">", "</p>");
        assert!(error.contains(expected), "{to}: {error}");
        assert!(answer.text.contains("hooks.example/\""), "what was typed");
    }
    let odd = browser.post("/alerts/1", &RULE.replace("period=300", "period=1")).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(browser.page("/alerts").await.total(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_see_alerts_and_change_none() {
    let (house, courier) = with_people().await;
    create(&house.browser("bob", PASSWORD).await).await;
    let reader = house.browser("eve", PASSWORD).await;
    let list = reader.page("/alerts").await;
    assert!(list.total() == 1 && !list.text.contains("id=\"new-alert\""));
    let page = reader.page("/alerts/1").await;
    assert!(page.text.contains("Firing") && !page.text.contains("hooks.example"));
    assert_eq!(reader.get("/alerts/new").await.status, StatusCode::FORBIDDEN);
    for action in ["", "/1", "/1/test", "/1/mute", "/1/delete"] {
        let answer = reader.post(&format!("/alerts{action}"), RULE).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{action}");
    }
    assert!(courier.notices.lock().unwrap().is_empty());
    assert!(!reader.page("/logs").await.text.contains("alert-on-this"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_says_that_it_is_one_and_what_came_of_it() {
    let (house, courier) = with_people().await;
    let browser = house.browser("bob", PASSWORD).await;
    create(&browser).await;
    let sent = browser.post("/alerts/1/test", "").await;
    assert!(sent.text.contains("The test was accepted"), "{}", sent.text);
    {
        let notices = courier.notices.lock().unwrap();
        let [notice] = notices.as_slice() else { panic!("{notices:?}") };
        assert_eq!((notice.occasion, notice.message, notice.count), (None, None, 2));
        assert_eq!(notice.examples, ["e2", "e1"]);
    }
    *courier.refusal.lock().unwrap() = Some("<b>refused".to_owned());
    let failed = browser.post("/alerts/1/test", "").await;
    assert!(
        failed.text.contains("could not be sent to the webhook: &#60;b&#62;refused"),
        "{}",
        failed.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_told_by_mail_each_of_them() {
    let (house, courier) = with_people().await;
    let browser = house.browser("bob", PASSWORD).await;
    let form = browser.page("/alerts/new").await;
    assert!(form.text.contains("<option value=\"en\" lang=\"en\" selected>"), "{}", form.text);
    assert!(!form.text.contains("smtp.host"));
    let nobody = browser.post("/alerts", &RULE.replace("http%3A%2F%2Fhooks.example%2F", "")).await;
    assert!(nobody.between("id=\"rule-error\">", "</p>").contains("Say who is told"));
    let created = browser.post("/alerts", MAIL_RULE).await;
    assert_eq!(created.header("location"), "/alerts/1", "there is no secret to be shown");

    *courier.refusal.lock().unwrap() = Some("550 nobody here".to_owned());
    let tested = browser.post("/alerts/1/test", "").await;
    let outcomes = tested.between("id=\"tested\">", "</div>");
    assert!(outcomes.contains("not be sent to ada@acme.example: 550 nobody here"), "{outcomes}");
    assert!(outcomes.contains("accepted for bob@acme.example"), "{outcomes}");

    for (message, _) in house.service.due_notices(9).unwrap() {
        let outcome = match &message.destination {
            Destination::Mail(address) if address == BOB => Ok(()),
            _ => Err("550 nobody here".to_owned()),
        };
        house.service.note_sending(&message, outcome).unwrap();
    }
    let history =
        browser.page("/alerts/1").await.between("id=\"history\">", "</section>").to_owned();
    for expected in [
        "sent to bob@acme.example",
        "not sent to ada@acme.example",
        "550 nobody here (next attempt at 2026-11-20 14:30:01)",
    ] {
        assert!(history.contains(expected), "{expected}: {history}");
    }
    let reader = house.browser("eve", PASSWORD).await.page("/alerts/1").await;
    assert!(reader.text.contains("not sent to a recipient"), "{}", reader.text);
    assert!(!reader.text.contains("@acme.example") && !reader.text.contains("nobody here"));

    let hooked = MAIL_RULE.replace("webhook=", "webhook=http%3A%2F%2Fhooks.example%2F");
    let updated = browser.post("/alerts/1", &hooked).await;
    assert_eq!(updated.between("id=\"secret\">", "</code>").len(), 64, "a webhook has a secret");
    assert_eq!(browser.post("/alerts/1", &hooked).await.header("location"), "/alerts/1");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_mail_server_nobody_is_promised_mail() {
    let none = Noting { has_no_mail: true, ..Noting::default() };
    let (house, _) = with_courier(none).await;
    let browser = house.browser("bob", PASSWORD).await;
    let hint = "This server sends no e-mail: smtp.host is not set.";
    assert!(browser.page("/alerts/new").await.text.contains(hint));
    let refused = browser.post("/alerts", MAIL_RULE).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.between("id=\"rule-error\">", "</p>").contains(hint));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_is_muted_and_heard_again() {
    let (house, _) = with_people().await;
    let browser = house.browser("bob", PASSWORD).await;
    create(&browser).await;
    browser.post("/alerts/1/mute", "hours=8").await;
    let muted = browser.page("/alerts/1").await;
    assert!(muted.text.contains("datetime=\"2026-11-20T22:29:31.000000Z\""), "{}", muted.text);
    browser.post("/alerts/1/mute", "hours=0").await;
    assert!(!browser.page("/alerts/1").await.text.contains("Muted until"));
}

#[tokio::test(flavor = "multi_thread")]
async fn alerts_stay_in_their_tenant() {
    let (house, _) = with_people().await;
    house.service.create_tenant(&"acme".parse().unwrap(), ada()).unwrap();
    create(&house.browser("bob", PASSWORD).await).await;
    house.settle("carol", Scope::Admin, Some("acme"));
    let browser = house.browser("carol", PASSWORD).await;
    assert_eq!(browser.page("/alerts").await.total(), 0);
    assert_eq!(browser.get("/alerts/1").await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.post("/alerts/1/delete", "").await.status, StatusCode::NOT_FOUND);
}
