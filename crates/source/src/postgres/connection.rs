//! A connection to the server, with what every one of ours has set.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::config::SslMode;
use tokio_postgres::tls::NoTls;
use tokio_postgres::{Client, Config};

use crate::feed::Trouble;
use crate::secret::Secret;

use super::settings::{Product, Settings, TlsMode};
use super::tls::Connector;
use super::trouble;

/// How long it may take to reach the server and to be let in.
const CONNECT_SECONDS_MAX: Duration = Duration::from_secs(15);

/// An idle connection is tried after so long.
const KEEPALIVE_SECONDS: Duration = Duration::from_secs(30);

/// A connection without an answer of the other side's network for so long is dead.
const SILENT_SECONDS_MAX: Duration = Duration::from_secs(60);

/// How long one statement may take, its rows included.
const STATEMENT_SECONDS_MAX: u32 = 120;

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// The server refuses any change.
    Read,
    /// Rows are deleted.
    Delete,
}

/// An open connection, which closes when it is dropped, whatever the server is sending.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) client: Client,
    driver: JoinHandle<()>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl Connection {
    /// Connects, for a product's table.
    pub(super) async fn open(
        product: Product,
        settings: &Settings,
        password: Option<&Secret>,
        access: Access,
    ) -> Result<Self, Trouble> {
        let opening = Self::open_slowly(product, settings, password, access);
        let opened = timeout(CONNECT_SECONDS_MAX, opening).await;
        opened.map_err(|_| trouble::timed_out(settings))?
    }

    async fn open_slowly(
        product: Product,
        settings: &Settings,
        password: Option<&Secret>,
        access: Access,
    ) -> Result<Self, Trouble> {
        let config = config(settings, password);
        let failed = |error| trouble::of(&error, product, settings);
        let connection = if settings.tls_mode() == TlsMode::Disable {
            let (client, connection) = config.connect(NoTls).await.map_err(failed)?;
            Self::driven(client, connection)
        } else {
            let connector = Connector::new(settings).await?;
            let (client, connection) = config.connect(connector).await.map_err(failed)?;
            Self::driven(client, connection)
        };
        // A page is estimated as more work than it is; compiling would take longer than reading it.
        let settle = format!(
            "SET statement_timeout = '{STATEMENT_SECONDS_MAX}s'; SET TimeZone = 'UTC'; \
             SET DateStyle = 'ISO'; SET jit = off; SET default_transaction_read_only = {}",
            if access == Access::Read { "on" } else { "off" }
        );
        connection.client.batch_execute(&settle).await.map_err(failed)?;
        Ok(connection)
    }

    fn driven<S, T>(client: Client, connection: tokio_postgres::Connection<S, T>) -> Self
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
        T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        // What goes wrong on the way is told by the question that was under way.
        let driver = tokio::spawn(async move {
            let _ = connection.await;
        });
        Self { client, driver }
    }
}

fn config(settings: &Settings, password: Option<&Secret>) -> Config {
    let mut config = Config::new();
    match settings.is_socket() {
        true => config.host_path(&settings.host),
        false => config.host(&settings.host),
    };
    config
        .port(settings.port)
        .dbname(&settings.database)
        .user(&settings.user)
        .application_name("gatelog")
        .keepalives_idle(KEEPALIVE_SECONDS)
        .tcp_user_timeout(SILENT_SECONDS_MAX)
        .ssl_mode(match settings.tls_mode() {
            TlsMode::Disable => SslMode::Disable,
            TlsMode::Require | TlsMode::VerifyFull => SslMode::Require,
        });
    if let Some(password) = password {
        config.password(password.expose());
    }
    config
}
