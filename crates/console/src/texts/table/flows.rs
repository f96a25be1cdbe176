//! The phrases of `/flows`.

use super::{With, WithTwo};

/// `/flows`
#[derive(Debug)]
pub(crate) struct Flows {
    pub(crate) title: &'static str,
    /// What the page counts.
    pub(crate) hint: &'static str,
    pub(crate) sign_in: &'static str,
    pub(crate) sign_up: &'static str,
    pub(crate) reset: &'static str,
    /// How many of how many ended well.
    pub(crate) completed: WithTwo,
    pub(crate) begun: &'static str,
    pub(crate) proved: &'static str,
    /// Before the kinds of proof that failed.
    pub(crate) failed_proofs: &'static str,
    pub(crate) by_password: &'static str,
    pub(crate) by_code: &'static str,
    pub(crate) by_passkey: &'static str,
    pub(crate) by_social: &'static str,
    pub(crate) by_sso: &'static str,
    pub(crate) otherwise: &'static str,
    pub(crate) second_factor: &'static str,
    pub(crate) signed_in: &'static str,
    pub(crate) identified: &'static str,
    pub(crate) secured: &'static str,
    pub(crate) signed_up: &'static str,
    pub(crate) password_chosen: &'static str,
    pub(crate) replaced: &'static str,
    /// How many went no further.
    pub(crate) lost: With,
    /// Nothing went wrong, and nothing came after.
    pub(crate) left: &'static str,
    pub(crate) example: &'static str,
    pub(crate) under_way: With,
    /// Only events since this time were looked at.
    pub(crate) cut: With,
    /// Look at so many events.
    pub(crate) count_more: With,
    pub(crate) narrowed: &'static str,
    pub(crate) all_events: &'static str,
    pub(crate) none: &'static str,
    pub(crate) none_hint: &'static str,
}
