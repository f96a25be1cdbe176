//! `/account`: the reader's sessions, and the ways to what else is theirs.

use askama::Template;
use axum::Form;
use axum::response::{IntoResponse, Redirect, Response};
use gatelog_auth::SecondFactors;
use gatelog_auth::own_sessions::OwnSession;
use gatelog_meta::Passkey;
use serde::Deserialize;

use crate::frame::{Frame, Section};
use crate::links;
use crate::moment::Moment;
use crate::problem::Problem;
use crate::text::Shown;
use crate::visitor::{Visit, Visitor};
use crate::zone::{self, Region};

#[derive(Debug, Template)]
#[template(path = "account.html", whitespace = "minimize")]
struct Page {
    frame: Frame,
    tenant: Option<String>,
    sessions: Vec<Row>,
    passkeys: Vec<PasskeyRow>,
    factors: SecondFactors,
    regions: Vec<Region>,
    /// The reader's zone, if it is none that is offered.
    unlisted: Option<String>,
}

#[derive(Debug)]
struct Row {
    id: String,
    is_present: bool,
    /// What it calls itself, shortly and fully; nothing if it says nothing.
    browser: Option<Shown>,
    address: Option<String>,
    created: Moment,
    last_seen: Moment,
}

#[derive(Debug)]
struct PasskeyRow {
    link: String,
    name: Shown,
    created: Moment,
    last_used: Option<Moment>,
}

/// Which sessions are to end: one, or all others.
#[derive(Debug, Deserialize)]
pub(crate) struct EndForm {
    #[serde(default)]
    session: String,
}

/// `GET /account`
pub(crate) async fn show(visitor: Visitor) -> Response {
    let token = visitor.token.clone().unwrap_or_default();
    visitor.page(Section::None, move |visit, frame| page(visit, frame, &token)).await
}

/// `POST /account/sessions`
pub(crate) async fn end_sessions(visitor: Visitor, Form(form): Form<EndForm>) -> Response {
    let token = visitor.token.clone().unwrap_or_default();
    visitor
        .answer(move |visit| {
            let id = (!form.session.is_empty()).then_some(&*form.session);
            visit.service.authenticator().end_own_sessions(&token, id, visit.now)?;
            Ok(Redirect::to(&visit.links.account()).into_response())
        })
        .await
}

fn page(visit: &Visit, frame: Frame, token: &str) -> Result<Page, Problem> {
    let sessions = visit.service.authenticator().own_sessions(token, visit.now)?;
    let row = |own: OwnSession| Row {
        is_present: own.is_present,
        browser: browser(&own.session.user_agent),
        address: Some(own.session.address).filter(|address| !address.is_empty()),
        created: visit.moment(own.session.created),
        last_seen: visit.moment(own.session.last_seen),
        id: own.id,
    };
    let passkey = |passkey: Passkey| PasskeyRow {
        link: links::passkey(passkey.number),
        name: Shown::new(&passkey.name, 60),
        created: visit.moment(passkey.created),
        last_used: passkey.last_used.map(|time| visit.moment(time)),
    };
    let passkeys = visit.meta().passkeys(visit.user())?.into_iter().map(passkey).collect();
    let regions = zone::regions();
    let name = visit.zone.name();
    let mut offered = regions.iter().flat_map(|region| &region.zones);
    let is_listed = name == zone::UTC || offered.any(|zone| zone == name);
    Ok(Page {
        unlisted: (!is_listed).then(|| name.to_owned()),
        regions,
        passkeys,
        factors: visit.meta().second_factors(visit.user())?,
        tenant: visit.tenant_of_account(),
        sessions: sessions.into_iter().map(row).collect(),
        frame,
    })
}

/// What a browser calls itself: the names people know out of what it sends, and all of that as a
/// title. What sends something else is shown as it is.
fn browser(user_agent: &str) -> Option<Shown> {
    if user_agent.is_empty() {
        return None;
    }
    // Chrome's comes with the others that are made of it, and Safari's with all of these.
    let browsers = ["Edg/", "OPR/", "Firefox/", "Chrome/", "Safari/"];
    let names = ["Edge", "Opera", "Firefox", "Chrome", "Safari"];
    let systems = ["Windows", "Android", "iPhone", "iPad", "Mac OS X", "CrOS", "Linux"];
    let browser = browsers.iter().zip(names).find(|(mark, _)| user_agent.contains(**mark));
    let system = systems.into_iter().find(|system| user_agent.contains(system));
    let whole = Shown::new(user_agent, 500).text;
    Some(match (browser, system) {
        (Some((_, name)), Some(system)) => {
            Shown { text: format!("{name}, {system}"), title: Some(whole) }
        }
        (Some((_, name)), None) => Shown { text: name.to_owned(), title: Some(whole) },
        (None, _) => Shown::new(user_agent, 60),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_called_as_people_know_them() {
        let cases = [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox, Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
                "Edge, Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
                "Safari, iPhone",
            ),
            ("curl/8.5.0", "curl/8.5.0"),
            ("odd\u{202e}one", "odd‹U+202E›one"),
        ];
        for (user_agent, expected) in cases {
            assert_eq!(browser(user_agent).unwrap().text, expected);
        }
        assert_eq!(browser(""), None);
    }
}
