//! The phrases of alerts that are told by e-mail.

use super::{With, WithThree, WithTwo};

/// What a message says.
#[derive(Debug)]
pub(crate) struct Mail {
    /// Subjects: the alert's name, and what was counted.
    pub(crate) begin: WithTwo,
    pub(crate) remind: WithTwo,
    pub(crate) end: WithTwo,
    pub(crate) test: WithTwo,
    /// Events, period and threshold.
    pub(crate) counted_more: WithThree,
    pub(crate) counted_fewer: WithThree,
    pub(crate) tenant: &'static str,
    pub(crate) count: &'static str,
    pub(crate) time: &'static str,
    pub(crate) from_to: WithTwo,
    pub(crate) first: &'static str,
    pub(crate) last: &'static str,
    pub(crate) began: &'static str,
    pub(crate) show: &'static str,
    pub(crate) no_link: &'static str,
    pub(crate) only_a_test: &'static str,
    pub(crate) why: With,
}
