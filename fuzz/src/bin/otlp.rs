//! Any bytes are read as logs of OpenTelemetry, in both encodings: refused at a place, or every log
//! record is an event in JSON on a line of its own, or refused by itself.

#![no_main]

use gatelog_capture::otlp::{Encoding, Logs};
use gatelog_event::json::Document;
use gatelog_event::limits::JSON_DEPTH_MAX;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    for encoding in [Encoding::Protobuf, Encoding::Json] {
        match Logs::read(encoding, body) {
            Ok(logs) => check(&logs),
            Err(error) => assert!(error.offset <= body.len(), "{error}"),
        }
    }
});

fn check(logs: &Logs) {
    assert!(logs.refused().len() as u64 <= logs.refused_total());
    let lines = logs.lines();
    assert!(lines.is_empty() || lines.ends_with(b"\n"));
    let mut places = Vec::new();
    let lines = lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    for (number, line) in (1..).zip(lines) {
        if let Err(error) = Document::parse(line) {
            // Deep values of protobuf are the one thing that the intake refuses as JSON.
            let deepest = line.iter().filter(|byte| b"[{".contains(byte)).count();
            assert!(deepest > JSON_DEPTH_MAX, "{error}");
        }
        places.push(logs.place(number));
    }
    assert!(places.is_sorted(), "records keep their order");
}
