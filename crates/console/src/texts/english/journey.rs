//! A journey, in English.

use crate::texts::table::{Journey, Units};

pub(super) const JOURNEY: Journey = Journey {
    title: "Journey",
    show: "Show the journey",
    of_interaction: "All events of one interaction",
    of_session: "Events of one session within an hour of the event",
    of_records: "All events that name the same proof of who it was",
    inferred: "Inferred: events from one address and browser, one soon after the other",
    whole_visit: "Show what came before too",
    steps: "Steps",
    began: "Began",
    took: "Took",
    who: "Who",
    identified_as: "Identified as",
    from_where: "From where",
    nobody: "Nobody was identified.",
    failed_here: "Failed here",
    came_from: "You came from here",
    since_previous: |span| format!("after {span}"),
    as_list: "Show as a list",
    back_to_event: "Back to the event",
    first_only: |count| format!("Only the first {count} are shown here; the list has all of them."),
    no_journey: |id| format!("There is no journey “{id}”. No event in this tenant belongs to it."),
    no_session: |id| {
        format!(
            "The event “{id}” names neither an interaction nor a session, so it has no journey."
        )
    },
    units: Units { milliseconds: "ms", seconds: "s", minutes: "min", hours: "h", days: "d" },
};
