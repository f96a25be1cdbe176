//! Bytes taken in pieces, with their lines and columns.
//!
//! What is taken at once is bounded: of a longer piece the beginning is kept, so that it can be
//! shown, and the rest is passed over.

use std::io::{self, BufRead, Read};

/// Longest piece that is kept, in bytes. Records are shorter still, but escapes make them longer.
pub(crate) const PIECE_BYTES_MAX: usize = 4 << 20;

/// At most so many bytes are read at once, in case there are no line ends.
const READ_BYTES_MAX: u64 = 64 << 10;

/// Bytes that are read, and those of them that wait to be taken.
#[derive(Debug)]
pub(crate) struct Text<R> {
    reader: R,
    waiting: Vec<u8>,
    place: Place,
}

/// A place as people count, from 1; columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) line: u64,
    pub(crate) column: u64,
}

/// Bytes that were taken, and where they begin.
#[derive(Debug)]
pub(crate) struct Piece {
    pub(crate) bytes: Vec<u8>,
    pub(crate) place: Place,
    /// Whether its end was found within the bound.
    pub(crate) is_whole: bool,
}

/// Looks for the end of a piece that can be quoted in parts.
#[derive(Debug)]
pub(crate) struct Scan {
    /// The byte that ends the piece.
    stop: u8,
    /// Bytes that begin a quotation, which the same byte ends. `$` stands for PostgreSQL's tags.
    quotes: &'static [u8],
    /// What ends the quotation that is open.
    open: Option<Vec<u8>>,
    position: usize,
}

impl<R: BufRead> Text<R> {
    pub(crate) fn new(mut reader: R) -> io::Result<Self> {
        const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
        if reader.fill_buf()?.starts_with(BYTE_ORDER_MARK) {
            reader.consume(BYTE_ORDER_MARK.len());
        }
        Ok(Self { reader, waiting: Vec::new(), place: Place { line: 1, column: 1 } })
    }

    /// What waits to be taken, without white space before it; empty at the end.
    pub(crate) fn peek(&mut self) -> io::Result<&[u8]> {
        loop {
            let blank = self.waiting.len() - self.waiting.trim_ascii_start().len();
            self.take(blank);
            if !self.waiting.is_empty() || !self.read_more()? {
                return Ok(&self.waiting);
            }
        }
    }

    /// Takes everything up to where `scan` stops; what is left of the input if it never does.
    /// `None` at the end of the input.
    pub(crate) fn take_to(&mut self, mut scan: Scan) -> io::Result<Option<Piece>> {
        let mut cut: Option<Piece> = None;
        loop {
            let end = scan.end(&self.waiting);
            if end.is_none() && self.waiting.len() > PIECE_BYTES_MAX {
                let all = self.take(self.waiting.len());
                cut = cut.or(Some(all));
                scan.position = 0;
            }
            if end.is_none() && self.read_more()? {
                continue;
            }
            let last = self.take(end.unwrap_or(self.waiting.len()));
            let piece = match cut {
                Some(beginning) => Piece { is_whole: false, ..beginning },
                None => Piece { is_whole: end.is_some(), ..last },
            };
            return Ok((!piece.bytes.is_empty()).then_some(piece));
        }
    }

    /// Takes so many of the bytes that were peeked at.
    pub(crate) fn skip(&mut self, length: usize) {
        self.take(length);
    }

    /// Appends the next line, or a part of one.
    fn read_more(&mut self) -> io::Result<bool> {
        let mut reader = Read::take(&mut self.reader, READ_BYTES_MAX);
        Ok(reader.read_until(b'\n', &mut self.waiting)? > 0)
    }

    fn take(&mut self, length: usize) -> Piece {
        let rest = self.waiting.split_off(length.min(self.waiting.len()));
        let bytes = std::mem::replace(&mut self.waiting, rest);
        let place = self.place;
        self.place = place.after(&bytes);
        Piece { bytes, place, is_whole: true }
    }
}

impl Piece {
    /// Whether only its beginning was kept.
    pub(crate) fn is_too_long(&self) -> bool {
        !self.is_whole && self.bytes.len() > PIECE_BYTES_MAX
    }
}

impl Place {
    /// The place behind `bytes`, which begin here.
    pub(crate) fn after(self, bytes: &[u8]) -> Self {
        let mut lines = bytes.split(|byte| *byte == b'\n');
        let last = lines.next_back().unwrap_or_default();
        let line_ends = lines.count() as u64;
        let characters = last.iter().filter(|byte| *byte & 0xc0 != 0x80).count() as u64;
        match line_ends {
            0 => Self { column: self.column + characters, ..self },
            _ => Self { line: self.line + line_ends, column: 1 + characters },
        }
    }
}

impl Scan {
    /// To the end of the line.
    pub(crate) fn line() -> Self {
        Self::new(b'\n', b"")
    }

    /// To the end of a row of CSV.
    pub(crate) fn csv_row() -> Self {
        Self::new(b'\n', b"\"")
    }

    /// To the end of the values of one row of an INSERT statement.
    pub(crate) fn values() -> Self {
        Self::new(b')', b"'\"")
    }

    /// To the end of a statement.
    pub(crate) fn statement() -> Self {
        Self::new(b';', b"'\"$")
    }

    fn new(stop: u8, quotes: &'static [u8]) -> Self {
        Self { stop, quotes, open: None, position: 0 }
    }

    /// Where the piece ends in `text`, which only ever grows between calls.
    fn end(&mut self, text: &[u8]) -> Option<usize> {
        while let Some(byte) = text.get(self.position).copied() {
            let here = text.get(self.position..).unwrap_or_default();
            match &self.open {
                Some(quote) if here.starts_with(quote) => {
                    self.position += quote.len();
                    self.open = None;
                }
                Some(_) => self.position += 1,
                None if byte == self.stop => {
                    self.position += 1;
                    return Some(self.position);
                }
                None => {
                    self.open = self.quotes.contains(&byte).then(|| quotation(here)).flatten();
                    self.position += self.open.as_ref().map_or(1, Vec::len);
                }
            }
        }
        None
    }
}

/// What begins, and so ends, the quotation at the beginning of `text`: a mark, or `$tag$`.
fn quotation(text: &[u8]) -> Option<Vec<u8>> {
    let (mark, rest) = text.split_first()?;
    if *mark != b'$' {
        return Some(vec![*mark]);
    }
    let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    let length = rest.iter().take_while(is_part).count();
    let is_tag = rest.get(length) == Some(&b'$');
    text.get(..length + 2).filter(|_| is_tag).map(<[u8]>::to_vec)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str, scan: fn() -> Scan) -> Vec<(String, u64, u64, bool)> {
        let mut text = Text::new(text.as_bytes()).expect("text");
        std::iter::from_fn(|| text.take_to(scan()).expect("text"))
            .map(|Piece { bytes, place, is_whole }| {
                let text = String::from_utf8(bytes).expect("text");
                (text, place.line, place.column, is_whole)
            })
            .collect()
    }

    #[test]
    fn pieces_end_outside_quotations_and_know_where_they_begin() {
        let piece = |text: &str, line, column, is_whole| (text.to_owned(), line, column, is_whole);
        assert_eq!(
            pieces("\u{feff}é,\"a\n\"\"b\"\nc", Scan::csv_row),
            [piece("é,\"a\n\"\"b\"\n", 1, 1, true), piece("c", 3, 1, false)]
        );
        assert_eq!(
            pieces("é 'it''s;' ; $$ ; $$; $a$ $$ ; $a$;", Scan::statement),
            [
                piece("é 'it''s;' ;", 1, 1, true),
                piece(" $$ ; $$;", 1, 13, true),
                piece(" $a$ $$ ; $a$;", 1, 22, true),
            ]
        );
    }

    #[test]
    fn an_endless_piece_does_not_fill_memory() {
        let text = format!("\"{}\n{}\"\nnext\n", "a".repeat(PIECE_BYTES_MAX), "b".repeat(9_999));
        let found = pieces(&text, Scan::csv_row);
        assert_eq!(found.len(), 2);
        assert!(!found[0].3 && found[0].0.len() <= PIECE_BYTES_MAX + (64 << 10));
        assert_eq!(found[1], ("next\n".to_owned(), 3, 1, true));
    }
}
