//! What people and scripts read: results on standard output, everything else on standard error.
//!
//! - [`mod@table`]: rows in columns that fit the terminal.
//! - [`mod@column`]: what stands in the columns of events that nobody chose.
//! - [`json`]: JSON in one line.
//! - [`progress`]: how far long work is.
//! - [`time`]: times in the reader's zone.

pub(crate) mod column;
pub(crate) mod json;
pub(crate) mod progress;
pub(crate) mod table;
pub(crate) mod time;

use std::borrow::Cow;
use std::io::{ErrorKind, Write};
use std::sync::OnceLock;

use anyhow::bail;

use self::table::{Cell, Table};

/// The first failure to print the result.
static FAILURE: OnceLock<std::io::Error> = OnceLock::new();

/// Prints bytes of the result as they are; [`finish`] tells whether that went well.
pub(crate) fn print(bytes: &[u8]) {
    keep_failure(std::io::stdout().write_all(bytes));
}

/// Prints a line of the result.
pub(crate) fn line(text: &str) {
    print(format!("{}\n", harmless(text)).as_bytes());
}

/// The result is complete.
///
/// # Errors
/// When a part of it could not be printed. A reader that went away is no error.
pub(crate) fn finish() -> anyhow::Result<()> {
    keep_failure(std::io::stdout().flush());
    match FAILURE.get() {
        None => Ok(()),
        Some(error) => bail!("cannot write to standard output: {error}"),
    }
}

fn keep_failure(printed: std::io::Result<()>) {
    if let Err(error) = printed
        && error.kind() != ErrorKind::BrokenPipe
    {
        // The first one says why; those that follow from it would not.
        let _ = FAILURE.set(error);
    }
}

/// Prints a line that is not part of the result.
pub(crate) fn note(text: &str) {
    let _ = writeln!(std::io::stderr(), "{}", harmless(text));
}

/// Prints what went wrong.
pub(crate) fn error(error: &anyhow::Error) {
    note(&format!("error: {}", with_causes(error)));
}

/// A failure and its causes in one line. Many say their cause themselves; it is not said twice.
fn with_causes(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).fold(String::new(), |text, cause| {
        match (text.is_empty(), text.contains(&cause)) {
            (true, _) => cause,
            (false, true) => text,
            (false, false) => format!("{text}: {cause}"),
        }
    })
}

/// Text without control characters: what is printed quotes records, and a record must not steer
/// the terminal of whoever reads about it.
fn harmless(text: &str) -> Cow<'_, str> {
    escaped(text, |character| steers(character) && character != '\n')
}

/// Control characters, and those that turn the direction of the text around them.
fn steers(character: char) -> bool {
    character.is_control() || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn escaped(text: &str, is_to_escape: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&is_to_escape) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_to_escape(character) {
            escaped.extend(character.escape_default());
        } else {
            escaped.push(character);
        }
    }
    Cow::Owned(escaped)
}

/// Prints rows in columns that fit the terminal.
pub(crate) fn table<const N: usize>(headings: [&str; N], rows: &[[String; N]]) {
    let mut table = Table::new(headings);
    rows.iter().for_each(|row| table.push(row.iter().map(|cell| Cell::plain(cell)).collect()));
    table.print();
}

/// `1 event`, `1,234 events`.
pub(crate) fn events(count: u64) -> String {
    format!("{} event{}", grouped(count), if count == 1 { "" } else { "s" })
}

/// `1234567` as `1,234,567`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_said_once() {
        let cause = anyhow::anyhow!("disk full");
        let error = cause.context("cannot write x: disk full").context("cannot save");
        assert_eq!(with_causes(&error), "cannot save: cannot write x: disk full");
    }

    #[test]
    fn records_cannot_steer_the_terminal() {
        assert_eq!(harmless("a\nb\u{e9}"), "a\nb\u{e9}");
        assert_eq!(harmless("x\u{1b}]0;y\u{7}\r"), "x\\u{1b}]0;y\\u{7}\\r");
        assert_eq!(harmless("a\u{202e}b"), "a\\u{202e}b");
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }
}
