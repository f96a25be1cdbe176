//! `/alerts/{number}`: one alert.

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use gatelog_auth::Scope;
use gatelog_meta::Alert;
use gatelog_service::alerts::courier::{Courier, Notice};
use serde::Deserialize;

use super::form::{self, RuleFields, RuleForm};
use super::history::{self, Turn};
use super::{State, after_saving, new_secret, rule};
use crate::Console;
use crate::filter::LogFilter;
use crate::frame::{Frame, Section};
use crate::problem::Problem;
use crate::seen;
use crate::text::{Shown, visible};
use crate::visitor::{Visit, Visitor, html};
use gatelog_api::blocking::{Panicked, blocking};

const HOUR_MICROS: i64 = 3_600 * 1_000_000;

/// How long an alert can be muted, in hours.
const MUTE_HOURS: [u32; 4] = [1, 8, 24, 7 * 24];

#[derive(Debug, Template)]
#[template(path = "alert.html", whitespace = "minimize")]
struct Page {
    frame: Frame,
    name: Shown,
    rule: String,
    query: String,
    state: State,
    /// The events that the query finds, unless the reader may not see what it asks for.
    logs: Option<String>,
    history: Vec<Turn>,
    /// What only administrators see.
    controls: Option<Controls>,
    /// What came of a test, for each destination.
    tested: Vec<Result<String, String>>,
    error: Option<String>,
}

/// What can be done with it.
#[derive(Debug)]
struct Controls {
    /// None if the reader may not see what the query asks for.
    fields: Option<RuleFields>,
    action: String,
    test: String,
    mute: String,
    delete: String,
    /// Hours, and how they are said.
    mutes: Vec<(u32, String)>,
}

/// For how long.
#[derive(Debug, Deserialize)]
pub(crate) struct MuteForm {
    /// Hours; 0 ends it.
    #[serde(default)]
    hours: u32,
}

/// `GET /alerts/{number}`
pub(crate) async fn show(visitor: Visitor, Path(number): Path<String>) -> Response {
    let console = visitor.console.clone();
    let show = move |visit: &Visit| html(page(&console, visit, &alert(visit, &number)?)?);
    visitor.answer(show).await
}

/// `POST /alerts/{number}`: another rule.
pub(crate) async fn update(
    visitor: Visitor,
    Path(number): Path<String>,
    Form(typed): Form<RuleForm>,
) -> Response {
    let console = visitor.console.clone();
    let update = move |visit: &Visit| {
        visit.require(Scope::Admin)?;
        let alert = alert(visit, &number)?;
        let kept = typed.rule(&console, visit).and_then(|rule| {
            let (tenant, change) = (visit.tenant.name(), visit.change());
            // The one it was made with was never shown.
            let is_first = alert.rule.webhook.is_none() && rule.webhook.is_some();
            let secret = is_first.then(|| new_secret(&console)).transpose()?;
            let updated =
                visit.meta().update_alert(tenant, alert.number, &rule, secret.as_ref(), &change);
            updated.map(|()| secret).map_err(|error| form::refused(error, visit))
        });
        match kept {
            Ok(secret) => after_saving(&console, visit, alert.number, secret),
            Err(Problem::NotSaved(error)) => {
                let mut page = page(&console, visit, &alert)?;
                page.error = Some(error);
                if let Some(controls) = &mut page.controls {
                    controls.fields = Some(RuleFields::new(&console, visit, typed));
                }
                Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response())
            }
            Err(problem) => Err(problem),
        }
    };
    visitor.answer(update).await
}

/// `POST /alerts/{number}/mute`
pub(crate) async fn mute(
    visitor: Visitor,
    Path(number): Path<String>,
    Form(MuteForm { hours }): Form<MuteForm>,
) -> Response {
    let mute = move |visit: &Visit| {
        visit.require(Scope::Admin)?;
        let alert = alert(visit, &number)?;
        let hours = MUTE_HOURS.into_iter().find(|known| *known == hours);
        let until = hours.map(|hours| visit.now.saturating_add(i64::from(hours) * HOUR_MICROS));
        let tenant = visit.tenant.name();
        visit.meta().mute_alert(tenant, alert.number, until, &visit.change())?;
        Ok(Redirect::to(&visit.links.alert(alert.number)).into_response())
    };
    visitor.answer(mute).await
}

/// `POST /alerts/{number}/delete`
pub(crate) async fn delete(visitor: Visitor, Path(number): Path<String>) -> Response {
    let delete = move |visit: &Visit| {
        visit.require(Scope::Admin)?;
        let alert = alert(visit, &number)?;
        visit.meta().delete_alert(visit.tenant.name(), alert.number, &visit.change())?;
        Ok(Redirect::to(&visit.links.alerts()).into_response())
    };
    visitor.answer(delete).await
}

/// `POST /alerts/{number}/test`: sends a notice that says it is a test, and shows what came of it.
pub(crate) async fn test(visitor: Visitor, Path(number): Path<String>) -> Response {
    let (console, bare) = (visitor.console.clone(), visitor.frame.clone());
    let of_console = console.clone();
    let prepared = blocking(move || -> Result<(Visit, Alert, Result<Notice, String>), Problem> {
        let visit = visitor.visit()?;
        visit.require(Scope::Admin)?;
        let alert = alert(&visit, &number)?;
        let notice = of_console.service.test_notice(alert.clone());
        Ok((visit, alert, notice))
    });
    let prepared = prepared.await.unwrap_or_else(|Panicked| Err(Problem::Panicked));
    let (visit, alert, notice) = match prepared {
        Ok(prepared) => prepared,
        Err(problem) => return problem.to_bare_page(bare),
    };
    let tested = match (notice, &console.options.courier) {
        (Ok(notice), Some(courier)) => send_everywhere(courier, &visit, notice).await,
        (Ok(_), None) => vec![Err(visit.texts.alerts.no_courier.to_owned())],
        (Err(error), _) => vec![Err(visible(&error).into_owned())],
    };
    let show = blocking(move || html(Page { tested, ..page(&console, &visit, &alert)? }));
    let answer = show.await.unwrap_or_else(|Panicked| Err(Problem::Panicked));
    answer.unwrap_or_else(|problem| problem.to_bare_page(bare))
}

/// What came of sending a notice to all of its destinations at once.
async fn send_everywhere(
    courier: &Arc<dyn Courier>,
    visit: &Visit,
    notice: Notice,
) -> Vec<Result<String, String>> {
    let (texts, notice) = (&visit.texts.alerts, Arc::new(notice));
    let sending = notice.alert.rule.destinations().map(|destination| {
        let whom = history::whom(visit, &destination);
        let (courier, notice) = (Arc::clone(courier), Arc::clone(&notice));
        (whom, tokio::spawn(async move { courier.send(&notice, &destination).await }))
    });
    let mut outcomes = Vec::new();
    for (whom, sent) in sending.collect::<Vec<_>>() {
        outcomes.push(match sent.await {
            Ok(Ok(())) => Ok((texts.test_sent)(&whom)),
            Ok(Err(error)) => Err((texts.test_failed)(&whom, &visible(&error))),
            Err(panicked) => Err((texts.test_failed)(&whom, &panicked.to_string())),
        });
    }
    outcomes
}

/// The alert of this number, if it is one of the tenant.
fn alert(visit: &Visit, number: &str) -> Result<Alert, Problem> {
    let no_alert = || Problem::NoAlert(number.to_owned());
    let found = visit.meta().alert(number.parse().map_err(|_| no_alert())?)?;
    found.filter(|alert| alert.tenant == *visit.tenant.name()).ok_or_else(no_alert)
}

fn page(console: &Console, visit: &Visit, alert: &Alert) -> Result<Page, Problem> {
    let (texts, links, number) = (visit.texts, &visit.links, alert.number);
    let name = seen::text(visit.sight, &alert.rule.name);
    let query = &alert.rule.query;
    let may_see = visit.may_see_query(query) && seen::can_be_asked(visit.sight, &name);
    let controls = visit.may(Scope::Admin).then(|| Controls {
        fields: may_see.then(|| RuleFields::new(console, visit, RuleForm::from(&alert.rule))),
        action: links.alert(number),
        test: links.alert_action(number, "test"),
        mute: links.alert_action(number, "mute"),
        delete: links.alert_action(number, "delete"),
        mutes: MUTE_HOURS.map(|hours| (hours, texts.period(hours * 3_600))).into(),
    });
    Ok(Page {
        frame: visit.frame(Section::Alerts),
        name: Shown::new(&name, 100),
        rule: rule(visit, alert),
        query: match may_see {
            true => visible(query).into_owned(),
            false => texts.personal_data.about_somebody.to_owned(),
        },
        state: State::new(visit, alert),
        logs: may_see.then(|| links.filtered(&LogFilter::default().with_text(query.clone()))),
        history: history::turns(visit, number)?,
        controls,
        tested: Vec::new(),
        error: None,
    })
}
