//! The phrases around a record: its views, what can be done with a value, and the panel beside the
//! list.

use super::With;

/// `/logs/{id}`, below and beside what all events have.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) views: &'static str,
    pub(crate) nested: &'static str,
    pub(crate) flat: &'static str,
    pub(crate) raw: &'static str,
    /// What a click on a value does.
    pub(crate) only: &'static str,
    pub(crate) exclude: &'static str,
    pub(crate) more_values: With,
    pub(crate) changes: &'static str,
    pub(crate) before: &'static str,
    pub(crate) after: &'static str,
    pub(crate) absent: &'static str,
    pub(crate) device: &'static str,
    pub(crate) panel: &'static str,
    pub(crate) close: &'static str,
    pub(crate) open_page: &'static str,
}
