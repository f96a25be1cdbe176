//! A file system that holds one file, which is only read.

use std::io::{self, Error, ErrorKind};
use std::path::{Path, PathBuf};

use gatelog_ledger::files::{File, FileSystem, Lock};

/// One file and its content.
#[derive(Clone, Debug)]
pub struct OneFile {
    path: PathBuf,
    content: Content,
}

#[derive(Clone, Debug)]
struct Content(Vec<u8>);

impl OneFile {
    /// A file at this path.
    pub fn new(path: &str, content: Vec<u8>) -> Self {
        Self { path: path.into(), content: Content(content) }
    }
}

impl FileSystem for OneFile {
    fn create_directory(&self, _: &Path) -> io::Result<()> {
        only_read()
    }

    fn create(&self, _: &Path) -> io::Result<Box<dyn File>> {
        only_read()
    }

    fn open(&self, _: &Path) -> io::Result<Box<dyn File>> {
        only_read()
    }

    fn open_read_only(&self, path: &Path) -> io::Result<Box<dyn File>> {
        match path == self.path {
            true => Ok(Box::new(self.content.clone())),
            false => Err(ErrorKind::NotFound.into()),
        }
    }

    fn list(&self, directory: &Path) -> io::Result<Vec<String>> {
        let name = self.path.strip_prefix(directory).ok();
        Ok(name.map(|name| name.display().to_string()).into_iter().collect())
    }

    fn rename(&self, _: &Path, _: &Path) -> io::Result<()> {
        only_read()
    }

    fn remove(&self, _: &Path) -> io::Result<()> {
        only_read()
    }

    fn sync_directory(&self, _: &Path) -> io::Result<()> {
        only_read()
    }

    fn sync_all(&self, _: &Path) -> io::Result<()> {
        only_read()
    }

    fn lock(&self, _: &Path) -> io::Result<Option<Box<dyn Lock>>> {
        only_read()
    }
}

impl File for Content {
    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        let start = usize::try_from(offset).map_err(Error::other)?;
        let bytes = self.0.get(start..).and_then(|rest| rest.get(..buffer.len()));
        buffer.copy_from_slice(bytes.ok_or(ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn write_all_at(&self, _: &[u8], _: u64) -> io::Result<()> {
        only_read()
    }

    fn allocate(&self, _: u64) -> io::Result<()> {
        only_read()
    }

    fn set_len(&self, _: u64) -> io::Result<()> {
        only_read()
    }

    fn byte_count(&self) -> io::Result<u64> {
        Ok(self.0.len() as u64)
    }

    fn sync_data(&self) -> io::Result<()> {
        only_read()
    }
}

fn only_read<T>() -> io::Result<T> {
    Err(ErrorKind::ReadOnlyFilesystem.into())
}
