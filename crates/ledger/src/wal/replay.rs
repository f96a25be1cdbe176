//! From files back to batches after a stop or a crash.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;

use super::group::{ALIGNMENT, Batch, Group};
use super::log::{HEADER_BYTES, Log, LogFile, MAGIC, VERSION};
use crate::atomic;
use crate::codec::bytes::Take;
use crate::error::{Context, Error, Result};
use crate::files::FileSystem;
use crate::row::Sequence;
use crate::segment::layout::check_header;

/// Reads all log files in order, hands every batch to `visit`, and returns the log to append to.
///
/// What a crash cut short at the end of the last file was acknowledged to nobody and is cut off.
///
/// # Errors
/// [`Error::Corrupt`] with file and offset when an acknowledged group is damaged or missing, or
/// when `visit` fails; [`Error::NewerFormat`]; [`Error::Io`].
pub(crate) fn replay(
    files: &Arc<dyn FileSystem>,
    directory: &Path,
    visit: impl FnMut(Batch) -> Result<()>,
) -> Result<Log> {
    let Contents { log_files, leftover, next_file_number, next_group_number } =
        read(&**files, directory, visit)?;
    match leftover {
        Leftover::None => {}
        Leftover::NeverBegun(path) => files.remove(&path).context("remove", &path)?,
        Leftover::Tail => {
            if let Some(LogFile { path, byte_count, .. }) = log_files.last() {
                let handle = files.open(path).context("open", path)?;
                handle.set_len(*byte_count).context("trim", path)?;
                handle.sync_data().context("sync", path)?;
            }
        }
    }
    let (files, directory) = (Arc::clone(files), directory.to_owned());
    Ok(Log::new(files, directory, log_files, next_file_number, next_group_number))
}

/// The log as it is on disk.
#[derive(Debug)]
pub(crate) struct Contents {
    /// Files with groups, in the order of their numbers.
    pub(crate) log_files: Vec<LogFile>,
    pub(crate) leftover: Leftover,
    next_file_number: u64,
    next_group_number: u64,
}

/// What a crash left that was acknowledged to nobody, or what the running server has allocated.
#[derive(Debug)]
pub(crate) enum Leftover {
    None,
    /// The newest file, whose header was not written yet.
    NeverBegun(PathBuf),
    /// What stands behind the last group of the last file.
    Tail,
}

/// Reads all log files in order and hands every batch to `visit`. Changes nothing.
///
/// # Errors
/// As [`replay`].
pub(crate) fn read(
    files: &dyn FileSystem,
    directory: &Path,
    mut visit: impl FnMut(Batch) -> Result<()>,
) -> Result<Contents> {
    let mut numbered = numbered_files(files, directory)?;
    numbered.sort();
    let (mut log_files, mut leftover) = (Vec::new(), Leftover::None);
    let (mut next_group, mut next_file_number) = (None, 1);
    let file_count = numbered.len();
    for (index, (number, path)) in numbered.into_iter().enumerate() {
        let out_of_range = || Error::corrupt(&path, 0, "the file's number is out of range");
        next_file_number = number.checked_add(1).ok_or_else(out_of_range)?;
        let bytes = Bytes::from(atomic::read(files, &path)?);
        let is_last = index + 1 == file_count;
        if is_last && was_never_begun(&bytes) {
            leftover = Leftover::NeverBegun(path);
            continue;
        }
        check_file(&bytes, number, &path)?;
        let mut file = LogFile { path, byte_count: HEADER_BYTES, tenants: HashMap::new() };
        let end = replay_file(&bytes, &mut file, &mut next_group, &mut visit)?;
        file.byte_count = end as u64;
        // The next file was begun only after all of this one was synced.
        if !is_last && bytes.iter().skip(end).any(|byte| *byte != 0) {
            return Err(Error::corrupt(&file.path, end as u64, "the last group is damaged"));
        }
        if is_last && end < bytes.len() {
            leftover = Leftover::Tail;
        }
        log_files.push(file);
    }
    let next_group_number = next_group.unwrap_or(1);
    Ok(Contents { log_files, leftover, next_file_number, next_group_number })
}

/// Whether a batch goes on from `next_seq`. One that was sealed before its log file could be
/// removed does not, and is none the worse for it.
///
/// # Errors
/// [`Error::Corrupt`] when events before it are missing.
pub(crate) fn goes_on(batch: &Batch, next_seq: Sequence, directory: &Path) -> Result<bool> {
    if batch.end_seq() <= next_seq {
        return Ok(false);
    }
    if batch.first_seq == next_seq {
        return Ok(true);
    }
    let reason = format!("tenant {} has no event {next_seq}", batch.tenant);
    Err(Error::corrupt(directory, 0, reason))
}

/// Replays one file and returns where its last group ends.
fn replay_file(
    bytes: &Bytes,
    file: &mut LogFile,
    next_group: &mut Option<u64>,
    visit: &mut impl FnMut(Batch) -> Result<()>,
) -> Result<usize> {
    let mut offset = usize::try_from(HEADER_BYTES).unwrap_or(0);
    while let Some(group) = Group::at(bytes, offset) {
        let damaged = |reason: &str| Error::corrupt(&file.path, offset as u64, reason);
        if next_group.is_some_and(|expected| expected != group.number) {
            return Err(damaged("groups before this one are missing"));
        }
        let following = group.number.checked_add(1);
        *next_group = Some(following.ok_or_else(|| damaged("a group's number is out of range"))?);
        for batch in group.batches().map_err(|_| damaged("a group is malformed"))? {
            file.tenants.insert(batch.tenant.clone(), batch.end_seq());
            visit(batch)?;
        }
        offset += group.byte_count;
    }
    let behind = (offset..bytes.len()).step_by(ALIGNMENT).skip(1);
    if behind.into_iter().any(|position| Group::at(bytes, position).is_some()) {
        let reason = "a group is damaged, and later ones are whole: acknowledged events would be \
                      lost; restore this file from a copy";
        return Err(Error::corrupt(&file.path, offset as u64, reason));
    }
    Ok(offset)
}

/// A crash between creating a file and syncing its header leaves it empty or all zeros.
fn was_never_begun(bytes: &[u8]) -> bool {
    let header_bytes = usize::try_from(HEADER_BYTES).unwrap_or(0);
    bytes.len() < header_bytes || bytes.iter().all(|byte| *byte == 0)
}

fn check_file(bytes: &Bytes, number: u64, path: &Path) -> Result<()> {
    let too_short = || Error::corrupt(path, 0, "too short for a log file");
    let (head, rest) = bytes.split_first_chunk::<16>().ok_or_else(too_short)?;
    check_header(head, MAGIC, VERSION, path)?;
    match Take::new(rest).u64() {
        Ok(stated) if stated == number => Ok(()),
        _ => Err(Error::corrupt(path, 16, "the file number differs from the name")),
    }
}

fn numbered_files(files: &dyn FileSystem, directory: &Path) -> Result<Vec<(u64, PathBuf)>> {
    let names = files.list(directory).context("list", directory)?;
    let numbered = names.into_iter().filter_map(|name| {
        let number = u64::from_str_radix(name.strip_suffix(".wal")?, 16).ok()?;
        Some((number, directory.join(name)))
    });
    Ok(numbered.collect())
}

#[cfg(test)]
mod tests {
    use super::super::group::frame;
    use super::*;

    #[test]
    fn a_group_whose_number_has_no_successor_is_damaged() {
        let mut bytes = vec![0; usize::try_from(HEADER_BYTES).expect("small")];
        let mut group = Vec::new();
        frame(u64::MAX, &mut group, |out| out.push(b'x'));
        bytes.extend(group);
        let path = PathBuf::from("1.wal");
        let mut file = LogFile { path, byte_count: 0, tenants: HashMap::new() };
        let replayed = replay_file(&bytes.into(), &mut file, &mut None, &mut |_| Ok(()));
        let message = replayed.expect_err("must be refused").to_string();
        assert!(message.contains("number is out of range"), "{message}");
    }
}
