//! Times in the reader's zone, and keys that are turned off.

use axum::http::StatusCode;
use gatelog_auth::Scope;
use gatelog_event::source::Format;

use crate::house::{Answer, House, PASSWORD};
use crate::logs::with_five;

/// A browser that has chosen a zone: its cookies.
async fn in_zone(house: &House, zone: &str) -> String {
    let signed_in = house.browser("ada", PASSWORD).await.cookie;
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("zone", zone), ("next", "/logs?user=u1")])
        .finish();
    let answer = house.post("/account/zone", &signed_in, &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.header("location"), "/logs?user=u1");
    let chosen = answer.header("set-cookie").split(';').next().unwrap().to_owned();
    format!("{signed_in}; {chosen}")
}

async fn page(house: &House, address: &str, cookie: &str) -> Answer {
    let answer = house.ask(address, cookie).await;
    assert_eq!(answer.status, StatusCode::OK, "{address}: {}", answer.header("location"));
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_has_the_times_of_the_zone_that_was_chosen() {
    let house = with_five().await;
    house.settle("operator", Scope::Operator, None);
    let cases: [(&str, &str, [&[&str]; 2]); 7] = [
        (
            "/logs",
            "id=\"events\"",
            [
                &["Time (UTC)", ">Nov 20, 14:00:00<", "From (UTC)", "<th>Nov 20, 08:00</th>"],
                &[
                    "Time (Asia/Kolkata)",
                    ">Nov 20, 19:30:00<",
                    "From (Asia/Kolkata)",
                    "<th>Nov 20, 13:30</th>",
                ],
            ],
        ),
        ("/logs/e5", "datetime", [&["14:00:00.000000 UTC"], &["19:30:00.000000 +05:30"]]),
        ("/users", "datetime", [&["Last seen (UTC)"], &["Last seen (Asia/Kolkata)"]]),
        ("/users/u2", "datetime", [&["14:00:00.000000 UTC"], &["19:30:00.000000 +05:30"]]),
        ("/journeys/i1", "datetime", [&["14:00:00"], &["19:30:00"]]),
        (
            "/overview",
            "overview-numbers",
            [
                &[">2026-11-20 13:29:31<", "From (UTC)"],
                &[">2026-11-20 18:59:31<", "(Asia/Kolkata)"],
            ],
        ),
        ("/account", "id=\"sessions\"", [&["14:29:31.000000 UTC"], &["19:59:31.000000 +05:30"]]),
    ];
    for (at, zone) in ["UTC", "Asia/Kolkata"].into_iter().enumerate() {
        let cookie = in_zone(&house, zone).await;
        for (address, part, expected) in &cases {
            let page = page(&house, address, &cookie).await;
            assert!(page.text.contains(part), "{address}");
            for text in expected[at] {
                assert!(page.text.contains(text), "{address} in {zone} says {text}");
            }
        }
        // Programs read the same in every zone.
        let page = page(&house, "/logs", &cookie).await;
        assert!(page.text.contains("datetime=\"2026-11-20T14:00:00.000000Z\""));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zone_that_does_not_exist_is_utc() {
    let house = with_five().await;
    let signed_in = house.browser("ada", PASSWORD).await.cookie;
    for cookie in [
        in_zone(&house, "Europe/Atlantis").await,
        format!("{signed_in}; gatelog-zone=../../etc/passwd"),
        format!("{signed_in}; gatelog-zone="),
    ] {
        assert!(page(&house, "/logs", &cookie).await.text.contains("Time (UTC)"), "{cookie}");
    }
    let elsewhere = house.post("/account/zone", "", "zone=UTC&next=%2F%2Fevil.example").await;
    assert_eq!(elsewhere.header("location"), "/logs");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_custom_range_is_by_the_readers_clock_and_its_address_is_not() {
    let house = with_five().await;
    let cookie = in_zone(&house, "Europe/Istanbul").await;
    let sent = "/logs?range=custom&from=2026-11-20T11:00&to=2026-11-20T15:00&user=";
    let answer = house.ask(sent, &cookie).await;
    let address = "/logs?range=custom&from=2026-11-20T08:00:00Z&to=2026-11-20T12:00:00Z";
    assert_eq!(answer.header("location"), address);
    let here = page(&house, address, &cookie).await;
    assert_eq!(here.total(), 2);
    for expected in [
        "value=\"2026-11-20T11:00\"",
        "value=\"2026-11-20T15:00\"",
        "From (Europe/Istanbul)",
        "from 2026-11-20 11:00:00 +03:00 to 2026-11-20 15:00:00 +03:00",
    ] {
        assert!(here.text.contains(expected), "{expected}");
    }
    // Whoever it is sent to sees the same events.
    let elsewhere = page(&house, address, &in_zone(&house, "America/New_York").await).await;
    assert_eq!(elsewhere.total(), 2);
    assert!(elsewhere.text.contains("value=\"2026-11-20T03:00\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_that_clocks_show_twice_stays_the_one_it_is() {
    let house = with_five().await;
    let cookie = in_zone(&house, "Europe/Paris").await;
    let address = "/logs?from=2026-10-25T01:30:00Z";
    let second = page(&house, address, &cookie).await;
    assert!(second.text.contains("type=\"text\" step=\"1\" value=\"2026-10-25T02:30:00+01:00\""));
    let sent = "/logs?from=2026-10-25T02:30:00%2B01:00&to=";
    assert_eq!(house.ask(sent, &cookie).await.header("location"), address);
}

#[tokio::test(flavor = "multi_thread")]
async fn bars_of_days_begin_at_the_readers_midnight() {
    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    // On both sides of midnight in Paris, two months apart, with a change of the clocks between.
    let times = ["2026-09-20T21:59:59Z", "2026-09-20T22:00:00Z", "2026-11-18T22:59:59Z"];
    let events = times.map(|time| format!(r#"{{"time":"{time}","type":"login"}}"#));
    house.keep("default", Format::Native, &events.join("\n")).await;
    let cookie = in_zone(&house, "Europe/Paris").await;
    let range = "from=2026-09-20T00:00:00Z&to=2026-11-18T23:00:00Z";
    let page = page(&house, &format!("/logs?{range}"), &cookie).await;
    let rows = page.text.split("id=\"chart-numbers\"").nth(1).unwrap();
    for (attributes, day, count) in [
        ("from=\"2026-09-20T00:00:00Z\"", "Sep 20", 1),
        ("from=\"2026-09-20T22:00:00Z\"", "Sep 21", 1),
        ("from=\"2026-10-24T22:00:00Z\"", "Oct 25", 0),
        ("from=\"2026-10-25T23:00:00Z\"", "Oct 26", 0),
        ("from=\"2026-11-17T23:00:00Z\" data-to=\"2026-11-18T23:00:00Z\"", "Nov 18", 1),
    ] {
        let row = format!("<tr data-{attributes}><th>{day}</th><td>{count}<");
        assert!(rows.contains(&row), "{row}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_are_keys_until_they_are_turned_off() {
    let house = with_five().await;
    let signed_in = house.browser("ada", PASSWORD).await.cookie;
    let on = page(&house, "/logs", &signed_in).await.text;
    assert!(on.contains("aria-keyshortcuts=\"/\"") && !on.contains("data-shortcuts"));
    assert!(on.contains("value=\"off\" role=\"switch\" aria-checked=\"true\""));
    let answer = house.post("/account/shortcuts", &signed_in, "shortcuts=off&next=/logs").await;
    assert_eq!(answer.header("location"), "/logs");
    let chosen = answer.header("set-cookie").split(';').next().unwrap();
    let cookie = format!("{signed_in}; {chosen}");
    for address in ["/logs", "/account"] {
        let off = page(&house, address, &cookie).await.text;
        assert!(!off.contains("aria-keyshortcuts=") && off.contains("data-shortcuts=\"off\""));
        assert!(off.contains("value=\"on\" role=\"switch\" aria-checked=\"false\""), "{address}");
    }
}
