//! What happens, as Authgear of 2026-08 writes it.
//!
//! Modules in reading order:
//!
//! - `payloads`: what each type of event says.
//! - `event`: one event, with its cast and its context.
//! - `people`: what people do.
//! - `project`: what administrators, programs and the system do.
//! - `attacks`: what should not have happened.
//! - `break_in`: Authgear's part of one story over all sources.

mod attacks;
pub(super) mod break_in;
mod event;
mod payloads;
mod people;
mod project;

use crate::stories::Repertoire;

pub(super) const REPERTOIRE: Repertoire = Repertoire {
    everyday: &[
        (people::sign_in, 4_500),
        (people::sign_out, 1_300),
        (people::reauthenticate, 700),
        (people::change_profile, 600),
        (people::change_identities, 500),
        (people::promote, 60),
        (people::leave, 60),
        (people::reset_password, 90),
        (people::fail_otherwise, 120),
        (|script, _| project::machine_token(script), 1_200),
        (project::administer, 500),
        (|script, _| project::configure(script), 120),
        (|script, _| project::alert(script), 50),
        (people::undelivered, 200),
    ],
    registration: people::register,
    sign_in: people::sign_in,
    sign_out: people::sign_out,
    password_reset: people::reset_password,
    administration: project::administer,
    attack: attacks::play,
};
