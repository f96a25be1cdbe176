//! The whole lines of a file that grows, is renamed and made anew, or is cut and begins anew.
//!
//! What is renamed is read on until the new file has something in it: then whoever writes has
//! changed over, and the old one is read to its end first. A last line without an end waits, unless
//! nothing can follow it any more.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::super::lines::{Chunk, GZIP_MAGIC, LINE_BYTES_MAX, ZSTD_MAGIC};
use super::position::Position;
use crate::output;

/// Bytes that are read at once.
const READ_BYTES: usize = 64 << 10;

/// Bytes before a place by which a file is known again.
const BEFORE_BYTES_MAX: usize = 64;

/// A file that grows.
#[derive(Debug)]
pub(super) struct Growing {
    path: PathBuf,
    /// The file that is read: what stands at the path, or stood there before. `None` while there is
    /// none.
    reading: Option<Reading>,
}

/// An open file, and how far it is read.
#[derive(Debug)]
struct Reading {
    file: File,
    /// Behind the last whole line.
    position: Position,
    /// The beginning of the line that follows, up to [`LINE_BYTES_MAX`] of it.
    unended: Vec<u8>,
    /// How many bytes of that line were read.
    unended_bytes: u64,
}

/// What is to be done at the end of a file.
enum AtEnd {
    Wait,
    /// It has become shorter, or other bytes stand in it.
    BeginAnew,
    /// Another file stands at the path.
    Leave,
}

impl Growing {
    /// Opens a file, at the place that was saved for it. The file that was read last is looked for
    /// in the same folder if it has another name by now. A file that is not there is waited for.
    ///
    /// # Errors
    /// When the file cannot be read or is compressed.
    pub(super) fn open(path: &Path, saved: Option<&Position>) -> anyhow::Result<Self> {
        let reading = match saved {
            Some(saved) => resume(path, saved)?,
            None => None,
        };
        let growing = Self { path: path.to_owned(), reading };
        if growing.reading.is_none() {
            let name = path.display();
            if saved.is_some() {
                output::note(&format!(
                    "the file that was read last is not there any more; {name} is read from its \
                     beginning"
                ));
            }
            if !path.try_exists().with_context(|| format!("cannot look at {name}"))? {
                output::note(&format!("{name} is not there yet; waiting for it"));
            }
        }
        Ok(growing)
    }

    /// Behind the last line that was given out; `None` while there is no file.
    pub(super) fn position(&self) -> Option<Position> {
        self.reading.as_ref().map(|reading| reading.position.clone())
    }

    /// Adds the whole lines that are there, until the chunk is full, or up to the beginning of
    /// another file.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(super) fn read_into(&mut self, chunk: &mut Chunk) -> anyhow::Result<()> {
        let read = self.read_on(chunk);
        read.with_context(|| format!("cannot read {}", self.path.display()))
    }

    fn read_on(&mut self, chunk: &mut Chunk) -> anyhow::Result<()> {
        while !chunk.is_full() {
            let Some(reading) = &mut self.reading else {
                // A file is known by its position before its first line is given out: then its rest
                // is found also if it is renamed while nobody reads.
                self.reading = Reading::begin(&self.path)?;
                return Ok(());
            };
            // Asked before the last look: what was written before another file got its first bytes
            // is seen by that look.
            let at_end = reading.at_end(&self.path)?;
            if !matches!(at_end, AtEnd::BeginAnew) && reading.read_some(chunk)? {
                continue;
            }
            match at_end {
                AtEnd::Wait => return Ok(()),
                AtEnd::Leave => {
                    reading.end_line(chunk);
                    self.reading = None;
                }
                AtEnd::BeginAnew => {
                    output::note(&format!("{} begins anew", self.path.display()));
                    reading.end_line(chunk);
                    reading.begin_anew();
                }
            }
        }
        Ok(())
    }
}

/// The file of a position, at its path or under another name in its folder.
fn resume(path: &Path, saved: &Position) -> anyhow::Result<Option<Reading>> {
    if let Some(reading) = Reading::begin(path)?.and_then(|it| it.at(saved)) {
        return Ok(Some(reading));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let cannot = || format!("cannot look through {}", folder.display());
    for entry in fs::read_dir(folder).with_context(cannot)? {
        let entry = entry.with_context(cannot)?;
        // Files come and go while this looks at them.
        let Ok(metadata) = entry.metadata() else { continue };
        if metadata.is_file()
            && is_of(&metadata, saved)
            && let Some(reading) = Reading::begin(&entry.path())?.and_then(|it| it.at(saved))
        {
            return Ok(Some(reading));
        }
    }
    Ok(None)
}

fn is_of(metadata: &Metadata, position: &Position) -> bool {
    (metadata.dev(), metadata.ino()) == (position.device, position.inode)
}

impl Reading {
    /// The file at a path, from its beginning; `None` if there is none.
    fn begin(path: &Path) -> anyhow::Result<Option<Self>> {
        let file = match File::open(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            opened => opened?,
        };
        let metadata = file.metadata()?;
        let mut start = [0; 4];
        let length = file.read_at(&mut start, 0)?;
        let start = start.get(..length).unwrap_or_default();
        if start.starts_with(&GZIP_MAGIC) || start.starts_with(&ZSTD_MAGIC) {
            bail!("it is compressed, and only plain text can be followed");
        }
        let (device, inode) = (metadata.dev(), metadata.ino());
        let position = Position { device, inode, offset: 0, lines: 0, before: Vec::new() };
        Ok(Some(Self { file, position, unended: Vec::new(), unended_bytes: 0 }))
    }

    /// The same file at a place; `None` if the place is of another file.
    fn at(self, saved: &Position) -> Option<Self> {
        let here = &self.position;
        if (here.device, here.inode) != (saved.device, saved.inode) {
            return None;
        }
        let reading = Self { position: saved.clone(), ..self };
        reading.has_same_bytes().ok()?.then_some(reading)
    }

    /// Whether the bytes before the place are those that were read.
    fn has_same_bytes(&self) -> io::Result<bool> {
        let before = &self.position.before;
        let mut found = vec![0; before.len()];
        let offset = self.position.offset.saturating_sub(before.len() as u64);
        match self.file.read_exact_at(&mut found, offset) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
            read => read.map(|()| found == *before),
        }
    }

    fn at_end(&self, path: &Path) -> io::Result<AtEnd> {
        let length = self.file.metadata()?.len();
        if length < self.position.offset + self.unended_bytes || !self.has_same_bytes()? {
            return Ok(AtEnd::BeginAnew);
        }
        Ok(match fs::metadata(path) {
            Ok(other) if !is_of(&other, &self.position) && other.len() > 0 => AtEnd::Leave,
            // Between renaming and making anew there is none.
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            Ok(_) | Err(_) => AtEnd::Wait,
        })
    }

    /// Adds the lines of the next bytes; `false` when there are none.
    fn read_some(&mut self, chunk: &mut Chunk) -> io::Result<bool> {
        let mut buffer = vec![0; READ_BYTES];
        let length = self.file.read_at(&mut buffer, self.position.offset + self.unended_bytes)?;
        let mut rest = buffer.get(..length).unwrap_or_default();
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n')
            && let Some((line, after)) = rest.split_at_checked(end + 1)
        {
            // What is left is read again.
            if chunk.is_full() {
                return Ok(true);
            }
            self.begin_line(line);
            self.end_line(chunk);
            rest = after;
        }
        if !chunk.is_full() {
            self.begin_line(rest);
        }
        Ok(length > 0)
    }

    /// Takes bytes of a line that may not be whole. Of a longer one than may be kept only the
    /// beginning is; it is refused in any case.
    fn begin_line(&mut self, bytes: &[u8]) {
        let room = LINE_BYTES_MAX.saturating_sub(self.unended.len()).min(bytes.len());
        self.unended.extend_from_slice(bytes.get(..room).unwrap_or_default());
        self.unended_bytes += bytes.len() as u64;
    }

    /// The bytes taken are a whole line. It is given out unless it is blank.
    fn end_line(&mut self, chunk: &mut Chunk) {
        let written = std::mem::take(&mut self.unended);
        let position = &mut self.position;
        position.offset += std::mem::take(&mut self.unended_bytes);
        if written.is_empty() {
            return;
        }
        position.lines += 1;
        // A line that was cut does not end where its bytes do.
        if written.len() < LINE_BYTES_MAX {
            position.before.extend_from_slice(&written);
            let excess = position.before.len().saturating_sub(BEFORE_BYTES_MAX);
            position.before.drain(..excess);
        } else {
            position.before.clear();
        }
        let line = written.strip_suffix(b"\n").unwrap_or(&written);
        if !line.trim_ascii().is_empty() {
            chunk.push(position.lines, line.strip_suffix(b"\r").unwrap_or(line));
        }
    }

    fn begin_anew(&mut self) {
        let Position { offset, lines, before, .. } = &mut self.position;
        (*offset, *lines) = (0, 0);
        before.clear();
    }
}
