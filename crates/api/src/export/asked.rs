//! The parameters of an export.

use axum::http::Uri;
use gatelog_event::time::UnixMicros;
use gatelog_ledger::PageStart;
use gatelog_query::Order;

use super::column::{self, Column};
use crate::events::cursor;
use crate::parameters::Parameters;
use crate::problem::Problem;
use crate::question::Question;

/// What is to be exported, and how.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) question: Question,
    pub(super) format: Format,
    pub(super) order: Order,
    pub(super) start: PageStart,
    /// How many events at most.
    pub(super) limit: u64,
}

/// What a file of events can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFormat {
    /// Events as `/v1/events` returns them, one in each line.
    Ndjson,
    /// Columns in lines (RFC 4180).
    Csv,
    /// Columns in an Apache Parquet file.
    Parquet,
}

/// How the rows are written.
#[derive(Debug)]
pub(super) enum Format {
    /// Events as `/v1/events` returns them, one in each line.
    Ndjson {
        /// Whether each has its cursor.
        with_cursors: bool,
    },
    /// These columns, in lines (RFC 4180).
    Csv(Vec<Column>),
    /// These columns, in an Apache Parquet file.
    Parquet(Vec<Column>),
}

impl Asked {
    pub(super) fn read(uri: &Uri, now: UnixMicros) -> Result<Self, Problem> {
        let mut parameters = Parameters::of(uri)?;
        let format = Format::take(&mut parameters)?;
        let order = match parameters.take("order")?.as_deref() {
            None | Some("asc") => Order::OldestFirst,
            Some("desc") => Order::NewestFirst,
            Some(_) => return Err(Problem::bad_request("`order` is `asc` or `desc`")),
        };
        let start = match parameters.take("cursor")? {
            None => PageStart::First,
            Some(text) => cursor::after(order, &text)?,
        };
        let limit = parameters.take_number("limit")?.unwrap_or(u64::MAX);
        let question = Question::take(&mut parameters, now)?;
        let own = "format, fields, cursors, order, limit, cursor";
        parameters.finish(&Question::known_parameters(own))?;
        Ok(Self { question, format, order, start, limit })
    }
}

impl FileFormat {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Ndjson, Self::Csv, Self::Parquet];

    /// The value of the parameter `format`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }

    /// The format with this name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}

impl Format {
    fn take(parameters: &mut Parameters) -> Result<Self, Problem> {
        let with_cursors = match parameters.take("cursors")?.as_deref() {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => return Err(Problem::bad_request("`cursors` is `true` or `false`")),
        };
        let fields = parameters.take("fields")?;
        let file = match parameters.take("format")?.as_deref() {
            None => FileFormat::Ndjson,
            Some(name) => FileFormat::from_name(name)
                .ok_or_else(|| Problem::bad_request("`format` is `ndjson`, `csv` or `parquet`"))?,
        };
        Self::of(file, fields.as_deref(), with_cursors)
    }

    /// A file with the columns named in `fields`, or the usual ones.
    pub(super) fn of(
        file: FileFormat,
        fields: Option<&str>,
        with_cursors: bool,
    ) -> Result<Self, Problem> {
        let columns = |default: &str| {
            let mut columns = column::columns(fields.unwrap_or(default))?;
            if with_cursors && !columns.contains(&Column::Cursor) {
                columns.push(Column::Cursor);
            }
            Ok::<_, Problem>(columns)
        };
        match file {
            FileFormat::Ndjson if fields.is_some() => Err(Problem::bad_request(
                "`fields` are the columns of `csv` and `parquet`; `ndjson` has whole events",
            )),
            FileFormat::Ndjson => Ok(Self::Ndjson { with_cursors }),
            FileFormat::Csv => Ok(Self::Csv(columns(column::CSV_DEFAULT)?)),
            FileFormat::Parquet => Ok(Self::Parquet(columns(column::PARQUET_DEFAULT)?)),
        }
    }

    /// Whether it is compressed by itself.
    pub(super) fn is_compressed(&self) -> bool {
        matches!(self, Self::Parquet(_))
    }

    pub(super) fn media_type(&self) -> &'static str {
        match self {
            Self::Ndjson { .. } => "application/x-ndjson",
            Self::Csv(_) => "text/csv; charset=utf-8; header=present",
            Self::Parquet(_) => "application/vnd.apache.parquet",
        }
    }

    pub(super) fn extension(&self) -> &'static str {
        match self {
            Self::Ndjson { .. } => FileFormat::Ndjson.name(),
            Self::Csv(_) => FileFormat::Csv.name(),
            Self::Parquet(_) => FileFormat::Parquet.name(),
        }
    }
}
