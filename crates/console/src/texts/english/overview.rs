//! `/overview` in English.

use super::super::table::Overview;

pub(super) const OVERVIEW: Overview = Overview {
    title: "Overview",
    events: "Show these events",
    sign_ins: "Sign-ins",
    failures: "Failures",
    sign_ups: "Sign-ups",
    resets: "Password resets",
    second_factors: "Second factors checked",
    messages: "Codes and messages sent",
    usually: |count| format!("usually {count}"),
    as_usual: "as usual",
    higher: "higher than usual",
    lower: "lower than usual",
    day_before: "The line is the day before.",
    week_before: "The line is the week before.",
    month_before: "The line is the 30 days before.",
    days_before: |count| {
        format!("The line is the mean of the {count} days before, at the same hours.")
    },
    weeks_before: |count| format!("The line is the mean of the {count} weeks before."),
    months_before: |count| format!("The line is the mean of the {count} times 30 days before."),
    nothing_before: "The log does not go back far enough to say what is usual.",
    top_errors: "Errors",
    top_users: "Users with failures",
    top_addresses: "Addresses with failures",
    top_applications: "Applications",
    none: "None in this time",
};
