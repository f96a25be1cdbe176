use super::*;

fn masked(format: Format, record: &str) -> String {
    String::from_utf8(mask_record(format, record.as_bytes())).unwrap()
}

#[test]
fn a_value_keeps_what_an_investigator_needs() {
    let cases = [
        ("ada@acme.example", "a•••@acme.example"),
        ("é@bücher.example", "•••@bücher.example"),
        ("203.0.113.9", "203.0.113.•"),
        ("::ffff:203.0.113.9", "203.0.113.•"),
        ("2001:db8:1:2::7", "2001:db8:1::•"),
        ("::1", "0:0:0::•"),
        ("+905321234567", "+90 ••• 67"),
        ("+1 (555) 010-0199", "+1 ••• 99"),
        ("00353861234567", "+353 ••• 67"),
        ("905321234567", "••• 67"),
        ("1815-12-10", "1•••"),
        ("Ada Lovelace", "A•••"),
        ("Ğ", "•••"),
        ("Ada <ada@acme.example>", "A•••"),
        ("[redacted:identifier:0123456789abcdef]", "[redacted:identifier:0123456789abcdef]"),
        ("", ""),
    ];
    for (value, expected) in cases {
        assert_eq!(mask(value), expected, "{value}");
    }
}

#[test]
fn shapes_are_found_in_longer_texts() {
    let cases = [
        ("from 203.0.113.9, then 203.0.113.10.", "from 203.0.113.•, then 203.0.113.•."),
        ("http://[2001:db8:1:2::7]:80/x", "http://[2001:db8:1::•]:80/x"),
        ("to ada.l+x@acme.example!", "to a•••@acme.example!"),
        ("?login_hint=ada%40acme.example&x=1", "?login_hint=a•••%40acme.example&x=1"),
        ("?ip=2001%3Adb8%3A%3A7", "?ip=2001:db8:0::•"),
        ("call +90 532 123 45 67 now", "call +90 ••• 67 now"),
        ("tel=%2B905321234567", "tel=+90 ••• 67"),
        ("https://ada:x@acme.example", "https://ada:•••@acme.example"),
        // What only looks a little like it.
        ("at 14:29:31.123 on 2026-11-20T14:29:31+00:00", ""),
        ("std::string, @acme/app, 1.2.3, v18, qh6k3m2x9d0a", ""),
        ("1795176571123", ""),
    ];
    for (text, expected) in cases {
        let expected = if expected.is_empty() { text } else { expected };
        assert_eq!(mask_parts(text), expected);
    }
}

#[test]
fn what_a_mapping_knows_is_masked_wherever_it_stands_again() {
    let record = r#"{"type":"login","id":"e1","actor":{"kind":"user","id":"u1","identifier":"Lovelace7","name":"Ada"},
        "target":{"kind":"application","id":"a1","name":"Shop"},"ip":"::ffff:203.0.113.9",
        "user_agent":"Chrome/120.0.0.0 Safari/537.36","session":"Lovelace7",
        "data":{"note":"user lovelace7 (ADA) was in Canada","q":"a=Lovelace7&b","n":[7,null,true]}}"#;
    let expected = r#"{"type":"login","id":"e1","actor":{"kind":"user","id":"u1","identifier":"L•••","name":"A•••"},
        "target":{"kind":"application","id":"a1","name":"Shop"},"ip":"203.0.113.•",
        "user_agent":"Chrome/120.0.0.0 Safari/537.36","session":"Lovelace7",
        "data":{"note":"user L••• (A•••) was in Canada","q":"a=L•••&b","n":[7,null,true]}}"#;
    assert_eq!(masked(Format::Native, record), expected);
}

#[test]
fn names_of_members_say_what_is_personal() {
    // A member of `data`, and what becomes of it.
    let cases = [
        (r#""given_name":"Ada""#, r#""given_name":"A•••""#),
        (r#""primaryEmail":"nobody""#, r#""primaryEmail":"n•••""#),
        (r#""phoneNumber":905321234567"#, r#""phoneNumber":"•••""#),
        (r#""emailVerified":true,"phone_id":"x1""#, r#""emailVerified":true,"phone_id":"x1""#),
        (r#""address":{"locality":"Ankara","n":7}"#, r#""address":{"locality":"A•••","n":"•••"}"#),
        (r#""IPAddresses":["somewhere"]"#, r#""IPAddresses":["s•••"]"#),
        (r#""client":{"name":"Shop"}"#, r#""client":{"name":"Shop"}"#),
        (r#""owner":{"name":"Shop"}"#, r#""owner":{"name":"S•••"}"#),
        (r#""roles":[{"name":"editor"}]"#, r#""roles":[{"name":"editor"}]"#),
        (r#""profile":{"zoneinfo":"UTC"}"#, r#""profile":{"zoneinfo":"UTC"}"#),
        (
            r#""identifier":{"type":"email","value":"odd"}"#,
            r#""identifier":{"type":"email","value":"o•••"}"#,
        ),
        (
            r#""identifier":{"type":"userId","value":"u7"}"#,
            r#""identifier":{"type":"userId","value":"u7"}"#,
        ),
        (r#""ada@acme.example":{"a":1}"#, r#""a•••@acme.example":{"a":1}"#),
        (r#""email":"\u0061da@acme.example""#, r#""email":"a•••@acme.example""#),
        (r#""password":"[redacted:password]""#, r#""password":"[redacted:password]""#),
        (
            r#""zip":"x","ship":"x","relationship":"x""#,
            r#""zip":"x","ship":"x","relationship":"x""#,
        ),
    ];
    let record = |members: &str| format!(r#"{{"type":"x","data":{{{members}}}}}"#);
    for (members, expected) in cases {
        assert_eq!(masked(Format::Native, &record(members)), record(expected));
    }
}

#[test]
fn what_cannot_be_read_is_left_out() {
    for record in ["", "{", "[]", r#"{"ip":"203.0.113.9"}"#] {
        assert_eq!(masked(Format::Native, record), r#""""#);
    }
}
