//! What is recorded of reading: pages are, forms and refusals are not taken for it.

use gatelog_auth::Scope;
use gatelog_ledger::PageStart;
use gatelog_query::{Field, Filter, Query};

use crate::house::{House, PASSWORD};

/// Outcome, route, and number of requests of every recorded read.
fn recorded(house: &House) -> Vec<String> {
    house.record();
    let tenant = house.service.tenant(&"default".parse().unwrap()).unwrap();
    let own = Query::new(Filter::equals(Field::Source, "gatelog"));
    let page = tenant.ledger().page(&own, PageStart::First, 100).unwrap();
    let records = page.events.iter().map(|event| String::from_utf8_lossy(&event.record));
    let between = |text: &str, start: &str, end: &str| {
        text.split(start).nth(1).and_then(|rest| rest.split(end).next()).unwrap().to_owned()
    };
    let reads = records.filter(|record| record.contains("audit.read")).map(|record| {
        let outcome = between(&record, "\"outcome\":\"", "\"");
        let route = between(&record, "\"kind\":\"route\",\"id\":\"", "\"");
        let requests = between(&record, "\"requests\":", "}");
        format!("{outcome} {route} {}", requests.split(',').next().unwrap())
    });
    let mut reads: Vec<String> = reads.collect();
    reads.sort();
    reads
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_reads_and_forms_and_refusals_are_not() {
    let house = House::new();
    house.settle("vic", Scope::Read, Some("default"));
    let vic = house.browser("vic", PASSWORD).await;
    vic.page("/logs").await;
    vic.page("/users").await;
    assert_eq!(vic.get("/logs/none").await.status, 404);
    assert_eq!(vic.post("/logs/from/q=x/", "name=mine").await.status, 303);
    assert_eq!(vic.post("/account/sessions", "").await.status, 303);
    for _ in 0..2 {
        assert_eq!(vic.get("/settings/keys").await.status, 403);
    }
    assert_eq!(vic.post("/settings/keys", "label=x&scope=read").await.status, 403);
    assert_eq!(vic.get("/overview?tenant=other").await.status, 403);
    let expected = [
        "failure GET /overview 1",
        "failure GET /settings/keys 2",
        "failure POST /settings/keys 1",
        "success GET /logs 1",
        "success GET /logs/{id} 1",
        "success GET /users 1",
    ];
    assert_eq!(recorded(&house), expected);
}
