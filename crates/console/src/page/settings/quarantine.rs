//! `/settings/quarantine`: what sources delivered and what is no event, and one such record, to be
//! mended, taken in again or thrown away.
//!
//! Nobody took anything out of these records: what is secret or personal in them is there as it
//! came. So they are for administrators who see personal data.

use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use gatelog_auth::Scope;
use gatelog_ledger::Appended;
use gatelog_meta::Quarantined;
use gatelog_source::quarantine::{Held, NotTaken};
use serde::Deserialize;

use self::content::Content;
use super::{Tab, TabView};
use crate::frame::{Frame, Section};
use crate::moment::{Moment, Total};
use crate::problem::Problem;
use crate::seen;
use crate::text::{Shown, visible};
use crate::texts::Texts;
use crate::visitor::{Visit, Visitor, html};

mod content;

/// Below `/settings`.
pub(super) const PATH: &str = "/quarantine";

/// Records on a page.
const ROWS_MAX: u32 = 50;

/// Characters of a reason that the list shows, and the page of the record.
const REASON_CHARACTERS_MAX: usize = 200;
const WHOLE_REASON_CHARACTERS_MAX: usize = 2_000;

/// The most bytes of a form with a record: one that can be edited, as forms write it.
pub(super) const FORM_BYTES_MAX: usize = content::EDITED_BYTES_MAX * 3 + 1024;

#[derive(Debug, Template)]
#[template(path = "settings/quarantine.html", whitespace = "minimize")]
struct Page {
    frame: Frame,
    tabs: Vec<TabView>,
    back: String,
    total: Total,
    choices: Vec<SourceChoice>,
    rows: Vec<Row>,
    newest: Option<String>,
    older: Option<String>,
    /// What became of the last one.
    done: Option<&'static str>,
}

#[derive(Debug, Template)]
#[template(path = "settings/quarantined.html", whitespace = "minimize")]
struct RecordPage {
    frame: Frame,
    back: String,
    number: String,
    source: String,
    source_link: String,
    received: Moment,
    format: Shown,
    reason: Shown,
    content: Content,
    error: Option<String>,
}

/// A source to look at alone, or all of them.
#[derive(Debug)]
struct SourceChoice {
    link: String,
    title: String,
    count: String,
    is_chosen: bool,
}

/// A record, in the list.
#[derive(Debug)]
struct Row {
    link: String,
    source: String,
    received: Moment,
    reason: Shown,
}

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Done {
    Taken,
    Known,
    Conflict,
    Nothing,
    Discarded,
}

/// What is to be done with a record.
#[derive(Debug, Deserialize)]
pub(super) struct RecordForm {
    #[serde(default)]
    deed: String,
    /// As it stands in the page; nothing if it was not to be edited.
    record: Option<String>,
}

impl Done {
    const ALL: [Self; 5] =
        [Self::Taken, Self::Known, Self::Conflict, Self::Nothing, Self::Discarded];

    fn name(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Known => "known",
            Self::Conflict => "conflict",
            Self::Nothing => "nothing",
            Self::Discarded => "discarded",
        }
    }

    fn of(appended: &Appended) -> Self {
        match appended {
            Appended { accepted: 1.., .. } => Self::Taken,
            Appended { conflicts: 1.., .. } => Self::Conflict,
            Appended { duplicates: 1.., .. } => Self::Known,
            _ => Self::Nothing,
        }
    }

    fn told(self, texts: &Texts) -> &'static str {
        let texts = &texts.sources.quarantine;
        match self {
            Self::Taken => texts.taken,
            Self::Known => texts.known,
            Self::Conflict => texts.conflict,
            Self::Nothing => texts.nothing,
            Self::Discarded => texts.discarded,
        }
    }
}

/// The quarantine, of one source or of all; `before` is the number after which it goes on.
pub(super) fn link(visit: &Visit, source: Option<&str>, before: Option<i64>) -> String {
    let source = source.map(|source| ("source", source.to_owned()));
    let before = before.map(|before| ("before", before.to_string()));
    visit.links.settings_page(PATH, source.into_iter().chain(before).collect())
}

/// `GET /settings/quarantine`
pub(super) async fn show(visitor: Visitor) -> Response {
    visitor.page(Section::Settings, list).await
}

/// `GET /settings/quarantine/{number}`
pub(super) async fn open(visitor: Visitor, Path(number): Path<String>) -> Response {
    let open = move |visit: &Visit| {
        let held = held(visit, &number)?;
        html(record_page(visit, &held, None, None))
    };
    visitor.answer(open).await
}

/// `POST /settings/quarantine/{number}`
pub(super) async fn decide(
    visitor: Visitor,
    Path(number): Path<String>,
    Form(form): Form<RecordForm>,
) -> Response {
    let decide = move |visit: &Visit| {
        let held = held(visit, &number)?;
        // That a record is gone from there has to be told by somebody's name.
        visit.reading.begin();
        let done = match &*form.deed {
            "take" => match take(visit, &held, form.record.as_deref()) {
                Ok(done) => done,
                Err(error) => {
                    let error = told(error, visit)?;
                    let page = record_page(visit, &held, form.record.as_deref(), Some(error));
                    let page = page.render()?;
                    return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response());
                }
            },
            "discard" => {
                visit.meta().take_from_quarantine(visit.tenant.name(), held.number)?;
                Done::Discarded
            }
            _ => return Err(Problem::NoPage),
        };
        let done = vec![("done", done.name().to_owned())];
        Ok(Redirect::to(&visit.links.settings_page(PATH, done)).into_response())
    };
    visitor.answer(decide).await
}

/// Takes a record in, as it came unless somebody edited it.
fn take(visit: &Visit, held: &Held, typed: Option<&str>) -> Result<Done, NotTaken> {
    let content = Content::new(held, visit.sight);
    let mended = typed.and_then(|typed| content.mended(typed));
    let mended = mended.as_deref().map(str::as_bytes);
    let appended = visit.sources.take_again(&visit.tenant, held.number, mended)?;
    Ok(Done::of(&appended))
}

fn held(visit: &Visit, number: &str) -> Result<Held, Problem> {
    visit.require(Scope::Admin)?;
    let number = number.parse().map_err(|_| Problem::NoPage)?;
    match visit.sources.quarantined(&visit.tenant, number) {
        Ok(held) => Ok(held),
        Err(NotTaken::Meta(gatelog_meta::Error::UnknownQuarantined(_))) => Err(Problem::NoPage),
        Err(NotTaken::Meta(error)) => Err(error.into()),
        Err(error) => Err(Problem::NotSaved(told(error, visit)?)),
    }
}

/// Why a record stays where it is.
///
/// # Errors
/// The reader cannot help it.
fn told(error: NotTaken, visit: &Visit) -> Result<String, Problem> {
    let texts = &visit.texts.sources;
    Ok(match error {
        NotTaken::NoEvent(reason) => {
            let reason = seen::text(visit.sight, &reason);
            (texts.quarantine.still_none)(&Shown::new(&reason, WHOLE_REASON_CHARACTERS_MAX).text)
        }
        NotTaken::NoKey(reason) => (texts.wrong)(&visible(&reason)),
        NotTaken::NotOpened(_) => texts.quarantine.sealed.to_owned(),
        NotTaken::Meta(gatelog_meta::Error::UnknownQuarantined(_)) => return Err(Problem::NoPage),
        NotTaken::Meta(error) => return Err(error.into()),
        NotTaken::Ledger(error) => {
            tracing::error!(%error, "a record of the quarantine is not kept");
            texts.quarantine.not_read.to_owned()
        }
    })
}

fn list(visit: &Visit, frame: Frame) -> Result<Page, Problem> {
    visit.require(Scope::Admin)?;
    if let Some(address) = visit.parameters.tidier(&format!("/settings{PATH}")) {
        return Err(Problem::Tidier(address));
    }
    let (tenant, texts) = (visit.tenant.name(), visit.texts);
    let source = visit.parameters.get("source");
    let before = visit.parameters.get("before").and_then(|before| before.parse().ok());
    let mut held = visit.meta().quarantine(tenant, source, before, ROWS_MAX + 1)?;
    let has_more = held.len() > ROWS_MAX as usize;
    held.truncate(ROWS_MAX as usize);
    let last = held.last().map(|held| held.number).filter(|_| has_more);
    let counts = visit.meta().quarantine_counts(tenant)?;
    let is_asked = |name: &str| source.is_none_or(|source| source == name);
    let total = counts.iter().filter(|(name, _)| is_asked(name)).map(|(_, count)| count).sum();
    let done = visit.parameters.get("done");
    let done = Done::ALL.into_iter().find(|known| Some(known.name()) == done);
    Ok(Page {
        frame,
        tabs: Tab::open_to(visit, Tab::Sources),
        back: visit.links.settings(Tab::Sources.path()),
        total: Total::new(total, texts.sources.quarantine.noun, texts),
        choices: choices(visit, &counts, source),
        rows: held.iter().map(|held| row(visit, held)).collect(),
        newest: before.map(|_| link(visit, source, None)),
        older: last.map(|last| link(visit, source, Some(last))),
        done: done.map(|done| done.told(texts)),
    })
}

fn choices(visit: &Visit, counts: &[(String, u64)], chosen: Option<&str>) -> Vec<SourceChoice> {
    let choice = |source: Option<&str>, title: &str, count: u64| SourceChoice {
        link: link(visit, source, None),
        title: visible(title).into_owned(),
        count: visit.texts.number(count),
        is_chosen: source == chosen,
    };
    let all = counts.iter().map(|(_, count)| count).sum();
    let all = choice(None, visit.texts.logs.all_sources, all);
    let each = counts.iter().map(|(name, count)| choice(Some(name), name, *count));
    std::iter::once(all).chain(each).collect()
}

fn row(visit: &Visit, held: &Quarantined) -> Row {
    Row {
        link: visit.links.settings(&format!("{PATH}/{}", held.number)),
        source: visible(&held.source).into_owned(),
        received: visit.moment(held.received),
        reason: Shown::new(&seen::text(visit.sight, &held.reason), REASON_CHARACTERS_MAX),
    }
}

fn record_page(
    visit: &Visit,
    held: &Held,
    typed: Option<&str>,
    error: Option<String>,
) -> RecordPage {
    let mut frame = visit.frame(Section::Settings);
    frame.here = visit.links.settings(&format!("{PATH}/{}", held.number));
    let reason = seen::text(visit.sight, &held.reason);
    RecordPage {
        frame,
        back: link(visit, None, None),
        number: held.number.to_string(),
        source: visible(&held.source).into_owned(),
        source_link: link(visit, Some(&held.source), None),
        received: visit.moment(held.received),
        format: Shown::new(&held.format, REASON_CHARACTERS_MAX),
        reason: Shown::new(&reason, WHOLE_REASON_CHARACTERS_MAX),
        content: Content::new(held, visit.sight).with_typed(typed),
        error,
    }
}
