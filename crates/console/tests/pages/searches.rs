//! Searches that are kept, and the same question asked elsewhere.

use axum::http::StatusCode;
use gatelog_auth::Scope;
use gatelog_event::source::Format;
use gatelog_event::tenant::TenantName;
use gatelog_meta::Role;

use crate::house::{Answer, Browser, House, PASSWORD, ada};

const EVENTS: &str = r#"
{"id":"e1","time":"2026-11-20T13:00:00Z","type":"login","outcome":"success","actor":{"id":"u1","name":"Ada Lovelace"},"application":{"id":"a1"}}
{"id":"e2","time":"2026-11-20T12:00:00Z","type":"login","outcome":"failure","actor":{"id":"u2"},"application":{"id":"a1"}}
{"id":"e3","time":"2026-11-10T12:00:00Z","type":"login","outcome":"failure","actor":{"id":"u2"}}
"#;

async fn with_people() -> House {
    let house = House::new();
    house.service.create_tenant(&"acme".parse().unwrap(), ada()).unwrap();
    house.settle("bob", Scope::Read, Some("default"));
    house.settle("eve", Scope::Read, Some("default"));
    let (tenant, change) =
        (TenantName::default_tenant(), house.service.environment().change(ada()));
    house.service.meta().set_role("bob", Role::Analyst, &tenant, &change).unwrap();
    house.keep("default", Format::Native, EVENTS).await;
    house
}

/// Saves what `address` shows, as the form on it does.
async fn save(browser: &Browser<'_>, address: &str, name: &str, shared: &str) -> Answer {
    let page = browser.page(address).await;
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("name", name), ("shared", shared)])
        .finish();
    let (base, action) = (page.base(), page.form("save-search"));
    browser.post(&format!("{base}{}", action.trim_start_matches("./")), &form).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_is_saved_opened_changed_and_deleted() {
    let house = with_people().await;
    let browser = house.browser("bob", PASSWORD).await;
    let empty = browser.page("/searches").await;
    assert!(empty.text.contains("No saved searches yet"));

    let address =
        "/logs?q=actor.id+=+%22u2%22&result=failure&range=24h&columns=ip&dense=on&by=level";
    let saved = save(&browser, address, "  Failures of u2 ", "").await;
    assert_eq!((saved.status, saved.header("location")), (StatusCode::SEE_OTHER, address));
    let page = browser.page(address).await;
    assert!(page.text.contains("href=\"/searches/1\" aria-current=\"true\">Failures of u2</a>"));

    let list = browser.page("/searches").await;
    assert_eq!(list.total(), 1);
    let summary = "actor.id = &#34;u2&#34; · Result: Failure · Last 24 hours";
    assert!(list.text.contains(summary), "{}", list.text);
    assert!(list.text.contains("never used"));
    assert_eq!(browser.get("/searches/1").await.header("location"), address);
    assert!(browser.page("/searches").await.text.contains("last used"));

    let renamed = browser.post("/searches/1", "name=Renamed&shared=on").await;
    assert_eq!(renamed.header("location"), "/searches");
    let list = browser.page("/searches").await;
    assert!(list.text.contains(">Renamed</a>") && list.text.contains(">Shared</span>"));
    assert_eq!(browser.post("/searches/1/delete", "").await.header("location"), "/searches");
    assert_eq!(browser.page("/searches").await.total(), 0);
    assert_eq!(browser.get("/searches/1").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn viewers_keep_searches_for_themselves() {
    let house = with_people().await;
    let eve = house.browser("eve", PASSWORD).await;
    assert!(!eve.page("/logs").await.text.contains("name=\"shared\""));
    let refused = save(&eve, "/logs?result=failure", "Everybody's", "on").await;
    assert!(refused.text.contains("ask an admin to make you an analyst"), "{}", refused.text);
    assert_eq!(eve.page("/searches").await.total(), 0);
    save(&eve, "/logs?result=failure", "Mine", "").await;
    assert!(!eve.page("/searches").await.text.contains("name=\"shared\""));
    assert_eq!(house.browser("bob", PASSWORD).await.page("/searches").await.total(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_search_is_seen_and_opened_by_others_and_changed_by_its_owner_only() {
    let house = with_people().await;
    let bob = house.browser("bob", PASSWORD).await;
    let eve = house.browser("eve", PASSWORD).await;
    save(&bob, "/logs?result=failure", "Ours", "on").await;
    save(&bob, "/logs?result=success", "Mine", "").await;
    let list = eve.page("/searches").await;
    assert_eq!(list.total(), 1);
    assert!(list.text.contains(">Ours</a>") && list.text.contains("<bdi>bob</bdi>"));
    assert!(!list.text.contains("action=\"/searches/1\""), "nothing to change");
    assert_eq!(eve.get("/searches/1").await.header("location"), "/logs?result=failure");
    for (address, form) in
        [("/searches/1", "name=Stolen"), ("/searches/1/delete", ""), ("/searches/2/delete", "")]
    {
        assert_eq!(eve.post(address, form).await.status, StatusCode::NOT_FOUND, "{address}");
    }
    assert_eq!(eve.get("/searches/2").await.status, StatusCode::NOT_FOUND, "it is private");
    assert_eq!(bob.page("/searches").await.total(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_saved_is_told() {
    let house = with_people().await;
    let browser = house.browser("bob", PASSWORD).await;
    save(&browser, "/logs", "Taken", "").await;
    for (name, expected) in [
        ("  ", "A name has 1 to 100 characters."),
        (&*"x".repeat(101), "A name has 1 to 100 characters."),
        ("Taken", "You have a search called “Taken” already."),
    ] {
        let answer = save(&browser, "/logs", name, "").await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text.contains(expected), "{expected}: {}", answer.text);
    }
    let long = format!("/logs?error={}", "x".repeat(9_000));
    let answer = save(&browser, &long, "Long", "").await;
    assert!(answer.text.contains("too long to be kept"), "{}", answer.text);
    assert_eq!(browser.page("/searches").await.total(), 1);
}

/// Whatever is kept was written by somebody, and words of a search may be gone.
#[tokio::test(flavor = "multi_thread")]
async fn what_means_nothing_any_more_still_opens() {
    let house = with_people().await;
    let browser = house.browser("bob", PASSWORD).await;
    let page = browser.get("/logs?event=Gone.Type&tab=gone&color=red&q=gone+%3D").await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    let saved = browser.post(&page.base(), "name=%3Cb%3E").await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    let list = browser.page("/searches").await;
    assert!(list.text.contains("&#60;b&#62;"), "{}", list.text);
    let address = browser.get("/searches/1").await.header("location").to_owned();
    assert_eq!(address, "/logs?q=gone+=&event=Gone.Type");
    let page = browser.get(&address).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST, "what is wrong is underlined");
    assert!(page.text.contains("Gone.Type"));
}

#[tokio::test(flavor = "multi_thread")]
async fn searches_stay_in_their_tenant() {
    let house = with_people().await;
    house.settle("admin", Scope::Operator, None);
    let browser = house.browser("admin", PASSWORD).await;
    let saved = save(&browser, "/logs?tenant=acme&result=failure", "One", "").await;
    assert_eq!(saved.header("location"), "/logs?tenant=acme&result=failure");
    assert_eq!(browser.page("/searches?tenant=acme").await.total(), 1);
    assert_eq!(browser.page("/searches").await.total(), 0);
    assert_eq!(browser.get("/searches/1").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_told_as_commands() {
    let house = with_people().await;
    let browser = house.browser("bob", PASSWORD).await;
    let command = |page: &Answer, id: &str| {
        let text = page.between(&format!("<code id=\"{id}\">"), "</code>");
        text.replace("&#34;", "\"").replace("&#39;", "'").replace("&#38;", "&")
    };
    let page = house
        .ask_at(
            "logs.example:1",
            "/logs?q=type+=+%22login%22&result=failure&user=u1&range=7d",
            &browser.cookie,
        )
        .await;
    let query = r#"type = "login" AND outcome = "failure" AND "#;
    assert!(
        command(&page, "command-curl")
            .starts_with("curl --get http://logs.example:1/v1/events \\\n")
    );
    let gatelog = command(&page, "command-gatelog");
    let start = format!("gatelog query --tenant default --from now-7d -- '{query}");
    assert!(gatelog.starts_with(&start) && gatelog.contains("u1"), "{gatelog}");

    // The query says all that the filters do.
    let asked = gatelog.split("-- '").nth(1).unwrap().trim_end_matches('\'');
    for address in [
        "/logs?result=failure",
        "/logs?user=u2&application=a1",
        "/logs?event=login&q=NOT+actor.id+=+%22u1%22",
    ] {
        let page = browser.page(address).await;
        let text = command(&page, "command-gatelog");
        let query = text.split("-- '").nth(1).unwrap().trim_end_matches('\'').to_owned();
        let query =
            form_urlencoded::Serializer::new(String::new()).append_pair("q", &query).finish();
        assert_eq!(
            browser.page(&format!("/logs?{query}")).await.total(),
            page.total(),
            "{address}"
        );
    }
    assert!(asked.len() > query.len());
}
