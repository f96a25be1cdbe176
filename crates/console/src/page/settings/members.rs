//! `/settings/members`: the people who use the console, and a form for one more.

use askama::Template;
use axum::Form;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use gatelog_auth::{PersonalData, Role, Scope};
use gatelog_meta::{Error as MetaError, Password, User};
use gatelog_service::Error as ServiceError;
use gatelog_service::credentials::{NewMember, create_member};
use serde::Deserialize;

use super::{Secret, Tab, TabView};
use crate::frame::{Frame, Section};
use crate::moment::Moment;
use crate::problem::Problem;
use crate::text::{Shown, visible};
use crate::texts::Texts;
use crate::visitor::{Visit, Visitor, html};

#[derive(Debug, Template)]
#[template(path = "settings/members.html", whitespace = "minimize")]
struct Page {
    frame: Frame,
    tabs: Vec<TabView>,
    /// Whether members of several tenants are listed.
    shows_tenant: bool,
    rows: Vec<Row>,
    roles: Vec<Choice>,
    rights: Vec<Choice>,
    typed: String,
    error: Option<String>,
    secret: Option<Secret>,
}

#[derive(Debug)]
struct Row {
    link: String,
    name: Shown,
    is_reader: bool,
    role: &'static str,
    personal_data: &'static str,
    tenant: String,
    created: Moment,
    last_seen: Option<Moment>,
    state: &'static str,
    is_disabled: bool,
}

/// A role or a right to choose.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) hint: &'static str,
    pub(super) is_chosen: bool,
}

/// What is typed.
#[derive(Debug, Default, Deserialize)]
pub(super) struct MemberForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    role: String,
    /// Empty for what the role has.
    #[serde(default)]
    personal_data: String,
}

/// `GET /settings/members`
pub(super) async fn show(visitor: Visitor) -> Response {
    visitor.answer(|visit| page(visit, &MemberForm::default(), None, None).and_then(html)).await
}

/// `POST /settings/members`
pub(super) async fn create(visitor: Visitor, Form(typed): Form<MemberForm>) -> Response {
    visitor
        .answer(move |visit| {
            visit.require(Scope::Admin)?;
            match invite(visit, &typed) {
                Ok(secret) => {
                    page(visit, &MemberForm::default(), None, Some(secret)).and_then(html)
                }
                Err(problem) => {
                    let error = refusal(&problem, visit.texts).ok_or(problem)?;
                    let page = page(visit, &typed, Some(error), None)?.render()?;
                    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
                }
            }
        })
        .await
}

fn invite(visit: &Visit, typed: &MemberForm) -> Result<Secret, Problem> {
    let role = role_that_can_be_given(visit, &typed.role)?;
    let (service, name) = (&visit.service, typed.name.trim());
    let member = NewMember {
        name,
        role,
        tenant: visit.tenant.name().clone(),
        personal_data: match typed.personal_data.as_str() {
            "" => None,
            right => Some(right.parse().map_err(|_| Problem::NoPage)?),
        },
    };
    let password = create_member(service.meta(), service.environment(), &member, visit.author())?;
    Ok(Secret {
        title: (visit.texts.settings.members.one_time)(&visible(name)),
        client: None,
        text: password.reveal().to_owned(),
    })
}

fn page(
    visit: &Visit,
    typed: &MemberForm,
    error: Option<String>,
    secret: Option<Secret>,
) -> Result<Page, Problem> {
    visit.require(Scope::Admin)?;
    let mut frame = visit.frame(Section::Settings);
    frame.here = visit.links.settings(Tab::Members.path());
    let members = visit.service.meta().users()?;
    let members = members.iter().filter(|user| is_in_reach(visit, user));
    Ok(Page {
        frame,
        tabs: Tab::open_to(visit, Tab::Members),
        shows_tenant: visit.may(Scope::Operator),
        rows: members.map(|user| row(visit, user)).collect(),
        roles: roles(visit, typed.role.parse().unwrap_or(Role::Viewer)),
        rights: rights(visit, typed.personal_data.parse().ok()),
        typed: typed.name.clone(),
        error,
        secret,
    })
}

fn row(visit: &Visit, user: &User) -> Row {
    let texts = &visit.texts.settings.members;
    Row {
        link: visit.links.settings_of(Tab::Members.path(), &user.name),
        name: Shown::new(&user.name, 60),
        is_reader: user.name.eq_ignore_ascii_case(visit.user()),
        role: role_title(user, visit.texts),
        personal_data: right_words(user.personal_data(), visit.texts).0,
        tenant: user
            .access
            .tenant()
            .map_or_else(|| texts.all_tenants.to_owned(), ToString::to_string),
        created: visit.moment(user.created),
        last_seen: user.last_seen.map(|time| visit.moment(time)),
        state: state(user, visit.texts),
        is_disabled: user.disabled.is_some(),
    }
}

/// Whether the reader may see and change a user: an admin those of the tenant, an operator all.
pub(super) fn is_in_reach(visit: &Visit, user: &User) -> bool {
    visit.may(Scope::Operator) || user.access.tenant() == Some(visit.tenant.name())
}

/// The role of this name.
///
/// # Errors
/// [`Problem::Denied`] if the reader may not give it; [`Problem::NoPage`] if there is none.
pub(super) fn role_that_can_be_given(visit: &Visit, name: &str) -> Result<Role, Problem> {
    let role: Role = name.parse().map_err(|_| Problem::NoPage)?;
    if role == Role::Operator {
        visit.require(Scope::Operator)?;
    }
    Ok(role)
}

/// The roles that the reader may give.
pub(super) fn roles(visit: &Visit, chosen: Role) -> Vec<Choice> {
    let given = Role::ALL.into_iter().filter(|role| visit.may(role.scope()));
    let choice = |role: Role| {
        let (title, hint) = words(role, visit.texts);
        Choice { name: role.name(), title, hint, is_chosen: role == chosen }
    };
    given.map(choice).collect()
}

/// What a role is called, and what it allows.
fn words(role: Role, texts: &Texts) -> (&'static str, &'static str) {
    let texts = &texts.settings.roles;
    match role {
        Role::Viewer => texts.viewer,
        Role::Analyst => texts.analyst,
        Role::Admin => texts.admin,
        Role::Operator => texts.operator,
    }
}

/// The rights to personal data.
pub(super) fn rights(visit: &Visit, chosen: Option<PersonalData>) -> Vec<Choice> {
    let choice = |right: PersonalData| {
        let (title, hint) = right_words(right, visit.texts);
        Choice { name: right.name(), title, hint, is_chosen: chosen == Some(right) }
    };
    PersonalData::ALL.map(choice).into()
}

/// What a right to personal data is called, and what it means.
pub(super) fn right_words(right: PersonalData, texts: &Texts) -> (&'static str, &'static str) {
    let texts = &texts.personal_data;
    match right {
        PersonalData::Never => texts.never,
        PersonalData::OnRequest => texts.on_request,
        PersonalData::Always => texts.always,
    }
}

/// What a user is called by what they may do.
pub(super) fn role_title(user: &User, texts: &Texts) -> &'static str {
    user.role().map_or(texts.settings.roles.sender, |role| words(role, texts).0)
}

/// Whether somebody can sign in, and with what.
pub(super) fn state(user: &User, texts: &Texts) -> &'static str {
    let texts = &texts.settings.members;
    match (user.disabled, &user.password) {
        (Some(_), _) => texts.disabled,
        (None, Password::Chosen(_)) => texts.active,
        (None, Password::OneTime { .. }) => texts.invited,
        (None, Password::Unset) => texts.without_password,
        (None, Password::Elsewhere { .. }) => texts.elsewhere,
    }
}

/// Why something was not done, if the reader can help it.
pub(super) fn refusal(problem: &Problem, texts: &Texts) -> Option<String> {
    let texts = &texts.settings.members;
    match problem {
        Problem::Meta(error) | Problem::Service(ServiceError::Meta(error)) => match error {
            MetaError::UserExists(name) => Some((texts.exists)(&visible(name))),
            MetaError::InvalidUserName(_) => Some(texts.bad_name.to_owned()),
            MetaError::LastOfRole { name, .. } => Some((texts.last_of_role)(&visible(name))),
            _ => None,
        },
        _ => None,
    }
}
