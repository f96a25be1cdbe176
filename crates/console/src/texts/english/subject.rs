//! The pages about one person, application, address or organisation, in English.

use crate::texts::table::{Devices, Find, Subject};

pub(super) const SUBJECT: Subject = Subject {
    caption: "Events, newest first:",
    identifiers: "Identifiers",
    events: "Events",
    seen: "Seen",
    last: "Last",
    first: "First",
    users: "Users",
    applications: "Applications",
    addresses: "Addresses",
    organizations: "Organizations",
    devices: "Devices",
    errors: "Errors",
    typed: "Typed as identifier",
    of_newest: |count| format!("of the newest {count} events"),
    of_all: |count| format!("most frequent of {count}"),
    none: "None",
    without_id: "Failed without an id",
    which_events: "with failures typed as one of these identifiers",
    filter: "Filter",
    no_events: "No events",
    no_events_hint: "Nothing but the name is known.",
    find: FIND,
    no_application: |id| {
        format!(
            "There is no application “{id}”. Nothing was done through one of that id in this tenant."
        )
    },
    no_address: |address| {
        format!("There is no address “{address}”. No event in this tenant came from it.")
    },
    no_organization: |id| {
        format!("There is no organization “{id}”. No event in this tenant belongs to it.")
    },
};

const FIND: Find = Find {
    title: "Find a person",
    label: "E-mail address, phone number, user name or id",
    submit: "Find",
    several: |text| format!("“{text}” may mean any of these:"),
    nobody: |text| format!("Nobody is known by “{text}”"),
    nobody_hint: "Nobody has signed in with it, but somebody may have tried.",
    attempts: "Show attempts with it",
};

pub(super) const DEVICES: Devices = Devices {
    computer: "computer",
    phone: "phone",
    tablet: "tablet",
    console: "television or console",
    robot: "crawler",
    program: "program",
};
