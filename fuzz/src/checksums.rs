//! Files of the ledger whose content was changed, with checksums that fit again.
//!
//! Without this the checksum would be all that is ever tested: no changed byte gets past it. The
//! grammars are in `docs/formats/`.

use std::ops::Range;

/// A log file with the checksum of every group that has its place.
pub fn of_log(bytes: &[u8]) -> Vec<u8> {
    const MAGIC: &[u8] = b"GLGR";
    const HEADER_BYTES: usize = 24;
    const ALIGNMENT: usize = 8;
    let mut file = bytes.to_vec();
    let mut start = HEADER_BYTES;
    while let Some(group) = file.get(start..) {
        let batches = HEADER_BYTES..HEADER_BYTES.saturating_add(number(group, 4..8));
        let (length, sequence) = (group.get(4..8), group.get(8..16));
        let covered = (group.starts_with(MAGIC), length, sequence, group.get(batches.clone()));
        let (true, Some(length), Some(sequence), Some(content)) = covered else {
            start += ALIGNMENT;
            continue;
        };
        let crc =
            [sequence, content].into_iter().fold(crc32c::crc32c(length), crc32c::crc32c_append);
        put(&mut file, start + 16, crc);
        start = (start + batches.end).next_multiple_of(ALIGNMENT);
    }
    file
}

/// A segment with the checksums of its blocks, parts and directory.
pub fn of_segment(bytes: &[u8]) -> Vec<u8> {
    const TRAILER_BYTES: usize = 24;
    const SUMMARY_BYTES: usize = 32;
    const ENTRY_BYTES: usize = 24;
    const PLAIN_BLOCKS: u8 = 8;
    const BLOCKS: u8 = 11;
    let mut file = bytes.to_vec();
    let Some(trailer) = file.len().checked_sub(TRAILER_BYTES) else { return file };
    let directory = number(&file, trailer..trailer + 8);
    for entry in (directory.saturating_add(SUMMARY_BYTES)..trailer).step_by(ENTRY_BYTES) {
        let start = number(&file, entry + 8..entry + 16);
        let part = start..start.saturating_add(number(&file, entry + 16..entry + 24));
        match file.get(entry) {
            Some(&PLAIN_BLOCKS) => fit_plain_blocks(&mut file, part.clone()),
            Some(&BLOCKS) => fit_blocks(&mut file, part.clone()),
            _ => {}
        }
        if let Some(content) = file.get(part) {
            let crc = crc32c::crc32c(content);
            put(&mut file, entry + 4, crc);
        }
    }
    if let (Some(content), Some(place)) =
        (file.get(directory..trailer), file.get(trailer..trailer + 12))
    {
        let crc = crc32c::crc32c_append(crc32c::crc32c(content), place);
        put(&mut file, trailer + 12, crc);
    }
    file
}

/// The blocks of version 2, which stand one after the other behind the header.
fn fit_blocks(file: &mut [u8], index: Range<usize>) {
    const BLOCK_BYTES: usize = 8;
    let mut start = 16_usize;
    for block in (index.start..index.end.min(file.len())).step_by(BLOCK_BYTES) {
        let end = start.saturating_add(number(file, block + 1..block + 4));
        if let Some(content) = file.get(start..end) {
            let crc = crc32c::crc32c(content);
            put(file, block + 4, crc);
        }
        start = end;
    }
}

/// The blocks of version 1.
fn fit_plain_blocks(file: &mut [u8], index: Range<usize>) {
    const HEADER_BYTES: usize = 8;
    const BLOCK_BYTES: usize = 24;
    let end = index.end.min(file.len());
    for block in (index.start.saturating_add(HEADER_BYTES)..end).step_by(BLOCK_BYTES) {
        let start = number(file, block + 16..block + 24);
        let length = number(file, block + 8..block + 12);
        if let Some(content) = file.get(start..start.saturating_add(length)) {
            let crc = crc32c::crc32c(content);
            put(file, block + 12, crc);
        }
    }
}

/// A little-endian number of up to eight bytes; what is not there reads as the largest.
fn number(file: &[u8], place: Range<usize>) -> usize {
    let Some(bytes) = file.get(place) else { return usize::MAX };
    let number = bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte));
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn put(file: &mut [u8], start: usize, crc: u32) {
    if let Some(place) = file.get_mut(start..start + 4) {
        place.copy_from_slice(&crc.to_le_bytes());
    }
}
