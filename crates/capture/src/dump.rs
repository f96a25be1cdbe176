//! The rows of a whole input, one after the other.

use std::collections::BTreeMap;
use std::io::{self, BufRead, ErrorKind};

use crate::sql::Header;
use crate::table::{Layout, Table};
use crate::text::{PIECE_BYTES_MAX, Piece, Scan, Text};
use crate::{Cell, Malformed, copy, csv, sql};

/// A dump that is read, row by row.
#[derive(Debug)]
pub struct Dump<R> {
    text: Text<R>,
    table: Table,
    state: State,
    has_table: bool,
    row_count: u64,
    skipped: BTreeMap<String, u64>,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The line it begins on, from 1.
    pub line: u64,
    /// Its record, or why there is none.
    pub record: Result<Vec<u8>, BadRow>,
}

/// A row that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow {
    /// The line of what is wrong, from 1.
    pub line: u64,
    /// Its column, from 1, in characters.
    pub column: u64,
    /// What is wrong, in words.
    pub reason: String,
    /// The row as it is written, without a line end at its end; of one that is too long the
    /// beginning.
    pub text: Vec<u8>,
}

/// An input that cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Reading failed.
    #[error(transparent)]
    Read(#[from] io::Error),
    /// The header of a CSV file names other columns.
    #[error("the first line does not name the columns of {table}: {}", table.columns().join(","))]
    OtherColumns {
        /// The table that was expected.
        table: Table,
    },
}

/// Stands in place of the table's name for statements that have no values of their own.
const OTHER_INSERTS: &str = "INSERT statements without VALUES";

/// What comes next in the input.
#[derive(Debug)]
enum State {
    /// Rows of CSV, to the end.
    Csv(Layout),
    /// Rows of COPY, to the end.
    Copy(Layout),
    /// A statement of a dump.
    Statement,
    /// Rows of a COPY block, to its end.
    Block(Statement),
    /// Rows of an INSERT statement, to its end.
    Insert(Statement),
}

/// The table whose rows follow: the one that is read, or one that is skipped.
#[derive(Debug)]
enum Statement {
    Read(Layout),
    Skip(String),
}

/// Reads one row in one way of writing it.
type Cells = fn(&[u8]) -> Result<Vec<Cell<'_>>, Malformed>;

impl<R: BufRead> Dump<R> {
    /// Reads CSV with a header, as `COPY ... WITH (FORMAT csv, HEADER)` writes it.
    ///
    /// # Errors
    /// When the header cannot be read, or does not name the table's columns.
    pub fn csv(table: Table, reader: R) -> Result<Self, Error> {
        let mut dump = Self::new(table, reader, State::Statement)?;
        let header = dump.text.take_to(Scan::csv_row())?;
        let names = header.and_then(|row| csv::cells(&row.bytes).ok()).unwrap_or_default();
        let names =
            names.into_iter().map(|cell| cell.value.unwrap_or_default().into_owned()).collect();
        dump.state = State::Csv(Layout::of(table, names).ok_or(Error::OtherColumns { table })?);
        dump.has_table = true;
        Ok(dump)
    }

    /// Reads a plain dump, as `pg_dump` writes it.
    ///
    /// # Errors
    /// When the input cannot be read.
    pub fn sql(table: Table, reader: R) -> Result<Self, Error> {
        Self::new(table, reader, State::Statement)
    }

    /// Reads the rows of one table with the columns it was created with, as `COPY ... TO` writes
    /// them.
    ///
    /// # Errors
    /// When the input cannot be read.
    pub fn copy(table: Table, reader: R) -> Result<Self, Error> {
        Self::new(table, reader, State::Copy(Layout::usual(table)))
    }

    /// The table that is looked for.
    pub fn table(&self) -> Table {
        self.table
    }

    /// Whether the table was found so far, be it empty.
    pub fn has_table(&self) -> bool {
        self.has_table
    }

    /// How many rows of the table were found so far, those that cannot be read included.
    pub fn row_count(&self) -> u64 {
        self.row_count
    }

    /// The tables that were passed over so far, and how many rows they have.
    pub fn skipped(&self) -> &BTreeMap<String, u64> {
        &self.skipped
    }

    fn new(table: Table, reader: R, state: State) -> Result<Self, Error> {
        let has_table = matches!(state, State::Copy(_));
        let (text, skipped) = (Text::new(reader)?, BTreeMap::new());
        Ok(Self { text, table, state, has_table, row_count: 0, skipped })
    }

    fn next_row(&mut self) -> io::Result<Option<Row>> {
        loop {
            let (piece, cells) = match &self.state {
                State::Statement => {
                    if !self.begin_statement()? {
                        return Ok(None);
                    }
                    continue;
                }
                State::Csv(_) => (self.text.take_to(Scan::csv_row())?, csv::cells as Cells),
                State::Copy(_) => (self.text.take_to(Scan::line())?, copy::cells as Cells),
                State::Block(_) => {
                    let line = self.text.take_to(Scan::line())?;
                    (Some(whole(line)?), copy::cells as Cells)
                }
                State::Insert(_) => match self.text.peek()?.first() {
                    None => return Err(ends_early()),
                    Some(b'(') => {
                        let values = self.text.take_to(Scan::values())?;
                        (Some(whole(values)?), sql::cells as Cells)
                    }
                    Some(b',') => {
                        self.text.skip(1);
                        continue;
                    }
                    Some(_) => {
                        self.end_statement()?;
                        continue;
                    }
                },
            };
            let Some(piece) = piece else { return Ok(None) };
            if let Some(row) = self.row(piece, cells) {
                return Ok(Some(row));
            }
        }
    }

    /// Goes on to the rows of the next statement that has some; `false` at the end of the input.
    fn begin_statement(&mut self) -> io::Result<bool> {
        let start = self.text.peek()?;
        let begins_with =
            |word: &[u8]| start.get(..word.len()).is_some_and(|it| it.eq_ignore_ascii_case(word));
        if start.is_empty() {
            return Ok(false);
        }
        if begins_with(b"--") || begins_with(b"\\") {
            self.text.take_to(Scan::line())?;
        } else if let Some((header, length)) = sql::insert_header(start) {
            self.text.skip(length);
            self.state = State::Insert(self.statement(header));
        } else if begins_with(b"COPY ") {
            let statement = self.text.take_to(Scan::statement())?;
            if let Some(header) = statement.and_then(|piece| sql::copy_header(&piece.bytes)) {
                self.text.take_to(Scan::line())?;
                self.state = State::Block(self.statement(header));
            }
        } else {
            if begins_with(b"INSERT ") {
                *self.skipped.entry(OTHER_INSERTS.to_owned()).or_default() += 1;
            }
            self.end_statement()?;
        }
        Ok(true)
    }

    fn end_statement(&mut self) -> io::Result<()> {
        self.text.take_to(Scan::statement())?;
        self.state = State::Statement;
        Ok(())
    }

    fn statement(&mut self, header: Header) -> Statement {
        let layout = match header.columns {
            Some(columns) => Layout::of(self.table, columns),
            None => self.table.has_name(&header.table).then(|| Layout::usual(self.table)),
        };
        self.has_table |= layout.is_some();
        layout.map_or(Statement::Skip(header.table), Statement::Read)
    }

    /// The row in a piece; `None` if it is no row of the table.
    fn row(&mut self, piece: Piece, cells: Cells) -> Option<Row> {
        let is_line = !matches!(self.state, State::Insert(_));
        let text = piece.bytes.trim_ascii_end();
        let is_blank = text.is_empty() && !matches!(self.state, State::Block(_));
        if is_line && text == b"\\." || is_blank {
            if matches!(self.state, State::Block(_)) {
                self.state = State::Statement;
            }
            return None;
        }
        let layout = match &self.state {
            State::Csv(layout) | State::Copy(layout) => layout,
            State::Block(Statement::Read(layout)) | State::Insert(Statement::Read(layout)) => {
                layout
            }
            State::Block(Statement::Skip(table)) | State::Insert(Statement::Skip(table)) => {
                *self.skipped.entry(table.clone()).or_default() += 1;
                return None;
            }
            State::Statement => return None,
        };
        self.row_count += 1;
        let line = piece.place.line;
        Some(Row { line, record: record(layout, piece, cells) })
    }
}

impl<R: BufRead> Iterator for Dump<R> {
    type Item = io::Result<Row>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_row().transpose()
    }
}

fn record(layout: &Layout, mut piece: Piece, cells: Cells) -> Result<Vec<u8>, BadRow> {
    // COPY escapes what would be a line end inside a value, CSV and INSERT quote it.
    for end in [b'\n', b'\r'] {
        piece.bytes.pop_if(|last| *last == end);
    }
    let read = match piece.is_too_long() {
        true => Err(Malformed::new(0, format!("the row is longer than {PIECE_BYTES_MAX} bytes"))),
        false => cells(&piece.bytes).and_then(|cells| layout.record(&cells)),
    };
    read.map_err(|Malformed { offset, reason }| {
        let place = piece.place.after(piece.bytes.get(..offset).unwrap_or_default());
        BadRow { line: place.line, column: place.column, reason, text: piece.bytes }
    })
}

/// A piece that the rest of the input did not end before its time.
fn whole(piece: Option<Piece>) -> io::Result<Piece> {
    piece.filter(|piece| piece.is_whole || piece.is_too_long()).ok_or_else(ends_early)
}

fn ends_early() -> io::Error {
    let reason = "the dump ends among the rows of a table, so it is not whole";
    io::Error::new(ErrorKind::UnexpectedEof, reason)
}
