//! The phrases of `/settings` and `/account` in English.

use super::super::table::{
    Account, Activity, Catalogue, Clients, Keys, Members, Noun, Roles, Settings,
};

pub(super) const SETTINGS: Settings = Settings {
    event_type: Noun::new("event type", "event types"),
    shown_once: "It is shown this once. Keep it now.",
    created: "Created",
    last_seen: "Last seen",
    last_used: "Last used",
    state: "State",
    never: "never",
    label: "Label",
    revoke: "Revoke",
    revoked: "Revoked",
    cancel: "Cancel",
    roles: ROLES,
    members: MEMBERS,
    keys: KEYS,
    clients: CLIENTS,
    catalogue: CATALOGUE,
    activity: ACTIVITY,
};

pub(super) const ACCOUNT: Account = Account {
    all_tenants: "Every tenant",
    appearance: "Appearance and language",
    sessions: "Your sessions",
    browser: "Browser",
    unknown_browser: "Unknown browser",
    signed_in: "Signed in",
    present: "This one",
    end: "End",
    end_others: "End all others",
};

const ROLES: Roles = Roles {
    viewer: ("Viewer", "reads events"),
    analyst: ("Analyst", "reads events and shares searches"),
    admin: ("Admin", "members, keys and clients too"),
    operator: ("Operator", "everything in every tenant"),
    sender: "Sender",
};

const MEMBERS: Members = Members {
    title: "Members",
    new: "New member",
    new_hint: (
        "They belong to the tenant ",
        " and sign in first with a one-time password, which is shown when you create them.",
    ),
    create: "Create member",
    user_name: "User name",
    role: "Role",
    role_in: ("In the tenant ", ""),
    change_role: "Change role",
    you: "you",
    you_alone: "This is you",
    all_tenants: "all",
    account: "Account",
    sessions: "Open sessions",
    end_sessions: "End all sessions",
    what_was_done: "What they did here",
    one_time: |name| format!("One-time password for {name}"),
    reset: "Give a one-time password",
    reset_hint: "Their password no longer works and their sessions end. The new one counts for a week and one sign-in.",
    disable: "Disable",
    disable_hint: "They can no longer sign in, and their sessions end at once. What they did stays recorded.",
    enable: "Enable",
    enable_hint: "They can sign in again with the password they had.",
    active: "Active",
    disabled: "Disabled",
    invited: "Has a one-time password",
    without_password: "Has no password",
    elsewhere: "Signs in at a provider",
    exists: |name| format!("Not created: there is a user “{name}” already."),
    bad_name: "Not created: a name has 1 to 128 bytes, no control characters and no spaces at its ends.",
    last_of_role: |name| {
        format!(
            "Not changed: “{name}” is the last one with this role. Give it to somebody else first."
        )
    },
};

const KEYS: Keys = Keys {
    title: "API keys",
    new: "New key",
    create: "Create key",
    created_now: |name| format!("The key {name}"),
    hint: "Programs send and read events with a key. It may do no more than its scope says, and only in this tenant.",
    none: "No keys yet",
    scope: "Scope",
    ingest: "ingest – sends events",
    read: "read – reads events",
    admin: "admin – both",
    operator: "operator – every tenant",
    revoke_this: |name| format!("Revoke the key {name}?"),
    revoke_hint: "Programs that use it are refused within ten seconds. This cannot be undone.",
};

const CLIENTS: Clients = Clients {
    title: "Clients",
    new: "New client",
    create: "Create client",
    created_now: |name| format!("The client {name}"),
    hint: "A program that was written for another product reads this tenant’s events as it would there, with an id and a secret.",
    none: "No clients yet",
    dialect: "Written for",
    revoke_this: |name| format!("Revoke the client {name}?"),
    revoke_hint: "Its access tokens end at once. This cannot be undone.",
};

const CATALOGUE: Catalogue = Catalogue {
    title: "Event catalogue",
    search_hint: "Title or key",
    all_sections: "All sections",
    here: "In this tenant",
    no_match: "No such event type",
    no_match_hint: "Look for a part of the title or the key, or in all sources.",
    unknown: "No catalogue knows this type. Its events are shown by their key, with the result their records state.",
    meaning: "Meaning",
    done_by: "Listed under",
    as_recorded: "As each record says",
    aliases: "Also called",
    counterparts: "Other sources call it",
};

const ACTIVITY: Activity = Activity {
    title: "Activity",
    who: "Who",
    anybody: "Anybody",
    unknown: "Unknown",
    what: "What",
    everything: "Everything",
    reads: "Reads",
    sign_ins: "Sign-ins and tokens",
    changes: "Changes",
    none: "Nothing was done here",
    none_hint: "What is read shows when its minute is over, and changes within a second.",
    read: |events, place| format!("read {events} of {place}"),
    opened: |place| format!("opened {place}"),
    sent: |place| format!("sent a form of {place}"),
    signed_in: "signed in",
    could_not_sign_in: "could not sign in",
    user_create: |name| format!("created the member {name}"),
    user_update: |name| format!("changed the role of {name}"),
    user_disable: |name| format!("disabled {name}"),
    user_enable: |name| format!("enabled {name}"),
    password_reset: |name| format!("gave {name} a one-time password"),
    password_set: |name| format!("chose the password of {name}"),
    session_revoke: |name| format!("ended sessions of {name}"),
    create: |thing, name| format!("created the {thing} {name}"),
    delete: |thing, name| format!("removed the {thing} {name}"),
    key: "API key",
    client: "client",
    tenant: "tenant",
    name: "name",
};
