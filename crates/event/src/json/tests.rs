use proptest::prelude::*;

use super::*;

fn error(text: &[u8]) -> (usize, &'static str) {
    let error = Document::parse(text).expect_err("not JSON");
    (error.offset, error.reason)
}

#[test]
fn a_row_is_read_by_path() {
    let text = br#" {"id":"a\u00e9\ud83d\ude00\n","n":1787300000123,"p":{"x":[1,{"y":null}],"x":true},"e":{}} "#;
    let document = Document::parse(text).expect("JSON");
    let root = document.root();
    assert_eq!(root.get("id").and_then(Node::as_str).as_deref(), Some("a\u{e9}\u{1f600}\n"));
    assert_eq!(root.get("n").and_then(Node::as_i64), Some(1_787_300_000_123));
    assert_eq!(root.path(&["p", "x"]).map(Node::kind), Some(Kind::True), "the last one counts");
    assert_eq!(root.get("p").map(Node::raw), Some(r#"{"x":[1,{"y":null}],"x":true}"#));
    assert_eq!(root.get("e").map(|node| node.children().count()), Some(0));
    assert_eq!(root.path(&["n", "x"]).map(Node::kind), None);
}

#[test]
fn errors_name_the_first_offending_byte() {
    let cases: &[(&[u8], usize, &str)] = &[
        (b"", 0, "expected a JSON value, found the end of the text"),
        (b"{\"a\":1,}", 7, "expected a member name in double quotes"),
        (b"{\"a\" 1}", 5, "expected `:` after the member name"),
        (b"[1 2]", 3, "expected `,` or `]`"),
        (b"{\"a\":1", 6, "the text ends inside an array or object"),
        (b"\"a\x00\"", 2, "control character in a string, write it as \\u00XX"),
        (b"\"\xff\"", 1, "not valid UTF-8"),
        (b"\"\\x\"", 2, "unknown escape in a string"),
        (b"\"\\u12G4\"", 5, "expected four hexadecimal digits after \\u"),
        (b"01", 1, "unexpected text after the value"),
        (b"1.", 2, "expected a digit"),
        (b"-", 1, "expected a digit"),
        (b"nul", 0, "expected a JSON value"),
        (b"{} {}", 3, "unexpected text after the value"),
        (b"\"abc", 4, "the text ends inside a string"),
    ];
    for (text, offset, reason) in cases {
        assert_eq!(error(text), (*offset, *reason), "{:?}", String::from_utf8_lossy(text));
    }
}

/// Strings are looked through in blocks; nothing may depend on where those begin.
#[test]
fn errors_in_strings_have_their_place_at_any_length() {
    for length in 0..200 {
        let plain = "x".repeat(length);
        let text = format!("[\"{plain}\",\"{plain}\\n{plain}\"]");
        let document = Document::parse(text.as_bytes()).expect(&text);
        let strings: Vec<_> = document.root().children().filter_map(Node::as_str).collect();
        assert_eq!(strings, [plain.clone(), format!("{plain}\n{plain}")]);

        let ends = error(format!("\"{plain}").as_bytes());
        assert_eq!(ends, (length + 1, "the text ends inside a string"));
        let control = error(format!("\"{plain}\u{1f}\"").as_bytes());
        assert_eq!(control, (length + 1, "control character in a string, write it as \\u00XX"));
        let escape = error(format!("\"{plain}\\x\"").as_bytes());
        assert_eq!(escape, (length + 2, "unknown escape in a string"));
    }
}

#[test]
fn nesting_ends_at_64() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(Document::parse(nested(64).as_bytes()).is_ok());
    assert_eq!(error(nested(65).as_bytes()), (64, "nested more than 64 levels deep"));
    let objects = "{\"a\":".repeat(65);
    assert_eq!(error(objects.as_bytes()), (64 * 5, "nested more than 64 levels deep"));
}

#[test]
fn whole_numbers_in_any_spelling() {
    for (text, expected) in [
        ("1", Some(1)),
        ("1e3", Some(1000)),
        ("-2.0", Some(-2)),
        ("1.5", None),
        ("9223372036854775808", None),
        ("\"1\"", None),
    ] {
        let document = Document::parse(text.as_bytes()).expect(text);
        assert_eq!(document.root().as_i64(), expected, "{text}");
    }
}

#[test]
fn fractions_round_down() {
    for (text, expected) in
        [("1.9", Some(1)), ("-1.5", Some(-2)), ("7", Some(7)), ("1e400", None), ("\"1\"", None)]
    {
        let document = Document::parse(text.as_bytes()).expect(text);
        assert_eq!(document.root().as_i64_floor(), expected, "{text}");
    }
}

/// JSON, nearly JSON, and noise: small pieces in any order.
fn json_like() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"a\"",
        "\"\\u0041\"",
        "\"\\ud800\"",
        "1",
        "-0.5e+7",
        "00",
        "true",
        "null",
        " ",
        "\"é\"",
        "\"",
        "\\",
        "\n",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn same(node: Node<'_, '_>, value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Object(members) => members
            .iter()
            .all(|(name, value)| node.get(name).is_some_and(|member| same(member, value))),
        serde_json::Value::Array(items) => {
            node.children().count() == items.len()
                && node.children().zip(items).all(|(child, item)| same(child, item))
        }
        serde_json::Value::String(text) => node.as_str().as_deref() == Some(text),
        scalar => {
            serde_json::from_str(node.raw()).is_ok_and(|raw: serde_json::Value| raw == *scalar)
        }
    }
}

proptest! {
    #[test]
    fn agrees_with_serde_json(text in json_like()) {
        let ours = Document::parse(text.as_bytes());
        match serde_json::from_str::<serde_json::Value>(&text) {
            Ok(value) => prop_assert!(same(ours.expect("serde_json accepts it").root(), &value)),
            // serde_json refuses half a surrogate pair, which we keep as U+FFFD.
            Err(_) if text.contains("\\ud800") => {}
            // Nor does it take numbers that no f64 holds; we keep them as written.
            Err(error) if error.to_string().contains("number out of range") => {}
            Err(_) => prop_assert!(ours.is_err()),
        }
    }

    #[test]
    fn written_strings_read_back(text in ".*") {
        let mut written = Vec::new();
        write_string(&text, &mut written);
        let document = Document::parse(&written).expect("a JSON string");
        let read_back = document.root().as_str();
        prop_assert_eq!(read_back.as_deref(), Some(text.as_str()));
    }
}
