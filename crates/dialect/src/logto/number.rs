//! Text to number exactly as JavaScript's `Number()` does it (ECMAScript 2025, section 7.1.4.1.1).

/// The number that `Number(text)` gives; NaN if it is none.
///
/// White space around it is ignored, nothing at all is 0, `0x`, `0o` and `0b` are understood
/// (without a sign), `1.`, `.5` and `1e3` are numbers, `1_000`, `12abc` and `inf` are not.
pub(super) fn number(text: &str) -> f64 {
    let text = text.trim_matches(is_white_space);
    let radix = match text.as_bytes() {
        [] => return 0.0,
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => return decimal(text),
    };
    text.get(2..).and_then(|digits| whole(digits, radix)).unwrap_or(f64::NAN)
}

/// The nearest whole number towards zero, and the nearest there is for what does not fit; 0 for NaN.
#[expect(clippy::cast_possible_truncation, reason = "`as` does all of that, by definition")]
pub(super) fn saturating_i64(value: f64) -> i64 {
    value as i64
}

fn decimal(text: &str) -> f64 {
    match text {
        "Infinity" | "+Infinity" => f64::INFINITY,
        "-Infinity" => f64::NEG_INFINITY,
        // Rust reads the same decimals, and `inf` and `nan` in any case besides.
        _ if text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')) =>
        {
            text.parse().unwrap_or(f64::NAN)
        }
        _ => f64::NAN,
    }
}

fn whole(digits: &str, radix: u32) -> Option<f64> {
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    if let Ok(value) = u128::from_str_radix(digits, radix) {
        return value.to_string().parse().ok();
    }
    // From 2^128 on the last bit may be off by rounding more than once. No page and no time is
    // that large, so only the magnitude can matter.
    let digits = digits.chars().filter_map(|digit| digit.to_digit(radix));
    Some(digits.fold(0.0, |value, digit| value * f64::from(radix) + f64::from(digit)))
}

/// White space and line ends as ECMAScript defines them: Unicode's, without U+0085, with U+FEFF.
fn is_white_space(character: char) -> bool {
    character == '\u{feff}' || (character.is_whitespace() && character != '\u{85}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        let cases = [
            ("", 0.0),
            (
                " \t\n\r\u{b}\u{c}\u{a0}\u{1680}\u{2003}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}\u{feff}",
                0.0,
            ),
            ("  5   ", 5.0),
            ("01789740398785", 1_789_740_398_785.0),
            ("+3", 3.0),
            ("-7", -7.0),
            ("-0", 0.0),
            ("5.", 5.0),
            (".5", 0.5),
            ("-.5e1", -5.0),
            ("1e3", 1_000.0),
            ("1E+3", 1_000.0),
            ("1.79e12", 1_790_000_000_000.0),
            ("1e-7", 1e-7),
            ("1e309", f64::INFINITY),
            ("Infinity", f64::INFINITY),
            ("+Infinity", f64::INFINITY),
            ("-Infinity", f64::NEG_INFINITY),
            ("0x10", 16.0),
            ("0XfF", 255.0),
            ("0x1a0c2ef5b80", 1_789_976_861_568.0),
            ("0b101", 5.0),
            ("0O17", 15.0),
            ("9007199254740993", 9_007_199_254_740_992.0),
            ("0x20000000000003", 9_007_199_254_740_996.0),
            (
                "0x100000000000000000000000000000000",
                340_282_366_920_938_463_463_374_607_431_768_211_456.0,
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(number(text), expected, "{text:?}");
        }
        assert!(number("-0").is_sign_negative());
    }

    #[test]
    fn not_numbers() {
        let cases = [
            "abc",
            "NaN",
            "nan",
            "inf",
            "infinity",
            "INFINITY",
            "null",
            "undefined",
            "true",
            "12abc",
            "1,000",
            "1_000",
            "1 000",
            "1n",
            "--5",
            "+-5",
            "- 5",
            ".",
            "+",
            "e5",
            "1e",
            "1e+",
            "0x",
            "0xg",
            "-0x10",
            "+0b1",
            "0x+5",
            "0x1.8",
            "0b2",
            "0o8",
            "1.2.3",
            "[1]",
            "2026-09-18",
            "\u{85}",
            "\0",
            "٣",
            "１",
        ];
        for text in cases {
            assert!(number(text).is_nan(), "{text:?}");
        }
    }
}
