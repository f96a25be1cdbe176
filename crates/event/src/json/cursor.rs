//! A place in a text, and the rules of what may stand there.
//!
//! It is copied, never lent: what is rare takes it by value and says where it ends, so that the
//! place stays in a register for all the rest.

use super::marks::Marks;
use super::parse::to_u32;
use super::{Key, Kind, SyntaxError};

#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    marks: Marks<'a>,
    position: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, marks: Marks::of(bytes), position: 0 }
    }

    pub(super) fn position(self) -> usize {
        self.position
    }

    pub(super) fn advance(&mut self) {
        self.position += 1;
    }

    pub(super) fn error(self, reason: &'static str) -> SyntaxError {
        SyntaxError { offset: self.position, reason }
    }

    /// An error at the byte that was passed last.
    pub(super) fn error_before(self, reason: &'static str) -> SyntaxError {
        SyntaxError { offset: self.position - 1, reason }
    }

    /// Moves past white space, returns the byte after it.
    #[inline(always)]
    pub(super) fn token(&mut self) -> Option<u8> {
        let next = self.peek();
        if next > Some(b' ') {
            return next;
        }
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.position += 1;
        }
        self.peek()
    }

    /// Moves past a value that starts here with `first`, or into an array or object; what it is.
    #[inline(always)]
    pub(super) fn value(&mut self, first: Option<u8>) -> Result<Kind, SyntaxError> {
        Ok(match first {
            Some(b'"') => match self.string()? {
                true => Kind::PlainString,
                false => Kind::EscapedString,
            },
            Some(b'{') => self.bracket(Kind::Object),
            Some(b'[') => self.bracket(Kind::Array),
            Some(b'-' | b'0'..=b'9') => {
                self.position = self.number()?;
                Kind::Number
            }
            Some(b't') => self.word(b"true", Kind::True)?,
            Some(b'f') => self.word(b"false", Kind::False)?,
            Some(b'n') => self.word(b"null", Kind::Null)?,
            Some(_) => return Err(self.error("expected a JSON value")),
            None => return Err(self.error("expected a JSON value, found the end of the text")),
        })
    }

    /// Moves past the name of a member and its colon.
    #[inline(always)]
    pub(super) fn key(&mut self) -> Result<Key, SyntaxError> {
        if self.token() != Some(b'"') {
            return Err(self.error("expected a member name in double quotes"));
        }
        let start = to_u32(self.position + 1);
        let is_plain = self.string()?;
        let end = to_u32(self.position - 1);
        if self.token() != Some(b':') {
            return Err(self.error("expected `:` after the member name"));
        }
        self.position += 1;
        Ok(Key { start, end, is_plain })
    }

    #[inline(always)]
    fn bracket(&mut self, kind: Kind) -> Kind {
        self.position += 1;
        kind
    }

    /// Moves past a string that starts here; whether it is free of escapes.
    #[inline(always)]
    fn string(&mut self) -> Result<bool, SyntaxError> {
        self.position = self.marks.next(self.position + 1);
        let is_plain = self.peek() == Some(b'"');
        if !is_plain {
            self.position = self.escaped_string()?;
        }
        self.position += 1;
        Ok(is_plain)
    }

    /// The end of a string, from its first byte that is not plain.
    #[cold]
    fn escaped_string(mut self) -> Result<usize, SyntaxError> {
        loop {
            match self.peek() {
                Some(b'"') => return Ok(self.position),
                Some(b'\\') => {
                    self.position += 1;
                    self.escape()?;
                }
                Some(_) => {
                    return Err(self.error("control character in a string, write it as \\u00XX"));
                }
                None => return Err(self.error("the text ends inside a string")),
            }
            self.position = self.marks.next(self.position);
        }
    }

    fn escape(&mut self) -> Result<(), SyntaxError> {
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.position += 1,
            Some(b'u') => {
                for _ in 0..4 {
                    self.position += 1;
                    if !self.peek().is_some_and(|byte| byte.is_ascii_hexdigit()) {
                        return Err(self.error("expected four hexadecimal digits after \\u"));
                    }
                }
                self.position += 1;
            }
            _ => return Err(self.error("unknown escape in a string")),
        }
        Ok(())
    }

    /// The end of a number that starts here:
    /// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`.
    fn number(mut self) -> Result<usize, SyntaxError> {
        if self.peek() == Some(b'-') {
            self.position += 1;
        }
        match self.peek() {
            Some(b'0') => self.position += 1,
            _ => self.digits()?,
        }
        if self.peek() == Some(b'.') {
            self.position += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.position += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.position += 1;
            }
            self.digits()?;
        }
        Ok(self.position)
    }

    fn digits(&mut self) -> Result<(), SyntaxError> {
        let start = self.position;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.position += 1;
        }
        if self.position == start { Err(self.error("expected a digit")) } else { Ok(()) }
    }

    fn word(&mut self, word: &[u8], kind: Kind) -> Result<Kind, SyntaxError> {
        if self.bytes.get(self.position..).is_some_and(|rest| rest.starts_with(word)) {
            self.position += word.len();
            Ok(kind)
        } else {
            Err(self.error("expected a JSON value"))
        }
    }

    fn peek(self) -> Option<u8> {
        self.bytes.get(self.position).copied()
    }
}
