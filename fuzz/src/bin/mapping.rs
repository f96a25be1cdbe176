//! Any text is a mapping file or refused at a place in it; and whatever the mapping does with
//! whatever input, it ends, and what it makes are events on one line each.
//!
//! The first half of the bytes, up to a byte 0, is the file; the rest is the input.

#![no_main]

use gatelog_capture::mapping_file::MappingFile;
use gatelog_capture::mapping_file::limits::EVENTS_MAX;
use gatelog_event::json::{Document, Kind};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let (file, input) = bytes.split_at(end);
    let Ok(file) = std::str::from_utf8(file) else { return };
    match MappingFile::parse(file) {
        Ok(mapping) => check(&mapping, input.get(1..).unwrap_or_default()),
        Err(unusable) => {
            let lines = file.matches('\n').count() + 1;
            assert!((1..=lines).contains(&unusable.line) && unusable.column >= 1, "{unusable}");
        }
    }
});

fn check(mapping: &MappingFile, input: &[u8]) {
    let mapped = mapping.map(&[input, b"{}"]).expect("programs end without a panic");
    assert_eq!(mapped.len(), 2);
    for (input, mapped) in [input, b"{}"].into_iter().zip(mapped) {
        match mapped {
            Ok(events) => {
                assert!(events.len() <= EVENTS_MAX);
                events.iter().for_each(|event| check_event(event));
            }
            Err(unmapped) => assert!(unmapped.offset <= input.len(), "{unmapped}"),
        }
    }
}

fn check_event(event: &[u8]) {
    assert!(!event.contains(&b'\n'), "an event is one line");
    let Ok(document) = Document::parse(event) else { return };
    assert_eq!(document.root().kind(), Kind::Object);
    for added in ["source", "mapping", "data"] {
        assert!(document.root().get(added).is_some(), "{added}");
    }
}
