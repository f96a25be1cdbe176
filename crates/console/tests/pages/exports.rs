//! Exports: how far they are, and that they end when they are not wanted.

use std::fmt::Write as _;

use axum::body::{Body, BodyDataStream};
use axum::http::{Request, StatusCode};
use futures_util::StreamExt;
use gatelog_auth::Scope;
use gatelog_event::source::Format;

use crate::house::{Browser, House, PASSWORD};

/// Some pieces of an export, of which the last is not the first.
const EVENTS: usize = 3_000;

const ID: &str = "0123456789abcdef0123456789abcdef";

const UNKNOWN: &str = r#"{"state":"unknown","rows":0,"total":null,"#;

async fn with_events() -> House {
    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    house.settle("bob", Scope::Read, Some("default"));
    let mut lines = String::new();
    for number in 0..EVENTS {
        let time = "2026-11-20T14:00:00Z";
        let _ = writeln!(lines, r#"{{"id":"e{number}","time":"{time}","type":"login"}}"#);
    }
    house.keep("default", Format::Native, &lines).await;
    house
}

/// Begins an export and takes the first of it.
async fn begin(house: &House, browser: &Browser<'_>) -> (BodyDataStream, usize) {
    let address = format!("/logs/export?format=ndjson&export={ID}");
    let request = Request::get(address).header("cookie", &browser.cookie);
    let response = house.respond(request.body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), StatusCode::OK);
    let mut body = response.into_body().into_data_stream();
    let first = body.next().await.unwrap().unwrap().len();
    (body, first)
}

/// State, rows, total and words, as a script is told them.
async fn told(browser: &Browser<'_>) -> String {
    let answer = browser.get(&format!("/logs/export/{ID}")).await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (StatusCode::OK, "application/json")
    );
    answer.text
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_says_how_far_it_is_to_whoever_began_it() {
    let house = with_events().await;
    let browser = house.browser("ada", PASSWORD).await;
    let page = browser.page("/logs").await;
    let menu = page.between("id=\"export-holds\">", "</li>");
    assert_eq!(menu, "A file will hold 3,000 events.");
    assert!(told(&browser).await.starts_with(UNKNOWN));

    let (mut body, mut bytes) = begin(&house, &browser).await;
    let running = told(&browser).await;
    assert!(running.starts_with(r#"{"state":"running","rows":"#), "{running}");
    assert!(
        running.contains(r#""total":3000,"#) && running.contains("of 3,000 events ("),
        "{running}"
    );
    let stranger = house.browser("bob", PASSWORD).await;
    assert!(told(&stranger).await.starts_with(UNKNOWN));
    let cancelled = stranger.post(&format!("/logs/export/{ID}/cancel"), "").await;
    assert_eq!(cancelled.status, StatusCode::NOT_FOUND);

    while let Some(piece) = body.next().await {
        bytes += piece.unwrap().len();
    }
    assert!(bytes > EVENTS * 50, "{bytes}");
    let done =
        r#"{"state":"done","rows":3000,"total":3000,"text":"Done: 3,000 events in the file."}"#;
    assert_eq!(told(&browser).await, done);
    assert_eq!(house.get(&format!("/logs/export/{ID}")).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_cancelled_or_cut_off_says_so() {
    let house = with_events().await;
    let browser = house.browser("ada", PASSWORD).await;
    let (mut body, _) = begin(&house, &browser).await;
    let cancelled = browser.post(&format!("/logs/export/{ID}/cancel"), "").await;
    assert_eq!(cancelled.status, StatusCode::NO_CONTENT);
    let mut pieces = Vec::new();
    while let Some(piece) = body.next().await {
        let is_cut = piece.is_err();
        pieces.push(piece);
        if is_cut {
            break;
        }
    }
    assert!(pieces.last().is_some_and(Result::is_err), "it does not pass for a whole file");
    assert!(told(&browser).await.starts_with(r#"{"state":"cancelled","#));

    let (body, _) = begin(&house, &browser).await;
    drop(body);
    let failed = told(&browser).await;
    assert!(
        failed.starts_with(r#"{"state":"failed","#) && failed.contains("is not whole"),
        "{failed}"
    );
}
