//! The phrases of signing in at an OpenID provider.

use super::With;

/// Signing in at a provider, and what can go wrong there.
#[derive(Debug)]
pub(crate) struct Provider {
    /// Between the form and the providers.
    pub(crate) or: &'static str,
    pub(crate) sign_in_at: With,
    pub(crate) unknown: &'static str,
    pub(crate) unknown_hint: With,
    pub(crate) refused: &'static str,
    /// Before the provider's own word.
    pub(crate) refused_hint: With,
    pub(crate) not_begun: &'static str,
    pub(crate) not_begun_hint: &'static str,
    pub(crate) unreachable: &'static str,
    pub(crate) unreachable_hint: &'static str,
    pub(crate) not_accepted: &'static str,
    pub(crate) not_accepted_hint: &'static str,
    pub(crate) no_role: &'static str,
    pub(crate) no_role_hint: &'static str,
    pub(crate) disabled: &'static str,
    pub(crate) disabled_hint: &'static str,
}
