//! `/logs/export`: everything a question finds, as a file to download; `/logs/export/{id}`: how far
//! it is, for a page that began it under an id of its own.

use axum::Json;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use gatelog_api::blocking::blocking;
use gatelog_api::export::{Download, ExportId, ExportState, FileFormat, Progress};
use gatelog_api::reader::Reader;
use gatelog_auth::Principal;
use gatelog_event::time::UnixMicros;
use gatelog_query::{Order, Query};
use serde::Serialize;

use crate::filter::LogFilter;
use crate::problem::Problem;
use crate::texts::Texts;
use crate::visitor::{Visit, Visitor};

/// What is exported here, and how.
#[derive(Debug)]
pub(super) struct ExportMenu {
    /// How many events there will be in a file.
    pub(super) holds: String,
    pub(super) formats: Vec<ExportLink>,
}

/// A format on the menu.
#[derive(Debug)]
pub(super) struct ExportLink {
    pub(super) name: &'static str,
    pub(super) hint: &'static str,
    pub(super) link: String,
}

/// The menu for a question that `total` events match.
pub(super) fn menu(visit: &Visit, filter: &LogFilter, total: u64) -> ExportMenu {
    let texts = &visit.texts.logs.export;
    let link = |format: FileFormat| {
        let (name, hint) = match format {
            FileFormat::Ndjson => ("NDJSON", texts.lines),
            FileFormat::Csv => ("CSV", texts.sheet),
            FileFormat::Parquet => ("Parquet", texts.columns),
        };
        ExportLink { name, hint, link: visit.links.export(filter, format.name()) }
    };
    let events = visit.texts.counted(total, visit.texts.nouns.event);
    ExportMenu { holds: (texts.holds)(&events), formats: FileFormat::ALL.map(link).into() }
}

/// What somebody wants to have.
struct Asked {
    reader: Reader,
    download: Download,
    now: UnixMicros,
}

/// `GET /logs/export`
pub(crate) async fn download(headers: HeaderMap, visitor: Visitor) -> Response {
    let (bare, exports) = (visitor.frame.clone(), visitor.console.exports.clone());
    let asked = blocking(move || Asked::read(&visitor)).await;
    match asked.unwrap_or(Err(Problem::Panicked)) {
        Ok(Asked { reader, download, now }) => {
            let file = exports.download(reader, download, &headers, now).await;
            file.unwrap_or_else(|refusal| Problem::from(refusal).to_bare_page(bare))
        }
        Err(problem) => problem.to_bare_page(bare),
    }
}

impl Asked {
    fn read(visitor: &Visitor) -> Result<Self, Problem> {
        let visit = visitor.visit()?;
        let format = visit.parameters.get("format").and_then(FileFormat::from_name);
        let format = format.ok_or(Problem::NoPage)?;
        let filter = LogFilter::read(&visit.parameters);
        let query = filter.query(&visit)?;
        let query = Query { order: Order::OldestFirst, ..query };
        // What is no id only shows no progress.
        let id = visit.parameters.get("export").and_then(ExportId::parse);
        let download = Download { query, format, id };
        Ok(Self { download, now: visit.now, reader: visit.into_reader() })
    }
}

/// How far an export is, for a script and in words.
#[derive(Debug, Serialize)]
struct Answer {
    state: &'static str,
    rows: u64,
    total: Option<u64>,
    text: String,
}

/// `GET /logs/export/{id}`: how far one's own export is. One that is not known is no error, of which
/// browsers would complain: a page asks before its export has arrived.
pub(crate) async fn progress(visitor: Visitor, Path(id): Path<String>) -> Response {
    of_own(visitor, id, |visitor, reader, id| {
        let progress = id.and_then(|id| visitor.console.exports.progress(reader, &id));
        Json(Answer::new(progress, visitor.frame.texts)).into_response()
    })
    .await
}

/// `POST /logs/export/{id}/cancel`: ends one's own export.
pub(crate) async fn cancel(visitor: Visitor, Path(id): Path<String>) -> Response {
    of_own(visitor, id, |visitor, reader, id| {
        let is_known = id.is_some_and(|id| visitor.console.exports.cancel(reader, &id));
        let status = if is_known { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND };
        status.into_response()
    })
    .await
}

/// Answers about an export of whoever is signed in.
async fn of_own(
    visitor: Visitor,
    id: String,
    answer: impl FnOnce(&Visitor, &Principal, Option<ExportId>) -> Response + Send + 'static,
) -> Response {
    let bare = visitor.frame.clone();
    let answered = blocking(move || {
        let signed_in = visitor.signed_in()?;
        Ok(answer(&visitor, &signed_in.principal, ExportId::parse(&id)))
    });
    let answered = answered.await.unwrap_or(Err(Problem::Panicked));
    answered.unwrap_or_else(|problem| problem.to_bare_page(bare))
}

impl Answer {
    fn new(progress: Option<Progress>, texts: &Texts) -> Self {
        let said = &texts.logs.export;
        let Some(Progress { rows, total, state }) = progress else {
            return Self { state: "unknown", rows: 0, total: None, text: said.lost.to_owned() };
        };
        let counted = |number| texts.counted(number, texts.nouns.event);
        let text = match (state, total) {
            (ExportState::Running, None) => said.looking.to_owned(),
            (ExportState::Running, Some(total)) => {
                // An export of nothing is done at once.
                let percent = rows.saturating_mul(100) / total.max(1);
                (said.written)(&texts.number(rows), &counted(total), &percent.to_string())
            }
            (ExportState::Done, _) => (said.done)(&counted(rows)),
            (ExportState::Failed, _) => (said.failed)(&counted(rows)),
            (ExportState::Cancelled, _) => said.cancelled.to_owned(),
        };
        Self { state: state.name(), rows, total, text }
    }
}
