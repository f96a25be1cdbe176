//! `/journeys/{interaction}`: the events of one interaction, step by step; or, of an event that
//! names none, those that name the same proof ([`verification`]), what seems to be its visit
//! ([`visits`]), or its session around it: `/journeys/around/{id}`.

use std::borrow::Cow;
use std::collections::BTreeSet;

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use gatelog_api::seen::SeenEvent;
use gatelog_event::fields::{Fields, IndexedField, Outcome};
use gatelog_event::redact::is_marker;
use gatelog_event::time::UnixMicros;
use gatelog_ledger::{PageStart, StoredEvent};
use gatelog_query::{Field, Filter, Order, Query};

use crate::event_view::{Name, OutcomeView, Viewer, meaning_of, read, read_unseen};
use crate::filter::{Facet, LogFilter};
use crate::frame::{Frame, Section};
use crate::moment::{Moment, span};
use crate::problem::Problem;
use crate::seen;
use crate::subject::Subject;
use crate::text::Shown;
use crate::time_range::TimeRange;
use crate::user_agent;
use crate::verification;
use crate::visitor::{Visit, Visitor, html};
use crate::visits::{self, Mark, mark_of};

/// Steps shown: a sign-in has a dozen, and what has hundreds is read as a list.
const STEPS_MAX: usize = 500;

/// How far from an event others are looked for, either way.
const AROUND_MICROS: i64 = 3_600 * 1_000_000;

/// People, applications and addresses named in the heading.
const NAMES_MAX: usize = 6;

#[derive(Debug, Template)]
#[template(path = "journey.html", whitespace = "minimize")]
struct Page {
    frame: Frame,
    id: Shown,
    /// What its events have in common.
    kind: &'static str,
    outcome: OutcomeView,
    began: Option<Moment>,
    took: String,
    steps: Vec<Step>,
    count: String,
    /// That later steps are left out.
    omitted: Option<String>,
    people: Vec<Name>,
    identifiers: Vec<Name>,
    places: Vec<Name>,
    devices: Vec<String>,
    /// The same events as a list.
    list: Option<String>,
    /// What seems to be the whole visit, where only a part of it is certain.
    visit: Option<String>,
    /// The event the reader comes from.
    back: Option<String>,
}

/// One event of the journey.
#[derive(Debug)]
struct Step {
    link: String,
    outcome: OutcomeView,
    title: Shown,
    time: Moment,
    /// Since the step before.
    since: Option<String>,
    error: Option<Shown>,
    error_message: Option<Shown>,
    identifier: Option<Shown>,
    /// The failure with which the journey ended.
    is_fatal: bool,
    is_origin: bool,
}

/// Events that belong together.
struct Journey<'j> {
    id: Cow<'j, str>,
    kind: &'static str,
    /// The first of them, in the order in which they happened.
    events: Vec<SeenEvent>,
    /// How many there are in all.
    total: u64,
    /// The same as a list, unless it is asked for by what the reader may not see.
    list: Option<LogFilter>,
    is_part: bool,
    /// The id of the event the reader comes from.
    origin: Option<&'j str>,
}

/// `GET /journeys/{interaction}`
pub(crate) async fn show(Path(interaction): Path<String>, visitor: Visitor) -> Response {
    let page = move |visit: &Visit, frame| {
        let filter = Filter::equals(Field::Indexed(IndexedField::Interaction), &*interaction);
        let (events, total) = first(visit, &Query::new(filter))?;
        let journey = Journey {
            id: interaction.as_str().into(),
            kind: visit.texts.journey.of_interaction,
            events: visit.seen(events),
            total,
            list: Some(LogFilter::of(Facet::Interaction, &interaction)),
            is_part: false,
            origin: visit.parameters.get("event"),
        };
        page(visit, frame, &journey)
    };
    visitor.page(Section::Logs, page).await
}

/// `GET /journeys/around/{id}`: that of an event, however it is told.
pub(crate) async fn around(Path(id): Path<String>, visitor: Visitor) -> Response {
    visitor.answer(move |visit| journey_of(visit, &id)).await
}

fn journey_of(visit: &Visit, id: &str) -> Result<Response, Problem> {
    let event = visit.tenant.ledger().get(id)?;
    let event = event.ok_or_else(|| Problem::NoEvent(id.to_owned()))?;
    let mark = mark_of(&event);
    let (interaction, session) = read_unseen(&event, |fields| {
        let text = |field: &Option<Cow<'_, str>>| field.as_deref().map(str::to_owned);
        (text(&fields.interaction), text(&fields.session))
    });
    let is_visit = visit.parameters.get("visit") == Some("on");
    let records = match interaction.is_none() && !is_visit {
        true => verification::ids_of(&event),
        false => Vec::new(),
    };
    let put_together = match (of_records(visit, &event, &records)?, &mark) {
        (None, Some(mark)) => inferred(visit, &event, mark)?,
        (certain, _) => certain,
    };
    let journey = match (put_together, &interaction, &session) {
        (Some(journey), ..) => journey,
        (None, Some(interaction), _) => {
            return Ok(Redirect::to(&visit.links.journey(interaction, id)).into_response());
        }
        (None, None, Some(session)) => of_session(visit, &event, session)?,
        (None, None, None) => return Err(Problem::NoSession(id.to_owned())),
    };
    html(page(visit, visit.frame(Section::Logs), &journey)?)
}

/// The visit that an event is part of, if it is of one: events from one address and browser.
fn inferred<'j>(
    visit: &Visit,
    event: &'j StoredEvent,
    mark: &'j Mark,
) -> Result<Option<Journey<'j>>, Problem> {
    let Mark::Client { ip, .. } = mark else { return Ok(None) };
    let (from, to) = window(event);
    let filter = Filter::equals(Field::Indexed(IndexedField::Ip), ip).and(visits::is_of_one());
    let query = Query { from: Some(from), to: Some(to), ..Query::new(filter) };
    let (mut events, _) = first(visit, &query)?;
    events.retain(|other| mark_of(other).as_ref() == Some(mark));
    let numbers = visits::cut(mark, events.iter().map(visits::step_of));
    let number = events.iter().zip(&numbers).find(|(other, _)| other.id == event.id);
    let Some(number) = number.and_then(|(_, number)| *number) else { return Ok(None) };
    let mut numbers = numbers.into_iter();
    events.retain(|_| numbers.next().flatten() == Some(number));
    let end = events.last().map_or(to, |last| last.position.time.saturating_add(1_000_000));
    let begin = events.first().map(|first| first.position.time);
    let mut list = LogFilter::of(Facet::Address, ip);
    list.range = TimeRange::between(begin.unwrap_or(from), end);
    let id = seen::value(visit.sight, Field::Indexed(IndexedField::Ip), ip);
    Ok(Some(Journey {
        kind: visit.texts.journey.inferred,
        total: events.len() as u64,
        events: visit.seen(events),
        list: seen::can_be_asked(visit.sight, &id).then_some(list),
        id,
        is_part: false,
        origin: Some(&event.id),
    }))
}

/// The events that name the same proofs as an event: a part of a visit, from its first proof on.
fn of_records<'j>(
    visit: &Visit,
    event: &'j StoredEvent,
    ids: &'j [String],
) -> Result<Option<Journey<'j>>, Problem> {
    let Some(id) = ids.first() else { return Ok(None) };
    let filter = verification::naming(ids);
    let list = LogFilter::default().with_text(filter.to_string());
    let (events, total) = first(visit, &Query::new(filter))?;
    let (kind, origin) = (visit.texts.journey.of_records, Some(&*event.id));
    let (id, events, list) = (id.as_str().into(), visit.seen(events), Some(list));
    Ok(Some(Journey { id, kind, events, total, list, is_part: true, origin }))
}

fn of_session<'j>(
    visit: &Visit,
    event: &'j StoredEvent,
    session: &'j str,
) -> Result<Journey<'j>, Problem> {
    let (from, to) = window(event);
    let filter = Filter::equals(Field::Indexed(IndexedField::Session), session);
    let query = Query { from: Some(from), to: Some(to), ..Query::new(filter) };
    let (events, total) = first(visit, &query)?;
    let mut list = LogFilter::of(Facet::Session, session);
    list.range = TimeRange::between(from, to);
    let (kind, origin) = (visit.texts.journey.of_session, Some(&*event.id));
    let (id, events, list) = (session.into(), visit.seen(events), Some(list));
    Ok(Journey { id, kind, events, total, list, is_part: false, origin })
}

/// The time around an event.
fn window(event: &StoredEvent) -> (UnixMicros, UnixMicros) {
    let time = event.position.time;
    (time.saturating_add(-AROUND_MICROS), time.saturating_add(AROUND_MICROS))
}

/// The first events that match, and how many do.
fn first(visit: &Visit, query: &Query) -> Result<(Vec<StoredEvent>, u64), Problem> {
    let matches = visit.tenant.ledger().matches(query)?;
    let page = matches.page(Order::OldestFirst, PageStart::First, STEPS_MAX)?;
    visit.reading.returned(page.events.len());
    Ok((page.events, page.total))
}

fn page(visit: &Visit, frame: Frame, journey: &Journey<'_>) -> Result<Page, Problem> {
    let (texts, events) = (visit.texts, &journey.events);
    if events.is_empty() {
        return Err(Problem::NoJourney(journey.id.to_string()));
    }
    let ending = ending(events);
    let mut steps = Vec::with_capacity(events.len());
    let mut cast = Cast::default();
    let mut before = None;
    for (index, event) in events.iter().enumerate() {
        let (time, origin) = (event.position.time, journey.origin);
        let step = read(event, |fields| {
            cast.note(visit.viewer(), fields);
            step(visit, event, fields, before)
        });
        let is_fatal = ending == Some((index, Outcome::Failure));
        steps.push(Step { is_fatal, is_origin: origin == Some(&*event.id), ..step });
        before = Some(time);
    }
    let began = events.first().map(|event| event.position.time);
    let took = began.zip(before).map_or(0, |(first, last)| last.micros() - first.micros());
    let outcome = ending.map_or(Outcome::Unknown, |(_, outcome)| outcome);
    let is_cut = journey.total > events.len() as u64;
    Ok(Page {
        id: Shown::new(&journey.id, 128),
        kind: journey.kind,
        outcome: OutcomeView::new(outcome, texts),
        began: began.map(|time| visit.moment(time)),
        took: span(took, texts),
        count: texts.number(journey.total),
        omitted: is_cut.then(|| (texts.journey.first_only)(&texts.number(STEPS_MAX as u64))),
        steps,
        people: cast.people.0,
        identifiers: cast.identifiers.0,
        places: cast.places.0,
        devices: cast.devices.into_iter().take(NAMES_MAX).collect(),
        list: journey.list.as_ref().map(|list| visit.links.filtered(list)),
        visit: journey.origin.filter(|_| journey.is_part).map(|id| visit.links.visit_around(id)),
        back: journey.origin.map(|id| visit.links.event(id, &LogFilter::default())),
        frame,
    })
}

/// The last step that succeeded or failed, and which of both: how the journey ended.
fn ending(events: &[SeenEvent]) -> Option<(usize, Outcome)> {
    let outcomes = events.iter().map(|event| meaning_of(event).outcome).enumerate();
    outcomes.filter(|(_, outcome)| *outcome != Outcome::Unknown).last()
}

fn step(visit: &Visit, event: &SeenEvent, fields: &Fields<'_>, before: Option<UnixMicros>) -> Step {
    let (texts, time) = (visit.texts, event.position.time);
    let meaning = meaning_of(event);
    let shown = |text: &str| Shown::new(text, 200);
    let identifier = fields.actor.identifier.as_deref().filter(|text| !is_marker(text));
    let since = before.map(|before| span(time.micros() - before.micros(), texts));
    Step {
        link: visit.links.event(&event.id, &LogFilter::default()),
        outcome: OutcomeView::new(meaning.outcome, texts),
        title: shown(meaning.title_in(texts.language)),
        time: visit.moment(time),
        since: since.map(|since| (texts.journey.since_previous)(&since)),
        error: fields.error_code.as_deref().map(shown),
        error_message: fields.error_message.as_deref().map(shown),
        identifier: identifier.map(shown),
        is_fatal: false,
        is_origin: false,
    }
}

/// Who and what takes part, each once, in the order of appearance.
#[derive(Debug, Default)]
struct Cast {
    people: Names,
    identifiers: Names,
    places: Names,
    devices: BTreeSet<String>,
}

/// Different names, the first [`NAMES_MAX`] of them.
#[derive(Debug, Default)]
struct Names(Vec<Name>);

impl Names {
    fn add(&mut self, viewer: Viewer<'_>, subject: Subject, id: &str, stated: Option<&str>) {
        let link = seen::link(viewer.sight, id, || viewer.links.subject(subject, id));
        self.add_name(match subject.directory() {
            Some(kind) => viewer.name(kind, id, stated, link),
            None => Name::code(id, link),
        });
    }

    /// Adds a name, unless it is there already: what leads to the same, or looks the same and
    /// leads nowhere.
    fn add_name(&mut self, name: Name) {
        let is_same = |other: &Name| match name.link.is_empty() {
            true => other.shown.text == name.shown.text,
            false => other.link == name.link,
        };
        if self.0.len() < NAMES_MAX && !self.0.iter().any(is_same) {
            self.0.push(name);
        }
    }
}

impl Cast {
    fn note(&mut self, viewer: Viewer<'_>, fields: &Fields<'_>) {
        let actor = &fields.actor;
        let is_program = actor.kind.as_deref() == Some("application");
        if let Some(id) = actor.id.as_deref().filter(|_| !is_program) {
            self.people.add(viewer, Subject::User, id, actor.name.as_deref());
        }
        if let Some(who) = actor.identifier.as_deref().filter(|who| !is_marker(who)) {
            let link = seen::link(viewer.sight, who, || viewer.links.find(who));
            self.identifiers.add_name(Name { is_code: false, ..Name::code(who, link) });
        }
        let places = [
            (Subject::Application, &fields.application_id, fields.application_name.as_deref()),
            (Subject::Organization, &fields.organization, None),
            (Subject::Address, &fields.ip, None),
        ];
        for (subject, id, stated) in places {
            if let Some(id) = id {
                self.places.add(viewer, subject, id, stated);
            }
        }
        let agent = fields.user_agent.as_deref();
        self.devices.extend(agent.and_then(|agent| user_agent::in_words(agent, viewer.texts)));
    }
}
