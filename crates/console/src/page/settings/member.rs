//! `/settings/members/{name}`: one of the people who use the console, and what can be done with
//! their account.

use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use gatelog_auth::{Role, Scope};
use gatelog_meta::{EndedSessions, User};
use gatelog_service::credentials::reset_password;
use serde::Deserialize;

use super::members::{
    Choice, is_in_reach, refusal, right_words, rights, role_that_can_be_given, role_title, roles,
    state,
};
use super::{Secret, Tab};
use crate::frame::{Frame, Section};
use crate::moment::Moment;
use crate::problem::Problem;
use crate::text::{Shown, visible};
use crate::visitor::{Visit, Visitor, html};

#[derive(Debug, Template)]
#[template(path = "settings/member.html", whitespace = "minimize")]
struct Page {
    frame: Frame,
    back: String,
    name: Shown,
    role: &'static str,
    tenant: Option<String>,
    state: &'static str,
    created: Moment,
    last_seen: Option<Moment>,
    sessions: String,
    has_sessions: bool,
    /// Nobody changes what they themselves may do.
    is_reader: bool,
    is_disabled: bool,
    roles: Vec<Choice>,
    personal_data: &'static str,
    rights: Vec<Choice>,
    /// Where the role counts.
    role_in: String,
    activity: String,
    error: Option<String>,
    secret: Option<Secret>,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Deed {
    Role,
    #[serde(rename = "personal-data")]
    PersonalData,
    Disable,
    Enable,
    Password,
    Sessions,
}

/// What is sent.
#[derive(Debug, Deserialize)]
pub(super) struct DeedForm {
    deed: Deed,
    #[serde(default)]
    role: String,
    #[serde(default)]
    personal_data: String,
}

/// `GET /settings/members/{name}`
pub(super) async fn show(Path(name): Path<String>, visitor: Visitor) -> Response {
    visitor
        .answer(move |visit| {
            let member = member(visit, &name)?;
            page(visit, &member, None, None).and_then(html)
        })
        .await
}

/// `POST /settings/members/{name}`
pub(super) async fn change(
    Path(name): Path<String>,
    visitor: Visitor,
    Form(form): Form<DeedForm>,
) -> Response {
    visitor
        .answer(move |visit| {
            let user = member(visit, &name)?;
            match carry_out(visit, &user, &form) {
                Ok(None) => {
                    let here = visit.links.settings_of(Tab::Members.path(), &user.name);
                    Ok(Redirect::to(&here).into_response())
                }
                Ok(secret) => {
                    let changed = member(visit, &name)?;
                    page(visit, &changed, None, secret).and_then(html)
                }
                Err(problem) => {
                    let error = refusal(&problem, visit.texts).ok_or(problem)?;
                    let page = page(visit, &user, Some(error), None)?.render()?;
                    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
                }
            }
        })
        .await
}

/// A member whom the reader may change.
fn member(visit: &Visit, name: &str) -> Result<User, Problem> {
    visit.require(Scope::Admin)?;
    let user = visit.service.meta().user(name)?;
    user.filter(|user| is_in_reach(visit, user)).ok_or(Problem::NoPage)
}

fn carry_out(visit: &Visit, user: &User, form: &DeedForm) -> Result<Option<Secret>, Problem> {
    if is_reader(visit, user) && form.deed != Deed::Sessions {
        return Err(Problem::OwnAccount);
    }
    let (service, name) = (&visit.service, user.name.as_str());
    let (meta, change) = (service.meta(), service.environment().change(visit.author()));
    match form.deed {
        Deed::Role => {
            let role = role_that_can_be_given(visit, &form.role)?;
            let tenant = user.access.tenant().unwrap_or(visit.tenant.name());
            meta.set_role(name, role, tenant, &change)?;
        }
        Deed::PersonalData => {
            let right = form.personal_data.parse().map_err(|_| Problem::NoPage)?;
            meta.set_personal_data(name, right, &change)?;
        }
        Deed::Disable => meta.disable_user(name, &change)?,
        Deed::Enable => meta.enable_user(name, &change)?,
        Deed::Sessions => {
            meta.end_sessions(name, EndedSessions::All, &change)?;
        }
        Deed::Password => {
            let by = visit.author();
            let password = reset_password(meta, service.environment(), name, by)?;
            return Ok(Some(Secret {
                title: (visit.texts.settings.members.one_time)(&visible(name)),
                client: None,
                text: password.reveal().to_owned(),
            }));
        }
    }
    Ok(None)
}

fn is_reader(visit: &Visit, user: &User) -> bool {
    user.name.eq_ignore_ascii_case(visit.user())
}

fn page(
    visit: &Visit,
    user: &User,
    error: Option<String>,
    secret: Option<Secret>,
) -> Result<Page, Problem> {
    let mut frame = visit.frame(Section::Settings);
    frame.here = visit.links.settings_of(Tab::Members.path(), &user.name);
    let sessions = visit.service.meta().sessions(&user.name, visit.now)?.len();
    let tenant = user.access.tenant();
    let person = gatelog_meta::author::user_id(&user.name);
    Ok(Page {
        frame,
        back: visit.links.settings(Tab::Members.path()),
        name: Shown::new(&user.name, 100),
        role: role_title(user, visit.texts),
        tenant: tenant.map(ToString::to_string),
        state: state(user, visit.texts),
        created: visit.moment(user.created),
        last_seen: user.last_seen.map(|time| visit.moment(time)),
        sessions: visit.texts.number(sessions as u64),
        has_sessions: sessions > 0,
        is_reader: is_reader(visit, user),
        is_disabled: user.disabled.is_some(),
        roles: roles(visit, user.role().unwrap_or(Role::Viewer)),
        personal_data: right_words(user.personal_data(), visit.texts).0,
        rights: rights(visit, Some(user.personal_data())),
        role_in: tenant.unwrap_or(visit.tenant.name()).to_string(),
        activity: visit.links.settings_page(Tab::Activity.path(), vec![("person", person)]),
        error,
        secret,
    })
}
