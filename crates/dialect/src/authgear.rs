//! Authgear's Admin API as far as it reads audit logs (commit fa7a7d55 of 2026-08-21).
//!
//! | asked for | answered |
//! |---|---|
//! | `POST /_api/admin/graphql` | JSON or `application/graphql`, at most 1 MiB; whatever is executed is 200 |
//! | `GET /_api/admin/graphql` | a page about all this |
//! | `auditLogs` | every argument; rows of Authgear, and those of others that mean one of its types |
//! | `first`, `last`, `after`, `before` | as there: 100 rows at most, cursors `offset:N`, no backward paging |
//! | `activityTypes` | empty means all 129 |
//! | `userIDs`, `emailAddresses`, `phoneNumbers` | either of them, as there, in exactly these letters |
//! | `rangeFrom`, `rangeTo` | inclusive, exclusive; an offset counts, which Authgear ignores |
//! | `totalCount`, `pageInfo` | exact; `hasNextPage` and `hasPreviousPage` as there |
//! | `node`, `nodes` | ids of `AuditLog`; of other types null |
//! | `user` | `id`, and from the directory `formattedName` and `endUserAccountID` |
//! | `__schema`, `__type` | the part of the schema that is here |
//! | `Authorization: Bearer` | a token that is signed (RS256, `kid`) with a configured project's key and is for it (`aud`); an API key with the scope `read`; an operator's key picks the tenant with `Gatelog-Tenant` |
//! | errors | the same messages, `errorName` and `reason` |
//!
//! One address serves all of an Authgear's portal, so a project can have its Authgear behind it
//! ([`Upstream`]), which gets every document that is not about audit logs alone, from whoever has a
//! token that is signed with the project's key; a key of ours opens nothing there. That is decided
//! before anything is executed, by the operation that is meant, its fragments and its variables.
//! Answered here is a query that asks for nothing but `auditLogs`, `node` and `nodes` with ids of
//! `AuditLog`, and `__typename`. All others, those with questions about the schema included, are
//! sent on whole, and so is a document that cannot be read: their answers are Authgear's own.
//! Without an Authgear behind it a field that is not here is a validation error.
//!
//! What differs on purpose: time ranges are converted to UTC; rows of the same second have an
//! order, so that no page repeats or skips one; a page that would end before it begins is empty;
//! types that Authgear's schema does not know are left out, as there, and are in our own API;
//! `user` is whoever the event is about, whether or not the account still exists; where something
//! is wrong with a body or a document, the message says what. Limits are in `limits`.
//!
//! Modules in reading order:
//!
//! - `limits`: how much one request may ask for.
//! - `projects`: which tenants are which projects, and what is behind them.
//! - `request`: a body to a document and its variables.
//! - `document`: what a document asks for, before it is executed.
//! - `execution`: a document to an answer.
//! - `schema`: the fields and what they are answered with.
//! - `listing`, `question`, `pagination`: arguments to rows.
//! - `row`, `event`, `parties`: a stored event as a row.
//! - `global_id`: ids and cursors.
//! - `refusal`, `answer`: what goes over the wire.
//! - `forwarding`: what an Authgear behind this server answers.
//! - `caller`: who is asking.
//! - `page`: the page.

mod answer;
mod caller;
mod document;
mod event;
mod execution;
mod forwarding;
mod global_id;
mod limits;
mod listing;
mod page;
mod pagination;
mod parties;
mod projects;
mod question;
mod refusal;
mod request;
mod row;
mod schema;

use std::error::Error as _;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request as HttpRequest, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use gatelog_api::blocking::{blocking, scanning};
use gatelog_service::Service;
use http_body_util::LengthLimitError;

use self::answer::{failed, forbidden, text};
use self::caller::Asker;
use self::document::Outline;
use self::execution::execute;
use self::forwarding::forward;
use self::limits::BODY_BYTES_MAX;
use self::request::{Malformed, Request};
use self::schema::Context;
use crate::caller::Refused;

pub use self::projects::{Project, Projects, Upstream, UpstreamError};

/// Where it is. People also copy addresses together with one slash too many.
const ADDRESSES: [&str; 2] = ["/_api/admin/graphql", "//_api/admin/graphql"];

/// The name and the reason of what is wrong with a request.
const BAD_REQUEST: (&str, &str) = ("BadRequest", "BadRequest");

/// What every request needs.
#[derive(Clone, Debug)]
struct Shared {
    service: Arc<Service>,
    projects: Arc<Projects>,
}

/// The Admin API, at its usual address.
pub fn router(service: Arc<Service>, projects: Projects) -> Router {
    let shared = Shared { service, projects: Arc::new(projects) };
    let routes = ADDRESSES
        .into_iter()
        .fold(Router::new(), |routes, address| routes.route(address, post(answer).get(page::page)));
    routes
        .route(page::STYLE_ADDRESS, get(page::style))
        .route(page::SCRIPT_ADDRESS, get(page::script))
        .with_state(shared)
}

async fn answer(State(shared): State<Shared>, request: HttpRequest) -> Response {
    let (parts, body) = request.into_parts();
    let asker = match caller::asker(&shared, &parts.headers).await {
        Ok(asker) => asker,
        Err(Refused::Failed) => return unexpected(),
        Err(_) => return forbidden(),
    };
    match whole(body).await {
        Ok(body) => answer_asker(asker, &parts.headers, body).await,
        Err(response) => response,
    }
}

async fn answer_asker(asker: Asker<'_>, headers: &HeaderMap, body: Bytes) -> Response {
    let Asker { caller, project } = asker;
    let (request, outline) = match understood(headers.clone(), body.clone()).await {
        Ok(understood) => understood,
        Err(response) => return response,
    };
    if let Some(upstream) = project.and_then(|project| project.upstream.as_ref())
        && outline.as_ref().is_none_or(Outline::is_for_upstream)
    {
        return forward(upstream, headers, body).await;
    }
    let reads_records = outline.as_ref().is_some_and(Outline::reads_records);
    let context = Context::new(caller);
    let work = move || execute(&request, outline.as_ref(), &context);
    let answered = match reads_records {
        true => scanning(work).await.map_err(|problem| problem.into_response().status()),
        false => blocking(work).await.map_err(|_panicked| StatusCode::INTERNAL_SERVER_ERROR),
    };
    answered.unwrap_or_else(unanswered)
}

/// What a body asks for. Reading one of a MiB takes a while.
async fn understood(
    headers: HeaderMap,
    body: Bytes,
) -> Result<(Request, Option<Outline>), Response> {
    let reading = blocking(move || {
        let request = Request::read(&headers, &body)?;
        let outline = Outline::read(&request);
        Ok((request, outline))
    });
    match reading.await {
        Ok(read) => read.map_err(|error| malformed(&error)),
        Err(_panicked) => Err(unexpected()),
    }
}

/// The body, unless it is too long or breaks off.
async fn whole(body: Body) -> Result<Bytes, Response> {
    axum::body::to_bytes(body, BODY_BYTES_MAX).await.map_err(|error| {
        let is_too_long = error.source().is_some_and(|source| source.is::<LengthLimitError>());
        match is_too_long {
            true => failed(
                StatusCode::PAYLOAD_TOO_LARGE,
                ("RequestEntityTooLarge", "RequestEntityTooLarge"),
                &format!("the body is longer than {BODY_BYTES_MAX} bytes"),
            ),
            false => failed(StatusCode::BAD_REQUEST, BAD_REQUEST, "the body broke off"),
        }
    })
}

fn malformed(error: &Malformed) -> Response {
    match error {
        Malformed::MediaType => text(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Unsupported Media Type"),
        Malformed::Json(_) | Malformed::Text | Malformed::Variables => {
            failed(StatusCode::BAD_REQUEST, BAD_REQUEST, &error.to_string())
        }
    }
}

/// The answer where there was no turn for a question, or it failed.
fn unanswered(status: StatusCode) -> Response {
    match status {
        StatusCode::TOO_MANY_REQUESTS => {
            let message = "many questions for recipients wait; ask again in a while";
            failed(status, ("TooManyRequest", "TooManyRequest"), message)
        }
        _ => unexpected(),
    }
}

fn unexpected() -> Response {
    let kind = ("InternalError", "UnexpectedError");
    failed(StatusCode::INTERNAL_SERVER_ERROR, kind, "unexpected error")
}
