//! A caller who reads events. That they do is noted before anything is answered (DESIGN invariant
//! 9), so a handler that takes a [`Reader`] cannot forget it.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts, MatchedPath, Query as Parameters, RawPathParams};
use axum::http::request::Parts;
use gatelog_auth::{Principal, Scope, Sight};
use gatelog_ledger::{Access, StoredEvent};
use gatelog_query::{Field, Filter, Order};
use gatelog_service::{Reading, Refusal, Service, Tenant};

use crate::authentication::Caller;
use crate::blocking::{blocking, scanning};
use crate::problem::Problem;
use crate::question::{self, Question};
use crate::seen::{SeenEvent, SeenNames};

/// A caller with the scope `read`, and the note of what they read.
#[derive(Debug)]
pub struct Reader {
    /// Whose events are read.
    pub tenant: Arc<Tenant>,
    principal: Principal,
    reading: Reading,
    sight: Sight,
}

/// `filter` as far as somebody may read: a key that is bound to a source sees only its events.
#[must_use]
pub fn readable(principal: &Principal, filter: Filter) -> Filter {
    match principal.access.source() {
        Some(only) => filter.and(Filter::equals(Field::Source, only.name())),
        None => filter,
    }
}

impl Reader {
    /// A caller who was let in by other means than a key, what they see, and the note of what they
    /// read.
    pub fn new(tenant: Arc<Tenant>, principal: Principal, sight: Sight, reading: Reading) -> Self {
        Self { tenant, principal, reading, sight }
    }

    /// `filter` as far as the caller may read.
    #[must_use]
    pub fn readable(&self, filter: Filter) -> Filter {
        readable(&self.principal, filter)
    }

    /// Who it is.
    pub(crate) fn principal(&self) -> &Principal {
        &self.principal
    }

    /// The directory, as far as the caller may know it. It does not say which source a name was
    /// learned from, so a key that is bound to one sees only the names in its records.
    pub(crate) fn names(&self) -> Option<SeenNames<'_>> {
        let names = || SeenNames::new(self.tenant.names(), self.sight);
        self.principal.access.source().is_none().then(names)
    }

    /// Events as far as the caller may see them.
    pub(crate) fn seen(&self, events: Vec<StoredEvent>) -> Vec<SeenEvent> {
        SeenEvent::all(events, self.sight)
    }

    /// Answers a question on a thread that may block. One for which records are read one by one
    /// waits for its turn; `reads_records` says that already `answer` needs it.
    ///
    /// # Errors
    /// 429 when too many wait for a turn, 422 when a word stands for too many ids, and those of
    /// `answer`.
    pub(crate) async fn ask<T: Send + 'static>(
        self,
        question: Question,
        order: Order,
        reads_records: bool,
        answer: impl FnOnce(&Self, question::Asked) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let begun = blocking(move || {
            let asked = question.resolve(&self, order)?;
            let is_scan = reads_records || Access::is_scan(&asked.query.filter);
            // On this thread, if it need not wait.
            Ok::<_, Problem>(match is_scan {
                true => Err((self, asked, answer)),
                false => Ok(answer(&self, asked)?),
            })
        });
        match begun.await?? {
            Ok(answered) => Ok(answered),
            Err((reader, asked, answer)) => scanning(move || answer(&reader, asked)).await?,
        }
    }

    /// Notes that so many events are returned.
    pub fn returned(&self, events: usize) {
        self.reading.returned(events);
    }
}

impl<S> FromRequestParts<S> for Reader
where
    S: Send + Sync,
    Arc<Service>: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let service = Arc::<Service>::from_ref(state);
        let Caller { principal, tenant } =
            Caller::authorize(&service, &parts.headers, Scope::Read).await?;
        let Ok(asked) = Asked::from_request_parts(parts, state).await;
        let reading = asked.begin(&tenant, &principal);
        // Whoever makes keys decides who gets to see what.
        Ok(Self { tenant, principal, reading, sight: Sight::Whole })
    }
}

/// What a request asks for: its route, and the parameters in its path and its query.
#[derive(Clone, Debug)]
pub struct Asked {
    route: String,
    parameters: Vec<(String, String)>,
}

impl Asked {
    /// Notes that `reader` reads it.
    pub fn begin(&self, tenant: &Tenant, reader: &Principal) -> Reading {
        let reading = self.prepare(tenant, reader);
        reading.begin();
        reading
    }

    /// The same where `reader` may not read anything: nothing is noted yet.
    pub fn prepare(&self, tenant: &Tenant, reader: &Principal) -> Reading {
        let parameters = self.parameters.iter().map(|(name, value)| (&**name, &**value));
        tenant.prepare_read(reader, &self.route, parameters)
    }

    /// Notes that `reader` was refused, as they may not do this.
    pub fn refuse(&self, tenant: &Tenant, reader: &Principal) {
        let refusal = Refusal { event_type: "audit.read", error_code: "forbidden" };
        tenant.note_refusal(reader, &self.route, refusal);
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let path = RawPathParams::from_request_parts(parts, state).await;
        let path = path.iter().flatten();
        let path: Vec<_> = path.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        // What is not form encoded is refused later; that somebody asked is noted all the same.
        let query = Parameters::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let query = query.map(|Parameters(pairs)| pairs).unwrap_or_default();
        let matched = parts.extensions.get::<MatchedPath>();
        let route = format!("{} {}", parts.method, matched.map_or("/", MatchedPath::as_str));
        Ok(Self { route, parameters: path.into_iter().chain(query).collect() })
    }
}
