//! The phrases of `/logs`.

use gatelog_query::pql::Mistake;

use super::{With, WithThree, WithTwo};

/// Queries to begin with; what each asks for is in [`Question::each_example`].
pub(crate) const EXAMPLES: [&str; 5] = [
    r#"outcome = "failure""#,
    r#"actor.name ILIKE "%ada%""#,
    r#"ip = "203.0.113.0/24""#,
    "error.code != null",
    r#""some words""#,
];

/// `/logs`
#[derive(Debug)]
pub(crate) struct Logs {
    pub(crate) title: &'static str,
    /// Before the number of events.
    pub(crate) caption: &'static str,
    pub(crate) tabs: &'static str,
    pub(crate) tab_all: &'static str,
    pub(crate) tab_user: &'static str,
    pub(crate) tab_admin: &'static str,
    pub(crate) filter: &'static str,
    pub(crate) search_events: &'static str,
    pub(crate) no_suggestion: &'static str,
    pub(crate) all_events: &'static str,
    pub(crate) more_events: With,
    pub(crate) all_sources: &'static str,
    pub(crate) own_audit: &'static str,
    pub(crate) all_applications: &'static str,
    pub(crate) any_result: &'static str,
    pub(crate) user_hint: &'static str,
    pub(crate) all_time: &'static str,
    pub(crate) last_hour: &'static str,
    pub(crate) last_24_hours: &'static str,
    pub(crate) last_7_days: &'static str,
    pub(crate) last_30_days: &'static str,
    pub(crate) custom_time: &'static str,
    pub(crate) from: &'static str,
    pub(crate) to: &'static str,
    pub(crate) since: With,
    pub(crate) until: With,
    pub(crate) between: WithTwo,
    pub(crate) apply: &'static str,
    pub(crate) active_filters: &'static str,
    pub(crate) remove_filter: &'static str,
    pub(crate) remove: &'static str,
    pub(crate) clear: &'static str,
    pub(crate) clear_filters: &'static str,
    pub(crate) not_a_time: With,
    /// How many people match, how many of them are looked for, and what was typed.
    pub(crate) crowd: fn(&str, &str, &str) -> String,
    pub(crate) no_match: &'static str,
    pub(crate) no_match_hint: &'static str,
    pub(crate) no_events: &'static str,
    pub(crate) no_events_hint: &'static str,
    pub(crate) question: Question,
    pub(crate) chart: Chart,
    pub(crate) facets: Facets,
    pub(crate) export: Export,
    pub(crate) live: Live,
}

/// The query box.
#[derive(Debug)]
pub(crate) struct Question {
    pub(crate) label: &'static str,
    /// Before an example.
    pub(crate) hint: &'static str,
    pub(crate) examples: &'static str,
    /// What each of the example queries asks for.
    pub(crate) each_example: [&'static str; EXAMPLES.len()],
    pub(crate) malformed: &'static str,
    /// Before the number of the character where something is wrong.
    pub(crate) at_character: With,
    /// What is wrong there.
    pub(crate) mistake: fn(&Mistake) -> String,
    /// Before what may have been meant.
    pub(crate) write: &'static str,
}

/// The bar chart.
#[derive(Debug)]
pub(crate) struct Chart {
    pub(crate) title: &'static str,
    pub(crate) skip: &'static str,
    pub(crate) numbers: &'static str,
    pub(crate) from: &'static str,
    pub(crate) events: &'static str,
}

/// The values beside the table.
#[derive(Debug)]
pub(crate) struct Facets {
    pub(crate) title: &'static str,
    pub(crate) none: &'static str,
    pub(crate) exclude: With,
    pub(crate) excluded: &'static str,
    pub(crate) more: With,
    pub(crate) fewer: &'static str,
}

/// The menu of formats.
#[derive(Debug)]
pub(crate) struct Export {
    pub(crate) title: &'static str,
    pub(crate) lines: &'static str,
    pub(crate) sheet: &'static str,
    pub(crate) columns: &'static str,
    pub(crate) looking: &'static str,
    pub(crate) cancelled: &'static str,
    pub(crate) lost: &'static str,
    pub(crate) cancel: &'static str,
    pub(crate) close: &'static str,
    pub(crate) holds: With,
    /// Events that were written, of how many, in percent.
    pub(crate) written: WithThree,
    pub(crate) done: With,
    pub(crate) failed: With,
}

/// Rows that appear by themselves. `{}` stands for a number.
#[derive(Debug)]
pub(crate) struct Live {
    pub(crate) title: &'static str,
    pub(crate) hint: &'static str,
    pub(crate) one_waiting: &'static str,
    pub(crate) many_waiting: &'static str,
    pub(crate) lost: &'static str,
    pub(crate) needs_script: &'static str,
    pub(crate) show: &'static str,
}
