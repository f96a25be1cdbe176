//! `/account/shortcuts`: whether single letters are keys.

use axum::Form;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::sign_in::with_cookie;
use crate::links;
use crate::shortcuts::Shortcuts;

/// What is chosen, and where the reader was.
#[derive(Debug, Deserialize)]
pub(crate) struct ShortcutsForm {
    #[serde(default)]
    shortcuts: String,
    #[serde(default)]
    next: String,
}

/// `POST /account/shortcuts`
pub(crate) async fn choose(Form(form): Form<ShortcutsForm>) -> Response {
    let back = Redirect::to(links::local(Some(&form.next))).into_response();
    with_cookie(back, Shortcuts::from_name(&form.shortcuts).to_cookie())
}
