//! The page of one event, the panel beside the list, and journeys.

use axum::http::StatusCode;
use gatelog_auth::Scope;
use gatelog_event::source::Format;

use crate::house::{Answer, Browser, House, PASSWORD};

/// A sign-in that fails once and works then, and one that fails for good.
const EVENTS: &str = r#"
{"id":"1","time":"2026-11-20T01:00:00Z","type":"login.start","interaction":"i1","application":{"id":"a1","name":"Shop"},"ip":"203.0.113.1"}
{"id":"2","time":"2026-11-20T01:00:02.5Z","type":"login","outcome":"failure","interaction":"i1","actor":{"identifier":"ada@acme.example"},"error":{"code":"wrong_password","message":"No."}}
{"id":"3","time":"2026-11-20T01:03:05Z","type":"login","outcome":"success","interaction":"i1","actor":{"kind":"user","id":"u1","name":"Ada Lovelace"}}
{"id":"4","time":"2026-11-20T02:00:00Z","type":"login.start","interaction":"i2"}
{"id":"5","time":"2026-11-20T02:00:01Z","type":"login","outcome":"failure","interaction":"i2","error":{"code":"locked"}}
{"id":"6","time":"2026-11-20T03:00:00Z","type":"token.issue","outcome":"success","session":"s1"}
{"id":"7","time":"2026-11-20T03:59:59Z","type":"token.refresh","outcome":"success","session":"s1"}
{"id":"8","time":"2026-11-20T05:00:00Z","type":"token.refresh","outcome":"success","session":"s1"}
{"id":"9","time":"2026-11-20T06:00:00Z","type":"profile.update","outcome":"success","actor":{"id":"u1"},"data":{"before":{"name":"Ada","city":"London"},"after":{"name":"Ada L.","city":"London","zip":null}}}
"#;

async fn with_events(house: &House) -> Browser<'_> {
    house.settle("ada", Scope::Read, Some("default"));
    house.keep("default", Format::Native, EVENTS).await;
    house.browser("ada", PASSWORD).await
}

/// Titles of the steps a journey has, by their events' ids, with what marks them.
fn steps(page: &Answer) -> Vec<(String, bool, bool)> {
    let list = page.text.split("id=\"steps\">").nth(1).unwrap().split("</ol>").next().unwrap();
    let steps = list.split("<li ").skip(1).map(|step| {
        let id = step.split("href=\"/logs/").nth(1).unwrap().split('"').next().unwrap();
        let tag = step.split('>').next().unwrap();
        (id.to_owned(), tag.contains("fatal"), tag.contains("aria-current"))
    });
    steps.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journey_is_told_step_by_step() {
    let house = House::new();
    let browser = with_events(&house).await;
    let event = browser.page("/logs/2").await;
    let page = browser.page(&event.link("journey")).await;
    let step = |id: &str, is_fatal, is_origin| (id.to_owned(), is_fatal, is_origin);
    let expected = [step("1", false, false), step("2", false, true), step("3", false, false)];
    assert_eq!(steps(&page), expected);
    let facts = [
        "data-outcome=\"success\"",
        "id=\"took\">3 min 5 s<",
        "after 2.5 s",
        "after 3 min 2 s",
        "wrong_password",
        "/users/u1\">Ada Lovelace",
        "/applications/a1\">Shop",
        "/users/find?who=ada@acme.example",
        "/addresses/203.0.113.1",
    ];
    for fact in facts {
        assert!(page.text.contains(fact), "{fact}");
    }
    assert_eq!(page.link("back"), "/logs/2");
    assert_eq!(browser.page(&page.link("as-list")).await.total(), 3);

    let failed = browser.page("/journeys/i2").await;
    assert_eq!(steps(&failed), [step("4", false, false), step("5", true, false)]);
    assert!(failed.text.contains("data-outcome=\"failure\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_interaction_the_journey_is_the_session_around_the_event() {
    let house = House::new();
    let browser = with_events(&house).await;
    let page = browser.page(&browser.page("/logs/6").await.link("journey")).await;
    let ids: Vec<String> = steps(&page).into_iter().map(|(id, ..)| id).collect();
    assert_eq!(ids, ["6", "7"]);
    assert_eq!(browser.page(&page.link("as-list")).await.total(), 2);
    assert!(!browser.page("/logs/9").await.text.contains("id=\"journey\""));
    assert_eq!(browser.get("/journeys/around/9").await.status, StatusCode::NOT_FOUND);
}

/// Rows as Logto writes them: only the first names its interaction.
const LOGTO_ROWS: &str = r#"
{"tenantId":"default","id":"l1","key":"Interaction.Create","payload":{"key":"Interaction.Create","result":"Success","ip":"203.0.113.7","userAgent":"Firefox","applicationId":"shop","interactionId":"i9"},"createdAt":1795190600000}
{"tenantId":"default","id":"l2","key":"Interaction.SignIn.Verification.Password.Submit","payload":{"key":"Interaction.SignIn.Verification.Password.Submit","result":"Error","error":{"code":"session.invalid_credentials"},"ip":"203.0.113.7","userAgent":"Firefox","applicationId":"shop"},"createdAt":1795190610000}
{"tenantId":"default","id":"l3","key":"Interaction.SignIn.Verification.Password.Submit","payload":{"key":"Interaction.SignIn.Verification.Password.Submit","result":"Success","ip":"203.0.113.7","userAgent":"Chrome","applicationId":"shop"},"createdAt":1795190611000}
{"tenantId":"default","id":"l4","key":"Interaction.SignIn.Submit","payload":{"key":"Interaction.SignIn.Submit","result":"Success","userId":"u1","ip":"203.0.113.7","userAgent":"Firefox"},"createdAt":1795190620000}
{"tenantId":"default","id":"l5","key":"Interaction.SignIn.Verification.Password.Submit","payload":{"key":"Interaction.SignIn.Verification.Password.Submit","result":"Error","error":{"code":"session.invalid_credentials"},"ip":"203.0.113.7","userAgent":"Firefox","applicationId":"shop"},"createdAt":1795190700000}
"#;

#[tokio::test(flavor = "multi_thread")]
async fn steps_that_name_no_interaction_are_put_together_and_it_is_said() {
    let house = House::new();
    let browser = with_events(&house).await;
    house.keep("default", Format::Logto, LOGTO_ROWS).await;
    for (event, expected) in
        [("l1", vec!["l1", "l2", "l4"]), ("l4", vec!["l1", "l2", "l4"]), ("l5", vec!["l5"])]
    {
        let page =
            browser.page(&browser.page(&format!("/logs/{event}")).await.link("journey")).await;
        let ids: Vec<String> = steps(&page).into_iter().map(|(id, ..)| id).collect();
        assert_eq!(ids, expected, "{event}");
        assert!(page.text.contains("Inferred: "));
    }
    // What names its interaction leads to that, from wherever.
    let page = browser.get("/journeys/around/2").await;
    assert_eq!(page.header("location"), "/journeys/i1?event=2");
}

/// Steps of two sign-ins from one address and browser at once, as Logto writes them: each names the
/// proofs that its sign-in has so far.
fn proofs() -> String {
    let row = |id: &str, step: &str, rest: &str| {
        format!(
            r#"{{"tenantId":"default","id":"{id}","key":"{step}","payload":{{"key":"{step}","result":"Success","ip":"203.0.113.8","userAgent":"Firefox"{rest}}},"createdAt":179519060000{}}}"#,
            id.len(),
        )
    };
    let records = |ids: &[&str]| {
        let records: Vec<String> = ids.iter().map(|id| format!(r#"{{"id":"{id}"}}"#)).collect();
        format!(r#","interaction":{{"verificationRecords":[{}]}}"#, records.join(","))
    };
    let password = "Interaction.SignIn.Verification.Password.Submit";
    let totp = "Interaction.SignIn.Verification.Totp.Submit";
    let (one, other) = ("w8r1t5y0u2i4o7paqh6k3", "rgynsi9fwt7rdmpltu43k");
    [
        row("v", password, &records(&[])),
        row("v1", password, &records(&[one])),
        row("v22", password, &records(&[other])),
        row("v333", totp, &format!(r#","payload":{{"verificationId":"{one}"}}"#)),
        row("v4444", "Interaction.SignIn.Submit", &records(&[one, "2jrs2ul5g1vq671pzk0nu"])),
    ]
    .join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_names_the_same_proof_belongs_together_for_certain() {
    let house = House::new();
    let browser = with_events(&house).await;
    house.keep("default", Format::Logto, &proofs()).await;
    let ids =
        |page: &Answer| -> Vec<String> { steps(page).into_iter().map(|(id, ..)| id).collect() };
    for (event, expected) in [
        ("v1", vec!["v1", "v333", "v4444"]),
        ("v333", vec!["v1", "v333", "v4444"]),
        ("v22", vec!["v22"]),
    ] {
        let page = browser.page(&format!("/logs/{event}")).await.link("journey");
        let page = browser.page(&page).await;
        assert_eq!(ids(&page), expected, "{event}");
        assert!(!page.text.contains("Inferred: "), "{event}");
        assert_eq!(browser.page(&page.link("as-list")).await.total(), expected.len() as u64);
        let visit = browser.page(&page.link("whole-visit")).await;
        assert_eq!(ids(&visit), ["v", "v1", "v22", "v333", "v4444"], "{event}");
        assert!(visit.text.contains("Inferred: "));
    }
    // What came before the first proof names none.
    let page = browser.page("/journeys/around/v").await;
    assert!(page.text.contains("Inferred: ") && !page.text.contains("id=\"whole-visit\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_journey_ends_with_a_note() {
    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    let event = |number: u64| {
        format!("{{\"id\":\"{number}\",\"type\":\"login\",\"interaction\":\"long\"}}\n")
    };
    house.keep("default", Format::Native, &(0..501).map(event).collect::<String>()).await;
    let page = house.browser("ada", PASSWORD).await.page("/journeys/long").await;
    assert_eq!(steps(&page).len(), 500);
    assert!(page.text.contains("Only the first 500 are shown here"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_has_three_views_that_stay_from_event_to_event() {
    let house = House::new();
    let browser = with_events(&house).await;
    let nested = browser.page("/logs/9").await;
    assert!(nested.text.contains("<details open><summary><span class=k>\"data\"</span>: {"));
    let raw = browser.page("/logs/9?view=raw").await;
    assert!(raw.text.contains("<pre id=\"record\""));
    let flat = browser.page("/logs/9?view=flat").await;
    assert!(flat.text.contains("data.data.before.city</dt>"));
    assert_eq!(flat.link("older"), "/logs/8?view=flat");
    let only = "?only=data.data.before.city+=+%22London%22";
    let list = browser.page(&browser.target(&flat, only).await).await;
    assert_eq!(list.total(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attribute_narrows_the_list_the_reader_came_from() {
    let house = House::new();
    let browser = with_events(&house).await;
    let event = browser.page("/logs/2?result=failure").await;
    for (link, total) in [
        ("?only=error.code+=+%22wrong_password%22", 1),
        ("?not=error.code+=+%22wrong_password%22", 1),
    ] {
        let address = browser.target(&event, link).await;
        assert!(address.contains("result=failure"), "{address}");
        assert_eq!(browser.page(&address).await.total(), total, "{link}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_is_told() {
    let house = House::new();
    let browser = with_events(&house).await;
    let page = browser.page("/logs/9").await;
    let changes =
        page.text.split("id=\"changes\"").nth(1).unwrap().split("</section>").next().unwrap();
    assert!(changes.contains(">name</dt>") && changes.contains("Ada L.</ins>"));
    assert!(!changes.contains("London"), "what stayed is not listed");
    assert!(!browser.page("/logs/1").await.text.contains("id=\"changes\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_panel_is_the_event_without_the_frame() {
    let house = House::new();
    let browser = with_events(&house).await;
    let panel = browser.page("/logs/2?result=failure&panel=on").await;
    assert!(panel.text.starts_with("<div class=\"trail\">"), "{}", panel.text);
    assert!(panel.text.contains("href=\"/logs/5?result=failure\" rel=\"prev\""));
    assert!(!panel.text.contains("panel=on"), "its links are those of pages");
    let row = browser.get("/logs/from/result=failure/2?panel=on").await;
    assert_eq!(row.header("location"), "/logs/2?result=failure&panel=on");
}
