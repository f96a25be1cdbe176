//! Parquet in several files, resumed behind the last whole one.
//!
//! A Parquet file ends with its description, so it cannot be continued. Files that are whole are
//! kept: `events-00001.parquet`, `events-00002.parquet`, and so on; the cursor in the last row of
//! one says where the next begins.

use std::fs::File;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use parquet::data_type::ByteArrayType;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};

use super::partial::{Complete, Partial, is_there};
use super::{Exporter, interrupted};
use crate::answers::Stream;
use crate::arguments::Export;
use crate::output;
use crate::output::progress::Progress;

/// A Parquet file that is whole.
pub(super) struct Part {
    /// Its rows.
    pub(super) rows: u64,
    /// The cursor of its last row, if it has one.
    cursor: Option<String>,
}

/// What is there already.
#[derive(Debug, Default)]
struct Begun {
    parts: u64,
    rows: u64,
    /// The cursor of the last row.
    cursor: Option<String>,
}

/// Exports to files of so many rows, and returns how many events are in them.
pub(super) fn export(
    exporter: &Exporter<'_>,
    part_rows: NonZeroU64,
) -> anyhow::Result<Option<u64>> {
    let Export { output, force, resume, .. } = exporter.arguments;
    let old_parts = parts_there(output)?;
    if old_parts > 0 && !force && !resume {
        let name = part_path(output, 1);
        let name = name.display();
        bail!("{name} is there already; --resume goes on, --force begins again");
    }
    if old_parts > 0 && *force {
        return replace(exporter, part_rows, old_parts).map(Some);
    }
    let begun = begun(output, old_parts)?;
    let rows = write(exporter, part_rows, begun, &mut Complete::take_name, &interrupted)?;
    Ok(Some(rows))
}

/// Exports beside the parts that are there, and puts the new ones in their place when all of them
/// are whole: half of one export and half of another would pass for one.
fn replace(exporter: &Exporter<'_>, part_rows: NonZeroU64, old_parts: u64) -> anyhow::Result<u64> {
    let mut parts = Vec::new();
    let mut keep = |part| {
        parts.push(part);
        Ok(())
    };
    let rows = write(exporter, part_rows, Begun::default(), &mut keep, &|rows| {
        let events = output::events(rows);
        format!("interrupted after {events}; the files that were there are as they were")
    })?;
    let first_left = parts.len() as u64 + 1;
    parts.into_iter().try_for_each(Complete::take_name)?;
    let output = &exporter.arguments.output;
    (first_left..=old_parts).try_for_each(|number| remove(&part_path(output, number)))?;
    Ok(rows)
}

/// Writes parts behind those that are there, hands each to `keep` once it is whole, and returns
/// how many rows there are then. What ends it early is told as `interrupted` says.
fn write(
    exporter: &Exporter<'_>,
    part_rows: NonZeroU64,
    mut begun: Begun,
    keep: &mut dyn FnMut(Complete) -> anyhow::Result<()>,
    interrupted: &dyn Fn(u64) -> String,
) -> anyhow::Result<u64> {
    let limit = exporter.arguments.limit;
    let mut progress: Option<Progress> = None;
    loop {
        let rest = limit.map_or(u64::MAX, |limit| limit.saturating_sub(begun.rows));
        let asked = part_rows.get().min(rest);
        let written = write_part(exporter, &begun, asked, &mut progress);
        let (complete, part) = match begun.parts {
            // Nothing was begun yet: what is wrong says all there is to say.
            0 => written?,
            _ => written.with_context(|| interrupted(begun.rows))?,
        };
        if part.rows == 0 && begun.parts > 0 {
            remove(complete.partial())?;
        } else {
            keep(complete)?;
        }
        begun.rows += part.rows;
        if part.rows < part_rows.get() {
            progress.iter().for_each(Progress::finish);
            return Ok(begun.rows);
        }
        begun.parts += 1;
        begun.cursor = part.cursor;
    }
}

/// Writes one part of so many rows behind those that are there.
fn write_part(
    exporter: &Exporter<'_>,
    begun: &Begun,
    asked: u64,
    progress: &mut Option<Progress>,
) -> anyhow::Result<(Complete, Part)> {
    let mut stream = exporter.begin(begun.cursor.clone(), true, Some(asked))?;
    progress.get_or_insert_with(|| exporter.progress(&stream)).reach(begun.rows);
    let mut partial = Partial::create(&part_path(&exporter.arguments.output, begun.parts + 1))?;
    copy(&mut stream, &mut partial)?;
    let complete = partial.complete()?;
    let part = Part::read(complete.partial())?;
    Ok((complete, part))
}

/// How many parts are there already.
fn parts_there(output: &Path) -> anyhow::Result<u64> {
    let mut parts = 0;
    while is_there(&part_path(output, parts + 1))? {
        parts += 1;
    }
    Ok(parts)
}

/// What is in the parts that are there already.
fn begun(output: &Path, parts: u64) -> anyhow::Result<Begun> {
    let mut begun = Begun { parts, ..Begun::default() };
    for number in 1..=parts {
        let part = Part::read(&part_path(output, number))?;
        begun.rows += part.rows;
        // The last part may be empty: then it goes on behind the one before.
        begun.cursor = part.cursor.or(begun.cursor);
    }
    Ok(begun)
}

fn copy(stream: &mut Stream<'_>, partial: &mut Partial) -> anyhow::Result<()> {
    while let Some(piece) = stream.next()? {
        partial.write(&piece)?;
    }
    Ok(())
}

fn remove(path: &Path) -> anyhow::Result<()> {
    std::fs::remove_file(path).with_context(|| format!("cannot remove {}", path.display()))
}

/// `events.parquet` as `events-00001.parquet`.
fn part_path(path: &Path, number: u64) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{stem}-{number:05}.parquet"))
}

impl Part {
    /// Reads how many rows a file has, and the cursor of the last.
    ///
    /// # Errors
    /// When it is not whole.
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let name = path.display();
        let file = File::open(path).with_context(|| format!("cannot open {name}"))?;
        Self::of(file).with_context(|| format!("cannot read {name}"))
    }

    fn of(file: File) -> Result<Self, ParquetError> {
        let reader = SerializedFileReader::new(file)?;
        let metadata = reader.metadata();
        let rows = u64::try_from(metadata.file_metadata().num_rows()).unwrap_or(0);
        let columns = metadata.file_metadata().schema_descr().columns();
        let column = columns.iter().position(|column| column.name() == "cursor");
        let cursor = match (column, metadata.num_row_groups().checked_sub(1)) {
            (Some(column), Some(group)) => last_text(&reader, group, column)?,
            _ => None,
        };
        Ok(Self { rows, cursor })
    }
}

/// The last text of a column that has one in each row.
fn last_text(
    reader: &SerializedFileReader<File>,
    group: usize,
    column: usize,
) -> Result<Option<String>, ParquetError> {
    let group = reader.get_row_group(group)?;
    let rows = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
    let column = group.get_column_reader(column)?;
    let mut column = parquet::column::reader::get_typed_column_reader::<ByteArrayType>(column);
    let (mut levels, mut texts) = (Vec::new(), Vec::new());
    column.read_records(rows, Some(&mut levels), None, &mut texts)?;
    Ok(texts.last().and_then(|text| Some(text.as_utf8().ok()?.to_owned())))
}
