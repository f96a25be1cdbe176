//! Users and tenants.

use axum::http::StatusCode;
use gatelog_auth::Scope;
use gatelog_event::source::Format;

use crate::house::{Answer, House, PASSWORD, ada};

const EVENTS: &str = r#"
{"id":"1","time":"2026-11-20T01:00:00Z","type":"login","outcome":"success","actor":{"kind":"user","id":"u1","name":"Ada Lovelace","identifier":"ada@acme.example"},"application":{"id":"a1","name":"Shop"},"ip":"203.0.113.1"}
{"id":"2","time":"2026-11-20T02:00:00Z","type":"login","outcome":"failure","actor":{"identifier":"ada@acme.example"},"ip":"203.0.113.66"}
{"id":"3","time":"2026-11-20T03:00:00Z","type":"login","outcome":"failure","actor":{"id":"u2"}}
{"id":"4","time":"2026-11-20T04:00:00Z","type":"login","outcome":"success","actor":{"id":"u2","name":"Grace Hopper"}}
{"id":"5","time":"2026-11-20T05:00:00Z","type":"login","outcome":"success","actor":{"id":"u3"}}
{"id":"6","time":"2026-11-20T06:00:00Z","type":"token.issue","outcome":"success","actor":{"kind":"application","id":"a1"},"application":{"id":"a1"}}
"#;

/// The users a page lists, in order.
fn listed(page: &Answer) -> Vec<String> {
    let cells = page.text.split("<td class=\"user\">").skip(1);
    let ids = cells.map(|cell| cell.split("/users/").nth(1).unwrap());
    ids.map(|rest| rest.split(['"', '?']).next().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_listed_searched_and_sorted() {
    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    house.keep("default", Format::Native, EVENTS).await;
    let browser = house.browser("ada", PASSWORD).await;
    let cases: [(&str, &[&str]); 8] = [
        ("", &["u3", "u2", "u1"]),
        ("?sort=name", &["u1", "u2", "u3"]),
        ("?sort=events", &["u2", "u3", "u1"]),
        ("?sort=failures", &["u2", "u3", "u1"]),
        ("?search=LOVE", &["u1"]),
        ("?search=acme.example", &["u1"]),
        ("?search=u3", &["u3"]),
        ("?search=nobody", &[]),
    ];
    for (parameters, expected) in cases {
        let page = browser.page(&format!("/users{parameters}")).await;
        assert_eq!(listed(&page), expected, "{parameters}");
        assert_eq!(page.total(), expected.len() as u64);
    }
}

/// An event with somebody's id as its application must not take that person off the list.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_hides_behind_an_application_of_their_id() {
    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    house.keep("default", Format::Native, EVENTS).await;
    let forged = r#"{"id":"9","time":"2026-11-20T09:00:00Z","type":"login","actor":{"id":"u3"},"application":{"id":"u3"}}"#;
    house.keep("default", Format::Native, forged).await;
    let page = house.browser("ada", PASSWORD).await.page("/users").await;
    assert_eq!(listed(&page), ["u3", "u2", "u1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_user_has_their_failures_before_anybody_knew_them() {
    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    house.keep("default", Format::Native, EVENTS).await;
    let browser = house.browser("ada", PASSWORD).await;
    let page = browser.page("/users/u1").await;
    assert_eq!((page.total(), page.rows()), (2, 2));
    for expected in ["Ada Lovelace", "<li>ada@acme.example</li>", "203.0.113.66", ">Shop</a>"] {
        assert!(page.text.contains(expected), "{expected}");
    }
    let same = browser.page(&page.link("filter-events")).await;
    assert_eq!(same.total(), page.total(), "the filtered list has the same events");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenants_user_sees_their_own_tenant_only() {
    let house = House::new();
    house.service.create_tenant(&"acme".parse().unwrap(), ada()).unwrap();
    house.settle("ada", Scope::Read, Some("acme"));
    house.keep("default", Format::Native, EVENTS).await;
    house
        .keep("acme", Format::Native, r#"{"id":"of-acme","type":"login","actor":{"id":"u9"}}"#)
        .await;
    let browser = house.browser("ada", PASSWORD).await;
    let page = browser.page("/logs").await;
    assert_eq!(page.total(), 1);
    assert!(!page.text.contains("tenant-picker"));
    for address in ["/logs/1", "/users/u1"] {
        assert_eq!(browser.get(address).await.status, StatusCode::NOT_FOUND, "{address}");
    }
    for tenant in ["default", "no-such-tenant"] {
        let answer = browser.get(&format!("/logs?tenant={tenant}")).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{tenant}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_chooses_a_tenant_and_stays_in_it() {
    let house = House::new();
    house.settle("admin", Scope::Operator, None);
    house.keep("default", Format::Native, EVENTS).await;
    let browser = house.browser("admin", PASSWORD).await;
    let alone = browser.page("/logs").await;
    assert!(!alone.text.contains("tenant="), "there is nothing to choose");

    house.service.create_tenant(&"acme".parse().unwrap(), ada()).unwrap();
    house
        .keep("acme", Format::Native, r#"{"id":"of-acme","type":"login","actor":{"id":"u9"}}"#)
        .await;
    assert_eq!(browser.page("/logs").await.total(), 6);
    let page = browser.page("/logs?tenant=acme").await;
    assert_eq!(page.total(), 1);
    assert!(page.text.contains("<option selected>acme</option>"));
    let links = page.text.split("href=\"/").skip(1);
    // Neither is about a tenant.
    let own = links.filter(|link| !link.starts_with("assets/") && !link.starts_with("docs\""));
    for link in own {
        let link = link.split('"').next().unwrap();
        assert!(link.contains("tenant=acme"), "{link}");
    }
    let unknown = browser.get("/logs?tenant=nobody").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert!(unknown.text.contains("There is no tenant “nobody”"));
    assert_eq!(browser.get("/logs?tenant=../x").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_only_send_events_reads_none() {
    let house = House::new();
    house.settle("sender", Scope::Ingest, Some("default"));
    let browser = house.browser("sender", PASSWORD).await;
    let answer = browser.get("/logs").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.text.contains("You may not see this"));
}
