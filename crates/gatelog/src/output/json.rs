//! JSON in one line, which means the same and steers no terminal.

use std::fmt::Write;

use super::steers;

/// Prints a JSON text as one line.
pub(crate) fn print(json: &str) {
    super::print((one_line(json) + "\n").as_bytes());
}

/// A valid JSON text without white space between its tokens, and with escapes in its strings for
/// what would steer a terminal.
pub(crate) fn one_line(json: &str) -> String {
    let mut line = String::with_capacity(json.len());
    let (mut in_string, mut is_escaped) = (false, false);
    for character in json.chars() {
        if !in_string && character.is_ascii_whitespace() {
            continue;
        }
        if character == '"' && !is_escaped {
            in_string = !in_string;
        }
        is_escaped = in_string && character == '\\' && !is_escaped;
        if steers(character) {
            // All of them are below U+10000. Writing to a string does not fail.
            let _ = write!(line, "\\u{:04x}", u32::from(character));
        } else {
            line.push(character);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_means_the_same() {
        let json = "{ \"a b\" : [ 1,\r\n\t\"x \\\" \\\\\", \"\u{9b}2J\u{202e}\" ] }\n";
        let line = one_line(json);
        assert_eq!(line, "{\"a b\":[1,\"x \\\" \\\\\",\"\\u009b2J\\u202e\"]}");
        let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(value(&line), value(json));
    }
}
