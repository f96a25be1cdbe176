//! `/account/personal-data`: whoever may see personal data on request says why they need it, and
//! masks it again.

use axum::Form;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::links;
use crate::visitor::Visitor;

/// Why, and where the reader was.
#[derive(Debug, Deserialize)]
pub(crate) struct ReasonForm {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    next: String,
}

/// Where the reader was.
#[derive(Debug, Deserialize)]
pub(crate) struct MaskForm {
    #[serde(default)]
    next: String,
}

/// `POST /account/personal-data`
pub(crate) async fn unmask(visitor: Visitor, Form(form): Form<ReasonForm>) -> Response {
    let token = visitor.token.clone().unwrap_or_default();
    visitor
        .answer(move |visit| {
            let (tenant, authenticator) = (visit.tenant.name(), visit.service.authenticator());
            authenticator.unmask(&token, tenant, &form.reason, visit.now)?;
            Ok(Redirect::to(links::local(Some(&form.next))).into_response())
        })
        .await
}

/// `POST /account/personal-data/mask`
pub(crate) async fn mask(visitor: Visitor, Form(form): Form<MaskForm>) -> Response {
    let token = visitor.token.clone().unwrap_or_default();
    visitor
        .answer(move |visit| {
            visit.service.authenticator().mask(&token, visit.now)?;
            Ok(Redirect::to(links::local(Some(&form.next))).into_response())
        })
        .await
}
