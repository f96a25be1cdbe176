use proptest::prelude::*;

use super::{Frame, Frames};
use crate::syslog::settings::{FRAME_BYTES_MAX, LONG_FRAME_KEPT_BYTES};

/// The frames of what comes in these pieces.
fn frames<'p>(pieces: impl IntoIterator<Item = &'p [u8]>) -> Vec<Frame> {
    let mut frames = Frames::default();
    let mut found = Vec::new();
    for piece in pieces {
        frames.buffer().extend_from_slice(piece);
        found.extend(std::iter::from_fn(|| frames.next_frame()));
        assert!(frames.buffer.len() <= FRAME_BYTES_MAX + piece.len() + 16, "a bounded buffer");
    }
    found.extend(frames.last_frame());
    found
}

fn whole(frames: &[Frame]) -> Vec<&[u8]> {
    let mut whole = Vec::new();
    for frame in frames {
        let Frame::Whole(bytes) = frame else { panic!("{frame:?}") };
        whole.push(&**bytes);
    }
    whole
}

#[test]
fn both_framings_may_be_mixed() {
    let found = frames([&b"<1>a\n4 <2>b3 <3>\r\n<4>d\r\n\0\n\n6 <5>\ne\n\n<6>\n"[..]]);
    let expected: [&[u8]; 6] = [b"<1>a", b"<2>b", b"<3>", b"<4>d", b"<5>\ne\n", b"<6>"];
    assert_eq!(whole(&found), expected);
}

#[test]
fn frames_do_not_depend_on_where_they_are_cut() {
    for name in ["authgear-newline", "authgear-counted", "text-mixed"] {
        let path = format!("{}/tests/data/syslog/{name}.syslog", env!("CARGO_MANIFEST_DIR"));
        let stream = std::fs::read(path).expect("a file");
        let expected = frames([&*stream]);
        assert_eq!(whole(&expected).len(), 3, "{name}");
        for at in 0..stream.len() {
            let (first, second) = stream.split_at(at);
            assert_eq!(frames([first, second]), expected, "{name} at {at}");
        }
        assert_eq!(frames(stream.chunks(1)), expected, "{name}");
    }
}

#[test]
fn what_begins_with_digits_and_is_no_length_is_a_line() {
    for line in ["0 <1>", "2026-11-20 hello", "123456789 too many digits", "12"] {
        let found = frames([format!("{line}\n<1>next\n").as_bytes()]);
        assert_eq!(whole(&found), [line.as_bytes(), b"<1>next"], "{line}");
    }
}

#[test]
fn a_frame_that_is_too_long_spoils_only_itself() {
    let long = "x".repeat(3 * FRAME_BYTES_MAX);
    let counted = format!("{} {long}4 <1>a", long.len());
    let line = format!("<2>{long}\n4 <1>a");
    for (stream, begins) in [(counted, "xxx"), (line, "<2>")] {
        for size in [7, 4096, stream.len()] {
            let found = frames(stream.as_bytes().chunks(size));
            let [Frame::Broken { bytes, reason }, Frame::Whole(next)] = &*found else {
                panic!("{} frames", found.len())
            };
            assert_eq!((bytes.len(), &**next), (LONG_FRAME_KEPT_BYTES, &b"<1>a"[..]));
            assert!(bytes.starts_with(begins.as_bytes()));
            assert!(reason.contains("is longer than 1048576 bytes"), "{reason}");
        }
    }
}

#[test]
fn the_longest_frame_is_taken() {
    let longest = "x".repeat(FRAME_BYTES_MAX);
    for stream in [format!("{FRAME_BYTES_MAX} {longest}"), format!("{longest}\n")] {
        assert_eq!(whole(&frames(stream.as_bytes().chunks(4096))), [longest.as_bytes()]);
    }
}

#[test]
fn what_the_end_cuts_off_is_told() {
    assert_eq!(frames([&b"<1>a"[..]]), [Frame::Unended("<1>a".into())]);
    let reason = "the connection ended after 3 of the frame's 12 bytes".to_owned();
    assert_eq!(frames([&b"12 <1>"[..]]), [Frame::Broken { bytes: "12 <1>".into(), reason }]);
    assert_eq!(frames([&b"12"[..]]), [Frame::Unended("12".into())]);
    assert_eq!(frames([&b"\n\r\0\n"[..]]), []);
    // Nothing of a frame that was told already.
    let long = "x".repeat(2 * FRAME_BYTES_MAX);
    assert_eq!(frames([format!("<1>{long}").as_bytes()]).len(), 1);
    assert_eq!(frames([format!("{} {long}", long.len() + 1).as_bytes()]).len(), 1);
}

/// Pieces of frames, and rubbish.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::sample::select(vec!["<1>", "\n", "\r\n", "\0", "3 ", "12 ", "99", "0", " ", "a"])
            .prop_map(|text| text.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..8),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    /// Any bytes, in whatever pieces, are the same frames, and nothing but borders is left out.
    #[test]
    fn any_bytes_are_frames(stream in stream(), size in 1_usize..9) {
        let expected = frames([&*stream]);
        prop_assert_eq!(&frames(stream.chunks(size)), &expected);
        let bytes: usize = expected.iter().map(|frame| match frame {
            Frame::Whole(bytes) | Frame::Unended(bytes) | Frame::Broken { bytes, .. } => bytes.len(),
        }).sum();
        let borders = stream.iter().filter(|byte| b"\n\r\0 0123456789".contains(byte)).count();
        prop_assert!(bytes <= stream.len() && bytes + borders >= stream.len());
    }
}
