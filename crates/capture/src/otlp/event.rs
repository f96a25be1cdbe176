//! A log record as an event in native form.
//!
//! Which attribute becomes which field is said in tables, by the names of OpenTelemetry's semantic
//! conventions, and where these have none by those of the Elastic Common Schema. The first name of a
//! row that has a value counts; a record's own attributes count before those of its resource.

use gatelog_event::json::write_string;
use gatelog_event::time::UnixMicros;

use super::message::{AnyValue, KeyValue, LogRecord, Resource, Scope, Value};
use super::write::{Object, hex, write_value};

const EVENT_NAME: &[&str] = &["event.name"];
const ID: &[&str] = &["log.record.uid", "event.id"];
const OUTCOME: &[&str] = &["event.outcome"];
const USER_ID: &[&str] = &["enduser.id", "user.id"];
const USER_EMAIL: &[&str] = &["user.email"];
const USER_LOGIN: &[&str] = &["user.name"];
const USER_NAME: &[&str] = &["user.full_name"];
const TARGET_ID: &[&str] = &["user.target.id"];
const TARGET_IDENTIFIER: &[&str] = &["user.target.email", "user.target.name"];
const TARGET_NAME: &[&str] = &["user.target.full_name"];
const APPLICATION: &[&str] = &["client_id", "oauth.client_id", "service.name"];
const ORGANIZATION: &[&str] = &["organization.id"];
const ADDRESS: &[&str] = &["client.address", "source.address"];
const USER_AGENT: &[&str] = &["user_agent.original", "http.user_agent"];
const SESSION: &[&str] = &["session.id"];
const ERROR_CODE: &[&str] = &["error.type", "exception.type"];
const ERROR_MESSAGE: &[&str] = &["exception.message", "error.message"];

/// What the log records of one list have in common.
#[derive(Clone, Debug, Default)]
pub(super) struct Origin {
    pub(super) resource_schema_url: String,
    pub(super) scope_schema_url: String,
    resource_attributes: Vec<KeyValue>,
    /// Members of `resource` and `scope`, as they are in every event, without the schemas.
    resource: Vec<u8>,
    scope: Vec<u8>,
}

impl Origin {
    pub(super) fn set_resource(&mut self, resource: &Resource) {
        self.resource_attributes.clone_from(&resource.attributes);
        self.resource = members(|object| {
            object.attributes("attributes", &resource.attributes);
            object.number("dropped_attributes_count", resource.dropped_attributes_count);
        });
    }

    pub(super) fn set_scope(&mut self, scope: &Scope) {
        self.scope = members(|object| {
            object.text("name", &scope.name);
            object.text("version", &scope.version);
            object.attributes("attributes", &scope.attributes);
            object.number("dropped_attributes_count", scope.dropped_attributes_count);
        });
    }
}

/// Writes a log record as an event, on one line.
///
/// # Errors
/// What is missing, when it names no event.
pub(super) fn write(origin: &Origin, record: &LogRecord, json: &mut Vec<u8>) -> Result<(), String> {
    let said = Said { record, origin };
    let event_type = match &*record.event_name {
        "" => said
            .text(EVENT_NAME)
            .ok_or("it names no event: set the record's event_name, or the attribute event.name")?,
        name => name.to_owned(),
    };
    let mut event = Object::begin(json);
    said.write_text("id", ID, &mut event);
    if let Some(time) = time(record) {
        event.text("time", &time.to_string());
    }
    write_string(&event_type, event.key("type"));
    event.text("outcome", &said.outcome());
    said.write_actor(&mut event);
    event.object("target", |target| {
        said.write_text("id", TARGET_ID, target);
        said.write_text("identifier", TARGET_IDENTIFIER, target);
        said.write_text("name", TARGET_NAME, target);
    });
    event.object("application", |application| said.write_text("id", APPLICATION, application));
    said.write_text("organization", ORGANIZATION, &mut event);
    said.write_text("ip", ADDRESS, &mut event);
    said.write_text("user_agent", USER_AGENT, &mut event);
    said.write_text("session", SESSION, &mut event);
    event.hex("request", &record.trace_id);
    event.object("error", |error| {
        said.write_text("code", ERROR_CODE, error);
        said.write_text("message", ERROR_MESSAGE, error);
    });
    event.object("data", |data| write_data(origin, record, data));
    event.end();
    Ok(())
}

/// When it happened; else when it was noticed; neither if nothing is said.
fn time(record: &LogRecord) -> Option<UnixMicros> {
    let nanos = [record.time_unix_nano, record.observed_time_unix_nano];
    let nanos = nanos.into_iter().find(|nanos| *nanos != 0)?;
    UnixMicros::new(i64::try_from(nanos / 1_000).ok()?)
}

/// A log record with what is said around it.
struct Said<'r> {
    record: &'r LogRecord,
    origin: &'r Origin,
}

impl Said<'_> {
    /// The text of the first of these attributes that has one.
    fn text(&self, names: &[&str]) -> Option<String> {
        let text = |name: &&str| {
            let of = |attributes: &[KeyValue]| {
                // As in JSON, the last one counts.
                attributes.iter().rfind(|it| it.key == *name).and_then(text_of)
            };
            of(&self.record.attributes).or_else(|| of(&self.origin.resource_attributes))
        };
        names.iter().find_map(text)
    }

    fn write_text(&self, key: &str, names: &[&str], object: &mut Object<'_>) {
        object.text(key, &self.text(names).unwrap_or_default());
    }

    /// What was typed to sign in is the e-mail address, or the name if there is none.
    fn write_actor(&self, event: &mut Object<'_>) {
        let (id, login) = (self.text(USER_ID), self.text(USER_LOGIN));
        let identifier = self.text(USER_EMAIL).or(login);
        let name = self.text(USER_NAME);
        if id.is_none() && identifier.is_none() && name.is_none() {
            return;
        }
        event.object("actor", |actor| {
            actor.text("kind", "user");
            actor.text("id", &id.unwrap_or_default());
            actor.text("identifier", &identifier.unwrap_or_default());
            actor.text("name", &name.unwrap_or_default());
        });
    }

    /// What is said of it; else an error is a failure.
    fn outcome(&self) -> String {
        let has_failed = || self.text(ERROR_CODE).or_else(|| self.text(ERROR_MESSAGE)).is_some();
        match self.text(OUTCOME) {
            Some(outcome) => outcome,
            None if has_failed() => "failure".to_owned(),
            None => String::new(),
        }
    }
}

/// The text of an attribute. Numbers and truth are written out; an empty text says nothing.
fn text_of(attribute: &KeyValue) -> Option<String> {
    match attribute.value.as_ref()?.value.as_ref()? {
        Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        Value::Int(number) => Some(number.to_string()),
        Value::Bool(is_true) => Some(is_true.to_string()),
        Value::Double(_) | Value::Array(_) | Value::Map(_) | Value::Bytes(_) => None,
    }
}

/// Everything that the request says of a log record, under the names of the protocol. Times stay
/// as exact as they came, so that two records of the same microsecond are two events.
fn write_data(origin: &Origin, record: &LogRecord, data: &mut Object<'_>) {
    write_part("resource", &origin.resource, &origin.resource_schema_url, data);
    write_part("scope", &origin.scope, &origin.scope_schema_url, data);
    data.text("time_unix_nano", &nanos(record.time_unix_nano));
    data.text("observed_time_unix_nano", &nanos(record.observed_time_unix_nano));
    data.number("severity_number", record.severity_number);
    data.text("severity_text", &record.severity_text);
    if let Some(body @ AnyValue { value: Some(_) }) = &record.body {
        write_value(Some(body), data.key("body"));
    }
    data.attributes("attributes", &record.attributes);
    data.number("dropped_attributes_count", record.dropped_attributes_count);
    data.number("flags", record.flags);
    data.text("trace_id", &hex(&record.trace_id));
    data.text("span_id", &hex(&record.span_id));
}

fn write_part(key: &str, members: &[u8], schema_url: &str, data: &mut Object<'_>) {
    if members.is_empty() && schema_url.is_empty() {
        return;
    }
    let json = data.key(key);
    json.push(b'{');
    json.extend_from_slice(members);
    if !schema_url.is_empty() {
        let comma: &[u8] = if members.is_empty() { b"" } else { b"," };
        json.extend_from_slice(comma);
        json.extend_from_slice(b"\"schema_url\":");
        write_string(schema_url, json);
    }
    json.push(b'}');
}

/// Members as they stand between the braces of an object.
fn members(write: impl FnOnce(&mut Object<'_>)) -> Vec<u8> {
    let mut json = Vec::new();
    let mut object = Object::begin(&mut json);
    write(&mut object);
    json.split_off(1)
}

/// Nanoseconds as the protocol's JSON has them: as text, since numbers of JSON are not that exact.
fn nanos(nanos: u64) -> String {
    if nanos == 0 { String::new() } else { nanos.to_string() }
}
