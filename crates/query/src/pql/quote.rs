//! Text between double quotes: written, and read again.

use std::ops::Range;

/// What stands between two quotes.
pub(crate) struct Unescaped {
    /// The text that is meant.
    pub(crate) text: String,
    /// Escapes that mean nothing, as byte ranges of what was read. They are kept as written.
    pub(crate) unknown: Vec<Range<usize>>,
}

/// `text` between double quotes, with escapes where they are needed.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            other if other.is_control() => {
                quoted.push_str(&format!("\\u{:04x}", u32::from(other)));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// The length in bytes of the quoted text that `text` begins with, both quotes included; `None`
/// when it is not closed.
pub(crate) fn quoted_length(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// Reads what stands between two quotes.
///
/// `\%` and `\_` keep their backslash: patterns are their only use, and there they need it.
pub(crate) fn unescaped(inner: &str) -> Unescaped {
    let mut text = String::with_capacity(inner.len());
    let mut unknown = Vec::new();
    let mut rest = inner;
    while let Some((before, after)) = rest.split_once('\\') {
        text.push_str(before);
        rest = match escape(after) {
            Some((meant, rest)) => {
                text.push(meant);
                rest
            }
            None => {
                let start = inner.len() - after.len() - 1;
                let next = after.chars().next();
                if !matches!(next, Some('%' | '_')) {
                    unknown.push(start..start + 1 + next.map_or(0, char::len_utf8));
                }
                text.push('\\');
                after
            }
        };
    }
    text.push_str(rest);
    Unescaped { text, unknown }
}

/// The character that the escape at the start of `text` stands for (its backslash is gone), and
/// what follows it.
fn escape(text: &str) -> Option<(char, &str)> {
    let mut characters = text.chars();
    let meant = match characters.next()? {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => {
            let (digits, rest) = characters.as_str().split_at_checked(4)?;
            let hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            let code = hexadecimal.then(|| u32::from_str_radix(digits, 16).ok())??;
            return Some((char::from_u32(code)?, rest));
        }
        itself @ ('"' | '\'' | '\\' | '/') => itself,
        _ => return None,
    };
    Some((meant, characters.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes() {
        for (inner, text, unknown) in [
            (r"plain", "plain", vec![]),
            (r#"a\"b\\c\/\'"#, r#"a"b\c/'"#, vec![]),
            (r"\n\r\t\u00e9", "\n\r\té", vec![]),
            (r"100\%\_", r"100\%\_", vec![]),
            (r"C:\dir", r"C:\dir", vec![r"\d"]),
            (r"\u12", r"\u12", vec![r"\u"]),
            (r"\u+123", r"\u+123", vec![r"\u"]),
            (r"\ud83d\é", r"\ud83d\é", vec![r"\u", r"\é"]),
        ] {
            let unescaped = unescaped(inner);
            let found: Vec<&str> =
                unescaped.unknown.into_iter().map(|range| &inner[range]).collect();
            assert_eq!((unescaped.text.as_str(), found), (text, unknown), "{inner}");
        }
    }

    #[test]
    fn what_is_quoted_reads_the_same() {
        for text in ["", "a", "\"", "\\", "a\\%", "\\n", "\n\r\t\u{0}\u{9f}", "é\u{202e}"] {
            let quoted = quoted(text);
            assert_eq!(quoted_length(&quoted), Some(quoted.len()), "{text}");
            let unescaped = unescaped(&quoted[1..quoted.len() - 1]);
            assert_eq!((unescaped.text.as_str(), unescaped.unknown.len()), (text, 0));
        }
        assert_eq!(quoted_length(r#""a\""#), None);
    }
}
