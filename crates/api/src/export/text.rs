//! Rows as NDJSON or CSV.

use std::io;

use csv::{Terminator, WriterBuilder};
use gatelog_query::Order;

use super::column::{Cell, Column, Known};
use crate::events::cursor;
use crate::events::told::Told;
use crate::events::wire::write_line;
use crate::seen::{SeenEvent, SeenNames};

/// Writes events as whole JSON objects, one in each line.
pub(super) fn ndjson(
    events: &[SeenEvent],
    names: Option<SeenNames<'_>>,
    cursors: Option<Order>,
) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    for event in events {
        let cursor = cursors.map(|order| cursor::encode(order, event.position));
        write_line(event, names, cursor, &mut out)?;
        out.push(b'\n');
    }
    Ok(out)
}

/// The line with the names of columns.
pub(super) fn csv_header(columns: &[Column]) -> io::Result<Vec<u8>> {
    let mut writer = csv_writer();
    writer.write_record(columns.iter().map(|column| safe(column.name().into_owned())))?;
    finished(writer)
}

/// Writes events as lines of columns.
pub(super) fn csv(
    events: &[SeenEvent],
    known: Known<'_>,
    columns: &[Column],
) -> io::Result<Vec<u8>> {
    let mut writer = csv_writer();
    for event in events {
        let told = Told::of(event, known.names)?;
        for column in columns {
            match column.cell(&told, known) {
                Cell::Sequence(number) => writer.write_field(number.to_string())?,
                Cell::Time(time) => writer.write_field(time.to_string())?,
                Cell::Text(None) => writer.write_field("")?,
                Cell::Text(Some(text)) => writer.write_field(safe(text.into_owned()))?,
            }
        }
        writer.write_record(None::<&[u8]>)?;
    }
    finished(writer)
}

/// A cell that a spreadsheet does not take for a formula (DESIGN invariant 10).
fn safe(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{text}") } else { text }
}

fn csv_writer() -> csv::Writer<Vec<u8>> {
    WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new())
}

fn finished(writer: csv::Writer<Vec<u8>>) -> io::Result<Vec<u8>> {
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}
