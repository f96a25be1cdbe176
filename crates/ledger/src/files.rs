//! The file system, randomness and a stopwatch, as the ledger needs them.
//!
//! Everything the ledger asks of the outside is one of these traits, so that tests can run it on
//! a disk that fails, fills up or forgets what was not synced.

use std::fmt::Debug;
use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileExt};
use std::path::Path;

mod unsynced;

pub(crate) use unsynced::Unsynced;

/// A file that is read and written at given positions.
pub trait File: Send + Sync + Debug {
    /// Fills `buffer` from `offset` on; an early end of the file is an error.
    ///
    /// # Errors
    /// Whatever the operating system reports.
    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()>;
    /// Writes all of `bytes` from `offset` on.
    ///
    /// # Errors
    /// Whatever the operating system reports.
    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()>;
    /// Reserves space for `bytes` bytes, which then read as zeros.
    ///
    /// # Errors
    /// `StorageFull` when there is no room.
    fn allocate(&self, bytes: u64) -> io::Result<()>;
    /// Cuts or extends the file.
    ///
    /// # Errors
    /// Whatever the operating system reports.
    fn set_len(&self, bytes: u64) -> io::Result<()>;
    /// The file's length in bytes.
    ///
    /// # Errors
    /// Whatever the operating system reports.
    fn byte_count(&self) -> io::Result<u64>;
    /// Makes the file's contents survive a power loss.
    ///
    /// # Errors
    /// Whatever the operating system reports; what was written since the last success is then in
    /// doubt for good.
    fn sync_data(&self) -> io::Result<()>;
}

/// Held as long as its owner may write to the data directory.
pub trait Lock: Send + Sync + Debug {}

/// A file system, as far as the ledger needs one.
pub trait FileSystem: Send + Sync + Debug {
    /// Creates a directory and its parents, durably; existing ones are fine.
    ///
    /// # Errors
    /// Whatever the operating system reports.
    fn create_directory(&self, path: &Path) -> io::Result<()>;
    /// Creates a file that does not exist yet, for reading and writing.
    ///
    /// # Errors
    /// Whatever the operating system reports.
    fn create(&self, path: &Path) -> io::Result<Box<dyn File>>;
    /// Opens a file for reading and writing.
    ///
    /// # Errors
    /// `NotFound`, or whatever the operating system reports.
    fn open(&self, path: &Path) -> io::Result<Box<dyn File>>;
    /// Opens a file for reading only.
    ///
    /// # Errors
    /// `NotFound`, or whatever the operating system reports.
    fn open_read_only(&self, path: &Path) -> io::Result<Box<dyn File>>;
    /// Names of a directory's entries, in no order; empty if the directory does not exist.
    ///
    /// # Errors
    /// Whatever the operating system reports.
    fn list(&self, directory: &Path) -> io::Result<Vec<String>>;
    /// Gives a file another name in the same directory, replacing what had it.
    ///
    /// # Errors
    /// Whatever the operating system reports.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file; a missing one is fine.
    ///
    /// # Errors
    /// Whatever the operating system reports.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Makes a directory's entries survive a power loss.
    ///
    /// # Errors
    /// Whatever the operating system reports.
    fn sync_directory(&self, path: &Path) -> io::Result<()>;
    /// Makes everything on the file system of `directory` survive a power loss: one call for what
    /// many of [`File::sync_data`] and [`FileSystem::sync_directory`] would do.
    ///
    /// # Errors
    /// Whatever the operating system reports.
    fn sync_all(&self, directory: &Path) -> io::Result<()>;
    /// Takes the lock named by `path`, or `None` if another process has it.
    ///
    /// # Errors
    /// Whatever the operating system reports.
    fn lock(&self, path: &Path) -> io::Result<Option<Box<dyn Lock>>>;
}

/// Source of random bytes for salt seeds.
pub trait Randomness: Send + Sync + Debug {
    /// Fills `bytes` with unpredictable bytes.
    ///
    /// # Errors
    /// Whatever the operating system reports.
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()>;
}

/// Tells how much time has passed, for the durations that operators are shown. Nothing the ledger
/// does depends on it.
pub trait Stopwatch: Send + Sync + Debug {
    /// Microseconds since some fixed moment; never fewer than before.
    fn elapsed_micros(&self) -> u64;
}

/// A stopwatch that nobody started: every duration is zero.
#[derive(Clone, Copy, Debug, Default)]
pub struct StoppedStopwatch;

impl Stopwatch for StoppedStopwatch {
    fn elapsed_micros(&self) -> u64 {
        0
    }
}

/// The operating system's file system.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsFiles;

impl FileSystem for OsFiles {
    fn create_directory(&self, path: &Path) -> io::Result<()> {
        if path.is_dir() {
            return Ok(());
        }
        if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            self.create_directory(parent)?;
        }
        // Records are personal data: nobody but the server's own user needs to read them.
        match fs::DirBuilder::new().mode(0o700).create(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error),
            // The entry in the parent survives a power loss only once the parent is synced.
            Ok(()) => self.sync_directory(path.parent().unwrap_or(Path::new("."))),
        }
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn File>> {
        let file = fs::OpenOptions::new().read(true).write(true).create_new(true).open(path)?;
        Ok(Box::new(file))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn File>> {
        Ok(Box::new(fs::OpenOptions::new().read(true).write(true).open(path)?))
    }

    fn open_read_only(&self, path: &Path) -> io::Result<Box<dyn File>> {
        Ok(Box::new(fs::File::open(path)?))
    }

    fn list(&self, directory: &Path) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(directory) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        fs::File::open(path)?.sync_all()
    }

    fn sync_all(&self, directory: &Path) -> io::Result<()> {
        rustix::fs::syncfs(fs::File::open(directory)?)?;
        Ok(())
    }

    fn lock(&self, path: &Path) -> io::Result<Option<Box<dyn Lock>>> {
        let file = fs::OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Box::new(file))),
            Err(fs::TryLockError::WouldBlock) => Ok(None),
            Err(fs::TryLockError::Error(error)) => Err(error),
        }
    }
}

impl Lock for fs::File {}

impl File for fs::File {
    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        FileExt::read_exact_at(self, buffer, offset)
    }

    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        FileExt::write_all_at(self, bytes, offset)
    }

    fn allocate(&self, bytes: u64) -> io::Result<()> {
        rustix::fs::fallocate(self, rustix::fs::FallocateFlags::empty(), 0, bytes)?;
        Ok(())
    }

    fn set_len(&self, bytes: u64) -> io::Result<()> {
        fs::File::set_len(self, bytes)
    }

    fn byte_count(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn sync_data(&self) -> io::Result<()> {
        fs::File::sync_data(self)
    }
}
