//! Files of groups: allocation, append, sync, removal.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gatelog_event::tenant::TenantName;

use super::group::{Batch, frame};
use crate::codec::bytes::Put;
use crate::error::{Context, Error, Result};
use crate::files::{File, FileSystem};
use crate::limits::LOG_FILE_BYTES;
use crate::row::Sequence;
use crate::segment::layout::header;

pub(crate) const MAGIC: [u8; 8] = *b"GLWAL\r\n\x1a";
pub(crate) const VERSION: u16 = 1;
/// Header of a file: magic, version, zeros, file number.
pub(crate) const HEADER_BYTES: u64 = 24;

/// Memory of a group that is kept for the next one, in bytes: room for what waits during one sync,
/// and for the body of a bulk load.
const GROUP_BYTES_KEPT: usize = 8 << 20;

/// The log as the writer holds it.
#[derive(Debug)]
pub(crate) struct Log {
    files: Arc<dyn FileSystem>,
    directory: PathBuf,
    /// Files in the order of their numbers, the current one last.
    log_files: Vec<LogFile>,
    current: Option<Current>,
    next_file_number: u64,
    next_group_number: u64,
    /// Memory for the next group.
    group: Vec<u8>,
}

/// A file of the log and what must be sealed before it can go.
#[derive(Clone, Debug)]
pub(crate) struct LogFile {
    pub(crate) path: PathBuf,
    pub(crate) byte_count: u64,
    /// For each tenant in it, the first sequence after its last event in it.
    pub(crate) tenants: HashMap<TenantName, Sequence>,
}

#[derive(Debug)]
struct Current {
    file: Box<dyn File>,
    offset: u64,
    capacity: u64,
}

impl Log {
    /// A log that continues after the given files. Nothing is written before the first append.
    pub(crate) fn new(
        files: Arc<dyn FileSystem>,
        directory: PathBuf,
        log_files: Vec<LogFile>,
        next_file_number: u64,
        next_group_number: u64,
    ) -> Self {
        let (current, group) = (None, Vec::new());
        Self { files, directory, log_files, current, next_file_number, next_group_number, group }
    }

    /// Appends batches as one group and makes them durable: they survive a power loss once this
    /// returns.
    ///
    /// # Errors
    /// [`Error::DiskFull`] or [`Error::Io`] when no file could be allocated: nothing was written
    /// and the next append may succeed. [`Error::ReadOnly`] when the write or the sync failed:
    /// what is on disk is then unknown and the log must not be appended to again.
    pub(crate) fn append(&mut self, batches: &[Batch]) -> Result<()> {
        let mut group = std::mem::take(&mut self.group);
        frame(self.next_group_number, &mut group, |out| {
            batches.iter().for_each(|batch| batch.put(out));
        });
        let appended = self.append_group(&group, batches);
        if group.capacity() <= GROUP_BYTES_KEPT {
            self.group = group;
        }
        appended
    }

    fn append_group(&mut self, group: &[u8], batches: &[Batch]) -> Result<()> {
        let byte_count = group.len() as u64;
        if self.current.as_ref().is_none_or(|file| file.offset + byte_count > file.capacity) {
            self.begin_file(byte_count)?;
        }
        let (Some(current), Some(log_file)) = (&mut self.current, self.log_files.last_mut()) else {
            return Err(Error::Closed);
        };
        current
            .file
            .write_all_at(group, current.offset)
            .and_then(|()| current.file.sync_data())
            .map_err(|error| Error::ReadOnly {
                reason: format!("{}: {error}", log_file.path.display()),
            })?;
        current.offset += byte_count;
        log_file.byte_count = current.offset;
        for batch in batches {
            log_file.tenants.insert(batch.tenant.clone(), batch.end_seq());
        }
        self.next_group_number += 1;
        Ok(())
    }

    /// Allocates the next file, with room for a group of `group_bytes` at least.
    fn begin_file(&mut self, group_bytes: u64) -> Result<()> {
        self.trim_current()?;
        let path = file_path(&self.directory, self.next_file_number);
        let capacity = LOG_FILE_BYTES.max(HEADER_BYTES + group_bytes);
        let file = self.allocate(&path, capacity).inspect_err(|_| {
            // What was allocated of it is needed elsewhere; a leftover is removed at the start.
            let _ = self.files.remove(&path);
        })?;
        self.log_files.push(LogFile { path, byte_count: HEADER_BYTES, tenants: HashMap::new() });
        self.current = Some(Current { file, offset: HEADER_BYTES, capacity });
        self.next_file_number += 1;
        Ok(())
    }

    fn allocate(&self, path: &Path, capacity: u64) -> Result<Box<dyn File>> {
        self.files.create_directory(&self.directory).context("create", &self.directory)?;
        let file = self.files.create(path).context("create", path)?;
        file.allocate(capacity).context("allocate", path)?;
        let mut head = header(MAGIC, VERSION).to_vec();
        head.put_u64(self.next_file_number);
        file.write_all_at(&head, 0).context("write", path)?;
        file.sync_data().context("sync", path)?;
        // The file's name survives a power loss only once the directory is synced.
        self.files.sync_directory(&self.directory).context("sync", &self.directory)?;
        Ok(file)
    }

    /// Gives back the space allocated beyond the last group of the current file.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(crate) fn trim_current(&mut self) -> Result<()> {
        let (Some(current), Some(log_file)) = (self.current.take(), self.log_files.last()) else {
            return Ok(());
        };
        current.file.set_len(current.offset).context("trim", &log_file.path)
    }

    /// Removes the oldest files, as long as all their events are sealed; `sealed_end` tells a tenant's first unsealed
    /// sequence.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(crate) fn remove_sealed(
        &mut self,
        sealed_end: impl Fn(&TenantName) -> Sequence,
    ) -> Result<()> {
        let kept_last = usize::from(self.current.is_some());
        while self.log_files.len() > kept_last
            && let Some(oldest) = self.log_files.first()
            && oldest.tenants.iter().all(|(tenant, end)| *end <= sealed_end(tenant))
        {
            self.files.remove(&oldest.path).context("remove", &oldest.path)?;
            // Only the oldest may be missing after a power loss, never one in the middle.
            self.files.sync_directory(&self.directory).context("sync", &self.directory)?;
            self.log_files.remove(0);
        }
        Ok(())
    }

    /// Bytes of events in the log that are not known to be sealed.
    pub(crate) fn byte_count(&self) -> u64 {
        self.log_files.iter().map(|file| file.byte_count).sum()
    }

    /// The file that must go first.
    pub(crate) fn oldest(&self) -> Option<&LogFile> {
        self.log_files.first()
    }

    /// How many files there are.
    pub(crate) fn file_count(&self) -> usize {
        self.log_files.len()
    }
}

pub(crate) fn file_path(directory: &Path, number: u64) -> PathBuf {
    directory.join(format!("{number:016x}.wal"))
}
