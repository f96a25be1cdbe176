//! What can be set up: every kind of source by its name, and what runs of its settings.
//!
//! - [`fields`]: what is asked of whoever sets one up in the console.
//! - [`typed`]: settings out of what was typed there.

use std::io;
use std::path::Path;
use std::sync::Arc;

use gatelog_capture::mapping_file::{MappingFile, ready};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tokio::net::TcpListener;

use crate::authgear_api::AuthgearApiSettings;
use crate::datadog::{AuthgearDatadog, AuthgearDatadogSettings};
use crate::definition::{Definition, Origin};
use crate::feed::{Feed, Trouble};
use crate::http::{HttpSettings, Reach};
use crate::logto_api::LogtoApiSettings;
use crate::plusauth_api::PlusauthApiSettings;
use crate::postgres::{PostgresFeed, Product, Settings as PostgresSettings};
use crate::seal::{Purpose, SealKey};
use crate::secret::{Secret, SecretRef};
use crate::sources::{Listen, Open, Opened};
use crate::syslog::reading::Reading;
use crate::syslog::settings::SyslogSettings;
use crate::syslog::{self, tls};
use crate::webhook::Receive;
use crate::webhook::authgear::{AuthgearWebhook, AuthgearWebhookSettings};
use crate::webhook::credential::{Credential, HeaderToken};
use crate::webhook::logto::{LogtoWebhook, LogtoWebhookSettings};
use crate::webhook::mapped::{MappedWebhook, MappedWebhookSettings, TokenWebhookSettings};

pub mod fields;
pub mod typed;

/// A kind of source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Logto's table `logs`, which is followed.
    LogtoDatabase,
    /// Logto's Management API, which is asked.
    LogtoApi,
    /// Logto's webhooks.
    LogtoWebhook,
    /// Authgear's table `_audit_log`, which is followed.
    AuthgearDatabase,
    /// Authgear's Admin API, which is asked.
    AuthgearApi,
    /// Authgear's webhooks.
    AuthgearWebhook,
    /// Authgear's stream in the form of Datadog's intake.
    AuthgearDatadog,
    /// PlusAuth's API, which is asked.
    PlusauthApi,
    /// Auth0's log stream.
    Auth0,
    /// Okta's event hooks.
    Okta,
    /// Any JSON that a mapping reads.
    MappedWebhook,
    /// Syslog over TCP and TLS.
    Syslog,
}

impl Kind {
    /// All kinds, in the order in which people look for them.
    pub const ALL: [Self; 12] = [
        Self::LogtoDatabase,
        Self::LogtoApi,
        Self::LogtoWebhook,
        Self::AuthgearDatabase,
        Self::AuthgearApi,
        Self::AuthgearWebhook,
        Self::AuthgearDatadog,
        Self::PlusauthApi,
        Self::Auth0,
        Self::Okta,
        Self::MappedWebhook,
        Self::Syslog,
    ];

    /// The word in settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::LogtoDatabase => "logto-database",
            Self::LogtoApi => "logto-api",
            Self::LogtoWebhook => "logto-webhook",
            Self::AuthgearDatabase => "authgear-database",
            Self::AuthgearApi => "authgear-api",
            Self::AuthgearWebhook => "authgear-webhook",
            Self::AuthgearDatadog => "authgear-datadog",
            Self::PlusauthApi => "plusauth-api",
            Self::Auth0 => "auth0",
            Self::Okta => "okta",
            Self::MappedWebhook => "mapped-webhook",
            Self::Syslog => "syslog",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether an administrator of a tenant may set it up in the console. Databases stand in
    /// private networks and listeners open ports: both are for whoever runs this server.
    pub fn is_for_console(self) -> bool {
        !matches!(self, Self::LogtoDatabase | Self::AuthgearDatabase | Self::Syslog)
    }

    /// The path at which a source of this name takes requests, if this kind takes any.
    pub fn path_of(self, name: &str) -> Option<String> {
        match self {
            Self::LogtoWebhook
            | Self::AuthgearWebhook
            | Self::Auth0
            | Self::Okta
            | Self::MappedWebhook => Some(format!("/v1/sources/{name}/webhook")),
            Self::AuthgearDatadog => Some(format!("/v1/sources/{name}/api/v2/logs")),
            Self::LogtoDatabase
            | Self::LogtoApi
            | Self::AuthgearDatabase
            | Self::AuthgearApi
            | Self::PlusauthApi
            | Self::Syslog => None,
        }
    }
}

/// Opens sources of every kind.
#[derive(Debug)]
pub struct Kinds {
    /// Addresses that sources of the console may reach.
    pub reach: Reach,
    /// Reads what the configuration file names.
    pub read_file: ReadFile,
}

/// Reads a whole file.
pub type ReadFile = fn(&Path) -> io::Result<Vec<u8>>;

impl Open for Kinds {
    fn open(&self, definition: &Definition, key: &SealKey) -> Result<Opened, String> {
        let kind = Kind::from_name(&definition.kind).ok_or_else(|| {
            let known: Vec<_> = Kind::ALL.into_iter().map(Kind::name).collect();
            format!("there is no kind `{}`; known: {}", definition.kind, known.join(", "))
        })?;
        if definition.origin == Origin::Console && !kind.is_for_console() {
            return Err(format!("`{}` is set up in the configuration file only", kind.name()));
        }
        Opening { definition, key, reach: &self.reach, read_file: self.read_file }.open(kind)
    }
}

/// The settings of a source that is a database, and its password. Without a key, only what is not
/// sealed can be read.
///
/// # Errors
/// What is wrong, for whoever set it up.
pub fn database(
    definition: &Definition,
    key: Option<&SealKey>,
    read_file: ReadFile,
) -> Result<(PostgresSettings, Option<Secret>), String> {
    let settings: PostgresSettings = settings(definition)?;
    let password = settings.password.as_ref();
    let password = password.map(|password| secret(definition, key, read_file, password));
    let password = password.transpose()?;
    Ok((settings, password))
}

/// One source that is being opened.
#[derive(Clone, Copy)]
struct Opening<'o> {
    definition: &'o Definition,
    key: &'o SealKey,
    reach: &'o Reach,
    read_file: ReadFile,
}

impl Opening<'_> {
    fn open(self, kind: Kind) -> Result<Opened, String> {
        match kind {
            Kind::LogtoDatabase => self.database(Product::Logto),
            Kind::AuthgearDatabase => self.database(Product::Authgear),
            Kind::LogtoApi => self.logto_api(),
            Kind::AuthgearApi => self.authgear_api(),
            Kind::PlusauthApi => self.plusauth_api(),
            Kind::LogtoWebhook => {
                let LogtoWebhookSettings { signing_keys } = self.settings()?;
                receiver(LogtoWebhook::new(self.secrets(&signing_keys)?))
            }
            Kind::AuthgearWebhook => {
                let AuthgearWebhookSettings { secrets } = self.settings()?;
                receiver(AuthgearWebhook::new(self.secrets(&secrets)?))
            }
            Kind::AuthgearDatadog => {
                let AuthgearDatadogSettings { api_keys } = self.settings()?;
                receiver(AuthgearDatadog::new(self.secrets(&api_keys)?))
            }
            Kind::Auth0 => self.token_webhook("auth0", MappedWebhook::new),
            Kind::Okta => self.token_webhook("okta", MappedWebhook::okta),
            Kind::MappedWebhook => self.mapped_webhook(),
            Kind::Syslog => self.syslog(),
        }
    }

    fn database(self, product: Product) -> Result<Opened, String> {
        let (settings, password) = database(self.definition, Some(self.key), self.read_file)?;
        feed(move || PostgresFeed::new(product, settings.clone(), password.clone()).map_err(text))
    }

    fn logto_api(self) -> Result<Opened, String> {
        let settings: LogtoApiSettings = self.settings()?;
        let (secret, http) = (self.secret(&settings.client_secret)?, self.http()?);
        feed(move || settings.connect(&secret, &http).map_err(text))
    }

    fn authgear_api(self) -> Result<Opened, String> {
        let settings: AuthgearApiSettings = self.settings()?;
        let (key, http) = (self.whole_secret(&settings.private_key)?, self.http()?);
        feed(move || settings.connect(&key, &http).map_err(text))
    }

    fn plusauth_api(self) -> Result<Opened, String> {
        let settings: PlusauthApiSettings = self.settings()?;
        let (secret, http) = (self.secret(&settings.client_secret)?, self.http()?);
        feed(move || settings.connect(&secret, &http).map_err(text))
    }

    fn token_webhook(
        self,
        mapping: &str,
        webhook: fn(MappingFile, Credential) -> MappedWebhook,
    ) -> Result<Opened, String> {
        let TokenWebhookSettings { tokens } = self.settings()?;
        let tokens = HeaderToken::authorization(self.secrets(&tokens)?).map_err(text)?;
        let webhook = webhook(self.mapping(mapping)?, Credential::HeaderToken(tokens));
        Ok(Opened::Receiver(Arc::new(webhook)))
    }

    fn mapped_webhook(self) -> Result<Opened, String> {
        let MappedWebhookSettings { mapping, credential } = self.settings()?;
        let secrets = self.secrets(credential.secrets())?;
        let credential = Credential::new(&credential, secrets).map_err(text)?;
        let webhook = MappedWebhook::new(self.mapping(&mapping)?, credential);
        Ok(Opened::Receiver(Arc::new(webhook)))
    }

    fn syslog(self) -> Result<Opened, String> {
        let settings: SyslogSettings = self.settings()?;
        let reading = Reading::new(&settings.content, |name| self.mapping(name))?;
        let reading = Arc::new(reading);
        let acceptor = settings.tls.as_ref().map(tls::acceptor).transpose().map_err(text)?;
        let again = Arc::clone(&reading);
        let listen: Listen = Box::new(move |keep, stopped| {
            Box::pin(async move {
                let address = settings.listen;
                let listener = TcpListener::bind(address).await;
                let listener =
                    listener.map_err(|error| format!("cannot listen on {address}: {error}"))?;
                syslog::serve(settings, reading, listener, acceptor, keep, stopped).await;
                Ok(())
            })
        });
        Ok(Opened::Listener { listen, read_again: Arc::new(move |frame| again.read_again(frame)) })
    }

    /// What is particular to the kind.
    fn settings<T: DeserializeOwned>(self) -> Result<T, String> {
        settings(self.definition)
    }

    /// How an API is reached: what the configuration file names, anywhere.
    fn http(self) -> Result<HttpSettings, String> {
        let Definition { settings, origin, .. } = self.definition;
        let authorities = match (settings.get("ca_file"), origin) {
            (None, _) => None,
            (Some(Value::String(path)), Origin::File) => {
                let read = (self.read_file)(Path::new(path));
                Some(read.map_err(|error| format!("{path}: {error}"))?)
            }
            (Some(_), Origin::File) => return Err("`ca_file` has to name a file".to_owned()),
            (Some(_), Origin::Console) => {
                return Err("`ca_file` is a file of the server: it is for its configuration".into());
            }
        };
        let reach = match origin {
            Origin::File => Reach::Anywhere,
            Origin::Console => self.reach.clone(),
        };
        Ok(HttpSettings { authorities, ..HttpSettings::new(reach) })
    }

    fn mapping(self, name: &str) -> Result<MappingFile, String> {
        if let Some(mapping) = ready::file(name) {
            return Ok(mapping);
        }
        if self.definition.origin == Origin::Console {
            let names: Vec<_> = ready::names().collect();
            return Err(format!("there is no mapping {name:?}; known: {}", names.join(", ")));
        }
        let text = (self.read_file)(Path::new(name))
            .map_err(|error| format!("the mapping {name}: {error}"))?;
        let text = str::from_utf8(&text).map_err(|_| format!("the mapping {name} is not text"))?;
        MappingFile::parse(text).map_err(|error| format!("the mapping {name}: {error}"))
    }

    fn secrets(self, secrets: &[SecretRef]) -> Result<Vec<Secret>, String> {
        secrets.iter().map(|secret| self.secret(secret)).collect()
    }

    fn secret(self, reference: &SecretRef) -> Result<Secret, String> {
        secret(self.definition, Some(self.key), self.read_file, reference)
    }

    fn whole_secret(self, reference: &SecretRef) -> Result<Secret, String> {
        whole_secret(self.definition, Some(self.key), self.read_file, reference)
    }
}

fn settings<T: DeserializeOwned>(definition: &Definition) -> Result<T, String> {
    let settings: Map<String, Value> = definition.settings.clone();
    T::deserialize(Value::Object(settings)).map_err(text)
}

/// A secret of one line.
fn secret(
    definition: &Definition,
    key: Option<&SealKey>,
    read_file: ReadFile,
    reference: &SecretRef,
) -> Result<Secret, String> {
    let whole = whole_secret(definition, key, read_file, reference)?;
    Ok(Secret::new(whole.expose().lines().next().unwrap_or_default()))
}

/// A secret that may have several lines, such as a private key.
fn whole_secret(
    definition: &Definition,
    key: Option<&SealKey>,
    read_file: ReadFile,
    reference: &SecretRef,
) -> Result<Secret, String> {
    let bytes = match (reference, key) {
        (SecretRef::File(path), _) if definition.origin == Origin::File => {
            read_file(path).map_err(|error| format!("{}: {error}", path.display()))?
        }
        (SecretRef::File(_), _) => return Err("a secret must not name a file here".to_owned()),
        (SecretRef::Sealed(_), None) => {
            return Err("a sealed secret needs server.secrets_key_file".to_owned());
        }
        (SecretRef::Sealed(sealed), Some(key)) => {
            let opened = key.open(Purpose::Secret { source: &definition.name }, sealed);
            opened.map_err(|error| format!("a secret cannot be opened: {error}"))?
        }
    };
    String::from_utf8(bytes).map(Secret::new).map_err(|_| "a secret is not text".to_owned())
}

fn receiver<R: Receive + 'static, E: std::fmt::Display>(
    receiver: Result<R, E>,
) -> Result<Opened, String> {
    let receiver = receiver.map_err(|error| error.to_string())?;
    Ok(Opened::Receiver(Arc::new(receiver)))
}

/// A feed that can be made again. It is made once at first, so that what is wrong shows now.
fn feed<F: Feed + 'static>(
    make: impl Fn() -> Result<F, String> + Send + Sync + 'static,
) -> Result<Opened, String> {
    make()?;
    Ok(Opened::Feed(Box::new(move || match make() {
        Ok(feed) => Ok(Box::new(feed)),
        Err(reason) => Err(Trouble::new(reason)),
    })))
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
