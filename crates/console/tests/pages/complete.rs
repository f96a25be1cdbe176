//! What is offered while a query is typed.

use axum::http::StatusCode;

use crate::house::{Answer, Browser, PASSWORD};
use crate::logs::with_five;

/// What is offered at the `|` of a query: what would be written, what it is called, how often.
async fn offered(browser: &Browser<'_>, query: &str, filter: &str) -> Vec<String> {
    let at = query.find('|').unwrap();
    let query: String =
        form_urlencoded::byte_serialize(query.replace('|', "").as_bytes()).collect();
    let answer = browser.page(&format!("/logs/complete?q={query}&at={at}{filter}")).await;
    entries(&answer)
}

fn entries(answer: &Answer) -> Vec<String> {
    let entry = |entry: &str| {
        let written = entry.split("data-written=\"").nth(1).unwrap().split('"').next().unwrap();
        let texts = entry.split("</code>").nth(1).unwrap().split('<');
        let texts: Vec<&str> =
            texts.filter_map(|piece| piece.split_once('>')).map(|it| it.1).collect();
        let texts = texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("|");
        format!("{}|{texts}", written.replace("&#34;", "\"").trim_end())
    };
    answer.text.split("<li ").skip(1).map(entry).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn values_are_counted_among_what_the_rest_of_the_question_finds() {
    let house = with_five().await;
    let browser = house.browser("ada", PASSWORD).await;
    let cases: [(&str, &str, &[&str]); 14] = [
        (
            "outcome = |",
            "",
            &["\"success\"|Success|3", "\"failure\"|Failure|1", "\"unknown\"|No result|1"],
        ),
        ("outcome = |", "&application=a1", &["\"failure\"|Failure|1", "\"success\"|Success|1"]),
        ("outcome = |", "&range=1h", &["\"success\"|Success|1"]),
        ("outcome = fai|", "", &["\"failure\"|Failure|1"]),
        ("application.id = |", "", &["\"a1\"|Shop|2", "\"a2\"|Forum|2", "null|without a value|1"]),
        ("application.id = forum|", "", &["\"a2\"|Forum|2"]),
        ("actor.id = \"lovel|", "", &["\"u1\"|Ada Lovelace|2"]),
        ("actor.id = 2|", "", &["\"u2\"|Grace Hopper|2"]),
        ("type = \"log|\" AND outcome = \"failure\"", "", &["\"login\"|Login|1"]),
        (
            "type = \"log|\" OR outcome = \"failure\"",
            "",
            &["\"login\"|Login|3", "\"logout\"|Logout|1"],
        ),
        (
            "bad_password ip = |",
            "",
            &["\"203.0.113.1\"|3", "\"203.0.113.2\"|1", "null|without a value|1"],
        ),
        ("time >= 7|", "", &["\"now-7d\"|Last 7 days"]),
        ("data.ip = |", "", &[]),
        ("ip = 100%|", "", &[]),
    ];
    for (query, filter, expected) in cases {
        let offered = offered(&browser, query, filter).await;
        assert_eq!(offered, expected, "{query} {filter}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_and_operators_are_explained() {
    let house = with_five().await;
    let browser = house.browser("ada", PASSWORD).await;
    let cases: [(&str, &[&str]); 6] = [
        ("actor.i|", &["actor.id|User", "actor.identifier|Identifier"]),
        ("sess|", &["session|Session"]),
        ("ip = \"::1\" an|", &["AND|both conditions"]),
        ("actor[kin|", &["kind|What the user is"]),
        ("ip ^|", &["^=|begins with"]),
        ("ip NOT |", &["IN|is one of these", "ILIKE|looks like this, with % for any text"]),
    ];
    for (query, expected) in cases {
        let mut offered = offered(&browser, query, "").await;
        offered.truncate(expected.len());
        assert_eq!(offered, expected, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_offered_what_they_may_not_read() {
    let house = with_five().await;
    let answer = house.get("/logs/complete?q=actor.id+%3D&at=10").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let browser = house.browser("ada", PASSWORD).await;
    let answer = browser.get("/logs/complete?q=actor.id+%3D&at=10&tenant=acme").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}
