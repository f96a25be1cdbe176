//! The pages, one module each.
//!
//! - [`sign_in`], [`password`], [`theme`], [`language`]: the reader's account.
//! - [`account`]: the same as a page, with the sessions.
//! - [`settings`]: who may do what, what is recorded, and what was done here.
//! - [`logs`]: audit logs, filtered.
//! - [`details`]: one event.
//! - [`users`]: everybody who did something.
//! - [`user`]: one of them.

use axum::response::Response;

use crate::problem::Problem;
use crate::visitor::Visitor;

pub(crate) mod account;
pub(crate) mod details;
pub(crate) mod language;
pub(crate) mod logs;
pub(crate) mod password;
pub(crate) mod settings;
pub(crate) mod sign_in;
pub(crate) mod theme;
pub(crate) mod user;
pub(crate) mod users;

/// Any address that is not one of ours.
pub(crate) async fn not_found(visitor: Visitor) -> Response {
    if visitor.token.is_none() {
        return Problem::NoPage.to_bare_page(visitor.frame);
    }
    visitor.answer(|_| Err(Problem::NoPage)).await
}
