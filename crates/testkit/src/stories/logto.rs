//! What happens, as Logto 1.42 writes it.
//!
//! Modules in reading order:
//!
//! - `draft`: the frame every row shares.
//! - `failure`: errors in the words and shapes Logto gives them.
//! - `record`: a proof of identity, as experience rows show it.
//! - `experience`: one visit to the sign-in pages, row by row.
//! - `sign_in`, `second_factor`, `registration`, `recovery`: what people do there.
//! - `tokens`, `saml`: what applications do.
//! - `hooks`: what Logto tells other systems.
//! - `attacks`: what should not have happened.
//! - `break_in`: Logto's part of one story over all sources.

mod attacks;
pub(super) mod break_in;
mod draft;
mod experience;
mod failure;
mod hooks;
mod record;
mod recovery;
mod registration;
mod saml;
mod second_factor;
mod sign_in;
mod tokens;

use crate::stories::Repertoire;

pub(super) use hooks::tell_suspension;

/// Most stories are a single row: applications renewing their tokens.
pub(super) const REPERTOIRE: Repertoire = Repertoire {
    everyday: &[
        (|script, user| tokens::refresh(script, user), 7_015),
        (|script, _| tokens::client_credentials(script), 1_900),
        (sign_in::sign_in, 450),
        (|script, user| sign_in::silent(script, user), 270),
        (recovery::reset_password, 35),
        (|script, user| tokens::sign_out(script, user), 140),
        (|script, user| tokens::exchange(script, user), 100),
        (|script, user| tokens::television(script, user), 15),
        (|script, user| saml::sign_in(script, user), 15),
        (|script, user| hooks::manage(script, user), 60),
    ],
    registration: registration::register,
    sign_in: sign_in::sign_in,
    sign_out: |script, user| tokens::sign_out(script, user),
    password_reset: recovery::reset_password,
    administration: |script, user| hooks::manage(script, user),
    attack: attacks::play,
};
