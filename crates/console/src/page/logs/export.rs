//! `/logs/export`: everything a question finds, as a file to download.

use axum::http::HeaderMap;
use axum::response::Response;
use gatelog_api::blocking::blocking;
use gatelog_api::export::FileFormat;
use gatelog_api::reader::Reader;
use gatelog_event::time::UnixMicros;
use gatelog_query::{Order, Query};

use crate::filter::LogFilter;
use crate::problem::Problem;
use crate::visitor::{Visit, Visitor};

/// A format on the menu.
#[derive(Debug)]
pub(super) struct ExportLink {
    pub(super) name: &'static str,
    pub(super) hint: &'static str,
    pub(super) link: String,
}

/// The menu for a question.
pub(super) fn links(visit: &Visit, filter: &LogFilter) -> Vec<ExportLink> {
    let texts = &visit.texts.logs.export;
    let link = |format: FileFormat| {
        let (name, hint) = match format {
            FileFormat::Ndjson => ("NDJSON", texts.lines),
            FileFormat::Csv => ("CSV", texts.sheet),
            FileFormat::Parquet => ("Parquet", texts.columns),
        };
        ExportLink { name, hint, link: visit.links.export(filter, format.name()) }
    };
    FileFormat::ALL.map(link).into()
}

/// What somebody wants to have.
struct Asked {
    reader: Reader,
    query: Query,
    format: FileFormat,
    now: UnixMicros,
}

/// `GET /logs/export`
pub(crate) async fn download(headers: HeaderMap, visitor: Visitor) -> Response {
    let (bare, exports) = (visitor.frame.clone(), visitor.console.exports.clone());
    let asked = blocking(move || Asked::read(&visitor)).await;
    match asked.unwrap_or(Err(Problem::Panicked)) {
        Ok(Asked { reader, query, format, now }) => {
            let file = exports.download(reader, query, format, &headers, now).await;
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
        Ok(Self { query, format, now: visit.now, reader: visit.into_reader() })
    }
}
