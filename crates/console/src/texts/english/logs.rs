//! `/logs` in English.

use super::super::table::{Chart, Export, Facets, Live, Logs, Question};

pub(super) const LOGS: Logs = Logs {
    title: "Audit logs",
    caption: "Audit logs, newest first:",
    tabs: "Kind of activity",
    tab_all: "All",
    tab_user: "User activities",
    tab_admin: "Admin and API",
    filter: "Filter events",
    search_events: "Search events",
    no_suggestion: "Nothing matches",
    all_events: "All events",
    more_events: |count| format!("{count} more: choose a source or a tab"),
    all_sources: "All sources",
    own_audit: "Gatelog: reads and changes",
    all_applications: "All applications",
    any_result: "Any result",
    user_hint: "Name, e-mail, phone or id",
    all_time: "All time",
    last_hour: "Last hour",
    last_24_hours: "Last 24 hours",
    last_7_days: "Last 7 days",
    last_30_days: "Last 30 days",
    custom_time: "Custom…",
    from: "From",
    to: "To, exclusive",
    since: |from| format!("from {from}"),
    until: |to| format!("to {to}"),
    between: |from, to| format!("from {from} to {to}"),
    apply: "Apply",
    active_filters: "Active filters",
    remove_filter: "Remove this filter",
    remove: "Remove",
    clear: "Clear all",
    clear_filters: "Clear all filters",
    not_a_time: |text| {
        format!("“{text}” is not a time and was left out. Write it as 2026-11-20T14:29.")
    },
    crowd: |count, first, text| {
        format!(
            "{count} people match “{text}”; events of the first {first} by name are listed. Type \
             more of the name."
        )
    },
    no_match: "No event matches",
    no_match_hint: "Take a filter away, or look at a longer time.",
    no_events: "No events yet",
    no_events_hint: "They show here as soon as they arrive. To send the first one:",
    question: QUESTION,
    chart: CHART,
    facets: FACETS,
    export: EXPORT,
    live: LIVE,
};

const QUESTION: Question = Question {
    label: "Query",
    hint: "Ask, for example:",
    examples: "Examples",
    each_example: [
        "everything that failed",
        "by people of that name",
        "from a network",
        "with an error code",
        "with words anywhere in the record",
    ],
    malformed: "This query cannot be read",
    at_character: |number| format!("Character {number}:"),
    mistake: ToString::to_string,
    write: "Write",
};

const CHART: Chart = Chart {
    title: "Events over time",
    skip: "Skip the chart",
    numbers: "Numbers",
    from: "From",
    events: "Events",
};

const FACETS: Facets = Facets {
    title: "Narrow down",
    none: "none",
    exclude: |value| format!("Exclude {value}"),
    excluded: "not",
    more: |count| format!("{count} more"),
    fewer: "Fewer",
};

const EXPORT: Export = Export {
    title: "Export",
    lines: "one event a line",
    sheet: "for spreadsheets",
    columns: "for analysis",
    looking: "Looking for the events…",
    cancelled: "Cancelled. If your browser kept a part of the file, delete it.",
    lost: "How far this export is cannot be told. See your browser’s downloads, and try again in a minute if there is no file.",
    cancel: "Cancel",
    close: "Close",
    holds: |events| format!("A file will hold {events}."),
    written: |rows, events, percent| format!("{rows} of {events} ({percent}%)"),
    done: |events| format!("Done: {events} in the file."),
    failed: |events| {
        format!("Cut off after {events}: the file is not whole. Delete it and try again.")
    },
};

const LIVE: Live = Live {
    title: "Live",
    hint: "New events appear by themselves",
    one_waiting: "{} new event: show",
    many_waiting: "{} new events: show",
    lost: "Connection lost, trying again…",
    needs_script: "New events appear by themselves only with JavaScript.",
    show: "Show new events",
};
