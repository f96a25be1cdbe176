//! Records on disk until Gatelog has taken them, in the order in which they came.
//!
//! ```text
//! spool  := lock key file*          files are named 00000000000000000001.spool and so on
//! file   := record*
//! record := length:u32 crc32c:u32 bytes       little-endian; the checksum is of the bytes
//! ```
//!
//! A file is appended to, never changed, and removed when Gatelog has taken all of it. A process
//! appends to files that it made itself only, so what another one left unfinished stays at an end.
//! After the process was killed, files are sent from their beginning: Gatelog keeps each event once.

use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use gatelog_event::limits::RECORD_BYTES_MAX;
use tokio::sync::Notify;

use crate::limits::SPOOL_FILE_BYTES_MAX;

/// Length and checksum of a record, in bytes.
const HEAD_BYTES: usize = 8;

/// Only who runs the proxy reads what is in the spool.
const FILE_MODE: u32 = 0o600;
const DIRECTORY_MODE: u32 = 0o700;

/// Records that wait for Gatelog.
#[derive(Debug)]
pub(crate) struct Spool {
    directory: PathBuf,
    bytes_max: u64,
    state: Mutex<State>,
    /// Told when there is something new.
    appended: Notify,
    /// Held for as long as this process uses the directory.
    _lock: File,
}

#[derive(Debug)]
struct State {
    files: VecDeque<SpoolFile>,
    /// The last of the files, while it is appended to.
    open: Option<File>,
    next_number: u64,
    /// What of the first file Gatelog has taken.
    taken_bytes: u64,
}

#[derive(Debug)]
struct SpoolFile {
    number: u64,
    bytes: u64,
}

/// Records that follow each other.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Batch {
    pub(crate) records: Vec<Vec<u8>>,
    /// How far they reach in the first file.
    end_bytes: u64,
}

impl Spool {
    /// Opens a directory, which is created if it is not there.
    ///
    /// # Errors
    /// When it cannot be used, or another process uses it.
    pub(crate) fn open(directory: &Path, bytes_max: u64) -> io::Result<Self> {
        fs::DirBuilder::new().recursive(true).mode(DIRECTORY_MODE).create(directory)?;
        let lock = private().create(true).truncate(false).open(directory.join("lock"))?;
        lock.try_lock().map_err(|error| match error {
            fs::TryLockError::WouldBlock => io::Error::other("another process uses it"),
            fs::TryLockError::Error(error) => error,
        })?;
        let mut files = Vec::new();
        for entry in fs::read_dir(directory)? {
            let entry = entry?;
            let name = entry.file_name();
            let number = name.to_str().and_then(|name| name.strip_suffix(".spool"));
            if let Some(number) = number.and_then(|number| number.parse().ok()) {
                files.push(SpoolFile { number, bytes: entry.metadata()?.len() });
            }
        }
        files.sort_by_key(|file| file.number);
        let next_number = files.last().map_or(1, |file| file.number + 1);
        let state = State { files: files.into(), open: None, next_number, taken_bytes: 0 };
        let (directory, state) = (directory.to_owned(), Mutex::new(state));
        Ok(Self { directory, bytes_max, state, appended: Notify::new(), _lock: lock })
    }

    /// A secret of this spool, which `make` fills when it is first asked for.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub(crate) fn key(
        &self,
        make: impl FnOnce(&mut [u8]) -> io::Result<()>,
    ) -> io::Result<[u8; 32]> {
        let path = self.directory.join("key");
        let mut key = [0; 32];
        match fs::read(&path) {
            Ok(bytes) => {
                key = bytes.try_into().map_err(|_| io::Error::other("its key is damaged"))?
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                make(&mut key)?;
                // Whole or not at all: a key that is cut off would end every later start.
                let draft = self.directory.join("key.new");
                let mut file = private().create(true).truncate(true).open(&draft)?;
                file.write_all(&key)?;
                file.sync_all()?;
                fs::rename(draft, path)?;
            }
            Err(error) => return Err(error),
        }
        Ok(key)
    }

    /// Appends records in their order, as many as there is room for, and tells how many. They
    /// outlive this process, and once this returns the machine too.
    ///
    /// # Errors
    /// When they cannot be written; none of them counts then, though some may be there.
    pub(crate) fn append(&self, records: &[Vec<u8>]) -> io::Result<usize> {
        let mut state = self.state();
        let mut free_bytes = self.bytes_max.saturating_sub(state.bytes());
        let mut text = Vec::new();
        let mut count = 0;
        for record in records {
            let bytes = HEAD_BYTES as u64 + record.len() as u64;
            let Some(left_bytes) = free_bytes.checked_sub(bytes) else { break };
            let Ok(length) = u32::try_from(record.len()) else { break };
            text.extend_from_slice(&length.to_le_bytes());
            text.extend_from_slice(&crc32c::crc32c(record).to_le_bytes());
            text.extend_from_slice(record);
            free_bytes = left_bytes;
            count += 1;
        }
        if count > 0 {
            self.write(&mut state, &text)?;
            self.appended.notify_one();
        }
        Ok(count)
    }

    fn write(&self, state: &mut State, text: &[u8]) -> io::Result<()> {
        let is_full = state.files.back().is_some_and(|file| file.bytes >= SPOOL_FILE_BYTES_MAX);
        let mut open = match state.open.take().filter(|_| !is_full) {
            Some(file) => file,
            None => {
                let number = state.next_number;
                let file = private().create_new(true).open(self.path(number))?;
                File::open(&self.directory)?.sync_all()?;
                state.next_number += 1;
                state.files.push_back(SpoolFile { number, bytes: 0 });
                file
            }
        };
        // After an error the file is not open any more: what follows half a record is not read.
        open.write_all(text)?;
        open.sync_data()?;
        if let Some(file) = state.files.back_mut() {
            file.bytes += text.len() as u64;
        }
        state.open = Some(open);
        Ok(())
    }

    /// The oldest records, up to `bytes_max` bytes and at least one; none if there are none.
    ///
    /// # Errors
    /// When they cannot be read.
    pub(crate) fn oldest(&self, bytes_max: usize) -> io::Result<Batch> {
        let mut state = self.state();
        loop {
            let Some(file) = state.files.front() else { return Ok(Batch::default()) };
            let path = self.path(file.number);
            let bytes = fs::read(&path)?;
            let end = usize::try_from(file.bytes).unwrap_or(usize::MAX).min(bytes.len());
            let begin = usize::try_from(state.taken_bytes).unwrap_or(usize::MAX);
            let mut rest = bytes.get(begin..end).unwrap_or_default();
            let mut records = Vec::new();
            let mut total = 0;
            while let Some((record, left)) = split_record(rest) {
                if total + record.len() > bytes_max && !records.is_empty() {
                    break;
                }
                total += record.len();
                records.push(record.to_vec());
                rest = left;
            }
            if !records.is_empty() {
                return Ok(Batch { records, end_bytes: (end - rest.len()) as u64 });
            }
            if !rest.is_empty() {
                let (file, bytes) = (path.display(), rest.len());
                tracing::error!(%file, bytes, "a file of the spool ends in what is no record");
            }
            self.remove_first(&mut state)?;
        }
    }

    /// Forgets what [`Spool::oldest`] gave: Gatelog has taken it.
    ///
    /// # Errors
    /// When a file cannot be removed.
    pub(crate) fn taken(&self, batch: &Batch) -> io::Result<()> {
        let mut state = self.state();
        state.taken_bytes = batch.end_bytes;
        match state.files.front() {
            Some(file) if file.bytes <= state.taken_bytes => self.remove_first(&mut state),
            _ => Ok(()),
        }
    }

    fn remove_first(&self, state: &mut State) -> io::Result<()> {
        let Some(file) = state.files.front() else { return Ok(()) };
        fs::remove_file(self.path(file.number))?;
        state.files.pop_front();
        state.taken_bytes = 0;
        if state.files.is_empty() {
            state.open = None;
        }
        Ok(())
    }

    /// Waits until something was appended since the last time.
    pub(crate) async fn appended(&self) {
        self.appended.notified().await;
    }

    /// How many bytes wait for Gatelog.
    pub(crate) fn bytes(&self) -> u64 {
        self.state().bytes()
    }

    fn path(&self, number: u64) -> PathBuf {
        self.directory.join(format!("{number:020}.spool"))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).mode(FILE_MODE);
    options
}

/// The first record of `bytes`, and what follows it; `None` if they do not begin with a whole one.
fn split_record(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    let (checksum, rest) = rest.split_first_chunk()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    if length > RECORD_BYTES_MAX {
        return None;
    }
    let (record, rest) = rest.split_at_checked(length)?;
    (crc32c::crc32c(record) == u32::from_le_bytes(*checksum)).then_some((record, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(texts: &[&str]) -> Vec<Vec<u8>> {
        texts.iter().map(|text| text.as_bytes().to_vec()).collect()
    }

    /// Everything that is there, taken as it is read.
    fn drained(spool: &Spool) -> Vec<String> {
        let mut found = Vec::new();
        loop {
            let batch = spool.oldest(4).unwrap();
            if batch.records.is_empty() {
                return found;
            }
            spool.taken(&batch).unwrap();
            found.extend(batch.records.into_iter().map(|one| String::from_utf8(one).unwrap()));
        }
    }

    #[test]
    fn records_come_out_in_their_order_also_after_another_start() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::open(folder.path(), 1 << 20).unwrap();
        assert_eq!(spool.append(&records(&["a", "bb", "ccc"])).unwrap(), 3);
        assert!(Spool::open(folder.path(), 1).is_err(), "two processes use one spool");
        let first = spool.oldest(3).unwrap();
        assert_eq!(first.records, records(&["a", "bb"]));
        spool.taken(&first).unwrap();
        drop(spool);
        let spool = Spool::open(folder.path(), 1 << 20).unwrap();
        spool.append(&records(&["d"])).unwrap();
        assert_eq!(drained(&spool), ["a", "bb", "ccc", "d"]);
        assert_eq!(spool.bytes(), 0);
        spool.append(&records(&["e"])).unwrap();
        assert_eq!(drained(&spool), ["e"]);
    }

    #[test]
    fn a_full_spool_takes_no_more_until_something_was_taken() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::open(folder.path(), 20).unwrap();
        assert_eq!(spool.append(&records(&["a", "b", "c"])).unwrap(), 2);
        assert_eq!(spool.append(&records(&["c"])).unwrap(), 0);
        assert_eq!(drained(&spool), ["a", "b"]);
        assert_eq!(spool.append(&records(&["c"])).unwrap(), 1);
    }

    #[test]
    fn what_was_cut_off_or_damaged_is_left_out() {
        for (cut_bytes, flipped, expected) in [
            (1, None, &["a", "c"][..]),
            (9, None, &["a", "c"]),
            (0, Some(8), &["c"]),
            (0, Some(17), &["a", "c"]),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let spool = Spool::open(folder.path(), 1 << 20).unwrap();
            spool.append(&records(&["a", "b"])).unwrap();
            drop(spool);
            let path = folder.path().join("00000000000000000001.spool");
            let mut bytes = fs::read(&path).unwrap();
            bytes.truncate(bytes.len() - cut_bytes);
            if let Some(offset) = flipped {
                bytes[offset] ^= 1;
            }
            fs::write(&path, bytes).unwrap();
            let spool = Spool::open(folder.path(), 1 << 20).unwrap();
            spool.append(&records(&["c"])).unwrap();
            assert_eq!(drained(&spool), expected, "{cut_bytes} {flipped:?}");
        }
    }

    #[test]
    fn its_key_is_made_once() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::open(folder.path(), 1).unwrap();
        let made = spool
            .key(|bytes| {
                bytes.fill(7);
                Ok(())
            })
            .unwrap();
        assert_eq!((made, spool.key(|_| unreachable!()).unwrap()), ([7; 32], [7; 32]));
    }
}
