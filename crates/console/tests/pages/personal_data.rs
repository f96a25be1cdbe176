//! What a reader sees of personal data, and what not, on any page.
//!
//! The pages are not listed here: whatever links to something is followed, from the page that
//! everybody begins with, so that a page of tomorrow is looked at too.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use axum::http::{StatusCode, Uri};
use gatelog_auth::{PersonalData, Scope};
use gatelog_event::language::Language;
use gatelog_event::source::Format;
use gatelog_event::tenant::TenantName;
use gatelog_meta::{AlertRule, Comparison, NewSearch, Role, WebhookSecret};

use crate::house::{Answer, Browser, House, PASSWORD, ada};
use crate::live::Stream;

const NATIVE: &str = r#"
{"id":"n1","time":"2026-11-20T13:00:00Z","type":"login","outcome":"success","actor":{"kind":"user","id":"u1","identifier":"quill.ash@north.example","name":"Quillon Ashgrove"},"target":{"kind":"user","id":"u2","name":"Hesper Vane"},"application":{"id":"shop","name":"Shop"},"organization":"org1","ip":"203.0.113.77","user_agent":"Firefox/140.0","session":"s1","interaction":"i1","data":{"note":"Quillon Ashgrove came from 203.0.113.77","old_contact":{"email":"was@east.example"},"new_contact":{"email":"brambling@west.example"}}}
{"id":"n2","time":"2026-11-20T13:01:00Z","type":"password.verify","outcome":"failure","actor":{"kind":"user","identifier":"quill.ash@north.example"},"application":{"id":"shop"},"ip":"203.0.113.77","user_agent":"Firefox/140.0","error":{"code":"wrong_password","message":"no such user quill.ash@north.example"}}
"#;

const LOGTO: &str = r#"
{"tenantId":"t","id":"l1","key":"Interaction.SignIn.Submit","payload":{"key":"Interaction.SignIn.Submit","result":"Success","ip":"198.51.100.61","userAgent":"Chrome/120.0.0.0","userId":"7m2kq9x4t1zb","applicationId":"shop","interaction":{"event":"SignIn","userId":"7m2kq9x4t1zb"},"user":{"id":"7m2kq9x4t1zb","username":"oriel_finch","primaryEmail":"oriel@south.example","primaryPhone":"905559876543","name":"Oriel Finch","avatar":"https://pictures.example/oriel.png","profile":{"familyName":"Finchley","address":{"formatted":"7 Larkspur Row"}}},"params":{"login_hint":"oriel%40south.example"}},"createdAt":1795179600000}
"#;

const AUTHGEAR: &str = r#"
{"id":"g1","seq":1,"type":"user.authenticated","payload":{"user":{"id":"4fd12aab","standard_attributes":{"name":"Zelda Marrowby","phone_number":"+905321112233","email":"zelda@hill.example","birthdate":"1987-06-05"},"custom_attributes":{"nickname":"Zelmarr"}},"session":{"id":"gs1"}},"context":{"timestamp":1795179700,"user_id":"4fd12aab","triggered_by":"user","ip_address":"2001:db8:77:8::31","user_agent":"Safari/18.5","client_id":"shop","app_id":"acme"}}
{"id":"g2","seq":2,"type":"email.sent","payload":{"recipient":"pippa@vale.example","type":"verification"},"context":{"timestamp":1795179800,"user_id":"","triggered_by":"system","app_id":"acme"}}
"#;

const PLUSAUTH: &str = r#"
{"time":"2026-11-20T13:05:00.000Z","level":"info","event_type":"2000","message":"Credentials Validated","user_id":"dnXRIL3r","request_id":"r1","client_address":"::ffff:192.0.2.93","client_id":"shop","session_id":"ps1","ua":"iOS/18.5","amr":["pwd"],"details":{"connection":"default","email":"wystan@moor.example"}}
"#;

/// Pieces of everything personal in these events, in lower case.
const PERSONAL: [&str; 19] = [
    "quill.ash",
    "quillon",
    "ashgrove",
    "hesper vane",
    "203.0.113.77",
    "brambling",
    "198.51.100.61",
    "oriel",
    "05559876543",
    "finchley",
    "larkspur",
    "zelda",
    "marrowby",
    "905321112233",
    "1987-06-05",
    "zelmarr",
    "pippa",
    "192.0.2.93",
    "wystan",
];

/// Answers that are looked at: more than there are kinds of pages and events.
const ANSWERS_MAX: usize = 2_000;

fn tenant() -> TenantName {
    TenantName::default_tenant()
}

/// A house with events of every source, a search and an alert about somebody, an admin who sees
/// personal data, and `vic`, who sees it as `right` says.
async fn with_everybody(right: PersonalData) -> House {
    let house = House::new();
    house.settle("root", Scope::Admin, Some("default"));
    house.settle("vic", Scope::Admin, Some("default"));
    give(&house, "vic", right);
    for (format, lines) in [
        (Format::Native, NATIVE),
        (Format::Logto, LOGTO),
        (Format::Authgear, AUTHGEAR),
        (Format::PlusAuth, PLUSAUTH),
    ] {
        house.keep("default", format, lines.trim()).await;
    }
    let (meta, change) = (house.service.meta(), house.service.environment().change(ada()));
    for (name, question) in [
        ("Of quill.ash@north.example", "q=ip+%3D+%22203.0.113.77%22"),
        ("By name", "user=Quillon+Ashgrove"),
        ("By address", "address=203.0.113.77"),
        ("By id", "user=u1"),
    ] {
        let search = NewSearch {
            tenant: tenant(),
            owner: "root".to_owned(),
            name: name.to_owned(),
            question: question.to_owned(),
            is_shared: true,
        };
        meta.create_search(&search, &change).unwrap();
    }
    let rule = AlertRule {
        name: "Wrong".to_owned(),
        query: r#"actor.identifier = "quill.ash@north.example""#.to_owned(),
        comparison: Comparison::More,
        threshold: 1,
        period_seconds: 900,
        recipients: Vec::new(),
        language: Language::English,
        webhook: Some("https://hooks.example/x".to_owned()),
        tells_end: true,
        remind_hours: None,
    };
    meta.create_alert(&tenant(), &rule, &WebhookSecret("0".repeat(64)), &change).unwrap();
    house
}

fn give(house: &House, name: &str, right: PersonalData) {
    let change = house.service.environment().change(ada());
    house.service.meta().set_personal_data(name, right, &change).unwrap();
}

/// Where the links and forms of a page lead.
fn addresses(answer: &Answer) -> Vec<String> {
    let base = match answer.text.contains("<base href=\"") {
        true => answer.base(),
        false => String::new(),
    };
    let marks = ["href=\"", "data-stream=\""];
    let found = marks.iter().flat_map(|mark| answer.text.split(mark).skip(1));
    let found = found.map(|rest| rest.split('"').next().unwrap().replace("&#38;", "&"));
    let absolute = found.map(|link| match link.starts_with('/') {
        true => link,
        false => format!("{base}{link}"),
    });
    let location = Some(answer.header("location").to_owned()).filter(|it| !it.is_empty());
    absolute.chain(location).filter(|link| link.starts_with('/')).collect()
}

/// The address without its fragment, and what tells it from others of its kind: its path without
/// a packed question, and the names of its parameters.
fn kind_of(address: &str) -> Option<(String, String)> {
    let address = address.split('#').next().unwrap();
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    // What has no end, what is no text, and what is the same for everybody.
    let is_left_out = path == "/logs/live"
        || query.contains("format=parquet")
        || ["/assets/", "/docs", "/sign-in"].iter().any(|other| path.starts_with(other));
    let place = match path.strip_prefix("/logs/from/") {
        Some(rest) => format!("/logs/from/{}", rest.split('/').nth(1).unwrap_or_default()),
        None => path.to_owned(),
    };
    let names: BTreeSet<&str> =
        query.split('&').map(|pair| pair.split('=').next().unwrap()).collect();
    let view = query.split('&').find(|pair| pair.starts_with("view=")).unwrap_or_default();
    let format = query.split('&').find(|pair| pair.starts_with("format=")).unwrap_or_default();
    (!is_left_out).then(|| (address.to_owned(), format!("{place} {names:?} {view} {format}")))
}

/// Every answer that can be reached from the first pages, by its address.
async fn crawl(browser: &Browser<'_>) -> BTreeMap<String, Answer> {
    let begin = [
        "/overview",
        "/logs",
        "/logs?columns=actor.id,actor.identifier,actor.name,target.id,target.name,target.identifier,ip,error.message,user_agent,data.payload.user.name,data.payload",
        "/logs?source=gatelog",
        "/logs/complete?q=ip+%3D+&at=5",
        "/logs/complete?q=actor.id+%3D+&at=11",
        "/logs/complete?q=actor.identifier+%3D+&at=19",
        "/logs/complete?q=target.id+%3D+&at=12",
        "/logs/export?format=csv",
        "/logs/export?format=ndjson",
        "/flows",
        "/flows?range=30d",
        "/users?sort=name",
        "/users/find",
        "/searches",
        "/searches/1",
        "/searches/2",
        "/searches/3",
        "/searches/4",
        "/alerts/1",
        "/settings/activity",
        "/journeys/around/n1",
        "/journeys/around/n2",
        "/journeys/around/l1",
        "/journeys/around/g1",
        "/nowhere",
    ];
    let mut waiting: VecDeque<String> = begin.map(str::to_owned).into();
    let (mut kinds, mut answers) = (BTreeSet::new(), BTreeMap::new());
    while let Some(next) = waiting.pop_front() {
        let Some((address, kind)) = kind_of(&next) else { continue };
        if !kinds.insert(kind) {
            continue;
        }
        assert!(address.parse::<Uri>().is_ok(), "{address}");
        let answer = browser.get(&address).await;
        assert!(!answer.status.is_server_error(), "{address}: {}", answer.text);
        waiting.extend(addresses(&answer));
        answers.insert(address, answer);
        assert!(answers.len() < ANSWERS_MAX, "the pages have no end");
    }
    answers
}

/// Which of the personal values occur in an answer, in its headers or in its body.
fn personal_in(answer: &Answer) -> Vec<&'static str> {
    let headers = answer.headers.values().map(|value| String::from_utf8_lossy(value.as_bytes()));
    let text: String = headers.map(String::from).chain([answer.text.clone()]).collect();
    let text = text.to_lowercase().replace("%40", "@").replace("%3a", ":").replace('+', " ");
    PERSONAL.into_iter().filter(|value| text.contains(value)).collect()
}

/// Asserts that nothing personal is in any answer, and that there were many.
fn assert_masked(answers: &BTreeMap<String, Answer>) {
    for (address, answer) in answers {
        let found = personal_in(answer);
        assert!(found.is_empty(), "{found:?} at {address}:\n{}", answer.text);
        assert!(!answer.text.contains("2001:db8:77:8"), "{address}");
    }
    for path in [
        "/overview",
        "/logs",
        "/logs/n1",
        "/logs/l1",
        "/logs/g1",
        "/logs/g2",
        "/users/u1",
        "/users/4fd12aab",
        "/applications/shop",
        "/organizations/org1",
        "/journeys/around/n2",
        "/journeys/i1",
        "/flows",
        "/searches",
        "/alerts/1",
        "/users",
        "/settings/activity",
        "/settings/members",
        "/account",
        "/logs/export",
        "/logs/complete",
    ] {
        let is_there = |address: &String| address.split('?').next() == Some(path);
        assert!(answers.keys().any(is_there), "{path} was not reached");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_masked_reader_finds_nothing_personal_anywhere() {
    let house = with_everybody(PersonalData::Never).await;
    house.browser("root", PASSWORD).await.page("/logs?user=u1").await;
    let browser = house.browser("vic", PASSWORD).await;
    browser.page("/logs").await;
    house.record();
    let answers = crawl(&browser).await;
    assert_masked(&answers);
    let logs = &answers["/logs"].text;
    for shown in
        ["203.0.113.•", "198.51.100.•", "2001:db8:77::•", "Q•••", "q•••@north.example", "Shop"]
    {
        assert!(logs.contains(shown), "{shown} in {logs}");
    }
    assert!(logs.contains("data-sight=\"masked\"") && !logs.contains("id=\"unmask\""));
    let mut live = Stream::open(&house, &browser.cookie, "/logs/live?since=0", None).await;
    for _ in 0..6 {
        let (_, row) = live.next().await.unwrap();
        let row = row.to_lowercase();
        assert!(!PERSONAL.iter().any(|value| row.contains(value)), "{row}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_says_why_sees_everything_for_half_an_hour() {
    let house = with_everybody(PersonalData::OnRequest).await;
    let browser = house.browser("vic", PASSWORD).await;
    assert_masked(&crawl(&browser).await);

    let asked = browser.page("/logs?result=failure").await;
    let action = asked.form("unmask");
    for reason in ["", "++", &"x".repeat(201)] {
        let answer = browser.post(&action, &format!("reason={reason}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text.contains("A reason has 1 to 200 characters"), "{}", answer.text);
    }
    let form = "reason=Ticket+%234711&next=%2Flogs%3Fresult%3Dfailure";
    let answer = browser.post(&action, form).await;
    assert_eq!(answer.header("location"), "/logs?result=failure");
    let page = browser.page("/logs").await;
    assert!(page.text.contains("Personal data is shown until 14:59 UTC"), "{}", page.text);
    let seen: BTreeSet<&str> = crawl(&browser).await.values().flat_map(personal_in).collect();
    assert_eq!(seen.len(), PERSONAL.len(), "{seen:?}");
    // Another session of the same member sees nothing.
    let other = house.browser("vic", PASSWORD).await;
    assert_eq!(personal_in(&other.page("/logs").await), [""; 0]);

    house.record();
    let root = house.browser("root", PASSWORD).await;
    let activity = root.page("/settings/activity").await;
    assert!(activity.text.contains("unmasked personal data: “Ticket #4711”"), "{}", activity.text);

    house.clock.forward(29);
    assert_ne!(personal_in(&browser.page("/logs").await), [""; 0]);
    house.clock.forward(1);
    assert_eq!(personal_in(&browser.page("/logs").await), [""; 0], "half an hour is over");
    browser.post(&action, form).await;
    let page = browser.page("/logs").await;
    browser.post(&page.form("sight"), "next=%2Flogs").await;
    assert_eq!(personal_in(&browser.page("/logs").await), [""; 0], "it was ended");
    house.record();
    let activity = root.page("/settings/activity").await;
    assert!(activity.text.contains("masked personal data again"), "{}", activity.text);
    // A right that is taken away ends it at once.
    browser.post(&action, form).await;
    give(&house, "vic", PersonalData::Never);
    assert_eq!(personal_in(&browser.page("/logs").await), [""; 0]);
    let refused = browser.post(&action, form).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.text.contains("not shown to you on request"), "{}", refused.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_masked_reader_asks_only_for_what_they_know() {
    let house = with_everybody(PersonalData::Never).await;
    let browser = house.browser("vic", PASSWORD).await;
    for (question, total) in [
        ("q=ip+=+%22203.0.113.77%22", 2),
        ("q=actor.identifier+=+%22quill.ash@north.example%22", 2),
        ("q=actor.name+=+%22Zelda+Marrowby%22", 1),
        ("q=data.payload.user.name+=+%22Oriel+Finch%22", 1),
        ("q=marrowby", 1),
        ("q=type+ILIKE+%22Interaction.%25%22", 1),
        ("address=192.0.2.93", 1),
        ("user=quillon+ashgrove", 2),
        ("user=u1", 2),
        ("user=quillon", 0),
        ("user=quill", 0),
    ] {
        let page = browser.page(&format!("/logs?{question}")).await;
        assert_eq!(page.total(), total, "{question}");
    }
    for question in [
        "ip+=+%22203.0.113.0/24%22",
        "actor.name+ILIKE+%22Z%25%22",
        "actor.identifier+%5E=+%22q%22",
        "actor.identifier+%3E+%22q%22",
        "target.id+ILIKE+%22p%25%22",
        "data.payload.user.name+ILIKE+%22O%25%22",
        "details.email+%3E+%22a%22",
    ] {
        let address = format!("/logs?q={question}");
        let answer = browser.get(&address).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{question}");
        assert!(answer.text.contains("needs the right to see personal data"), "{}", answer.text);
        assert!(answer.text.contains("<mark"), "at its place");
        for path in ["/logs/export?format=csv&q=", "/flows?q=", "/logs/live?q=", "/alerts/new?q="] {
            let answer = browser.get(&format!("{path}{question}")).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}{question}");
        }
    }
    let rule = "name=x&query=ip+%5E%3D+%222%22&comparison=more&threshold=1&period=900\
                &webhook=https%3A%2F%2Fhooks.example%2Fx";
    let refused = browser.post("/alerts", rule).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("needs the right to see personal data"), "{}", refused.text);
    assert_eq!(browser.page("/users?search=quillon").await.total(), 0);
    assert_eq!(browser.page("/users?search=Quillon+Ashgrove").await.total(), 1);
    assert_eq!(browser.get("/searches/1").await.status, StatusCode::FORBIDDEN);
    assert_eq!(browser.get("/searches/4").await.header("location"), "/logs?user=u1");
}

#[tokio::test(flavor = "multi_thread")]
async fn admins_choose_who_sees_personal_data() {
    let house = House::new();
    house.settle("root", Scope::Admin, Some("default"));
    let root = house.browser("root", PASSWORD).await;
    let right = |name: &str| house.service.meta().user(name).unwrap().unwrap().personal_data();
    for (form, expected) in [
        ("name=a&role=viewer", PersonalData::Never),
        ("name=b&role=analyst", PersonalData::OnRequest),
        ("name=c&role=admin&personal_data=", PersonalData::Always),
        ("name=d&role=viewer&personal_data=on-request", PersonalData::OnRequest),
    ] {
        assert_eq!(root.post("/settings/members", form).await.status, StatusCode::OK, "{form}");
        assert_eq!(right(&form[5..6]), expected, "{form}");
    }
    let list = root.page("/settings/members").await;
    assert!(list.text.contains(">On request</td>"), "{}", list.text);
    // The role's right follows the role; one that was chosen stays.
    let (meta, change) = (house.service.meta(), house.service.environment().change(ada()));
    meta.set_role("a", Role::Analyst, &tenant(), &change).unwrap();
    meta.set_role("d", Role::Admin, &tenant(), &change).unwrap();
    assert_eq!((right("a"), right("d")), (PersonalData::OnRequest, PersonalData::OnRequest));
    let changed = root.post("/settings/members/d", "deed=personal-data&personal_data=never").await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER);
    assert_eq!(right("d"), PersonalData::Never);
    let page = root.page("/settings/members/d").await;
    assert!(page.text.contains("id=\"personal-data-now\">Never<"), "{}", page.text);
    let own = root.post("/settings/members/root", "deed=personal-data&personal_data=always").await;
    assert_eq!(own.status, StatusCode::FORBIDDEN, "nobody changes what they themselves may do");
    house.record();
    let activity = root.page("/settings/activity?kind=changes").await;
    assert!(
        activity.text.contains("data") && activity.text.contains(">d<") || activity.total() >= 5
    );
}
