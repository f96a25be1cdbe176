//! Bytes to frames (RFC 6587).
//!
//! A frame is counted (`LENGTH SP MESSAGE`) or ends with its line (`MESSAGE LF`). Which of them is
//! decided for every frame: a message begins with `<`, so a digit begins a length. Line ends and
//! NULs between frames are nothing.

use bytes::{Buf, Bytes, BytesMut};

use super::settings::{FRAME_BYTES_MAX, LENGTH_DIGITS_MAX, LONG_FRAME_KEPT_BYTES};

/// What came between two borders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// A frame, as it came.
    Whole(Bytes),
    /// A line that the connection's end cut off, or whose sender writes no last line end.
    Unended(Bytes),
    /// What is no frame, or the beginning of one that is too long.
    Broken {
        /// As it came.
        bytes: Bytes,
        /// What is wrong, in words.
        reason: String,
    },
}

/// Cuts what one connection sends. The same bytes give the same frames in whatever pieces they
/// come.
#[derive(Debug, Default)]
pub struct Frames {
    buffer: BytesMut,
    /// Bytes of the buffer in which there is no line end.
    searched_bytes: usize,
    rest: Rest,
}

/// What follows of a frame that was too long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Rest {
    #[default]
    Nothing,
    Bytes(usize),
    Line,
}

/// What a frame begins with.
enum Beginning {
    /// A length: its digits, and what they say.
    Length(usize, usize),
    /// Digits, and nothing yet that says whether they are a length.
    Unclear,
    Line,
}

impl Frames {
    /// Where to put what is read.
    pub fn buffer(&mut self) -> &mut BytesMut {
        &mut self.buffer
    }

    /// The next frame, once all of it is there.
    pub fn next_frame(&mut self) -> Option<Frame> {
        if !self.skip_rest() {
            return None;
        }
        self.skip_between();
        match beginning(&self.buffer) {
            Beginning::Length(digits, length) => self.counted(digits, length),
            Beginning::Unclear => None,
            Beginning::Line => self.line(),
        }
    }

    /// What is left when nothing more comes, after the last [`Frames::next_frame`].
    pub fn last_frame(&mut self) -> Option<Frame> {
        self.skip_between();
        let digits = match beginning(&self.buffer) {
            Beginning::Length(digits, length) => Some((digits, length)),
            Beginning::Unclear | Beginning::Line => None,
        };
        let bytes = self.take(self.buffer.len());
        if bytes.is_empty() {
            return None;
        }
        let Some((digits, length)) = digits else { return Some(Frame::Unended(bytes)) };
        let came = bytes.len() - digits - 1;
        let reason = format!("the connection ended after {came} of the frame's {length} bytes");
        Some(Frame::Broken { bytes, reason })
    }

    /// Whether nothing is left of a frame that was too long.
    fn skip_rest(&mut self) -> bool {
        match self.rest {
            Rest::Nothing => {}
            Rest::Bytes(left) => {
                let skipped = left.min(self.buffer.len());
                self.buffer.advance(skipped);
                if skipped < left {
                    self.rest = Rest::Bytes(left - skipped);
                    return false;
                }
            }
            Rest::Line => match self.find_line_end() {
                Some(end) => _ = self.take(end + 1),
                None => {
                    self.take(self.buffer.len());
                    return false;
                }
            },
        }
        self.rest = Rest::Nothing;
        true
    }

    fn skip_between(&mut self) {
        let is_between = |byte: &&u8| matches!(**byte, b'\n' | b'\r' | 0);
        let between = self.buffer.iter().take_while(is_between).count();
        if between > 0 {
            self.take(between);
        }
    }

    fn counted(&mut self, digits: usize, length: usize) -> Option<Frame> {
        let start = digits + 1;
        if length <= FRAME_BYTES_MAX {
            if self.buffer.len() < start + length {
                return None;
            }
            self.take(start);
            return Some(Frame::Whole(self.take(length)));
        }
        if self.buffer.len() < start + LONG_FRAME_KEPT_BYTES {
            return None;
        }
        self.take(start);
        self.rest = Rest::Bytes(length - LONG_FRAME_KEPT_BYTES);
        Some(too_long(self.take(LONG_FRAME_KEPT_BYTES), Some(length)))
    }

    fn line(&mut self) -> Option<Frame> {
        let end = self.find_line_end();
        match end {
            Some(end) if end <= FRAME_BYTES_MAX => {
                let mut line = self.take(end);
                let has_return = line.last() == Some(&b'\r');
                line.truncate(end - usize::from(has_return));
                Some(Frame::Whole(line))
            }
            None if self.buffer.len() <= FRAME_BYTES_MAX => None,
            _ => {
                self.rest = Rest::Line;
                Some(too_long(self.take(LONG_FRAME_KEPT_BYTES), None))
            }
        }
    }

    fn find_line_end(&mut self) -> Option<usize> {
        let unseen = self.buffer.get(self.searched_bytes..).unwrap_or_default();
        let found = unseen.iter().position(|byte| *byte == b'\n');
        let end = found.map(|position| self.searched_bytes + position);
        self.searched_bytes = end.unwrap_or(self.buffer.len());
        end
    }

    fn take(&mut self, length: usize) -> Bytes {
        self.searched_bytes = self.searched_bytes.saturating_sub(length);
        self.buffer.split_to(length.min(self.buffer.len())).freeze()
    }
}

fn beginning(buffer: &[u8]) -> Beginning {
    let digits = buffer.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 || digits > LENGTH_DIGITS_MAX || buffer.first() == Some(&b'0') {
        return Beginning::Line;
    }
    let (length, after) = buffer.split_at_checked(digits).unwrap_or_default();
    let length = str::from_utf8(length).ok().and_then(|digits| digits.parse().ok());
    match (length, after.first()) {
        (_, None) => Beginning::Unclear,
        (Some(length), Some(b' ')) => Beginning::Length(digits, length),
        _ => Beginning::Line,
    }
}

fn too_long(beginning: Bytes, length: Option<usize>) -> Frame {
    let has = length.map_or_else(String::new, |length| format!(" of {length} bytes"));
    let reason = format!(
        "the frame{has} is longer than {FRAME_BYTES_MAX} bytes; its first {LONG_FRAME_KEPT_BYTES} \
         are here"
    );
    Frame::Broken { bytes: beginning, reason }
}

#[cfg(test)]
mod tests;
