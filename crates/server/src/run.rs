//! Start, ready, stop.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use gatelog_api::{Shared, Stop};
use gatelog_auth::OneTimePassword;
use gatelog_capture::mapping_file::Mappings;
use gatelog_console::ConsoleOptions;
use gatelog_service::alerts::courier::Courier;
use gatelog_service::origin::Origins;
use gatelog_service::origin::places::Places;
use gatelog_service::{Environment, Service};
use gatelog_source::Sources;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::administrator;
use crate::app::{self, Dialects};
use crate::chores::Chore;
use crate::config::{Config, ConfigError};
use crate::courier::Couriers;
use crate::health::Health;
use crate::keys::HttpKeys;
use crate::listen::{self, Entrance};
use crate::mail::Mailer;
use crate::metrics::{Metrics, Traffic};
use crate::requests::Requests;
use crate::sources::{self, RunningSources};
use crate::system::{environment, operator};
use crate::webhook::Webhooks;

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The configuration does not fit together.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The data directory cannot be opened.
    #[error(transparent)]
    Service(#[from] gatelog_service::Error),
    /// There is no randomness to be had.
    #[error("the random number generator does not answer: {0}")]
    Randomness(std::io::Error),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// Certificate or key cannot be used.
    #[error("TLS: {0}")]
    Tls(String),
    /// Opening ended unexpectedly; the panic was logged.
    #[error("opening the data directory ended unexpectedly")]
    Panicked,
}

/// A server that answers.
#[derive(Debug)]
pub struct Running {
    /// The address it listens on, also when port 0 was asked for.
    pub address: SocketAddr,
    /// Whether that address speaks TLS.
    pub is_tls: bool,
    /// The open data directory.
    pub service: Arc<Service>,
    /// The password for `admin`, if none was chosen yet. Shown once.
    pub one_time_password: Option<OneTimePassword>,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
    chores: [Chore; 5],
    sources: RunningSources,
}

/// Opens the data directory and begins to answer.
///
/// # Errors
/// [`Error`]; nothing is then left running.
pub async fn start(config: &Config) -> Result<Running, Error> {
    config.check()?;
    let server = &config.server;
    let tls = match (&server.tls_cert, &server.tls_key) {
        (Some(certificates), Some(key)) => {
            Some(listen::tls_acceptor(certificates, key).map_err(Error::Tls)?)
        }
        _ => None,
    };
    let whole = config.clone();
    let opened = tokio::task::spawn_blocking(move || open(&whole)).await;
    let Opened { service, one_time_password, places, mailer, mappings } =
        opened.map_err(|_| Error::Panicked)??;

    let source = |source| Error::Listen { address: server.listen, source };
    let listener = TcpListener::bind(server.listen).await.map_err(source)?;
    let address = listener.local_addr().map_err(source)?;
    let is_tls = tls.is_some();
    // A session cookie must not cross the network in clear text; loopback does not.
    let secure_cookies = is_tls || !server.behind_proxy.is_empty();
    let (stop, mut stopping) = watch::channel(false);
    let told = Stop::new(stopping.clone());
    let client = HttpKeys::new(config.logto.speaks_tls() || config.console.speaks_tls());
    let client = Arc::new(client.map_err(|error| Error::Tls(error.to_string()))?);
    let providers = Arc::new(config.console.providers(Arc::<HttpKeys>::clone(&client))?);
    let public_url = server.public_url.clone();
    if mailer.is_some() && public_url.is_none() {
        tracing::warn!(
            "server.public_url is not set: e-mails of alerts have no link to the events"
        );
    }
    let webhooks = Webhooks { public_url: public_url.clone(), reach: config.outgoing.reach() };
    let courier: Arc<dyn Courier> = Arc::new(Couriers { webhooks, mailer });
    let sources = sources::sources(config, Arc::clone(&service));
    let console = ConsoleOptions {
        secure_cookies,
        providers,
        public_url,
        courier: Some(Arc::clone(&courier)),
        places,
        sources: Some(Arc::clone(&sources)),
    };
    let shared = Shared { mappings, ..Shared::from(told) };
    let router = router(&service, config, client, console, Arc::clone(&sources), shared)?;
    let stopped = async move { drop(stopping.wait_for(|stop| *stop).await) };
    let entrance = Entrance { tls, behind_proxy: server.behind_proxy.clone() };
    let serving = tokio::spawn(listen::serve(listener, entrance, router, stopped));
    let chores = [
        Chore::exchange_names(Arc::clone(&service)),
        Chore::write_audit(Arc::clone(&service)),
        Chore::seal(Arc::clone(&service)),
        Chore::check_alerts(Arc::clone(&service)),
        Chore::send_notices(Arc::clone(&service), courier),
    ];
    let sources = RunningSources::start(sources);
    Ok(Running { address, is_tls, service, one_time_password, stop, serving, chores, sources })
}

fn router(
    service: &Arc<Service>,
    config: &Config,
    keys: Arc<HttpKeys>,
    console: ConsoleOptions,
    sources: Arc<Sources>,
    shared: Shared,
) -> Result<Router, Error> {
    let random = service.environment().random().map_err(Error::Randomness)?;
    let (directory, started) = (config.server.data.clone(), service.now());
    let traffic = Traffic::default();
    let metrics = Metrics::new(
        Arc::clone(service),
        directory.clone(),
        started,
        &traffic,
        Arc::clone(&sources),
    );
    let health = Health {
        service: Arc::clone(service),
        directory,
        metrics: Arc::new(metrics),
        stop: shared.stop.clone(),
    };
    let dialects =
        Dialects { logto: config.logto.settings(keys)?, authgear: config.authgear.projects()? };
    let requests = Requests::new(traffic, u32::from_ne_bytes(random));
    Ok(app::router(service, console, health, dialects, sources, shared, requests))
}

/// What is read from files before anything is answered.
struct Opened {
    service: Arc<Service>,
    one_time_password: Option<OneTimePassword>,
    places: Arc<Places>,
    mailer: Option<Mailer>,
    mappings: Mappings,
}

fn open(config: &Config) -> Result<Opened, Error> {
    let places = Arc::new(config.console.places()?);
    let derivation = Arc::new(Origins::new(Arc::clone(&places)));
    let mappings = config.read_mappings()?;
    let mailer = Mailer::new(&config.smtp, config.server.public_url.clone())?;
    let environment = Environment { derivation, ..environment() };
    let service = Service::open(&config.server.data, environment.clone())?;
    // Opened now, so that a name that was mistyped does not show only when somebody asks.
    config.tenants().try_for_each(|tenant| service.tenant(tenant).map(drop))?;
    let one_time_password =
        administrator::one_time_password(service.meta(), &environment, operator())?;
    Ok(Opened { service: Arc::new(service), one_time_password, places, mailer, mappings })
}

impl Running {
    /// Takes no more connections, lets requests under way finish, and closes the data directory.
    pub async fn stop(self) {
        let Self { service, stop, serving, chores, sources, .. } = self;
        // The receivers are gone only if serving has ended already.
        let _ = stop.send(true);
        let _ = serving.await;
        sources.stop().await;
        for chore in chores {
            chore.stop().await;
        }
        // The last reference closes the ledger, which writes what waits and blocks for it.
        let _ = tokio::task::spawn_blocking(move || drop(service)).await;
    }
}
