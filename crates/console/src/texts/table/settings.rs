//! The phrases of `/settings` and `/account`.

use super::{Noun, With, WithTwo};

/// `/settings`
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) event_type: Noun,
    pub(crate) shown_once: &'static str,
    pub(crate) created: &'static str,
    pub(crate) last_seen: &'static str,
    pub(crate) last_used: &'static str,
    pub(crate) state: &'static str,
    pub(crate) never: &'static str,
    pub(crate) label: &'static str,
    pub(crate) revoke: &'static str,
    pub(crate) revoked: &'static str,
    pub(crate) cancel: &'static str,
    pub(crate) roles: Roles,
    pub(crate) members: Members,
    pub(crate) keys: Keys,
    pub(crate) clients: Clients,
    pub(crate) catalogue: Catalogue,
    pub(crate) activity: Activity,
}

/// What only `/account` says.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) all_tenants: &'static str,
    pub(crate) appearance: &'static str,
    pub(crate) sessions: &'static str,
    pub(crate) browser: &'static str,
    pub(crate) unknown_browser: &'static str,
    pub(crate) signed_in: &'static str,
    pub(crate) present: &'static str,
    pub(crate) end: &'static str,
    pub(crate) end_others: &'static str,
}

/// What people are called by what they may do, and what that is.
#[derive(Debug)]
pub(crate) struct Roles {
    pub(crate) viewer: (&'static str, &'static str),
    pub(crate) analyst: (&'static str, &'static str),
    pub(crate) admin: (&'static str, &'static str),
    pub(crate) operator: (&'static str, &'static str),
    pub(crate) sender: &'static str,
}

/// `/settings/members`
#[derive(Debug)]
pub(crate) struct Members {
    pub(crate) title: &'static str,
    pub(crate) new: &'static str,
    /// Around the name of a tenant.
    pub(crate) new_hint: (&'static str, &'static str),
    pub(crate) create: &'static str,
    pub(crate) user_name: &'static str,
    pub(crate) role: &'static str,
    /// Around the name of a tenant.
    pub(crate) role_in: (&'static str, &'static str),
    pub(crate) change_role: &'static str,
    pub(crate) you: &'static str,
    pub(crate) you_alone: &'static str,
    pub(crate) all_tenants: &'static str,
    pub(crate) account: &'static str,
    pub(crate) sessions: &'static str,
    pub(crate) end_sessions: &'static str,
    pub(crate) what_was_done: &'static str,
    pub(crate) one_time: With,
    pub(crate) reset: &'static str,
    pub(crate) reset_hint: &'static str,
    pub(crate) disable: &'static str,
    pub(crate) disable_hint: &'static str,
    pub(crate) enable: &'static str,
    pub(crate) enable_hint: &'static str,
    pub(crate) active: &'static str,
    pub(crate) disabled: &'static str,
    pub(crate) invited: &'static str,
    pub(crate) without_password: &'static str,
    pub(crate) elsewhere: &'static str,
    pub(crate) exists: With,
    pub(crate) bad_name: &'static str,
    pub(crate) last_of_role: With,
}

/// `/settings/keys`
#[derive(Debug)]
pub(crate) struct Keys {
    pub(crate) title: &'static str,
    pub(crate) new: &'static str,
    pub(crate) create: &'static str,
    pub(crate) created_now: With,
    pub(crate) hint: &'static str,
    pub(crate) none: &'static str,
    pub(crate) scope: &'static str,
    pub(crate) ingest: &'static str,
    pub(crate) read: &'static str,
    pub(crate) admin: &'static str,
    pub(crate) operator: &'static str,
    pub(crate) revoke_this: With,
    pub(crate) revoke_hint: &'static str,
}

/// `/settings/clients`
#[derive(Debug)]
pub(crate) struct Clients {
    pub(crate) title: &'static str,
    pub(crate) new: &'static str,
    pub(crate) create: &'static str,
    pub(crate) created_now: With,
    pub(crate) hint: &'static str,
    pub(crate) none: &'static str,
    pub(crate) dialect: &'static str,
    pub(crate) revoke_this: With,
    pub(crate) revoke_hint: &'static str,
}

/// `/settings/catalogue`
#[derive(Debug)]
pub(crate) struct Catalogue {
    pub(crate) title: &'static str,
    pub(crate) search_hint: &'static str,
    pub(crate) all_sections: &'static str,
    pub(crate) here: &'static str,
    pub(crate) no_match: &'static str,
    pub(crate) no_match_hint: &'static str,
    pub(crate) unknown: &'static str,
    pub(crate) meaning: &'static str,
    pub(crate) done_by: &'static str,
    pub(crate) as_recorded: &'static str,
    pub(crate) aliases: &'static str,
    pub(crate) counterparts: &'static str,
}

/// `/settings/activity`: sentences without their subject, who stands beside them.
#[derive(Debug)]
pub(crate) struct Activity {
    pub(crate) title: &'static str,
    pub(crate) who: &'static str,
    pub(crate) anybody: &'static str,
    pub(crate) unknown: &'static str,
    pub(crate) what: &'static str,
    pub(crate) everything: &'static str,
    pub(crate) reads: &'static str,
    pub(crate) sign_ins: &'static str,
    pub(crate) changes: &'static str,
    pub(crate) none: &'static str,
    pub(crate) none_hint: &'static str,
    pub(crate) read: WithTwo,
    pub(crate) opened: With,
    pub(crate) sent: With,
    pub(crate) signed_in: &'static str,
    pub(crate) could_not_sign_in: &'static str,
    pub(crate) user_create: With,
    pub(crate) user_update: With,
    pub(crate) user_disable: With,
    pub(crate) user_enable: With,
    pub(crate) password_reset: With,
    pub(crate) password_set: With,
    pub(crate) session_revoke: With,
    pub(crate) create: WithTwo,
    pub(crate) delete: WithTwo,
    pub(crate) key: &'static str,
    pub(crate) client: &'static str,
    pub(crate) tenant: &'static str,
    pub(crate) name: &'static str,
}
