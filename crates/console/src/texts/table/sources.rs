//! The phrases of sources and of their quarantine.

use super::{Noun, With, WithTwo};

/// `/settings/sources`; of a state its name, and what it means or what to do.
#[derive(Debug)]
pub(crate) struct Sources {
    pub(crate) title: &'static str,
    pub(crate) new: &'static str,
    pub(crate) none: &'static str,
    pub(crate) none_hint: &'static str,
    pub(crate) file_kinds: &'static str,
    /// Before the name of a document.
    pub(crate) documents: &'static str,
    pub(crate) no_key: &'static str,
    /// Before two commands.
    pub(crate) no_key_hint: &'static str,
    pub(crate) name: &'static str,
    pub(crate) name_hint: &'static str,
    pub(crate) last_event: &'static str,
    pub(crate) lag: &'static str,
    pub(crate) per_minute: &'static str,
    pub(crate) kept: &'static str,
    pub(crate) known: &'static str,
    pub(crate) conflicts: &'static str,
    pub(crate) in_quarantine: &'static str,
    pub(crate) last_answer: &'static str,
    pub(crate) in_file: &'static str,
    pub(crate) in_file_hint: &'static str,
    pub(crate) is_shadowed: &'static str,
    pub(crate) running: (&'static str, &'static str),
    pub(crate) starting: (&'static str, &'static str),
    pub(crate) paused: (&'static str, &'static str),
    pub(crate) silent: (&'static str, &'static str),
    pub(crate) stopped: (&'static str, &'static str),
    pub(crate) trouble: (&'static str, &'static str),
    pub(crate) so_far: &'static str,
    pub(crate) settings: &'static str,
    pub(crate) silent_after: &'static str,
    pub(crate) silent_hint: &'static str,
    pub(crate) address: &'static str,
    pub(crate) address_hint: &'static str,
    pub(crate) pause: &'static str,
    pub(crate) resume: &'static str,
    pub(crate) remove: &'static str,
    pub(crate) remove_hint: &'static str,
    pub(crate) remove_really: &'static str,
    pub(crate) secret_hint: &'static str,
    pub(crate) secrets_hint: &'static str,
    /// How many secrets are kept.
    pub(crate) leave_empty: With,
    /// What counts if nothing is typed.
    pub(crate) otherwise: With,
    pub(crate) optional: &'static str,
    pub(crate) missing: &'static str,
    pub(crate) no_number: WithTwo,
    pub(crate) no_address: &'static str,
    pub(crate) no_time: &'static str,
    pub(crate) no_choice: &'static str,
    pub(crate) too_many_secrets: With,
    pub(crate) look_below: &'static str,
    /// Around what is wrong, in the words of whoever found it.
    pub(crate) wrong: With,
    pub(crate) taken: With,
    pub(crate) too_many: With,
    /// At the ways that lead here.
    pub(crate) attention: &'static str,
    /// Of somebody who did it.
    pub(crate) changed: With,
    pub(crate) noun_in_activity: &'static str,
    pub(crate) kinds: SourceKinds,
    pub(crate) labels: SourceLabels,
    pub(crate) quarantine: Quarantine,
}

/// What is read of a system, after its name, and how it gets here.
#[derive(Debug)]
pub(crate) struct SourceKinds {
    pub(crate) database: (&'static str, &'static str),
    pub(crate) api: (&'static str, &'static str),
    pub(crate) webhook: (&'static str, &'static str),
    pub(crate) stream: (&'static str, &'static str),
    pub(crate) log_stream: (&'static str, &'static str),
    pub(crate) event_hooks: (&'static str, &'static str),
    pub(crate) mapped: (&'static str, &'static str),
    pub(crate) syslog: (&'static str, &'static str),
}

/// What settings of sources are called.
#[derive(Debug)]
pub(crate) struct SourceLabels {
    pub(crate) endpoint: &'static str,
    pub(crate) client_id: &'static str,
    pub(crate) client_secret: &'static str,
    pub(crate) resource: &'static str,
    pub(crate) webhooks: &'static str,
    pub(crate) from: &'static str,
    pub(crate) interval: &'static str,
    pub(crate) app_id: &'static str,
    pub(crate) key_id: &'static str,
    pub(crate) private_key: &'static str,
    pub(crate) path: &'static str,
    pub(crate) audience: &'static str,
    pub(crate) scope: &'static str,
    pub(crate) signing_keys: &'static str,
    pub(crate) api_keys: &'static str,
    pub(crate) tokens: &'static str,
    pub(crate) mapping: &'static str,
    pub(crate) credential: &'static str,
    pub(crate) by_token: &'static str,
    pub(crate) by_signature: &'static str,
    pub(crate) header: &'static str,
    pub(crate) prefix: &'static str,
}

/// `/settings/quarantine`
#[derive(Debug)]
pub(crate) struct Quarantine {
    pub(crate) title: &'static str,
    pub(crate) noun: Noun,
    pub(crate) hint: &'static str,
    pub(crate) none: &'static str,
    pub(crate) none_hint: &'static str,
    pub(crate) number: &'static str,
    pub(crate) received: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) format: &'static str,
    pub(crate) content: &'static str,
    pub(crate) take: &'static str,
    pub(crate) take_hint: &'static str,
    pub(crate) discard: &'static str,
    pub(crate) discard_hint: &'static str,
    pub(crate) discard_really: &'static str,
    pub(crate) no_text: &'static str,
    pub(crate) too_long: &'static str,
    pub(crate) masked: &'static str,
    pub(crate) sealed: &'static str,
    pub(crate) taken: &'static str,
    pub(crate) known: &'static str,
    pub(crate) conflict: &'static str,
    pub(crate) nothing: &'static str,
    pub(crate) discarded: &'static str,
    pub(crate) still_none: With,
    pub(crate) not_read: &'static str,
}
