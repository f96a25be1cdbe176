//! A stored event as a row of Authgear's audit log.
//!
//! Of an event that came as Authgear writes it, `data` is that event as it came, with our markers
//! where a secret was. Of others it is made of their fields, in the same shape.

use std::borrow::Cow;

use gatelog_event::json::{Document, Kind as JsonKind, Node};
use gatelog_event::mapping::authgear::event as event_in;
use gatelog_event::mapping::map;
use gatelog_event::source::{Format, Source};
use gatelog_event::time::UnixMicros;
use gatelog_ledger::StoredEvent;
use gatelog_query::Field;

use super::event::made_event;
use super::parties::user;
use super::refusal::Refusal;
use super::schema::activity_type::ActivityType;
use super::schema::leaf::Json;

/// One row.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// The event's id.
    pub(super) id: String,
    /// What happened, in Authgear's word.
    pub(super) activity_type: ActivityType,
    /// When it happened.
    pub(super) time: UnixMicros,
    /// Whom it is about.
    pub(super) user_id: Option<String>,
    /// The client's address; empty if that is not known, like the next two.
    pub(super) ip: String,
    /// The client's user agent header.
    pub(super) user_agent: String,
    /// The application it was done through.
    pub(super) client_id: String,
    /// The event.
    pub(super) data: Json,
}

impl Row {
    /// Reads an event that [`super::question`] finds.
    ///
    /// # Errors
    /// [`Refusal::Unexpected`] if the record is not an event of its format any more.
    pub(super) fn read(event: &StoredEvent) -> Result<Self, Refusal> {
        Self::of(event).map_err(|reason| {
            tracing::error!(id = %event.id, reason, "an event cannot be shown as a row");
            Refusal::Unexpected
        })
    }

    fn of(event: &StoredEvent) -> Result<Self, String> {
        let document = Document::parse(&event.record).map_err(|error| error.reason.to_owned())?;
        let fields = map(event.format, &document).map_err(|error| error.reason)?;
        let activity_type = event
            .kind()
            .value(Field::Counterpart(Source::Authgear))
            .and_then(ActivityType::of_event)
            .ok_or("its type is not one of Authgear's")?;
        let text = |text: &Option<Cow<'_, str>>| text.as_deref().unwrap_or_default().to_owned();
        let time = event.position.time;
        let data = match own_event(event, &document) {
            Some(own) => own.raw().to_owned(),
            None => made_event(&event.id, activity_type, time, &fields),
        };
        Ok(Self {
            id: event.id.to_string(),
            activity_type,
            time,
            user_id: user(&fields).map(str::to_owned),
            ip: text(&fields.ip),
            user_agent: text(&fields.user_agent),
            client_id: text(&fields.application_id),
            data: Json::new(data).ok_or("it is not JSON")?,
        })
    }
}

/// The event as Authgear wrote it, if it did.
fn own_event<'d, 'a>(event: &StoredEvent, document: &'d Document<'a>) -> Option<Node<'d, 'a>> {
    match event.format {
        Format::Authgear => Some(event_in(document.root())),
        // Whoever sends Authgear's events in our own form may have put the event into `data`.
        Format::Native if event.source == Source::Authgear => {
            let data = document.root().get("data").map(event_in)?;
            let has_context = data.get("context").is_some_and(|it| it.kind() == JsonKind::Object);
            (has_context && data.get("type").is_some()).then_some(data)
        }
        // An event of Authgear's is never written as another product writes its own.
        Format::Native | Format::Logto | Format::PlusAuth => None,
    }
}
