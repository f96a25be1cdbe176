//! Dumps in `tests/data/`, each beside what is read from it.
//!
//! `<source>-<name>.<input>` is a dump; those without `damaged` and `cut` in their names are as
//! PostgreSQL 15 wrote them (`authgear-own-dump.csv`: as Authgear's `audit database dump` does).
//! `<source>-<name>.<input>.txt` is what comes of it; after a change that is meant,
//! `UPDATE_DUMPS=1 cargo test -p gatelog-capture --test dumps` writes it again.

#![expect(clippy::expect_used, clippy::panic, reason = "a test's panic is its report")]

use std::fs;
use std::path::{Path, PathBuf};

use gatelog_capture::dump::{Dump, Error, Row};
use gatelog_capture::input::Input;
use gatelog_capture::table::Table;
use gatelog_event::json::Document;
use gatelog_event::mapping;
use gatelog_event::source::Format;
use proptest::prelude::*;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}

/// Every dump, in order of names, with the format of its records.
fn dumps() -> Vec<(PathBuf, Format)> {
    let entries = fs::read_dir(folder()).expect("the folder");
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension != "txt"))
        .collect();
    files.sort();
    let format = |path: &Path| name(path).split('-').next().and_then(|name| name.parse().ok());
    files.into_iter().map(|path| (path.clone(), format(&path).expect("a format"))).collect()
}

fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).expect("a name")
}

fn open<'c>(path: &Path, format: Format, content: &'c [u8]) -> Result<Dump<&'c [u8]>, Error> {
    let table = Table::of(format).expect("a table");
    match Input::recognise(name(path), content).expect("plain text") {
        Input::Csv => Dump::csv(table, content),
        Input::Sql => Dump::sql(table, content),
        Input::Copy => Dump::copy(table, content),
        other => panic!("{}: taken for {other}", path.display()),
    }
}

fn answer(path: &Path, format: Format) -> String {
    let content = fs::read(path).expect("a dump");
    let mut dump = match open(path, format, &content) {
        Ok(dump) => dump,
        Err(error) => return format!("{error}\n"),
    };
    let mut answer = String::new();
    for row in &mut dump {
        answer += &match row {
            Ok(Row { line, record: Ok(record) }) => {
                let document = Document::parse(&record).expect("JSON");
                mapping::map(format, &document).expect("an event");
                format!("line {line}: {}\n", document.text())
            }
            Ok(Row { record: Err(bad), .. }) => {
                let text = String::from_utf8_lossy(&bad.text);
                let (line, column, reason) = (bad.line, bad.column, bad.reason);
                format!("line {line}, column {column}: {reason}\n  {text}\n")
            }
            Err(error) => {
                answer += &format!("{error}\n");
                break;
            }
        };
    }
    for (table, rows) in dump.skipped() {
        answer += &format!("skipped: {table} {rows}\n");
    }
    answer
}

#[test]
fn dumps_become_what_stands_beside_them() {
    let update = std::env::var_os("UPDATE_DUMPS").is_some();
    let mut different = Vec::new();
    for (path, format) in dumps() {
        let answer = answer(&path, format);
        let beside = path.with_file_name(format!("{}.txt", name(&path)));
        if update {
            fs::write(&beside, answer).expect("written");
        } else if fs::read_to_string(&beside).ok().as_deref() != Some(&answer) {
            different.push(format!("--- {}\n{answer}", beside.display()));
        }
    }
    assert!(different.is_empty(), "differ, see this test's head:\n{}", different.concat());
}

/// However a table is dumped, its rows become the same records.
#[test]
fn the_way_of_writing_makes_no_difference() {
    for format in [Format::Logto, Format::Authgear] {
        let mut seen: Option<Vec<String>> = None;
        let damaged = |path: &PathBuf| {
            ["damaged", "cut", "other", "own"].iter().any(|word| name(path).contains(word))
        };
        for (path, _) in dumps().into_iter().filter(|(path, it)| *it == format && !damaged(path)) {
            let content = fs::read(&path).expect("a dump");
            let rows = open(&path, format, &content).expect("readable");
            let record = |row: std::io::Result<Row>| row.expect("a row").record.expect("a record");
            let mut records: Vec<String> =
                rows.map(|row| String::from_utf8(record(row)).expect("UTF-8")).collect();
            records.sort();
            assert_eq!(records.len(), 5, "{}", path.display());
            assert_eq!(*seen.get_or_insert_with(|| records.clone()), records, "{}", path.display());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is done to a dump, reading it ends, and every row is on a line that is there.
    #[test]
    fn any_dump_is_answered(
        file in prop::sample::select(dumps()),
        edits in prop::collection::vec((any::<prop::sample::Index>(), "[\\\\'\"$;,()\n\t\\.a\u{e9}]{0,3}"), 1..9),
    ) {
        let (path, format) = file;
        let mut content = fs::read(path).expect("a dump");
        for (at, text) in edits {
            let at = at.index(content.len());
            content.splice(at..(at + 2).min(content.len()), text.bytes());
        }
        let lines = content.split(|byte| *byte == b'\n').count() as u64;
        let table = Table::of(format).expect("a table");
        let opened = [
            Dump::sql(table, &*content), Dump::csv(table, &*content), Dump::copy(table, &*content),
        ];
        for dump in opened.into_iter().flatten() {
            for row in dump.map_while(Result::ok) {
                let line = row.record.map_or_else(|bad| bad.line, |_| row.line);
                prop_assert!(row.line >= 1 && line >= row.line && line <= lines);
            }
        }
    }
}
