//! Record to fields: one module per format.
//!
//! Adding a source is adding one module here and one catalogue file. A mapping reads what is
//! there and never fails on what is odd: the only records it refuses are those without a type.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::fields::{Fields, Party};
use crate::json::{Document, Kind, Node};
use crate::limits::{ID_BYTES_MAX, TYPE_BYTES_MAX};
use crate::source::Format;
use crate::time::UnixMicros;

pub mod authgear;
pub mod logto;
pub mod native;
pub mod plusauth;

/// A record that is JSON but not an event of its format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct NotAnEvent {
    /// Byte offset of the value that is wrong, or of the object that lacks it.
    pub offset: usize,
    /// What is wrong, and what would be right.
    pub reason: String,
}

/// Reads the common fields out of a record.
///
/// # Errors
/// [`NotAnEvent`] when the record is not an object, has no type, states a time that does not
/// exist, or breaks a bound of [`crate::limits`].
pub fn map<'a>(format: Format, record: &Document<'a>) -> Result<Fields<'a>, NotAnEvent> {
    match format {
        Format::Native => native::map(record),
        Format::Logto => logto::map(record),
        Format::Authgear => authgear::map(record),
        Format::PlusAuth => plusauth::map(record),
    }
}

/// An address as it is indexed: IPv4 mapped into IPv6 as plain IPv4, IPv6 in its shortest form.
/// What is not an address stays as it is.
pub fn canonical_ip(text: Cow<'_, str>) -> Cow<'_, str> {
    // How servers that listen on IPv6 write IPv4, and so by far the most frequent.
    if let Cow::Borrowed(text) = text
        && let Some(mapped) = text.strip_prefix("::ffff:")
        && mapped.parse::<Ipv4Addr>().is_ok()
    {
        return Cow::Borrowed(mapped);
    }
    match text.parse::<Ipv6Addr>() {
        Ok(address) => Cow::Owned(IpAddr::V6(address).to_canonical().to_string()),
        Err(_) => text,
    }
}

/// A string with something in it; what has another type or says nothing counts as absent.
#[inline]
fn text<'a>(node: Option<Node<'_, 'a>>) -> Option<Cow<'a, str>> {
    node?.as_str().filter(|text| !text.is_empty())
}

/// The event type in `node`, the member `name`.
fn checked_type<'a>(node: Node<'_, 'a>, name: &str) -> Result<Cow<'a, str>, NotAnEvent> {
    let offset = node.span().start;
    let refuse = |reason| Err(NotAnEvent { offset, reason });
    match node.as_str() {
        None => refuse(format!("`{name}` is the event type and must be a string")),
        Some(text) if text.is_empty() => {
            refuse(format!("`{name}` is the event type and must not be empty"))
        }
        Some(text) if text.len() > TYPE_BYTES_MAX => refuse(format!(
            "`{name}` is {} bytes long, an event type has at most {TYPE_BYTES_MAX}",
            text.len()
        )),
        Some(text) => Ok(text),
    }
}

/// The event's id in `node`; empty and not text count as absent.
fn checked_id<'a>(node: Option<Node<'_, 'a>>) -> Result<Option<Cow<'a, str>>, NotAnEvent> {
    match text(node) {
        Some(id) if id.len() > ID_BYTES_MAX => Err(NotAnEvent {
            offset: node.map_or(0, |node| node.span().start),
            reason: format!("`id` is {} bytes long, at most {ID_BYTES_MAX} are kept", id.len()),
        }),
        id => Ok(id),
    }
}

/// The time in `node`, the member `name`: unix milliseconds, rounded down, or RFC 3339.
fn checked_time(node: Node<'_, '_>, name: &str) -> Result<Option<UnixMicros>, NotAnEvent> {
    let time = match node.kind() {
        Kind::Null => return Ok(None),
        Kind::Number => node.as_i64_floor().and_then(UnixMicros::from_millis),
        _ => node.as_str().and_then(|text| UnixMicros::parse_rfc3339(&text)),
    };
    time.map(Some).ok_or_else(|| NotAnEvent {
        offset: node.span().start,
        reason: format!(
            "`{name}` must be unix milliseconds or an RFC 3339 time such as \
             2026-11-20T14:29:31.123Z, within the years 1 to 9999"
        ),
    })
}

/// A party of this kind if anything else is known of it.
fn party<'a>(kind: &'static str, party: Party<'a>) -> Party<'a> {
    let is_known = party.id.is_some() || party.identifier.is_some() || party.name.is_some();
    Party { kind: is_known.then_some(Cow::Borrowed(kind)), ..party }
}
