//! `/account/zone`: the time zone of the pages.

use axum::Form;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::sign_in::with_cookie;
use crate::links;
use crate::zone::Zone;

/// What is chosen, and where the reader was.
#[derive(Debug, Deserialize)]
pub(crate) struct ZoneForm {
    #[serde(default)]
    zone: String,
    #[serde(default)]
    next: String,
}

/// `POST /account/zone`
pub(crate) async fn choose(Form(form): Form<ZoneForm>) -> Response {
    let zone = Zone::from_name(&form.zone).unwrap_or_default();
    let back = Redirect::to(links::local(Some(&form.next))).into_response();
    with_cookie(back, zone.to_cookie())
}
