//! Any frame is a message, or is broken at a place in it.

#![no_main]

use gatelog_source::syslog::message::{character, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|frame: &[u8]| match parse(frame) {
    Ok(message) => {
        assert!(message.facility <= 23 && message.severity <= 7);
        assert_eq!(frame.get(message.text_offset..), Some(message.text));
    }
    Err(error) => {
        assert!(error.offset <= frame.len(), "{error:?}");
        assert!((1..=frame.len() + 1).contains(&character(frame, error.offset)), "{error:?}");
    }
});
