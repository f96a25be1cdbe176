//! Files and standard input as chunks of numbered lines, decompressed.
//!
//! gzip and zstd are recognised by their first bytes, whatever the file is called. A file that is
//! one JSON array is taken as one item a line, a dump as one record a row.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use flate2::bufread::MultiGzDecoder;
use gatelog_capture::dump::{BadRow, Dump};
use gatelog_capture::input::Input as Writing;
use gatelog_capture::table::Table;
use gatelog_event::intake::batch;
use gatelog_event::limits::{BATCH_BYTES_MAX, RECORD_BYTES_MAX};
use gatelog_event::source::Format;
use gatelog_service::RejectedLine;

use crate::arguments::Import;
use crate::output::progress::Progress;

/// Lines that go together: so few that all that are rejected can be listed in one answer.
const CHUNK_LINES_MAX: usize = 1_000;

/// A chunk is closed at this size, in bytes.
const CHUNK_BYTES_MAX: usize = 4 << 20;

/// Of a longer line only this much is kept in memory; it is refused in any case.
pub(super) const LINE_BYTES_MAX: usize = 4 * RECORD_BYTES_MAX;

/// Tables that are named where another one was expected.
const TABLES_NAMED_MAX: usize = 10;

pub(super) const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
pub(super) const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Lines with their numbers, from 1.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chunk {
    /// The lines, each ended by `\n`.
    body: Vec<u8>,
    /// Number, start and end of each line.
    lines: Vec<(u64, usize, usize)>,
    /// Rows of a dump that are no lines, with their text.
    bad_rows: Vec<(RejectedLine, Vec<u8>)>,
}

impl Chunk {
    /// Adds a line without its end.
    pub(crate) fn push(&mut self, number: u64, line: &[u8]) {
        let start = self.body.len();
        self.body.extend_from_slice(line);
        self.lines.push((number, start, self.body.len()));
        self.body.push(b'\n');
    }

    /// All lines as a body of NDJSON.
    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }

    /// A line of this chunk, counted from 1, with its number in its file. Rows of a dump can have
    /// the same one.
    pub(crate) fn line(&self, line: u64) -> (u64, &[u8]) {
        let index = usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
        let Some((number, start, end)) = self.lines.get(index) else { return (line, &[]) };
        (*number, self.body.get(*start..*end).unwrap_or_default())
    }

    /// The rows that could not be read, each with its text.
    pub(crate) fn bad_rows(&self) -> &[(RejectedLine, Vec<u8>)] {
        &self.bad_rows
    }

    /// All lines with their numbers.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (u64, &[u8])> {
        self.lines.iter().filter_map(|(number, start, end)| {
            self.body.get(*start..*end).map(|line| (*number, line))
        })
    }

    /// Adds a line that cannot be read.
    pub(crate) fn push_bad(&mut self, rejected: RejectedLine, line: &[u8]) {
        self.bad_rows.push((rejected, line.to_vec()));
    }

    fn push_row(&mut self, line: u64, row: Result<Vec<u8>, BadRow>) {
        match row {
            Ok(record) => self.push(line, &record),
            Err(BadRow { line, column, reason, text }) => {
                self.bad_rows.push((RejectedLine { line, column, reason }, text));
            }
        }
    }

    /// Whether nothing more belongs in it.
    pub(crate) fn is_full(&self) -> bool {
        self.lines.len() + self.bad_rows.len() >= CHUNK_LINES_MAX
            || self.body.len() >= CHUNK_BYTES_MAX
    }

    /// Whether there is nothing in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.bad_rows.is_empty()
    }
}

/// A file or standard input, decompressed.
pub(crate) struct Opened {
    pub(crate) reader: Box<dyn BufRead>,
    pub(crate) progress: Progress,
}

impl Opened {
    /// Opens a file, or standard input for `-`.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        let name = path.display().to_string();
        let (raw, length): (Box<dyn Read>, _) = if name == "-" {
            (Box::new(std::io::stdin()), None)
        } else {
            let file = File::open(path).with_context(|| format!("cannot open {name}"))?;
            let length = file.metadata().with_context(|| format!("cannot open {name}"))?.len();
            (Box::new(file), Some(length))
        };
        let progress =
            Progress::of_bytes(length, if name == "-" { "standard input" } else { &name });
        let raw = BufReader::with_capacity(1 << 20, progress.reading(raw));
        let reader = decompress(raw).with_context(|| format!("cannot read {name}"))?;
        Ok(Self { reader, progress })
    }
}

/// The records of a file or of standard input.
pub(crate) struct Input {
    path: PathBuf,
    content: Content,
    next_number: u64,
    /// Why reading ended early; told once the lines before it were given out.
    failure: Option<std::io::Error>,
    progress: Progress,
}

enum Content {
    Lines(Box<dyn BufRead>),
    Dump(Dump<Box<dyn BufRead>>),
}

impl Input {
    /// Opens a file, or standard input for `-`.
    ///
    /// # Errors
    /// When the file cannot be read, or is an array that cannot be taken apart, or a dump of other
    /// tables than the format's.
    pub(crate) fn open(path: &Path, arguments: &Import) -> anyhow::Result<Self> {
        let Opened { reader, progress } = Opened::open(path)?;
        let name = path.display().to_string();
        let content = Content::open(reader, &name, arguments);
        let content = content.with_context(|| format!("cannot read {name}"))?;
        Ok(Self { path: path.to_owned(), content, next_number: 1, failure: None, progress })
    }

    /// The lines of an opened file, or the items of an array.
    ///
    /// # Errors
    /// When it is an array that cannot be taken apart.
    pub(crate) fn of_json(path: &Path, opened: Opened) -> anyhow::Result<Self> {
        let Opened { mut reader, progress } = opened;
        let name = path.display();
        let start = reader.fill_buf().with_context(|| format!("cannot read {name}"))?;
        if start.trim_ascii_start().starts_with(b"[") {
            reader = array_as_lines(reader).with_context(|| format!("cannot read {name}"))?;
        }
        let content = Content::Lines(reader);
        Ok(Self { path: path.to_owned(), content, next_number: 1, failure: None, progress })
    }

    /// The next lines; `None` at the end.
    ///
    /// # Errors
    /// When reading or decompressing fails.
    pub(crate) fn next_chunk(&mut self) -> anyhow::Result<Option<Chunk>> {
        let mut chunk = Chunk::default();
        while !chunk.is_full() && self.failure.is_none() {
            match self.content.read_into(&mut chunk, &mut self.next_number) {
                Ok(true) => {}
                Ok(false) => break,
                // The lines before it are whole: they come first.
                Err(error) => self.failure = Some(error),
            }
        }
        if !chunk.is_empty() {
            return Ok(Some(chunk));
        }
        let (path, number) = (self.path.display(), self.next_number);
        match self.failure.take() {
            Some(error) => Err(error).with_context(|| format!("{path}: cannot read line {number}")),
            None => Ok(None),
        }
    }

    /// The tables of a dump that were passed over, with the number of their rows.
    pub(crate) fn skipped(&self) -> Option<&BTreeMap<String, u64>> {
        match &self.content {
            Content::Lines(_) => None,
            Content::Dump(dump) => Some(dump.skipped()),
        }
    }

    /// Why a dump that was read has nothing to import; `None` if it has, or is no dump.
    pub(crate) fn nothing_found(&self) -> Option<String> {
        match &self.content {
            Content::Dump(dump) if dump.row_count() == 0 => {
                Some(format!("{} {}", self.path.display(), what_is_there(dump)))
            }
            Content::Lines(_) | Content::Dump(_) => None,
        }
    }

    /// The whole of it was read.
    pub(crate) fn finish(&self) {
        self.progress.finish();
    }
}

impl Content {
    fn open(mut reader: Box<dyn BufRead>, name: &str, arguments: &Import) -> anyhow::Result<Self> {
        let writing = match arguments.input {
            Some(writing) => writing,
            None => Writing::recognise(name, reader.fill_buf()?)?,
        };
        let table = || table(arguments.format, writing);
        Ok(match writing {
            Writing::Ndjson => Self::Lines(reader),
            Writing::Json => Self::Lines(array_as_lines(reader)?),
            Writing::Csv => Self::Dump(Dump::csv(table()?, reader)?),
            Writing::Sql => Self::Dump(Dump::sql(table()?, reader)?),
            Writing::Copy => Self::Dump(Dump::copy(table()?, reader)?),
        })
    }

    /// Adds the next line or row, of which `next_number` then follows; `false` at the end.
    fn read_into(&mut self, chunk: &mut Chunk, next_number: &mut u64) -> std::io::Result<bool> {
        match self {
            Self::Lines(reader) => {
                let Some(line) = read_line(&mut **reader)? else { return Ok(false) };
                if !line.trim_ascii().is_empty() {
                    chunk.push(*next_number, line.strip_suffix(b"\r").unwrap_or(&line));
                }
                *next_number += 1;
            }
            Self::Dump(dump) => {
                let Some(row) = dump.next().transpose()? else { return Ok(false) };
                *next_number = row.line + 1;
                chunk.push_row(row.line, row.record);
            }
        }
        Ok(true)
    }
}

/// What a dump holds instead of rows of its table.
fn what_is_there<R: BufRead>(dump: &Dump<R>) -> String {
    let table = dump.table();
    if dump.has_table() {
        return format!("has no rows: {table} is in it, and empty");
    }
    let named = dump.skipped().iter().take(TABLES_NAMED_MAX);
    let mut tables: Vec<_> = named.map(|(name, rows)| format!("{name} ({rows})")).collect();
    let more = dump.skipped().len() - tables.len();
    if more > 0 {
        tables.push(format!("{more} more"));
    }
    match tables.is_empty() {
        true => format!("does not hold {table}, nor rows of any other table"),
        false => format!("does not hold {table}; it has rows of {}", tables.join(", ")),
    }
}

/// The table that a dump is read for.
fn table(format: Format, writing: Writing) -> anyhow::Result<Table> {
    Table::of(format).with_context(|| {
        format!(
            "it is taken for a dump ({writing}), and only tables of Logto and Authgear can be read \
             from one: say --format logto or --format authgear, or --input ndjson"
        )
    })
}

fn decompress(mut raw: impl BufRead + 'static) -> std::io::Result<Box<dyn BufRead>> {
    let start = raw.fill_buf()?;
    if start.starts_with(&GZIP_MAGIC) {
        return Ok(Box::new(BufReader::with_capacity(1 << 20, MultiGzDecoder::new(raw))));
    }
    if start.starts_with(&ZSTD_MAGIC) {
        let decoder = zstd::stream::read::Decoder::with_buffer(raw)?;
        return Ok(Box::new(BufReader::with_capacity(1 << 20, decoder)));
    }
    Ok(Box::new(raw))
}

/// Reads a whole array and gives its items back as lines. Numbers of items are then numbers of
/// lines.
fn array_as_lines(reader: Box<dyn BufRead>) -> anyhow::Result<Box<dyn BufRead>> {
    let mut body = Vec::new();
    reader.take(BATCH_BYTES_MAX as u64 + 1).read_to_end(&mut body)?;
    if body.len() > BATCH_BYTES_MAX {
        bail!(
            "it is one JSON array of more than {BATCH_BYTES_MAX} bytes; write one object a line \
             instead (jq -c '.[]')"
        );
    }
    let batch = batch::split(&body)?;
    let mut lines = Vec::with_capacity(body.len());
    for record in batch.records() {
        // Line ends between tokens are white space; inside strings JSON has none.
        lines.extend(record.bytes.iter().map(|byte| if *byte == b'\n' { b' ' } else { *byte }));
        lines.push(b'\n');
    }
    Ok(Box::new(Cursor::new(lines)))
}

/// One line without its end; the rest of one that is too long is passed over.
fn read_line(reader: &mut dyn BufRead) -> std::io::Result<Option<Vec<u8>>> {
    let mut line = Vec::with_capacity(1_024);
    let limit = LINE_BYTES_MAX as u64;
    if Read::take(&mut *reader, limit).read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    if line.pop_if(|last| *last == b'\n').is_none() && line.len() >= LINE_BYTES_MAX {
        reader.skip_until(b'\n')?;
    }
    Ok(Some(line))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::arguments::{Arguments, Command};

    fn open(path: &Path) -> Input {
        let arguments = ["gatelog", "import", "-"];
        let Command::Import(arguments) = Arguments::parse_from(arguments).command else {
            panic!("another command");
        };
        Input::open(path, &arguments).expect("readable")
    }

    fn lines(text: &[u8]) -> Vec<(u64, String)> {
        let directory = std::env::temp_dir().join("gatelog-import-lines");
        std::fs::create_dir_all(&directory).expect("a directory");
        let path =
            directory.join(format!("{:08x}", text.iter().map(|b| u64::from(*b)).sum::<u64>()));
        std::fs::write(&path, text).expect("a file");
        let mut input = open(&path);
        let mut lines = Vec::new();
        while let Some(chunk) = input.next_chunk().expect("readable") {
            let text = |line: &[u8]| String::from_utf8_lossy(line).into_owned();
            lines.extend(chunk.lines().map(|(number, line)| (number, text(line))));
        }
        lines
    }

    #[test]
    fn plain_compressed_and_array_give_the_same_lines() {
        let expected = [(1, "{\"a\":1}".to_owned()), (3, "[2]".to_owned())];
        let plain = b"{\"a\":1}\r\n\n[2]";
        assert_eq!(lines(plain), expected);
        assert_eq!(lines(&zstd::encode_all(&plain[..], 1).expect("zstd")), expected);
        let mut gzip = flate2::read::GzEncoder::new(&plain[..], flate2::Compression::fast());
        let mut compressed = Vec::new();
        gzip.read_to_end(&mut compressed).expect("gzip");
        assert_eq!(lines(&compressed), expected);
        let array = lines(b" [{\"a\":\n1}, [2]]");
        assert_eq!(array, [(1, "{\"a\": 1}".to_owned()), (2, "[2]".to_owned())]);
    }

    #[test]
    fn a_file_that_ends_early_gives_its_whole_lines_first() {
        let text = "{\"a\":1}\n".repeat(3);
        let mut gzip = flate2::read::GzEncoder::new(text.as_bytes(), flate2::Compression::none());
        let mut compressed = Vec::new();
        gzip.read_to_end(&mut compressed).expect("gzip");
        let path = std::env::temp_dir().join(format!("gatelog-cut-{}.gz", std::process::id()));
        std::fs::write(&path, &compressed[..compressed.len() - 12]).expect("a file");
        let mut input = open(&path);
        let chunk = input.next_chunk().expect("whole lines").expect("some");
        assert_eq!(chunk.lines().count(), 2);
        let error = input.next_chunk().expect_err("cut off").to_string();
        assert!(error.ends_with("cannot read line 3"), "{error}");
        std::fs::remove_file(&path).expect("removed");
    }

    #[test]
    fn an_endless_line_does_not_fill_memory() {
        let mut text = vec![b'x'; LINE_BYTES_MAX + 10];
        text.extend_from_slice(b"\n{}\n");
        let lines = lines(&text);
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0].1.len(), LINE_BYTES_MAX);
        assert_eq!(lines[1], (2, "{}".to_owned()));
    }
}
