//! Which table of which server, and how to get there.

use std::net::IpAddr;
use std::path::PathBuf;

use gatelog_capture::table::Table;
use gatelog_event::source::Format;
use serde::Deserialize;

use crate::secret::SecretRef;

const PORT: u16 = 5432;
const OVERLAP_SECONDS: u32 = 60;
const OVERLAP_SECONDS_MAX: u32 = 86_400;

/// A product whose log is a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Product {
    /// Logto, whose table is `logs`.
    Logto,
    /// Authgear, whose table is `_audit_log`.
    Authgear,
}

/// Settings of a source that is a table of PostgreSQL.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Name or address of the server, or the directory of its socket.
    pub host: String,
    /// Its port, which is part of the socket's name too.
    #[serde(default = "port")]
    pub port: u16,
    /// The database.
    pub database: String,
    /// The role that reads.
    pub user: String,
    /// Where its password is, if it needs one.
    pub password: Option<SecretRef>,
    /// Whether the connection is encrypted; see [`Settings::tls_mode`].
    pub tls: Option<TlsMode>,
    /// Certificate authorities in PEM that count instead of the system's.
    pub ca_file: Option<PathBuf>,
    /// The schema of the table.
    #[serde(default = "schema")]
    pub schema: String,
    /// The one Logto tenant to read, else all.
    pub tenant_id: Option<String>,
    /// The one Authgear project to read, else all.
    pub app_id: Option<String>,
    /// How long a transaction that writes to the log may take: rows this old are looked for again.
    #[serde(default = "overlap_seconds")]
    pub overlap_seconds: u32,
}

/// Whether a connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TlsMode {
    /// In clear text.
    Disable,
    /// Encrypted, whoever the other side is.
    Require,
    /// Encrypted, and the certificate is of `host`.
    VerifyFull,
}

/// Settings that do not go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// `tenant_id` is Logto's.
    #[error("`tenant_id` is for Logto; a project of Authgear is chosen by `app_id`")]
    TenantOfAuthgear,
    /// `app_id` is Authgear's.
    #[error("`app_id` is for Authgear; a tenant of Logto is chosen by `tenant_id`")]
    AppOfLogto,
    /// Certificates that nobody would look at.
    #[error("`ca_file` counts with `tls = \"verify-full\"` only")]
    UnusedCaFile,
    /// A socket is not encrypted.
    #[error("`host` is the directory of a socket, which knows no TLS; leave out `tls`")]
    TlsOfSocket,
    /// Nobody waits that short or long.
    #[error("`overlap_seconds` is 1 to {OVERLAP_SECONDS_MAX}")]
    Overlap,
}

impl Product {
    /// Its table.
    pub fn table(self) -> Table {
        match self {
            Self::Logto => Table::LogtoLogs,
            Self::Authgear => Table::AuthgearAuditLog,
        }
    }

    /// How its records are written.
    pub fn format(self) -> Format {
        match self {
            Self::Logto => Format::Logto,
            Self::Authgear => Format::Authgear,
        }
    }

    /// The table's name.
    pub(super) fn table_name(self) -> &'static str {
        match self {
            Self::Logto => "logs",
            Self::Authgear => "_audit_log",
        }
    }

    /// The column that says whose row it is.
    pub(super) fn owner_column(self) -> &'static str {
        match self {
            Self::Logto => "tenant_id",
            Self::Authgear => "app_id",
        }
    }

    /// The type of `created_at`; without a time zone it is UTC.
    pub(super) fn time_type(self) -> &'static str {
        match self {
            Self::Logto => "timestamptz",
            Self::Authgear => "timestamp",
        }
    }
}

impl Settings {
    /// Whether the settings go together for the log of a product.
    ///
    /// # Errors
    /// When they do not.
    pub fn check(&self, product: Product) -> Result<(), SettingsError> {
        if product == Product::Authgear && self.tenant_id.is_some() {
            return Err(SettingsError::TenantOfAuthgear);
        }
        if product == Product::Logto && self.app_id.is_some() {
            return Err(SettingsError::AppOfLogto);
        }
        if self.is_socket() && self.tls_mode() != TlsMode::Disable {
            return Err(SettingsError::TlsOfSocket);
        }
        if self.ca_file.is_some() && self.tls_mode() != TlsMode::VerifyFull {
            return Err(SettingsError::UnusedCaFile);
        }
        if !(1..=OVERLAP_SECONDS_MAX).contains(&self.overlap_seconds) {
            return Err(SettingsError::Overlap);
        }
        Ok(())
    }

    /// Whether the connection is encrypted: as set, else with a checked certificate wherever it
    /// leaves this machine.
    pub fn tls_mode(&self) -> TlsMode {
        let is_address_of_here = || self.host.parse().is_ok_and(|host: IpAddr| host.is_loopback());
        let is_here = || self.is_socket() || self.host == "localhost" || is_address_of_here();
        let usual = || match self.ca_file.is_none() && is_here() {
            true => TlsMode::Disable,
            false => TlsMode::VerifyFull,
        };
        self.tls.unwrap_or_else(usual)
    }

    /// Whether `host` is the directory of a socket.
    pub(super) fn is_socket(&self) -> bool {
        self.host.starts_with('/')
    }

    /// The one tenant or project to read.
    pub(super) fn owner(&self) -> Option<&str> {
        self.tenant_id.as_deref().or(self.app_id.as_deref())
    }
}

fn port() -> u16 {
    PORT
}

fn schema() -> String {
    "public".to_owned()
}

fn overlap_seconds() -> u32 {
    OVERLAP_SECONDS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str) -> Settings {
        let start = "database = \"logto\"\nuser = \"gatelog\"\n";
        toml::from_str(&format!("{start}{text}")).expect(text)
    }

    #[test]
    fn what_leaves_this_machine_is_encrypted_unless_it_is_said_otherwise() {
        for (host, mode) in [
            ("/var/run/postgresql", TlsMode::Disable),
            ("localhost", TlsMode::Disable),
            ("127.0.0.9", TlsMode::Disable),
            ("::1", TlsMode::Disable),
            ("10.0.0.3", TlsMode::VerifyFull),
            ("localhost.example", TlsMode::VerifyFull),
            ("db", TlsMode::VerifyFull),
        ] {
            assert_eq!(settings(&format!("host = {host:?}")).tls_mode(), mode, "{host}");
        }
        let forced = settings("host = \"db\"\ntls = \"disable\"");
        assert_eq!(forced.tls_mode(), TlsMode::Disable);
        let own_authority = settings("host = \"localhost\"\nca_file = \"/ca.pem\"");
        assert_eq!(own_authority.tls_mode(), TlsMode::VerifyFull);
    }

    #[test]
    fn what_does_not_go_together_is_refused() {
        use Product::{Authgear, Logto};
        for (product, text, expected) in [
            (Logto, "tenant_id = \"default\"", Ok(())),
            (Authgear, "app_id = \"shop\"", Ok(())),
            (Authgear, "tenant_id = \"default\"", Err(SettingsError::TenantOfAuthgear)),
            (Logto, "app_id = \"shop\"", Err(SettingsError::AppOfLogto)),
            (Logto, "tls = \"require\"\nca_file = \"a\"", Err(SettingsError::UnusedCaFile)),
            (Logto, "overlap_seconds = 0", Err(SettingsError::Overlap)),
            (Logto, "overlap_seconds = 86401", Err(SettingsError::Overlap)),
        ] {
            let settings = settings(&format!("host = \"db\"\n{text}"));
            assert_eq!(settings.check(product), expected, "{product:?} {text}");
        }
        let socket = settings("host = \"/run\"\ntls = \"require\"");
        assert_eq!(socket.check(Logto), Err(SettingsError::TlsOfSocket));
    }

    #[test]
    fn a_password_in_clear_text_and_a_misspelt_key_are_refused() {
        let start = "host = \"db\"\ndatabase = \"logto\"\nuser = \"gatelog\"\n";
        for text in ["password = \"hunter2\"", "tenant = \"default\"", "tls = \"prefer\""] {
            assert!(toml::from_str::<Settings>(&format!("{start}{text}")).is_err(), "{text}");
        }
        let password = settings("host = \"db\"\npassword = \"file:/run/secrets/logto\"").password;
        assert_eq!(password, Some(SecretRef::File("/run/secrets/logto".into())));
    }
}
