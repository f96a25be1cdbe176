//! Parquet in several files, resumed behind the last whole one.
//!
//! A Parquet file ends with its description, so it cannot be continued. Files that are whole are
//! kept: `events-00001.parquet`, `events-00002.parquet`, and so on; the cursor in the last row of
//! one says where the next begins.

use std::fs::File;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use indicatif::ProgressBar;
use parquet::data_type::ByteArrayType;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};

use super::partial::{Partial, is_there};
use super::{Exporter, interrupted};
use crate::answers::Stream;
use crate::arguments::Export;

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
    let Export { output, limit, .. } = exporter.arguments;
    let mut begun = begun(exporter.arguments)?;
    let mut progress: Option<ProgressBar> = None;
    loop {
        let path = part_path(output, begun.parts + 1);
        let rest = limit.map_or(u64::MAX, |limit| limit.saturating_sub(begun.rows));
        let asked = part_rows.get().min(rest);
        let mut stream = exporter.begin(begun.cursor.clone(), true, Some(asked))?;
        progress.get_or_insert_with(|| exporter.progress(&stream)).set_position(begun.rows);
        let mut partial = Partial::create(&path)?;
        copy(&mut stream, &mut partial).with_context(|| interrupted(begun.rows))?;
        partial.finish()?;
        let part = Part::read(&path)?;
        if part.rows == 0 && begun.parts > 0 {
            remove(&path)?;
        }
        begun.rows += part.rows;
        if part.rows < part_rows.get() {
            return Ok(Some(begun.rows));
        }
        begun.parts += 1;
        begun.cursor = part.cursor;
    }
}

/// The parts that are there already: to go on behind, to be replaced, or in the way.
fn begun(arguments: &Export) -> anyhow::Result<Begun> {
    let mut begun = Begun::default();
    let mut number = 1;
    loop {
        let path = part_path(&arguments.output, number);
        if !is_there(&path)? {
            return Ok(begun);
        }
        if arguments.force {
            remove(&path)?;
        } else if arguments.resume {
            let part = Part::read(&path)?;
            begun.parts = number;
            begun.rows += part.rows;
            // The last part may be empty: then it goes on behind the one before.
            begun.cursor = part.cursor.or(begun.cursor);
        } else {
            let name = path.display();
            bail!("{name} is there already; --resume goes on, --force begins again");
        }
        number += 1;
    }
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
