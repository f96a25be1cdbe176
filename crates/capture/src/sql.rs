//! Statements of a plain dump: what COPY and INSERT are about, and one row's values as INSERT
//! writes them (PostgreSQL 9.1 to 18, with `standard_conforming_strings` on, as `pg_dump` sets it).
//!
//! ```text
//! copy    := "COPY" table [ columns ] "FROM" "stdin" ";"
//! insert  := "INSERT" "INTO" table [ columns ] [ "OVERRIDING" word "VALUE" ] "VALUES"
//! table   := name { "." name }
//! columns := "(" name { "," name } ")"
//! name    := word | '"' ... '"'            a doubled quotation mark stands for one
//! values  := "(" value { "," value } ")"
//! value   := "NULL" | word | "'" ... "'"   a doubled apostrophe stands for one
//! ```

use std::borrow::Cow;

use crate::{Cell, Malformed};

/// What a statement is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// The table's name, with its schema if that is stated, without quotation marks.
    pub(crate) table: String,
    /// The columns in the order of the values, if the statement names them.
    pub(crate) columns: Option<Vec<String>>,
}

/// What `COPY ... FROM stdin;` is about. `None` for any other statement.
pub(crate) fn copy_header(statement: &[u8]) -> Option<Header> {
    let mut cursor = Cursor { text: statement, position: 0 };
    cursor.keyword("COPY")?;
    let header = cursor.header()?;
    cursor.keyword("FROM")?;
    cursor.keyword("stdin")?;
    cursor.mark(b';')?;
    Some(header)
}

/// What `INSERT INTO ... VALUES` is about, and its length. `None` for any other statement.
pub(crate) fn insert_header(statement: &[u8]) -> Option<(Header, usize)> {
    let mut cursor = Cursor { text: statement, position: 0 };
    cursor.keyword("INSERT")?;
    cursor.keyword("INTO")?;
    let header = cursor.header()?;
    if cursor.keyword("OVERRIDING").is_some() {
        cursor.word()?;
        cursor.keyword("VALUE")?;
    }
    cursor.keyword("VALUES")?;
    Some((header, cursor.position))
}

/// The values of one row, which has its parentheses.
pub(crate) fn cells(row: &[u8]) -> Result<Vec<Cell<'static>>, Malformed> {
    let mut cursor = Cursor { text: row, position: 0 };
    cursor.mark(b'(').ok_or_else(|| Malformed::new(0, "expected `(`"))?;
    let mut cells = Vec::with_capacity(12);
    loop {
        cells.push(cursor.cell()?);
        if cursor.mark(b',').is_some() {
            continue;
        }
        return match cursor.mark(b')') {
            Some(()) => Ok(cells),
            None => Err(Malformed::new(cursor.position, "expected `,` or `)` after a value")),
        };
    }
}

#[derive(Clone, Copy, Debug)]
struct Cursor<'t> {
    text: &'t [u8],
    position: usize,
}

impl<'t> Cursor<'t> {
    fn header(&mut self) -> Option<Header> {
        let mut table = self.name()?;
        while self.mark(b'.').is_some() {
            table = format!("{table}.{}", self.name()?);
        }
        let mut columns = None;
        if self.mark(b'(').is_some() {
            let mut names = vec![self.name()?];
            while self.mark(b',').is_some() {
                names.push(self.name()?);
            }
            self.mark(b')')?;
            columns = Some(names);
        }
        Some(Header { table, columns })
    }

    fn cell(&mut self) -> Result<Cell<'static>, Malformed> {
        self.skip_blanks();
        let offset = self.position;
        if self.peek() == Some(b'\'') {
            let text = self.quoted(b'\'').ok_or_else(|| {
                Malformed::new(offset, "the value is not UTF-8, or its quotation does not end")
            })?;
            return Ok(Cell { offset, value: Some(Cow::Owned(text)) });
        }
        let word = self.word().ok_or_else(|| Malformed::new(offset, "expected a value"))?;
        let value = (!word.eq_ignore_ascii_case("NULL")).then(|| Cow::Owned(word.to_owned()));
        Ok(Cell { offset, value })
    }

    fn keyword(&mut self, expected: &str) -> Option<()> {
        let before = *self;
        match self.word() {
            Some(word) if word.eq_ignore_ascii_case(expected) => Some(()),
            _ => {
                *self = before;
                None
            }
        }
    }

    fn name(&mut self) -> Option<String> {
        self.skip_blanks();
        match self.peek()? {
            b'"' => self.quoted(b'"'),
            _ => self.word().map(str::to_owned),
        }
    }

    /// Letters, digits and what numbers hold besides.
    fn word(&mut self) -> Option<&'t str> {
        self.skip_blanks();
        let rest = self.text.get(self.position..)?;
        let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_$+-".contains(byte);
        let length = rest.iter().take_while(is_part).count();
        let is_fraction = rest.get(length) == Some(&b'.')
            && rest.first().is_some_and(|byte| byte.is_ascii_digit() || *byte == b'-');
        let more = if is_fraction {
            1 + rest.iter().skip(length + 1).take_while(is_part).count()
        } else {
            0
        };
        let word = std::str::from_utf8(rest.get(..length + more)?).ok()?;
        self.position += word.len();
        (!word.is_empty()).then_some(word)
    }

    /// A text between marks, of which two stand for one.
    fn quoted(&mut self, mark: u8) -> Option<String> {
        let mut bytes = Vec::new();
        self.position += 1;
        loop {
            let rest = self.text.get(self.position..)?;
            let length = memchr::memchr(mark, rest)?;
            bytes.extend_from_slice(rest.get(..length)?);
            self.position += length + 1;
            if self.peek() != Some(mark) {
                return String::from_utf8(bytes).ok();
            }
            bytes.push(mark);
            self.position += 1;
        }
    }

    fn mark(&mut self, expected: u8) -> Option<()> {
        self.skip_blanks();
        (self.peek() == Some(expected)).then(|| self.position += 1)
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.position).copied()
    }

    fn skip_blanks(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.position += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn header(table: &str, columns: &[&str]) -> Header {
        let columns = columns.iter().map(|name| (*name).to_owned()).collect();
        Header { table: table.to_owned(), columns: Some(columns) }
    }

    #[test]
    fn headers() {
        assert_eq!(
            copy_header(b"COPY public.logs (tenant_id, id, \"user\") FROM stdin;"),
            Some(header("public.logs", &["tenant_id", "id", "user"]))
        );
        assert_eq!(copy_header(b"COPY logs TO stdout;"), None);
        assert_eq!(copy_header(b"COPY logs FROM '/tmp/x';"), None);
        let insert = b"insert into \"My \"\"App\"\"\".\"_audit_log\" (id) OVERRIDING SYSTEM VALUE VALUES ('x')";
        let expected = header("My \"App\"._audit_log", &["id"]);
        assert_eq!(insert_header(insert), Some((expected, insert.len() - 6)));
        let bare = Header { table: "logs".to_owned(), columns: None };
        assert_eq!(insert_header(b"INSERT INTO logs VALUES\n"), Some((bare, 23)));
        assert_eq!(insert_header(b"INSERT INTO logs SELECT 1;"), None);
        assert_eq!(insert_header(b"INSERT INTO logs DEFAULT VALUES;"), None);
    }

    #[test]
    fn values() {
        let cells = cells(b"('it''s', NULL,\n -1.5, true, '')").expect("values");
        let found: Vec<_> = cells.iter().map(|cell| (cell.offset, cell.value.as_deref())).collect();
        let expected =
            [(1, Some("it's")), (10, None), (17, Some("-1.5")), (23, Some("true")), (29, Some(""))];
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_wrong_has_a_place() {
        let cases = [
            ("x", 0, "expected `(`"),
            ("()", 1, "expected a value"),
            ("('a' 'b')", 5, "expected `,` or `)` after a value"),
            ("('a', E'b')", 7, "expected `,` or `)` after a value"),
            ("('a', 'b", 6, "the value is not UTF-8, or its quotation does not end"),
        ];
        for (row, offset, reason) in cases {
            assert_eq!(cells(row.as_bytes()), Err(Malformed::new(offset, reason)), "{row}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            row in prop::collection::vec(prop::option::of("(['\"\\\\(),;\n]|\\PC){0,9}"), 1..6),
        ) {
            let written: Vec<String> = row
                .iter()
                .map(|value| match value {
                    Some(value) => format!("'{}'", value.replace('\'', "''")),
                    None => "NULL".to_owned(),
                })
                .collect();
            let cells = cells(format!("({})", written.join(", ")).as_bytes()).expect("values");
            let found: Vec<_> =
                cells.into_iter().map(|cell| cell.value.map(Cow::into_owned)).collect();
            prop_assert_eq!(found, row);
        }

        #[test]
        fn any_bytes_are_answered(row in prop::collection::vec(any::<u8>(), 0..60)) {
            let answer = cells(&row);
            prop_assert!(answer.map_or_else(|wrong| wrong.offset <= row.len(), |cells| !cells.is_empty()));
            let _ = (copy_header(&row), insert_header(&row));
        }
    }
}
