//! Pages about one person, application, address or organisation, and whoever was typed.

use axum::http::StatusCode;
use gatelog_auth::Scope;
use gatelog_event::source::Format;

use crate::house::{House, PASSWORD};

const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like \
                      Gecko) Chrome/125.0.0.0 Safari/537.36";

/// Ada and Grace sign in to the shop from one address, and somebody types Ada's identifier wrong.
fn events() -> String {
    let template = r#"
{"id":"1","time":"2026-11-20T01:00:00Z","type":"login","outcome":"success","actor":{"kind":"user","id":"u1","name":"Ada Lovelace","identifier":"ada@acme.example"},"application":{"id":"a1","name":"Shop"},"ip":"203.0.113.1","organization":"o1","user_agent":"CHROME"}
{"id":"2","time":"2026-11-20T02:00:00Z","type":"login","outcome":"failure","actor":{"identifier":"ada@acme.example"},"application":{"id":"a1"},"ip":"203.0.113.66","error":{"code":"wrong_password"}}
{"id":"3","time":"2026-11-20T03:00:00Z","type":"login","outcome":"success","actor":{"kind":"user","id":"u2","name":"Grace Hopper","identifier":"grace@acme.example"},"application":{"id":"a1"},"ip":"203.0.113.1","user_agent":"CHROME"}
{"id":"4","time":"2026-11-20T04:00:00Z","type":"login","outcome":"success","actor":{"kind":"user","id":"u3","identifier":"shared@acme.example"}}
{"id":"5","time":"2026-11-20T05:00:00Z","type":"login","outcome":"success","actor":{"kind":"user","id":"u4","identifier":"shared@acme.example"}}
"#;
    template.replace("CHROME", CHROME)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_subject_has_a_page_with_what_it_was_seen_with() {
    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    house.keep("default", Format::Native, &events()).await;
    let browser = house.browser("ada", PASSWORD).await;
    let cases: [(&str, u64, &[&str]); 4] = [
        (
            "/users/u1",
            2,
            &[
                "Ada Lovelace",
                "<li>ada@acme.example</li>",
                "/applications/a1\">Shop</a>",
                "/addresses/203.0.113.66",
                "/organizations/o1",
                "Chrome 125 · Windows 10/11 · computer",
                "wrong_password",
                "id=\"without-id\"",
            ],
        ),
        (
            "/applications/a1",
            3,
            &["<h1>Shop</h1>", "/users/u1\">Ada Lovelace", "/addresses/203.0.113.1", "o1"],
        ),
        (
            "/addresses/203.0.113.1",
            2,
            &[
                "<h1>203.0.113.1</h1>",
                "/users/u2\">Grace Hopper",
                "/users/find?who=ada@acme.example",
            ],
        ),
        ("/organizations/o1", 1, &["<h1>o1</h1>", "/users/u1\">Ada Lovelace"]),
    ];
    for (address, total, expected) in cases {
        let page = browser.page(address).await;
        assert_eq!((page.total(), page.rows() as u64), (total, total), "{address}");
        assert!(page.text.contains("id=\"chart\""), "{address}");
        for text in expected {
            assert!(page.text.contains(text), "{address}: {text}");
        }
        let same = browser.page(&page.link("filter-events")).await;
        assert_eq!(same.total(), total, "{address}: the filtered list has the same events");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_without_an_id_are_counted_and_listed() {
    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    house.keep("default", Format::Native, &events()).await;
    let browser = house.browser("ada", PASSWORD).await;
    let page = browser.page("/users/u1").await;
    let row = page.text.split("id=\"without-id\"").nth(1).unwrap();
    let address = row.split("href=\"").nth(1).unwrap().split('"').next().unwrap();
    let list = browser.page(&address.replace("&#38;", "&")).await;
    assert_eq!((list.total(), list.rows()), (1, 1));
    let grace = browser.page("/users/u2").await;
    assert!(!grace.text.contains("id=\"without-id\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_are_those_of_the_newest_events() {
    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    let event = |number: u64| {
        let agent = if number == 0 { "Old/1.0" } else { "New/1.0" };
        format!(
            "{{\"id\":\"{number}\",\"time\":\"2026-11-20T01:{:02}:{:02}Z\",\"type\":\"login\",\
             \"actor\":{{\"id\":\"u1\"}},\"user_agent\":\"{agent}\"}}\n",
            number / 60,
            number % 60
        )
    };
    let lines: String = (0..201).map(event).collect();
    house.keep("default", Format::Native, &lines).await;
    let page = house.browser("ada", PASSWORD).await.page("/users/u1").await;
    assert_eq!(page.total(), 201);
    assert!(page.text.contains("New/1.0") && !page.text.contains("Old/1.0"));
    assert!(page.text.contains("of the newest 200 events"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_known_of_nobody() {
    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    house.keep("default", Format::Native, &events()).await;
    let browser = house.browser("ada", PASSWORD).await;
    for (address, message) in [
        ("/users/x", "There is no user “x”"),
        ("/applications/x", "There is no application “x”"),
        ("/addresses/10.0.0.1", "There is no address “10.0.0.1”"),
        ("/organizations/x", "There is no organization “x”"),
        ("/journeys/x", "There is no journey “x”"),
    ] {
        let answer = browser.get(address).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{address}");
        assert!(answer.text.contains(message), "{address}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_was_typed_leads_to_the_person_it_means() {
    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    house.keep("default", Format::Native, &events()).await;
    let browser = house.browser("ada", PASSWORD).await;
    for (who, id) in [("u1", "u1"), ("ADA@acme.example", "u1"), ("Grace", "u2"), ("hopper", "u2")] {
        let answer = browser.get(&format!("/users/find?who={who}")).await;
        assert_eq!(answer.header("location"), format!("/users/{id}"), "{who}");
    }
    let several = browser.page("/users/find?who=shared@acme.example").await;
    for link in ["href=\"/users/u3\"", "href=\"/users/u4\""] {
        assert!(several.text.contains(link), "{link}");
    }
    assert!(!several.text.contains("href=\"/users/u1\""));
    let nobody = browser.page("/users/find?who=nobody@acme.example").await;
    assert!(nobody.text.contains("Nobody is known by “nobody@acme.example”"));
    assert_eq!(browser.page(&nobody.link("attempts")).await.total(), 0);
    assert!(!browser.page("/users/find").await.text.contains("id=\"empty\""));
}

/// An id that is the name of one of our pages is an id all the same.
#[tokio::test(flavor = "multi_thread")]
async fn somebody_whose_id_is_find_has_a_page() {
    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    let line = r#"{"id":"1","type":"login","actor":{"id":"find"}}"#;
    house.keep("default", Format::Native, line).await;
    let browser = house.browser("ada", PASSWORD).await;
    let users = browser.page("/users").await;
    let link = users.text.split("<td class=\"user\"><a href=\"").nth(1).unwrap();
    let page = browser.page(link.split('"').next().unwrap()).await;
    assert!(page.text.contains("<h1>find</h1>"));
}
