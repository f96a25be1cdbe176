//! A frame to the parts of a message (RFC 5424, section 6), or the place where it is broken.
//!
//! Strict about what separates the parts, as everything after a wrong one would be read wrongly.
//! Liberal in what cannot be mistaken: fractions of a second have any number of digits, and the
//! message itself may be any bytes.

use std::borrow::Cow;

use gatelog_event::time::UnixMicros;

/// Greatest priority: facility 23, severity 7.
const PRIORITY_MAX: u8 = 191;

/// Longest host, application, process, message id, and name in structured data, in bytes.
const HOST_BYTES_MAX: usize = 255;
const APPLICATION_BYTES_MAX: usize = 48;
const PROCESS_BYTES_MAX: usize = 128;
const MESSAGE_ID_BYTES_MAX: usize = 32;
const NAME_BYTES_MAX: usize = 32;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A message. What is `-` in it is absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message<'f> {
    /// What kind of program sent it, 0 to 23.
    pub facility: u8,
    /// How bad it is, from 0 (emergency) to 7 (debug).
    pub severity: u8,
    /// When it was sent.
    pub time: Option<UnixMicros>,
    /// Which machine sent it.
    pub host: Option<&'f str>,
    /// Which program sent it.
    pub application: Option<&'f str>,
    /// Which process of it.
    pub process: Option<&'f str>,
    /// What kind of message it is.
    pub message_id: Option<&'f str>,
    /// Structured data.
    pub elements: Vec<Element<'f>>,
    /// The message itself, without a byte order mark.
    pub text: &'f [u8],
    /// Where it begins in the frame.
    pub text_offset: usize,
}

/// An element of structured data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element<'f> {
    /// Its name, unique in a message as it should be.
    pub id: &'f str,
    /// Names and values, in order; a name may stand there several times.
    pub parameters: Vec<(&'f str, Cow<'f, str>)>,
}

/// A frame that is no message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Malformed {
    /// Byte offset of the first byte that cannot be part of a message.
    pub offset: usize,
    /// What is wrong, and what would be right.
    pub reason: String,
}

/// Reads a frame.
///
/// # Errors
/// [`Malformed`].
pub fn parse(frame: &[u8]) -> Result<Message<'_>, Malformed> {
    let mut cursor = Cursor { frame, offset: 0 };
    let priority = cursor.priority()?;
    cursor.version()?;
    let time = cursor.time()?;
    let host = cursor.field("host", HOST_BYTES_MAX)?;
    let application = cursor.field("application", APPLICATION_BYTES_MAX)?;
    let process = cursor.field("process", PROCESS_BYTES_MAX)?;
    let message_id = cursor.field("message id", MESSAGE_ID_BYTES_MAX)?;
    cursor.space("before the structured data")?;
    let elements = cursor.elements()?;
    if !cursor.rest().is_empty() {
        cursor.space("before the message")?;
    }
    cursor.take_if(BYTE_ORDER_MARK);
    let (text, text_offset) = (cursor.rest(), cursor.offset);
    let (facility, severity) = (priority / 8, priority % 8);
    Ok(Message {
        facility,
        severity,
        time,
        host,
        application,
        process,
        message_id,
        elements,
        text,
        text_offset,
    })
}

/// The place of the byte at `offset` as people count: characters from 1; a byte that is not UTF-8
/// counts as one.
pub fn character(frame: &[u8], offset: usize) -> usize {
    let before = frame.get(..offset).unwrap_or(frame);
    let in_chunk =
        |chunk: std::str::Utf8Chunk<'_>| chunk.valid().chars().count() + chunk.invalid().len();
    before.utf8_chunks().map(in_chunk).sum::<usize>() + 1
}

/// Reads from the front.
struct Cursor<'f> {
    frame: &'f [u8],
    offset: usize,
}

impl<'f> Cursor<'f> {
    fn rest(&self) -> &'f [u8] {
        self.frame.get(self.offset..).unwrap_or_default()
    }

    fn refuse<T>(&self, reason: impl Into<String>) -> Result<T, Malformed> {
        Err(Malformed { offset: self.offset, reason: reason.into() })
    }

    fn take_if(&mut self, expected: &[u8]) -> bool {
        let is_there = self.rest().starts_with(expected);
        if is_there {
            self.offset += expected.len();
        }
        is_there
    }

    fn expect(&mut self, expected: &str, what: &str) -> Result<(), Malformed> {
        match self.take_if(expected.as_bytes()) {
            true => Ok(()),
            false => self.refuse(format!("expected `{expected}`{what}")),
        }
    }

    fn space(&mut self, before: &str) -> Result<(), Malformed> {
        match self.take_if(b" ") {
            true => Ok(()),
            false => self.refuse(format!("expected one space {before}")),
        }
    }

    /// ASCII of which every byte is allowed.
    fn take_while(&mut self, is_allowed: impl Fn(u8) -> bool) -> &'f str {
        let rest = self.rest();
        let length = rest.iter().take_while(|byte| byte.is_ascii() && is_allowed(**byte)).count();
        self.offset += length;
        rest.get(..length).and_then(|bytes| str::from_utf8(bytes).ok()).unwrap_or_default()
    }

    fn priority(&mut self) -> Result<u8, Malformed> {
        self.expect("<", ", with which a message and its priority begin")?;
        let start = self.offset;
        let digits = self.take_while(|byte| byte.is_ascii_digit());
        let is_plain = digits.len() == 1 || !digits.starts_with('0');
        match digits.parse::<u8>() {
            Ok(priority) if is_plain && priority <= PRIORITY_MAX => {
                self.expect(">", " after the priority")?;
                Ok(priority)
            }
            _ => {
                self.offset = start;
                self.refuse(format!("a priority is a number from 0 to {PRIORITY_MAX}"))
            }
        }
    }

    fn version(&mut self) -> Result<(), Malformed> {
        let is_known = self.rest().starts_with(b"1 ");
        if !is_known {
            return self.refuse(
                "expected the version `1` after the priority: only RFC 5424 is read, not the older \
                 form of messages (RFC 3164)",
            );
        }
        self.offset += 1;
        Ok(())
    }

    fn time(&mut self) -> Result<Option<UnixMicros>, Malformed> {
        self.space("before the time")?;
        let start = self.offset;
        let is_of_time = |byte: u8| byte.is_ascii_digit() || b"-:.+TZ".contains(&byte);
        match self.take_while(is_of_time) {
            "-" => Ok(None),
            text => match UnixMicros::parse_rfc3339(text).filter(|_| text.contains('T')) {
                Some(time) => Ok(Some(time)),
                None => {
                    self.offset = start;
                    self.refuse("expected `-` or a time such as 2026-11-20T14:29:31.123456Z")
                }
            },
        }
    }

    /// Printable ASCII without spaces.
    fn field(&mut self, name: &str, bytes_max: usize) -> Result<Option<&'f str>, Malformed> {
        self.space(&format!("before the {name}"))?;
        let start = self.offset;
        let text = self.take_while(|byte| byte.is_ascii_graphic());
        if text.is_empty() {
            return self.refuse(format!("expected `-` or the {name} in printable ASCII"));
        }
        if text.len() > bytes_max {
            self.offset = start + bytes_max;
            return self.refuse(format!("the {name} has more than {bytes_max} characters"));
        }
        Ok((text != "-").then_some(text))
    }

    fn elements(&mut self) -> Result<Vec<Element<'f>>, Malformed> {
        let mut elements = Vec::new();
        if self.take_if(b"-") {
            return Ok(elements);
        }
        while self.take_if(b"[") {
            let id = self.name("name of the element")?;
            let mut parameters = Vec::new();
            while self.take_if(b" ") {
                let name = self.name("name of the parameter")?;
                self.expect("=\"", " and the value after the parameter's name")?;
                parameters.push((name, self.value()?));
            }
            self.expect("]", " or a space and a parameter")?;
            elements.push(Element { id, parameters });
        }
        if elements.is_empty() {
            return self.refuse("expected `-` or structured data, which begins with `[`");
        }
        Ok(elements)
    }

    fn name(&mut self, what: &str) -> Result<&'f str, Malformed> {
        let start = self.offset;
        let is_of_name = |byte: u8| byte.is_ascii_graphic() && !b"=]\"".contains(&byte);
        let name = self.take_while(is_of_name);
        if name.is_empty() {
            return self.refuse(format!("expected the {what}"));
        }
        if name.len() > NAME_BYTES_MAX {
            self.offset = start + NAME_BYTES_MAX;
            return self.refuse(format!("the {what} has more than {NAME_BYTES_MAX} characters"));
        }
        Ok(name)
    }

    /// A value up to its closing quote.
    fn value(&mut self) -> Result<Cow<'f, str>, Malformed> {
        let (start, rest) = (self.offset, self.rest());
        let mut has_escapes = false;
        let mut bytes = rest.iter().enumerate();
        let end = loop {
            match bytes.next() {
                Some((end, b'"')) => break end,
                Some((at, b']')) => {
                    self.offset = start + at;
                    return self.refuse("a `]` in a value needs a backslash before it");
                }
                Some((_, b'\\')) => {
                    has_escapes = true;
                    bytes.next();
                }
                Some(_) => {}
                None => {
                    self.offset = self.frame.len();
                    return self.refuse("expected `\"` at the end of the parameter's value");
                }
            }
        };
        let written = rest.get(..end).unwrap_or_default();
        let value = str::from_utf8(written).or_else(|error| {
            self.offset = start + error.valid_up_to();
            self.refuse("the parameter's value is not UTF-8")
        })?;
        self.offset = start + end + 1;
        Ok(if has_escapes { Cow::Owned(unescaped(value)) } else { Cow::Borrowed(value) })
    }
}

/// A backslash stands before `"`, `\` and `]`; before anything else it is itself.
fn unescaped(value: &str) -> String {
    let mut unescaped = String::with_capacity(value.len());
    let mut characters = value.chars().peekable();
    while let Some(character) = characters.next() {
        let escaped = characters.next_if(|next| character == '\\' && r#""\]"#.contains(*next));
        unescaped.push(escaped.unwrap_or(character));
    }
    unescaped
}

#[cfg(test)]
mod tests;
