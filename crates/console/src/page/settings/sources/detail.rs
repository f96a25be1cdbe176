//! `/settings/sources/{name}`: how one source is, its settings, and what can be done with it.

use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use gatelog_auth::Scope;
use gatelog_source::kinds::Kind;
use gatelog_source::kinds::typed::Typed;

use super::form::{self, Mistakes, SourceFields};
use super::{KnownView, Tab, kind_title, no_key};
use crate::frame::{Frame, Section};
use crate::problem::Problem;
use crate::sources::{Condition, KnownSource};
use crate::visitor::{Visit, Visitor, html};

#[derive(Debug, Template)]
#[template(path = "settings/source.html", whitespace = "minimize")]
struct Page {
    frame: Frame,
    back: String,
    name: String,
    kind: String,
    known: KnownView,
    is_of_file: bool,
    is_paused: bool,
    /// Where the other side sends what it has to tell, if it does.
    address: Option<String>,
    /// None if the settings cannot be changed here.
    fields: Option<SourceFields>,
    no_key: Option<String>,
}

/// What is to be done with a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    Save,
    Pause,
    Resume,
    Remove,
}

impl Deed {
    fn of_form(typed: &Typed) -> Option<Self> {
        match typed.get("deed")?.as_str() {
            "save" => Some(Self::Save),
            "pause" => Some(Self::Pause),
            "resume" => Some(Self::Resume),
            "remove" => Some(Self::Remove),
            _ => None,
        }
    }
}

/// `GET /settings/sources/{name}`
pub(in crate::page::settings) async fn show(
    visitor: Visitor,
    Path(name): Path<String>,
) -> Response {
    let show = move |visit: &Visit| {
        let source = find(visit, &name)?;
        let fields = fields(visit, &source);
        html(page(visit, source, fields))
    };
    visitor.answer(show).await
}

/// `POST /settings/sources/{name}`
pub(in crate::page::settings) async fn change(
    visitor: Visitor,
    Path(name): Path<String>,
    Form(typed): Form<Typed>,
) -> Response {
    let change = move |visit: &Visit| {
        let source = find(visit, &name)?;
        // The configuration file is changed by whoever has it.
        if !source.is_of_console() {
            return Err(Problem::NoPage);
        }
        let (tenant, change) = (visit.tenant.name(), visit.change());
        match Deed::of_form(&typed).ok_or(Problem::NoPage)? {
            Deed::Pause => visit.meta().pause_source(tenant, &name, true, &change)?,
            Deed::Resume => visit.meta().pause_source(tenant, &name, false, &change)?,
            Deed::Remove => {
                visit.meta().delete_source(tenant, &name, &change)?;
                return Ok(Redirect::to(&visit.links.settings(Tab::Sources.path())).into_response());
            }
            Deed::Save => {
                let kind = source.kind().ok_or(Problem::NoPage)?;
                if let Err(mistakes) = saved(visit, kind, &source, &typed)? {
                    let kept = Some(&source.definition);
                    let fields = SourceFields::typed(kind, &typed, kept, &mistakes, visit.texts);
                    let page = page(visit, source, Some(fields)).render()?;
                    return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response());
                }
            }
        }
        Ok(Redirect::to(&visit.links.settings_of(Tab::Sources.path(), &name)).into_response())
    };
    visitor.answer(change).await
}

/// The source of this name that is set up here, else the one of the configuration file.
fn find(visit: &Visit, name: &str) -> Result<KnownSource, Problem> {
    visit.require(Scope::Admin)?;
    let mut sources = visit.known_sources()?;
    sources.retain(|source| source.definition.name == name);
    sources.sort_by_key(|source| !source.is_of_console());
    sources.into_iter().next().ok_or(Problem::NoPage)
}

fn saved(
    visit: &Visit,
    kind: Kind,
    source: &KnownSource,
    typed: &Typed,
) -> Result<Result<(), Mistakes>, Problem> {
    let definition = match form::definition(visit, kind, typed, Some(&source.definition))? {
        Ok(definition) => definition,
        Err(mistakes) => return Ok(Err(mistakes)),
    };
    let stored = (&*definition.kind, &*definition.to_stored());
    let updated =
        visit.meta().update_source(&definition.tenant, &definition.name, stored, &visit.change());
    Ok(match updated {
        Ok(()) => Ok(()),
        Err(error) => Err(Mistakes::of_meta(error, visit.texts)?),
    })
}

fn fields(visit: &Visit, source: &KnownSource) -> Option<SourceFields> {
    let kind = source.kind().filter(|kind| source.is_of_console() && kind.is_for_console())?;
    Some(SourceFields::of(kind, &source.definition, visit.texts))
}

fn page(visit: &Visit, source: KnownSource, fields: Option<SourceFields>) -> Page {
    let name = &source.definition.name;
    let mut frame = visit.frame(Section::Settings);
    frame.here = visit.links.settings_of(Tab::Sources.path(), name);
    let path = source.kind().and_then(|kind| kind.path_of(name));
    Page {
        frame,
        back: visit.links.settings(Tab::Sources.path()),
        kind: kind_title(visit, &source),
        known: KnownView::new(visit, &source),
        is_of_file: !source.is_of_console(),
        is_paused: source.condition == Condition::Paused,
        address: path.map(|path| format!("{}{path}", visit.origin)),
        fields,
        no_key: no_key(visit),
        name: source.definition.name,
    }
}
