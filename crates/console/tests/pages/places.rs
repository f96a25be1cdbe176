//! Where addresses are, by databases that are written here.

use std::path::PathBuf;
use std::sync::Arc;

use gatelog_auth::Scope;
use gatelog_console::ConsoleOptions;
use gatelog_event::source::Format;
use gatelog_service::origin::places::Places;
use tempfile::TempDir;

use crate::house::{Browser, House, PASSWORD};

const EVENT: &str = r#"{"id":"1","time":"2026-11-20T01:00:00Z","type":"login","outcome":"failure","actor":{"kind":"user","id":"u1"},"ip":"203.0.113.66"}"#;
const ELSEWHERE: &str = r#"{"id":"2","time":"2026-11-20T02:00:00Z","type":"login","outcome":"failure","actor":{"kind":"user","id":"u1"},"ip":"192.0.2.1"}"#;
const NO_ADDRESS: &str = r#"{"id":"3","time":"2026-11-20T03:00:00Z","type":"login","outcome":"failure","actor":{"kind":"user","id":"u1"},"ip":"<b>203.0.113.66"}"#;

/// A value of a database.
enum Value {
    Text(&'static str),
    Short(u16),
    Number(u32),
    Long(u64),
    List(Vec<Value>),
    Map(Vec<(&'static str, Value)>),
}

use Value::{List, Long, Map, Number, Short, Text};

impl Value {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Text(text) => {
                control(2, text.len(), out);
                out.extend(text.as_bytes());
            }
            Short(number) => {
                control(5, 2, out);
                out.extend(number.to_be_bytes());
            }
            Number(number) => {
                control(6, 4, out);
                out.extend(number.to_be_bytes());
            }
            Long(number) => {
                control(9, 8, out);
                out.extend(number.to_be_bytes());
            }
            List(values) => {
                control(11, values.len(), out);
                values.iter().for_each(|value| value.write(out));
            }
            Map(pairs) => {
                control(7, pairs.len(), out);
                for (key, value) in pairs {
                    Text(key).write(out);
                    value.write(out);
                }
            }
        }
    }
}

/// The type and size of a value; types above 7 have a byte of their own.
fn control(kind: u8, size: usize, out: &mut Vec<u8>) {
    let size = u8::try_from(size).unwrap();
    let (lower, longer) = if size < 29 { (size, None) } else { (29, Some(size - 29)) };
    match kind {
        ..8 => out.push(kind << 5 | lower),
        _ => out.extend([lower, kind - 7]),
    }
    out.extend(longer);
}

/// A database that knows one thing about the addresses that begin with these eight bits: a node
/// for each bit leads on, or to nothing.
fn database(kind: &'static str, first: u8, record: &Value) -> Vec<u8> {
    const NODES: u32 = 8;
    let found = (NODES + 16).to_be_bytes();
    let mut file = Vec::new();
    for node in 0..NODES {
        let on = if node + 1 == NODES { found } else { (node + 1).to_be_bytes() };
        let nothing = NODES.to_be_bytes();
        let is_right = first >> (7 - node) & 1 == 1;
        let (left, right) = if is_right { (nothing, on) } else { (on, nothing) };
        file.extend(left.into_iter().chain(right));
    }
    file.extend([0; 16]);
    record.write(&mut file);
    file.extend(b"\xab\xcd\xefMaxMind.com");
    let metadata = Map(vec![
        ("node_count", Number(NODES)),
        ("record_size", Short(32)),
        ("ip_version", Short(4)),
        ("database_type", Text(kind)),
        ("languages", List(vec![Text("en"), Text("fr")])),
        ("binary_format_major_version", Short(2)),
        ("binary_format_minor_version", Short(0)),
        ("build_epoch", Long(1_700_000_000)),
        ("description", Map(vec![("en", Text("made by a test"))])),
    ]);
    metadata.write(&mut file);
    file
}

fn cities() -> Vec<u8> {
    let names = |en, fr| ("names", Map(vec![("en", Text(en)), ("fr", Text(fr))]));
    let record = Map(vec![
        ("city", Map(vec![names("Geneva", "Genève")])),
        ("country", Map(vec![("iso_code", Text("CH")), names("Switzerland", "Suisse")])),
        ("subdivisions", List(vec![Map(vec![names("Canton of <i>Geneva", "Canton de Genève")])])),
    ]);
    database("Test-City", 203, &record)
}

fn networks() -> Vec<u8> {
    let record = Map(vec![
        ("autonomous_system_number", Number(64_500)),
        ("autonomous_system_organization", Text("Example Net")),
    ]);
    database("Test-ASN", 203, &record)
}

fn file(directory: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = directory.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

async fn house(places: Places) -> House {
    let options = ConsoleOptions { places: Arc::new(places), ..ConsoleOptions::default() };
    let house = House::with(options);
    house.settle("ada", Scope::Read, Some("default"));
    let lines = [EVENT, ELSEWHERE, NO_ADDRESS].join("\n");
    house.keep("default", Format::Native, &lines).await;
    house
}

async fn ada(house: &House) -> Browser<'_> {
    house.browser("ada", PASSWORD).await
}

fn both() -> Places {
    let directory = tempfile::tempdir().unwrap();
    let (cities, networks) =
        (file(&directory, "city.mmdb", &cities()), file(&directory, "asn.mmdb", &networks()));
    Places::read(Some(&cities), Some(&networks)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_and_an_address_are_somewhere() {
    let house = house(both()).await;
    let browser = ada(&house).await;
    for page in ["/logs/1", "/logs/1?panel=on", "/addresses/203.0.113.66"] {
        let text = browser.page(page).await.text;
        assert!(text.contains("Geneva, Canton of &#60;i&#62;Geneva, Switzerland"), "{page}");
        assert!(text.contains("Example Net (AS64500)"), "{page}");
    }
    for page in ["/logs/2", "/logs/3", "/addresses/192.0.2.1"] {
        let text = browser.page(page).await.text;
        assert!(!text.contains("Switzerland") && !text.contains("Example Net"), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_country_stands_beside_an_address_in_lists() {
    let house = house(both()).await;
    let browser = ada(&house).await;
    for page in ["/users/u1", "/overview?range=30d"] {
        let text = browser.page(page).await.text;
        assert_eq!(
            text.matches("<span class=\"id\" title=\"Switzerland\">CH</span>").count(),
            1,
            "{page}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_counted_and_asked_for_by_country() {
    let house = house(both()).await;
    let browser = ada(&house).await;
    let list = browser.page("/logs").await.text;
    assert!(list.contains("Switzerland <span class=\"id\">CH</span></a><span>1</span>"), "{list}");
    let asked = "/logs?q=country+%3D+%22CH%22";
    let found = browser.page(asked).await.text;
    let foreign = "&#60;b&#62;203.0.113.66";
    for (address, is_there) in [("203.0.113.66", true), ("192.0.2.1", false), (foreign, false)] {
        assert_eq!(found.contains(address), is_there, "{address}");
    }
    let elsewhere = browser.page("/logs?q=country+%3D+null").await.text;
    assert!(elsewhere.contains("192.0.2.1") && elsewhere.contains(foreign));
}

#[tokio::test(flavor = "multi_thread")]
async fn places_have_the_names_of_the_readers_language() {
    let house = house(both()).await;
    let mut browser = ada(&house).await;
    browser.cookie.push_str("; gatelog_language=fr");
    assert!(browser.page("/logs/1").await.text.contains("Genève, Canton de Genève, Suisse"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_said_of_addresses_without_a_database() {
    let house = house(Places::default()).await;
    let text = ada(&house).await.page("/logs/1").await.text;
    assert!(!text.contains("<dt>Place</dt>") && !text.contains("<dt>Network</dt>"));
}

#[test]
fn what_is_no_database_is_refused_by_its_name() {
    let directory = tempfile::tempdir().unwrap();
    let missing = directory.path().join("missing.mmdb");
    let text = file(&directory, "text.mmdb", b"no database");
    for path in [missing, text] {
        let error = Places::read(Some(&path), None).unwrap_err().to_string();
        assert!(error.starts_with(&path.display().to_string()), "{error}");
    }
}

/// A database may be cut or overwritten anywhere: it is refused, or some of it says nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_broken_database_breaks_no_page() {
    let directory = tempfile::tempdir().unwrap();
    let whole = cities();
    let mut accepted = 0;
    for position in (0..whole.len()).step_by(17) {
        let mut broken = whole.clone();
        broken[position] ^= 0xff;
        let path = file(&directory, "broken.mmdb", &broken);
        let Ok(places) = Places::read(Some(&path), None) else { continue };
        accepted += 1;
        let house = house(places).await;
        ada(&house).await.page("/logs/1").await;
    }
    assert!(accepted > 0, "some of it is read all the same");
}
