//! One row as COPY writes it: values between tabs, a NULL as `\N`, and backslash escapes
//! (PostgreSQL 7.4 to 18, "Text Format").

use std::borrow::Cow;

use crate::{Cell, Malformed};

/// The values of a row, which has no line end.
pub(crate) fn cells(row: &[u8]) -> Result<Vec<Cell<'_>>, Malformed> {
    let mut offset = 0;
    let mut cells = Vec::with_capacity(12);
    for written in written(row) {
        let value = match written {
            b"\\N" => None,
            _ => Some(decoded(written, offset)?),
        };
        cells.push(Cell { offset, value });
        offset += written.len() + 1;
    }
    Ok(cells)
}

/// The values as they are written.
pub(crate) fn written(row: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(row);
    std::iter::from_fn(move || {
        let row = rest?;
        let (value, behind) = match memchr::memchr(b'\t', row) {
            Some(tab) => row.split_at(tab),
            None => (row, &[] as &[u8]),
        };
        rest = behind.get(1..);
        Some(value)
    })
}

fn decoded(written: &[u8], start: usize) -> Result<Cow<'_, str>, Malformed> {
    let not_text = |_| Malformed::new(start, "the value is not UTF-8");
    let Some(first) = memchr::memchr(b'\\', written) else {
        return std::str::from_utf8(written).map(Cow::Borrowed).map_err(not_text);
    };
    let mut bytes = Vec::with_capacity(written.len());
    let (mut rest, mut next) = (written, Some(first));
    while let Some(position) = next {
        let (before, escape) = rest.split_at(position);
        bytes.extend_from_slice(before);
        let (byte, length) = unescaped(escape).ok_or_else(|| {
            let offset = start + written.len() - escape.len();
            Malformed::new(offset, "a backslash stands before nothing")
        })?;
        bytes.push(byte);
        rest = escape.get(length..).unwrap_or_default();
        next = memchr::memchr(b'\\', rest);
    }
    bytes.extend_from_slice(rest);
    String::from_utf8(bytes).map(Cow::Owned).map_err(|error| not_text(error.utf8_error()))
}

/// The byte that an escape stands for, and the escape's length.
fn unescaped(escape: &[u8]) -> Option<(u8, usize)> {
    let letter = *escape.get(1)?;
    let plain = match letter {
        b'b' => 0x08,
        b'f' => 0x0c,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 0x0b,
        b'0'..=b'7' => return Some(number(escape, 1, 8, 3)),
        b'x' if escape.get(2).is_some_and(u8::is_ascii_hexdigit) => {
            return Some(number(escape, 2, 16, 2));
        }
        other => other,
    };
    Some((plain, 2))
}

/// The low byte of a number of at most `digits_max` digits, and where it ends.
fn number(escape: &[u8], start: usize, radix: u32, digits_max: usize) -> (u8, usize) {
    let digits = escape.iter().skip(start).take(digits_max);
    let digits = digits.map_while(|byte| char::from(*byte).to_digit(radix));
    let (mut value, mut end) = (0, start);
    for digit in digits {
        value = (value * radix + digit) & 0xff;
        end += 1;
    }
    (u8::try_from(value).unwrap_or_default(), end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Writes values as COPY does.
    fn written(values: &[Option<String>]) -> String {
        let escaped = |value: &Option<String>| {
            let Some(value) = value else { return "\\N".to_owned() };
            let mut text = value.replace('\\', "\\\\");
            for (plain, letter) in [
                ('\u{8}', 'b'),
                ('\u{c}', 'f'),
                ('\n', 'n'),
                ('\r', 'r'),
                ('\t', 't'),
                ('\u{b}', 'v'),
            ] {
                text = text.replace(plain, &format!("\\{letter}"));
            }
            text
        };
        values.iter().map(escaped).collect::<Vec<_>>().join("\t")
    }

    fn values(row: &str) -> Result<Vec<Option<String>>, Malformed> {
        Ok(cells(row.as_bytes())?.into_iter().map(|cell| cell.value.map(Cow::into_owned)).collect())
    }

    #[test]
    fn escapes() {
        let row = r"a\tb|\N||\\N|\101\x42\x4|\q\x|é".replace('|', "\t");
        let expected =
            [Some("a\tb"), None, Some(""), Some("\\N"), Some("AB\u{4}"), Some("qx"), Some("é")];
        let expected = expected.map(|value| value.map(str::to_owned));
        assert_eq!(values(&row), Ok(expected.to_vec()));
    }

    #[test]
    fn what_is_wrong_has_a_place() {
        let cases: [(&[u8], usize, &str); 3] = [
            (b"a\tb\\", 3, "a backslash stands before nothing"),
            (b"ab\t\xff", 3, "the value is not UTF-8"),
            (b"\\377", 0, "the value is not UTF-8"),
        ];
        for (row, offset, reason) in cases {
            assert_eq!(cells(row), Err(Malformed::new(offset, reason)));
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            row in prop::collection::vec(prop::option::of("([\\\\N\\.tn0x]|\\PC|[\u{0}-\u{1f}]){0,9}"), 1..6),
        ) {
            let written = written(&row);
            prop_assert!(!written.contains('\n'));
            prop_assert_eq!(values(&written), Ok(row));
        }

        #[test]
        fn any_bytes_are_answered(row in prop::collection::vec(any::<u8>(), 0..60)) {
            let answer = cells(&row);
            prop_assert!(answer.map_or_else(|wrong| wrong.offset <= row.len(), |cells| !cells.is_empty()));
        }
    }
}
