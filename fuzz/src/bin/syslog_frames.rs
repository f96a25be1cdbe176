//! Any bytes of a connection are the same frames in whatever pieces they come, and every frame
//! becomes a record on one line or goes aside with a place.
//!
//! The first byte says how large the pieces are.

#![no_main]

use gatelog_event::json::Document;
use gatelog_source::Delivery;
use gatelog_source::syslog::frame::{Frame, Frames};
use gatelog_source::syslog::reading::Reading;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((size, stream)) = bytes.split_first() else { return };
    let expected = frames(stream.chunks(stream.len().max(1)));
    assert_eq!(frames(stream.chunks(usize::from(*size).max(1))), expected);
    for reading in [Reading::Authgear, Reading::Native, Reading::Text] {
        check(&reading.deliver(&expected), expected.len());
    }
});

fn frames<'s>(pieces: impl Iterator<Item = &'s [u8]>) -> Vec<Frame> {
    let mut frames = Frames::default();
    let mut found = Vec::new();
    for piece in pieces {
        frames.buffer().extend_from_slice(piece);
        found.extend(std::iter::from_fn(|| frames.next_frame()));
    }
    found.extend(frames.last_frame());
    found
}

fn check(delivery: &Delivery, frame_count: usize) {
    let records: Vec<_> = delivery.lines.split_inclusive(|byte| *byte == b'\n').collect();
    assert_eq!(records.len() + delivery.broken.len(), frame_count, "every frame is somewhere");
    for record in records {
        Document::parse(record).expect("a record is JSON");
    }
    assert!(delivery.broken.iter().all(|broken| !broken.reason.is_empty()));
}
