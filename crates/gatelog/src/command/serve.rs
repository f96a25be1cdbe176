//! `gatelog serve`

use anyhow::Context;
use gatelog_server::{Config, Running, log, start};

use super::stop::StopSignals;
use crate::arguments::Serve;
use crate::output;

pub(crate) fn run(arguments: &Serve) -> anyhow::Result<()> {
    let config = config(arguments)?;
    log::init(&config.log);
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
    if let Some(format) = arguments.log_format {
        config.log.format = format.into();
    }
    if !arguments.behind_proxy.is_empty() {
        server.behind_proxy.clone_from(&arguments.behind_proxy);
    }
    Ok(config)
}

/// The environment; what is not UTF-8 is read with replacement characters, as names of ours never
/// need it.
pub(crate) fn environment_names() -> impl Iterator<Item = (String, String)> {
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
    let (version, data) = (env!("CARGO_PKG_VERSION"), config.server.data.display());
    tracing::info!(version, address = %running.address, tls = running.is_tls, %data, "ready");
}
