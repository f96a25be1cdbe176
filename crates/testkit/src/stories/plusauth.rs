//! What happens, as PlusAuth writes it.
//!
//! Modules in reading order:
//!
//! - `entry`: one entry of the log, with its cast and its details.
//! - `people`: what people and applications do.
//! - `system`: what administrators and the system do.
//! - `attacks`: what should not have happened.
//! - `break_in`: PlusAuth's part of one story over all sources.

mod attacks;
pub(super) mod break_in;
mod entry;
mod people;
mod system;

use crate::stories::Repertoire;

pub(super) const REPERTOIRE: Repertoire = Repertoire {
    everyday: &[
        (people::refresh, 5_200),
        (people::sign_in, 2_200),
        (people::sign_out, 500),
        (people::reset_password, 100),
        (people::change_credentials, 150),
        (people::fail_otherwise, 150),
        (system::run_hook, 700),
        (system::administer, 700),
        (system::notify, 250),
        (|script, _| system::synchronise(script), 50),
    ],
    registration: people::register,
    sign_in: people::sign_in,
    sign_out: people::sign_out,
    password_reset: people::reset_password,
    administration: system::administer,
    attack: attacks::play,
};
