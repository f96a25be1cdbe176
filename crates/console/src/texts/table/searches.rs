//! The phrases of searches that are kept.

use super::{Noun, With};

/// What `/searches` and its menu say.
#[derive(Debug)]
pub(crate) struct Searches {
    pub(crate) title: &'static str,
    pub(crate) noun: Noun,
    /// What opens the menu.
    pub(crate) menu: &'static str,
    pub(crate) all: &'static str,
    pub(crate) save_this: &'static str,
    pub(crate) name: &'static str,
    pub(crate) share: &'static str,
    pub(crate) save: &'static str,
    pub(crate) none: &'static str,
    pub(crate) none_hint: &'static str,
    /// Of a search that others see.
    pub(crate) shared: &'static str,
    /// Before a name.
    pub(crate) by: &'static str,
    /// Before a time.
    pub(crate) used: &'static str,
    pub(crate) unused: &'static str,
    /// Of a question without conditions.
    pub(crate) everything: &'static str,
    pub(crate) change: &'static str,
    pub(crate) delete: &'static str,
    pub(crate) delete_hint: &'static str,
    pub(crate) delete_really: &'static str,
    // What can be wrong.
    pub(crate) not_saved: &'static str,
    pub(crate) no_search: &'static str,
    pub(crate) name_rule: With,
    pub(crate) exists: With,
    pub(crate) too_many: With,
    pub(crate) may_not_share: &'static str,
    pub(crate) too_long: &'static str,
}
