//! A request in protobuf to its log records.
//!
//! The three lists of a request (resources, their scopes, their records) are walked where they
//! stand; only what one of them holds is decoded. Decoded as a whole, a body of empty messages of
//! two bytes each would take a hundred times its size in memory.

use gatelog_event::limits::RECORD_BYTES_MAX;
use prost::{DecodeError, Message};

use super::event::Origin;
use super::message::{LogRecord, Resource, Scope};
use super::{Logs, Place, Undecodable};

/// Fields of `ExportLogsServiceRequest`, `ResourceLogs` and `ScopeLogs`.
mod tag {
    pub(super) const RESOURCE_LOGS: usize = 1;
    pub(super) const RESOURCE: usize = 1;
    pub(super) const SCOPE_LOGS: usize = 2;
    pub(super) const SCOPE: usize = 1;
    pub(super) const LOG_RECORDS: usize = 2;
    pub(super) const SCHEMA_URL: usize = 3;
}

/// Adds the log records of a request.
///
/// # Errors
/// [`Undecodable`] when it is no such message. A log record that is none is refused alone.
pub(super) fn read(body: &[u8], logs: &mut Logs) -> Result<(), Undecodable> {
    let request = Span { whole: body, bytes: body };
    for (resource, resource_logs) in request.all(tag::RESOURCE_LOGS).enumerate() {
        let resource_logs = resource_logs?;
        let mut origin = Origin::default();
        if let Some(written) = resource_logs.last(tag::RESOURCE)? {
            origin.set_resource(&written.decode::<Resource>("resource")?);
        }
        origin.resource_schema_url = resource_logs.last_text(tag::SCHEMA_URL)?;
        for (scope, scope_logs) in resource_logs.all(tag::SCOPE_LOGS).enumerate() {
            let scope_logs = scope_logs?;
            let written = scope_logs.last(tag::SCOPE)?;
            let written = written.map(|written| written.decode::<Scope>("scope")).transpose()?;
            origin.set_scope(&written.unwrap_or_default());
            origin.scope_schema_url = scope_logs.last_text(tag::SCHEMA_URL)?;
            for (record, written) in scope_logs.all(tag::LOG_RECORDS).enumerate() {
                read_record(written?, Place { resource, scope, record }, &origin, logs);
            }
        }
    }
    Ok(())
}

fn read_record(written: Span<'_>, place: Place, origin: &Origin, logs: &mut Logs) {
    if !logs.has_room(place) {
        return;
    }
    match written.decode::<LogRecord>("log record") {
        Ok(record) => logs.add(place, origin, &record),
        Err(Undecodable { reason, .. }) => logs.refuse(place, reason),
    }
}

/// A message inside a body.
#[derive(Clone, Copy)]
struct Span<'b> {
    whole: &'b [u8],
    bytes: &'b [u8],
}

impl<'b> Span<'b> {
    /// The messages in the fields with this number, in order. After an error there are none.
    fn all(self, tag: usize) -> impl Iterator<Item = Result<Span<'b>, Undecodable>> {
        let mut rest = self;
        std::iter::from_fn(move || {
            while !rest.bytes.is_empty() {
                match rest.take_field() {
                    Ok((found, Some(bytes))) if found == tag => {
                        return Some(Ok(Span { whole: rest.whole, bytes }));
                    }
                    Ok(_) => {}
                    Err(reason) => {
                        let error = rest.undecodable(&reason);
                        rest.bytes = &[];
                        return Some(Err(error));
                    }
                }
            }
            None
        })
    }

    /// The last field with this number, which counts of several.
    fn last(self, tag: usize) -> Result<Option<Span<'b>>, Undecodable> {
        self.all(tag).try_fold(None, |_, field| field.map(Some))
    }

    /// As [`Span::last`], for a text; empty if there is none.
    fn last_text(self, tag: usize) -> Result<String, Undecodable> {
        let Some(field) = self.last(tag)? else { return Ok(String::new()) };
        let text = std::str::from_utf8(field.bytes);
        text.map(str::to_owned).map_err(|_| field.undecodable(&"a text is not UTF-8"))
    }

    fn decode<M: Message + Default>(self, name: &str) -> Result<M, Undecodable> {
        if self.bytes.len() > RECORD_BYTES_MAX {
            let reason = format!("the {name} has more than {RECORD_BYTES_MAX} bytes");
            return Err(self.undecodable(&reason));
        }
        M::decode(self.bytes)
            .map_err(|error| self.undecodable(&format!("the {name} cannot be read: {error}")))
    }

    /// Takes a field off the beginning: its number, and its bytes if it has a length.
    fn take_field(&mut self) -> Result<(usize, Option<&'b [u8]>), String> {
        let key = self.take_number()?;
        let length = match key & 7 {
            0 => {
                self.take_number()?;
                return Ok((key >> 3, None));
            }
            1 => 8,
            2 => self.take_number()?,
            5 => 4,
            other => return Err(format!("a field has the wire type {other}, which is not used")),
        };
        let field = self.bytes.split_at_checked(length);
        let (field, rest) = field.ok_or("a field is longer than what it stands in")?;
        self.bytes = rest;
        Ok((key >> 3, (key & 7 == 2).then_some(field)))
    }

    fn take_number(&mut self) -> Result<usize, String> {
        let number = prost::decode_length_delimiter(&mut self.bytes);
        number.map_err(|error: DecodeError| error.to_string())
    }

    fn undecodable(self, reason: &dyn std::fmt::Display) -> Undecodable {
        let offset = self.bytes.as_ptr().addr().saturating_sub(self.whole.as_ptr().addr());
        let reason =
            format!("not an ExportLogsServiceRequest in protobuf, byte {offset}: {reason}");
        Undecodable { offset, reason }
    }
}
