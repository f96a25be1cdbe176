//! How a line is written.

use std::fmt::Write;

use gatelog_event::time::UnixMicros;

use super::fields::{Fields, Value};

/// One line before it is written.
pub(super) struct Line<'a> {
    pub(super) time: UnixMicros,
    pub(super) level: &'static str,
    /// The module that says it.
    pub(super) target: &'a str,
    pub(super) fields: &'a Fields,
}

impl Line<'_> {
    /// Time, level, message, then `name=value`; a value with spaces stands in quotes.
    pub(super) fn to_text(&self, has_colours: bool) -> String {
        let Fields { message, named } = self.fields;
        let mut line = String::with_capacity(160);
        let (colour, end) = match self.level {
            _ if !has_colours => ("", ""),
            "error" => ("\u{1b}[31m", "\u{1b}[0m"),
            "warn" => ("\u{1b}[33m", "\u{1b}[0m"),
            _ => ("\u{1b}[2m", "\u{1b}[0m"),
        };
        // Writing to a string cannot fail, here and below.
        let _ = write!(line, "{} {colour}{:>5}{end} ", self.time, self.level);
        write_escaped(message, &mut line, text_escape);
        for (name, value) in named {
            let _ = write!(line, " {name}=");
            match value {
                Value::Bare(text) => line.push_str(text),
                Value::Text(text) if is_plain(text) => line.push_str(text),
                Value::Text(text) => {
                    line.push('"');
                    write_escaped(text, &mut line, |character| match character {
                        '"' | '\\' => Some(format!("\\{character}")),
                        _ => text_escape(character),
                    });
                    line.push('"');
                }
            }
        }
        line.push('\n');
        line
    }

    /// An object with the members `time`, `level`, `message`, those of the line, and `target`.
    pub(super) fn to_json(&self) -> String {
        let mut line = String::with_capacity(256);
        let _ = write!(line, "{{\"time\":\"{}\",\"level\":\"{}\"", self.time, self.level);
        write_member("message", &self.fields.message, &mut line);
        for (name, value) in &self.fields.named {
            match value {
                Value::Bare(text) => drop(write!(line, ",\"{name}\":{text}")),
                Value::Text(text) => write_member(name, text, &mut line),
            }
        }
        write_member("target", self.target, &mut line);
        line.push_str("}\n");
        line
    }
}

fn write_member(name: &str, text: &str, line: &mut String) {
    let _ = write!(line, ",\"{name}\":\"");
    write_escaped(text, line, |character| match character {
        '"' | '\\' => Some(format!("\\{character}")),
        '\n' => Some("\\n".to_owned()),
        _ => steers(character).then(|| format!("\\u{:04x}", u32::from(character))),
    });
    line.push('"');
}

fn write_escaped(text: &str, line: &mut String, escape: impl Fn(char) -> Option<String>) {
    for character in text.chars() {
        match escape(character) {
            Some(escaped) => line.push_str(&escaped),
            None => line.push(character),
        }
    }
}

fn text_escape(character: char) -> Option<String> {
    match character {
        '\n' => Some("\\n".to_owned()),
        _ => steers(character).then(|| format!("\\u{{{:x}}}", u32::from(character))),
    }
}

fn is_plain(text: &str) -> bool {
    let is_plain = |character: char| {
        !character.is_whitespace() && !steers(character) && !matches!(character, '"' | '=' | '\\')
    };
    !text.is_empty() && text.chars().all(is_plain)
}

/// Whether a character ends a line, moves a cursor or turns the direction of what follows.
fn steers(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
