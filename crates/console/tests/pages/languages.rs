//! Every page in every language, and how the language is chosen.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use gatelog_auth::{Access, Scope};
use gatelog_console::ConsoleOptions;
use gatelog_event::source::Format;
use gatelog_query::zone::time_zone_names;
use gatelog_service::credentials::create_key;
use gatelog_source::kinds::Kind;

use crate::house::{Answer, House, PASSWORD, ada, sources};

/// A login with everything; a failure whose identifier is masked, without id and time; two ends
/// that are not known, one of them of a program.
const EVENTS: &str = r#"
{"id":"e1","time":"2026-11-20T06:00:00Z","type":"login","outcome":"success","actor":{"id":"u1","name":"Ada Lovelace","identifier":"ada@acme.example"},"target":{"id":"t1","identifier":"grace@acme.example"},"organization":"o1","application":{"id":"a1","name":"Shop"},"ip":"203.0.113.1","session":"s1","interaction":"i1","request":"r1","user_agent":"Firefox","error":{"code":"odd","message":"Oddly"}}
{"type":"login","outcome":"failure","actor":{"identifier":"hunter2hunter2"},"application":{"id":"a1"}}
{"id":"e3","time":"2025-11-20T10:00:00Z","type":"logout","actor":{"id":"u2"}}
{"id":"e4","time":"2026-11-20T12:00:00Z","type":"api.update","actor":{"kind":"application","id":"a1"},"application":{"id":"a1"}}
"#;

/// What is the same in every language: our name, addresses of requests, names of the machinery.
const SAME_EVERYWHERE: &[&str] = &[
    "Gatelog",
    "English",
    "Français",
    "Türkçe",
    "admin",
    "eve",
    "gatelog user",
    "acme",
    "default",
    "UTC",
    "key_1",
    "native",
    "info",
    "warn",
    "login.fail",
    "NDJSON",
    "CSV",
    "Parquet",
    "0 ms",
    "Enter",
    "Tab",
    "Esc",
    "data.payload.key",
    "Auth0",
    "Authgear",
    "Keycloak",
    "Logto",
    "Okta",
    "PlusAuth",
    "curl",
    "https://",
    "gatelog query",
];

/// What the catalogue says in English and French alike.
const OF_CATALOGUE: &[&str] =
    &["API", "Administration", "Actions", "Hooks", "MFA", "Messages", "Webhooks"];

/// French words that English has too.
const SAME_IN_FRENCH: &[&str] = &[
    "Action",
    "Application",
    "Applications",
    "Interaction",
    "Session",
    "Source",
    "Sources",
    "5 minutes",
    "15 minutes",
];

/// Pages of an operator, one of every kind, and one of every message.
const PAGES: &[&str] = &[
    "/logs",
    "/logs?tenant=acme",
    "/logs?user=nobody",
    "/logs?live=on",
    "/logs?q=outcome+%3D+%22failure%22",
    "/logs?q=type+%21%3D+%22login%22",
    "/logs?q=usr+%3D",
    "/logs?q=usr+%3D+%22x%22+AND+outcome+%3D+%22fail%22",
    "/logs?q=time+%3E+%22yesterday%22",
    "/logs/e1?q=usr+%3D",
    "/logs?range=7d&result=unknown&tab=admin",
    "/logs?range=custom&from=2026-11-20T08:00:00Z&to=2026-11-21T00:00:00Z",
    "/logs?range=custom&from=yesterday&to=2026-11-21T00:00:00Z",
    "/logs?event=login&application=a1&user=u1&address=203.0.113.1&error=odd&session=s1\
     &interaction=i1&organization=o1&target=t1&action=login&level=info&source=native",
    "/logs?columns=actor.name,target.kind,received,seq&dense=on&by=level",
    "/logs?column=nowhere",
    "/logs/e1",
    "/logs/e1?user=u1",
    "/logs/e4",
    "/flows",
    "/flows?flow=sign-up",
    "/flows?flow=reset&range=7d&application=a1",
    "/overview",
    "/overview?range=7d",
    "/overview?range=30d",
    "/logs/e1?view=flat",
    "/journeys/i1",
    "/journeys/i1?event=e1",
    "/journeys/nothing",
    "/journeys/around/e4",
    "/applications/a1",
    "/applications/nothing",
    "/addresses/203.0.113.1",
    "/addresses/nothing",
    "/organizations/o1",
    "/organizations/nothing",
    "/alerts",
    "/alerts/new",
    "/alerts/9",
    "/searches",
    "/searches/9",
    "/users/find",
    "/users/find?who=nobody",
    "/users",
    "/users?tenant=acme",
    "/users?search=nobody",
    "/users/u1",
    "/users/u2",
    "/nothing",
    "/logs/e9",
    "/users/u9",
    "/logs?tenant=nobody",
    "/account/password",
    "/account/totp",
    "/account/passkeys",
    "/account",
    "/settings/members",
    "/settings/members/admin",
    "/settings/members/eve",
    "/settings/keys",
    "/settings/clients",
    "/settings/clients?tenant=acme",
    "/settings/activity",
    "/settings/activity?kind=reads",
    "/settings/activity?range=1h",
    "/settings/sources",
    "/settings/sources?tenant=acme",
    "/settings/sources?kind=logto-api",
    "/settings/sources?kind=logto-webhook",
    "/settings/sources?kind=authgear-api",
    "/settings/sources?kind=authgear-datadog",
    "/settings/sources?kind=plusauth-api",
    "/settings/sources?kind=mapped-webhook",
    "/settings/sources/u1",
    "/settings/quarantine",
    "/settings/quarantine?done=taken",
    "/settings/catalogue",
    "/settings/catalogue?source=logto&section=Other&search=x",
    "/settings/catalogue/native/login",
    "/settings/catalogue/logto/Interaction.SignIn.Submit",
];

async fn with_events() -> House {
    let house = House::with_sources(ConsoleOptions::default(), sources);
    house.service.create_tenant(&"acme".parse().unwrap(), ada()).unwrap();
    // Called as something of the events, which is the same in every language.
    let (tenant, change) = ("default".parse().unwrap(), house.service.environment().change(ada()));
    let settings = ("okta", r#"{"kind":"okta","tokens":["sealed:AAECAw"]}"#);
    house.service.meta().create_source(&tenant, "u1", settings, &change).unwrap();
    house.settle("admin", Scope::Operator, None);
    house.invite("eve", Scope::Read, Some("default"));
    let (meta, environment) = (house.service.meta(), house.service.environment());
    let access = Access::new(Scope::Read, Some("default".parse().unwrap()), None).unwrap();
    create_key(meta, environment, access, "", ada()).unwrap();
    house.record();
    house.keep("default", Format::Native, EVENTS).await;
    house
}

async fn ask(house: &House, address: &str, cookie: &str, accepted: &str) -> Answer {
    let request =
        Request::get(address).header("cookie", cookie).header("accept-language", accepted);
    house.send(request.body(Body::empty()).unwrap()).await
}

/// What a reader sees or hears of a page, without its record.
fn texts(page: &str) -> BTreeSet<String> {
    let page = match page.split_once(" id=\"record\"") {
        Some((before, record)) => {
            format!("{before}>{}", record.split_once("</section>").unwrap().1)
        }
        None => page.to_owned(),
    };
    let heard = ["title", "aria-label", "placeholder", "label", "data-combobox", "data-none"];
    let heard = heard.into_iter().chain(["data-copied", "data-selected", "data-after"]);
    let heard: Vec<String> = heard.map(|name| format!(" {name}=\"")).collect();
    let mut texts = BTreeSet::new();
    for piece in page.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap();
        // Queries are in a language of their own.
        if !tag.starts_with("code") {
            texts.insert(text.trim().trim_end_matches(" · Gatelog").to_owned());
        }
        for name in &heard {
            texts.extend(
                tag.split(name.as_str())
                    .nth(1)
                    .map(|rest| rest[..rest.find('"').unwrap()].to_owned()),
            );
        }
    }
    // One letter is somebody's initial.
    texts.retain(|text| !text.contains("&#34;"));
    texts.retain(|text| text.chars().filter(|letter| letter.is_alphabetic()).count() > 1);
    texts
}

/// Whether it is the name of a time zone or of a region of them: these are no words.
fn is_zone(text: &str) -> bool {
    let is_it = |zone: &String| {
        zone.strip_prefix(text).is_some_and(|city| !city.starts_with(|next| next != '/'))
    };
    time_zone_names().iter().any(is_it)
}

/// Whether it is an example of a setting of a source, or a name to choose in one.
fn is_of_setting(text: &str) -> bool {
    let mut fields = Kind::ALL.iter().flat_map(|kind| kind.fields());
    fields.any(|field| field.example == text || field.shape.choices().contains(&text))
}

/// Fails if `page` says anything that its English form says too.
fn assert_translated(page: &Answer, english: &Answer, language: &str, what: &str) {
    assert_eq!(page.status, english.status, "{what}");
    assert!(page.text.contains(&format!("<html lang=\"{language}\"")), "{what}");
    assert!(english.text.contains("<html lang=\"en\""), "{what}");
    let (texts, english) = (texts(&page.text), texts(&english.text));
    let is_word = |text: &&String| {
        let lists = [SAME_EVERYWHERE, OF_CATALOGUE];
        let french = SAME_IN_FRENCH.iter().filter(|_| language == "fr");
        let known = lists.into_iter().flatten().chain(french).any(|word| word == *text);
        !known
            && !is_zone(text)
            && !is_of_setting(text)
            && !EVENTS.contains(text.as_str())
            && !what.contains(text.as_str())
    };
    let left: Vec<_> = texts.intersection(&english).filter(is_word).collect();
    assert!(left.is_empty(), "{what} in {language} still says {left:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_is_left_in_english() {
    let house = with_events().await;
    let cookie = house.browser("admin", PASSWORD).await.cookie;
    let english = ask(&house, "/logs", &cookie, "en").await;
    let masked = english.text.split("<td class=\"event\">").nth(1).unwrap();
    let masked = masked.split("<a href=\"").nth(1).unwrap().split('"').next().unwrap();
    let masked = format!("/logs/{masked}");
    for address in PAGES.iter().copied().chain([&*masked]) {
        let english = ask(&house, address, &cookie, "en").await;
        for language in ["fr", "tr"] {
            let page = ask(&house, address, &cookie, language).await;
            assert_translated(&page, &english, language, address);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_for_anybody_is_left_in_english() {
    let house = with_events().await;
    house.settle("sender", Scope::Ingest, Some("default"));
    house.settle("reader", Scope::Read, Some("acme"));
    let sender = house.browser("sender", PASSWORD).await.cookie;
    let reader = house.browser("reader", PASSWORD).await.cookie;
    let pages = [
        ("/sign-in", ""),
        ("/nothing", ""),
        ("/logs", &*sender),
        ("/logs?tenant=default", &*reader),
    ];
    for (address, cookie) in pages {
        let english = ask(&house, address, cookie, "en").await;
        for language in ["fr", "tr"] {
            let page = ask(&house, address, cookie, language).await;
            assert_translated(&page, &english, language, address);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_form_is_told_in_the_readers_language() {
    let house = with_events().await;
    let one_time = house.invite("ada", Scope::Read, Some("default"));
    let cookie = house.browser("ada", &one_time).await.cookie;
    let forms = [
        ("/sign-in", "user=nobody&password=wrong", "same-origin"),
        ("/account/password", "password=short&repeated=short", "same-origin"),
        ("/account/password", "password=long+enough+one&repeated=other", "same-origin"),
        ("/searches/1", "name=", "same-origin"),
        ("/alerts", "name=", "same-origin"),
        ("/sign-out", "", "cross-site"),
    ];
    for (address, form, site) in forms {
        let send = |language: &str| {
            let request = Request::post(address)
                .header("content-type", "application/x-www-form-urlencoded")
                .header("sec-fetch-site", site)
                .header("cookie", &cookie)
                .header("accept-language", language)
                .body(Body::from(form));
            house.send(request.unwrap())
        };
        let english = send("en").await;
        for language in ["fr", "tr"] {
            assert_translated(&send(language).await, &english, language, address);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn times_and_numbers_are_written_as_the_language_does() {
    let house = with_events().await;
    let logins: Vec<String> = (0..1_200)
        .map(|number| {
            format!(r#"{{"id":"n{number}","time":"2026-11-20T13:00:00Z","type":"login"}}"#)
        })
        .collect();
    house.keep("default", Format::Native, &logins.join("\n")).await;
    let cookie = house.browser("admin", PASSWORD).await.cookie;
    let cases = [
        (
            "en",
            "<strong>1,204</strong> events",
            ">Nov 20, 13:00:00<",
            "2026-11-20 06:00:00.000000 UTC",
        ),
        (
            "fr",
            "<strong>1\u{202f}204</strong> événements",
            ">20 nov. 13:00:00<",
            "20 nov. 2026 06:00:00,000000 UTC",
        ),
        (
            "tr",
            "<strong>1.204</strong> olay",
            ">20 Kas 13:00:00<",
            "20 Kas 2026 06:00:00,000000 UTC",
        ),
    ];
    for (language, total, time, exact) in cases {
        let list = ask(&house, "/logs", &cookie, language).await;
        assert!(list.text.contains(total) && list.text.contains(time), "{}", list.text);
        assert!(list.text.contains("datetime=\"2026-11-20T13:00:00.000000Z\""));
        let details = ask(&house, "/logs/e1", &cookie, language).await;
        assert!(details.text.contains(exact), "{}", details.text);
        assert!(details.text.contains("<p id=\"description\">"), "what it means");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chosen_language_is_kept_for_a_year_and_counts_more_than_the_browsers() {
    let house = House::new();
    let answer = house
        .post("/account/language", "", "language=tr&next=%2Fsign-in%3Fnext%3D%252Fusers")
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.header("location"), "/sign-in?next=%2Fusers");
    let cookie = answer.header("set-cookie");
    assert_eq!(cookie, "gatelog_language=tr; Max-Age=31536000; Path=/; SameSite=Lax");
    let page = ask(&house, "/sign-in", "gatelog_language=tr", "fr").await;
    assert!(page.text.contains("<html lang=\"tr\"") && page.text.contains("<h1>Oturum aç</h1>"));
    assert!(page.text.contains(r#"value="tr" lang="tr" aria-pressed="true">Türkçe<"#));

    let unknown = house.post("/account/language", "", "language=xx&next=%2F%2Fevil.example").await;
    assert_eq!((unknown.header("location"), unknown.header("set-cookie")), ("/logs", ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_keeps_answers_knows_what_they_depend_on() {
    let house = House::new();
    let page = ask(&house, "/sign-in", "", "fr-CH, de;q=0.9").await;
    assert!(page.text.contains("<html lang=\"fr\""));
    assert_eq!(page.header("vary"), "accept-language, cookie");
    let style = page.text.split("rel=\"stylesheet\" href=\"").nth(1).unwrap();
    let style = house.get(style.split('"').next().unwrap()).await;
    assert_eq!((style.status, style.header("vary")), (StatusCode::OK, "accept-encoding"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_is_chosen_where_a_form_was_refused_too() {
    let house = House::new();
    let answer = house.post("/sign-in", "", "user=a&password=b&next=%2Fusers").await;
    assert!(
        answer.text.contains(r#"name="next" value="/sign-in?next=%2Fusers""#),
        "{}",
        answer.text
    );
}
