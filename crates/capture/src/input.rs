//! How an input is written, recognised by its name or its first bytes.

use std::fmt;
use std::str::FromStr;

/// How an input is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// One JSON record a line.
    Ndjson,
    /// One JSON array of records.
    Json,
    /// A table with a header, as `COPY ... TO ... WITH (FORMAT csv, HEADER)` writes it.
    Csv,
    /// A plain dump, as `pg_dump --data-only` writes it, with COPY blocks or INSERT statements.
    Sql,
    /// The rows of one table, as `COPY ... TO` writes them without options.
    Copy,
}

/// How dumps in PostgreSQL's own binary formats begin.
const BINARY_DUMP: &[u8] = b"PGDMP";

/// How the first statement of a plain dump begins, in capitals.
const STATEMENTS: [&[u8]; 8] =
    [b"--", b"\\RESTRICT ", b"\\CONNECT ", b"SET ", b"SELECT ", b"COPY ", b"INSERT ", b"BEGIN"];

/// An input that cannot be read in any way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "it is a dump in a binary format; `pg_restore --data-only --file=dump.sql` makes a plain one \
     of it"
)]
pub struct BinaryDump;

impl Input {
    const ALL: [Self; 5] = [Self::Ndjson, Self::Json, Self::Csv, Self::Sql, Self::Copy];

    /// The name used on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Sql => "sql",
            Self::Copy => "copy",
        }
    }

    /// Recognises an input by how its file is called, else by how it begins (decompressed).
    ///
    /// # Errors
    /// [`BinaryDump`] when it begins like one.
    pub fn recognise(file_name: &str, start: &[u8]) -> Result<Self, BinaryDump> {
        if start.starts_with(BINARY_DUMP) {
            return Err(BinaryDump);
        }
        Ok(Self::by_json(start)
            .or_else(|| Self::by_extension(file_name))
            .unwrap_or_else(|| Self::by_first_line(start)))
    }

    /// JSON shows by itself, however its file is called.
    fn by_json(start: &[u8]) -> Option<Self> {
        match start.trim_ascii_start().first()? {
            b'[' => Some(Self::Json),
            b'{' => Some(Self::Ndjson),
            _ => None,
        }
    }

    fn by_extension(file_name: &str) -> Option<Self> {
        let name = file_name.to_ascii_lowercase();
        let name = [".gz", ".zst"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(&name);
        match name.rsplit_once('.')?.1 {
            "csv" => Some(Self::Csv),
            "sql" => Some(Self::Sql),
            "ndjson" | "jsonl" | "json" => Some(Self::Ndjson),
            _ => None,
        }
    }

    fn by_first_line(start: &[u8]) -> Self {
        let line = start.trim_ascii_start();
        let line = line.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let begins_with = |word: &&[u8]| {
            line.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
        };
        match () {
            () if STATEMENTS.iter().any(begins_with) => Self::Sql,
            () if line.contains(&b'\t') => Self::Copy,
            () if is_header(line) => Self::Csv,
            () => Self::Ndjson,
        }
    }
}

/// Names of columns between commas.
fn is_header(line: &[u8]) -> bool {
    let is_part =
        |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_,\"\r".contains(byte);
    line.contains(&b',') && line.iter().all(is_part)
}

impl fmt::Display for Input {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A name that no way of writing has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown input `{0}` (known: ndjson, json, csv, sql, copy)")]
pub struct UnknownInput(pub String);

impl FromStr for Input {
    type Err = UnknownInput;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|input| input.name() == name)
            .ok_or_else(|| UnknownInput(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_recognised() {
        let cases: [(&str, &[u8], Input); 14] = [
            ("-", b"{\"id\":1}\n", Input::Ndjson),
            ("rows.csv", b" [{}]", Input::Json),
            ("rows.sql", b"{}", Input::Ndjson),
            ("logs.csv.gz", b"tenant_id;id\n", Input::Csv),
            ("LOGS.SQL.zst", b"", Input::Sql),
            ("rows.jsonl", b"not JSON", Input::Ndjson),
            ("-", b"--\n-- PostgreSQL database dump\n", Input::Sql),
            ("dump", b"\\restrict x\n", Input::Sql),
            ("dump", b"\n\nSET statement_timeout = 0;\n", Input::Sql),
            ("-", b"insert into logs values", Input::Sql),
            ("logs", b"default\tid\tkey\t{}\t2026-11-20\n", Input::Copy),
            ("logs", b"tenant_id,id,key,payload,created_at\r\ndefault,", Input::Csv),
            ("logs", b"", Input::Ndjson),
            ("logs", b"not JSON, that is clear", Input::Ndjson),
        ];
        for (name, start, expected) in cases {
            let start_text = String::from_utf8_lossy(start);
            assert_eq!(Input::recognise(name, start), Ok(expected), "{name} {start_text}");
        }
        assert_eq!(Input::recognise("x.sql", b"PGDMP\x01"), Err(BinaryDump));
    }
}
