//! The phrases of what `/logs` offers beyond its filters: completion, keys, columns.

use super::With;

/// What the explorer of `/logs` offers.
#[derive(Debug)]
pub(crate) struct Explore {
    // Fields that have a name nowhere else.
    pub(crate) actor_kind: &'static str,
    pub(crate) actor_name: &'static str,
    pub(crate) target_kind: &'static str,
    pub(crate) target_name: &'static str,
    pub(crate) application_name: &'static str,
    pub(crate) organization_name: &'static str,
    pub(crate) country: &'static str,
    pub(crate) browser: &'static str,
    pub(crate) operating_system: &'static str,
    /// The event type of another source.
    pub(crate) counterpart: With,
    pub(crate) path: &'static str,
    // Completion.
    pub(crate) suggestions: &'static str,
    pub(crate) no_value: &'static str,
    pub(crate) and: &'static str,
    pub(crate) or: &'static str,
    pub(crate) not: &'static str,
    /// What an operator asks for.
    pub(crate) operator: fn(&str) -> &'static str,
    // The dialog of keys.
    pub(crate) keys: &'static str,
    pub(crate) key_query: &'static str,
    pub(crate) key_rows: &'static str,
    pub(crate) key_open: &'static str,
    pub(crate) key_pages: &'static str,
    pub(crate) key_accept: &'static str,
    pub(crate) key_close: &'static str,
    pub(crate) key_keys: &'static str,
    pub(crate) close: &'static str,
    /// The menu of what can be done with a question.
    pub(crate) keep: &'static str,
    // The menu of columns.
    pub(crate) columns: &'static str,
    pub(crate) add_column: &'static str,
    pub(crate) add: &'static str,
    pub(crate) default_columns: &'static str,
    pub(crate) dense: &'static str,
    pub(crate) move_left: With,
    pub(crate) move_right: With,
    pub(crate) remove_column: With,
    pub(crate) not_a_column: With,
    // Of the chart.
    pub(crate) chart_by: &'static str,
}
