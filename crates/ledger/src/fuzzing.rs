//! What reads the formats on disk, alone, for the fuzz targets in `fuzz/`.
//!
//! Only with the feature `fuzzing`, which no crate of the product turns on.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use gatelog_query::words::Phrase;
use gatelog_query::{RecordTest, Test};

use crate::cache::SegmentCache;
use crate::codec::bytes::small;
use crate::error::{Context, Result};
use crate::execute::part::Part;
use crate::execute::rows::Rows;
use crate::execute::scan::{Budget, RowTest};
use crate::execute::words::WordTest;
use crate::files::FileSystem;
use crate::manifest::SegmentFile;
use crate::row::Column;
use crate::segment::Segment;
use crate::segment::layout::Directory;
use crate::segment::records::{Block, Tables, plain};

/// Rows that are looked at: a file may claim to have more of them than it has bytes.
const ROWS_MAX: u32 = 256;

/// Rows a segment may claim to have for sets of them to be made.
const SEARCHED_ROWS_MAX: u32 = 1 << 20;

/// Opens a segment and reads everything that queries read of it.
///
/// # Errors
/// As reading a segment: [`crate::Error::Corrupt`] at the first part that is damaged.
pub fn read_segment(files: Arc<dyn FileSystem>, path: &Path) -> Result<()> {
    let file = files.open_read_only(path).context("open", path)?;
    let summary = Directory::read(&*file, path)?.summary;
    let cache = Arc::new(SegmentCache::new(1 << 20));
    let listed = SegmentFile { summary, version: 0, byte_count: 0 };
    let segment = Segment::new(path.to_owned(), listed, files, cache);
    let middle = summary.time_min.micros().midpoint(summary.time_max.micros());
    // What is damaged in one part must not hide the others.
    let outcomes = [
        segment.check_parts(),
        segment.bundles().map(drop),
        segment.rows_between(Some(middle), None).map(drop),
        read_columns(&segment),
        read_rows(&segment),
        read_words(&segment),
    ];
    outcomes.into_iter().collect()
}

fn read_columns(segment: &Segment) -> Result<()> {
    for column in Column::DICTIONARIES {
        segment.codes(column)?;
        let (Some(dictionary), Some(values)) =
            (segment.dictionary(column)?, segment.values(column)?)
        else {
            continue;
        };
        for position in 0..dictionary.len() {
            let value = dictionary.value(position);
            let _ = (dictionary.find(value), dictionary.with_prefix(value));
            let _ = (values.find(value)?, values.count(position)?);
            segment.rows_of(column, &[small(position).saturating_add(1)])?;
        }
        let codes: Vec<u32> = (1..).take(dictionary.len()).collect();
        segment.rows_of(column, &codes)?;
    }
    Column::WITHOUT_DICTIONARY
        .into_iter()
        .try_for_each(|column| segment.fingerprints(column).map(drop))
}

fn read_rows(segment: &Segment) -> Result<()> {
    for row in 0..segment.row_count().min(ROWS_MAX) {
        segment.event(row)?;
        segment.rows_before(segment.position(row)?)?;
    }
    Ok(())
}

/// Finds rows by their words, and looks through rows for words.
fn read_words(segment: &Segment) -> Result<()> {
    if segment.row_count() > SEARCHED_ROWS_MAX {
        return Ok(());
    }
    let first_rows = Rows::range(0..segment.row_count().min(ROWS_MAX), segment.row_count());
    for phrase in ["user 3", "203", "ffff", "absent"].into_iter().filter_map(Phrase::new) {
        let test = RecordTest::Phrase(phrase);
        if let Some(words) = WordTest::new(&test) {
            segment.rows_by_words(&words)?;
            segment.rows_by_record(&RowTest::Words(&words), &first_rows, &Budget::new())?;
        }
    }
    for column in Column::WITHOUT_DICTIONARY {
        segment.candidates(column, &Test::Equals("event-1".to_owned()))?;
        segment.candidates(column, &Test::Missing)?;
    }
    Ok(())
}

/// Rows a block has at most.
const BLOCK_ROWS: u32 = 32;

/// Reads the rows of a block of records: of version 1 if the first byte is 0, else a length in four
/// bytes, tables of that length, and a block that needs them.
pub fn read_block(bytes: &[u8]) {
    let Some((version, bytes)) = bytes.split_first() else { return };
    if *version == 0 {
        if let Ok(block) = plain::Block::parse(Bytes::copy_from_slice(bytes), 0) {
            (0..ROWS_MAX).for_each(|row| drop(block.row(row)));
        }
        return;
    }
    let Some((length, bytes)) = bytes.split_first_chunk() else { return };
    let length = u32::from_le_bytes(*length) as usize;
    let Some((tables, block)) = bytes.split_at_checked(length) else { return };
    let (tables, block) = (Bytes::copy_from_slice(tables), Bytes::copy_from_slice(block));
    let Ok(tables) = Tables::open(&tables) else { return };
    if let Ok(block) = Block::open(&block, 0..BLOCK_ROWS, Arc::new(tables)) {
        (0..BLOCK_ROWS).for_each(|row| drop(block.row(row, 0)));
    }
}
