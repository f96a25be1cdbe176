//! JSON strings: from their written form to text and back.

use std::borrow::Cow;

/// Decodes what is written between the quotes of a JSON string.
///
/// Borrows when there is nothing to decode. Half a surrogate pair, which JSON can write and UTF-8
/// cannot, becomes U+FFFD.
pub fn decode_string(written: &str) -> Cow<'_, str> {
    let Some((before, after)) = split_at_escape(written) else {
        return Cow::Borrowed(written);
    };
    let mut decoded = String::with_capacity(written.len());
    decoded.push_str(before);
    let mut rest = decode_escape(after, &mut decoded);
    while let Some((before, after)) = split_at_escape(rest) {
        decoded.push_str(before);
        rest = decode_escape(after, &mut decoded);
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

/// What stands before the first backslash, and after it.
fn split_at_escape(text: &str) -> Option<(&str, &str)> {
    let backslash = memchr::memchr(b'\\', text.as_bytes())?;
    Some((text.get(..backslash)?, text.get(backslash + 1..)?))
}

/// Decodes the escape that `text` continues with (the backslash is gone), returns what follows it.
fn decode_escape<'a>(text: &'a str, decoded: &mut String) -> &'a str {
    let mut characters = text.chars();
    match characters.next() {
        Some('b') => decoded.push('\u{8}'),
        Some('f') => decoded.push('\u{c}'),
        Some('n') => decoded.push('\n'),
        Some('r') => decoded.push('\r'),
        Some('t') => decoded.push('\t'),
        Some('u') => return decode_unicode(characters.as_str(), decoded),
        Some(other) => decoded.push(other),
        None => {}
    }
    characters.as_str()
}

fn decode_unicode<'a>(text: &'a str, decoded: &mut String) -> &'a str {
    let (first, rest) = take_unit(text);
    let low = rest.strip_prefix("\\u").map(take_unit);
    let pair = match (first, low) {
        (0xd800..=0xdbff, Some((low @ 0xdc00..=0xdfff, after))) => {
            let code = 0x1_0000 + ((u32::from(first) - 0xd800) << 10) + (u32::from(low) - 0xdc00);
            char::from_u32(code).map(|character| (character, after))
        }
        _ => char::from_u32(u32::from(first)).map(|character| (character, rest)),
    };
    let (character, rest) = pair.unwrap_or((char::REPLACEMENT_CHARACTER, rest));
    decoded.push(character);
    rest
}

/// Four hexadecimal digits as a UTF-16 unit, and what follows them.
fn take_unit(text: &str) -> (u16, &str) {
    let digits = text.get(..4).unwrap_or_default();
    let unit = u16::from_str_radix(digits, 16).unwrap_or(0xfffd);
    (unit, text.get(4..).unwrap_or_default())
}

/// Appends `text` to `out` as a JSON string with quotes.
pub fn write_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for byte in text.bytes() {
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0..=0x1f => {
                const DIGITS: &[u8; 16] = b"0123456789abcdef";
                let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or(b'0');
                out.extend_from_slice(b"\\u00");
                out.extend_from_slice(&[digit(byte >> 4), digit(byte & 0xf)]);
            }
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}
