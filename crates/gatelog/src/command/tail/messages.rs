//! A stream of server-sent events (WHATWG HTML, section 9.2) as messages.

use anyhow::bail;

/// A longer line is no event of ours: records have 1 MiB, and escapes make them longer.
const LINE_BYTES_MAX: usize = 16 << 20;

/// A message, or only the id of one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Message {
    /// Where to go on behind it.
    pub(super) id: Option<String>,
    /// What it says; empty if it only says where the stream is.
    pub(super) data: String,
}

/// Bytes as they arrive become messages.
#[derive(Debug, Default)]
pub(super) struct Messages {
    /// The beginning of a line whose end is still to come.
    line: Vec<u8>,
    /// The message whose end is still to come.
    message: Message,
}

impl Messages {
    /// Takes bytes in, and returns the messages that are whole now.
    ///
    /// # Errors
    /// When a line is too long.
    pub(super) fn take(&mut self, bytes: &[u8]) -> anyhow::Result<Vec<Message>> {
        let mut messages = Vec::new();
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(part);
            if self.line.len() > LINE_BYTES_MAX {
                bail!("the server sent a line of more than {LINE_BYTES_MAX} bytes");
            }
            if part.ends_with(b"\n") {
                let line = std::mem::take(&mut self.line);
                messages.extend(
                    self.take_line(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n'])),
                );
            }
        }
        Ok(messages)
    }

    /// Takes a line; an empty one ends a message.
    fn take_line(&mut self, line: &str) -> Option<Message> {
        if line.is_empty() {
            let message = std::mem::take(&mut self.message);
            return (message != Message::default()).then_some(message);
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "id" => self.message.id = Some(value.to_owned()),
            "data" => {
                if !self.message.data.is_empty() {
                    self.message.data.push('\n');
                }
                self.message.data.push_str(value);
            }
            // Comments, and fields that only browsers need.
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_the_same_however_the_bytes_are_cut() {
        let stream = ": still here\nretry: 1000\nid: a\n\ndata: {\"é\":1}\r\nid: b\r\n\r\n\n\
                      data:x\ndata: y\n\nid: c\ndata: cut";
        let message = |id: Option<&str>, data: &str| Message {
            id: id.map(str::to_owned),
            data: data.to_owned(),
        };
        let expected =
            [message(Some("a"), ""), message(Some("b"), "{\"é\":1}"), message(None, "x\ny")];
        for size in [1, 2, 7, 1_000] {
            let mut messages = Messages::default();
            let pieces = stream.as_bytes().chunks(size);
            let found: Vec<Message> =
                pieces.flat_map(|piece| messages.take(piece).unwrap()).collect();
            assert_eq!(found, expected, "by {size}");
        }
        assert!(Messages::default().take(&vec![b'x'; LINE_BYTES_MAX + 1]).is_err());
    }
}
