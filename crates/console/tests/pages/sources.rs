//! Sources that are set up here, and the quarantine of what they deliver.

use std::sync::Arc;

use axum::http::StatusCode;
use gatelog_auth::{PersonalData, Scope};
use gatelog_console::ConsoleOptions;
use gatelog_meta::{NewQuarantined, SourceState};
use gatelog_source::{Definition, Purpose, SealKey};

use tokio::sync::watch;

use crate::house::{Answer, Browser, House, PASSWORD, SEAL_KEY, ada, sources};

const SECRET: &str = "hunter2hunter2";
const FORM: &str = "kind=logto-webhook&name=shop&signing_keys=hunter2hunter2&silent_after_hours=24";

/// A house with a key, two tenants, an admin of each, and a viewer.
fn staffed() -> House {
    let house = House::with_sources(ConsoleOptions::default(), sources);
    house.service.create_tenant(&"acme".parse().unwrap(), ada()).unwrap();
    house.settle("ada", Scope::Admin, Some("default"));
    house.settle("vic", Scope::Read, Some("default"));
    house.settle("eve", Scope::Admin, Some("acme"));
    house
}

/// Puts a record of the tenant `default` into the quarantine, and returns its page.
fn hold(house: &House, record: &[u8], reason: &str) -> String {
    let tenant = "default".parse().unwrap();
    let purpose = Purpose::Record { tenant: &tenant, source: "shop" };
    let key = SealKey::new(SEAL_KEY);
    let new = NewQuarantined {
        digest: key.digest(purpose, record),
        format: "native".to_owned(),
        is_sent: false,
        reason: reason.to_owned(),
        record: key.seal(purpose, record, [1; 12]),
    };
    let (meta, now) = (house.service.meta(), house.service.now());
    meta.put_in_quarantine(&tenant, "shop", &[new], now).unwrap();
    let held = meta.quarantine(&tenant, None, None, 1).unwrap();
    format!("/settings/quarantine/{}", held.first().unwrap().number)
}

fn stored(house: &House) -> Vec<Definition> {
    let stored = house.service.meta().sources().unwrap();
    stored.iter().map(|stored| Definition::stored(stored).unwrap()).collect()
}

/// Whether something of a source or of the quarantine is told.
fn is_told(page: &Answer) -> bool {
    ["shop", "broken", "attention"].iter().any(|word| page.text.contains(word))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_is_kept_with_a_sealed_secret_that_no_page_shows() {
    let house = staffed();
    let ada = house.browser("ada", PASSWORD).await;
    let created = ada.post("/settings/sources", FORM).await;
    assert_eq!(created.header("location"), "/settings/sources/shop", "{}", created.text);
    let [kept] = &*stored(&house) else { panic!("one source") };
    let sealed = kept.settings["signing_keys"][0].as_str().unwrap().to_owned();
    assert!(sealed.starts_with("sealed:"), "{sealed}");

    let page = ada.page("/settings/sources/shop").await;
    assert!(page.text.contains("http://localhost/v1/sources/shop/webhook"), "{}", page.text);
    let wrong = ada.post("/settings/sources/shop", "deed=save&silent_after_hours=soon").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let changed = "deed=save&signing_keys=&silent_after_hours=48";
    assert_eq!(ada.post("/settings/sources/shop", changed).await.status, StatusCode::SEE_OTHER);
    let [kept] = &*stored(&house) else { panic!("one source") };
    assert_eq!((kept.silent_after_hours, &kept.settings["signing_keys"][0]), (48, &sealed.into()));
    for page in [page, wrong] {
        assert!(!page.text.contains("sealed:") && !page.text.contains(SECRET));
    }
}

/// Asks for a page until it says something.
async fn until(reader: &Browser<'_>, path: &str, said: &str) {
    while !reader.page(path).await.text.contains(said) {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_falls_silent_is_marked_wherever_its_admin_is() {
    let house = staffed();
    let ada = house.browser("ada", PASSWORD).await;
    let vic = house.browser("vic", PASSWORD).await;
    ada.post("/settings/sources", &FORM.replace("24", "1")).await;
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(Arc::clone(&house.sources).run(stopped));
    until(&ada, "/settings/sources/shop", ">Running<").await;
    assert!(!is_told(&ada.page("/overview").await));
    house.clock.forward(61);
    until(&ada, "/settings/sources/shop", ">Silent<").await;
    assert!(ada.page("/overview").await.text.contains("A source needs attention"));
    assert!(!is_told(&vic.page("/overview").await));
    assert!(ada.page("/settings/sources").await.text.contains("1 hour ago"));
    stop.send(true).unwrap();
    running.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_told_and_not_kept() {
    let house = staffed();
    let ada = house.browser("ada", PASSWORD).await;
    let cases = [
        (FORM.replace("shop", "%3Cb%3E"), "1 to 63 of a–z"),
        (FORM.replace(SECRET, ""), "Something has to stand here"),
        (FORM.replace("24", "-1"), "A whole number from 0 to 8,784"),
        (FORM.replace("logto-webhook", "okta"), "Something has to stand here"),
    ];
    for (form, expected) in cases {
        let refused = ada.post("/settings/sources", &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        assert!(refused.text.contains(expected), "{form}: {}", refused.text);
        assert!(!refused.text.contains("<b>") && !refused.text.contains(SECRET));
    }
    for kind in ["syslog", "logto-database", "carrier-pigeon"] {
        let form = FORM.replace("logto-webhook", kind);
        let refused = ada.post("/settings/sources", &form).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{kind}");
    }
    assert_eq!(stored(&house), []);
    ada.post("/settings/sources", FORM).await;
    let eve = house.browser("eve", PASSWORD).await;
    let taken = eve.post("/settings/sources", FORM).await;
    assert!(taken.text.contains("the name shop is taken"), "{}", taken.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sees_or_changes_what_is_not_theirs_to_administer() {
    let house = staffed();
    let ada = house.browser("ada", PASSWORD).await;
    ada.post("/settings/sources", FORM).await;
    let record = hold(&house, b"broken", "character 1: it is broken");
    assert!(is_told(&ada.page("/settings/sources").await));

    let vic = house.browser("vic", PASSWORD).await;
    let eve = house.browser("eve", PASSWORD).await;
    assert!(!is_told(&vic.page("/logs").await));
    for path in ["/settings/sources", "/settings/quarantine"] {
        assert_eq!(vic.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
        assert!(!is_told(&eve.page(path).await), "{path}");
    }
    for (path, form) in [("/settings/sources/shop", "deed=remove"), (&*record, "deed=discard")] {
        for (reader, status) in [(&vic, StatusCode::FORBIDDEN), (&eve, StatusCode::NOT_FOUND)] {
            assert_eq!(reader.get(path).await.status, status, "{path}");
            assert_eq!(reader.post(path, form).await.status, status, "{path}");
        }
    }
    assert_eq!(stored(&house).len(), 1);
    assert!(is_told(&ada.page("/settings/quarantine").await));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_is_mended_and_becomes_an_event() {
    let house = staffed();
    let ada = house.browser("ada", PASSWORD).await;
    let record = hold(&house, b"{\"type\":\"<b>\"", "character 14: it ends too early");
    let page = ada.page(&record).await;
    assert!(page.text.contains("type&#34;:&#34;&#60;b&#62;"), "{}", page.text);
    let again = ada.post(&record, "deed=take&record=%7B%22type%22%3A%22%3Cb%3E%22").await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.text.contains("still no event"), "{}", again.text);
    let taken = ada.post(&record, "deed=take&record=%7B%22type%22%3A%22login%22%7D").await;
    assert_eq!(taken.header("location"), "/settings/quarantine?done=taken", "{}", taken.text);
    assert_eq!(ada.page("/logs?range=all").await.total(), 1);
    assert_eq!(ada.get(&record).await.status, StatusCode::NOT_FOUND);

    let record = hold(&house, b"\xff", "no text");
    let thrown = ada.post(&record, "deed=discard").await;
    let list = ada.page(thrown.header("location")).await;
    assert!(list.text.contains("It was thrown away."), "{}", list.text);
    house.record();
    let activity = ada.page("/settings/activity").await;
    assert!(activity.text.contains("of Quarantine"), "{}", activity.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_quarantine_is_read_page_by_page() {
    let house = staffed();
    let ada = house.browser("ada", PASSWORD).await;
    for number in 0..51 {
        hold(&house, format!("broken {number}").as_bytes(), "no JSON");
    }
    let newest = ada.page("/settings/quarantine").await;
    assert_eq!((newest.total(), newest.text.matches("<tr><td").count()), (51, 50));
    let oldest = ada.page(&newest.link("older")).await;
    assert_eq!((oldest.total(), oldest.text.matches("<tr><td").count()), (51, 1));
    assert_eq!(ada.page(&oldest.link("newest")).await.text.matches("<tr><td").count(), 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_record_makes_no_heavy_page() {
    let house = staffed();
    let ada = house.browser("ada", PASSWORD).await;
    for (bytes, is_edited) in [(16 * 1024, true), (16 * 1024 + 1, false), (1024 * 1024, false)] {
        let page = ada.page(&hold(&house, &vec![b'<'; bytes], "no JSON")).await;
        assert!(page.text.len() < 100_000, "{bytes}: {}", page.text.len());
        assert_eq!(page.text.contains("<textarea"), is_edited, "{bytes}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_who_does_not_see_personal_data_sees_no_record() {
    let house = staffed();
    house.settle("max", Scope::Admin, Some("default"));
    let (meta, change) = (house.service.meta(), house.service.environment().change(ada()));
    meta.set_personal_data("max", PersonalData::Never, &change).unwrap();
    let record = hold(&house, b"{\"mail\":\"ada@acme.example\"", "at ada@acme.example");
    let max = house.browser("max", PASSWORD).await;
    for path in ["/settings/quarantine", &record] {
        let page = max.page(path).await;
        assert!(!page.text.contains("ada@acme.example"), "{path}: {}", page.text);
    }
    let guessed = max.post(&record, "deed=take&record=%7B%22type%22%3A%22login%22%7D").await;
    assert_eq!(guessed.status, StatusCode::UNPROCESSABLE_ENTITY, "it is taken as it came");
    assert!(!guessed.text.contains("ada@acme.example"), "{}", guessed.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_known_before_is_shown_until_a_source_runs() {
    let house = staffed();
    let ada = house.browser("ada", PASSWORD).await;
    ada.post("/settings/sources", FORM).await;
    let state = SourceState::new("shop", "default".parse().unwrap(), "logto-webhook");
    let trouble = Some(("<script>".to_owned(), house.service.now()));
    let state = SourceState { accepted: 1_234, trouble, ..state };
    house.service.meta().save_source_state(&state).unwrap();
    let page = ada.page("/settings/sources/shop").await;
    assert!(page.text.contains("1,234") && page.text.contains("Starting"), "{}", page.text);
    ada.post("/settings/sources/shop", "deed=pause").await;
    let list = ada.page("/settings/sources").await;
    assert!(list.text.contains("Paused"), "{}", list.text);
    ada.post("/settings/sources/shop", "deed=resume").await;
    let list = ada.page("/settings/sources").await;
    assert!(list.text.contains("Starting") && !list.text.contains("<script>"), "{}", list.text);
}
