use gatelog_event::time::UnixMicros;
use proptest::prelude::*;

use super::{Message, character, parse};

fn parsed(frame: &str) -> Message<'_> {
    parse(frame.as_bytes()).unwrap_or_else(|error| panic!("{frame}: {error:?}"))
}

#[test]
fn a_message_has_all_its_parts() {
    let frame = "<165>1 2026-11-20T14:29:31.003Z door7.acme.example badge 8710 OPENED \
                 [place@32473 floor=\"3\" room=\"C \\\"East\\\"\" room=\"\\\\D\\]\\n\"][empty] \
                 \u{feff}Badge b7, é";
    let message = parsed(frame);
    assert_eq!((message.facility, message.severity), (20, 5));
    assert_eq!(message.time, UnixMicros::parse_rfc3339("2026-11-20T14:29:31.003Z"));
    assert_eq!((message.host, message.application), (Some("door7.acme.example"), Some("badge")));
    assert_eq!((message.process, message.message_id), (Some("8710"), Some("OPENED")));
    let [place, empty] = &*message.elements else { panic!("{:?}", message.elements) };
    let parameters: Vec<_> = place.parameters.iter().map(|(name, it)| (*name, &**it)).collect();
    assert_eq!(place.id, "place@32473");
    assert_eq!(
        parameters,
        [("floor", "3"), ("room", "C \"East\""), ("room", "\\D]\\n")],
        "a backslash that escapes nothing is itself"
    );
    assert_eq!((empty.id, empty.parameters.len()), ("empty", 0));
    assert_eq!(message.text, "Badge b7, é".as_bytes());
    assert_eq!(&frame.as_bytes()[message.text_offset..], message.text);
}

#[test]
fn what_is_not_said_is_absent() {
    let message = parsed("<0>1 - - - - - -");
    let absent = (message.time, message.host, message.application, message.process);
    assert_eq!(absent, (None, None, None, None));
    assert_eq!((message.message_id, message.elements.len(), message.text), (None, 0, &b""[..]));
    assert_eq!(parsed("<191>1 - - - - - - ").text, b"");
    assert_eq!(parsed("<191>1 - - - - - -  a").text, b" a");
    assert_eq!(parse(b"<1>1 - - - - - - \xff\n\xfe").expect("any bytes").text, b"\xff\n\xfe");
}

#[test]
fn times_are_read_with_any_offset_and_fraction() {
    for (text, expected) in [
        ("2026-11-20T14:29:31+01:00", "2026-11-20T13:29:31Z"),
        ("2026-11-20T14:29:31.123456-05:30", "2026-11-20T19:59:31.123456Z"),
        ("2026-11-20T14:29:31.123456789Z", "2026-11-20T14:29:31.123456Z"),
    ] {
        let frame = format!("<1>1 {text} - - - - -");
        assert_eq!(parsed(&frame).time, UnixMicros::parse_rfc3339(expected), "{text}");
    }
}

#[test]
fn a_broken_message_says_where() {
    let long = "a".repeat(300);
    let cases: &[(&str, usize, &str)] = &[
        ("", 1, "expected `<`"),
        ("hello", 1, "expected `<`"),
        ("<>1 - - - - - -", 2, "a priority is a number from 0 to 191"),
        ("<192>1 - - - - - -", 2, "a priority is"),
        ("<9999>1 - - - - - -", 2, "a priority is"),
        ("<01>1 - - - - - -", 2, "a priority is"),
        ("<1", 3, "expected `>`"),
        ("<34>Oct 11 22:14:15 mymachine su: failed", 5, "expected the version `1`"),
        ("<34>2 - - - - - -", 5, "expected the version `1`"),
        ("<34>1", 5, "expected the version `1`"),
        ("<1>1  - - - - - -", 6, "expected `-` or a time"),
        ("<1>1 yesterday - - - - -", 6, "expected `-` or a time"),
        ("<1>1 2026-11-20 - - - - -", 6, "expected `-` or a time"),
        ("<1>1 2026-13-20T14:29:31Z - - - - -", 6, "expected `-` or a time"),
        ("<1>1 2026-11-20T14:29:31Z[UTC] - - - - -", 26, "expected one space before the host"),
        ("<1>1 -", 7, "expected one space before the host"),
        ("<1>1 - hôte - - - -", 9, "expected one space before the application"),
        ("<1>1 -  - - - -", 8, "expected `-` or the host"),
        ("<1>1 - - - - -", 15, "expected one space before the structured data"),
        ("<1>1 - - - - - x", 16, "expected `-` or structured data"),
        ("<1>1 - - - - - -x", 17, "expected one space before the message"),
        ("<1>1 - - - - - [", 17, "expected the name of the element"),
        ("<1>1 - - - - - [a=\"b\"]", 18, "expected `]`"),
        ("<1>1 - - - - - [a b]", 20, "expected `=\"`"),
        ("<1>1 - - - - - [a b=\"é]\"]", 23, "a `]` in a value needs a backslash"),
        ("<1>1 - - - - - [a b=\"c", 23, "expected `\"` at the end"),
        ("<1>1 - - - - - [a b=\"c\" ]", 25, "expected the name of the parameter"),
        ("<1>1 - - - - - [a]x", 19, "expected one space before the message"),
    ];
    for (frame, expected, reason) in cases {
        let error = parse(frame.as_bytes()).expect_err(frame);
        assert_eq!(character(frame.as_bytes(), error.offset), *expected, "{frame}: {error}");
        assert!(error.reason.starts_with(reason), "{frame}: {error}");
    }
    for (frame, offset) in [
        (format!("<1>1 - {long} - - - -"), 7 + 255),
        (format!("<1>1 - - {long} - - -"), 9 + 48),
        (format!("<1>1 - - - - - [{long}]"), 16 + 32),
    ] {
        assert_eq!(parse(frame.as_bytes()).expect_err(&frame).offset, offset, "{frame}");
    }
    let error = parse(b"<1>1 - - - - - [a b=\"\xc3\xa9\xff\"]").expect_err("not UTF-8");
    assert_eq!(error.offset, 23);
}

/// Pieces of messages, so that random texts get past the header.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(vec![
        "<34>",
        "1",
        " ",
        "-",
        "[",
        "]",
        "a",
        "=",
        "\"",
        "\\",
        "é",
        "\u{feff}",
        "[a b=\"c\"]",
        "<34>1 - - - - - ",
        "2026-11-20T14:29:31Z",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat().into_bytes())
}

proptest! {
    /// Any bytes are a message, or broken at a place in them.
    #[test]
    fn any_bytes_are_answered(frame in prop_oneof![pieces(), prop::collection::vec(any::<u8>(), 0..80)]) {
        match parse(&frame) {
            Ok(message) => prop_assert!(frame.ends_with(message.text)),
            Err(error) => {
                prop_assert!(error.offset <= frame.len());
                prop_assert!((1..=frame.len() + 1).contains(&character(&frame, error.offset)));
            }
        }
    }
}
