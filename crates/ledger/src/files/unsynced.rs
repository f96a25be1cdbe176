//! Work on many files that is synced as a whole.

use std::io;
use std::path::Path;

use super::{File, FileSystem, Lock};

/// A file system on which files and directories are not synced one by one: whoever uses it calls
/// [`FileSystem::sync_all`] before anything depends on them.
#[derive(Debug)]
pub(crate) struct Unsynced<'f>(pub(crate) &'f dyn FileSystem);

#[derive(Debug)]
struct UnsyncedFile(Box<dyn File>);

impl FileSystem for Unsynced<'_> {
    fn create_directory(&self, path: &Path) -> io::Result<()> {
        self.0.create_directory(path)
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn File>> {
        Ok(Box::new(UnsyncedFile(self.0.create(path)?)))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn File>> {
        Ok(Box::new(UnsyncedFile(self.0.open(path)?)))
    }

    fn open_read_only(&self, path: &Path) -> io::Result<Box<dyn File>> {
        self.0.open_read_only(path)
    }

    fn list(&self, directory: &Path) -> io::Result<Vec<String>> {
        self.0.list(directory)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.0.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.0.remove(path)
    }

    fn sync_directory(&self, _path: &Path) -> io::Result<()> {
        Ok(())
    }

    fn sync_all(&self, directory: &Path) -> io::Result<()> {
        self.0.sync_all(directory)
    }

    fn lock(&self, path: &Path) -> io::Result<Option<Box<dyn Lock>>> {
        self.0.lock(path)
    }
}

impl File for UnsyncedFile {
    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        self.0.read_exact_at(buffer, offset)
    }

    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.0.write_all_at(bytes, offset)
    }

    fn allocate(&self, bytes: u64) -> io::Result<()> {
        self.0.allocate(bytes)
    }

    fn set_len(&self, bytes: u64) -> io::Result<()> {
        self.0.set_len(bytes)
    }

    fn byte_count(&self) -> io::Result<u64> {
        self.0.byte_count()
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }
}
