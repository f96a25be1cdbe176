//! The phrases of `/sign-in/code` and `/account/totp`.

use super::With;

/// Codes beside the password.
#[derive(Debug)]
pub(crate) struct SecondFactor {
    pub(crate) title: &'static str,
    pub(crate) code_title: &'static str,
    pub(crate) code_hint: &'static str,
    pub(crate) code: &'static str,
    pub(crate) recovery_hint: &'static str,
    pub(crate) go_on: &'static str,
    pub(crate) start_again: &'static str,
    pub(crate) wrong_code: &'static str,
    pub(crate) too_many_attempts: With,
    pub(crate) intro: &'static str,
    pub(crate) scan: &'static str,
    pub(crate) drawing: &'static str,
    pub(crate) type_in: &'static str,
    pub(crate) confirm: &'static str,
    pub(crate) turn_on: &'static str,
    pub(crate) is_on: &'static str,
    pub(crate) codes_left: With,
    pub(crate) turn_off_hint: &'static str,
    pub(crate) turn_off: &'static str,
    pub(crate) wrong_password: &'static str,
    pub(crate) recovery_title: &'static str,
    pub(crate) recovery_intro: &'static str,
    pub(crate) kept: &'static str,
    pub(crate) password_first: &'static str,
    pub(crate) elsewhere: &'static str,
    pub(crate) back: &'static str,
}
