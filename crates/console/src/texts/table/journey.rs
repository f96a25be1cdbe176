//! The phrases of a journey.

use super::With;

/// `/journeys/{interaction}`
#[derive(Debug)]
pub(crate) struct Journey {
    pub(crate) title: &'static str,
    /// The way to it from one of its events.
    pub(crate) show: &'static str,
    pub(crate) of_interaction: &'static str,
    pub(crate) of_session: &'static str,
    pub(crate) of_records: &'static str,
    pub(crate) inferred: &'static str,
    /// The way to what seems to be the visit.
    pub(crate) whole_visit: &'static str,
    pub(crate) steps: &'static str,
    pub(crate) began: &'static str,
    pub(crate) took: &'static str,
    pub(crate) who: &'static str,
    pub(crate) identified_as: &'static str,
    pub(crate) from_where: &'static str,
    pub(crate) nobody: &'static str,
    pub(crate) failed_here: &'static str,
    pub(crate) came_from: &'static str,
    /// Before the time since the previous step.
    pub(crate) since_previous: With,
    pub(crate) as_list: &'static str,
    pub(crate) back_to_event: &'static str,
    /// That later steps are left out.
    pub(crate) first_only: With,
    pub(crate) no_journey: With,
    pub(crate) no_session: With,
    pub(crate) units: Units,
}

/// How spans of time are written short.
#[derive(Debug)]
pub(crate) struct Units {
    pub(crate) milliseconds: &'static str,
    pub(crate) seconds: &'static str,
    pub(crate) minutes: &'static str,
    pub(crate) hours: &'static str,
    pub(crate) days: &'static str,
}
