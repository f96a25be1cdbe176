//! The form all files of this folder share: a header, then rows of as many cells.
//!
//! ```text
//! file    := header row*       one per line, cells separated by tabs
//! header  := the names of the columns, in any order; columns nobody asks for are left alone
//! row     := as many cells as the header has
//! ```

use super::translated::Translated;

/// Why a file cannot be read. Only tests ever see one: they read every file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Malformed {
    #[error("the header lacks the column `{0}`")]
    MissingColumn(&'static str),
    #[error("line {line} has {found} cells where the header has {expected}")]
    CellCount { line: usize, found: usize, expected: usize },
    #[error("line {line}: column `{column}` cannot be `{cell}`")]
    Cell { line: usize, column: &'static str, cell: &'static str },
    #[error("`{0}` stands in two places that exclude each other")]
    Duplicate(&'static str),
}

/// What `value_of` makes of each row, in order.
///
/// # Errors
/// The first line that does not have the form, or that `value_of` refuses.
pub(super) fn read<T>(
    file: &'static str,
    value_of: impl Fn(&Row<'_>) -> Result<T, Malformed>,
) -> Result<Vec<T>, Malformed> {
    let mut lines = file.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    lines.zip(2..).map(|(text, line)| value_of(&Row::new(&header, text, line)?)).collect()
}

/// One row, asked for its cells by the names of their columns.
#[derive(Debug)]
pub(super) struct Row<'h> {
    header: &'h [&'static str],
    cells: Vec<&'static str>,
    line: usize,
}

impl<'h> Row<'h> {
    fn new(header: &'h [&'static str], text: &'static str, line: usize) -> Result<Self, Malformed> {
        let cells: Vec<&str> = text.split('\t').collect();
        if cells.len() != header.len() {
            return Err(Malformed::CellCount { line, found: cells.len(), expected: header.len() });
        }
        Ok(Self { header, cells, line })
    }

    /// A cell that may be empty.
    pub(super) fn cell(&self, column: &'static str) -> Result<&'static str, Malformed> {
        let position = self.header.iter().position(|name| *name == column);
        position
            .and_then(|position| self.cells.get(position))
            .copied()
            .ok_or(Malformed::MissingColumn(column))
    }

    /// A cell with something in it.
    pub(super) fn text(&self, column: &'static str) -> Result<&'static str, Malformed> {
        self.read(column, |cell| (!cell.is_empty()).then_some(cell))
    }

    /// The words of a cell, separated by spaces.
    pub(super) fn words(&self, column: &'static str) -> Result<Vec<&'static str>, Malformed> {
        Ok(self.cell(column)?.split(' ').filter(|word| !word.is_empty()).collect())
    }

    /// What `value_of` makes of a cell.
    pub(super) fn read<T>(
        &self,
        column: &'static str,
        value_of: impl FnOnce(&'static str) -> Option<T>,
    ) -> Result<T, Malformed> {
        let cell = self.cell(column)?;
        value_of(cell).ok_or_else(|| self.refuse(column, cell))
    }

    /// The text in these columns, one for each language in the order of `Language::ALL`.
    pub(super) fn translated(&self, columns: [&'static str; 3]) -> Result<Translated, Malformed> {
        let [english, french, turkish] = columns;
        Ok(Translated {
            english: self.text(english)?,
            french: self.text(french)?,
            turkish: self.text(turkish)?,
        })
    }

    /// That `cell`, or this part of one, cannot stand in `column`.
    pub(super) fn refuse(&self, column: &'static str, cell: &'static str) -> Malformed {
        Malformed::Cell { line: self.line, column, cell }
    }
}
