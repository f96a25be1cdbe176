//! Events on disk until the server has them.
//!
//! A folder of append-only files, each named by the sequence of its first event. Events are added
//! to the newest file and sent from the oldest; a file of which everything was answered is removed.
//! What an earlier process left is sent first, and is never written to again. The newest file stays,
//! as its name and its events tell where the sequence goes on. The file `producer` holds the id of
//! whoever numbers events here, and is locked: two processes cannot share a spool.
//!
//! - [`frame`]: the bytes of a file.

use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use uuid::Uuid;

use self::frame::{FRAME_BYTES, Frame, HEAD};
use crate::limits::{BATCH_BYTES_MAX, BATCH_EVENTS_MAX, EVENT_BYTES_MAX, SPOOL_FILE_BYTES};
use crate::queue::Numbered;

pub(crate) mod frame;

const EXTENSION: &str = "spool";
const PRODUCER: &str = "producer";

/// What an event in the spool survives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// The end of the process, `kill -9` included, but not of the machine: events are written, and
    /// the operating system syncs them when it likes.
    Written,
    /// The end of the machine too: every group of events is synced (`fdatasync`) once.
    #[default]
    Synced,
}

/// Why events could not be added to the spool.
#[derive(Debug)]
pub(crate) enum NotKept {
    /// It holds as much as it may.
    Full,
    Failed(io::Error),
}

/// Events to be sent together, read and not removed.
#[derive(Debug)]
pub(crate) struct Batch {
    /// One event a line.
    pub(crate) lines: Vec<u8>,
    pub(crate) event_count: usize,
    last_sequence: u64,
    /// Where the file is read on.
    end: u64,
}

/// The rest of a file is not what was written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Damage {
    pub(crate) file: PathBuf,
    pub(crate) offset: u64,
    pub(crate) bytes: u64,
}

/// What there is to send.
#[derive(Debug)]
pub(crate) enum Next {
    Nothing,
    Batch(Batch),
    Damaged(Damage),
}

#[derive(Debug)]
struct SpoolFile {
    first_sequence: u64,
    /// On disk. Of the newest file, what was written as a whole.
    bytes: u64,
}

#[derive(Debug)]
pub(crate) struct Spool {
    folder: PathBuf,
    durability: Durability,
    bytes_max: u64,
    /// The oldest first.
    files: VecDeque<SpoolFile>,
    /// The newest file, if it is written to.
    writing: Option<File>,
    /// Where the oldest file is read on.
    offset: u64,
    /// The last event that was added, by this process or one before; 0 if there was none.
    last_sequence: u64,
    producer: String,
    /// Locked as long as this lives.
    _lock: File,
}

impl Spool {
    /// Opens the spool in `folder`, which is made if it is not there.
    ///
    /// # Errors
    /// Of the file system; [`ErrorKind::WouldBlock`] when another process uses the folder.
    pub(crate) fn open(folder: &Path, durability: Durability, bytes_max: u64) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let (lock, producer) = lock(&folder.join(PRODUCER), durability)?;
        let mut files = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if let Some(first_sequence) = first_sequence(&entry.path()) {
                files.push(SpoolFile { first_sequence, bytes: entry.metadata()?.len() });
            }
        }
        files.sort_by_key(|file| file.first_sequence);
        let mut spool = Self {
            folder: folder.to_owned(),
            durability,
            bytes_max,
            files: files.into(),
            writing: None,
            offset: HEAD.len() as u64,
            last_sequence: 0,
            producer,
            _lock: lock,
        };
        if let Some(newest) = spool.files.back() {
            let bytes = fs::read(spool.path(newest.first_sequence))?;
            spool.last_sequence =
                last_sequence(&bytes).unwrap_or_else(|| newest.first_sequence.saturating_sub(1));
        }
        Ok(spool)
    }

    /// Who numbers events here.
    pub(crate) fn producer(&self) -> &str {
        &self.producer
    }

    /// The last event that was added; 0 if there was none.
    pub(crate) fn last_sequence(&self) -> u64 {
        self.last_sequence
    }

    /// Adds events: all of them or, as far as anybody can tell, none.
    ///
    /// # Errors
    /// [`NotKept`]. After a failed write a new file is begun, as nobody knows what the old one holds.
    pub(crate) fn append(&mut self, events: &[Numbered]) -> Result<(), NotKept> {
        let (Some(first), Some(last)) = (events.first(), events.last()) else { return Ok(()) };
        let mut bytes = Vec::new();
        for event in events {
            frame::write(Frame { sequence: event.sequence, event: &event.line }, &mut bytes);
        }
        let added = bytes.len() as u64;
        if self.bytes().saturating_add(added) > self.bytes_max {
            return Err(NotKept::Full);
        }
        self.write(first.sequence, &bytes).map_err(|error| {
            self.writing = None;
            NotKept::Failed(error)
        })?;
        if let Some(newest) = self.files.back_mut() {
            newest.bytes += added;
        }
        self.last_sequence = last.sequence;
        Ok(())
    }

    fn write(&mut self, first_sequence: u64, bytes: &[u8]) -> io::Result<()> {
        let is_full = self.files.back().is_some_and(|file| file.bytes >= SPOOL_FILE_BYTES);
        if self.writing.is_none() || is_full {
            self.begin_file(first_sequence)?;
        }
        let Some(file) = &mut self.writing else { return Ok(()) };
        file.write_all(bytes)?;
        match self.durability {
            Durability::Written => Ok(()),
            Durability::Synced => file.sync_data(),
        }
    }

    fn begin_file(&mut self, first_sequence: u64) -> io::Result<()> {
        // A file of this name can only be one that was begun and got no whole event.
        let mut file = File::create(self.path(first_sequence))?;
        file.write_all(HEAD)?;
        if self.durability == Durability::Synced {
            file.sync_data()?;
            File::open(&self.folder)?.sync_all()?;
        }
        self.writing = Some(file);
        self.files.pop_back_if(|newest| newest.first_sequence == first_sequence);
        if self.files.is_empty() {
            self.offset = HEAD.len() as u64;
        }
        self.files.push_back(SpoolFile { first_sequence, bytes: HEAD.len() as u64 });
        Ok(())
    }

    /// What is to be sent next, at most `event_count_max` events.
    ///
    /// # Errors
    /// Of the file system.
    pub(crate) fn next(&mut self, event_count_max: usize) -> io::Result<Next> {
        loop {
            let Some(oldest) = self.files.front() else { return Ok(Next::Nothing) };
            let path = self.path(oldest.first_sequence);
            if self.offset < oldest.bytes {
                return self.read(path, oldest.bytes, event_count_max);
            }
            if self.files.len() == 1 {
                return Ok(Next::Nothing);
            }
            self.remove_oldest(&path)?;
        }
    }

    fn read(&mut self, path: PathBuf, file_bytes: u64, count_max: usize) -> io::Result<Next> {
        let bytes = part(&path, self.offset, file_bytes)?;
        let mut rest = bytes.as_slice();
        let mut batch =
            Batch { lines: Vec::new(), event_count: 0, last_sequence: 0, end: self.offset };
        let has_head =
            self.offset > HEAD.len() as u64 || part(&path, 0, HEAD.len() as u64)? == HEAD;
        while has_head
            && batch.event_count < count_max.min(BATCH_EVENTS_MAX)
            && batch.lines.len() < BATCH_BYTES_MAX
            && let Some((frame, following)) = frame::read(rest)
        {
            batch.lines.extend_from_slice(frame.event);
            batch.lines.push(b'\n');
            batch.event_count += 1;
            batch.last_sequence = frame.sequence;
            batch.end += (FRAME_BYTES + frame.event.len()) as u64;
            rest = following;
        }
        if batch.event_count > 0 {
            return Ok(Next::Batch(batch));
        }
        let (offset, bytes) = (self.offset, file_bytes.saturating_sub(self.offset));
        self.offset = file_bytes;
        Ok(Next::Damaged(Damage { file: path, offset, bytes }))
    }

    /// The events of this batch need not be sent again. Returns the sequence of the last.
    pub(crate) fn settle(&mut self, batch: &Batch) -> u64 {
        self.offset = batch.end;
        batch.last_sequence
    }

    /// Removes what was answered, down to an empty file that says where the sequence goes on.
    ///
    /// # Errors
    /// Of the file system. Then the last events are sent again by the next process, and kept once.
    pub(crate) fn tidy(&mut self) -> io::Result<()> {
        let is_settled = self.files.len() == 1
            && self
                .files
                .front()
                .is_some_and(|file| self.offset >= file.bytes && file.bytes > HEAD.len() as u64);
        if !is_settled {
            return Ok(());
        }
        self.begin_file(self.last_sequence + 1)?;
        self.next(1).map(|_| ())
    }

    fn remove_oldest(&mut self, path: &Path) -> io::Result<()> {
        match fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        self.files.pop_front();
        self.offset = HEAD.len() as u64;
        Ok(())
    }

    fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    fn path(&self, first_sequence: u64) -> PathBuf {
        self.folder.join(format!("{first_sequence:020}.{EXTENSION}"))
    }
}

/// Locks the file that names the producer, and names one if it does not.
fn lock(path: &Path, durability: Durability) -> io::Result<(File, String)> {
    let mut file =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
    file.try_lock()?;
    let mut text = String::new();
    (&mut file).take(64).read_to_string(&mut text)?;
    if let Ok(id) = Uuid::try_parse(text.trim()) {
        return Ok((file, id.to_string()));
    }
    let id = Uuid::now_v7().to_string();
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(id.as_bytes())?;
    if durability == Durability::Synced {
        file.sync_data()?;
    }
    Ok((file, id))
}

/// The sequence that a file is named by.
fn first_sequence(path: &Path) -> Option<u64> {
    let is_spool = path.extension().is_some_and(|extension| extension == EXTENSION);
    path.file_stem().filter(|_| is_spool)?.to_str()?.parse().ok()
}

/// The sequence of the last whole event in the bytes of a file.
fn last_sequence(bytes: &[u8]) -> Option<u64> {
    let mut rest = bytes.strip_prefix(HEAD)?;
    let mut last = None;
    while let Some((frame, following)) = frame::read(rest) {
        (last, rest) = (Some(frame.sequence), following);
    }
    last
}

/// As much of a file from `offset` up to `end` as a batch can have. Nothing of a file that is gone.
fn part(path: &Path, offset: u64, end: u64) -> io::Result<Vec<u8>> {
    let most = (BATCH_BYTES_MAX + EVENT_BYTES_MAX + FRAME_BYTES) as u64;
    let mut bytes = Vec::new();
    let mut file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(bytes),
        opened => opened?,
    };
    file.seek(SeekFrom::Start(offset))?;
    file.take(end.saturating_sub(offset).min(most)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
