//! What readers choose for their browser, in English.

use super::super::table::Preferences;

pub(super) const PREFERENCES: Preferences = Preferences {
    title: "Time and keyboard",
    zone: "Time zone",
    any_zone: "Any time zone",
    search_zones: "Search time zones",
    no_zone: "No time zone of that name",
    choose: "Choose",
    shortcuts: "Single letters are keys",
    shortcuts_hint: "Off, only keys such as Enter and the arrows do something: for those who speak to their browser or press keys by accident.",
};
