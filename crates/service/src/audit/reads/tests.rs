//! What becomes of reads, minute by minute.

use gatelog_auth::Access;

use super::*;

/// A clock that is set, in seconds since noon.
#[derive(Debug, Default)]
struct SetClock(AtomicI64);

impl Clock for SetClock {
    fn now(&self) -> UnixMicros {
        UnixMicros::clamped((1_795_176_000 + self.0.load(Ordering::Relaxed)) * 1_000_000)
    }
}

impl SetClock {
    fn set(&self, seconds: i64) {
        self.0.store(seconds, Ordering::Relaxed);
    }
}

fn reads() -> (Arc<SetClock>, Arc<Reads>) {
    let clock = Arc::new(SetClock::default());
    let reads = Reads::new(Arc::<SetClock>::clone(&clock));
    (clock, reads)
}

fn key(id: &str, name: &str) -> Reader {
    Reader::from(&Principal { id: id.into(), name: name.into(), access: Access::Operator })
}

fn read(reads: &Arc<Reads>, reader: &Reader, question: &str) -> Reading {
    let reading = Reads::prepare(reads, reader, "GET /v1/events", question.to_owned());
    reading.begin();
    reading
}

fn records(taken: &Taken) -> Vec<String> {
    taken.records().map(|record| String::from_utf8(record).unwrap()).collect()
}

#[test]
fn there_is_one_event_for_each_reader_route_and_minute() {
    let (clock, reads) = reads();
    let backup = key("key_1", "backup");
    for second in [1, 5, 59] {
        clock.set(second);
        read(&reads, &backup, "outcome = failure").returned(50);
    }
    read(&reads, &backup, "everything").returned(1);
    read(&reads, &key("user:ada", "ada"), "everything");
    assert!(reads.take(DueReads::OfPastMinutes).is_empty(), "the minute is going on");
    clock.set(60);
    read(&reads, &key("key_2", ""), "everything");
    let over = reads.take(DueReads::OfPastMinutes);
    let expected = [
        concat!(
            r#"{"type":"audit.read","source":"gatelog","time":"2026-11-20T12:00:01.000000Z","#,
            r#""outcome":"success","actor":{"kind":"key","id":"key_1","name":"backup"},"#,
            r#""target":{"kind":"route","id":"GET /v1/events"},"#,
            r#""data":{"until":"2026-11-20T12:00:59.000000Z","requests":4,"events":151,"#,
            r#""questions":["outcome = failure","everything"]}}"#,
        ),
        concat!(
            r#"{"type":"audit.read","source":"gatelog","time":"2026-11-20T12:00:59.000000Z","#,
            r#""outcome":"success","actor":{"kind":"user","id":"user:ada","name":"ada"},"#,
            r#""target":{"kind":"route","id":"GET /v1/events"},"#,
            r#""data":{"until":"2026-11-20T12:00:59.000000Z","requests":1,"events":0,"#,
            r#""questions":["everything"]}}"#,
        ),
    ];
    assert_eq!(records(&over), expected);
    let rest = records(&reads.take(DueReads::All));
    assert!(matches!(&rest[..], [one] if one.contains("key_2")), "{rest:?}");
    assert!(reads.take(DueReads::All).is_empty());
}

#[test]
fn a_long_read_is_told_in_every_minute_in_which_it_returned_something() {
    let (clock, reads) = reads();
    let tail = read(&reads, &key("key_1", "backup"), "outcome = failure");
    clock.set(120);
    tail.returned(5);
    tail.clone().returned(2);
    let told = records(&reads.take(DueReads::All));
    assert_eq!(told.len(), 2);
    assert!(told[0].contains(r#""requests":1,"events":0"#), "{}", told[0]);
    // What went on was asked for a minute before, and is told all the same.
    let went_on = r#""requests":0,"events":7,"questions":["outcome = failure"]}"#;
    assert!(told[1].contains(went_on), "{}", told[1]);
}

#[test]
fn what_there_is_no_room_for_is_counted() {
    let (clock, reads) = reads();
    let one = key("key_1", "backup");
    for number in 0..QUESTIONS_MAX + 3 {
        read(&reads, &one, &number.to_string());
    }
    for number in 1..ENTRIES_MAX + 5 {
        read(&reads, &key(&format!("other_{number}"), ""), "everything");
    }
    clock.set(60);
    let told = records(&reads.take(DueReads::OfPastMinutes));
    assert_eq!(told.len(), ENTRIES_MAX);
    let counts = r#""questions_unlisted":3,"requests_omitted":5}}"#;
    assert!(told[0].ends_with(counts), "{}", told[0]);
    assert!(told.iter().skip(1).all(|event| !event.contains("omitted")));
    read(&reads, &one, "everything");
    assert!(!records(&reads.take(DueReads::All))[0].contains("omitted"), "told once");
}

#[test]
fn what_was_not_written_comes_again_unchanged() {
    let (_, reads) = reads();
    let one = key("key_1", "backup");
    read(&reads, &one, "everything").returned(1);
    let taken = reads.take(DueReads::All);
    let first = records(&taken);
    read(&reads, &one, "outcome = failure").returned(2);
    reads.put_back(taken);
    let told = records(&reads.take(DueReads::All));
    assert_eq!(told.len(), 2);
    assert_eq!(told.iter().filter(|event| **event == first[0]).count(), 1);
}

#[test]
fn whoever_runs_a_command_reads_as_an_operator() {
    let (_, reads) = reads();
    let operator = Author::Operator { uid: 7, account: Some("eve".into()), host: "box".into() };
    read(&reads, &Reader::from(&operator), "everything");
    let told = records(&reads.take(DueReads::All));
    let actor = r#""actor":{"kind":"operator","id":"uid:7@box","name":"eve@box"}"#;
    assert!(told[0].contains(actor), "{}", told[0]);
}

#[test]
fn refused_requests_are_told_by_their_reasons() {
    let (clock, reads) = reads();
    let client = key("client_1", "billing");
    let refuse = |reader: &Reader, event_type, error_code| {
        reads.refuse(reader, "POST /oidc/token", Refusal { event_type, error_code });
    };
    for second in [1, 3] {
        clock.set(second);
        refuse(&client, "token.issue", "wrong_secret");
    }
    refuse(&Reader::unknown(), "token.issue", "unknown_client");
    let expected = [
        concat!(
            r#"{"type":"token.issue","source":"gatelog","time":"2026-11-20T12:00:03.000000Z","#,
            r#""outcome":"failure","actor":{"kind":"unknown"},"#,
            r#""target":{"kind":"route","id":"POST /oidc/token"},"#,
            r#""error":{"code":"unknown_client"},"#,
            r#""data":{"until":"2026-11-20T12:00:03.000000Z","requests":1}}"#,
        ),
        concat!(
            r#"{"type":"token.issue","source":"gatelog","time":"2026-11-20T12:00:01.000000Z","#,
            r#""outcome":"failure","#,
            r#""actor":{"kind":"client","id":"client_1","name":"billing"},"#,
            r#""target":{"kind":"route","id":"POST /oidc/token"},"error":{"code":"wrong_secret"},"#,
            r#""data":{"until":"2026-11-20T12:00:03.000000Z","requests":2}}"#,
        ),
    ];
    assert_eq!(records(&reads.take(DueReads::All)), expected);
}

#[test]
fn a_read_that_may_come_is_told_when_it_does_and_once() {
    let (_, reads) = reads();
    let ada = key("user:ada", "ada");
    let prepare = || Reads::prepare(&reads, &ada, "POST /settings", "everything".to_owned());
    prepare().returned(0);
    assert!(reads.take(DueReads::All).is_empty());
    let reading = prepare();
    reading.returned(2);
    reading.begin();
    reading.clone().begin();
    let told = records(&reads.take(DueReads::All));
    let counts = r#""requests":1,"events":2,"questions":["everything"]"#;
    assert!(matches!(&told[..], [one] if one.contains(counts)), "{told:?}");
}
