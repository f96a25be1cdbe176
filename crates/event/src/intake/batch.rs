//! A request's body to records, and offsets to lines and columns.
//!
//! A body is a JSON array, one JSON object (which may run over several lines), or NDJSON: one
//! record a line, split at `\n` only. Only an array must be well-formed as a whole; elsewhere a
//! broken record spoils nothing but itself.

use crate::json::{Document, SyntaxError};

/// The records of a body, in order.
#[derive(Clone, Debug)]
pub struct Batch<'b> {
    body: &'b [u8],
    form: Form,
}

#[derive(Clone, Debug)]
enum Form {
    /// Start and end of each item.
    Array(Vec<(usize, usize)>),
    Single,
    Lines,
}

/// One record of a [`Batch`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'b> {
    /// The line it is on, from 1; in an array, the number of the item.
    pub line: u64,
    /// Its bytes, not parsed yet.
    pub bytes: &'b [u8],
}

/// A place in a body as people count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// From 1; in an array, the number of the item.
    pub line: u64,
    /// From 1, in characters; a byte that is not UTF-8 counts as one.
    pub column: u64,
}

/// A body that is refused as a whole.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {}, column {}: {reason}", place.line, place.column)]
pub struct BrokenBody {
    /// Where, in lines of the body.
    pub place: Place,
    /// What is wrong, in words.
    pub reason: &'static str,
}

/// Splits a body into records.
///
/// # Errors
/// [`BrokenBody`] when it is an array that is not well-formed.
pub fn split(body: &[u8]) -> Result<Batch<'_>, BrokenBody> {
    let body = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body);
    let form = match body.trim_ascii_start().first() {
        Some(b'[') => Form::Array(items(body)?),
        Some(b'{') if is_one_object(body) => Form::Single,
        _ => Form::Lines,
    };
    Ok(Batch { body, form })
}

impl<'b> Batch<'b> {
    /// One record a line, whatever the lines begin with.
    pub fn lines(body: &'b [u8]) -> Self {
        Self { body, form: Form::Lines }
    }

    /// The records. Blank lines are counted and left out.
    pub fn records(&self) -> Box<dyn Iterator<Item = Record<'b>> + '_> {
        let body = self.body;
        match &self.form {
            Form::Array(items) => Box::new((1..).zip(items).map(move |(line, (start, end))| {
                Record { line, bytes: body.get(*start..*end).unwrap_or_default() }
            })),
            Form::Single => Box::new(std::iter::once(Record { line: 1, bytes: body })),
            Form::Lines => Box::new(lines(body)),
        }
    }

    /// Where the byte at `offset` of `record` stands.
    pub fn place(&self, record: Record<'_>, offset: usize) -> Place {
        match self.form {
            Form::Single => place_in(record.bytes, offset),
            Form::Array(_) | Form::Lines => {
                let before = record.bytes.get(..offset).unwrap_or(record.bytes);
                Place { line: record.line, column: count_characters(before) + 1 }
            }
        }
    }
}

fn items(body: &[u8]) -> Result<Vec<(usize, usize)>, BrokenBody> {
    let array = Document::parse(body).map_err(|SyntaxError { offset, reason }| BrokenBody {
        place: place_in(body, offset),
        reason,
    })?;
    Ok(array.root().children().map(|item| (item.span().start, item.span().end)).collect())
}

/// Whether a body that begins with an object is nothing else: its first line ends inside the
/// object, and no other line begins with one. So a first line that is cut off takes no whole
/// record with it.
fn is_one_object(body: &[u8]) -> bool {
    let mut lines = lines(body);
    let Some(first) = lines.next() else { return false };
    let ends_inside = |error: SyntaxError| error.offset == first.bytes.len();
    let mut others = lines.peekable();
    Document::parse(first.bytes).is_err_and(ends_inside)
        && others.peek().is_some()
        && others.all(|line| line.bytes.first() != Some(&b'{'))
}

fn lines(body: &[u8]) -> impl Iterator<Item = Record<'_>> {
    let mut rest = Some(body);
    let lines = std::iter::from_fn(move || {
        let text = rest?;
        let end = memchr::memchr(b'\n', text);
        let (line, after) = text.split_at_checked(end.unwrap_or(text.len()))?;
        rest = end.and_then(|_| after.get(1..));
        Some(line)
    });
    (1..)
        .zip(lines)
        .map(|(line, bytes)| Record { line, bytes: bytes.strip_suffix(b"\r").unwrap_or(bytes) })
        .filter(|record| !record.bytes.trim_ascii_start().is_empty())
}

/// Where the byte at `offset` of a text of several lines stands.
pub fn place_in(text: &[u8], offset: usize) -> Place {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = memchr::memrchr(b'\n', before).map_or(0, |position| position + 1);
    let line = memchr::memchr_iter(b'\n', before).count() as u64 + 1;
    let column = count_characters(before.get(line_start..).unwrap_or_default()) + 1;
    Place { line, column }
}

fn count_characters(text: &[u8]) -> u64 {
    let in_chunk =
        |chunk: std::str::Utf8Chunk<'_>| chunk.valid().chars().count() + chunk.invalid().len();
    text.utf8_chunks().map(in_chunk).sum::<usize>() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(body: &str) -> Vec<(u64, String)> {
        let batch = split(body.as_bytes()).expect("a body");
        let text = |record: Record<'_>| String::from_utf8(record.bytes.to_vec()).expect("UTF-8");
        batch.records().map(|record| (record.line, text(record))).collect()
    }

    fn owned(records: &[(u64, &str)]) -> Vec<(u64, String)> {
        records.iter().map(|(line, text)| (*line, (*text).to_owned())).collect()
    }

    #[test]
    fn a_first_line_that_is_cut_off_takes_no_other_with_it() {
        let expected = [(1, "{\"a\":1,"), (2, "\"b\":2}"), (3, "{\"c\":3}")];
        assert_eq!(records("{\"a\":1,\n\"b\":2}\n{\"c\":3}\n"), owned(&expected));
    }

    #[test]
    fn lines_are_numbered_with_blank_ones() {
        let body = "{\"a\":1}\r\n\n  \n{\"b\":\"\u{2028}\"}\nbroken\n";
        let expected = [(1, "{\"a\":1}"), (4, "{\"b\":\"\u{2028}\"}"), (5, "broken")];
        assert_eq!(records(body), owned(&expected));
        assert_eq!(records(""), []);
        assert_eq!(records("\u{feff}{}"), owned(&[(1, "{}")]));
    }

    #[test]
    fn an_array_numbers_its_items() {
        assert_eq!(records("\n[ {\"a\":\n1} , 2 ]"), owned(&[(1, "{\"a\":\n1}"), (2, "2")]));
        assert_eq!(records("[]"), []);
        let error = split(b"[{},\n  {\"\xc3\xa9\":1]").expect_err("not an array");
        assert_eq!(error.to_string(), "line 2, column 9: expected `,` or `}`");
    }

    #[test]
    fn one_object_may_run_over_lines() {
        let body = "{\n  \"type\": \"a\",\n  \"é\": x\n}\n";
        let batch = split(body.as_bytes()).expect("a body");
        let record = batch.records().next().expect("a record");
        assert_eq!((batch.records().count(), record.bytes), (1, body.as_bytes()));
        let offset = body.find('x').expect("in there");
        assert_eq!(batch.place(record, offset), Place { line: 3, column: 8 });
    }

    #[test]
    fn a_line_cut_short_does_not_swallow_the_next() {
        let body = "{\"type\":\"a\n{\"type\":\"b\"}";
        assert_eq!(records(body), owned(&[(1, "{\"type\":\"a"), (2, "{\"type\":\"b\"}")]));
    }

    #[test]
    fn columns_count_characters() {
        let batch = split(b"{}\n\"\xc3\xa9\xff\xff\" x").expect("a body");
        let record = batch.records().nth(1).expect("a second line");
        assert_eq!(batch.place(record, 7), Place { line: 2, column: 7 });
        assert_eq!(batch.place(record, 0), Place { line: 2, column: 1 });
    }
}
