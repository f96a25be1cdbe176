//! Events that appear by themselves.

use axum::body::{Body, BodyDataStream};
use axum::http::{Request, StatusCode};
use gatelog_event::source::Format;

use crate::house::{House, PASSWORD};
use crate::logs::with_five;

/// An open stream, read as a browser reads it.
pub(crate) struct Stream {
    body: BodyDataStream,
    text: String,
}

impl Stream {
    pub(crate) async fn open(
        house: &House,
        cookie: &str,
        address: &str,
        last: Option<u64>,
    ) -> Self {
        let mut request = Request::get(address).header("cookie", cookie);
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let response = house.respond(request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { body: response.into_body().into_data_stream(), text: String::new() }
    }

    /// The next event with data: its id, and its data.
    pub(crate) async fn next(&mut self) -> Option<(u64, String)> {
        loop {
            while let Some((event, rest)) = self.text.split_once("\n\n") {
                let lines = || event.lines();
                let id = lines().find_map(|line| line.strip_prefix("id: "));
                let data: Vec<&str> =
                    lines().filter_map(|line| line.strip_prefix("data: ")).collect();
                let found = id.map(|id| (id.parse().unwrap(), data.join("\n")));
                self.text = rest.to_owned();
                if let Some((id, data)) = found.filter(|(_, data)| !data.is_empty()) {
                    return Some((id, data));
                }
            }
            let piece = std::future::poll_fn(|context| {
                use futures_util::Stream as _;
                std::pin::Pin::new(&mut self.body).poll_next(context)
            });
            self.text.push_str(std::str::from_utf8(&piece.await?.unwrap()).unwrap());
        }
    }
}

/// The address the page of this address takes new rows from.
fn stream_of(page: &str) -> String {
    let stream = page.split("data-stream=\"").nth(1).unwrap().split('"').next().unwrap();
    stream.replace("&#38;", "&")
}

async fn keep(house: &House, id: &str, outcome: &str) {
    let event = format!(
        r#"{{"id":"{id}","type":"login","outcome":"{outcome}","actor":{{"id":"u1"}},"ip":"<b>"}}"#
    );
    house.keep("default", Format::Native, &event).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_arrives_as_the_table_would_show_it_and_none_is_missed() {
    let house = with_five().await;
    let browser = house.browser("ada", PASSWORD).await;
    let page = browser.page("/logs?result=failure&live=on").await;
    assert!(page.text.contains("aria-checked=\"true\""));
    assert_eq!(page.link("live"), "/logs?result=failure");
    let address = stream_of(&page.text);
    assert_eq!(address, "/logs/live?result=failure&since=5");

    // Between the page and the stream.
    keep(&house, "n1", "failure").await;
    let mut stream = Stream::open(&house, &browser.cookie, &address, None).await;
    let (id, row) = stream.next().await.unwrap();
    assert_eq!(id, 6);
    assert!(
        row.starts_with("<tr data-seq=\"5\"><td class=\"event\"><svg class=\"failure\""),
        "{row}"
    );
    assert!(row.contains("href=\"n1\""), "{row}");
    assert_eq!(browser.target(&page, "n1").await, "/logs/n1?result=failure&live=on");
    assert!(row.contains(">Ada Lovelace</a> <span class=\"id\">u1</span>"), "{row}");
    assert!(row.contains("&#60;b&#62;") && !row.contains("<b>"), "{row}");

    // While it is open; what does not match stays out.
    keep(&house, "n2", "success").await;
    keep(&house, "n3", "failure").await;
    let (id, row) = stream.next().await.unwrap();
    assert!(id == 8 && row.contains("href=\"n3\""), "{id} {row}");

    // After the connection was lost.
    drop(stream);
    keep(&house, "n4", "failure").await;
    let mut stream = Stream::open(&house, &browser.cookie, &address, Some(8)).await;
    let (id, row) = stream.next().await.unwrap();
    assert!(id == 9 && row.contains("href=\"n4\""), "{id} {row}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_speak_the_readers_language() {
    let house = with_five().await;
    let cookie = house.browser("ada", PASSWORD).await.cookie;
    let cookie = format!("{cookie}; gatelog_language=fr");
    let mut stream = Stream::open(&house, &cookie, "/logs/live?since=1", None).await;
    let (_, row) = stream.next().await.unwrap();
    assert!(row.contains("aria-label=\"Échec\"") && row.contains(">20 nov. 08:00:00<"), "{row}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_range_of_time_holds_for_new_events_too() {
    let house = with_five().await;
    let cookie = house.browser("ada", PASSWORD).await.cookie;
    let range = "range=custom&from=2026-11-20T09:00&to=2026-11-20T13:00";
    let mut stream =
        Stream::open(&house, &cookie, &format!("/logs/live?{range}&since=0"), None).await;
    let (first, second) = (stream.next().await.unwrap(), stream.next().await.unwrap());
    assert_eq!([first.0, second.0], [3, 4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_have_the_columns_of_their_table() {
    let house = with_five().await;
    let cookie = house.browser("ada", PASSWORD).await.cookie;
    let mut stream =
        Stream::open(&house, &cookie, "/logs/live?columns=seq,error.code&since=1", None).await;
    let (_, row) = stream.next().await.unwrap();
    let seq = row.find(r#"<td data-label="Sequence"><span>1</span>"#);
    let error = row.find(r#"data-label="Error">"#);
    assert!(seq.is_some() && seq < error && !row.contains("class=\"user\""), "{row}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_its_session() {
    let house = with_five().await;
    let browser = house.browser("ada", PASSWORD).await;
    let mut stream = Stream::open(&house, &browser.cookie, "/logs/live?since=4", None).await;
    assert_eq!(stream.next().await.unwrap().0, 5);
    browser.post("/sign-out", "").await;
    keep(&house, "n1", "failure").await;
    assert_eq!(stream.next().await, None);
    let answer = browser.get("/logs/live").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_ends_its_streams() {
    let house = with_five().await;
    let cookie = house.browser("ada", PASSWORD).await.cookie;
    let mut stream = Stream::open(&house, &cookie, "/logs/live?since=4", None).await;
    assert_eq!(stream.next().await.unwrap().0, 5);
    house.stopping.send(true).unwrap();
    assert_eq!(stream.next().await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn older_pages_and_readers_without_a_script_are_not_misled() {
    let house = with_five().await;
    let browser = house.browser("ada", PASSWORD).await;
    let page = browser.page("/logs?live=on").await;
    assert!(page.text.contains("<noscript>") && page.text.contains("only with JavaScript"));
    assert!(page.text.contains("<a href=\"/logs?live=on\">Show new events</a>"));
    let oldest = browser.page("/logs?live=on&page=oldest").await;
    assert!(!oldest.text.contains("data-stream"));
    assert_eq!(oldest.link("live"), "/logs?live=on", "it leads to the newest events");
    assert_eq!(browser.get("/logs/live?q=user+%3D").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_can_be_called_like_a_page() {
    let house = with_five().await;
    let browser = house.browser("ada", PASSWORD).await;
    for id in ["live", "export", "complete"] {
        keep(&house, id, "success").await;
        let list = browser.page("/logs").await;
        let link = format!("/logs/%{:02X}{}", id.as_bytes()[0], &id[1..]);
        assert!(list.text.contains(&format!("href=\"{id}\"")), "{}", list.text);
        assert_eq!(browser.target(&list, id).await, link);
        assert!(browser.page(&link).await.text.contains("id=\"attributes\""));
    }
}
