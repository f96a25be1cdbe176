//! What happens now, beside what usually does.

use gatelog_auth::Scope;
use gatelog_event::source::Format;
use gatelog_event::time::UnixMicros;

use crate::house::{Answer, House, NOW, PASSWORD};

const HOUR_MICROS: i64 = 3_600_000_000;

/// An event so many hours ago.
fn event(hours_ago: i64, rest: &str) -> String {
    let now = UnixMicros::parse_rfc3339(NOW).unwrap();
    let time = now.saturating_add(-hours_ago * HOUR_MICROS - HOUR_MICROS / 2);
    format!("{{\"time\":\"{time}\",{rest}}}\n")
}

/// More than a week of a sign-in each hour, and today ten failures of one person and no second sign-in.
fn week() -> String {
    let success = r#""type":"login","outcome":"success","actor":{"id":"u1"},"application":{"id":"shop","name":"Web shop"}"#;
    let failure = r#""type":"login","outcome":"failure","actor":{"id":"u2"},"ip":"203.0.113.9","error":{"code":"bad_password"}"#;
    let failures = (0..10).map(|id| event(2, &format!("\"id\":\"f{id}\",{failure}")));
    let usual = (24..=8 * 24).map(|hours| event(hours, success));
    usual.chain([event(3, success)]).chain(failures).collect()
}

/// What the page says of one figure: its number, the usual one, and the judgement.
fn figure(page: &Answer, position: usize) -> (String, String, String) {
    let cards = page.text.split("id=\"watched\">").nth(1).unwrap();
    let card = cards.split("</a>").nth(position).unwrap();
    let tagged = |tag: &str| {
        let rest = card.split(&format!("<{tag}>")).nth(1);
        rest.map_or("", |rest| rest.split('<').next().unwrap()).to_owned()
    };
    (tagged("strong"), tagged("span"), tagged("em"))
}

fn said(count: &str, usual: &str, judgement: &str) -> (String, String, String) {
    (count.to_owned(), usual.to_owned(), judgement.to_owned())
}

/// Addresses of the links in a part of the page.
fn links(page: &Answer, id: &str) -> Vec<String> {
    let part = page.text.split(&format!("id=\"{id}\">")).nth(1).unwrap();
    let part = part.split("</div>").next().unwrap();
    let links = part.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    let links = links.map(|link| link.replace("&#38;", "&"));
    links.filter(|link| link.starts_with('/')).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn today_stands_beside_the_days_before() {
    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    house.keep("default", Format::Native, &week()).await;
    let browser = house.browser("ada", PASSWORD).await;
    let page = browser.page("/overview").await;
    assert_eq!(page.total(), 11);
    assert!(page.text.contains("the mean of the 7 days before"), "{}", page.text);
    assert_eq!(figure(&page, 0), said("1", "usually 24", "lower than usual"));
    assert_eq!(figure(&page, 1), said("10", "usually 0", "higher than usual"));
    assert_eq!(figure(&page, 2), said("0", "usually 0", "as usual"));
    // The bars as a table: the ten failures in one row.
    assert!(page.text.contains("</th><td>0</td><td>10</td><td>0</td>"), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_number_leads_to_its_events() {
    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    house.keep("default", Format::Native, &week()).await;
    let browser = house.browser("ada", PASSWORD).await;
    for (address, counts) in [("/overview", [1, 10, 0]), ("/overview?range=7d", [145, 10, 0])] {
        let page = browser.page(address).await;
        let lists = links(&page, "watched");
        for (list, count) in lists.iter().zip(counts) {
            assert_eq!(browser.page(list).await.total(), count, "{list}");
        }
    }
    let page = browser.page("/overview").await;
    let tops = links(&page, "tops");
    let totals = [("error=bad_password", 10), ("user=u2", 10), ("address=203.0.113.9", 10)];
    for (part, count) in totals.into_iter().chain([("application=shop", 1)]) {
        let link = tops.iter().find(|link| link.contains(part)).expect(part);
        assert_eq!(browser.page(link).await.total(), count, "{link}");
    }
    assert!(page.text.contains("Web shop"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_young_log_is_compared_with_nothing() {
    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    let browser = house.browser("ada", PASSWORD).await;
    for events in ["", &event(30, r#""type":"login","outcome":"success""#)] {
        house.keep("default", Format::Native, events).await;
        let page = browser.page("/overview").await;
        assert!(page.text.contains("does not go back far enough"), "{}", page.text);
        assert_eq!(figure(&page, 0), said("0", "", ""));
        assert!(!page.text.contains("<polyline"));
    }
    let page = browser.page("/overview?range=30d").await;
    assert_eq!(figure(&page, 0), said("1", "", ""));
}
