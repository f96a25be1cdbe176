//! What the explorer of `/logs` offers, in English.

use super::super::table::Explore;

pub(super) const EXPLORE: Explore = Explore {
    actor_kind: "What the user is",
    actor_name: "User’s name",
    target_kind: "What the target is",
    target_name: "Target’s name",
    application_name: "Application’s name",
    organization_name: "Organization’s name",
    country: "Country",
    browser: "Browser",
    operating_system: "Operating system",
    counterpart: |source| format!("Event type as {source} calls it"),
    path: "Anything else, by its path in the record",
    suggestions: "What can be written here",
    no_value: "without a value",
    and: "both conditions",
    or: "at least one of them",
    not: "the opposite",
    operator: |operator| match operator {
        "=" => "is",
        "!=" => "is not, or is missing",
        "IN" => "is one of these",
        "NOT IN" => "is none of these",
        "ILIKE" => "looks like this, with % for any text",
        "NOT ILIKE" => "does not look like this",
        "^=" => "begins with",
        "<" => "is less than",
        "<=" => "is at most",
        ">" => "is more than",
        _ => "is at least",
    },
    keys: "Keyboard",
    key_query: "Write a query",
    key_rows: "Next event, previous event",
    key_open: "Open the event",
    key_pages: "Older page, newer page",
    key_accept: "Accept what is offered for the query",
    key_close: "Close a list or a menu",
    key_keys: "Show these keys",
    close: "Close",
    keep: "Save and export",
    columns: "Columns",
    add_column: "Add a column",
    add: "Add",
    default_columns: "Default columns",
    dense: "Compact rows",
    move_left: |column| format!("Move {column} to the left"),
    move_right: |column| format!("Move {column} to the right"),
    remove_column: |column| format!("Remove {column}"),
    not_a_column: |column| {
        format!(
            "“{column}” is no column: it is no field and no path into the record, or there are twelve columns already."
        )
    },
    chart_by: "Bars by",
};
