//! Records to jaq's values and back.

use std::io::Write;

use gatelog_event::json::{Kind, Node, write_string};
use jaq_json::{Map, Num, Val};

/// The value of a node. Numbers that are no whole number of 64 bits stay as they are written.
pub(super) fn of_node(node: Node<'_, '_>) -> Val {
    match node.kind() {
        Kind::Null => Val::Null,
        Kind::True => Val::Bool(true),
        Kind::False => Val::Bool(false),
        Kind::Number => {
            let written = node.raw();
            let number = written.parse().map(Num::Int);
            Val::Num(number.unwrap_or_else(|_| Num::Dec(written.to_owned().into())))
        }
        Kind::PlainString | Kind::EscapedString => {
            text(node.as_str().unwrap_or_default().into_owned())
        }
        Kind::Array => Val::Arr(node.children().map(of_node).collect::<Vec<_>>().into()),
        Kind::Object => {
            let key = |member: Node<'_, '_>| text(member.key().unwrap_or_default().into_owned());
            let members = node.children().map(|member| (key(member), of_node(member)));
            Val::Obj(members.collect::<Map>().into())
        }
    }
}

/// A text as a value.
pub(super) fn text(text: String) -> Val {
    Val::TStr(Box::new(text.into_bytes().into()))
}

/// Writes a value as JSON. What JSON has no word for (NaN, infinity) is written as `null`.
///
/// # Errors
/// What is wrong, when an object has a key that is not text.
pub(super) fn write(value: &Val, json: &mut Vec<u8>) -> Result<(), &'static str> {
    match value {
        Val::Null => json.extend_from_slice(b"null"),
        Val::Bool(is_true) => json.extend_from_slice(if *is_true { b"true" } else { b"false" }),
        Val::Num(number) => write_number(number, json),
        Val::TStr(text) | Val::BStr(text) => write_string(&String::from_utf8_lossy(text), json),
        Val::Arr(items) => {
            json.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    json.push(b',');
                }
                write(item, json)?;
            }
            json.push(b']');
        }
        Val::Obj(members) => {
            json.push(b'{');
            for (index, (key, value)) in members.iter().enumerate() {
                if index > 0 {
                    json.push(b',');
                }
                let Val::TStr(key) = key else { return Err("a key of an object is not text") };
                write_string(&String::from_utf8_lossy(key), json);
                json.push(b':');
                write(value, json)?;
            }
            json.push(b'}');
        }
    }
    Ok(())
}

fn write_number(number: &Num, json: &mut Vec<u8>) {
    match number {
        Num::Float(float) if !float.is_finite() => json.extend_from_slice(b"null"),
        Num::Float(float) => _ = write!(json, "{float}"),
        number => _ = write!(json, "{number}"),
    }
}
