//! What people and scripts read: results on standard output, everything else on standard error.

use std::borrow::Cow;
use std::io::Write;

/// Prints a line of the result. A reader that went away is no error.
pub(crate) fn line(text: &str) {
    let _ = writeln!(std::io::stdout(), "{}", harmless(text));
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
    let steers = |character: char| character.is_control() && character != '\n';
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let mut harmless = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if steers(character) {
            harmless.extend(character.escape_default());
        } else {
            harmless.push(character);
        }
    }
    Cow::Owned(harmless)
}

/// Prints rows in columns as wide as their widest cell.
pub(crate) fn table<const N: usize>(headings: [&str; N], rows: &[[String; N]]) {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain(headings.get(column).map(|heading| heading.chars().count())).max().unwrap_or(0)
    };
    let print = |cells: &[String; N]| {
        let padded = cells.iter().enumerate();
        let padded: Vec<String> =
            padded.map(|(column, cell)| format!("{cell:<0$}", width(column))).collect();
        line(padded.join("  ").trim_end());
    };
    print(&headings.map(str::to_owned));
    rows.iter().for_each(print);
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
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }
}
