//! A table or JSON records as rows of named values.
//!
//! Files that begin with `{` or `[` are JSON; others are CSV with the names in their first line,
//! between commas, semicolons or tabs.

use std::collections::VecDeque;
use std::io::BufRead;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use csv::{ByteRecord, ReaderBuilder};
use serde_json::{Map, Value};

use super::columns::{folded, is_enough};
use crate::command::import::lines::{Input, Opened};
use crate::output::progress::Progress;

/// What can stand between the cells of a table.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// Names, as [`folded`], and values.
pub(super) type Values = Vec<(String, String)>;

/// One row.
pub(super) struct Row {
    /// The line it begins on, from 1; in an array, its index + 1.
    pub(super) line: u64,
    /// Its values, or why they cannot be read.
    pub(super) values: Result<Values, String>,
}

/// The rows of a file.
pub(super) struct Rows {
    path: PathBuf,
    reader: Reader,
    progress: Progress,
}

enum Reader {
    Table { reader: csv::Reader<Box<dyn BufRead>>, names: Vec<String> },
    Json { input: Input, lines: VecDeque<(u64, Vec<u8>)> },
}

impl Rows {
    /// Opens a file, or standard input for `-`.
    ///
    /// # Errors
    /// When it cannot be read, or is a table without the columns that are needed.
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        let mut opened = Opened::open(path)?;
        let progress = opened.progress.clone();
        let name = path.display();
        let start = opened.reader.fill_buf().with_context(|| format!("cannot read {name}"))?;
        let reader = match start.trim_ascii_start().first() {
            Some(b'{' | b'[') => {
                Reader::Json { input: Input::of_json(path, opened)?, lines: VecDeque::new() }
            }
            _ => table(opened.reader).with_context(|| format!("cannot read {name}"))?,
        };
        Ok(Self { path: path.to_owned(), reader, progress })
    }

    /// The next row; `None` at the end.
    ///
    /// # Errors
    /// When reading fails.
    pub(super) fn next_row(&mut self) -> anyhow::Result<Option<Row>> {
        match &mut self.reader {
            Reader::Table { reader, names } => {
                let row = next_of_table(reader, names);
                row.with_context(|| format!("cannot read {}", self.path.display()))
            }
            Reader::Json { input, lines } => next_of_json(input, lines),
        }
    }

    /// How far reading is.
    pub(super) fn progress(&self) -> &Progress {
        &self.progress
    }
}

fn table(mut reader: Box<dyn BufRead>) -> anyhow::Result<Reader> {
    let start = reader.fill_buf()?;
    let first_line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |separator: &u8| first_line.iter().filter(|byte| *byte == separator).count();
    // Of equally many the first of the list: a table of one column has none.
    let separator = SEPARATORS.into_iter().rev().max_by_key(count).unwrap_or(b',');
    let mut reader = ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(reader);
    let names: Vec<String> = reader.headers()?.iter().map(folded).collect();
    if !is_enough(&names) {
        bail!(
            "its first line must name a column `id` and a column `name` or `identifier` \
             (gatelog directory import --help lists the names)"
        );
    }
    Ok(Reader::Table { reader, names })
}

fn next_of_table(
    reader: &mut csv::Reader<Box<dyn BufRead>>,
    names: &[String],
) -> csv::Result<Option<Row>> {
    let mut record = ByteRecord::new();
    if !reader.read_byte_record(&mut record)? {
        return Ok(None);
    }
    let line = record.position().map_or(0, csv::Position::line);
    Ok(Some(Row { line, values: cells(&record, names) }))
}

fn cells(record: &ByteRecord, names: &[String]) -> Result<Values, String> {
    if record.len() != names.len() {
        return Err(format!("it has {} cells, and the header {}", record.len(), names.len()));
    }
    let text =
        |cell: &[u8]| String::from_utf8(cell.to_vec()).map_err(|_| "it is not UTF-8".to_owned());
    names.iter().zip(record).map(|(name, cell)| Ok((name.clone(), text(cell)?))).collect()
}

fn next_of_json(
    input: &mut Input,
    lines: &mut VecDeque<(u64, Vec<u8>)>,
) -> anyhow::Result<Option<Row>> {
    if lines.is_empty()
        && let Some(chunk) = input.next_chunk()?
    {
        lines.extend(chunk.lines().map(|(number, line)| (number, line.to_vec())));
    }
    let next = lines.pop_front();
    Ok(next.map(|(line, record)| Row { line, values: members(&record) }))
}

fn members(record: &[u8]) -> Result<Values, String> {
    let object: Map<String, Value> = serde_json::from_slice(record).map_err(|error| {
        let reason = error.to_string();
        // Its line is always 1, and told already.
        let reason = reason.split(" at line ").next().unwrap_or_default();
        format!("column {}: {reason}", error.column())
    })?;
    let text = |value: Value| match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    let members = object.into_iter();
    Ok(members.filter_map(|(name, value)| Some((folded(&name), text(value)?))).collect())
}
