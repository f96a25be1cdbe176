//! Text to nodes, in one pass without recursion.

use super::{Document, Entry, JSON_DEPTH_MAX, Key, Kind, SyntaxError};

pub(super) fn parse(text: &[u8]) -> Result<Document<'_>, SyntaxError> {
    let text = std::str::from_utf8(text)
        .map_err(|error| SyntaxError { offset: error.valid_up_to(), reason: "not valid UTF-8" })?;
    if u32::try_from(text.len()).is_err() {
        return Err(SyntaxError { offset: 0, reason: "longer than 4 GiB" });
    }
    let mut parser = Parser {
        bytes: text.as_bytes(),
        position: 0,
        nodes: Vec::with_capacity(text.len() / 16 + 1),
        open: Vec::with_capacity(8),
    };
    parser.document()?;
    Ok(Document { text, nodes: parser.nodes })
}

struct Parser<'a> {
    bytes: &'a [u8],
    position: usize,
    nodes: Vec<Entry>,
    /// Indexes of the arrays and objects that are not closed yet.
    open: Vec<usize>,
}

/// What may stand at the current position.
enum Expect {
    /// A value with this name.
    Value(Key),
    /// A value or the end of the array just opened.
    FirstItem,
    /// A key or the end of the object just opened.
    FirstKey,
    /// A comma or the end of the innermost array or object; end of text when none is open.
    AfterValue,
}

impl Parser<'_> {
    fn document(&mut self) -> Result<(), SyntaxError> {
        let mut expect = Expect::Value(Key::NONE);
        loop {
            self.skip_white_space();
            expect = match expect {
                Expect::Value(key) => self.value(key)?,
                Expect::FirstItem if self.peek() == Some(b']') => self.close()?,
                Expect::FirstItem => self.value(Key::NONE)?,
                Expect::FirstKey if self.peek() == Some(b'}') => self.close()?,
                Expect::FirstKey => self.key()?,
                Expect::AfterValue => match self.after_value()? {
                    Some(next) => next,
                    None => return Ok(()),
                },
            };
        }
    }

    fn after_value(&mut self) -> Result<Option<Expect>, SyntaxError> {
        let Some(container) = self.open.last().and_then(|index| self.nodes.get(*index)) else {
            return match self.peek() {
                None => Ok(None),
                Some(_) => Err(self.error("unexpected text after the value")),
            };
        };
        let in_object = container.kind == Kind::Object;
        match self.peek() {
            Some(b',') if in_object => {
                self.position += 1;
                self.skip_white_space();
                self.key().map(Some)
            }
            Some(b',') => {
                self.position += 1;
                Ok(Some(Expect::Value(Key::NONE)))
            }
            Some(b'}') if in_object => self.close().map(Some),
            Some(b']') if !in_object => self.close().map(Some),
            None => Err(self.error("the text ends inside an array or object")),
            Some(_) if in_object => Err(self.error("expected `,` or `}`")),
            Some(_) => Err(self.error("expected `,` or `]`")),
        }
    }

    fn value(&mut self, key: Key) -> Result<Expect, SyntaxError> {
        let start = self.position;
        let kind = match self.peek() {
            Some(b'"') => self.string()?,
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word(b"true", Kind::True)?,
            Some(b'f') => self.word(b"false", Kind::False)?,
            Some(b'n') => self.word(b"null", Kind::Null)?,
            Some(_) => return Err(self.error("expected a JSON value")),
            None => return Err(self.error("expected a JSON value, found the end of the text")),
        };
        let index = self.nodes.len();
        let next = to_u32(index + 1);
        let (start, end) = (to_u32(start), to_u32(self.position));
        self.nodes.push(Entry { kind, key, start, end, next });
        match kind {
            Kind::Object | Kind::Array => {
                if self.open.len() >= JSON_DEPTH_MAX {
                    return Err(self.error("nested more than 64 levels deep"));
                }
                self.position += 1;
                self.open.push(index);
                Ok(if kind == Kind::Object { Expect::FirstKey } else { Expect::FirstItem })
            }
            _ => Ok(Expect::AfterValue),
        }
    }

    fn close(&mut self) -> Result<Expect, SyntaxError> {
        self.position += 1;
        let (end, next) = (to_u32(self.position), to_u32(self.nodes.len()));
        let innermost = self.open.pop().and_then(|index| self.nodes.get_mut(index));
        let Some(container) = innermost else {
            return Err(self.error("nothing is open here"));
        };
        container.end = end;
        container.next = next;
        Ok(Expect::AfterValue)
    }

    fn key(&mut self) -> Result<Expect, SyntaxError> {
        if self.peek() != Some(b'"') {
            return Err(self.error("expected a member name in double quotes"));
        }
        let start = to_u32(self.position);
        let is_plain = self.string()? == Kind::PlainString;
        let key = Key { start, end: to_u32(self.position), is_plain };
        self.skip_white_space();
        if self.peek() != Some(b':') {
            return Err(self.error("expected `:` after the member name"));
        }
        self.position += 1;
        Ok(Expect::Value(key))
    }

    /// Moves past a string that starts here.
    fn string(&mut self) -> Result<Kind, SyntaxError> {
        let mut kind = Kind::PlainString;
        self.position += 1;
        loop {
            self.position += plain_length(self.bytes.get(self.position..).unwrap_or_default());
            match self.peek() {
                Some(b'"') => {
                    self.position += 1;
                    return Ok(kind);
                }
                Some(b'\\') => {
                    kind = Kind::EscapedString;
                    self.position += 1;
                    self.escape()?;
                }
                Some(_) => {
                    return Err(self.error("control character in a string, write it as \\u00XX"));
                }
                None => return Err(self.error("the text ends inside a string")),
            }
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

    /// Moves past a number that starts here: `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`.
    fn number(&mut self) -> Result<Kind, SyntaxError> {
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
        Ok(Kind::Number)
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

    fn skip_white_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.position += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.position).copied()
    }

    fn error(&self, reason: &'static str) -> SyntaxError {
        SyntaxError { offset: self.position, reason }
    }
}

/// How many bytes `text` has before the first that means something in a string: a quote, a
/// backslash, or a control character, which may not stand there.
fn plain_length(text: &[u8]) -> usize {
    let (words, rest) = text.as_chunks::<8>();
    for (number, word) in words.iter().enumerate() {
        let meaning = bytes_with_meaning(u64::from_le_bytes(*word));
        if meaning != 0 {
            return number * 8 + (meaning.trailing_zeros() / 8) as usize;
        }
    }
    let means_nothing = |byte: &&u8| !matches!(byte, b'"' | b'\\' | 0..=0x1f);
    text.len() - rest.len() + rest.iter().take_while(means_nothing).count()
}

/// The highest bit of each of eight bytes that is a quote, a backslash or a control character. It
/// may also be set in bytes above the lowest such one, where the subtraction has borrowed; see
/// "Determine if a word has a byte less than n" in Anderson's Bit Twiddling Hacks.
fn bytes_with_meaning(word: u64) -> u64 {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGHEST: u64 = u64::from_le_bytes([0x80; 8]);
    let below = |word: u64, limit: u64| word.wrapping_sub(ONES * limit) & !word;
    let is = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    (below(word, 0x20) | is(b'"') | is(b'\\')) & HIGHEST
}

/// Positions fit: the text was checked to be shorter than 4 GiB.
fn to_u32(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}
