//! The phrases of the pages that collect everything about one person, application, address or
//! organisation.

use super::With;

/// `/users/{id}`, `/applications/{id}`, `/addresses/{ip}`, `/organizations/{id}`
#[derive(Debug)]
pub(crate) struct Subject {
    /// Before the number of events.
    pub(crate) caption: &'static str,
    pub(crate) identifiers: &'static str,
    pub(crate) events: &'static str,
    pub(crate) seen: &'static str,
    pub(crate) last: &'static str,
    pub(crate) first: &'static str,
    pub(crate) users: &'static str,
    pub(crate) applications: &'static str,
    pub(crate) addresses: &'static str,
    pub(crate) organizations: &'static str,
    pub(crate) devices: &'static str,
    pub(crate) errors: &'static str,
    /// What was typed by whoever could not sign in.
    pub(crate) typed: &'static str,
    /// Beside the number of events that the devices are read from.
    pub(crate) of_newest: With,
    /// Beside the list of the most frequent values, how many there are in all.
    pub(crate) of_all: With,
    pub(crate) none: &'static str,
    /// Failures in which somebody typed a person's identifier and was not told apart by an id.
    pub(crate) without_id: &'static str,
    pub(crate) which_events: &'static str,
    pub(crate) filter: &'static str,
    pub(crate) no_events: &'static str,
    pub(crate) no_events_hint: &'static str,
    pub(crate) find: Find,
    pub(crate) no_application: With,
    pub(crate) no_address: With,
    pub(crate) no_organization: With,
}

/// `/users/find`
#[derive(Debug)]
pub(crate) struct Find {
    pub(crate) title: &'static str,
    pub(crate) label: &'static str,
    pub(crate) submit: &'static str,
    /// Before those whom a text may mean.
    pub(crate) several: With,
    pub(crate) nobody: With,
    pub(crate) nobody_hint: &'static str,
    pub(crate) attempts: &'static str,
}

/// Kinds of devices, as they stand after a browser and a system.
#[derive(Debug)]
pub(crate) struct Devices {
    pub(crate) computer: &'static str,
    pub(crate) phone: &'static str,
    pub(crate) tablet: &'static str,
    pub(crate) console: &'static str,
    pub(crate) robot: &'static str,
    pub(crate) program: &'static str,
}
