//! How far people come who sign in, sign up or replace a password.

use gatelog_auth::Scope;
use gatelog_event::source::Format;

use crate::house::{Answer, House, PASSWORD};

/// `i1 12:00 login.start success` and, where it failed, an error code.
fn events(lines: &[&str]) -> String {
    let event = |(number, line): (usize, &&str)| {
        let mut words = line.split(' ');
        let [interaction, time, event_type, outcome] = [(); 4].map(|()| words.next().unwrap());
        let error = words.next().map(|code| format!(r#","error":{{"code":"{code}"}}"#));
        let rest = error.unwrap_or_default();
        format!(
            r#"{{"id":"e{number}","time":"2026-11-20T{time}:00Z","type":"{event_type}","outcome":"{outcome}","interaction":"{interaction}","application":{{"id":"shop"}}{rest}}}{}"#,
            '\n'
        )
    };
    lines.iter().enumerate().map(event).collect()
}

const LINES: [&str; 14] = [
    "i1 10:00 login.start success",
    "i1 10:01 password.verify failure wrong_password",
    "i1 10:02 password.verify success",
    "i1 10:03 login success",
    "i2 11:00 login.start success",
    "i2 11:01 password.verify failure wrong_password",
    "i3 11:10 login.start success",
    "i3 11:12 password.verify failure wrong_password",
    "i4 12:00 password.verify success",
    "i5 14:20 login.start success",
    "i6 09:00 code.verify success",
    "i6 09:01 signup success",
    "i7 08:00 password.reset failure expired",
    "i8 08:01 password.reset success",
];

/// Counts of the steps, as the page says them.
fn counts(page: &Answer) -> Vec<String> {
    let funnel = page.text.split("id=\"funnel\">").nth(1).unwrap();
    let counts = funnel.split("<strong>").skip(1);
    counts.map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
}

/// Addresses that lead from the funnel to lists of events.
fn links(page: &Answer) -> Vec<String> {
    let funnel = page.text.split("id=\"funnel\">").nth(1).unwrap();
    let funnel = funnel.split("</ol>").next().unwrap();
    let links = funnel.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    links.map(|link| link.replace("&#38;", "&")).filter(|link| link.starts_with("/logs?")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_visit_counts_for_the_last_step_it_reached() {
    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    house.keep("default", Format::Native, &events(&LINES)).await;
    let browser = house.browser("ada", PASSWORD).await;
    let page = browser.page("/flows").await;
    assert_eq!(counts(&page), ["5", "2", "1", "1"]);
    assert!(page.text.contains("1 of 5 completed"));
    assert!(page.text.contains("Not over yet: 1."));
    assert!(page.text.contains("2 went no further:"));
    assert!(page.text.contains("wrong_password"));
    assert!(page.text.contains("Left without an error"));
    let page = browser.page("/flows?flow=sign-up").await;
    assert_eq!(counts(&page), ["1", "1", "1", "1"]);
    let page = browser.page("/flows?flow=reset").await;
    assert_eq!(counts(&page), ["2", "1", "1", "1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_reasons_and_examples_lead_to_their_events() {
    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    house.keep("default", Format::Native, &events(&LINES)).await;
    let browser = house.browser("ada", PASSWORD).await;
    let page = browser.page("/flows").await;
    let mut totals = Vec::new();
    for link in links(&page) {
        totals.push(browser.page(&link).await.total());
    }
    // All events; the wrong passwords of all visits; what proves somebody, of all flows; the wrong
    // passwords again, as a kind of proof; nobody's second factor; one sign-in.
    assert_eq!(totals, [14, 3, 3, 3, 0, 1]);
    assert!(page.text.contains(">Password</a> <b>3</b>"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_filters_of_the_list_count_here_too() {
    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    house.keep("default", Format::Native, &events(&LINES)).await;
    let browser = house.browser("ada", PASSWORD).await;
    for (address, expected) in [
        ("/flows?application=shop", Some("5")),
        ("/flows?application=other", None),
        ("/flows?range=1h", Some("1")),
        ("/flows?q=outcome=%22failure%22&range=7d", Some("3")),
    ] {
        let page = browser.page(address).await;
        let first = page.text.contains("id=\"funnel\"").then(|| counts(&page)[0].clone());
        assert_eq!(first.as_deref(), expected, "{address}");
        assert_eq!(page.text.contains("id=\"empty\""), expected.is_none(), "{address}");
        assert_eq!(page.text.contains("id=\"narrowed\""), !address.ends_with("1h"), "{address}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_looking_at_events_ends_is_told_and_more_can_be_asked_for() {
    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    let started = |number| {
        format!(
            r#"{{"id":"e{number}","time":"2026-11-20T10:00:00Z","type":"login.start","outcome":"success","interaction":"i{number}"}}{}"#,
            '\n'
        )
    };
    let wrong = |number, hour| {
        format!(
            r#"{{"id":"w{number}","time":"2026-11-20T{hour}:00:00Z","type":"password.verify","outcome":"failure","interaction":"i{number}"}}{}"#,
            '\n'
        )
    };
    let lines: String = (0..10_000).map(started).collect();
    let lines = wrong(1, "09") + &lines + &wrong(2, "11");
    house.keep("default", Format::Native, &lines).await;
    let browser = house.browser("ada", PASSWORD).await;
    let page = browser.page("/flows").await;
    assert_eq!(counts(&page)[0], "7,000");
    assert!(page.text.contains(">Password</a> <b>1</b>"), "older attempts are not looked at");
    let more = page.text.split("id=\"cut\"").nth(1).unwrap();
    let link = more.split("<a href=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(more.contains("Look at up to 50,000 events"));
    let page = browser.page(&link.replace("&#38;", "&")).await;
    assert_eq!(counts(&page)[0], "10,000");
    assert!(page.text.contains(">Password</a> <b>2</b>"));
    assert!(!page.text.contains("id=\"cut\""));
}
