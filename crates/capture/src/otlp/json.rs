//! A request in JSON to its log records.
//!
//! The protocol's JSON differs from that of protobuf in general: ids are hexadecimal, and names of
//! members are in lowerCamelCase only. Whole numbers of 64 bits come as text or as numbers. What is
//! not known is passed over, `null` says nothing, and of two members of a name the last one counts.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use gatelog_event::json::{Document, Kind, Node};

use super::event::Origin;
use super::message::{
    AnyValue, ArrayValue, KeyValue, KeyValueList, LogRecord, Resource, Scope, Value,
};
use super::{Logs, Place, Undecodable};

/// Adds the log records of a request.
///
/// # Errors
/// [`Undecodable`] when it is no such message. A log record that is none is refused alone.
pub(super) fn read(body: &[u8], logs: &mut Logs) -> Result<(), Undecodable> {
    let document = Document::parse(body).map_err(|error| Undecodable {
        offset: error.offset,
        reason: format!("the body is not JSON: {}", error.reason),
    })?;
    let request = object(document.root(), "an ExportLogsServiceRequest")?;
    for (resource, resource_logs) in list(request, "resourceLogs")?.enumerate() {
        let resource_logs = object(resource_logs, "each of `resourceLogs`")?;
        let mut origin = Origin::default();
        if let Some(written) = member(resource_logs, "resource") {
            origin.set_resource(&read_resource(written)?);
        }
        origin.resource_schema_url = text(resource_logs, "schemaUrl")?;
        for (scope, scope_logs) in list(resource_logs, "scopeLogs")?.enumerate() {
            let scope_logs = object(scope_logs, "each of `scopeLogs`")?;
            let written = member(scope_logs, "scope").map(read_scope).transpose()?;
            origin.set_scope(&written.unwrap_or_default());
            origin.scope_schema_url = text(scope_logs, "schemaUrl")?;
            for (record, written) in list(scope_logs, "logRecords")?.enumerate() {
                let place = Place { resource, scope, record };
                if !logs.has_room(place) {
                    continue;
                }
                match read_record(written) {
                    Ok(record) => logs.add(place, &origin, &record),
                    Err(Undecodable { reason, .. }) => logs.refuse(place, reason),
                }
            }
        }
    }
    Ok(())
}

fn read_resource(node: Node<'_, '_>) -> Result<Resource, Undecodable> {
    let node = object(node, "`resource`")?;
    Ok(Resource {
        attributes: attributes(node)?,
        dropped_attributes_count: number(node, "droppedAttributesCount")?,
    })
}

fn read_scope(node: Node<'_, '_>) -> Result<Scope, Undecodable> {
    let node = object(node, "`scope`")?;
    Ok(Scope {
        name: text(node, "name")?,
        version: text(node, "version")?,
        attributes: attributes(node)?,
        dropped_attributes_count: number(node, "droppedAttributesCount")?,
    })
}

fn read_record(node: Node<'_, '_>) -> Result<LogRecord, Undecodable> {
    let node = object(node, "a log record")?;
    Ok(LogRecord {
        time_unix_nano: number(node, "timeUnixNano")?,
        observed_time_unix_nano: number(node, "observedTimeUnixNano")?,
        severity_number: number(node, "severityNumber")?,
        severity_text: text(node, "severityText")?,
        body: member(node, "body").map(read_value).transpose()?,
        attributes: attributes(node)?,
        dropped_attributes_count: number(node, "droppedAttributesCount")?,
        flags: number(node, "flags")?,
        trace_id: hexadecimal(node, "traceId")?,
        span_id: hexadecimal(node, "spanId")?,
        event_name: text(node, "eventName")?,
    })
}

fn attributes(node: Node<'_, '_>) -> Result<Vec<KeyValue>, Undecodable> {
    list(node, "attributes")?.map(read_key_value).collect()
}

fn read_key_value(node: Node<'_, '_>) -> Result<KeyValue, Undecodable> {
    let node = object(node, "an attribute")?;
    let value = member(node, "value").map(read_value).transpose()?;
    Ok(KeyValue { key: text(node, "key")?, value })
}

/// As deep as the text, which its parser bounds.
fn read_value(node: Node<'_, '_>) -> Result<AnyValue, Undecodable> {
    let node = object(node, "a value")?;
    let mut value = None;
    for it in node.children().filter(|it| it.kind() != Kind::Null) {
        let read = match &*it.key().unwrap_or_default() {
            "stringValue" => Value::String(text_of(it)?),
            "boolValue" => match it.kind() {
                Kind::True => Value::Bool(true),
                Kind::False => Value::Bool(false),
                _ => return Err(wrong(it, "is true or false")),
            },
            "intValue" => Value::Int(number_of(it)?),
            "doubleValue" => Value::Double(number_of(it)?),
            "arrayValue" => {
                let values = list(object(it, "`arrayValue`")?, "values")?;
                Value::Array(ArrayValue {
                    values: values.map(read_value).collect::<Result<_, _>>()?,
                })
            }
            "kvlistValue" => {
                let values = list(object(it, "`kvlistValue`")?, "values")?;
                let values = values.map(read_key_value).collect::<Result<_, _>>()?;
                Value::Map(KeyValueList { values })
            }
            "bytesValue" => {
                let written = text_of(it)?;
                let bytes = STANDARD.decode(&written).or_else(|_| URL_SAFE.decode(&written));
                Value::Bytes(bytes.map_err(|_| wrong(it, "is bytes in base64"))?)
            }
            _ => continue,
        };
        value = Some(read);
    }
    Ok(AnyValue { value })
}

/// A member that says something.
fn member<'d, 'a>(node: Node<'d, 'a>, name: &str) -> Option<Node<'d, 'a>> {
    node.get(name).filter(|member| member.kind() != Kind::Null)
}

fn object<'d, 'a>(node: Node<'d, 'a>, what: &str) -> Result<Node<'d, 'a>, Undecodable> {
    match node.kind() {
        Kind::Object => Ok(node),
        _ => Err(Undecodable { offset: node.span().start, reason: format!("{what} is an object") }),
    }
}

fn list<'d, 'a>(
    node: Node<'d, 'a>,
    name: &str,
) -> Result<impl Iterator<Item = Node<'d, 'a>>, Undecodable> {
    let list = member(node, name);
    match list {
        Some(other) if other.kind() != Kind::Array => Err(wrong(other, "is an array")),
        list => Ok(list.into_iter().flat_map(Node::children)),
    }
}

fn text(node: Node<'_, '_>, name: &str) -> Result<String, Undecodable> {
    member(node, name).map(text_of).transpose().map(Option::unwrap_or_default)
}

fn text_of(node: Node<'_, '_>) -> Result<String, Undecodable> {
    node.as_str().map(Into::into).ok_or_else(|| wrong(node, "is text"))
}

fn number<N: std::str::FromStr + Default>(
    node: Node<'_, '_>,
    name: &str,
) -> Result<N, Undecodable> {
    member(node, name).map(number_of).transpose().map(Option::unwrap_or_default)
}

/// A number, which may be written as text.
fn number_of<N: std::str::FromStr>(node: Node<'_, '_>) -> Result<N, Undecodable> {
    let written = match node.kind() {
        Kind::Number => node.raw().into(),
        _ => node.as_str().unwrap_or_default(),
    };
    written.parse().map_err(|_| wrong(node, "is a number of its range"))
}

fn hexadecimal(node: Node<'_, '_>, name: &str) -> Result<Vec<u8>, Undecodable> {
    let Some(member) = member(node, name) else { return Ok(Vec::new()) };
    let written = text_of(member)?;
    let pairs = written.as_bytes().chunks(2);
    let byte = |pair: &[u8]| {
        let digits = std::str::from_utf8(pair).ok().filter(|digits| {
            digits.len() == 2 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
        })?;
        u8::from_str_radix(digits, 16).ok()
    };
    let bytes: Option<_> = pairs.map(byte).collect();
    bytes.ok_or_else(|| wrong(member, "is bytes in hexadecimal digits"))
}

fn wrong(node: Node<'_, '_>, what: &str) -> Undecodable {
    let name = node.key().unwrap_or_default();
    Undecodable { offset: node.span().start, reason: format!("`{name}` {what}") }
}
