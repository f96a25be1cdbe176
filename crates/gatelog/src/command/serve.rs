//! `gatelog serve`

use std::io::IsTerminal;

use anyhow::Context;
use gatelog_server::{Config, Running, start};

use super::stop::StopSignals;
use crate::arguments::Serve;
use crate::output;

pub(crate) fn run(arguments: &Serve) -> anyhow::Result<()> {
    init_logging("info");
    let config = config(arguments)?;
    let runtime = tokio::runtime::Runtime::new().context("cannot start the async runtime")?;
    runtime.block_on(async {
        let mut signals = StopSignals::catch()?;
        let running = start(&config).await?;
        announce(&running, &config);
        signals.received().await;
        tracing::info!("stopping");
        running.stop().await;
        tracing::info!("stopped");
        Ok(())
    })
}

fn config(arguments: &Serve) -> anyhow::Result<Config> {
    let mut config = Config::load(arguments.config.as_deref(), environment_names())?;
    let server = &mut config.server;
    if let Some(data) = &arguments.data {
        server.data.clone_from(data);
    }
    if let Some(listen) = arguments.listen {
        server.listen = listen;
    }
    if arguments.tls_cert.is_some() || arguments.tls_key.is_some() {
        server.tls_cert.clone_from(&arguments.tls_cert);
        server.tls_key.clone_from(&arguments.tls_key);
    }
    if !arguments.behind_proxy.is_empty() {
        server.behind_proxy.clone_from(&arguments.behind_proxy);
    }
    Ok(config)
}

/// The environment; what is not UTF-8 is read with replacement characters, as names of ours never
/// need it.
fn environment_names() -> impl Iterator<Item = (String, String)> {
    let text = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
    std::env::vars_os().map(move |(name, value)| (text(name), text(value)))
}

fn announce(running: &Running, config: &Config) {
    let scheme = if running.is_tls { "https" } else { "http" };
    output::line(&format!("  Data      {}", config.server.data.display()));
    output::line(&format!("  Console   {scheme}://{}/", running.address));
    if let Some(password) = &running.one_time_password {
        output::line("  User      admin");
        output::line(&format!("  Password  {}", password.reveal()));
        output::line("            works once; choose your own after signing in");
    }
    tracing::info!(address = %running.address, "ready");
}

/// Writes the server's log to standard error; `GATELOG_LOG` chooses what, this level by default.
pub(crate) fn init_logging(default_level: &str) {
    let filter = tracing_subscriber::EnvFilter::try_from_env("GATELOG_LOG");
    let filter = filter.unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(default_level));
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // Colours are for people; in a file or a journal they are noise.
        .with_ansi(std::io::stderr().is_terminal());
    // Another subscriber is only there in tests.
    let _ = subscriber.try_init();
}
