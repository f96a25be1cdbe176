//! All that is known of an event, in groups.

use gatelog_api::seen::SeenEvent;
use gatelog_event::catalogue::section_title;
use gatelog_event::fields::{Fields, IndexedField, Party};
use gatelog_event::redact::is_marker;
use gatelog_ledger::StoredEvent;
use gatelog_meta::DirectoryKind;
use gatelog_query::pql::Literal;
use gatelog_query::pql::fields::Named;
use gatelog_query::{Field, UnindexedField};

use super::{Name, Viewer, meaning_of};
use crate::change::{Narrowing, narrowing};
use crate::filter::{Facet, LogFilter};
use crate::seen;
use crate::subject::Subject;
use crate::text::Shown;
use crate::user_agent;

/// Characters of a value on the page of one event; more of it is in the record.
const VALUE_CHARACTERS_MAX: usize = 4_000;

/// Attributes that belong together.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) title: &'static str,
    pub(crate) attributes: Vec<Attribute>,
}

/// One attribute of an event.
#[derive(Debug)]
pub(crate) struct Attribute {
    pub(crate) label: &'static str,
    pub(crate) shown: Shown,
    /// The id, beside a name.
    pub(crate) id: Option<Shown>,
    pub(crate) link: Option<String>,
    pub(crate) is_code: bool,
    /// Ways to narrow the list by it.
    pub(crate) narrowing: Option<Narrowing>,
}

/// Everything but the record itself.
pub(crate) fn groups(viewer: Viewer<'_>, event: &SeenEvent, fields: &Fields<'_>) -> Vec<Group> {
    let texts = &viewer.texts.details;
    let groups = [
        (texts.what, what(viewer, event, fields)),
        (texts.who, who(viewer, fields)),
        (texts.from_where, from_where(viewer, fields)),
        (texts.how_kept, kept(viewer, event)),
    ];
    let groups = groups.into_iter().map(|(title, attributes)| Group {
        title,
        attributes: attributes.into_iter().flatten().collect(),
    });
    groups.filter(|group| !group.attributes.is_empty()).collect()
}

type Attributes = Vec<Option<Attribute>>;

fn what(viewer: Viewer<'_>, event: &StoredEvent, fields: &Fields<'_>) -> Attributes {
    let meaning = meaning_of(event);
    let (texts, language) = (&viewer.texts.fields, viewer.texts.language);
    let linked = |label, facet, value: &str| viewer.linked(label, facet, Some(value));
    vec![
        linked(texts.event, Facet::Event, &event.event_type),
        linked(texts.action, Facet::Action, meaning.action.name())
            .map(|action| action.called(meaning.action.title(language))),
        linked(texts.level, Facet::Level, meaning.level.name())
            .map(|level| level.called(meaning.level.title(language))),
        Attribute::text(texts.section, Some(section_title(meaning.section, language))),
        viewer.linked(texts.error, Facet::Error, fields.error_code.as_deref()),
        Attribute::text(texts.error_message, fields.error_message.as_deref()),
    ]
}

fn who(viewer: Viewer<'_>, fields: &Fields<'_>) -> Attributes {
    let texts = &viewer.texts.fields;
    let actor = &fields.actor;
    let (actor_label, actor_id) = match actor.kind.as_deref() {
        Some("application") => (texts.by_application, None),
        _ => (texts.user, actor.id.as_deref()),
    };
    let user_link = actor_id.map(|id| viewer.links.user(id));
    let target_link = |id: &str| match fields.target.kind.as_deref() {
        Some("user") => viewer.links.user(id),
        _ => viewer.links.filtered(&LogFilter::of(Facet::Target, id)),
    };
    let target_link = fields.target.id.as_deref().map(target_link);
    vec![
        viewer.party(actor_label, actor, user_link, IndexedField::ActorId),
        viewer.identifier(
            texts.identifier,
            actor.identifier.as_deref(),
            Field::Indexed(IndexedField::ActorIdentifier),
        ),
        viewer.party(texts.target, &fields.target, target_link, IndexedField::TargetId),
        viewer.identifier(
            texts.target_identifier,
            fields.target.identifier.as_deref(),
            Field::Unindexed(UnindexedField::TargetIdentifier),
        ),
        viewer.about(
            Subject::Application,
            fields.application_id.as_deref(),
            fields.application_name.as_deref(),
        ),
        viewer.about(Subject::Organization, fields.organization.as_deref(), None),
    ]
}

fn from_where(viewer: Viewer<'_>, fields: &Fields<'_>) -> Attributes {
    let texts = &viewer.texts.fields;
    let agent = fields.user_agent.as_deref();
    let address = fields.ip.as_deref();
    let place = address.and_then(|address| viewer.places.place(address, viewer.texts.language));
    let network = address.and_then(|address| viewer.places.network(address));
    let device = agent.and_then(|agent| user_agent::in_words(agent, viewer.texts));
    vec![
        viewer.about(Subject::Address, fields.ip.as_deref(), None),
        Attribute::text(viewer.texts.places.place, place.as_deref()),
        Attribute::text(viewer.texts.places.network, network.as_deref()),
        viewer.linked(texts.session, Facet::Session, fields.session.as_deref()),
        viewer.linked(texts.interaction, Facet::Interaction, fields.interaction.as_deref()),
        Attribute::code(texts.request, fields.request.as_deref()).map(|request| {
            let request_id = fields.request.as_deref();
            request.of(viewer, Field::Unindexed(UnindexedField::Request), request_id)
        }),
        Attribute::text(viewer.texts.record.device, device.as_deref()),
        Attribute::text(texts.user_agent, agent)
            .map(|text| text.of(viewer, Field::Indexed(IndexedField::UserAgent), agent)),
    ]
}

fn kept(viewer: Viewer<'_>, event: &StoredEvent) -> Attributes {
    let (texts, details) = (&viewer.texts.fields, &viewer.texts.details);
    let received = viewer.moment(event.received).exact;
    let sequence = viewer.texts.number(event.position.seq);
    let note = [
        (event.flags.derived_id(), details.derived_id),
        (event.flags.time_is_arrival(), details.time_is_arrival),
        (event.flags.time_is_ahead(), details.time_is_ahead),
    ];
    let notes: Vec<&str> =
        note.iter().filter(|(is_set, _)| *is_set).map(|(_, text)| *text).collect();
    vec![
        Attribute::code(texts.event_id, Some(&event.id)),
        viewer.linked(texts.source, Facet::Source, Some(event.source.name())),
        Attribute::text(texts.received, Some(&received)),
        Attribute::text(texts.sequence, Some(&sequence)),
        Attribute::code(texts.submitter, Some(&event.submitter)),
        Attribute::text(texts.note, Some(&notes.join(" "))),
    ]
}

impl Viewer<'_> {
    /// A value that leads to all events that have it.
    fn linked(self, label: &'static str, facet: Facet, value: Option<&str>) -> Option<Attribute> {
        let link = self.links.filtered(&LogFilter::of(facet, value?));
        let attribute = Attribute { link: Some(link), ..Attribute::code(label, value)? };
        if value.is_some_and(|value| !seen::can_be_asked(self.sight, value)) {
            return Some(Attribute { link: None, ..attribute });
        }
        match facet.field() {
            Some(field) => Some(attribute.of(self, field, value)),
            None => Some(attribute),
        }
    }

    /// What was typed leads to whoever it may mean.
    fn identifier(
        self,
        label: &'static str,
        value: Option<&str>,
        field: Field,
    ) -> Option<Attribute> {
        let attribute = Attribute::text(label, value)?.of(self, field, value);
        match value {
            Some(value) if !seen::can_be_asked(self.sight, value) => Some(attribute),
            Some(value) if is_marker(value) => {
                let link = Some(self.links.filtered(&LogFilter::of(Facet::User, value)));
                Some(Attribute { shown: self.masked(), link, ..attribute })
            }
            value => Some(Attribute { link: value.map(|who| self.links.find(who)), ..attribute }),
        }
    }

    fn masked(self) -> Shown {
        let texts = &self.texts.fields;
        Shown { text: format!("{}. {}.", texts.masked, texts.why_masked), title: None }
    }

    fn party(
        self,
        label: &'static str,
        party: &Party<'_>,
        link: Option<String>,
        field: IndexedField,
    ) -> Option<Attribute> {
        let kind = match party.kind.as_deref() {
            Some("application") => DirectoryKind::Application,
            Some("organization") => DirectoryKind::Organization,
            _ => DirectoryKind::User,
        };
        let id = party.id.as_deref();
        let name = self.name(kind, id?, party.name.as_deref(), String::new());
        let link = link.filter(|_| seen::can_be_asked(self.sight, id.unwrap_or_default()));
        Some(Attribute::named(label, name, link).of(self, Field::Indexed(field), id))
    }

    /// What has a page about it.
    fn about(self, subject: Subject, id: Option<&str>, stated: Option<&str>) -> Option<Attribute> {
        let label = subject.title(self.texts);
        let Some(value) = id else {
            return Attribute::text(label, stated);
        };
        let name = match subject.directory() {
            Some(kind) => self.name(kind, value, stated, String::new()),
            None => Name::code(value, String::new()),
        };
        let link = self.links.subject(subject, value);
        let link = Some(link).filter(|_| seen::can_be_asked(self.sight, value));
        Some(Attribute::named(label, name, link).of(self, subject.field(), id))
    }
}

impl Attribute {
    fn text(label: &'static str, value: Option<&str>) -> Option<Self> {
        let value = value.filter(|value| !value.is_empty())?;
        let shown = Shown::new(value, VALUE_CHARACTERS_MAX);
        Some(Self { label, shown, id: None, link: None, is_code: false, narrowing: None })
    }

    fn named(label: &'static str, name: Name, link: Option<String>) -> Self {
        let Name { shown, id, is_code, .. } = name;
        Self { label, shown, id, link, is_code, narrowing: None }
    }

    /// The same with ways to narrow the list by the value of a field, unless it is masked.
    fn of(self, viewer: Viewer<'_>, field: Field, value: Option<&str>) -> Self {
        let value = value.filter(|value| seen::can_be_asked(viewer.sight, value));
        let narrowing =
            value.and_then(|value| narrowing(&Named::Field(field), &Literal::from(value)));
        Self { narrowing, ..self }
    }

    /// The same with a title, beside which the value stands as an id.
    fn called(self, title: &str) -> Self {
        let shown = Shown::new(title, VALUE_CHARACTERS_MAX);
        Self { shown, id: Some(self.shown), is_code: false, ..self }
    }

    fn code(label: &'static str, value: Option<&str>) -> Option<Self> {
        Some(Self { is_code: true, ..Self::text(label, value)? })
    }
}
