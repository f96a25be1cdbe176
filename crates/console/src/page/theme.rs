//! `/account/theme`: light or dark.

use axum::Form;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::sign_in::with_cookie;
use crate::links;
use crate::session::Theme;

/// What is chosen, and where the reader was.
#[derive(Debug, Deserialize)]
pub(crate) struct ThemeForm {
    #[serde(default)]
    theme: String,
    #[serde(default)]
    next: String,
}

/// `POST /account/theme`
pub(crate) async fn choose(Form(form): Form<ThemeForm>) -> Response {
    let theme = Theme::from_name(&form.theme).unwrap_or_default();
    let back = Redirect::to(links::local(Some(&form.next))).into_response();
    with_cookie(back, theme.to_cookie())
}
