//! Searches that are kept, in English.

use super::super::table::{Noun, Searches};

pub(super) const SEARCHES: Searches = Searches {
    title: "Saved searches",
    noun: Noun::new("search", "searches"),
    menu: "Saved",
    all: "All saved searches",
    save_this: "Save this search",
    name: "Name",
    share: "Share with everybody who may read this tenant",
    save: "Save",
    none: "No saved searches yet",
    none_hint: "Ask something in the audit logs and save it there under a name, for yourself or for everybody.",
    shared: "Shared",
    by: "by",
    used: "last used",
    unused: "never used",
    everything: "All events",
    change: "Change",
    delete: "Delete",
    delete_hint: "The search is gone for everybody. Events are not touched.",
    delete_really: "Delete this search",
    not_saved: "This was not saved",
    no_search: "There is no such search, or it is somebody else’s.",
    name_rule: |most| format!("A name has 1 to {most} characters."),
    exists: |name| format!("You have a search called “{name}” already. Choose another name."),
    too_many: |most| format!("Nobody can keep more than {most} searches. Delete some first."),
    may_not_share: "You may not share searches: ask an admin to make you an analyst.",
    too_long: "The search is too long to be kept.",
};
