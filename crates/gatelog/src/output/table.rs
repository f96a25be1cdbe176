//! Rows in columns that fit the terminal.

use std::borrow::Cow;

use console::{Style, Term, measure_text_width, truncate_str};

use super::{escaped, print, steers};

/// Between two columns.
const GAP: &str = "  ";

/// A column that has to give way keeps this many characters.
const WIDTH_MIN: usize = 6;

/// How a cell is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Plain,
    Good,
    Warning,
    Bad,
    Faint,
}

/// The text of a cell, without anything that steers a terminal.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    text: String,
    tone: Tone,
    fit: Fit,
}

/// What becomes of a cell when the terminal is narrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fit {
    /// It is cut off.
    Shortened,
    /// It stays whole.
    Whole,
    /// It stays whole, at the right of its column.
    Number,
}

/// Rows under headings.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    headings: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
}

/// Where a table is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Surface {
    /// In characters; none where nobody looks at it.
    width: Option<usize>,
    has_colours: bool,
}

/// How many characters fit in a line of standard output; `None` if that is no terminal.
pub(crate) fn terminal_width() -> Option<usize> {
    let terminal = Term::stdout();
    let size = terminal.size_checked().filter(|_| terminal.is_term());
    size.map(|(_, columns)| usize::from(columns))
}

impl Tone {
    /// The text in this tone's colour.
    fn paint(self, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Good => Style::new().green().apply_to(text).to_string(),
            Self::Warning => Style::new().yellow().apply_to(text).to_string(),
            Self::Bad => Style::new().red().apply_to(text).to_string(),
            Self::Faint => Style::new().dim().apply_to(text).to_string(),
        }
    }
}

impl Cell {
    /// A text.
    pub(crate) fn plain(text: &str) -> Self {
        let text = escaped(text, steers).into_owned();
        Self { text, tone: Tone::Plain, fit: Fit::Shortened }
    }

    /// The same in this tone.
    pub(crate) fn toned(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }

    /// The text, in colour where there are colours.
    pub(crate) fn shown(&self) -> String {
        self.painted(&self.text, Surface::standard_output())
    }

    /// A text of which no part means anything, such as a time.
    pub(crate) fn whole(text: &str) -> Self {
        Self { fit: Fit::Whole, ..Self::plain(text) }
    }

    /// A number.
    pub(crate) fn number(text: &str) -> Self {
        Self { fit: Fit::Number, ..Self::plain(text) }
    }
}

impl Table {
    /// A table without rows.
    pub(crate) fn new<'h>(headings: impl IntoIterator<Item = &'h str>) -> Self {
        let headings = headings.into_iter().map(|heading| Cell::plain(heading).toned(Tone::Faint));
        Self { headings: headings.collect(), rows: Vec::new() }
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, row: Vec<Cell>) {
        self.rows.push(row);
    }

    /// Prints it to standard output, no wider than the terminal if that is one.
    pub(crate) fn print(&self) {
        for line in self.lines(Surface::standard_output()) {
            print(format!("{line}\n").as_bytes());
        }
    }

    fn lines(&self, surface: Surface) -> impl Iterator<Item = String> {
        let widths = self.widths(surface.width);
        let rows = std::iter::once(&self.headings).chain(&self.rows);
        rows.map(move |row| {
            let cells = row.iter().zip(&widths).map(|(cell, width)| cell.fitted(*width, surface));
            cells.collect::<Vec<_>>().join(GAP).trim_end().to_owned()
        })
    }

    /// The width of each column: as wide as its widest cell, as long as all of them fit; then the
    /// widest of those that can be shortened give way.
    fn widths(&self, available: Option<usize>) -> Vec<usize> {
        let cells = |column: usize| {
            let rows = std::iter::once(&self.headings).chain(&self.rows);
            rows.filter_map(move |row| row.get(column))
        };
        let width = |column| cells(column).map(|cell| measure_text_width(&cell.text)).max();
        let columns = 0..self.headings.len();
        let mut widths: Vec<usize> = columns.map(|column| width(column).unwrap_or(0)).collect();
        let gaps = GAP.len() * widths.len().saturating_sub(1);
        let available = available.map_or(usize::MAX, |width| width.saturating_sub(gaps));
        let is_wide = |(column, width): &(usize, &mut usize)| {
            **width > WIDTH_MIN && cells(*column).all(|cell| cell.fit == Fit::Shortened)
        };
        while widths.iter().sum::<usize>() > available {
            let wide = widths.iter_mut().enumerate().filter(is_wide);
            let Some((_, widest)) = wide.max_by_key(|(_, width)| **width) else { break };
            *widest -= 1;
        }
        widths
    }
}

impl Cell {
    fn painted(&self, text: &str, surface: Surface) -> String {
        let has_colour = surface.has_colours && !text.is_empty();
        if has_colour { self.tone.paint(text) } else { text.to_owned() }
    }

    fn fitted(&self, width: usize, surface: Surface) -> String {
        let text: Cow<'_, str> = truncate_str(&self.text, width, "…");
        let padding = " ".repeat(width.saturating_sub(measure_text_width(&text)));
        let text = self.painted(&text, surface);
        match self.fit {
            Fit::Number => format!("{padding}{text}"),
            Fit::Shortened | Fit::Whole => format!("{text}{padding}"),
        }
    }
}

impl Surface {
    fn standard_output() -> Self {
        let has_colours = Term::stdout().is_term() && console::colors_enabled();
        Self { width: terminal_width(), has_colours }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(["NAME", "COUNT", "NOTE"]);
        table.push(vec![Cell::plain("Ada\u{1b}[2J\n"), Cell::number("7"), Cell::plain("")]);
        table.push(vec![Cell::plain("Bob"), Cell::number("1,234"), Cell::plain("日本語")]);
        table
    }

    fn lines(width: Option<usize>) -> Vec<String> {
        table().lines(Surface { width, has_colours: false }).collect()
    }

    #[test]
    fn columns_are_as_wide_as_their_cells() {
        let expected = [
            "NAME            COUNT  NOTE",
            "Ada\\u{1b}[2J\\n      7",
            "Bob             1,234  日本語",
        ];
        assert_eq!(lines(None), expected);
    }

    #[test]
    fn the_widest_columns_give_way() {
        let expected = ["NAME      COUNT  NOTE", "Ada\\u{1…      7", "Bob       1,234  日本語"];
        assert_eq!(lines(Some(23)), expected);
        assert!(lines(Some(1)).iter().all(|line| !line.is_empty()));
    }
}
