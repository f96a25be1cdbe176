//! What kinds, states and settings of sources are called.

use gatelog_meta::SourceCondition;
use gatelog_source::kinds::Kind;

use crate::sources::Condition;
use crate::texts::Texts;

/// How a state looks beside its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) icon: &'static str,
    pub(super) class: &'static str,
}

/// A kind as `Logto: its webhooks`, and how its events get here.
pub(super) fn kind(kind: Kind, texts: &Texts) -> (String, &'static str) {
    let kinds = &texts.sources.kinds;
    let (product, (way, hint)) = match kind {
        Kind::LogtoDatabase => ("Logto", kinds.database),
        Kind::LogtoApi => ("Logto", kinds.api),
        Kind::LogtoWebhook => ("Logto", kinds.webhook),
        Kind::AuthgearDatabase => ("Authgear", kinds.database),
        Kind::AuthgearApi => ("Authgear", kinds.api),
        Kind::AuthgearWebhook => ("Authgear", kinds.webhook),
        Kind::AuthgearDatadog => ("Authgear", kinds.stream),
        Kind::PlusauthApi => ("PlusAuth", kinds.api),
        Kind::Auth0 => ("Auth0", kinds.log_stream),
        Kind::Okta => ("Okta", kinds.event_hooks),
        Kind::MappedWebhook => ("Keycloak", kinds.mapped),
        Kind::Syslog => ("Syslog", kinds.syslog),
    };
    (format!("{product} – {way}"), hint)
}

/// The document that says how the other side is set up.
pub(super) fn document(kind: Kind) -> &'static str {
    match kind {
        Kind::LogtoDatabase => "docs/sources/logto-database.md",
        Kind::LogtoApi => "docs/sources/logto-api.md",
        Kind::LogtoWebhook => "docs/sources/logto-webhook.md",
        Kind::AuthgearDatabase => "docs/sources/authgear-database.md",
        Kind::AuthgearApi => "docs/sources/authgear-api.md",
        Kind::AuthgearWebhook => "docs/sources/authgear-webhook.md",
        Kind::AuthgearDatadog => "docs/sources/authgear-stream.md",
        Kind::PlusauthApi => "docs/sources/plusauth.md",
        Kind::Auth0 => "docs/sources/auth0.md",
        Kind::Okta => "docs/sources/okta.md",
        Kind::MappedWebhook => "docs/sources/keycloak.md",
        Kind::Syslog => "docs/sources/syslog.md",
    }
}

/// A state's name, what it means or what to do, and how it looks.
pub(super) fn condition(condition: Condition, texts: &Texts) -> (&'static str, &'static str, Look) {
    let texts = &texts.sources;
    let look = |icon, class| Look { icon, class };
    let at_rest = look("i-clock", "");
    match condition {
        Condition::Starting => (texts.starting.0, texts.starting.1, at_rest),
        Condition::Paused => (texts.paused.0, texts.paused.1, at_rest),
        Condition::Shadowed => (texts.stopped.0, texts.is_shadowed, look("i-alert", "failure")),
        Condition::Known(SourceCondition::Running) => {
            (texts.running.0, texts.running.1, look("i-success", "success"))
        }
        Condition::Known(SourceCondition::Silent) => {
            (texts.silent.0, texts.silent.1, look("i-alert", "warn"))
        }
        Condition::Known(SourceCondition::Stopped) => (texts.stopped.0, texts.stopped.1, at_rest),
        Condition::Known(SourceCondition::Trouble) => {
            (texts.trouble.0, texts.trouble.1, look("i-alert", "failure"))
        }
    }
}

/// What a setting is called; its own name if it has no other.
pub(super) fn label(setting: &'static str, texts: &Texts) -> &'static str {
    let labels = &texts.sources.labels;
    match setting {
        "endpoint" => labels.endpoint,
        "client_id" => labels.client_id,
        "client_secret" => labels.client_secret,
        "resource" => labels.resource,
        "webhooks" => labels.webhooks,
        "from" => labels.from,
        "interval_seconds" => labels.interval,
        "app_id" => labels.app_id,
        "key_id" => labels.key_id,
        "private_key" => labels.private_key,
        "path" => labels.path,
        "audience" => labels.audience,
        "scope" => labels.scope,
        "signing_keys" | "secrets" | "credential.signing_keys" => labels.signing_keys,
        "api_keys" => labels.api_keys,
        "tokens" | "credential.tokens" => labels.tokens,
        "mapping" => labels.mapping,
        "credential.kind" => labels.credential,
        "credential.header" => labels.header,
        "credential.prefix" => labels.prefix,
        other => other,
    }
}

/// What a choice is called: ready mappings by their own names.
pub(super) fn choice(choice: &'static str, texts: &Texts) -> &'static str {
    match choice {
        "token" => texts.sources.labels.by_token,
        "signature" => texts.sources.labels.by_signature,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use gatelog_event::language::Language;

    use super::*;

    #[test]
    fn every_kind_has_a_title_of_its_own_and_a_document() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        for language in Language::ALL {
            let texts = Texts::of(language);
            let mut titles: Vec<_> = Kind::ALL.map(|each| kind(each, texts).0).into();
            titles.sort();
            titles.dedup();
            assert_eq!(titles.len(), Kind::ALL.len(), "{titles:?}");
        }
        for kind in Kind::ALL {
            assert!(root.join(document(kind)).is_file(), "{kind:?}");
        }
    }

    #[test]
    fn every_setting_that_is_typed_is_called_something() {
        let texts = Texts::of(Language::French);
        for field in Kind::ALL.iter().flat_map(|kind| kind.fields()) {
            assert_ne!(label(field.name, texts), field.name);
        }
    }
}
