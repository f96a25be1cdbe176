//! The pages, one module each.
//!
//! - [`sign_in`], [`password`], [`theme`], [`language`]: the reader's account.
//! - [`logs`]: audit logs, filtered.
//! - [`details`]: one event.
//! - [`users`]: everybody who did something.
//! - [`find`]: whoever is meant by something that was typed.
//! - [`subject`]: everything about one person, application, address or organisation.
//! - [`journey`]: the events of one interaction, step by step.

use axum::response::Response;

use crate::problem::Problem;
use crate::visitor::Visitor;

pub(crate) mod details;
pub(crate) mod find;
pub(crate) mod journey;
pub(crate) mod language;
pub(crate) mod logs;
pub(crate) mod password;
pub(crate) mod sign_in;
pub(crate) mod subject;
pub(crate) mod theme;
pub(crate) mod users;

/// Any address that is not one of ours.
pub(crate) async fn not_found(visitor: Visitor) -> Response {
    if visitor.token.is_none() {
        return Problem::NoPage.to_bare_page(visitor.frame);
    }
    visitor.answer(|_| Err(Problem::NoPage)).await
}
