//! All that is known of an event, in groups.

use gatelog_event::catalogue::section_title;
use gatelog_event::fields::{Fields, Party};
use gatelog_event::redact::is_marker;
use gatelog_ledger::StoredEvent;
use gatelog_meta::DirectoryKind;

use super::{Viewer, meaning_of};
use crate::filter::{Facet, LogFilter};
use crate::moment::Moment;
use crate::text::Shown;

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
}

/// Everything but the record itself.
pub(crate) fn groups(viewer: Viewer<'_>, event: &StoredEvent, fields: &Fields<'_>) -> Vec<Group> {
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
    let target_link = |id: &str| viewer.links.filtered(&LogFilter::of(Facet::Target, id));
    vec![
        viewer.party(actor_label, actor, user_link),
        viewer.identifier(texts.identifier, actor.identifier.as_deref()),
        viewer.party(texts.target, &fields.target, fields.target.id.as_deref().map(target_link)),
        viewer.identifier(texts.target_identifier, fields.target.identifier.as_deref()),
        viewer.directory(
            texts.application,
            DirectoryKind::Application,
            fields.application_id.as_deref(),
            fields.application_name.as_deref(),
            Facet::Application,
        ),
        viewer.directory(
            texts.organization,
            DirectoryKind::Organization,
            fields.organization.as_deref(),
            None,
            Facet::Organization,
        ),
    ]
}

fn from_where(viewer: Viewer<'_>, fields: &Fields<'_>) -> Attributes {
    let texts = &viewer.texts.fields;
    vec![
        viewer.linked(texts.address, Facet::Address, fields.ip.as_deref()),
        viewer.linked(texts.session, Facet::Session, fields.session.as_deref()),
        viewer.linked(texts.interaction, Facet::Interaction, fields.interaction.as_deref()),
        Attribute::code(texts.request, fields.request.as_deref()),
        Attribute::text(texts.user_agent, fields.user_agent.as_deref()),
    ]
}

fn kept(viewer: Viewer<'_>, event: &StoredEvent) -> Attributes {
    let (texts, details) = (&viewer.texts.fields, &viewer.texts.details);
    let received = Moment::new(event.received, viewer.now, viewer.texts).exact;
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
        Some(Attribute { link: Some(link), ..Attribute::code(label, value)? })
    }

    fn identifier(self, label: &'static str, value: Option<&str>) -> Option<Attribute> {
        let attribute = self.linked(label, Facet::User, value)?;
        if value.is_some_and(is_marker) {
            return Some(Attribute { shown: self.masked(), is_code: false, ..attribute });
        }
        Some(Attribute { is_code: false, ..attribute })
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
    ) -> Option<Attribute> {
        let kind = match party.kind.as_deref() {
            Some("application") => DirectoryKind::Application,
            Some("organization") => DirectoryKind::Organization,
            _ => DirectoryKind::User,
        };
        let name = self.name(kind, party.id.as_deref()?, party.name.as_deref(), String::new());
        Some(Attribute { label, shown: name.shown, id: name.id, link, is_code: name.is_code })
    }

    fn directory(
        self,
        label: &'static str,
        kind: DirectoryKind,
        id: Option<&str>,
        stated: Option<&str>,
        facet: Facet,
    ) -> Option<Attribute> {
        let Some(id) = id else {
            return Attribute::text(label, stated);
        };
        let name = self.name(kind, id, stated, self.links.filtered(&LogFilter::of(facet, id)));
        let link = Some(name.link);
        Some(Attribute { label, shown: name.shown, id: name.id, link, is_code: name.is_code })
    }
}

impl Attribute {
    fn text(label: &'static str, value: Option<&str>) -> Option<Self> {
        let value = value.filter(|value| !value.is_empty())?;
        let shown = Shown::new(value, VALUE_CHARACTERS_MAX);
        Some(Self { label, shown, id: None, link: None, is_code: false })
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
