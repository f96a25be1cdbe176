//! Records on disk until Gatelog has taken them, in the order in which they came.
//!
//! ```text
//! spool  := lock key lost file*     files are named 00000000000000000001.spool and so on
//! file   := record*
//! record := length:u32 crc32c:u32 bytes       little-endian; the checksum is of the bytes
//! lost   := count:u64 crc32c:u32              calls that found no room and are not reported yet
//! ```
//!
//! A file is appended to, never changed, and removed when Gatelog has taken all of it. A process
//! appends to files that it made itself only, so what another one left unfinished stays at an end.
//! After the process was killed, files are sent from their beginning: Gatelog keeps each event once.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gatelog_event::limits::RECORD_BYTES_MAX;
use gatelog_ledger::files::{File, FileSystem, Lock, Randomness};
use tokio::sync::Notify;

use crate::limits::SPOOL_FILE_BYTES_MAX;

/// Length and checksum of a record, in bytes.
const HEAD_BYTES: usize = 8;

/// Where the number of lost calls is.
const LOST_FILE: &str = "lost";

/// Records that wait for Gatelog.
#[derive(Debug)]
pub(crate) struct Spool {
    file_system: Arc<dyn FileSystem>,
    directory: PathBuf,
    bytes_max: u64,
    state: Mutex<State>,
    /// Told when there is something new.
    appended: Notify,
    /// Held for as long as this process uses the directory.
    _lock: Box<dyn Lock>,
}

#[derive(Debug)]
struct State {
    files: VecDeque<SpoolFile>,
    /// The last of the files, while it is appended to.
    open: Option<Box<dyn File>>,
    next_number: u64,
    /// What of the first file Gatelog has taken.
    taken_bytes: u64,
    /// The number of lost calls on disk.
    lost: u64,
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
    pub(crate) fn open(
        file_system: Arc<dyn FileSystem>,
        directory: &Path,
        bytes_max: u64,
    ) -> io::Result<Self> {
        file_system.create_directory(directory)?;
        let lock = file_system.lock(&directory.join("lock"))?;
        let lock = lock.ok_or_else(|| io::Error::other("another process uses it"))?;
        let mut files = Vec::new();
        for name in file_system.list(directory)? {
            let number = name.strip_suffix(".spool").and_then(|number| number.parse().ok());
            if let Some(number) = number {
                let bytes = file_system.open_read_only(&directory.join(name))?.byte_count()?;
                files.push(SpoolFile { number, bytes });
            }
        }
        files.sort_by_key(|file| file.number);
        let next_number = files.last().map_or(1, |file| file.number + 1);
        let lost = read_lost(&*file_system, &directory.join(LOST_FILE))?;
        let state = State { files: files.into(), open: None, next_number, taken_bytes: 0, lost };
        let (directory, state) = (directory.to_owned(), Mutex::new(state));
        Ok(Self { file_system, directory, bytes_max, state, appended: Notify::new(), _lock: lock })
    }

    /// A secret of this spool, made when it is first asked for.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub(crate) fn key(&self, randomness: &dyn Randomness) -> io::Result<[u8; 32]> {
        let path = self.directory.join("key");
        let mut key = [0; 32];
        match self.file_system.open_read_only(&path) {
            Ok(file) => file.read_exact_at(&mut key, 0)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                randomness.fill(&mut key)?;
                // Whole or not at all: a key that is cut off would end every later start.
                let draft = self.directory.join("key.new");
                self.file_system.remove(&draft)?;
                let file = self.file_system.create(&draft)?;
                file.write_all_at(&key, 0)?;
                file.sync_data()?;
                self.file_system.rename(&draft, &path)?;
                self.file_system.sync_directory(&self.directory)?;
            }
            Err(error) => return Err(error),
        }
        Ok(key)
    }

    /// How many calls were lost and not reported, as it was noted last, be it by an earlier process.
    pub(crate) fn lost(&self) -> u64 {
        self.state().lost
    }

    /// Notes how many calls were lost and not reported. It is written over the last note, so that a
    /// full disk takes it too.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn note_lost(&self, calls: u64) -> io::Result<()> {
        let mut state = self.state();
        if state.lost == calls {
            return Ok(());
        }
        let path = self.directory.join(LOST_FILE);
        let file = match self.file_system.open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let file = self.file_system.create(&path)?;
                self.file_system.sync_directory(&self.directory)?;
                file
            }
            opened => opened?,
        };
        let count = calls.to_le_bytes();
        file.write_all_at(&[&count[..], &crc32c::crc32c(&count).to_le_bytes()].concat(), 0)?;
        file.sync_data()?;
        state.lost = calls;
        Ok(())
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
        let open = match state.open.take().filter(|_| !is_full) {
            Some(file) => file,
            None => {
                let number = state.next_number;
                state.next_number += 1;
                let file = self.file_system.create(&self.path(number))?;
                self.file_system.sync_directory(&self.directory)?;
                state.files.push_back(SpoolFile { number, bytes: 0 });
                file
            }
        };
        let Some(file) = state.files.back_mut() else { return Ok(()) };
        // After an error the file is not open any more: what follows half a record is not read.
        open.write_all_at(text, file.bytes)?;
        open.sync_data()?;
        file.bytes += text.len() as u64;
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
            let waiting_bytes = file.bytes.saturating_sub(state.taken_bytes);
            let mut bytes = vec![0; usize::try_from(waiting_bytes).map_err(io::Error::other)?];
            let reader = self.file_system.open_read_only(&path)?;
            reader.read_exact_at(&mut bytes, state.taken_bytes)?;
            let mut rest = bytes.as_slice();
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
                return Ok(Batch { records, end_bytes: file.bytes - rest.len() as u64 });
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
        self.file_system.remove(&self.path(file.number))?;
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

/// The number of lost calls that an earlier process noted.
fn read_lost(file_system: &dyn FileSystem, path: &Path) -> io::Result<u64> {
    let file = match file_system.open_read_only(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        file => file?,
    };
    let (mut count, mut checksum) = ([0; 8], [0; 4]);
    let read =
        file.read_exact_at(&mut count, 0).and_then(|()| file.read_exact_at(&mut checksum, 8));
    if read.is_err() || crc32c::crc32c(&count) != u32::from_le_bytes(checksum) {
        let file = path.display();
        tracing::error!(%file, "it does not say how many calls were lost and not reported");
        return Ok(0);
    }
    Ok(u64::from_le_bytes(count))
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
    use std::fs;

    use gatelog_ledger::files::OsFiles;

    use super::*;

    fn open(directory: &Path, bytes_max: u64) -> io::Result<Spool> {
        Spool::open(Arc::new(OsFiles), directory, bytes_max)
    }

    /// Answers 7 once.
    #[derive(Debug, Default)]
    struct Once(Mutex<bool>);

    impl Randomness for Once {
        fn fill(&self, bytes: &mut [u8]) -> io::Result<()> {
            assert!(!std::mem::replace(&mut *self.0.lock().unwrap(), true), "asked twice");
            bytes.fill(7);
            Ok(())
        }
    }

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
        let spool = open(folder.path(), 1 << 20).unwrap();
        assert_eq!(spool.append(&records(&["a", "bb", "ccc"])).unwrap(), 3);
        assert!(open(folder.path(), 1).is_err(), "two processes use one spool");
        let first = spool.oldest(3).unwrap();
        assert_eq!(first.records, records(&["a", "bb"]));
        spool.taken(&first).unwrap();
        drop(spool);
        let spool = open(folder.path(), 1 << 20).unwrap();
        spool.append(&records(&["d"])).unwrap();
        assert_eq!(drained(&spool), ["a", "bb", "ccc", "d"]);
        assert_eq!(spool.bytes(), 0);
        spool.append(&records(&["e"])).unwrap();
        assert_eq!(drained(&spool), ["e"]);
    }

    #[test]
    fn a_full_spool_takes_no_more_until_something_was_taken() {
        let folder = tempfile::tempdir().unwrap();
        let spool = open(folder.path(), 20).unwrap();
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
            let spool = open(folder.path(), 1 << 20).unwrap();
            spool.append(&records(&["a", "b"])).unwrap();
            drop(spool);
            let path = folder.path().join("00000000000000000001.spool");
            let mut bytes = fs::read(&path).unwrap();
            bytes.truncate(bytes.len() - cut_bytes);
            if let Some(offset) = flipped {
                bytes[offset] ^= 1;
            }
            fs::write(&path, bytes).unwrap();
            let spool = open(folder.path(), 1 << 20).unwrap();
            spool.append(&records(&["c"])).unwrap();
            assert_eq!(drained(&spool), expected, "{cut_bytes} {flipped:?}");
        }
    }

    #[test]
    fn what_was_lost_is_known_after_another_start() {
        let folder = tempfile::tempdir().unwrap();
        let spool = open(folder.path(), 1).unwrap();
        assert_eq!(spool.lost(), 0);
        spool.note_lost(u64::MAX).unwrap();
        spool.note_lost(7).unwrap();
        drop(spool);
        let spool = open(folder.path(), 1).unwrap();
        assert_eq!(spool.lost(), 7);
        assert!(drained(&spool).is_empty(), "it is no record");
        drop(spool);
        for damage in ["", "cut off", "what is this"] {
            fs::write(folder.path().join(LOST_FILE), damage).unwrap();
            assert_eq!(open(folder.path(), 1).unwrap().lost(), 0, "{damage}");
        }
    }

    #[test]
    fn its_key_is_made_once() {
        let folder = tempfile::tempdir().unwrap();
        let spool = open(folder.path(), 1).unwrap();
        let once = Once::default();
        assert_eq!((spool.key(&once).unwrap(), spool.key(&once).unwrap()), ([7; 32], [7; 32]));
    }
}
