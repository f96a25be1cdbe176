//! Finding events and looking at one.

use std::collections::HashSet;

use axum::http::StatusCode;
use gatelog_auth::Scope;
use gatelog_event::source::Format;
use gatelog_event::time::UnixMicros;
use gatelog_service::DueReads;
use gatelog_testkit::{RowsOptions, World, WorldOptions};

use crate::house::{House, NOW, PASSWORD};

const DAY_MS: i64 = 86_400_000;

/// Five events whose every filter can be counted by hand, two hours apart, the last one at 14:00.
const FIVE: &str = r#"
{"id":"e1","time":"2026-11-20T06:00:00Z","type":"login","outcome":"success","actor":{"id":"u1","name":"Ada Lovelace","identifier":"ada@acme.example"},"application":{"id":"a1","name":"Shop"},"ip":"203.0.113.1"}
{"id":"e2","time":"2026-11-20T08:00:00Z","type":"login","outcome":"failure","actor":{"identifier":"ada@acme.example"},"application":{"id":"a1"},"ip":"203.0.113.2","error":{"code":"bad_password"}}
{"id":"e3","time":"2026-11-20T10:00:00Z","type":"logout","actor":{"id":"u1"},"application":{"id":"a2","name":"Forum"},"ip":"203.0.113.1","session":"s1"}
{"id":"e4","time":"2026-11-20T12:00:00Z","type":"api.update","outcome":"success","actor":{"id":"u2","name":"Grace Hopper"},"ip":"::ffff:203.0.113.1"}
{"id":"e5","time":"2026-11-20T14:00:00Z","type":"login","outcome":"success","actor":{"id":"u2"},"application":{"id":"a2"},"session":"s1","interaction":"i1"}
"#;

pub(crate) async fn with_five() -> House {
    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    house.keep("default", Format::Native, FIVE).await;
    house
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_audit_shows_only_where_it_is_chosen() {
    let house = with_five().await;
    let browser = house.browser("ada", PASSWORD).await;
    browser.page("/logs?user=lovelace&tab=user").await;
    browser.page("/users/u1").await;
    let service = house.service.clone();
    let writing = tokio::task::spawn_blocking(move || service.write_audit(DueReads::All));
    writing.await.unwrap().unwrap();

    let all = browser.page("/logs").await;
    assert_eq!((all.total(), all.rows()), (5, 5));
    assert!(all.text.contains(r#"<option value="gatelog">Gatelog: reads and changes</option>"#));
    assert!(!all.text.contains("audit.read") && !all.text.contains("uid:"), "{}", all.text);
    let users = browser.page("/users").await.text;
    assert!(!users.contains("user:ada"), "{users}");
    assert_eq!(browser.page("/logs?tab=admin").await.total(), 1);

    let reads = browser.page("/logs?source=gatelog&event=audit.read").await;
    assert_eq!(reads.total(), 2);
    let text = &reads.text;
    assert!(text.contains(r#"<option value="audit.read" selected>Audit log read</option>"#));
    assert!(text.contains(r#"<option value="native">native</option>"#), "{text}");
    // Somebody who is looked up is not named, neither in the list nor in an event.
    let event = browser.follow(&reads, &event_links(&reads.text)[0]).await.text;
    assert!(event.contains("GET /") && event.contains("[redacted:identifier:"), "{event}");
    assert!(!event.contains("lovelace"), "{event}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_filter_narrows_the_list_to_what_it_says() {
    let house = with_five().await;
    let browser = house.browser("ada", PASSWORD).await;
    let cases = [
        ("", 5),
        ("tab=user", 4),
        ("tab=admin", 1),
        ("event=login", 3),
        ("application=a2", 2),
        ("user=u2", 2),
        ("user=u1", 3),
        ("user=ada%40acme.example", 3),
        ("user=lovelace", 3),
        ("user=nobody", 0),
        ("result=failure", 1),
        ("result=unknown", 1),
        ("address=203.0.113.1", 3),
        ("error=bad_password", 1),
        ("session=s1", 2),
        ("interaction=i1", 1),
        ("action=logout", 1),
        ("source=native", 5),
        ("source=logto", 0),
        ("range=1h", 1),
        ("range=24h", 5),
        ("range=custom&from=2026-11-20T08:00:00Z&to=2026-11-20T12:00:00Z", 2),
        ("range=custom&to=2026-11-20T08:00:01Z", 2),
        ("event=login&result=success&application=a1", 1),
    ];
    for (filter, expected) in cases {
        let page = browser.page(&format!("/logs?{filter}")).await;
        assert_eq!((page.total(), page.rows() as u64), (expected, expected), "{filter}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_wrongly_and_masked_is_found_by_typing_it_again() {
    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    let typed = r#"{"type":"login","outcome":"failure","actor":{"identifier":"hunter2hunter2"}}"#;
    house.keep("default", Format::Native, typed).await;
    let browser = house.browser("ada", PASSWORD).await;
    let page = browser.page("/logs").await;
    assert!(!page.text.contains("hunter2"));
    assert!(page.text.contains(">masked</a>"));
    assert_eq!(browser.page("/logs?user=hunter2hunter2").await.total(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_a_script_leads_to_a_clean_address() {
    let house = with_five().await;
    let browser = house.browser("ada", PASSWORD).await;
    let sent = "/logs?tab=user&event=&application=a1&user=&result=&range=&from=&to=";
    let answer = browser.get(sent).await;
    assert_eq!(answer.header("location"), "/logs?tab=user&application=a1");
    let page = browser.page("/logs?tab=user&application=a1&address=203.0.113.1").await;
    assert!(page.text.contains(r#"<input type="hidden" name="tab" value="user">"#));
    assert!(page.text.contains(r#"<input type="hidden" name="address" value="203.0.113.1">"#));
    assert!(page.text.contains(r#"<option value="a1" selected>Shop</option>"#));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_very_many_event_types_the_frequent_ones_are_offered() {
    let house = with_five().await;
    let odd: Vec<String> = (0..100).map(|type_| format!(r#"{{"type":"odd.{type_}"}}"#)).collect();
    house.keep("default", Format::Native, &odd.join("\n")).await;
    let browser = house.browser("ada", PASSWORD).await;
    let offered = |page: &str| page.matches("<option value=\"odd.").count();
    let page = browser.page("/logs").await;
    assert!(page.text.contains("<option value=\"login\">Login</option>"));
    assert!((25..30).contains(&offered(&page.text)), "{}", offered(&page.text));
    let hidden = 100 - offered(&page.text);
    assert!(page.text.contains(&format!("label=\"{hidden} more: choose a source or a tab\"")));
    let chosen = browser.page("/logs?event=odd.99").await;
    assert!(chosen.text.contains("<option value=\"odd.99\" selected>"));
    let admin = browser.page("/logs?tab=admin").await;
    assert_eq!(offered(&admin.text), 0, "they are on another tab");
    assert!(!admin.text.contains("choose a source"));
}

#[tokio::test(flavor = "multi_thread")]
async fn names_stand_beside_ids_and_events_are_grouped_by_section() {
    let house = with_five().await;
    let browser = house.browser("ada", PASSWORD).await;
    let page = browser.page("/logs").await;
    assert!(page.text.contains(">Grace Hopper</a> <span class=\"id\">u2</span>"));
    assert!(page.text.contains("<optgroup label="));
    assert!(
        page.text.contains("datetime=\"2026-11-20T14:00:00.000000Z\" title=\"29 minutes ago\"")
    );
    assert!(page.text.contains(">Nov 20, 14:00:00</time>"));
}

/// A house with a month of invented events, and their records.
async fn with_a_month() -> (House, Vec<String>) {
    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    let now_ms = UnixMicros::parse_rfc3339(NOW).unwrap().millis_floor();
    let world = World::new(WorldOptions { users: 50, ..WorldOptions::default() });
    let options =
        RowsOptions { seed: 1, from_ms: now_ms - 30 * DAY_MS, to_ms: now_ms, count: 3_000 };
    let rows: Vec<String> = world.rows(options).map(|row| row.json).collect();
    house.keep("default", Format::Logto, &rows.join("\n")).await;
    (house, rows)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_of_events_weighs_less_than_100_kilobytes() {
    let (house, _) = with_a_month().await;
    let browser = house.browser("ada", PASSWORD).await;
    let query = "outcome+%3D+%22failure%22+AND+application.id+%21%3D+null";
    // As long as a list of twenty ids.
    let ids: Vec<String> = (0..20).map(|id| format!("%22not-one-of-them-{id:010}%22")).collect();
    let long = format!("{query}+AND+NOT+actor.id+IN+({})", ids.join(",+"));
    assert!(long.len() > 700);
    let four = "data.userAgent,actor.id,application.id,type";
    let twelve = "time,received,type,action,actor.id,actor.name,application.id,ip,session,\
                  interaction,data.userAgent,error.message";
    for (address, rows) in [
        ("/logs".to_owned(), 50),
        (format!("/logs?q={query}"), 50),
        (format!("/logs?q={long}&range=30d&by=level"), 50),
        (format!("/logs?range=30d&columns={four}"), 50),
        (format!("/logs?result=failure&by=level&range=30d&columns={four}&more=type"), 50),
        (format!("/logs?q={query}&range=30d&columns={twelve}"), 16),
    ] {
        let page = browser.page(&address).await;
        let weight = page.text.len();
        assert_eq!(page.rows(), rows, "{address}");
        assert!(weight < 100_000, "{address} weighs {weight} bytes");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn paging_shows_every_event_once_and_keeps_the_filter() {
    let (house, rows) = with_a_month().await;
    let failed = rows.iter().filter(|row| row.contains("\"result\":\"Error\"")).count();
    assert!(failed > 110, "{failed} failures are too few for three pages");

    let browser = house.browser("ada", PASSWORD).await;
    let first = browser.page("/logs?result=failure").await;
    assert_eq!((first.total(), first.rows()), (failed as u64, 50));

    let mut seen = HashSet::new();
    let (mut page, mut addresses) = (first, vec!["/logs?result=failure".to_owned()]);
    loop {
        assert_eq!(page.total(), failed as u64);
        for id in event_links(&page.text) {
            assert!(seen.insert(id), "an event is listed twice");
        }
        if !page.text.contains("id=\"older\"") {
            break;
        }
        addresses.push(page.link("older"));
        page = browser.page(addresses.last().unwrap()).await;
    }
    assert_eq!(seen.len(), failed);
    let last = event_links(&page.text).pop().unwrap();
    let address = browser.target(&page, &last).await;
    assert_eq!(address, format!("/logs/{last}?result=failure"), "an event keeps the filter");
    let newer = browser.page(&page.link("newer")).await;
    let before = browser.page(&addresses[addresses.len() - 2]).await;
    assert_eq!(event_links(&newer.text), event_links(&before.text), "newer undoes older");
    let oldest = browser.page(&before.link("oldest")).await;
    assert_eq!(event_links(&oldest.text).last(), event_links(&page.text).last());
}

/// The addresses of the events of a page, in order.
fn event_links(text: &str) -> Vec<String> {
    let cells = text.split("<td class=\"event\">").skip(1);
    let links =
        cells.map(|cell| cell.split("<a href=\"").nth(1).unwrap().split('"').next().unwrap());
    links.map(|link| link.replace("&#38;", "&")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn details_lead_to_neighbours_within_the_filter() {
    let house = with_five().await;
    let browser = house.browser("ada", PASSWORD).await;
    let page = browser.page("/logs/e3?address=203.0.113.1").await;
    assert_eq!(page.link("newer"), "/logs/e4?address=203.0.113.1");
    assert_eq!(page.link("older"), "/logs/e1?address=203.0.113.1");
    assert_eq!(page.link("back"), "/logs?address=203.0.113.1");
    assert!(page.text.contains("href=\"/users/u1\""));
    assert!(page.text.contains("href=\"/logs?session=s1\""));
    assert!(page.text.contains("2026-11-20 10:00:00.000000 UTC"));
    assert!(page.text.contains("<code>logout</code>"));
    let oldest = browser.page("/logs/e1?address=203.0.113.1").await;
    assert!(!oldest.text.contains("id=\"older\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_content_is_shown_and_does_nothing() {
    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    let hostile = "{\"id\":\"h/1?#\",\"type\":\"<script>alert(1)</script>\",\"outcome\":\"failure\",\
        \"actor\":{\"id\":\"u\\u202enimda\",\"name\":\"\\\"><img src=x onerror=alert(2)>\"},\
        \"application\":{\"id\":\"a'b\\\"c\",\"name\":\"\\u0000\\u001b[31m\"},\
        \"ip\":\"</td><script>\",\"user_agent\":\"</dd><script>alert(3)</script>\",\
        \"error\":{\"code\":\"<b>\",\"message\":\"\\u2066x\"},\
        \"data\":{\"</pre><script>\":\"\u{202e}</pre><script>alert(4)</script>\"}}";
    house.keep("default", Format::Native, hostile).await;
    let browser = house.browser("ada", PASSWORD).await;
    let list = browser.page("/logs").await;
    let details = browser.follow(&list, &event_links(&list.text)[0]).await;
    assert!(details.text.contains("/pre&gt;"), "the record is there: {}", details.text);
    let user = browser.page("/users/u%E2%80%AEnimda").await;
    for page in [&list, &details, &user, &browser.page("/users").await] {
        assert_eq!(page.text.matches("<script").count(), 1, "only our own: {}", page.text);
        assert!(!page.text.contains("<img"));
        for hidden in ['\u{202e}', '\u{2066}', '\0', '\u{1b}'] {
            assert!(!page.text.contains(hidden), "{hidden:?} is invisible");
        }
    }
    assert!(list.text.contains("u‹U+202E›nimda"));
    assert!(details.text.contains("\\u202e"), "the record stays the same JSON");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_has_a_page_that_helps() {
    let house = with_five().await;
    let browser = house.browser("ada", PASSWORD).await;
    let missing = browser.get("/logs/e9").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert!(missing.text.contains("There is no event “e9”"));
    assert_eq!(browser.get("/users/u9").await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get("/nothing/here").await.status, StatusCode::NOT_FOUND);
    assert_eq!(house.get("/nothing/here").await.status, StatusCode::NOT_FOUND);

    let empty = browser.page("/logs?tab=user&user=nobody").await;
    assert!(empty.text.contains("No event matches"));
    assert_eq!(empty.link("clear"), "/logs?tab=user");
    let odd = browser.page("/logs?range=custom&from=yesterday").await;
    assert!(odd.text.contains("“yesterday” is not a time"));
    assert_eq!(odd.total(), 5);
}
