//! The sources of a configuration, and the key that their secrets are sealed under.

use std::sync::Arc;

use gatelog_service::Service;
use gatelog_source::Sources;
use gatelog_source::kinds::Kinds;
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
    let key = match &config.server.secrets_key_file {
        Some(path) => read_key(path, &config.server.data).map_err(|error| error.to_string()),
        None => Err("server.secrets_key_file is not set: sources need a key file, which \
                     `gatelog source key FILE` makes, because their secrets and what they send \
                     by mistake must not be read by whoever has the data directory"
            .to_owned()),
    };
    if let Err(reason) = &key
        && !config.sources.is_empty()
    {
        tracing::error!(reason, "no source runs");
    }
    let kinds = Kinds { reach: config.outgoing.reach(), read_file: |path| std::fs::read(path) };
    Sources::new(service, key.map(Arc::new), config.sources.clone(), Box::new(kinds))
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
