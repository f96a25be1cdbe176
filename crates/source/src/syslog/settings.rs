//! What an operator says of a syslog source, and every bound.

use std::net::SocketAddr;
use std::num::{NonZeroU64, NonZeroUsize};
use std::ops::RangeInclusive;
use std::path::PathBuf;

use gatelog_event::limits::RECORD_BYTES_MAX;
use ipnet::IpNet;
use serde::Deserialize;

/// Longest frame, in bytes. Authgear's changes of a project are tens of KiB.
pub const FRAME_BYTES_MAX: usize = RECORD_BYTES_MAX;

/// What is put aside of a frame that is longer, in bytes: enough to see what it was.
pub const LONG_FRAME_KEPT_BYTES: usize = 64 << 10;

/// Digits of a frame's length. More are no length but the beginning of a line.
pub const LENGTH_DIGITS_MAX: usize = 8;

/// Frames that are kept together.
pub const BATCH_FRAMES_MAX: usize = 500;

/// Room for what is read at once, in bytes. A connection holds at most this and one frame.
pub const READ_BYTES: usize = 64 << 10;

/// How long a sender may take for a TLS handshake.
pub const HANDSHAKE_TIMEOUT_MS: u64 = 10_000;

/// How long nothing is accepted after that failed.
pub const ACCEPT_PAUSE_MS: u64 = 100;

/// How long after a failure what was read is kept again: first, and at most.
pub const KEEP_PAUSE_MS: RangeInclusive<u64> = 20..=5_000;

/// How long what was read is tried to be kept once the server stops.
pub const STOP_PATIENCE_MS: u64 = 10_000;

/// `kind = "syslog"`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SyslogSettings {
    /// Where to listen.
    pub listen: SocketAddr,
    /// What messages hold.
    pub content: Content,
    /// Certificates; without them, plain TCP.
    pub tls: Option<TlsSettings>,
    /// Networks that may send. Without any, only this machine, or whoever has a certificate of
    /// [`TlsSettings::client_ca_file`].
    #[serde(default)]
    pub clients: Vec<IpNet>,
    /// Connections at once; further senders wait to be accepted.
    #[serde(default = "connections_max")]
    pub connections_max: NonZeroUsize,
    /// A connection that says nothing for so long is closed.
    #[serde(default = "idle_timeout_seconds")]
    pub idle_timeout_seconds: NonZeroU64,
}

/// What messages hold.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// Events of Authgear as JSON: its audit log stream.
    Authgear,
    /// Events in native form, as JSON.
    Native,
    /// JSON that a mapping reads: the name of a ready one, or the path of a mapping file.
    Mapping(String),
    /// Text; each message is an event.
    Text,
}

/// How TLS is spoken.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsSettings {
    /// The server's certificate chain (PEM).
    pub certificate: PathBuf,
    /// Its private key (PEM).
    pub key: PathBuf,
    /// Certificates of those that sign clients' certificates (PEM). With it, a client needs one.
    pub client_ca_file: Option<PathBuf>,
}

const fn connections_max() -> NonZeroUsize {
    NonZeroUsize::MIN.saturating_add(255)
}

const fn idle_timeout_seconds() -> NonZeroU64 {
    NonZeroU64::MIN.saturating_add(599)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_as_documented() {
        let settings: SyslogSettings = toml::from_str(
            "listen = \"127.0.0.1:5140\"\ncontent = { mapping = \"keycloak\" }\n\
             clients = [\"10.0.0.0/8\"]\n[tls]\ncertificate = \"cert.pem\"\nkey = \"key.pem\"\n",
        )
        .expect("settings");
        assert_eq!(settings.content, Content::Mapping("keycloak".to_owned()));
        assert_eq!(settings.connections_max.get(), 256);
        assert_eq!(settings.idle_timeout_seconds.get(), 600);
        for wrong in [
            "listen = \"127.0.0.1:5140\"",
            "listen = \"127.0.0.1:5140\"\ncontent = \"json\"",
            "listen = \"5140\"\ncontent = \"text\"",
            "listen = \"127.0.0.1:5140\"\ncontent = \"text\"\nconnections_max = 0",
            "listen = \"127.0.0.1:5140\"\ncontent = \"text\"\nframing = \"newline\"",
        ] {
            assert!(toml::from_str::<SyslogSettings>(wrong).is_err(), "{wrong}");
        }
    }
}
