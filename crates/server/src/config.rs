//! Every key of `gatelog.toml`, its default and its environment name.
//!
//! A key `listen` in the section `[server]` can also be given as `GATELOG_SERVER__LISTEN`. What is
//! given on the command line wins over the environment, the environment over the file. A key that
//! does not exist is refused with its line, so that a typing error does not become a default.
//!
//! - [`console`]: how people get into the console.
//! - [`dialects`]: what it stands beside.
//! - [`mappings`]: mapping files for what is sent here.
//! - [`outgoing`]: what may be reached from here.
//! - [`record`]: the recording proxy.
//! - [`smtp`]: how mail leaves it.

mod console;
mod dialects;
mod mappings;
mod outgoing;
mod record;
mod smtp;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use gatelog_event::tenant::TenantName;
use gatelog_source::Definition;
use gatelog_source::kinds::Kind;
use ipnet::IpNet;
use serde::Deserialize;

pub use self::console::{AccessConfig, ConsoleConfig, OidcConfig, RoleConfig};
pub use self::dialects::{AuthgearConfig, AuthgearProject, LogtoConfig, LogtoIssuer};
pub use self::mappings::MappingConfig;
pub use self::outgoing::OutgoingConfig;
pub use self::record::{RecordConfig, TokenIssuer};
pub use self::smtp::{Password, Security, SmtpConfig};
use crate::log::{LogFormat, LogLevel};

/// The prefix of environment names.
const PREFIX: &str = "GATELOG_";

/// The whole configuration.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// `[server]`
    pub server: ServerConfig,
    /// `[log]`
    pub log: LogConfig,
    /// `[console]`
    pub console: ConsoleConfig,
    /// `[smtp]`
    pub smtp: SmtpConfig,
    /// `[outgoing]`
    pub outgoing: OutgoingConfig,
    /// `[logto]`
    pub logto: LogtoConfig,
    /// `[authgear]`
    pub authgear: AuthgearConfig,
    /// `[record]`
    pub record: RecordConfig,
    /// `[[sources]]`: systems whose events come by themselves. None.
    pub sources: Vec<Definition>,
    /// `[[mappings]]`
    pub mappings: Vec<MappingConfig>,
}

/// `[log]`: what is written to standard error.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default, deny_unknown_fields)]
pub struct LogConfig {
    /// `text` for people or `json` for programs. `text`.
    pub format: LogFormat,
    /// The least important lines: `error`, `warn`, `info` or `debug`. `info`.
    pub level: LogLevel,
}

/// `[server]`: where the data is, and how it is reached.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(default, deny_unknown_fields)]
pub struct ServerConfig {
    /// The data directory. `gatelog-data`.
    pub data: PathBuf,
    /// The address to listen on. `127.0.0.1:8620`.
    pub listen: SocketAddr,
    /// Certificate chain in PEM, the server's own first. None.
    pub tls_cert: Option<PathBuf>,
    /// The certificate's private key in PEM. None.
    pub tls_key: Option<PathBuf>,
    /// Networks of reverse proxies that end TLS in front of this server. None.
    pub behind_proxy: Vec<IpNet>,
    /// The address by which people reach the console, such as `https://logs.example`: for links in
    /// what alerts send. None.
    pub public_url: Option<String>,
    /// The file with the key that secrets of sources are sealed under, which `gatelog source key`
    /// makes. Not in the data directory. None, and needed by sources.
    pub secrets_key_file: Option<PathBuf>,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            data: PathBuf::from("gatelog-data"),
            listen: SocketAddr::from(([127, 0, 0, 1], 8620)),
            tls_cert: None,
            tls_key: None,
            behind_proxy: Vec::new(),
            public_url: None,
            secrets_key_file: None,
        }
    }
}

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not TOML, or has a key or value that does not exist.
    #[error("{}:{line}:{column}: {reason}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The character, from 1.
        column: usize,
        /// What is wrong.
        reason: String,
    },
    /// An environment name or value that does not exist.
    #[error("{name}: {reason}")]
    Environment {
        /// The name.
        name: String,
        /// What is wrong.
        reason: String,
    },
    /// A secret in a file that more people read than may know it.
    #[error("{}: smtp.password: a password does not belong there; give it as GATELOG_SMTP__PASSWORD, or in a file of its own that smtp.password_file names", path.display())]
    Secret {
        /// The file.
        path: PathBuf,
    },
    /// Keys that do not go together.
    #[error("{0}")]
    Inconsistent(String),
}

impl Config {
    /// Reads a file, if one is given, and the environment over it.
    ///
    /// # Errors
    /// [`ConfigError`], naming the line or the environment name.
    pub fn load(
        file: Option<&Path>,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut table = toml::Table::new();
        if let Some(path) = file {
            let source = |source| ConfigError::Read { path: path.to_owned(), source };
            let text = std::fs::read_to_string(path).map_err(source)?;
            // Read as the configuration first: errors then have their place in the file.
            let read: Self = toml::from_str(&text).map_err(|error| invalid(path, &text, &error))?;
            if read.smtp.password.is_some() {
                return Err(ConfigError::Secret { path: path.to_owned() });
            }
            table = text.parse().map_err(|error| invalid(path, &text, &error))?;
        }
        for (name, value) in environment {
            let Some((section, key)) = name.strip_prefix(PREFIX).and_then(|n| n.split_once("__"))
            else {
                continue;
            };
            let section_name = section.to_ascii_lowercase();
            let section = table.entry(section_name.clone());
            let section = section.or_insert_with(|| toml::Table::new().into());
            let Some(section) = section.as_table_mut() else { continue };
            let key = key.to_ascii_lowercase();
            section.insert(key.clone(), environment_value(&value));
            // Checked one by one, so that an error names the one that is wrong.
            let Err(error) = table.clone().try_into::<Self>() else { continue };
            // A directory called 2024 is no number.
            let text = toml::Value::String(value);
            if let Some(section) = table.get_mut(&section_name).and_then(toml::Value::as_table_mut)
            {
                section.insert(key, text);
            }
            if table.clone().try_into::<Self>().is_err() {
                let reason = error.message().to_owned();
                return Err(ConfigError::Environment { name, reason });
            }
        }
        table.try_into().map_err(|error| ConfigError::Inconsistent(error.to_string()))
    }

    /// The tenants that are named.
    pub(crate) fn tenants(&self) -> impl Iterator<Item = &TenantName> {
        let of_logto = self.logto.issuers.iter().map(|issuer| &issuer.tenant);
        let of_authgear = self.authgear.projects.iter().map(|project| &project.tenant);
        let of_sources = self.sources.iter().map(|source| &source.tenant);
        of_logto.chain(of_authgear).chain(self.console.tenants()).chain(of_sources)
    }

    /// Checks what no single key shows.
    ///
    /// # Errors
    /// [`ConfigError::Inconsistent`].
    pub fn check(&self) -> Result<(), ConfigError> {
        let ServerConfig { listen, tls_cert, tls_key, behind_proxy, public_url, .. } = &self.server;
        if let Some(url) = public_url
            && !url.starts_with("https://")
            && !url.starts_with("http://")
        {
            return Err(ConfigError::Inconsistent(format!(
                "server.public_url: {url:?} is no address; it begins with https:// or http://"
            )));
        }
        check_entrance(*listen, (tls_cert, tls_key), behind_proxy)?;
        self.console.check()?;
        self.smtp.check()?;
        self.logto.check()?;
        self.authgear.check()?;
        self.record.check()?;
        check_sources(&self.sources)
    }
}

/// Checks that sources are of a known kind and have names of their own; what is particular to its
/// kind a source says itself, when it is opened.
fn check_sources(sources: &[Definition]) -> Result<(), ConfigError> {
    for (number, source) in sources.iter().enumerate() {
        let name = &source.name;
        if sources.iter().take(number).any(|other| other.name == *name) {
            return Err(ConfigError::Inconsistent(format!("sources: {name:?} stands there twice")));
        }
        if Kind::from_name(&source.kind).is_none() {
            let known: Vec<_> = Kind::ALL.into_iter().map(Kind::name).collect();
            let (kind, known) = (&source.kind, known.join(", "));
            return Err(ConfigError::Inconsistent(format!(
                "sources: {name:?}: there is no kind {kind:?}; known: {known}"
            )));
        }
    }
    Ok(())
}

/// Checks that what crosses a network is encrypted here or by a proxy in front.
fn check_entrance(
    listen: SocketAddr,
    (tls_cert, tls_key): (&Option<PathBuf>, &Option<PathBuf>),
    behind_proxy: &[IpNet],
) -> Result<(), ConfigError> {
    if tls_cert.is_some() != tls_key.is_some() {
        let reason = "a TLS certificate and its key go together: give both or neither";
        return Err(ConfigError::Inconsistent(reason.to_owned()));
    }
    if !listen.ip().is_loopback() && tls_cert.is_none() && behind_proxy.is_empty() {
        return Err(ConfigError::Inconsistent(format!(
            "{listen} can be reached from other machines, and keys and sessions would cross \
             the network in clear text; give --tls-cert and --tls-key, or --behind-proxy with \
             the network of the proxy that ends TLS"
        )));
    }
    Ok(())
}

/// A value from the environment: as TOML would read it, else as text.
fn environment_value(text: &str) -> toml::Value {
    let document: Result<toml::Table, _> = format!("value = {text}").parse();
    let value = document.ok().and_then(|mut table| table.remove("value"));
    value.unwrap_or_else(|| toml::Value::String(text.to_owned()))
}

fn invalid(path: &Path, text: &str, error: &toml::de::Error) -> ConfigError {
    let offset = error.span().map_or(0, |span| span.start);
    let before = text.get(..offset).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let reason = error.message().to_owned();
    ConfigError::Invalid { path: path.to_owned(), line, column, reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str, environment: &[(&str, &str)]) -> Result<Config, String> {
        let directory = std::env::temp_dir().join(format!("gatelog-config-{}", std::process::id()));
        std::fs::create_dir_all(&directory).expect("a directory");
        let path = directory.join(format!("{:x}.toml", text.len() * 31 + environment.len()));
        std::fs::write(&path, text).expect("a file");
        let environment = environment.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        let loaded = Config::load(Some(&path), environment);
        loaded
            .map_err(|error| error.to_string().replace(&path.display().to_string(), "gatelog.toml"))
    }

    #[test]
    fn defaults_file_and_environment() {
        assert_eq!(load("", &[]), Ok(Config::default()));
        let config = load(
            "[server]\nlisten = \"127.0.0.1:1\"\ndata = \"a\"\n",
            &[("GATELOG_SERVER__LISTEN", "[::1]:2"), ("GATELOG_DATA", "x"), ("HOME", "/")],
        )
        .expect("a configuration");
        assert_eq!(config.server.listen.to_string(), "[::1]:2");
        assert_eq!(config.server.data, Path::new("a"));
        let config = load("", &[("GATELOG_SERVER__DATA", "2024")]).expect("a directory's name");
        assert_eq!(config.server.data, Path::new("2024"));
        let log =
            load("[log]\nformat = \"json\"\n", &[("GATELOG_LOG__LEVEL", "debug")]).map(|c| c.log);
        assert_eq!(log, Ok(LogConfig { format: LogFormat::Json, level: LogLevel::Debug }));
        let networks = load("", &[("GATELOG_SERVER__BEHIND_PROXY", "[\"10.0.0.0/8\"]")]);
        assert_eq!(networks.map(|config| config.server.behind_proxy.len()), Ok(1));
        let networks = load("[outgoing]\nnetworks = [\"10.0.0.0/8\"]\n", &[]);
        let reach = networks.map(|config| config.outgoing.reach());
        assert!(reach.is_ok_and(|reach| reach.allows([10, 1, 2, 3].into())));
        let smtp = load("", &[("GATELOG_SMTP__PASSWORD", "12345")]).map(|config| config.smtp);
        assert!(smtp.is_ok_and(|smtp| smtp.password.is_some()), "a password of digits");
    }

    #[test]
    fn errors_name_their_place() {
        for (text, environment, expected) in [
            (
                "[server]\nlisten = \"127.0.0.1:1\"\nlissten = 1\n",
                vec![],
                "gatelog.toml:3:1: unknown field `lissten`",
            ),
            ("[sever]\n", vec![], "gatelog.toml:1:2: unknown field `sever`"),
            ("[outgoing]\nnetworks = [\"10\"]\n", vec![], "gatelog.toml:2:13: invalid IP"),
            ("[log]\nlevel = \"loud\"\n", vec![], "gatelog.toml:2:9: unknown variant `loud`"),
            ("[server]\nlisten = 5\n", vec![], "gatelog.toml:2:10: invalid type: integer `5`"),
            ("[server\n", vec![], "gatelog.toml:1:"),
            (
                "[[logto.issuers]]\ntenant = \"acme\"\n",
                vec![],
                "gatelog.toml:1:1: missing field `issuer`",
            ),
            (
                "[[logto.issuers]]\nissuer = \"https://id.example/oidc\"\nalgorithm = \"none\"\n",
                vec![],
                "gatelog.toml:3:13: unknown algorithm `none` (known: RS256",
            ),
            (
                "[smtp]\npassword = \"s3cret\"\n",
                vec![],
                "gatelog.toml: smtp.password: a password does not belong there",
            ),
            (
                "",
                vec![("GATELOG_SERVER__LISTN", "x")],
                "GATELOG_SERVER__LISTN: unknown field `listn`",
            ),
            (
                "",
                vec![("GATELOG_SERVER__LISTEN", "here")],
                "GATELOG_SERVER__LISTEN: invalid socket address",
            ),
        ] {
            let error = load(text, &environment).expect_err(text);
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn an_issuer_belongs_to_one_tenant_and_an_origin_has_no_path() {
        let issuer = "[[logto.issuers]]\nissuer = \"https://id.example/oidc\"\n";
        let one = load(issuer, &[]).expect("a configuration");
        assert!(one.check().is_ok());
        assert_eq!(one.logto.issuers[0].algorithm.name(), "ES384");
        for (text, expected) in [
            (format!("{issuer}{issuer}tenant = \"acme\"\n"), "stands there twice"),
            (issuer.replace("https://", ""), "is no address"),
            (format!("{issuer}jwks_url = \"/etc/keys\"\n"), "is no address"),
            ("[logto]\nconsole_origins = [\"https://a.example/\"]\n".to_owned(), "is no origin"),
            ("[logto]\nconsole_origins = [\"a.example\"]\n".to_owned(), "is no origin"),
            ("[[authgear.projects]]\napp_id = \"shop\"\n".repeat(2), "\"shop\" stands there twice"),
        ] {
            let config = load(&text, &[]).expect("every key by itself is right");
            let error = config.check().expect_err(&text).to_string();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn a_public_address_says_how_it_is_spoken_to() {
        let mut config = Config::default();
        for (url, is_right) in [("https://logs.example", true), ("logs.example", false)] {
            config.server.public_url = Some(url.to_owned());
            assert_eq!(config.check().is_ok(), is_right, "{url}");
        }
    }

    #[test]
    fn other_machines_need_tls() {
        let mut config = Config::default();
        config.server.listen = "0.0.0.0:8620".parse().expect("an address");
        assert!(config.check().is_err());
        config.server.behind_proxy = vec!["10.0.0.0/8".parse().expect("a network")];
        assert!(config.check().is_ok());
        config.server.tls_cert = Some("cert.pem".into());
        assert!(config.check().is_err(), "a certificate without its key");
    }
}
