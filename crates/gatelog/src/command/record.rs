//! `gatelog record`

use anyhow::{Context, anyhow};
use gatelog_record::{Destination, Running};
use gatelog_server::config::RecordConfig;
use gatelog_server::system::environment;
use gatelog_server::{Config, log};

use super::serve::environment_names;
use super::stop::StopSignals;
use crate::arguments::{Record, server_token};
use crate::output;

pub(crate) fn run(arguments: &Record) -> anyhow::Result<()> {
    let config = config(arguments)?;
    log::init(&config.log);
    // Several TLS libraries are linked in one way or another; this says which one is meant.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let token = server_token(&arguments.token).map_err(|reason| anyhow!(reason))?;
    let destination = Destination { url: arguments.url.clone(), token };
    let runtime = tokio::runtime::Runtime::new().context("cannot start the async runtime")?;
    runtime.block_on(async {
        let mut signals = StopSignals::catch()?;
        let running = gatelog_record::start(&config.record, &destination, &environment()).await?;
        announce(&running, &config.record, &destination);
        signals.received().await;
        tracing::info!("stopping");
        running.stop().await;
        tracing::info!("stopped");
        Ok(())
    })
}

fn config(arguments: &Record) -> anyhow::Result<Config> {
    let mut config = Config::load(arguments.config.as_deref(), environment_names())?;
    let record = &mut config.record;
    if let Some(upstream) = &arguments.upstream {
        record.upstream.clone_from(upstream);
    }
    if let Some(listen) = arguments.listen {
        record.listen = listen;
    }
    if let Some(spool) = &arguments.spool {
        record.spool.clone_from(spool);
    }
    if arguments.tls_cert.is_some() || arguments.tls_key.is_some() {
        record.tls_cert.clone_from(&arguments.tls_cert);
        record.tls_key.clone_from(&arguments.tls_key);
    }
    if !arguments.behind_proxy.is_empty() {
        record.behind_proxy.clone_from(&arguments.behind_proxy);
    }
    if let Some(format) = arguments.log_format {
        config.log.format = format.into();
    }
    Ok(config)
}

/// What is passed on and where it is recorded, and what is not recorded: nobody is to find out later.
fn announce(running: &Running, config: &RecordConfig, destination: &Destination) {
    let scheme = if running.is_tls { "https" } else { "http" };
    let RecordConfig { upstream, spool, issuers, .. } = config;
    output::line(&format!("  Upstream  {upstream}"));
    output::line(&format!("  Gatelog   {}", destination.url));
    output::line(&format!("  Spool     {}", spool.display()));
    let mut left_out = vec!["OPTIONS".to_owned()];
    left_out.extend((!config.reads).then(|| "reads".to_owned()));
    left_out.extend(config.exclude.iter().cloned());
    output::line(&format!("  Left out  {}", left_out.join(", ")));
    output::line(&format!("  Proxy     {scheme}://{}/", running.address));
    let (version, verifies, left_out) =
        (env!("CARGO_PKG_VERSION"), !issuers.is_empty(), left_out.join(", "));
    tracing::info!(
        version, address = %running.address, %upstream, verifies, %left_out, "recording"
    );
}
