//! JSON, member by member.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use gatelog_event::json::write_string;

use super::message::{AnyValue, KeyValue, Value};

/// An object that is being written. It ends with [`Object::end`].
pub(super) struct Object<'j> {
    json: &'j mut Vec<u8>,
    has_members: bool,
}

impl<'j> Object<'j> {
    pub(super) fn begin(json: &'j mut Vec<u8>) -> Self {
        json.push(b'{');
        Self { json, has_members: false }
    }

    pub(super) fn end(self) {
        self.json.push(b'}');
    }

    /// Begins a member, whose value is to be written next.
    pub(super) fn key(&mut self, key: &str) -> &mut Vec<u8> {
        if self.has_members {
            self.json.push(b',');
        }
        self.has_members = true;
        write_string(key, self.json);
        self.json.push(b':');
        self.json
    }

    /// A member with a text; none if it is empty.
    pub(super) fn text(&mut self, key: &str, text: &str) {
        if !text.is_empty() {
            write_string(text, self.key(key));
        }
    }

    /// A member with a whole number; none if it is 0, which means that nothing was said.
    pub(super) fn number(&mut self, key: &str, number: impl Into<i64>) {
        let number = number.into();
        if number != 0 {
            self.key(key).extend_from_slice(number.to_string().as_bytes());
        }
    }

    /// A member with bytes in hexadecimal digits; none without any.
    pub(super) fn hex(&mut self, key: &str, bytes: &[u8]) {
        self.text(key, &hex(bytes));
    }

    /// A member with attributes by their names; none without any.
    pub(super) fn attributes(&mut self, key: &str, attributes: &[KeyValue]) {
        if !attributes.is_empty() {
            write_members(attributes, self.key(key));
        }
    }

    /// A member with other members; none if `write` writes none.
    pub(super) fn object(&mut self, key: &str, write: impl FnOnce(&mut Object<'_>)) {
        let mut inside = Vec::new();
        let mut object = Object::begin(&mut inside);
        write(&mut object);
        if object.has_members {
            object.end();
            self.key(key).append(&mut inside);
        }
    }
}

/// Bytes in hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes a value. What JSON has no word for (infinity, no number) is written as its name, bytes in
/// base64, as the protocol's own JSON writes them. As deep as the value, which its reader bounds.
pub(super) fn write_value(value: Option<&AnyValue>, json: &mut Vec<u8>) {
    match value.and_then(|value| value.value.as_ref()) {
        None => json.extend_from_slice(b"null"),
        Some(Value::String(text)) => write_string(text, json),
        Some(Value::Bool(is_true)) => json.extend_from_slice(is_true.to_string().as_bytes()),
        Some(Value::Int(number)) => json.extend_from_slice(number.to_string().as_bytes()),
        Some(Value::Double(number)) if number.is_finite() => {
            json.extend_from_slice(number.to_string().as_bytes());
        }
        Some(Value::Double(number)) => write_string(name_of(*number), json),
        Some(Value::Array(array)) => {
            json.push(b'[');
            for (index, item) in array.values.iter().enumerate() {
                if index > 0 {
                    json.push(b',');
                }
                write_value(Some(item), json);
            }
            json.push(b']');
        }
        Some(Value::Map(map)) => write_members(&map.values, json),
        Some(Value::Bytes(bytes)) => write_string(&STANDARD.encode(bytes), json),
    }
}

fn write_members(members: &[KeyValue], json: &mut Vec<u8>) {
    let mut object = Object::begin(json);
    for KeyValue { key, value } in members {
        write_value(value.as_ref(), object.key(key));
    }
    object.end();
}

/// The name of a number that is not finite, as in the JSON of protobuf.
fn name_of(number: f64) -> &'static str {
    if number.is_nan() {
        "NaN"
    } else if number > 0.0 {
        "Infinity"
    } else {
        "-Infinity"
    }
}
