//! `/alerts/{number}`: one alert.

use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use gatelog_auth::Scope;
use gatelog_meta::{Alert, AlertChange};
use gatelog_service::alerts::courier::Notice;
use serde::Deserialize;

use super::form::{self, RuleFields, RuleForm};
use super::{State, rule};
use crate::Console;
use crate::filter::LogFilter;
use crate::frame::{Frame, Section};
use crate::moment::Moment;
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
    /// What came of a test.
    tested: Option<Result<(), String>>,
    error: Option<String>,
}

/// When it began or ended.
#[derive(Debug)]
struct Turn {
    time: Moment,
    is_firing: bool,
    count: String,
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
    lacks_public_url: bool,
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
        let kept = typed.rule(visit).and_then(|rule| {
            let (tenant, change) = (visit.tenant.name(), visit.change());
            let updated = visit.meta().update_alert(tenant, alert.number, &rule, &change);
            updated.map_err(|error| form::refused(error, visit))
        });
        match kept {
            Ok(()) => {
                console.service.check_alert(alert.number)?;
                Ok(Redirect::to(&visit.links.alert(alert.number)).into_response())
            }
            Err(Problem::NotSaved(error)) => {
                let mut page = page(&console, visit, &alert)?;
                page.error = Some(error);
                if let Some(controls) = &mut page.controls {
                    controls.fields = Some(RuleFields::new(visit, typed));
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
    let outcome = match (notice, &console.options.courier) {
        (Ok(notice), Some(courier)) => courier.send(&notice).await,
        (Ok(_), None) => Err(visit.texts.alerts.no_courier.to_owned()),
        (Err(error), _) => Err(error),
    };
    let tested = outcome.map_err(|error| {
        let is_seen = visit.may_see_query(&alert.rule.query);
        let hidden = visit.texts.personal_data.about_somebody;
        visible(if is_seen { &error } else { hidden }).into_owned()
    });
    let show =
        blocking(move || html(Page { tested: Some(tested), ..page(&console, &visit, &alert)? }));
    let answer = show.await.unwrap_or_else(|Panicked| Err(Problem::Panicked));
    answer.unwrap_or_else(|problem| problem.to_bare_page(bare))
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
    let turn = |change: &AlertChange| Turn {
        time: visit.moment(change.time),
        is_firing: change.is_firing,
        count: texts.counted(change.count, texts.nouns.event),
    };
    let history = visit.meta().alert_changes(number)?;
    let query = &alert.rule.query;
    let may_see = visit.may_see_query(query) && seen::can_be_asked(visit.sight, &name);
    let controls = visit.may(Scope::Admin).then(|| Controls {
        fields: may_see.then(|| RuleFields::new(visit, RuleForm::from(&alert.rule))),
        action: links.alert(number),
        test: links.alert_action(number, "test"),
        mute: links.alert_action(number, "mute"),
        delete: links.alert_action(number, "delete"),
        mutes: MUTE_HOURS.map(|hours| (hours, form::period(hours * 3_600, texts))).into(),
        lacks_public_url: console.options.public_url.is_none(),
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
        history: history.iter().map(turn).collect(),
        controls,
        tested: None,
        error: None,
    })
}
