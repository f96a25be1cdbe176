//! NDJSON or CSV, resumed behind the last whole row.
//!
//! Every row ends with its cursor. Of an interrupted file the part of a row at its end is cut off,
//! and the export goes on behind the cursor of the last whole one.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, bail};
use serde::Deserialize;

use super::partial::{Partial, bytes_at, check_free, is_there, partial_path};
use super::rows::Rows;
use super::{Exporter, interrupted};
use crate::answers::Stream;
use crate::arguments::{Export, ExportFormat};

/// What an interrupted export left behind.
struct Begun {
    /// The whole rows in it.
    rows: u64,
    /// Where the last of them ends.
    length: u64,
    /// The names of its columns, as they are written.
    header: Vec<u8>,
    /// The cursor of the last row.
    cursor: String,
}

/// Exports to the file, and returns how many events are in it.
pub(super) fn export(exporter: &Exporter<'_>) -> anyhow::Result<Option<u64>> {
    let Export { output, resume, force, limit, without_cursors, .. } = exporter.arguments;
    let format = exporter.arguments.format();
    check_free(output, *force)?;
    let begun = begun(output, format, *resume, *force)?;
    let before = begun.as_ref().map_or(0, |begun| begun.rows);
    let cursor = begun.as_ref().map(|begun| begun.cursor.clone());
    let rest = limit.map(|limit| limit.saturating_sub(before));
    let mut stream = exporter.begin(cursor, !without_cursors, rest)?;
    let (mut partial, header) = match begun {
        None => (Partial::create(output)?, Vec::new()),
        Some(Begun { length, header, .. }) => (Partial::resume(output, length)?, header),
    };
    let (mut rows, progress) = (Rows::new(format), exporter.progress(&stream));
    let copied = copy(&mut stream, &mut partial, &header, |piece| {
        rows.pass(piece);
        progress.reach(before + rows.count());
    });
    progress.finish();
    let count = before + rows.count();
    copied.and_then(|()| partial.finish()).with_context(|| interrupted(count))?;
    Ok(Some(count))
}

/// Copies rows to the file. The header that is in the file already is left out.
fn copy(
    stream: &mut Stream<'_>,
    partial: &mut Partial,
    header: &[u8],
    mut pass: impl FnMut(&[u8]),
) -> anyhow::Result<()> {
    let mut start = Vec::new();
    while start.len() < header.len()
        && let Some(piece) = stream.next()?
    {
        pass(&piece);
        start.extend_from_slice(&piece);
    }
    let Some(rest) = start.strip_prefix(header) else {
        bail!("the file has other columns; --force begins again");
    };
    partial.write(rest)?;
    while let Some(piece) = stream.next()? {
        pass(&piece);
        partial.write(&piece)?;
    }
    Ok(())
}

/// What there is to go on with; `None` to begin anew.
fn begun(
    path: &Path,
    format: ExportFormat,
    resume: bool,
    force: bool,
) -> anyhow::Result<Option<Begun>> {
    let partial = partial_path(path);
    if force || !is_there(&partial)? {
        return Ok(None);
    }
    let name = partial.display();
    if !resume {
        bail!("{name} is an export that was interrupted; --resume goes on, --force begins again");
    }
    let mut file = File::open(&partial).with_context(|| format!("cannot open {name}"))?;
    let rows = count(&file, format).with_context(|| format!("cannot read {name}"))?;
    if rows.count() == 0 {
        return Ok(None);
    }
    let (start, length) = rows.last();
    let header = bytes_at(&mut file, 0, rows.header_end());
    let header = header.with_context(|| format!("cannot read {name}"))?;
    let last = bytes_at(&mut file, start, length);
    let last = last.with_context(|| format!("cannot read {name}"))?;
    let cursor = match format {
        ExportFormat::Csv => cursor_of_csv(&header, &last),
        ExportFormat::Ndjson | ExportFormat::Parquet => cursor_of_json(&last),
    };
    let cursor = cursor.with_context(|| {
        format!("{name} has no cursor in its last row to go on behind; --force begins again")
    })?;
    Ok(Some(Begun { rows: rows.count(), length, header, cursor }))
}

fn count(file: &File, format: ExportFormat) -> std::io::Result<Rows> {
    let mut reader = BufReader::with_capacity(1 << 20, file);
    let mut rows = Rows::new(format);
    loop {
        let bytes = reader.fill_buf()?;
        if bytes.is_empty() {
            return Ok(rows);
        }
        rows.pass(bytes);
        let length = bytes.len();
        reader.consume(length);
    }
}

fn cursor_of_json(row: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Event {
        cursor: String,
    }
    let event: Event = serde_json::from_slice(row).ok()?;
    Some(event.cursor)
}

fn cursor_of_csv(header: &[u8], row: &[u8]) -> Option<String> {
    let table = [header, row].concat();
    let mut reader = csv::Reader::from_reader(table.as_slice());
    let column = reader.headers().ok()?.iter().position(|name| name == "cursor")?;
    let row = reader.records().next()?.ok()?;
    row.get(column).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_ends_with_its_cursor() {
        assert_eq!(cursor_of_json(b"{\"id\":\"1\",\"cursor\":\"1a\"}\n").as_deref(), Some("1a"));
        assert_eq!(cursor_of_json(b"{\"id\":\"1\"}\n"), None);
        let header = b"type,cursor\r\n";
        assert_eq!(cursor_of_csv(header, b"\"a\n,b\",1a\r\n").as_deref(), Some("1a"));
        assert_eq!(cursor_of_csv(b"type\r\n", b"a\r\n"), None);
    }
}
