//! Any text is a time that reads the same once printed, or is wrong at a place.

#![no_main]

use gatelog_event::time::UnixMicros;
use gatelog_query::date_math::{parse, parse_span};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let now = UnixMicros::parse_rfc3339("2026-11-20T14:29:31.123456Z").unwrap_or(UnixMicros::EPOCH);
    match parse_span(text, now) {
        Ok(span) => {
            assert!(span.start < span.end, "{span:?}");
            assert_eq!(parse(text, now), Ok(span.start));
            assert_eq!(parse(&span.start.to_string(), now), Ok(span.start));
        }
        Err(error) => assert!(text.get(error.span.clone()).is_some(), "{error:?}"),
    }
});
