//! `gatelog demo`: a server filled with a month of invented events, and a trickle of new ones.

use std::collections::VecDeque;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, bail};
use gatelog_event::source::Format;
use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use gatelog_ledger::PendingAppend;
use gatelog_server::config::LogConfig;
use gatelog_server::log::LogLevel;
use gatelog_server::{Config, Error, Running, log, start};
use gatelog_service::{Service, Tenant};
use gatelog_testkit::{LiveOptions, Row, RowsOptions, World, WorldOptions};
use indicatif::ProgressBar;

use super::stop::StopSignals;
use crate::arguments::Demo;
use crate::command::import::progress::progress_bar;
use crate::output;

/// The month before now is invented.
const SPAN_MS: i64 = 30 * 24 * 3_600 * 1_000;

/// New events a minute while the demo runs.
const TRICKLE_ROWS_PER_MINUTE: u32 = 60;

/// Rows taken in at once.
const CHUNK_ROWS: usize = 2_000;

/// Chunks that may wait for the writer while the next one is made.
const PENDING_CHUNKS_MAX: usize = 8;

/// Who sends the invented events.
const SUBMITTER: &str = "demo";

pub(crate) fn run(arguments: &Demo) -> anyhow::Result<()> {
    // The log is for operators; a demo shows errors only.
    log::init(&LogConfig { level: LogLevel::Error, ..LogConfig::default() });
    let directory = DemoDirectory::prepare(arguments.data.as_deref())?;
    let runtime = tokio::runtime::Runtime::new().context("cannot start the async runtime")?;
    runtime.block_on(async {
        let mut signals = StopSignals::catch()?;
        let running = start_on_free_port(arguments, &directory.path).await?;
        let now_ms = running.service.now().millis_floor();
        if fill_unless_stopped(&running, arguments, now_ms, &mut signals).await? {
            announce(&running, &directory);
            let service = Arc::clone(&running.service);
            let trickle = tokio::spawn(trickle(service, arguments.seed, now_ms));
            signals.received().await;
            trickle.abort();
            // The trickle holds the data directory; only without it can the directory be closed.
            let _ = trickle.await;
        }
        running.stop().await;
        Ok(())
    })
}

/// Fills the demo; `false` when it was asked to end before that was done.
async fn fill_unless_stopped(
    running: &Running,
    arguments: &Demo,
    now_ms: i64,
    signals: &mut StopSignals,
) -> anyhow::Result<bool> {
    let service = Arc::clone(&running.service);
    let (seed, count) = (arguments.seed, arguments.events);
    let rows = RowsOptions { seed, from_ms: now_ms - SPAN_MS, to_ms: now_ms, count };
    let stopped = Arc::new(AtomicBool::new(false));
    let stopped_there = Arc::clone(&stopped);
    let mut filling = tokio::task::spawn_blocking(move || fill(&service, rows, &stopped_there));
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

/// Where the demo keeps its data.
struct DemoDirectory {
    path: PathBuf,
    is_temporary: bool,
}

impl DemoDirectory {
    fn prepare(given: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = given else {
            let path = std::env::temp_dir().join(format!("gatelog-demo-{}", std::process::id()));
            return Ok(Self { path, is_temporary: true });
        };
        let is_empty = match std::fs::read_dir(path) {
            Ok(mut entries) => entries.next().is_none(),
            Err(error) if error.kind() == ErrorKind::NotFound => true,
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", path.display()));
            }
        };
        if !is_empty {
            bail!(
                "{} is not empty; the demo only fills an empty directory (for your own data: \
                 gatelog serve --data {0})",
                path.display()
            );
        }
        Ok(Self { path: path.to_owned(), is_temporary: false })
    }
}

impl Drop for DemoDirectory {
    fn drop(&mut self) {
        if self.is_temporary {
            // What is left in the system's temporary directory is removed by the system.
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}

async fn start_on_free_port(arguments: &Demo, data: &Path) -> anyhow::Result<Running> {
    let mut config = Config::default();
    config.server.data = data.to_owned();
    config.server.listen = arguments.listen;
    match start(&config).await {
        Err(Error::Listen { source, .. }) if source.kind() == ErrorKind::AddrInUse => {
            config.server.listen.set_port(0);
            Ok(start(&config).await?)
        }
        started => Ok(started?),
    }
}

fn fill(service: &Service, rows: RowsOptions, stopped: &AtomicBool) -> anyhow::Result<()> {
    let (seed, count) = (rows.seed, rows.count);
    let world = World::new(WorldOptions { seed, ..WorldOptions::default() });
    let tenant = service.tenant(&TenantName::default_tenant())?;
    let progress: ProgressBar = progress_bar(count as u64, "inventing events");
    let mut body = String::new();
    let mut pending: VecDeque<PendingAppend> = VecDeque::new();
    let rows = world.rows(rows).take_while(|_| !stopped.load(Ordering::Relaxed));
    for (number, row) in (1..).zip(rows) {
        body.push_str(&row.json);
        body.push('\n');
        if number % CHUNK_ROWS == 0 || number == count {
            pending.push_back(append(&tenant, &body, service.now())?);
            if pending.len() > PENDING_CHUNKS_MAX
                && let Some(oldest) = pending.pop_front()
            {
                oldest.wait_blocking()?;
            }
            body.clear();
            progress.set_position(number as u64);
        }
    }
    for appended in pending {
        appended.wait_blocking()?;
    }
    tenant.save_names();
    progress.finish_and_clear();
    Ok(())
}

fn append(tenant: &Tenant, body: &str, received: UnixMicros) -> anyhow::Result<PendingAppend> {
    let prepared = tenant.prepare(Format::Logto, None, body.as_bytes(), received)?;
    if let Some(rejected) = prepared.rejected.first() {
        bail!("an invented event is not one: {}", rejected.reason);
    }
    Ok(tenant.ledger().append(prepared.events, SUBMITTER, received)?)
}

/// Adds new events as their time comes.
async fn trickle(service: Arc<Service>, seed: u64, from_ms: i64) {
    let world = World::new(WorldOptions { seed, ..WorldOptions::default() });
    let options = LiveOptions { seed, from_ms, rows_per_minute: TRICKLE_ROWS_PER_MINUTE };
    for row in world.live(options) {
        let wait_ms = row.created_at_ms - service.now().millis_floor();
        if let Ok(wait_ms) = u64::try_from(wait_ms) {
            tokio::time::sleep(Duration::from_millis(wait_ms)).await;
        }
        if let Err(error) = append_one(&service, &row).await {
            tracing::warn!(%error, "an invented event was not kept");
        }
    }
}

async fn append_one(service: &Service, row: &Row) -> anyhow::Result<()> {
    let Some(tenant) = service.tenant_if_open(&TenantName::default_tenant()) else { return Ok(()) };
    let pending = append(&tenant, &row.json, service.now())?;
    pending.wait().await?;
    Ok(())
}

fn announce(running: &Running, directory: &DemoDirectory) {
    output::line("");
    output::line("  Gatelog is running with invented events. Open the console and look around:");
    output::line("");
    output::line(&format!("  Console   http://{}/", running.address));
    if let Some(password) = &running.one_time_password {
        output::line("  User      admin");
        output::line(&format!("  Password  {}", password.reveal()));
    }
    output::line(&format!("  Data      {}", directory.path.display()));
    output::line("");
    output::line("  Press Ctrl-C to stop.");
}
