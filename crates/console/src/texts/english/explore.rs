//! What the explorer of `/logs` offers, in English.

use super::super::table::Explore;

pub(super) const EXPLORE: Explore = Explore {
    actor_kind: "What the user is",
    actor_name: "User’s name",
    target_kind: "What the target is",
    target_name: "Target’s name",
    application_name: "Application’s name",
    organization_name: "Organization’s name",
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
};
