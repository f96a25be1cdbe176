//! `/flows` in English.

use super::super::table::Flows;

pub(super) const FLOWS: Flows = Flows {
    title: "Flows",
    hint: "Each visit to the sign-in pages counts once, for the last step it reached. Visits are put together by their interaction, or by address, browser and time.",
    sign_in: "Sign-ins",
    sign_up: "Sign-ups",
    reset: "Password resets",
    completed: |ended, begun| format!("{ended} of {begun} completed"),
    begun: "Begun",
    proved: "Showed who they are",
    failed_proofs: "Attempts that failed:",
    by_password: "Password",
    by_code: "One-time code",
    by_passkey: "Passkey",
    by_social: "Social account",
    by_sso: "Single sign-on",
    otherwise: "Other",
    second_factor: "Passed a second factor, or was not asked for one",
    signed_in: "Signed in",
    identified: "Gave an address or an account elsewhere",
    secured: "Chose how to sign in",
    signed_up: "Has an account",
    password_chosen: "Chose a new password",
    replaced: "Password replaced",
    lost: |count| format!("{count} went no further:"),
    left: "Left without an error",
    example: "Latest",
    under_way: |count| {
        format!("Not over yet: {count}. Something happened in them within the last hour.")
    },
    cut: |since| {
        format!(
            "There are many events: only those since {since} were looked at. Choose a shorter time, or fewer events."
        )
    },
    count_more: |count| format!("Look at up to {count} events"),
    narrowed: "Only events that pass the filter of the list are counted.",
    all_events: "Count all",
    none: "Nobody set out to do this",
    none_hint: "Choose another time. Events count that tell of a sign-in, a sign-up or a password reset, and name their interaction or their address.",
};
