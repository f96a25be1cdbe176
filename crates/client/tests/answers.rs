//! What an emitter does with each answer of a server.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use flate2::read::GzDecoder;
use gatelog_client::{Emitter, Event, Trouble};

/// A server that gives the statuses one after the other and then takes everything, and the ids of
/// the events of each request.
fn server(statuses: &'static [u16]) -> (String, Receiver<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (sent, received) = channel();
    thread::spawn(move || {
        let mut statuses = statuses.iter();
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            let ids = read_request(&connection);
            let event_count = ids.len();
            // Before the answer, after which nobody may wait for more.
            if sent.send(ids).is_err() {
                return;
            }
            let status = statuses.next().unwrap_or(&200);
            answer(&mut connection, *status, event_count);
        }
    });
    (address, received)
}

fn read_request(connection: &TcpStream) -> Vec<String> {
    let mut input = BufReader::new(connection);
    let (mut length, mut is_compressed) = (0, false);
    loop {
        let mut line = String::new();
        input.read_line(&mut line).unwrap();
        let line = line.trim_end().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().unwrap();
        }
        is_compressed |= line == "content-encoding: gzip";
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    input.read_exact(&mut body).unwrap();
    let mut text = String::new();
    match is_compressed {
        true => GzDecoder::new(&*body).read_to_string(&mut text).unwrap(),
        false => (&*body).read_to_string(&mut text).unwrap(),
    };
    let id = |line: &str| {
        let event: serde_json::Value = serde_json::from_str(line).unwrap();
        event["id"].as_str().unwrap().to_owned()
    };
    text.lines().map(id).collect()
}

fn answer(connection: &mut TcpStream, status: u16, events: usize) {
    let body = format!(
        r#"{{"accepted":{events},"duplicates":0,"conflicts":0,"rejected":[],"rejected_total":0}}"#
    );
    let head = format!(
        "HTTP/1.1 {status} -\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    connection.write_all((head + &body).as_bytes()).unwrap();
}

/// Emits so many events to a server with these answers: what each request held, and the troubles.
fn emitted(events: usize, statuses: &'static [u16]) -> (Vec<Vec<String>>, Vec<Trouble>) {
    let folder = tempfile::tempdir().unwrap();
    let (address, received) = server(statuses);
    let troubles = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&troubles);
    let emitter = Emitter::builder(address, "k")
        .spool(folder.path())
        .on_trouble(move |trouble| told.lock().unwrap().push(trouble))
        .build()
        .unwrap();
    for number in 0..events {
        emitter.emit(Event::new("t").id(format!("e{number}")));
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let counts = runtime.block_on(emitter.shutdown(Duration::from_secs(60)));
    assert_eq!(counts.kept + counts.rejected, events as u64);
    let troubles = troubles.lock().unwrap().clone();
    (received.try_iter().collect(), troubles)
}

#[test]
fn what_is_not_taken_at_once_is_sent_again() {
    let statuses = &[503, 429, 507, 401];
    let (requests, troubles) = emitted(1, statuses);
    assert_eq!(requests, vec![["e0"]; 5]);
    assert_eq!(troubles.len(), statuses.len());
    for (trouble, status) in troubles.iter().zip(statuses) {
        let told = trouble.to_string();
        assert!(told.starts_with(&format!("events are delayed: {status}")), "{told}");
    }
}

#[test]
fn a_body_that_is_too_large_is_sent_in_halves() {
    let (requests, troubles) = emitted(4, &[413, 413]);
    let sizes: Vec<usize> = requests.iter().map(Vec::len).collect();
    assert_eq!((sizes, troubles), (vec![4, 2, 1, 3], Vec::new()));
}

#[test]
fn an_event_that_is_too_large_for_what_is_between_is_refused() {
    let (requests, troubles) = emitted(1, &[413]);
    assert_eq!(requests, [["e0"]]);
    assert!(matches!(&troubles[..], [Trouble::Rejected { .. }]), "{troubles:?}");
}

#[test]
fn bodies_are_compressed() {
    let (requests, troubles) = emitted(1_000, &[]);
    assert_eq!((requests.concat().len(), troubles), (1_000, Vec::new()));
}
