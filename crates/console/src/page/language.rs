//! `/account/language`: the language of the pages.

use axum::Form;
use axum::response::{IntoResponse, Redirect, Response};
use gatelog_event::language::Language;
use serde::Deserialize;

use super::sign_in::with_cookie;
use crate::{language, links};

/// What is chosen, and where the reader was.
#[derive(Debug, Deserialize)]
pub(crate) struct LanguageForm {
    #[serde(default)]
    language: String,
    #[serde(default)]
    next: String,
}

/// `POST /account/language`
pub(crate) async fn choose(Form(form): Form<LanguageForm>) -> Response {
    let cookie = Language::from_code(&form.language).and_then(language::to_cookie);
    with_cookie(Redirect::to(links::local(Some(&form.next))).into_response(), cookie)
}
