//! From a request to somebody who is signed in, in one tenant.

use std::convert::Infallible;
use std::sync::Arc;

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::Method;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Response};
use gatelog_api::authentication::{note_principal, note_tenant};
use gatelog_api::blocking::{Panicked, blocking, scanning};
use gatelog_api::client_address::ClientAddress;
use gatelog_api::reader::{Asked, Reader};
use gatelog_api::seen::{SeenEvent, SeenNames};
use gatelog_auth::{Browser, Denied, Principal, RelyingParty, Scope, Sight, SignedIn};
use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use gatelog_ledger::StoredEvent;
use gatelog_meta::{Author, Change, Meta, Role};
use gatelog_service::origin::places::Places;
use gatelog_service::{Reading, Service, Tenant};
use gatelog_source::Sources;

use crate::Console;
use crate::event_view::Viewer;
use crate::frame::{BareFrame, Frame, Section, SightView, TenantPicker};
use crate::links::{Links, Parameters};
use crate::moment::Moment;
use crate::problem::Problem;
use crate::security::origin;
use crate::session::SecretCookie;
use crate::text::visible;
use crate::texts::Texts;
use crate::time_range;
use crate::zone::Zone;

/// A browser, whoever sits before it, and the address it asks for.
#[derive(Debug)]
pub(crate) struct Visitor {
    pub(crate) console: Console,
    /// What the browser says is its session.
    pub(crate) token: Option<String>,
    /// The frame of a page for somebody who may not be signed in.
    pub(crate) frame: BareFrame,
    pub(crate) parameters: Parameters,
    /// What is known of the browser; its token is nothing yet.
    pub(crate) browser: Browser,
    /// The address of this Gatelog.
    pub(crate) origin: String,
    /// Whether the request changes nothing, as that for a page does.
    is_safe: bool,
    asked: Asked,
}

/// A request of somebody who is signed in and may read what they ask for. That they read is noted
/// with the answer: a form that reads nothing is no read, and neither is what is refused.
#[derive(Debug)]
pub(crate) struct Visit {
    pub(crate) tenant: Arc<Tenant>,
    pub(crate) links: Links,
    pub(crate) now: UnixMicros,
    pub(crate) parameters: Parameters,
    pub(crate) texts: &'static Texts,
    /// In which the reader's times are.
    pub(crate) zone: Zone,
    pub(crate) service: Arc<Service>,
    pub(crate) places: Arc<Places>,
    pub(crate) sources: Arc<Sources>,
    /// What the reader sees of personal data.
    pub(crate) sight: Sight,
    /// The note of what is read; to be told how many events a page shows.
    pub(crate) reading: Reading,
    is_safe: bool,
    asked: Asked,
    /// The address of this Gatelog.
    pub(crate) origin: String,
    signed_in: SignedIn,
    picker: TenantPicker,
    bare: BareFrame,
}

/// What an answer is made of.
#[derive(Debug)]
pub(crate) struct Prepared<P> {
    pub(crate) value: P,
    /// Whether many records may be read one by one for it.
    pub(crate) is_scan: bool,
}

impl FromRequestParts<Console> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        console: &Console,
    ) -> Result<Self, Self::Rejection> {
        let Ok(asked) = Asked::from_request_parts(parts, console).await;
        let frame = BareFrame::of_request(&parts.method, &parts.uri, &parts.headers);
        let parameters = Parameters::parse(parts.uri.query().unwrap_or_default());
        Ok(Self {
            console: console.clone(),
            token: console
                .options
                .secret_of_request(SecretCookie::Session, &parts.headers)
                .map(str::to_owned),
            origin: origin(&console.options, &parts.headers, &parts.uri),
            parameters: time_range::settle(parameters, &frame.zone),
            frame,
            browser: browser(parts),
            is_safe: matches!(parts.method, Method::GET | Method::HEAD),
            asked,
        })
    }
}

impl Visitor {
    /// Answers with the page that `render` makes, on a thread that may block; with the way to
    /// sign in, or what is wrong, if there is none to be made.
    pub(crate) async fn page<T: Template>(
        self,
        section: Section,
        render: impl FnOnce(&Visit, Frame) -> Result<T, Problem> + Send + 'static,
    ) -> Response {
        self.answer(move |visit| render(visit, visit.frame(section)).and_then(html)).await
    }

    /// Answers with what `make` makes, as [`Visitor::page`] does.
    pub(crate) async fn answer(
        self,
        make: impl FnOnce(&Visit) -> Result<Response, Problem> + Send + 'static,
    ) -> Response {
        let nothing = |_: &Visit| Prepared { value: (), is_scan: false };
        self.answer_in_turn(nothing, |visit, ()| make(visit)).await
    }

    /// As [`Visitor::answer`], of what `prepare` prepares; where many records may be read one by
    /// one for it, the answer waits for its turn.
    pub(crate) async fn answer_in_turn<P: Send + 'static>(
        self,
        prepare: impl FnOnce(&Visit) -> Prepared<P> + Send + 'static,
        make: impl FnOnce(&Visit, P) -> Result<Response, Problem> + Send + 'static,
    ) -> Response {
        let bare = self.frame.clone();
        let frame = bare.clone();
        let make = move |visit: &Visit, value: P| {
            let made = make(visit, value);
            visit.note(made.as_ref().err());
            made.unwrap_or_else(|problem| problem.to_page(visit.frame(Section::None)))
        };
        let begun = blocking(move || {
            let visit = match self.visit() {
                Ok(visit) => visit,
                Err(problem) => return Ok(problem.to_bare_page(frame)),
            };
            let Prepared { value, is_scan } = prepare(&visit);
            match is_scan {
                true => Err(Box::new((visit, value, make))),
                false => Ok(make(&visit, value)),
            }
        });
        let answered = match begun.await {
            Ok(Err(waiting)) => {
                let answer = scanning(move || {
                    let (visit, value, make) = *waiting;
                    make(&visit, value)
                });
                answer.await.map_err(Problem::from)
            }
            Ok(Ok(answer)) => Ok(answer),
            Err(Panicked) => Err(Problem::Panicked),
        };
        answered.unwrap_or_else(|problem| problem.to_bare_page(bare))
    }

    /// Answers with what `make` makes for somebody who may not be signed in, on a thread that may
    /// block.
    pub(crate) async fn answer_bare(
        self,
        make: impl FnOnce(&Self) -> Result<Response, Problem> + Send + 'static,
    ) -> Response {
        let frame = self.frame.clone();
        let answer = blocking(move || make(&self)).await;
        let answer = answer.unwrap_or_else(|Panicked| Err(Problem::Panicked));
        answer.unwrap_or_else(|problem| problem.to_bare_page(frame))
    }

    /// Who we are to a browser with passkeys, if they can be used at our address.
    pub(crate) fn relying_party(&self) -> Option<RelyingParty> {
        RelyingParty::at(&self.origin)
    }

    /// Who is signed in.
    ///
    /// # Errors
    /// [`Problem::SignedOut`], or `meta.db` fails.
    pub(crate) fn signed_in(&self) -> Result<SignedIn, Problem> {
        let signed_out = || Problem::SignedOut { next: self.frame.here.clone() };
        let token = self.token.as_deref().ok_or_else(signed_out)?;
        let service = &self.console.service;
        match service.authenticator().session(token, service.now()) {
            Err(gatelog_auth::AuthError::SessionEnded) => Err(signed_out()),
            answer => {
                let signed_in = answer?;
                note_principal(&signed_in.principal);
                Ok(signed_in)
            }
        }
    }

    /// The request of somebody who may read what they ask for.
    ///
    /// # Errors
    /// [`Problem::SignedOut`], [`Problem::Denied`], [`Problem::NoTenant`], or the data fails.
    pub(crate) fn visit(&self) -> Result<Visit, Problem> {
        let signed_in = self.signed_in()?;
        let requested = match self.parameters.get("tenant") {
            Some(name) => Some(name.parse::<TenantName>().map_err(|_| no_tenant(name))?),
            None => None,
        };
        let authorized = signed_in.principal.authorize(Scope::Read, requested.as_ref());
        let name = authorized.map_err(|denied| self.refuse(&signed_in.principal, denied))?;
        note_tenant(&name);
        let service = &self.console.service;
        let tenant = service.tenant(&name).map_err(|error| match error {
            gatelog_service::Error::UnknownTenant(name) => no_tenant(name.as_str()),
            error => error.into(),
        })?;
        let picker = picker(service, &signed_in)?;
        let now = service.now();
        let sight = signed_in.sight(&name, now);
        let links = match picker {
            TenantPicker::Fixed => Links::default(),
            _ => Links::of_tenant(name),
        };
        let bare = self.frame.clone();
        let reading = self.asked.prepare(&tenant, &signed_in.principal);
        Ok(Visit {
            tenant,
            reading,
            is_safe: self.is_safe,
            asked: self.asked.clone(),
            links,
            now,
            sight,
            parameters: self.parameters.clone(),
            texts: bare.texts,
            zone: bare.zone.clone(),
            origin: self.origin.clone(),
            service: Arc::clone(service),
            places: Arc::clone(&self.console.options.places),
            sources: Arc::clone(&self.console.sources),
            signed_in,
            picker,
            bare,
        })
    }

    /// Records in the reader's own tenant that they may not see the one they asked for.
    fn refuse(&self, reader: &Principal, denied: Denied) -> Problem {
        let own = reader.access.tenant().cloned().unwrap_or_else(TenantName::default_tenant);
        match self.console.service.tenant(&own) {
            Ok(tenant) => {
                self.asked.refuse(&tenant, reader);
                denied.into()
            }
            Err(error) => error.into(),
        }
    }

    /// Looks again at who asks, what they see, and at the clock: a visit that lasts ends with its
    /// session.
    ///
    /// # Errors
    /// As [`Visitor::visit`].
    pub(crate) fn renew(&self, visit: &mut Visit) -> Result<(), Problem> {
        let signed_in = self.signed_in()?;
        signed_in.principal.authorize(Scope::Read, Some(visit.tenant.name()))?;
        visit.now = self.console.service.now();
        visit.sight = signed_in.sight(visit.tenant.name(), visit.now);
        Ok(())
    }
}

impl Visit {
    /// How a time looks to the reader.
    pub(crate) fn moment(&self, time: UnixMicros) -> Moment {
        Moment::new(time, self.now, &self.zone, self.texts)
    }

    /// The directory, as far as the reader may see it.
    pub(crate) fn names(&self) -> SeenNames<'_> {
        SeenNames::new(self.tenant.names(), self.sight)
    }

    /// Events, as far as the reader may see them.
    pub(crate) fn seen(&self, events: Vec<StoredEvent>) -> Vec<SeenEvent> {
        SeenEvent::all(events, self.sight)
    }

    /// Tenants, users and what they keep.
    pub(crate) fn meta(&self) -> &Meta {
        self.service.meta()
    }

    /// The reader's name as a user.
    pub(crate) fn user(&self) -> &str {
        &self.signed_in.principal.name
    }

    /// The reader as somebody who changes something.
    pub(crate) fn author(&self) -> Author {
        Author::User(self.user().to_owned())
    }

    /// Whether the reader may show others what they keep: viewers keep it for themselves.
    pub(crate) fn may_share(&self) -> bool {
        self.signed_in.role.is_some_and(|role| role != Role::Viewer)
    }

    /// A change that the reader makes.
    pub(crate) fn change(&self) -> Change {
        Change { by: self.author(), time: self.now }
    }

    /// The tenant to which the reader is bound, unless to none.
    pub(crate) fn tenant_of_account(&self) -> Option<String> {
        self.signed_in.principal.access.tenant().map(ToString::to_string)
    }

    /// Whether the reader holds a right in this tenant.
    pub(crate) fn may(&self, scope: Scope) -> bool {
        self.signed_in.principal.access.scope().includes(scope)
    }

    /// Refuses a reader who does not hold a right in this tenant.
    ///
    /// # Errors
    /// [`Problem::Denied`].
    pub(crate) fn require(&self, scope: Scope) -> Result<(), Problem> {
        self.signed_in.principal.authorize(scope, Some(self.tenant.name()))?;
        Ok(())
    }

    /// What is needed to show events.
    pub(crate) fn viewer(&self) -> Viewer<'_> {
        Viewer {
            names: self.names(),
            sight: self.sight,
            links: &self.links,
            places: &self.places,
            derivation: &**self.tenant.ledger().derivation(),
            now: self.now,
            zone: &self.zone,
            texts: self.texts,
        }
    }

    /// Notes what was made of the request: a page was read, a refusal is told as one, and a form was
    /// recorded where it changed something.
    fn note(&self, problem: Option<&Problem>) {
        match problem {
            Some(Problem::Denied(_) | Problem::OwnAccount) => {
                self.asked.refuse(&self.tenant, &self.signed_in.principal);
            }
            _ if self.is_safe => self.reading.begin(),
            _ => {}
        }
    }

    /// The same to the edge that exports events, which is a read.
    pub(crate) fn into_reader(self) -> Reader {
        self.reading.begin();
        Reader::new(self.tenant, self.signed_in.principal, self.sight, self.reading)
    }

    /// What stands around a page.
    pub(crate) fn frame(&self, section: Section) -> Frame {
        let BareFrame { texts, theme, zone, shortcuts, here } = self.bare.clone();
        Frame {
            texts,
            theme,
            zone,
            shortcuts,
            section,
            links: self.links.clone(),
            tenant: self.tenant.name().to_string(),
            picker: self.picker.clone(),
            user: visible(&self.signed_in.principal.name).into_owned(),
            sight: SightView::new(self),
            must_choose_password: self.signed_in.must_choose_password,
            sources_need_attention: self.sources_need_attention(),
            here,
        }
    }
}

fn browser(parts: &Parts) -> Browser {
    let user_agent = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
    let address = parts.extensions.get::<ClientAddress>();
    Browser {
        user_agent: user_agent.unwrap_or_default().to_owned(),
        address: address.map(|ClientAddress(address)| address.to_string()).unwrap_or_default(),
        ..Browser::default()
    }
}

/// A template as an answer.
///
/// # Errors
/// [`Problem::Template`].
pub(crate) fn html<T: Template>(template: T) -> Result<Response, Problem> {
    Ok(Html(template.render()?).into_response())
}

fn no_tenant(name: &str) -> Problem {
    Problem::NoTenant(name.to_owned())
}

/// Only operators have a choice, and only if there is one.
fn picker(service: &Service, signed_in: &SignedIn) -> Result<TenantPicker, Problem> {
    if signed_in.principal.access.tenant().is_some() {
        return Ok(TenantPicker::Fixed);
    }
    let tenants = service.meta().tenants()?;
    Ok(TenantPicker::new(tenants.into_iter().map(|tenant| tenant.name.to_string()).collect()))
}
