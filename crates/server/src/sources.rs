//! The sources of a configuration, and the key that their secrets are sealed under.

use std::sync::Arc;

use gatelog_service::Service;
use gatelog_source::kinds::Kinds;
use gatelog_source::{Definition, Open as _, SealKey, Sources};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::config::Config;
use crate::secrets_key::read_key;

/// Sources that run.
#[derive(Debug)]
pub(crate) struct RunningSources {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

/// What a configuration says of sources; none runs yet. Reads the key file.
pub(crate) fn sources(config: &Config, service: Arc<Service>) -> Arc<Sources> {
    let key = key(config);
    if let Err(reason) = &key
        && !config.sources.is_empty()
    {
        tracing::error!(reason, "no source runs");
    }
    let kinds = Box::new(kinds(config));
    Sources::new(service, key.map(Arc::new), config.sources.clone(), kinds)
}

/// What is wrong with the key file, or with the settings and secrets of each source. Connects to
/// nothing.
///
/// # Errors
/// For whoever wrote the configuration: which source, and what.
pub fn check_sources(config: &Config) -> Result<(), Vec<String>> {
    let key = key(config).map_err(|reason| vec![reason])?;
    let kinds = kinds(config);
    let wrong = |source: &Definition| {
        let reason = kinds.open(source, &key).err()?;
        Some(format!("{}: {reason}", source.name))
    };
    let wrong: Vec<String> = config.sources.iter().filter_map(wrong).collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

fn key(config: &Config) -> Result<SealKey, String> {
    match &config.server.secrets_key_file {
        Some(path) => read_key(path, &config.server.data).map_err(|error| error.to_string()),
        None => Err("server.secrets_key_file is not set: sources need a key file, which \
                     `gatelog source key FILE` makes, because their secrets and what they send \
                     by mistake must not be read by whoever has the data directory"
            .to_owned()),
    }
}

fn kinds(config: &Config) -> Kinds {
    Kinds { reach: config.outgoing.reach(), read_file: |path| std::fs::read(path) }
}

impl RunningSources {
    /// Runs them.
    pub(crate) fn start(sources: Arc<Sources>) -> Self {
        let (stop, stopped) = watch::channel(false);
        Self { stop, task: tokio::spawn(sources.run(stopped)) }
    }

    /// Stops all of them, and waits until what they were about is kept or given up.
    pub(crate) async fn stop(self) {
        // The receiver is gone only if the task has ended already.
        let _ = self.stop.send(true);
        let _ = self.task.await;
    }
}
