//! `[smtp]`: the mail server by which alerts reach people.

use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::message::Mailbox;
use serde::Deserialize;

use super::ConfigError;

/// Sending one message takes no longer than so many seconds at most: others wait behind it.
const TIMEOUT_SECONDS_MAX: u64 = 60;

/// `[smtp]`
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(default, deny_unknown_fields)]
pub struct SmtpConfig {
    /// The mail server's name or address. None: alerts are not sent by e-mail.
    pub host: Option<String>,
    /// Its port. 587 with `starttls`, 465 with `tls`, 25 with `none`.
    pub port: Option<u16>,
    /// `starttls`, `tls` or `none`. `starttls`.
    pub security: Security,
    /// Whether mail and password may cross a network in clear text, with `security = "none"` and a
    /// server that is not on this machine. `false`.
    pub allow_clear_text: bool,
    /// A file in PEM with a certificate authority that counts beside the system's. None.
    pub ca_file: Option<PathBuf>,
    /// Who signs in there. None: nobody does.
    pub username: Option<String>,
    /// Their password, from the environment only. None.
    pub password: Option<Password>,
    /// A file with their password. None.
    pub password_file: Option<PathBuf>,
    /// Who messages are from: `alerts@acme.example` or `Gatelog <alerts@acme.example>`. None.
    pub from: Option<String>,
    /// How long sending one message may take. 20 seconds.
    pub timeout_seconds: u64,
}

/// How the connection to a mail server is protected.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// It begins in clear text and goes on in TLS, or ends.
    #[default]
    Starttls,
    /// It is TLS from the first byte.
    Tls,
    /// It is not.
    None,
}

/// A password that is shown nowhere.
#[derive(Clone, Deserialize, PartialEq, Eq)]
#[serde(transparent)]
pub struct Password(String);

impl fmt::Debug for Password {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Password")
    }
}

impl Default for SmtpConfig {
    fn default() -> Self {
        Self {
            host: None,
            port: None,
            security: Security::default(),
            allow_clear_text: false,
            ca_file: None,
            username: None,
            password: None,
            password_file: None,
            from: None,
            timeout_seconds: 20,
        }
    }
}

impl SmtpConfig {
    /// Checks what no single key shows.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let Some(host) = &self.host else {
            return match *self == Self::default() {
                true => Ok(()),
                false => {
                    refuse("host: it is missing; without a mail server the others say nothing")
                }
            };
        };
        if self.sender()?.is_none() {
            return refuse(
                "from: it is missing; say who messages are from, as in alerts@acme.example",
            );
        }
        let passwords =
            usize::from(self.password.is_some()) + usize::from(self.password_file.is_some());
        match (&self.username, passwords) {
            (Some(_), 1) | (None, 0) => {}
            (Some(_), 0) => {
                return refuse("username: it needs GATELOG_SMTP__PASSWORD or smtp.password_file");
            }
            (None, _) => return refuse("password: it needs smtp.username"),
            (Some(_), _) => return refuse("password_file: the password is given twice"),
        }
        if !(1..=TIMEOUT_SECONDS_MAX).contains(&self.timeout_seconds) {
            return refuse(&format!("timeout_seconds: it is 1 to {TIMEOUT_SECONDS_MAX}"));
        }
        if self.security == Security::None && !is_loopback(host) && !self.allow_clear_text {
            return refuse(&format!(
                "security: mail to {host} would cross the network in clear text; use \"starttls\" \
                 or \"tls\", or set smtp.allow_clear_text = true if that network is safe"
            ));
        }
        Ok(())
    }

    /// Checks that its files can be read.
    ///
    /// # Errors
    /// [`ConfigError::Read`], naming the file.
    pub fn check_files(&self) -> Result<(), ConfigError> {
        self.credentials()?;
        self.certificates().map(drop)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port.unwrap_or(match self.security {
            Security::Starttls => 587,
            Security::Tls => 465,
            Security::None => 25,
        })
    }

    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds)
    }

    /// Who messages are from.
    pub(crate) fn sender(&self) -> Result<Option<Mailbox>, ConfigError> {
        let read = |from: &String| {
            from.parse().map_err(|error| {
                let reason = format!("smtp.from: {from:?} is no e-mail address: {error}");
                ConfigError::Inconsistent(reason)
            })
        };
        self.from.as_ref().map(read).transpose()
    }

    /// Name and password. Reads the file with the password.
    pub(crate) fn credentials(&self) -> Result<Option<(String, String)>, ConfigError> {
        let Some(name) = &self.username else { return Ok(None) };
        let password = match (&self.password, &self.password_file) {
            (Some(Password(password)), _) => password.clone(),
            (None, Some(path)) => {
                let text = std::fs::read_to_string(path).map_err(unread(path))?;
                text.trim_end_matches(['\r', '\n']).to_owned()
            }
            (None, None) => return Ok(None),
        };
        Ok(Some((name.clone(), password)))
    }

    /// The certificate authority, in PEM. Reads its file.
    pub(crate) fn certificates(&self) -> Result<Option<Vec<u8>>, ConfigError> {
        self.ca_file.as_ref().map(|path| std::fs::read(path).map_err(unread(path))).transpose()
    }
}

fn unread(path: &Path) -> impl Fn(std::io::Error) -> ConfigError {
    move |source| ConfigError::Read { path: path.to_owned(), source }
}

fn refuse(reason: &str) -> Result<(), ConfigError> {
    Err(ConfigError::Inconsistent(format!("smtp.{reason}")))
}

fn is_loopback(host: &str) -> bool {
    let address: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    host.eq_ignore_ascii_case("localhost") || address.is_some_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVER: &str = "host = \"mail.acme.example\"\nfrom = \"Gatelog <alerts@acme.example>\"\n";

    fn check(text: &str) -> Result<(), String> {
        let config: SmtpConfig = toml::from_str(text).map_err(|error| error.to_string())?;
        config.check().map_err(|error| error.to_string())
    }

    #[test]
    fn a_mail_server_is_named_with_all_it_needs() {
        for right in [
            String::new(),
            SERVER.to_owned(),
            format!("{SERVER}username = \"u\"\npassword_file = \"p\"\nsecurity = \"tls\"\n"),
            format!("{SERVER}security = \"none\"\nallow_clear_text = true\n"),
            "host = \"::1\"\nfrom = \"a@b.example\"\nsecurity = \"none\"\n".to_owned(),
        ] {
            assert_eq!(check(&right), Ok(()), "{right}");
        }
        for (wrong, expected) in [
            ("from = \"a@b.example\"\n".to_owned(), "smtp.host: it is missing"),
            ("host = \"m\"\n".to_owned(), "smtp.from: it is missing"),
            (SERVER.replace("alerts@", "alerts at "), "is no e-mail address"),
            (format!("{SERVER}username = \"u\"\n"), "needs GATELOG_SMTP__PASSWORD"),
            (format!("{SERVER}password_file = \"p\"\n"), "it needs smtp.username"),
            (
                format!("{SERVER}username = \"u\"\npassword = \"p\"\npassword_file = \"p\"\n"),
                "given twice",
            ),
            (format!("{SERVER}timeout_seconds = 0\n"), "1 to 60"),
            (format!("{SERVER}security = \"none\"\n"), "clear text"),
            (format!("{SERVER}security = \"ssl\"\n"), "unknown variant `ssl`"),
        ] {
            let error = check(&wrong).expect_err(&wrong);
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn a_password_is_not_shown() {
        let config: SmtpConfig = toml::from_str("password = \"s3cret\"").expect("a password");
        assert!(!format!("{config:?}").contains("s3cret"));
    }
}
