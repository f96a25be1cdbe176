//! The pages, one module each.
//!
//! - [`sign_in`], [`code`], [`provider`]: how a reader gets in.
//! - [`password`], [`totp`], [`passkeys`], [`theme`], [`language`], [`zone`], [`shortcuts`]: the
//!   reader's account.
//! - [`personal_data`]: whether the reader sees personal data.
//! - [`account`]: the same as a page, with the sessions.
//! - [`settings`]: who may do what, what is recorded, and what was done here.
//! - [`overview`]: what happens now, beside what usually does.
//! - [`flows`]: how far people come who sign in, sign up or replace a password.
//! - [`logs`]: audit logs, filtered.
//! - [`searches`]: questions that are kept under a name.
//! - [`alerts`]: queries that are counted every minute.
//! - [`details`]: one event.
//! - [`users`]: everybody who did something.
//! - [`find`]: whoever is meant by something that was typed.
//! - [`subject`]: everything about one person, application, address or organisation.
//! - [`journey`]: the events of one interaction, step by step.

use axum::response::Response;

use crate::problem::Problem;
use crate::visitor::Visitor;

pub(crate) mod account;
pub(crate) mod alerts;
pub(crate) mod code;
pub(crate) mod details;
pub(crate) mod find;
pub(crate) mod flows;
pub(crate) mod journey;
pub(crate) mod language;
pub(crate) mod logs;
pub(crate) mod overview;
pub(crate) mod passkeys;
pub(crate) mod password;
pub(crate) mod personal_data;
pub(crate) mod provider;
pub(crate) mod searches;
pub(crate) mod settings;
pub(crate) mod shortcuts;
pub(crate) mod sign_in;
pub(crate) mod subject;
pub(crate) mod theme;
pub(crate) mod totp;
pub(crate) mod users;
pub(crate) mod zone;

/// Any address that is not one of ours.
pub(crate) async fn not_found(visitor: Visitor) -> Response {
    if visitor.token.is_none() {
        return Problem::NoPage.to_bare_page(visitor.frame);
    }
    visitor.answer(|_| Err(Problem::NoPage)).await
}
