//! What fuzzing begins with: the files that the tests of the same code read.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// Where a target's seeds are, and what becomes of a file.
struct Source {
    folders: &'static [&'static str],
    extensions: &'static [&'static str],
    seeds: fn(&[u8]) -> Vec<Vec<u8>>,
}

impl Source {
    /// The files to begin with.
    ///
    /// # Errors
    /// When a folder cannot be read.
    fn files(&self, root: &Path) -> Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for folder in self.folders {
            found.extend(files(&root.join(folder))?);
        }
        found.retain(|path| {
            let extension = path.extension().unwrap_or_default().to_string_lossy();
            self.extensions.contains(&&*extension)
        });
        Ok(found)
    }
}

/// Records that fit in a block, and so in a seed.
const BLOCK_RECORDS: usize = 8;

/// Writes the seeds of a target into its corpus. They have the same names every time, so that
/// what was found from them before stays beside them.
///
/// # Errors
/// When the target is not known here, or files cannot be read or written.
pub(super) fn write(root: &Path, target: &str, corpus: &Path) -> Result<()> {
    let source = source(target)?;
    for (file, path) in source.files(root)?.into_iter().enumerate() {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let bytes =
            std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        for (number, seed) in (1..).zip((source.seeds)(&bytes)) {
            let path = corpus.join(format!("seed-{file}-{name}-{number}"));
            std::fs::write(&path, seed)
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
    }
    Ok(())
}

fn source(target: &str) -> Result<Source> {
    type Split = fn(&[u8]) -> Vec<Vec<u8>>;
    const GOLDEN: &str = "crates/event/tests/golden";
    const RECORDS: &[&str] = &["json", "ndjson"];
    const CASES: &[&str] = &["crates/query/tests/cases"];
    const SYSLOG: &[&str] = &["crates/source/tests/data/syslog"];
    const SEGMENTS: [&str; 2] = [
        "crates/ledger/tests/fixtures/v1/data/tenants/default/segments",
        "crates/ledger/tests/fixtures/v2/data/tenants/default/segments",
    ];
    let (folders, extensions, seeds): (&[&str], &[&str], Split) = match target {
        "pql" => (CASES, &["txt"], queries),
        "date_math" => (CASES, &["txt"], quoted),
        "intake" => (&[GOLDEN], RECORDS, lines),
        "record_block" => (&[GOLDEN, SEGMENTS[1]], &["json", "ndjson", "seg"], blocks),
        "dump" => (&["crates/capture/tests/data"], &["sql", "csv", "copy"], whole),
        "syslog_frames" => (SYSLOG, &["syslog"], pieces),
        "syslog_message" => (SYSLOG, &["syslog"], lines),
        "mapping" => (&["crates/capture/mappings"], &["jq"], with_input),
        "otlp" => (&["crates/capture/tests/data/otlp"], &["pb", "json"], whole),
        "wal_replay" => (&["crates/ledger/tests/fixtures/v1/data/wal"], &["wal"], whole),
        "segment_reader" => (&SEGMENTS, &["seg"], whole),
        _ => bail!("say in xtask/src/fuzz/seeds.rs what `{target}` begins with"),
    };
    Ok(Source { folders, extensions, seeds })
}

/// The files of a folder, by name.
///
/// # Errors
/// When it cannot be read.
pub(super) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let cannot = || format!("cannot read {}", folder.display());
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(cannot)? {
        files.push(entry.with_context(cannot)?.path());
    }
    files.sort();
    Ok(files)
}

fn whole(file: &[u8]) -> Vec<Vec<u8>> {
    vec![file.to_vec()]
}

/// A file of bytes that come in pieces, the size of which stands before them.
fn pieces(file: &[u8]) -> Vec<Vec<u8>> {
    vec![[&[7], file].concat()]
}

/// A mapping file, a 0, and an input in which any of them finds something.
fn with_input(file: &[u8]) -> Vec<Vec<u8>> {
    const INPUT: &[u8] = br#"{"log_id":"1","data":{"type":"s","events":[{"eventType":"a"}]},
"eventType":"user.session.start","uuid":"2","type":"LOGIN","time":1700000000000,"details":{}}"#;
    vec![[file, &[0], INPUT].concat()]
}

fn lines(file: &[u8]) -> Vec<Vec<u8>> {
    file.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(<[u8]>::to_vec).collect()
}

/// The queries of a file of cases, which stand behind `> `.
fn queries(file: &[u8]) -> Vec<Vec<u8>> {
    let lines = lines(file).into_iter();
    lines.filter_map(|line| Some(line.strip_prefix(b"> ")?.to_vec())).collect()
}

/// What stands between quotes in them: values, times among them.
fn quoted(file: &[u8]) -> Vec<Vec<u8>> {
    let between = |query: Vec<u8>| {
        let parts = query.split(|byte| *byte == b'"').skip(1).step_by(2);
        parts.map(<[u8]>::to_vec).collect::<Vec<_>>()
    };
    queries(file).into_iter().flat_map(between).collect()
}

/// Blocks of records: those of a segment with its tables, or lines as a block of version 1
/// (`docs/formats/segment.md`).
fn blocks(file: &[u8]) -> Vec<Vec<u8>> {
    match first_block(file) {
        Some(block) => vec![block],
        None => lines(file).chunks(BLOCK_RECORDS).map(plain_block).collect(),
    }
}

/// A 1, the length of the tables, the tables and the first block of a segment of version 2.
fn first_block(file: &[u8]) -> Option<Vec<u8>> {
    const HEADER_BYTES: usize = 16;
    let number = |start: usize, length: usize| -> Option<usize> {
        let bytes = file.get(start..start.checked_add(length)?)?;
        let number = bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte));
        usize::try_from(number).ok()
    };
    let part = |kind: u8| -> Option<(usize, usize)> {
        let trailer = file.len().checked_sub(24)?;
        let mut entries = (number(trailer, 8)?.checked_add(32)?..trailer).step_by(24);
        let entry = entries.find(|entry| file.get(*entry) == Some(&kind))?;
        Some((number(entry + 8, 8)?, number(entry + 16, 8)?))
    };
    file.starts_with(b"GLSEG").then_some(())?;
    let ((tables, length), (index, _)) = (part(10)?, part(11)?);
    let block = file.get(HEADER_BYTES..HEADER_BYTES + number(index + 1, 3)?)?;
    let tables = file.get(tables..tables.checked_add(length)?)?;
    let length = u32::try_from(length).ok()?.to_le_bytes();
    Some([&[1], &length[..], tables, block].concat())
}

/// Records behind a 0: flags, length as a varint, bytes.
fn plain_block(records: &[Vec<u8>]) -> Vec<u8> {
    let mut block = vec![0];
    for record in records {
        block.push(0);
        let mut length = record.len();
        while length >= 0x80 {
            block.extend(u8::try_from(length & 0x7f).map(|low| low | 0x80));
            length >>= 7;
        }
        block.extend(u8::try_from(length));
        block.extend_from_slice(record);
    }
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_has_seeds() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let targets = super::super::targets(root).unwrap();
        assert!(targets.len() >= 9, "{targets:?}");
        for target in targets {
            let source = source(&target).unwrap();
            let seeds = source.files(root).unwrap().into_iter();
            let seeds: usize =
                seeds.map(|path| (source.seeds)(&std::fs::read(path).unwrap()).len()).sum();
            assert!(seeds > 0, "{target}");
        }
    }

    #[test]
    fn seeds_are_what_the_target_reads() {
        let cases = b"# A comment\n> time >= \"now-7d/d\" AND type = \"a\"\n= time\n";
        assert_eq!(queries(cases), [b"time >= \"now-7d/d\" AND type = \"a\""]);
        assert_eq!(quoted(cases), [b"now-7d/d".to_vec(), b"a".to_vec()]);
        let long = [b'x'; 200];
        let block = blocks(&[b"{}\n".as_slice(), &long].concat());
        assert_eq!(block, [[&[0, 0, 2, b'{', b'}', 0, 0xc8, 1][..], &long].concat()]);
    }
}
