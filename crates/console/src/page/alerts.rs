//! `/alerts`: queries that are counted every minute, and who is told.
//!
//! Whoever may read sees them; administrators of the tenant change them.
//!
//! - [`form`]: a rule as it is typed.
//! - [`detail`]: one alert: its rule, what became of it, and what can be done with it.
//! - [`history`]: when it began and ended, and what became of its messages.

use askama::Template;
use axum::Form;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use gatelog_auth::{Scope, hexadecimal};
use gatelog_meta::{Alert, Comparison, WebhookSecret};

use crate::Console;
use crate::filter::LogFilter;
use crate::frame::{Frame, Section};
use crate::moment::{Moment, Total};
use crate::problem::Problem;
use crate::seen;
use crate::text::{Shown, visible};
use crate::visitor::{Visit, Visitor, html};

pub(crate) mod detail;
mod form;
mod history;

use form::{RuleFields, RuleForm};

/// Characters of a query that a list shows.
const QUERY_CHARACTERS_MAX: usize = 160;

/// Bytes of a secret.
const SECRET_BYTES: usize = 32;

#[derive(Debug, Template)]
#[template(path = "alerts.html", whitespace = "minimize")]
struct ListPage {
    frame: Frame,
    total: Total,
    alerts: Vec<Row>,
    /// Where a new one is made, by those who may.
    new: Option<String>,
}

/// An alert on the list.
#[derive(Debug)]
struct Row {
    link: String,
    name: Shown,
    query: Shown,
    /// When it fires.
    rule: String,
    state: State,
}

/// What became of an alert.
#[derive(Debug)]
struct State {
    is_firing: bool,
    since: Moment,
    /// The last number; `None` if nothing was counted yet.
    count: Option<String>,
    muted_until: Option<Moment>,
    error: Option<String>,
}

#[derive(Debug, Template)]
#[template(path = "new_alert.html", whitespace = "minimize")]
struct NewPage {
    frame: Frame,
    fields: RuleFields,
    error: Option<String>,
    action: String,
}

#[derive(Debug, Template)]
#[template(path = "alert_secret.html", whitespace = "minimize")]
struct SecretPage {
    frame: Frame,
    secret: String,
    link: String,
}

/// `GET /alerts`
pub(crate) async fn show(visitor: Visitor) -> Response {
    let render = |visit: &Visit, frame| {
        let alerts = visit.meta().alerts(Some(visit.tenant.name()))?;
        let number = alerts.len() as u64;
        Ok(ListPage {
            frame,
            total: Total::new(number, visit.texts.alerts.noun, visit.texts),
            alerts: alerts.iter().map(|alert| Row::new(visit, alert)).collect(),
            new: visit.may(Scope::Admin).then(|| visit.links.new_alert(&LogFilter::default())),
        })
    };
    visitor.page(Section::Alerts, render).await
}

/// `GET /alerts/new`: with the question of the address.
pub(crate) async fn new(visitor: Visitor) -> Response {
    let console = visitor.console.clone();
    let render = move |visit: &Visit, frame| {
        visit.require(Scope::Admin)?;
        let filter = LogFilter::read(&visit.parameters);
        let question = filter.question(visit)?;
        let query = filter.query_text(&question, visit.now).unwrap_or_default();
        let fields = RuleFields::new(&console, visit, RuleForm::about(query, visit));
        Ok(NewPage { frame, fields, error: None, action: visit.links.alerts() })
    };
    visitor.page(Section::Alerts, render).await
}

/// `POST /alerts`: begins to count, and shows the secret of a webhook this once.
pub(crate) async fn create(visitor: Visitor, Form(typed): Form<RuleForm>) -> Response {
    let console = visitor.console.clone();
    let create = move |visit: &Visit| {
        visit.require(Scope::Admin)?;
        let secret = new_secret(&console)?;
        let kept = typed.rule(&console, visit).and_then(|rule| {
            let created =
                visit.meta().create_alert(visit.tenant.name(), &rule, &secret, &visit.change());
            let number = created.map_err(|error| form::refused(error, visit))?;
            Ok((number, rule.webhook.map(|_| secret)))
        });
        match kept {
            Ok((number, secret)) => after_saving(&console, visit, number, secret),
            Err(Problem::NotSaved(error)) => {
                let page = NewPage {
                    frame: visit.frame(Section::Alerts),
                    fields: RuleFields::new(&console, visit, typed),
                    error: Some(error),
                    action: visit.links.alerts(),
                };
                Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response())
            }
            Err(problem) => Err(problem),
        }
    };
    visitor.answer(create).await
}

fn new_secret(console: &Console) -> Result<WebhookSecret, Problem> {
    let bytes: [u8; SECRET_BYTES] = console.service.environment().random()?;
    Ok(WebhookSecret(hexadecimal(&bytes)))
}

/// Counts at once, and shows the alert, or its secret if that is new.
fn after_saving(
    console: &Console,
    visit: &Visit,
    number: i64,
    secret: Option<WebhookSecret>,
) -> Result<Response, Problem> {
    console.service.check_alert(number)?;
    let link = visit.links.alert(number);
    match secret {
        None => Ok(Redirect::to(&link).into_response()),
        Some(WebhookSecret(secret)) => {
            html(SecretPage { frame: visit.frame(Section::Alerts), secret, link })
        }
    }
}

impl Row {
    fn new(visit: &Visit, alert: &Alert) -> Self {
        let query = match &*alert.rule.query {
            query if !visit.may_see_query(query) => visit.texts.personal_data.about_somebody,
            "" => visit.texts.searches.everything,
            query => query,
        };
        let name = seen::text(visit.sight, &alert.rule.name);
        Self {
            link: visit.links.alert(alert.number),
            name: Shown::new(&name, QUERY_CHARACTERS_MAX),
            query: Shown::new(query, QUERY_CHARACTERS_MAX),
            rule: rule(visit, alert),
            state: State::new(visit, alert),
        }
    }
}

impl State {
    fn new(visit: &Visit, alert: &Alert) -> Self {
        let shown = |error: &String| visible(error).into_owned();
        let unsent = |error: &String| match visit.may(Scope::Admin) {
            true => shown(error),
            // What a server answers may name whoever was not reached.
            false => (visit.texts.alerts.unsent)(visit.texts.alerts.somebody),
        };
        // It may repeat what the query asks for.
        let may_see = visit.may_see_query(&alert.rule.query);
        let error = alert.check_error.as_ref().filter(|_| may_see).map(shown);
        let muted_until = alert.muted_until.filter(|until| *until > visit.now);
        Self {
            is_firing: alert.state.is_firing,
            since: visit.moment(alert.state.since),
            count: alert.count.map(|count| visit.texts.counted(count, visit.texts.nouns.event)),
            muted_until: muted_until.map(|until| visit.moment(until)),
            error: error.or_else(|| alert.send_error.as_ref().map(unsent)),
        }
    }
}

/// When an alert fires, in words.
fn rule(visit: &Visit, alert: &Alert) -> String {
    let (texts, rule) = (visit.texts, &alert.rule);
    let events = texts.counted(u64::from(rule.threshold), texts.nouns.event);
    let period = texts.period(rule.period_seconds);
    match rule.comparison {
        Comparison::More => (texts.alerts.more_within)(&events, &period),
        Comparison::Fewer => (texts.alerts.fewer_within)(&events, &period),
    }
}
