//! `/settings/sources`: systems whose events come by themselves, and a form for one more.
//!
//! - [`detail`]: one of them: how it is, its settings, to pause and to remove it.
//! - [`form`]: a source as it is typed.
//! - [`words`]: what kinds, states and settings are called.

use askama::Template;
use axum::Form;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use gatelog_auth::Scope;
use gatelog_source::Definition;
use gatelog_source::kinds::Kind;
use gatelog_source::kinds::typed::Typed;

use self::form::{Mistakes, SourceFields};
use self::words::Look;
use super::{Tab, TabView, quarantine};
use crate::frame::{Frame, Section};
use crate::moment::{Moment, span};
use crate::problem::Problem;
use crate::sources::KnownSource;
use crate::text::{Shown, visible};
use crate::visitor::{Visit, Visitor, html};

pub(super) mod detail;
mod form;
mod words;

/// Characters of what is wrong with a source that a list shows.
const TROUBLE_CHARACTERS_MAX: usize = 300;

#[derive(Debug, Template)]
#[template(path = "settings/sources.html", whitespace = "minimize")]
struct Page {
    frame: Frame,
    tabs: Vec<TabView>,
    rows: Vec<Row>,
    /// What can be added; nothing without a key.
    kinds: Vec<KindView>,
    /// What is set up in the configuration file only.
    kinds_of_file: String,
    /// Why nothing runs.
    no_key: Option<String>,
    quarantine: String,
}

#[derive(Debug, Template)]
#[template(path = "settings/new_source.html", whitespace = "minimize")]
struct NewPage {
    frame: Frame,
    back: String,
    action: String,
    fields: SourceFields,
    no_key: Option<String>,
}

/// Something that can be added.
#[derive(Debug)]
struct KindView {
    link: String,
    title: String,
    hint: &'static str,
}

/// A source, in a list.
#[derive(Debug)]
struct Row {
    link: String,
    name: String,
    kind: String,
    is_of_file: bool,
    known: KnownView,
}

/// What is known of a source.
#[derive(Debug)]
struct KnownView {
    state: &'static str,
    look: Look,
    /// What it means, or what to do.
    hint: &'static str,
    /// What is wrong, and since when.
    trouble: Option<(Shown, Moment)>,
    silent_since: Option<Moment>,
    last_event: Option<Moment>,
    last_answer: Option<Moment>,
    lag: Option<String>,
    per_minute: String,
    kept: String,
    known: String,
    conflicts: String,
    held: u64,
    held_text: String,
    quarantine: String,
}

/// `GET /settings/sources`; with a kind, the form for one more of it.
pub(super) async fn show(visitor: Visitor) -> Response {
    let show = |visit: &Visit| {
        visit.require(Scope::Admin)?;
        match visit.parameters.get("kind") {
            Some(name) => {
                let kind = kind_to_add(name)?;
                html(new_page(visit, kind, SourceFields::new(kind, visit.texts)))
            }
            None => list(visit).and_then(html),
        }
    };
    visitor.answer(show).await
}

/// `POST /settings/sources`
pub(super) async fn create(visitor: Visitor, Form(typed): Form<Typed>) -> Response {
    let create = move |visit: &Visit| {
        visit.require(Scope::Admin)?;
        let kind = kind_to_add(typed.get("kind").map_or("", String::as_str))?;
        match kept(visit, kind, &typed)? {
            Ok(definition) => {
                let link = visit.links.settings_of(Tab::Sources.path(), &definition.name);
                Ok(Redirect::to(&link).into_response())
            }
            Err(mistakes) => {
                let fields = SourceFields::typed(kind, &typed, None, &mistakes, visit.texts);
                let page = new_page(visit, kind, fields).render()?;
                Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
            }
        }
    };
    visitor.answer(create).await
}

/// Keeps what was typed as a new source.
fn kept(visit: &Visit, kind: Kind, typed: &Typed) -> Result<Result<Definition, Mistakes>, Problem> {
    let definition = match form::definition(visit, kind, typed, None)? {
        Ok(definition) => definition,
        Err(mistakes) => return Ok(Err(mistakes)),
    };
    let name = &definition.name;
    if visit.sources.configured().iter().any(|other| other.name == *name) {
        return Ok(Err(Mistakes::taken(name, visit.texts)));
    }
    let stored = (&*definition.kind, &*definition.to_stored());
    let created = visit.meta().create_source(&definition.tenant, name, stored, &visit.change());
    Ok(match created {
        Ok(()) => Ok(definition),
        Err(error) => Err(Mistakes::of_meta(error, visit.texts)?),
    })
}

fn kind_to_add(name: &str) -> Result<Kind, Problem> {
    Kind::from_name(name).filter(|kind| kind.is_for_console()).ok_or(Problem::NoPage)
}

fn new_page(visit: &Visit, kind: Kind, fields: SourceFields) -> NewPage {
    let mut frame = visit.frame(Section::Settings);
    frame.here = link_to_add(visit, kind);
    NewPage {
        frame,
        back: visit.links.settings(Tab::Sources.path()),
        action: visit.links.settings(Tab::Sources.path()),
        fields,
        no_key: no_key(visit),
    }
}

fn list(visit: &Visit) -> Result<Page, Problem> {
    let no_key = no_key(visit);
    let for_console = |kind: &Kind| kind.is_for_console() && no_key.is_none();
    let of_file = Kind::ALL.into_iter().filter(|kind| !kind.is_for_console());
    let of_file: Vec<_> = of_file.map(|kind| words::kind(kind, visit.texts).0).collect();
    Ok(Page {
        tabs: Tab::open_to(visit, Tab::Sources),
        rows: visit.known_sources()?.iter().map(|source| row(visit, source)).collect(),
        kinds: Kind::ALL.into_iter().filter(for_console).map(|kind| added(visit, kind)).collect(),
        kinds_of_file: of_file.join(", "),
        quarantine: visit.links.settings(quarantine::PATH),
        frame: visit.frame(Section::Settings),
        no_key,
    })
}

/// Why no source runs, if none does.
fn no_key(visit: &Visit) -> Option<String> {
    visit.sources.key().err().map(|reason| visible(reason).into_owned())
}

fn added(visit: &Visit, kind: Kind) -> KindView {
    let (title, hint) = words::kind(kind, visit.texts);
    KindView { link: link_to_add(visit, kind), title, hint }
}

fn link_to_add(visit: &Visit, kind: Kind) -> String {
    let parameters = vec![("kind", kind.name().to_owned())];
    visit.links.settings_page(Tab::Sources.path(), parameters)
}

fn row(visit: &Visit, source: &KnownSource) -> Row {
    Row {
        link: visit.links.settings_of(Tab::Sources.path(), &source.definition.name),
        name: source.definition.name.clone(),
        kind: kind_title(visit, source),
        is_of_file: !source.is_of_console(),
        known: KnownView::new(visit, source),
    }
}

fn kind_title(visit: &Visit, source: &KnownSource) -> String {
    match source.kind() {
        Some(kind) => words::kind(kind, visit.texts).0,
        None => visible(&source.definition.kind).into_owned(),
    }
}

impl KnownView {
    fn new(visit: &Visit, source: &KnownSource) -> Self {
        let (texts, state) = (visit.texts, &source.state);
        let (name, hint, look) = words::condition(source.condition, texts);
        let moment = |time| visit.moment(time);
        Self {
            state: name,
            look,
            hint,
            trouble: source.trouble().map(|(reason, since)| {
                let reason = crate::seen::text(visit.sight, reason);
                (Shown::new(&reason, TROUBLE_CHARACTERS_MAX), moment(*since))
            }),
            silent_since: source.silent_since().map(moment),
            last_event: state.newest.map(moment),
            last_answer: state.answered.map(moment),
            lag: state.lag_micros().map(|micros| span(micros, texts)),
            per_minute: texts.number(state.minute_events),
            kept: texts.number(state.accepted),
            known: texts.number(state.duplicates),
            conflicts: texts.number(state.conflicts),
            held: source.held,
            held_text: texts.number(source.held),
            quarantine: quarantine::link(visit, Some(&source.definition.name), None),
        }
    }
}
