//! What fuzzing begins with: the files that the tests of the same code read.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// Where a target's seeds are, and what becomes of a file.
struct Source {
    folder: &'static str,
    extensions: &'static [&'static str],
    seeds: fn(&[u8]) -> Vec<Vec<u8>>,
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
    for path in files(&root.join(source.folder))? {
        let extension = path.extension().unwrap_or_default().to_string_lossy();
        if !source.extensions.contains(&&*extension) {
            continue;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let bytes =
            std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        for (number, seed) in (1..).zip((source.seeds)(&bytes)) {
            let path = corpus.join(format!("seed-{name}-{number}"));
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
    let (folder, extensions, seeds): (_, &[&str], Split) = match target {
        "pql" => ("crates/query/tests/cases", &["txt"], queries),
        "date_math" => ("crates/query/tests/cases", &["txt"], quoted),
        "intake" => (GOLDEN, RECORDS, lines),
        "record_block" => (GOLDEN, RECORDS, blocks),
        "dump" => ("crates/capture/tests/data", &["sql", "csv", "copy"], whole),
        "wal_replay" => ("crates/ledger/tests/fixtures/v1/data/wal", &["wal"], whole),
        "segment_reader" => {
            ("crates/ledger/tests/fixtures/v1/data/tenants/default/segments", &["seg"], whole)
        }
        _ => bail!("say in xtask/src/fuzz/seeds.rs what `{target}` begins with"),
    };
    Ok(Source { folder, extensions, seeds })
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

/// Records as a block of the ledger: flags, length as a varint, bytes
/// (`docs/formats/segment.md`).
fn blocks(file: &[u8]) -> Vec<Vec<u8>> {
    let block = |records: &[Vec<u8>]| {
        let mut block = Vec::new();
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
    };
    lines(file).chunks(BLOCK_RECORDS).map(block).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_has_seeds() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let targets = super::super::targets(root).unwrap();
        assert!(targets.len() >= 7, "{targets:?}");
        for target in targets {
            let source = source(&target).unwrap();
            let files = files(&root.join(source.folder)).unwrap();
            let seeds = files.iter().filter(|path| {
                let extension = path.extension().unwrap_or_default().to_string_lossy();
                source.extensions.contains(&&*extension)
            });
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
        assert_eq!(block, [[&[0, 2, b'{', b'}', 0, 0xc8, 1][..], &long].concat()]);
    }
}
