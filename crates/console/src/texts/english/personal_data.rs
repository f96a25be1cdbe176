//! Who sees personal data, in English.

use super::super::table::PersonalData;

pub(super) const PERSONAL_DATA: PersonalData = PersonalData {
    title: "Personal data",
    masked: "Personal data is masked",
    show: "Show it…",
    reason: "Why do you need to see it?",
    reason_hint: "Your reason is recorded. Addresses, identifiers and names are shown to you for 30 minutes.",
    reason_rule: |most| format!("A reason has 1 to {most} characters."),
    unmask: "Show personal data",
    shown_until: |time| format!("Personal data is shown until {time}"),
    mask: "Mask again",
    about_somebody: "Asks for personal data, which is masked for you",
    ask_first: "Whoever may see personal data can open it. If you may on request, say why first.",
    not_allowed: "Personal data is not shown to you on request. An admin can change that.",
    change: "Change the right",
    by_role: "as the role has it",
    never: ("Never", "masked"),
    on_request: ("On request", "shown for 30 minutes after giving a reason"),
    always: ("Always", "shown (pii:read)"),
    unmasked: |reason| format!("unmasked personal data: “{reason}”"),
    masked_again: "masked personal data again",
};
