//! What somebody who sets up a source in the console is asked: the settings of each kind, as the
//! fields of a form.
//!
//! Files of this machine are in no field: only the configuration file may name them.

use gatelog_capture::mapping_file::ready;

use super::Kind;

/// A setting that is typed or chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name in the settings, with a dot before the member of a member: `credential.header`.
    pub name: &'static str,
    /// What is typed.
    pub shape: Shape,
    /// Whether there has to be something.
    pub is_required: bool,
    /// What could stand there; of what may be left out, what counts then.
    pub example: &'static str,
    /// The choice in another field with which it is asked, if not with every one.
    pub only_with: Option<(&'static str, &'static str)>,
}

/// What a setting is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Text of one line.
    Text,
    /// The address at which an API begins.
    Address,
    /// A time as in RFC 3339.
    Time,
    /// A whole number from the first to the last.
    Number(u64, u64),
    /// Yes or no, and which of them to begin with.
    Flag(bool),
    /// A secret of one line.
    Secret,
    /// A secret of many lines, such as a private key in PEM.
    SecretText,
    /// Secrets, one a line.
    Secrets,
    /// One of these.
    Choice(&'static [&'static str]),
    /// The name of a mapping that is part of Gatelog.
    Mapping,
}

impl Shape {
    /// Whether it is sealed before it is stored, and never shown again.
    pub fn is_secret(self) -> bool {
        matches!(self, Self::Secret | Self::SecretText | Self::Secrets)
    }

    /// What there is to choose from.
    pub fn choices(self) -> Vec<&'static str> {
        match self {
            Self::Choice(choices) => choices.to_vec(),
            Self::Mapping => ready::names().collect(),
            _ => Vec::new(),
        }
    }
}

impl Field {
    const fn required(name: &'static str, shape: Shape, example: &'static str) -> Self {
        Self { name, shape, is_required: true, example, only_with: None }
    }

    const fn optional(name: &'static str, shape: Shape, example: &'static str) -> Self {
        Self { is_required: false, ..Self::required(name, shape, example) }
    }

    const fn with(self, field: &'static str, choice: &'static str) -> Self {
        Self { only_with: Some((field, choice)), ..self }
    }
}

const FROM: Field = Field::optional("from", Shape::Time, "2026-01-01T00:00:00Z");
const INTERVAL: Field = Field::optional("interval_seconds", Shape::Number(1, 3_600), "15");
const CLIENT_SECRET: Field = Field::required("client_secret", Shape::Secret, "");
const TOKENS: Field = Field::required("tokens", Shape::Secrets, "");

const LOGTO_API: &[Field] = &[
    Field::required("endpoint", Shape::Address, "https://id.acme.example"),
    Field::required("client_id", Shape::Text, "m2m0a1b2c3"),
    CLIENT_SECRET,
    Field::optional("resource", Shape::Text, "https://default.logto.app/api"),
    Field::optional("webhooks", Shape::Flag(true), ""),
    FROM,
    INTERVAL,
];
const LOGTO_WEBHOOK: &[Field] = &[Field::required("signing_keys", Shape::Secrets, "")];
const AUTHGEAR_API: &[Field] = &[
    Field::required("endpoint", Shape::Address, "https://shop.authgear.cloud"),
    Field::required("app_id", Shape::Text, "shop"),
    Field::required("key_id", Shape::Text, "b7f0a3e2-5d11-4c55-9a7e-2f1f0c9d3b60"),
    Field::required("private_key", Shape::SecretText, ""),
    Field::optional("path", Shape::Text, "/_api/admin/graphql"),
    FROM,
    INTERVAL,
];
const AUTHGEAR_WEBHOOK: &[Field] = &[Field::required("secrets", Shape::Secrets, "")];
const AUTHGEAR_DATADOG: &[Field] = &[Field::required("api_keys", Shape::Secrets, "")];
const PLUSAUTH_API: &[Field] = &[
    Field::required("endpoint", Shape::Address, "https://acme.plusauth.com"),
    Field::required("client_id", Shape::Text, "m2m0a1b2c3"),
    CLIENT_SECRET,
    Field::optional("audience", Shape::Text, "https://acme.plusauth.com/api/"),
    Field::optional("scope", Shape::Text, "read:logs"),
    FROM,
    INTERVAL,
];
const TOKEN_WEBHOOK: &[Field] = &[TOKENS];
const MAPPED_WEBHOOK: &[Field] = &[
    Field::required("mapping", Shape::Mapping, ""),
    Field::required("credential.kind", Shape::Choice(&["token", "signature"]), ""),
    Field::required("credential.tokens", Shape::Secrets, "").with("credential.kind", "token"),
    Field::required("credential.signing_keys", Shape::Secrets, "")
        .with("credential.kind", "signature"),
    Field::required("credential.header", Shape::Text, "authorization"),
    Field::optional("credential.prefix", Shape::Text, "sha256=")
        .with("credential.kind", "signature"),
];

impl Kind {
    /// What is asked of whoever sets up a source of this kind in the console, in the order of a
    /// form; nothing where that is done in the configuration file only.
    pub fn fields(self) -> &'static [Field] {
        match self {
            Self::LogtoApi => LOGTO_API,
            Self::LogtoWebhook => LOGTO_WEBHOOK,
            Self::AuthgearApi => AUTHGEAR_API,
            Self::AuthgearWebhook => AUTHGEAR_WEBHOOK,
            Self::AuthgearDatadog => AUTHGEAR_DATADOG,
            Self::PlusauthApi => PLUSAUTH_API,
            Self::Auth0 | Self::Okta => TOKEN_WEBHOOK,
            Self::MappedWebhook => MAPPED_WEBHOOK,
            Self::LogtoDatabase | Self::AuthgearDatabase | Self::Syslog => &[],
        }
    }

    /// The field that a reason for refusing settings names between backticks, if it names one.
    pub fn field_in(self, reason: &str) -> Option<&'static str> {
        let words = reason.split('`').skip(1).step_by(2);
        let named = |word: &str| {
            let is_named = |field: &&Field| field.name.rsplit('.').next() == Some(word);
            self.fields().iter().find(is_named)
        };
        words.filter_map(named).map(|field| field.name).next()
    }
}
