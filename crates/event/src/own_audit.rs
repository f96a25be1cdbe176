//! Events of Gatelog's own audit, as they are written: native form, source `gatelog`.
//!
//! What was read or changed here becomes an event like any other, so that it is kept, proven and
//! searched in the same way. Not for deciding what is recorded (`meta`, `service`), nor for hiding
//! these events from other lists (`query`).

use std::borrow::Cow;

use crate::fields::{Outcome, Party};
use crate::json::write_string;
use crate::source::Source;
use crate::time::UnixMicros;

/// The longest text of such an event, in bytes; a longer one is cut. Labels have no bound of their
/// own, and none of them may make a record that is too large to keep.
const TEXT_BYTES_MAX: usize = 2_048;

/// One event of our own audit.
#[derive(Clone, Debug)]
pub struct OwnEvent<'a> {
    /// Its id; without one it gets one that follows from its bytes.
    pub id: Option<Cow<'a, str>>,
    /// A key of our own catalogue.
    pub event_type: &'static str,
    /// When it happened.
    pub time: UnixMicros,
    /// How it ended.
    pub outcome: Outcome,
    /// Who did it.
    pub actor: Party<'a>,
    /// To whom or what.
    pub target: Party<'a>,
    /// Why it failed, as a code.
    pub error_code: Option<&'static str>,
    /// What else there is to say. Names must not be those of secrets, which are redacted.
    pub data: Vec<(&'static str, Value<'a>)>,
}

/// A value of [`OwnEvent::data`].
#[derive(Clone, Debug)]
pub enum Value<'a> {
    /// A text.
    Text(Cow<'a, str>),
    /// A number.
    Number(u64),
    /// Several texts.
    Texts(Vec<Cow<'a, str>>),
}

impl OwnEvent<'_> {
    /// The record: one line of JSON.
    pub fn to_record(&self) -> Vec<u8> {
        let mut object = Object::new();
        object.optional("id", self.id.as_deref());
        object.text("type", self.event_type);
        object.text("source", Source::Gatelog.name());
        object.text("time", &self.time.to_string());
        object.text("outcome", self.outcome.name());
        object.party("actor", &self.actor);
        object.party("target", &self.target);
        if let Some(code) = self.error_code {
            object.object("error", |error| error.text("code", code));
        }
        if !self.data.is_empty() {
            object.object("data", |data| {
                self.data.iter().for_each(|(name, value)| data.value(name, value));
            });
        }
        object.end()
    }
}

/// A JSON object that is being written.
struct Object(Vec<u8>);

impl Object {
    fn new() -> Self {
        Self(vec![b'{'])
    }

    fn end(mut self) -> Vec<u8> {
        self.0.push(b'}');
        self.0
    }

    fn name(&mut self, name: &str) {
        if self.0.last() != Some(&b'{') {
            self.0.push(b',');
        }
        write_string(name, &mut self.0);
        self.0.push(b':');
    }

    fn text(&mut self, name: &str, text: &str) {
        self.name(name);
        self.string(text);
    }

    fn string(&mut self, text: &str) {
        let end = text.floor_char_boundary(TEXT_BYTES_MAX);
        write_string(text.get(..end).unwrap_or_default(), &mut self.0);
    }

    fn optional(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    fn object(&mut self, name: &str, fill: impl FnOnce(&mut Self)) {
        self.name(name);
        let mut inner = Self::new();
        fill(&mut inner);
        self.0.append(&mut inner.end());
    }

    fn party(&mut self, name: &str, party: &Party<'_>) {
        let Party { kind, id, identifier, name: of_party } = party;
        if *party == Party::default() {
            return;
        }
        self.object(name, |object| {
            object.optional("kind", kind.as_deref());
            object.optional("id", id.as_deref());
            object.optional("identifier", identifier.as_deref());
            object.optional("name", of_party.as_deref());
        });
    }

    fn value(&mut self, name: &str, value: &Value<'_>) {
        match value {
            Value::Text(text) => self.text(name, text),
            Value::Number(number) => {
                self.name(name);
                self.0.extend_from_slice(number.to_string().as_bytes());
            }
            Value::Texts(texts) => {
                self.name(name);
                self.0.push(b'[');
                for (position, text) in texts.iter().enumerate() {
                    if position > 0 {
                        self.0.push(b',');
                    }
                    self.string(text);
                }
                self.0.push(b']');
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::Intake;
    use crate::redact::{FingerprintKey, NothingKnown};
    use crate::source::Format;

    #[test]
    fn what_is_written_is_accepted_as_it_stands_and_from_nobody_else() {
        let event = OwnEvent {
            id: Some("change-1".into()),
            event_type: "api.create",
            time: UnixMicros::from_millis(1_795_176_000_000).unwrap(),
            outcome: Outcome::Failure,
            actor: Party {
                kind: Some("user".into()),
                id: Some("user:ada".into()),
                ..Party::default()
            },
            target: Party { name: Some("a \"b\"\n".into()), ..Party::default() },
            error_code: Some("no"),
            data: vec![
                ("scope", Value::Text("read".into())),
                ("requests", Value::Number(14)),
                ("questions", Value::Texts(vec!["a".into(), "b".into()])),
            ],
        };
        let record = event.to_record();
        let expected = concat!(
            r#"{"id":"change-1","type":"api.create","source":"gatelog","#,
            r#""time":"2026-11-20T12:00:00.000000Z","outcome":"failure","#,
            r#""actor":{"kind":"user","id":"user:ada"},"target":{"name":"a \"b\"\n"},"#,
            r#""error":{"code":"no"},"#,
            r#""data":{"scope":"read","requests":14,"questions":["a","b"]}}"#,
        );
        assert_eq!(String::from_utf8(record.clone()).unwrap(), expected);

        let key = FingerprintKey::new([1; 32]);
        let received = UnixMicros::EPOCH;
        let intake = Intake { format: Format::Native, key: &key, known: &NothingKnown, received };
        let accepted = intake.accept_own(&record).unwrap();
        assert_eq!((accepted.source, &*accepted.record), (Source::Gatelog, &record[..]));
        let refused = intake.accept(&record).unwrap_err();
        assert_eq!(refused.offset, expected.find("\"gatelog\"").unwrap());
        let stored = crate::intake::AcceptedEvent::from_stored(
            Format::Native,
            &record,
            accepted.id.clone(),
            accepted.time,
            accepted.time_is_arrival,
        );
        assert_eq!(stored, Ok(accepted), "read again after a restart");
    }
}
