//! Alerts by e-mail, in English.

use super::super::table::Mail;

pub(super) const MAIL: Mail = Mail {
    begin: |name, counted| format!("Alert “{name}”: {counted}"),
    remind: |name, counted| format!("Alert “{name}” goes on: {counted}"),
    end: |name, counted| format!("Alert “{name}” has ended: {counted}"),
    test: |name, counted| format!("Test of the alert “{name}”: {counted}"),
    counted_more: |events, period, most| {
        format!("{events} within {period}, limit: no more than {most}")
    },
    counted_fewer: |events, period, least| {
        format!("{events} within {period}, limit: no fewer than {least}")
    },
    tenant: "Tenant",
    count: "Counted",
    time: "Looked at",
    from_to: |from, to| format!("from {from} until {to}"),
    first: "First event",
    last: "Last event",
    began: "Began",
    show: "Show exactly these events",
    no_link: "There is no link to the events, as this Gatelog was not told how it is reached (server.public_url).",
    only_a_test: "This is a test. Nothing has happened.",
    why: |tenant| {
        format!(
            "An alert of the tenant “{tenant}” in Gatelog names this address. Events are not in its messages; an administrator of the tenant can take the address out."
        )
    },
};
