//! The phrases of who sees personal data.

use super::With;

/// Who sees personal data.
#[derive(Debug)]
pub(crate) struct PersonalData {
    pub(crate) title: &'static str,
    pub(crate) masked: &'static str,
    /// Opens the form.
    pub(crate) show: &'static str,
    pub(crate) reason: &'static str,
    /// What comes of it.
    pub(crate) reason_hint: &'static str,
    /// How long a reason is, around the most characters.
    pub(crate) reason_rule: With,
    /// Sends the form.
    pub(crate) unmask: &'static str,
    /// Until when.
    pub(crate) shown_until: With,
    pub(crate) mask: &'static str,
    /// Instead of a question that was kept.
    pub(crate) about_somebody: &'static str,
    pub(crate) ask_first: &'static str,
    pub(crate) not_allowed: &'static str,
    pub(crate) change: &'static str,
    /// What is chosen by the role.
    pub(crate) by_role: &'static str,
    /// What each right is called, and what it means.
    pub(crate) never: (&'static str, &'static str),
    pub(crate) on_request: (&'static str, &'static str),
    pub(crate) always: (&'static str, &'static str),
    /// What somebody did, as sentences without their subject; the first around the reason.
    pub(crate) unmasked: With,
    pub(crate) masked_again: &'static str,
}
