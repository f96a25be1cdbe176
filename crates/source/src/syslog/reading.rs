//! Messages to records.
//!
//! What holds JSON becomes the record that it is. Text becomes an event in native form: its type
//! is `syslog.<application>.<message id>`, and the parts of the message stand under `data`. Such
//! an event has no id of its own, so the same message sent twice is one event.

use std::collections::BTreeMap;

use bytes::Bytes;
use gatelog_capture::mapping_file::MappingFile;
use gatelog_event::json::{Document, Node};
use gatelog_event::source::Format;
use gatelog_event::time::UnixMicros;
use serde::Serialize;

use super::frame::Frame;
use super::message::{self, Element, Message};
use super::settings::Content;
use crate::delivery::Delivery;
use crate::webhook::{authgear, json, mapped};

/// Names of severities, from 0.
const SEVERITIES: [&str; 8] =
    ["emergency", "alert", "critical", "error", "warning", "notice", "info", "debug"];

/// What stands in a type for an application that has no name, and for a missing message id.
const NO_APPLICATION: &str = "unknown";
const NO_MESSAGE_ID: &str = "message";

/// How messages are read.
#[derive(Debug)]
pub enum Reading {
    /// Events of Authgear.
    Authgear,
    /// Events in native form.
    Native,
    /// JSON that a mapping reads. It runs on a thread that is waited for.
    Mapped(MappingFile),
    /// Text.
    Text,
}

/// A message in a frame.
struct Read<'f> {
    frame: &'f [u8],
    message: Message<'f>,
}

impl Reading {
    /// As the settings say. `mapping` opens a mapping file by its name or path.
    ///
    /// # Errors
    /// Those of `mapping`.
    pub fn new<E>(
        content: &Content,
        mapping: impl FnOnce(&str) -> Result<MappingFile, E>,
    ) -> Result<Self, E> {
        Ok(match content {
            Content::Authgear => Self::Authgear,
            Content::Native => Self::Native,
            Content::Mapping(name) => Self::Mapped(mapping(name)?),
            Content::Text => Self::Text,
        })
    }

    /// Whether [`Reading::deliver`] may take longer than microseconds.
    pub fn is_slow(&self) -> bool {
        matches!(self, Self::Mapped(_))
    }

    /// What becomes of frames.
    pub fn deliver(&self, frames: &[Frame]) -> Delivery {
        let format = match self {
            Self::Authgear => Format::Authgear,
            Self::Native | Self::Mapped(_) | Self::Text => Format::Native,
        };
        let mut delivery = Delivery::new(format);
        let read: Vec<_> =
            frames.iter().filter_map(|frame| self.read(frame, &mut delivery)).collect();
        match self {
            Self::Mapped(mapping) => push_mapped(mapping, &read, &mut delivery),
            Self::Authgear => push_json(&read, &mut delivery, authgear::time),
            Self::Native => push_json(&read, &mut delivery, mapped::time),
            Self::Text => read.iter().for_each(|read| push_text(read, &mut delivery)),
        }
        delivery
    }

    /// What becomes of a frame that was put aside, perhaps mended.
    pub fn read_again(&self, frame: &[u8]) -> Delivery {
        self.deliver(&[Frame::Whole(Bytes::copy_from_slice(frame))])
    }

    /// The message in a frame; what has none is put aside.
    fn read<'f>(&self, frame: &'f Frame, delivery: &mut Delivery) -> Option<Read<'f>> {
        let frame_bytes: &[u8] = match frame {
            Frame::Whole(bytes) | Frame::Unended(bytes) => bytes,
            Frame::Broken { bytes, reason } => {
                delivery.push_broken(bytes, reason);
                return None;
            }
        };
        let message = match message::parse(frame_bytes) {
            Ok(message) => message,
            Err(error) => {
                push_broken(delivery, frame_bytes, error.offset, &error.reason);
                return None;
            }
        };
        // JSON shows by itself whether it is whole; of text nobody can tell.
        if matches!((self, frame), (Self::Text, Frame::Unended(_))) {
            let reason = "the connection ended before the line, so the message may not be whole";
            push_broken(delivery, frame_bytes, frame_bytes.len(), reason);
            return None;
        }
        Some(Read { frame: frame_bytes, message })
    }
}

fn push_broken(delivery: &mut Delivery, frame: &[u8], offset: usize, reason: &str) {
    let character = message::character(frame, offset);
    delivery.push_broken(frame, format!("character {character}: {reason}"));
}

impl Read<'_> {
    /// Where the byte at `offset` of the message stands in the frame.
    fn in_frame(&self, offset: usize) -> usize {
        self.message.text_offset + offset
    }
}

fn push_json(
    read: &[Read<'_>],
    delivery: &mut Delivery,
    time: impl Fn(Node<'_, '_>) -> Option<UnixMicros>,
) {
    for read in read {
        match Document::parse(read.message.text) {
            Ok(document) => {
                delivery.push(&json::one_line(read.message.text));
                if let Some(time) = time(document.root()) {
                    delivery.note_time(time);
                }
            }
            Err(error) => {
                let reason = format!("the message is not JSON: {}", error.reason);
                push_broken(delivery, read.frame, read.in_frame(error.offset), &reason);
            }
        }
    }
}

fn push_mapped(mapping: &MappingFile, read: &[Read<'_>], delivery: &mut Delivery) {
    let inputs: Vec<_> = read.iter().map(|read| read.message.text).collect();
    match mapping.map(&inputs) {
        Ok(mapped) => {
            for (read, events) in read.iter().zip(mapped) {
                match events {
                    Ok(events) => events.iter().for_each(|event| mapped::push(delivery, event)),
                    Err(error) => {
                        let offset = read.in_frame(error.offset);
                        push_broken(delivery, read.frame, offset, &error.reason);
                    }
                }
            }
        }
        // There is no thread to be had for the mapping; the sender does not send again.
        Err(reason) => read.iter().for_each(|read| delivery.push_broken(read.frame, &*reason)),
    }
}

fn push_text(read: &Read<'_>, delivery: &mut Delivery) {
    match text_event(&read.message) {
        Ok(event) => {
            delivery.push(&event);
            if let Some(time) = read.message.time {
                delivery.note_time(time);
            }
        }
        Err((offset, reason)) => {
            push_broken(delivery, read.frame, read.in_frame(offset), &reason);
        }
    }
}

/// An event in native form.
#[derive(Serialize)]
struct TextEvent<'m> {
    r#type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    data: TextData<'m>,
}

#[derive(Serialize)]
struct TextData<'m> {
    message: &'m str,
    severity: &'static str,
    facility: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<&'m str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    application: Option<&'m str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    process: Option<&'m str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<&'m str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    structured: BTreeMap<&'m str, BTreeMap<&'m str, Values<'m>>>,
}

/// The value of a parameter, or all of them if it stands there several times.
#[derive(Serialize)]
#[serde(untagged)]
enum Values<'m> {
    One(&'m str),
    Several(Vec<&'m str>),
}

impl<'m> Values<'m> {
    fn with(self, value: &'m str) -> Self {
        match self {
            Self::One(first) => Self::Several(vec![first, value]),
            Self::Several(mut values) => {
                values.push(value);
                Self::Several(values)
            }
        }
    }
}

/// # Errors
/// Offset in the message, and what is wrong there.
fn text_event(message: &Message<'_>) -> Result<Vec<u8>, (usize, String)> {
    let text = str::from_utf8(message.text)
        .map_err(|error| (error.valid_up_to(), "the message is not UTF-8".to_owned()))?;
    let application = message.application.unwrap_or(NO_APPLICATION);
    let event = TextEvent {
        r#type: format!("syslog.{application}.{}", message.message_id.unwrap_or(NO_MESSAGE_ID)),
        time: message.time.map(|time| time.to_string()),
        data: TextData {
            message: text,
            severity: SEVERITIES.get(usize::from(message.severity)).copied().unwrap_or_default(),
            facility: message.facility,
            host: message.host,
            application: message.application,
            process: message.process,
            message_id: message.message_id,
            structured: structured(&message.elements),
        },
    };
    serde_json::to_vec(&event).map_err(|error| (0, error.to_string()))
}

fn structured<'m>(elements: &'m [Element<'m>]) -> BTreeMap<&'m str, BTreeMap<&'m str, Values<'m>>> {
    let mut structured: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
    for element in elements {
        let parameters = structured.entry(element.id).or_default();
        for (name, value) in &element.parameters {
            let value: &str = value;
            let values = match parameters.remove(name) {
                Some(values) => Values::with(values, value),
                None => Values::One(value),
            };
            parameters.insert(*name, values);
        }
    }
    structured
}

#[cfg(test)]
mod tests;
