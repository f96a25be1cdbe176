//! Syslog over TCP and TLS (RFC 5424, RFC 6587, RFC 5425): Authgear's stream of its audit log, and
//! messages of any other system.
//!
//! This module answers "what did those who are connected send, and is it kept?". It is not for
//! UDP, which loses messages unseen, nor for the older form of messages (RFC 3164), which has no
//! year and no structure.
//!
//! **What was read is kept, however long that takes**: nothing more is read from a connection
//! until then, so a sender is slowed down by TCP and not by a queue here. TCP has no
//! acknowledgement that a sender sees: what is on its way when a sender or this server dies is
//! lost, unless the sender has it still. A source that can be asked (`feed`) fills such gaps.
//!
//! Modules in reading order:
//!
//! - [`settings`]: what an operator says, and every bound.
//! - [`frame`]: bytes to frames.
//! - [`message`]: a frame to the parts of a message, or the place where it is broken.
//! - [`reading`]: messages to records.
//! - [`tls`]: the certificates of a listener and of its senders.
//! - `connection`: one sender, from its first byte to its last.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use self::connection::Connection;
use self::reading::Reading;
use self::settings::{ACCEPT_PAUSE_MS, HANDSHAKE_TIMEOUT_MS, SyslogSettings};
use crate::delivery::Keep;

pub mod frame;
pub mod message;
pub mod reading;
pub mod settings;
pub mod tls;

mod connection;

/// Takes what is sent to `listener` until `stop` becomes true, or its sender is gone. Then keeps
/// what was read, and returns. With `tls`, nothing else is spoken.
pub async fn serve(
    settings: SyslogSettings,
    reading: Arc<Reading>,
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    keep: Arc<dyn Keep>,
    stop: watch::Receiver<bool>,
) {
    let mut connections = JoinSet::new();
    let mut stopping = std::pin::pin!(stops(stop.clone()));
    loop {
        let has_room = connections.len() < settings.connections_max.get();
        tokio::select! {
            biased;
            () = &mut stopping => break,
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            accepted = listener.accept(), if has_room => {
                let Some((stream, peer)) = admitted(&settings, accepted).await else { continue };
                let connection = Connection {
                    peer,
                    reading: Arc::clone(&reading),
                    keep: Arc::clone(&keep),
                    idle_timeout: Duration::from_secs(settings.idle_timeout_seconds.get()),
                    stop: stop.clone(),
                };
                connections.spawn(greet(connection, stream, tls.clone()));
            }
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// Ends when somebody says stop, or nobody is there any more to say it.
async fn stops(mut stop: watch::Receiver<bool>) {
    _ = stop.wait_for(|stops| *stops).await;
}

/// A connection from somebody who may send here.
async fn admitted(
    settings: &SyslogSettings,
    accepted: io::Result<(TcpStream, SocketAddr)>,
) -> Option<(TcpStream, SocketAddr)> {
    match accepted {
        Ok((stream, peer)) if may_send(settings, peer.ip()) => Some((stream, peer)),
        Ok((_, peer)) => {
            tracing::warn!(%peer, "a syslog sender is not among the `clients` of its source");
            None
        }
        Err(error) => {
            // Such as too many open files: it would fail again at once.
            tracing::warn!(%error, "a syslog connection cannot be accepted");
            tokio::time::sleep(Duration::from_millis(ACCEPT_PAUSE_MS)).await;
            None
        }
    }
}

/// Plain TCP does not say who sends: without certificates of clients, and without `clients`, only
/// this machine may.
fn may_send(settings: &SyslogSettings, address: IpAddr) -> bool {
    let address = address.to_canonical();
    let has_certificate = settings.tls.as_ref().is_some_and(|tls| tls.client_ca_file.is_some());
    match settings.clients.as_slice() {
        [] => has_certificate || address.is_loopback(),
        clients => clients.iter().any(|network| network.contains(&address)),
    }
}

async fn greet(connection: Connection, stream: TcpStream, tls: Option<TlsAcceptor>) {
    let Some(tls) = tls else { return connection.run(stream).await };
    let accepting = timeout(Duration::from_millis(HANDSHAKE_TIMEOUT_MS), tls.accept(stream));
    let accepted = tokio::select! {
        () = stops(connection.stop.clone()) => return,
        accepted = accepting => accepted,
    };
    let peer = connection.peer;
    match accepted {
        Ok(Ok(stream)) => connection.run(stream).await,
        Ok(Err(error)) => tracing::warn!(%peer, %error, "TLS with a syslog sender failed"),
        Err(_) => tracing::warn!(%peer, "a syslog sender began TLS and did not go on"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_may_send_unless_the_settings_say_who_else() {
        let may = |settings: &str, address: &str| {
            let settings = format!("listen = \"127.0.0.1:0\"\ncontent = \"text\"\n{settings}");
            let settings: SyslogSettings = toml::from_str(&settings).expect("settings");
            may_send(&settings, address.parse().expect("an address"))
        };
        let tls = "tls = { certificate = \"a\", key = \"b\" }";
        let both = "tls = { certificate = \"a\", key = \"b\", client_ca_file = \"c\" }";
        let clients = "clients = [\"10.0.0.0/8\"]";
        for (settings, loopback, mapped, other) in [
            ("", true, false, false),
            (tls, true, false, false),
            (both, true, true, true),
            (clients, false, true, false),
            (&format!("{both}\n{clients}"), false, true, false),
        ] {
            assert_eq!(may(settings, "127.0.0.1"), loopback, "{settings}");
            assert_eq!(may(settings, "::ffff:10.1.2.3"), mapped, "{settings}");
            assert_eq!(may(settings, "203.0.113.9"), other, "{settings}");
        }
    }
}
