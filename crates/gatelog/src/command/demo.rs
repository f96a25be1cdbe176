//! `gatelog demo`: a server filled with a month of an invented company, and what happens there
//! while it runs.
//!
//! - [`company`]: what happens in which of its systems, and who is who.
//! - [`fill`]: how that gets into the ledger.
//! - [`tour`]: questions to begin with.

mod company;
mod fill;
mod tour;

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;
use gatelog_server::config::{LogConfig, ServerConfig};
use gatelog_server::log::LogLevel;
use gatelog_server::{Config, Error, Running, log, start};

use self::company::Company;
use super::empty_directory::EmptyDirectory;
use super::serve::environment_names;
use super::stop::StopSignals;
use crate::arguments::Demo;
use crate::output;

pub(crate) fn run(arguments: &Demo) -> anyhow::Result<()> {
    // The log is for operators; a demo shows errors only.
    log::init(&LogConfig { level: LogLevel::Error, ..LogConfig::default() });
    let config = Config::load(arguments.config.as_deref(), environment_names())?;
    let directory = EmptyDirectory::prepare(arguments.data.as_deref(), "demo")?;
    let company = Arc::new(Company::new(arguments.seed));
    fill::directory(directory.path(), &company)?;
    let runtime = tokio::runtime::Runtime::new().context("cannot start the async runtime")?;
    runtime.block_on(async {
        let mut signals = StopSignals::catch()?;
        let running = start_on_free_port(config, arguments.listen, directory.path()).await?;
        let now_ms = running.service.now().millis_floor();
        let month = fill::Month { until_ms: now_ms, events: arguments.events };
        if fill_unless_stopped(&running, &company, month, &mut signals).await? {
            announce(&running, &directory, &company);
            let live = fill::live(Arc::clone(&running.service), company, now_ms);
            let live = tokio::spawn(live);
            signals.received().await;
            live.abort();
            // It holds the data directory; only without it can the directory be closed.
            let _ = live.await;
        }
        running.stop().await;
        Ok(())
    })
}

/// Fills the demo; `false` when it was asked to end before that was done.
async fn fill_unless_stopped(
    running: &Running,
    company: &Arc<Company>,
    month: fill::Month,
    signals: &mut StopSignals,
) -> anyhow::Result<bool> {
    let (service, company) = (Arc::clone(&running.service), Arc::clone(company));
    let stopped = Arc::new(AtomicBool::new(false));
    let stopped_there = Arc::clone(&stopped);
    let mut filling =
        tokio::task::spawn_blocking(move || fill::month(&service, &company, month, &stopped_there));
    let filled = tokio::select! {
        filled = &mut filling => filled,
        () = signals.received() => {
            stopped.store(true, Ordering::Relaxed);
            filling.await
        }
    };
    filled.context("filling the demo ended unexpectedly")??;
    Ok(!stopped.load(Ordering::Relaxed))
}

/// Starts with what `config` says beside where the data is and how it is reached: a demo is for
/// this machine and speaks HTTP.
async fn start_on_free_port(
    mut config: Config,
    listen: SocketAddr,
    data: &Path,
) -> anyhow::Result<Running> {
    config.server = ServerConfig {
        data: data.to_owned(),
        listen,
        public_url: config.server.public_url,
        secrets_key_file: config.server.secrets_key_file,
        ..ServerConfig::default()
    };
    match start(&config).await {
        Err(Error::Listen { source, .. }) if source.kind() == ErrorKind::AddrInUse => {
            config.server.listen.set_port(0);
            Ok(start(&config).await?)
        }
        started => Ok(started?),
    }
}

fn announce(running: &Running, directory: &EmptyDirectory, company: &Company) {
    let console = format!("http://{}/", running.address);
    output::line("");
    output::line(
        "  The log of an invented company: its customer portal runs on Logto, the shop it",
    );
    output::line("  bought last year on Authgear, and its staff signs in with PlusAuth.");
    output::line("");
    output::line(&format!("  Console   {console}"));
    if let Some(password) = &running.one_time_password {
        output::line("  User      admin");
        output::line(&format!("  Password  {}", password.reveal()));
    }
    output::line(&format!("  Data      {}", directory.path().display()));
    output::line("");
    output::line("  Within the last day somebody broke in. Find out how far they came:");
    for (number, step) in (1..).zip(tour::steps(company)) {
        output::line("");
        output::line(&format!("  {number}. {}", step.question));
        output::line(&format!("     {}", step.query));
        output::line(&format!("     {}", step.link(&console)));
    }
    output::line("");
    output::line("  Press Ctrl-C to stop.");
}
