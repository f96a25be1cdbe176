//! `GET /v1/export`: every matching event as a stream, in memory that does not grow with it.
//!
//! The stream is read by the connection that sends it: one handful of events after the other, each
//! on a thread that may block, and none before the client has taken the one before. So a slow
//! client slows the reading down, and one that is gone ends it. What goes wrong in the middle cuts
//! the connection, so that half an export is never taken for a whole one; what goes wrong before anything was sent is
//! answered as usual.
//!
//! - [`asked`]: the parameters.
//! - [`mod@column`]: what can be a column, and its value in an event.
//! - [`text`]: rows as NDJSON or CSV.
//! - [`parquet`]: rows as Parquet.
//! - [`output`]: bytes on their way out, compressed or not.
//! - [`stream`]: from the ledger to the client.
//! - [`progress`]: how far it is, and word that it is not wanted any more.

mod asked;
mod column;
mod output;
mod parquet;
mod progress;
mod stream;
mod text;

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use gatelog_auth::Principal;
use gatelog_event::time::UnixMicros;
use gatelog_ledger::{Access, PageStart};
use gatelog_query::Query;
use gatelog_service::Service;

pub use self::asked::FileFormat;
pub use self::progress::{ExportId, ExportState, Progress};

use self::asked::{Asked, Format};
use self::output::Encoding;
use self::progress::Register;
use self::stream::{Export, Part, body};
use crate::blocking::{blocking, scanning};
use crate::problem::Problem;
use crate::reader::Reader;
use crate::room::Room;
use crate::shared::Shared;

/// Exports under way at once, of the API and the console together. Each holds some tens of MiB and
/// keeps a processor busy.
const EXPORTS_MAX: usize = 8;

/// Exports of one key or user: half, so that a script does not keep people out.
const EXPORTS_OF_ONE_MAX: usize = EXPORTS_MAX / 2;

/// How many events match, those before the cursor included.
const TOTAL_HEADER: HeaderName = HeaderName::from_static("gatelog-total");

/// Room for exports under way, and how far they are.
#[derive(Clone, Debug)]
pub struct Exports {
    room: Room,
    register: Register,
}

impl Default for Exports {
    fn default() -> Self {
        let room = Room::new("exports", EXPORTS_MAX, EXPORTS_OF_ONE_MAX);
        Self { room, register: Register::default() }
    }
}

/// A file that somebody wants who was let in by other means than a key.
#[derive(Debug)]
pub struct Download {
    /// Everything that this finds.
    pub query: Query,
    /// How it is written.
    pub format: FileFormat,
    /// What its reader calls it, to ask how far it is.
    pub id: Option<ExportId>,
}

pub(crate) async fn export(
    State(service): State<Arc<Service>>,
    State(shared): State<Shared>,
    reader: Reader,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let now = service.now();
    let Asked { question, format, order, start, limit } = Asked::read(&uri, now)?;
    let part = move |reader: &Reader| {
        Ok(Part { query: question.resolve(reader, order)?.query, start, limit })
    };
    shared.exports.answer(reader, part, format, None, &headers, now).await
}

impl Exports {
    /// A file to download. One that is cancelled before anything was found is answered by 204, at
    /// which browsers stay where they are.
    ///
    /// # Errors
    /// 429 when as many exports are under way as there or one's own may be, or too many questions
    /// wait that need every record read; the ledger's.
    pub async fn download(
        &self,
        reader: Reader,
        download: Download,
        headers: &HeaderMap,
        now: UnixMicros,
    ) -> Result<Response, Problem> {
        let Download { query, format, id } = download;
        let part = move |_: &Reader| Ok(Part { query, start: PageStart::First, limit: u64::MAX });
        self.answer(reader, part, Format::of(format, None, false)?, id, headers, now).await
    }

    /// How far an export is that `principal` began and gave this id; `None` if there is none, or
    /// it ended more than five minutes ago.
    pub fn progress(&self, principal: &Principal, id: &ExportId) -> Option<Progress> {
        self.register.progress(principal, id)
    }

    /// Ends an export that `principal` began: its connection is cut, and nothing more is read for
    /// it. Says whether there is one.
    pub fn cancel(&self, principal: &Principal, id: &ExportId) -> bool {
        self.register.cancel(principal, id)
    }

    async fn answer(
        &self,
        reader: Reader,
        part: impl FnOnce(&Reader) -> Result<Part, Problem> + Send + 'static,
        format: Format,
        id: Option<ExportId>,
        headers: &HeaderMap,
        now: UnixMicros,
    ) -> Result<Response, Problem> {
        let place = self.room.take(reader.principal())?;
        let tracked = self.register.begin(reader.principal(), id);
        let counter = tracked.counter();
        let encoding = match format.is_compressed() {
            true => Encoding::Identity,
            false => Encoding::accepted(headers),
        };
        let head = head(&format, encoding, &reader, now);
        // The first piece is read before the answer begins, so that it can still be another one.
        let (reader, part) = blocking(move || {
            let part = part(&reader)?;
            Ok::<_, Problem>((reader, part))
        })
        .await??;
        let is_scan = Access::is_scan(&part.query.filter);
        let of_export = counter.clone();
        let begin = move || {
            let export = Export::open(reader, &part, format, encoding, (place, of_export))?;
            let total = export.total();
            let (first, rest) = export.piece().map_err(|error| Problem::internal(&error))?;
            Ok::<_, Problem>((total, first, rest))
        };
        let begun = async {
            match is_scan {
                true => scanning(begin).await?,
                false => blocking(begin).await?,
            }
        };
        let (total, first, rest) = tokio::select! {
            begun = begun => begun?,
            () = counter.clone().cancelled() => return Ok(StatusCode::NO_CONTENT.into_response()),
        };
        let mut response = (head, body(first, rest, tracked)).into_response();
        response.headers_mut().insert(TOTAL_HEADER, HeaderValue::from(total));
        Ok(response)
    }
}

fn head(format: &Format, encoding: Encoding, reader: &Reader, now: UnixMicros) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let content_type = HeaderValue::from_static(format.media_type());
    headers.insert(header::CONTENT_TYPE, content_type);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if !format.is_compressed() {
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    if let Some(name) = encoding.name() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    // `2026-11-20T14:29:31.123456Z` without what files cannot be named with.
    let time: String = now.to_string().chars().take(19).filter(|c| !"-:".contains(*c)).collect();
    let (tenant, extension) = (reader.tenant.name(), format.extension());
    let disposition = format!("attachment; filename=\"gatelog-{tenant}-{time}Z.{extension}\"");
    // Tenants' names are letters, digits and hyphens.
    if let Ok(disposition) = HeaderValue::try_from(disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    headers
}
