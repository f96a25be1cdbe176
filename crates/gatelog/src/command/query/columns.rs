//! The columns that were asked for, of as many events as were asked for.
//!
//! They are those of an export, which answers this question too: what can be a column, and what
//! stands in it, is said in one place. Parquet keeps apart what CSV writes the same: numbers,
//! times, and texts that are not there.

use anyhow::Context;
use bytes::Bytes;
use gatelog_event::time::UnixMicros;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use reqwest::header::HeaderMap;

use super::events::{LIMIT_DEFAULT, tell_total};
use crate::answers::{Answers, Parameters};
use crate::arguments::{ExportFormat, Query};
use crate::command::export::TOTAL;
use crate::output::column::toned;
use crate::output::table::{Cell, Table};
use crate::output::time::Clockface;

pub(super) fn run(
    arguments: &Query,
    fields: &str,
    answers: &Answers,
    mut parameters: Parameters,
) -> anyhow::Result<()> {
    let limit = arguments.limit.unwrap_or(LIMIT_DEFAULT);
    parameters.push(("order", arguments.order.name().to_owned()));
    parameters.push(("limit", limit.to_string()));
    parameters.push(("format", ExportFormat::Parquet.name().to_owned()));
    parameters.push(("fields", fields.to_owned()));
    let stream = answers.stream("/v1/export", &parameters, HeaderMap::new())?;
    let total = stream.number(TOTAL).context("the answer does not say how many events match")?;
    let table = table(stream.whole()?, &Clockface::new(arguments.utc));
    let (table, shown) = table.context("the answer is not what was expected")?;
    table.print();
    tell_total(shown, total);
    Ok(())
}

/// The rows of a Parquet file, and how many they are.
fn table(file: Vec<u8>, clockface: &Clockface) -> anyhow::Result<(Table, u64)> {
    let reader = SerializedFileReader::new(Bytes::from(file))?;
    let columns = reader.metadata().file_metadata().schema_descr().columns();
    let mut table = Table::new(columns.iter().map(|column| column.name()));
    let mut shown = 0;
    for row in reader.get_row_iter(None)? {
        table.push(cells(&row?, clockface));
        shown += 1;
    }
    Ok((table, shown))
}

fn cells(row: &Row, clockface: &Clockface) -> Vec<Cell> {
    let cell = |(name, field): (&String, &Field)| match field {
        Field::Null => Cell::plain(""),
        Field::Str(text) => toned(name, text),
        Field::TimestampMicros(time) => {
            Cell::whole(&clockface.show(&UnixMicros::clamped(*time).to_string()))
        }
        other => Cell::plain(&other.to_string()),
    };
    row.get_column_iter().map(cell).collect()
}
