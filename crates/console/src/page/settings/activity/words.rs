//! What an event of our own audit says, as a sentence without its subject.

use std::borrow::Cow;

use gatelog_api::seen::SeenEvent;
use gatelog_event::fields::{Fields, Outcome, Party};
use gatelog_event::json::{Document, Node};

use super::Row;
use crate::event_view::{meaning_of, read};
use crate::filter::{Facet, LogFilter};
use crate::text::{Shown, visible};
use crate::visitor::Visit;

/// Questions of one event that are shown.
const QUESTIONS_MAX: usize = 4;

/// An event as a row.
pub(super) fn row(visit: &Visit, event: &SeenEvent) -> Row {
    let own = LogFilter::of(Facet::Source, event.source.name());
    read(event, |fields| Row {
        link: visit.links.event(&event.id, &own),
        time: visit.moment(event.position.time),
        who: who(&fields.actor).map(|name| Shown::new(name, 60)),
        what: Shown::new(&what(visit, event, fields), 200),
        has_failed: event.result == Outcome::Failure,
        questions: questions(event),
    })
}

/// An id of somebody who does something here, without the word that says what sort they are.
pub(super) fn called(id: &str) -> &str {
    id.strip_prefix("user:").unwrap_or(id)
}

fn who<'p>(party: &'p Party<'_>) -> Option<&'p str> {
    let named = party.name.as_deref().or(party.identifier.as_deref());
    named.or_else(|| party.id.as_deref().map(called))
}

fn what(visit: &Visit, event: &SeenEvent, fields: &Fields<'_>) -> String {
    let texts = &visit.texts.settings.activity;
    let target = who(&fields.target).unwrap_or_default();
    let target = visible(target);
    let has_failed = event.result == Outcome::Failure;
    let kind = fields.target.kind.as_deref().unwrap_or_default();
    let thing = match kind {
        "key" => texts.key,
        "client" => texts.client,
        "tenant" => texts.tenant,
        "source" => visit.texts.sources.noun_in_activity,
        _ => texts.name,
    };
    let personal = &visit.texts.personal_data;
    match &*event.event_type {
        "audit.read" if kind == "personal_data" => {
            let reason = data(event, "reason", |reason| reason.as_str().map(Cow::into_owned));
            match reason.flatten() {
                Some(reason) => (personal.unmasked)(&visible(&reason)),
                None => personal.masked_again.to_owned(),
            }
        }
        "audit.read" if !has_failed => {
            let place = place(visit, &target);
            match number(event, "events") {
                0 if target.starts_with("POST ") => (texts.sent)(place),
                0 => (texts.opened)(place),
                count => (texts.read)(&visit.texts.counted(count, visit.texts.nouns.event), place),
            }
        }
        "login" if has_failed => texts.could_not_sign_in.to_owned(),
        "login" => texts.signed_in.to_owned(),
        "user.create" => (texts.user_create)(&target),
        "user.update" => (texts.user_update)(&target),
        "user.disable" => (texts.user_disable)(&target),
        "user.enable" => (texts.user_enable)(&target),
        "password.reset" => (texts.password_reset)(&target),
        "password.set" => (texts.password_set)(&target),
        "session.revoke" => (texts.session_revoke)(&target),
        "api.update" if kind == "source" => (visit.texts.sources.changed)(&target),
        "api.create" => (texts.create)(thing, &target),
        "api.delete" => (texts.delete)(thing, &target),
        _ => match (meaning_of(event).title_in(visit.texts.language), &*target) {
            (title, "") => title.to_owned(),
            (title, target) => format!("{title} ({target})"),
        },
    }
}

/// What people call a route of the console, by where it begins; other routes are called by their
/// address.
fn place<'r>(visit: &Visit, route: &'r str) -> &'r str {
    let (texts, settings) = (&visit.texts, &visit.texts.settings);
    let (_, path) = route.split_once(' ').unwrap_or_default();
    let mut parts = path.split('/').skip(1);
    match (parts.next(), parts.next()) {
        (Some("overview"), _) => texts.overview.title,
        (Some("logs"), _) => texts.logs.title,
        (Some("flows"), _) => texts.flows.title,
        (Some("journeys"), _) => texts.journey.title,
        (Some("users"), _) => texts.users.title,
        (Some("applications"), _) => texts.fields.application,
        (Some("addresses"), _) => texts.fields.address,
        (Some("organizations"), _) => texts.fields.organization,
        (Some("account"), _) => texts.frame.account,
        (Some("settings"), Some("activity")) => settings.activity.title,
        (Some("settings"), Some("members")) => settings.members.title,
        (Some("settings"), Some("keys")) => settings.keys.title,
        (Some("settings"), Some("clients")) => settings.clients.title,
        (Some("settings"), Some("sources")) => texts.sources.title,
        (Some("settings"), Some("quarantine")) => texts.sources.quarantine.title,
        (Some("settings"), Some("catalogue")) => settings.catalogue.title,
        _ => route,
    }
}

/// A member of what the event says besides.
fn data<T>(event: &SeenEvent, name: &str, look: impl FnOnce(Node<'_, '_>) -> T) -> Option<T> {
    let document = Document::parse(&event.record).ok()?;
    document.root().path(&["data", name]).map(look)
}

fn number(event: &SeenEvent, name: &str) -> u64 {
    let number = data(event, name, |number| number.as_i64()).flatten();
    number.and_then(|number| u64::try_from(number).ok()).unwrap_or(0)
}

/// What was asked of the events that were read, unless it was all of them.
fn questions(event: &SeenEvent) -> Vec<Shown> {
    if number(event, "events") == 0 {
        return Vec::new();
    }
    let questions = data(event, "questions", |questions| {
        let asked = questions.children().filter_map(Node::as_str);
        let asked = asked.filter(|question| question != "everything").take(QUESTIONS_MAX);
        asked.map(|question| Shown::new(&question, 200)).collect()
    });
    questions.unwrap_or_default()
}
