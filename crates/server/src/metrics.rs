//! What this server holds and does, as OpenMetrics text: <https://openmetrics.io>.
//!
//! Names, units and meanings are documented in `docs/metrics.md`, which a test compares with what
//! is really answered. No label names a tenant or a person, and none has values without bound: of
//! sources there are as many as somebody set up.
//!
//! - [`traffic`]: requests, counted as they end.
//! - [`state`]: everything else, read when it is asked for.
//! - [`sources`]: how far each source has come.
//! - [`mod@write`]: how a value is written.
//! - [`process`]: what the operating system says of this process.

pub mod process;
mod sources;
mod state;
mod traffic;
mod write;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use gatelog_event::time::UnixMicros;
use gatelog_service::Service;
use gatelog_source::Sources;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;

use self::state::State;
pub(crate) use self::traffic::Traffic;

/// The media type of [`Metrics::text`].
pub(crate) const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Everything that is measured.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
}

impl Metrics {
    /// The metrics of a server that was started just now and has its data in `directory`.
    pub(crate) fn new(
        service: Arc<Service>,
        directory: PathBuf,
        started: UnixMicros,
        traffic: &Traffic,
        sources: Arc<Sources>,
    ) -> Self {
        let mut registry = Registry::default();
        traffic.register(&mut registry);
        registry.register_collector(Box::new(State { service, directory, started, sources }));
        Self { registry }
    }

    /// All metrics as they are now. Blocks: reads from `/proc` and waits for the writer.
    ///
    /// # Errors
    /// Only if writing to memory fails.
    pub(crate) fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::with_capacity(16 << 10);
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}
