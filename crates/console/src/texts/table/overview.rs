//! The phrases of `/overview`.

use super::With;

/// `/overview`
#[derive(Debug)]
pub(crate) struct Overview {
    pub(crate) title: &'static str,
    /// The way to all events of the time.
    pub(crate) events: &'static str,
    pub(crate) sign_ins: &'static str,
    pub(crate) failures: &'static str,
    pub(crate) sign_ups: &'static str,
    pub(crate) resets: &'static str,
    pub(crate) second_factors: &'static str,
    pub(crate) messages: &'static str,
    /// How often something usually happens.
    pub(crate) usually: With,
    pub(crate) as_usual: &'static str,
    pub(crate) higher: &'static str,
    pub(crate) lower: &'static str,
    /// What the line stands for.
    pub(crate) day_before: &'static str,
    pub(crate) week_before: &'static str,
    pub(crate) month_before: &'static str,
    pub(crate) days_before: With,
    pub(crate) weeks_before: With,
    pub(crate) months_before: With,
    /// The log does not go back far enough.
    pub(crate) nothing_before: &'static str,
    pub(crate) top_errors: &'static str,
    pub(crate) top_users: &'static str,
    pub(crate) top_addresses: &'static str,
    pub(crate) top_applications: &'static str,
    pub(crate) none: &'static str,
}
