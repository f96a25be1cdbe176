use gatelog_capture::mapping_file::ready;
use gatelog_event::source::{Format, Source};
use gatelog_event::time::UnixMicros;

use super::Reading;
use crate::delivery::Delivery;
use crate::syslog::frame::{Frame, Frames};
use crate::syslog::settings::Content;
use crate::webhook::tests::accepted;

fn deliver(reading: &Reading, stream: &[u8]) -> Delivery {
    let mut frames = Frames::default();
    frames.buffer().extend_from_slice(stream);
    let mut found: Vec<Frame> = std::iter::from_fn(|| frames.next_frame()).collect();
    found.extend(frames.last_frame());
    reading.deliver(&found)
}

fn reasons(delivery: &Delivery) -> Vec<&str> {
    delivery.broken.iter().map(|broken| &*broken.reason).collect()
}

#[test]
fn authgears_stream_gives_its_events_in_either_framing() {
    let newline = include_bytes!("../../../tests/data/syslog/authgear-newline.syslog");
    let counted = include_bytes!("../../../tests/data/syslog/authgear-counted.syslog");
    let delivery = deliver(&Reading::Authgear, newline);
    assert_eq!(deliver(&Reading::Authgear, counted), delivery);
    assert_eq!((delivery.format, reasons(&delivery).len()), (Format::Authgear, 0));
    assert_eq!(delivery.newest, UnixMicros::from_seconds(1_785_148_958));
    let events = accepted(&delivery);
    let kinds: Vec<_> = events.iter().map(|event| (&*event.id, &*event.event_type)).collect();
    let expected = [
        ("00000000000a5a60", "USER_AUTHENTICATED"),
        ("00000000000a5a61", "SMS_SENT"),
        ("00000000000a5a62", "EMAIL_ERROR"),
    ];
    assert_eq!(kinds, expected);
}

#[test]
fn text_becomes_events_that_have_the_messages_parts() {
    let delivery =
        deliver(&Reading::Text, include_bytes!("../../../tests/data/syslog/text-mixed.syslog"));
    let lines: Vec<_> = delivery.lines.split(|byte| *byte == b'\n').collect();
    assert_eq!(
        String::from_utf8_lossy(lines[0]),
        r#"{"type":"syslog.badge.OPENED","time":"2026-11-20T14:29:31.003000Z","data":{"message":"Badge b7 opened the door","severity":"notice","facility":20,"host":"door7.acme.example","application":"badge","process":"8710","message_id":"OPENED","structured":{"place@32473":{"floor":"3","room":["C \"East\"","D]"]}}}}"#
    );
    assert_eq!(
        String::from_utf8_lossy(lines[1]),
        r#"{"type":"syslog.unknown.message","data":{"message":"","severity":"critical","facility":4}}"#
    );
    let events = accepted(&delivery);
    assert_eq!(&*events[2].event_type, "syslog.sshd.message");
    assert_eq!(Some(events[2].time), UnixMicros::parse_rfc3339("2026-11-20T13:29:31.123456Z"));
    assert_eq!(reasons(&delivery).len(), 0);
    // Sent again, it is the same event: its id follows from its bytes.
    let again =
        deliver(&Reading::Text, include_bytes!("../../../tests/data/syslog/text-mixed.syslog"));
    assert_eq!(accepted(&again)[0].id, events[0].id);
}

#[test]
fn json_in_messages_is_native_events_or_what_a_mapping_makes_of_it() {
    let delivery = deliver(
        &Reading::Native,
        b"<14>1 - - own - - - {\"type\":\"login\",\"time\":\"2026-11-20T14:29:31Z\"}\n",
    );
    assert_eq!(delivery.lines, b"{\"type\":\"login\",\"time\":\"2026-11-20T14:29:31Z\"}\n");
    assert_eq!(delivery.newest, UnixMicros::parse_rfc3339("2026-11-20T14:29:31Z"));

    let keycloak = Reading::Mapped(ready::file("keycloak").expect("a mapping"));
    let stream = "<14>1 - - kc - - - {\"type\":\"LOGIN\",\"id\":\"k1\",\"time\":1763648971000}\n\
                  <14>1 - - kc - - - {\"é\":}\n<14>1 - - kc - - - {}\n";
    let delivery = deliver(&keycloak, stream.as_bytes());
    let events = accepted(&delivery);
    assert_eq!((events.len(), events[0].source), (1, Source::Keycloak));
    assert_eq!(delivery.newest, UnixMicros::from_millis(1_763_648_971_000));
    let reasons = reasons(&delivery);
    assert!(reasons[0].starts_with("character 25: "), "{reasons:?}");
    assert!(reasons[1].contains("this has neither"), "{reasons:?}");
}

#[test]
fn settings_choose_how_messages_are_read() {
    let open = |name: &str| ready::file(name).ok_or(());
    for (content, is_slow) in [
        (Content::Authgear, false),
        (Content::Native, false),
        (Content::Text, false),
        (Content::Mapping("okta".to_owned()), true),
    ] {
        assert_eq!(Reading::new(&content, open).map(|reading| reading.is_slow()), Ok(is_slow));
    }
    let unknown = Content::Mapping("unknown".to_owned());
    assert_eq!(Reading::new(&unknown, open).map(|_| ()), Err(()));
}

#[test]
fn what_is_no_event_is_put_aside_as_it_came_with_its_place() {
    let stream = b"hello\n<14>1 - - a - - - {\"a\":x}\n<14>1 - - a - - -\n5 <14>1";
    let delivery = deliver(&Reading::Authgear, stream);
    assert!(delivery.lines.is_empty());
    let broken: Vec<_> =
        delivery.broken.iter().map(|it| String::from_utf8_lossy(&it.bytes)).collect();
    let frames = ["hello", "<14>1", "<14>1 - - a - - - {\"a\":x}", "<14>1 - - a - - -"];
    assert_eq!(broken, frames);
    let reasons = reasons(&delivery);
    assert!(reasons[0].starts_with("character 1: expected `<`"), "{reasons:?}");
    assert!(reasons[1].starts_with("character 5: expected the version"), "{reasons:?}");
    assert!(reasons[2].starts_with("character 24: the message is not JSON"), "{reasons:?}");
    assert!(reasons[3].starts_with("character 18: the message is not JSON"), "{reasons:?}");
}

#[test]
fn only_what_shows_that_it_is_whole_is_taken_without_its_end() {
    let json = deliver(&Reading::Native, b"<14>1 - - a - - - {\"type\":\"login\"}");
    assert_eq!((json.lines.len(), json.broken.len()), (17, 0));
    let cut = deliver(&Reading::Native, b"<14>1 - - a - - - {\"type\":\"lo");
    assert_eq!((cut.lines.len(), cut.broken.len()), (0, 1));
    let text = deliver(&Reading::Text, b"<14>1 - - a - - - half a sen");
    assert_eq!((text.lines.len(), text.broken.len()), (0, 1));
    let mended = Reading::Text.read_again(&text.broken[0].bytes);
    assert_eq!((accepted(&mended).len(), mended.broken.len()), (1, 0));
    let latin = deliver(&Reading::Text, b"<14>1 - - a - - - ol\xe9\n");
    assert_eq!(reasons(&latin), ["character 21: the message is not UTF-8"]);
}
