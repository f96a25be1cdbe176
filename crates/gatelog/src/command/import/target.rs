//! Where chunks go: a data directory or a running server.

use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, bail};
use gatelog_event::intake::batch::Batch;
use gatelog_event::source::Format;
use gatelog_event::tenant::TenantName;
use gatelog_ledger::{Appended, PendingAppend};
use gatelog_server::system::{environment, operator};
use gatelog_service::{DueReads, Error, RejectedLine, Service};
use reqwest::StatusCode;
use serde::Deserialize;

use super::Totals;
use super::lines::Chunk;
use crate::answers::remote::client;
use crate::arguments::{Import, Place};
use crate::command::stop::Stop;
use crate::output;

/// Who sends events that are imported into a data directory.
const SUBMITTER: &str = "import";

/// Chunks that may wait for the writer while the next one is parsed.
const PENDING_CHUNKS_MAX: usize = 16;

/// How often a chunk is sent again when the server asks to wait.
const ATTEMPTS_MAX: u32 = 30;

/// Pause before a chunk is sent again, when the server does not say how long.
const RETRY: Duration = Duration::from_secs(1);

/// Where chunks go.
pub(crate) enum Target {
    /// A data directory that no server holds.
    Local(Box<Local>),
    /// A running server.
    Remote(Remote),
}

impl Target {
    /// Opens the data directory or prepares to send.
    ///
    /// # Errors
    /// When the directory is in use or damaged.
    pub(crate) fn open(arguments: &Import) -> anyhow::Result<Self> {
        let path = match &arguments.place {
            Place::Server { url, token } => {
                return Ok(Self::Remote(Remote::new(url, token, arguments.format)?));
            }
            Place::Directory(path) => path,
        };
        let service = Service::open(path, environment())?;
        let (format, creates_tenants) = (arguments.format, arguments.split_tenants);
        let local = Local { service, format, creates_tenants, pending: VecDeque::new() };
        Ok(Self::Local(Box::new(local)))
    }

    /// As [`Target::open`], for what goes on for good: a server that does not answer is waited for
    /// until the signal to stop comes.
    ///
    /// # Errors
    /// As [`Target::open`].
    pub(crate) fn open_for_good(arguments: &Import, stop: &Rc<Stop>) -> anyhow::Result<Self> {
        let mut target = Self::open(arguments)?;
        if let Self::Remote(remote) = &mut target {
            remote.patience = Patience::UntilStopped(Rc::clone(stop));
        }
        Ok(target)
    }

    /// Takes one chunk in for a tenant; without one, for the tenant of the key, or `default`. Its
    /// outcome is in `totals` after [`Target::finish`] at the latest.
    ///
    /// # Errors
    /// When events cannot be kept; what was answered before is kept.
    pub(crate) fn send(
        &mut self,
        tenant: Option<&TenantName>,
        chunk: &Chunk,
        totals: &mut Totals,
    ) -> anyhow::Result<()> {
        match self {
            Self::Local(local) => {
                let tenant = tenant.cloned().unwrap_or_else(TenantName::default_tenant);
                local.send(&tenant, chunk, totals)
            }
            Self::Remote(remote) => remote.send(tenant, chunk, totals),
        }
    }

    /// Waits until everything that was taken in is kept.
    ///
    /// # Errors
    /// When events cannot be kept.
    pub(crate) fn settle(&mut self, totals: &mut Totals) -> anyhow::Result<()> {
        match self {
            Self::Local(local) => local.wait(0, totals),
            Self::Remote(_) => Ok(()),
        }
    }

    /// As [`Target::settle`], when no more comes for now.
    ///
    /// # Errors
    /// When events cannot be kept.
    pub(crate) fn finish(&mut self, totals: &mut Totals) -> anyhow::Result<()> {
        match self {
            Self::Local(local) => {
                local.wait(0, totals)?;
                // Tenants may have been created, here or by a command while nothing was running.
                Ok(local.service.write_audit(DueReads::All)?)
            }
            Self::Remote(_) => Ok(()),
        }
    }
}

/// A data directory that no server holds.
pub(crate) struct Local {
    service: Service,
    format: Format,
    creates_tenants: bool,
    pending: VecDeque<(TenantName, PendingAppend)>,
}

impl Local {
    fn send(
        &mut self,
        name: &TenantName,
        chunk: &Chunk,
        totals: &mut Totals,
    ) -> anyhow::Result<()> {
        let tenant = match self.service.tenant(name) {
            Err(Error::UnknownTenant(_)) if self.creates_tenants => {
                self.service.create_tenant(name, operator())?;
                self.service.tenant(name)?
            }
            tenant => tenant?,
        };
        let received = self.service.now();
        let batch = Batch::lines(chunk.body());
        let prepared = tenant.prepare_batch(self.format, None, &batch, received);
        totals.reject(prepared.rejected, chunk)?;
        if !prepared.events.is_empty() {
            let pending = tenant.ledger().append(prepared.events, SUBMITTER, received)?;
            self.pending.push_back((name.clone(), pending));
        }
        self.wait(PENDING_CHUNKS_MAX, totals)
    }

    /// Waits until at most `left` chunks wait.
    fn wait(&mut self, left: usize, totals: &mut Totals) -> anyhow::Result<()> {
        while self.pending.len() > left
            && let Some((name, pending)) = self.pending.pop_front()
        {
            totals.add(pending.wait_blocking()?);
            if let Some(tenant) = self.service.tenant_if_open(&name) {
                tenant.save_names();
            }
        }
        Ok(())
    }
}

/// A running server.
pub(crate) struct Remote {
    runtime: tokio::runtime::Runtime,
    client: reqwest::Client,
    address: String,
    token: String,
    patience: Patience,
}

/// How long a server is waited for that takes nothing now.
enum Patience {
    /// [`ATTEMPTS_MAX`] times while it asks to wait; not at all while it cannot be reached.
    Some,
    /// Until the signal to stop.
    UntilStopped(Rc<Stop>),
}

/// What became of one attempt to send.
enum Attempt {
    Taken(Report),
    /// The server asks to wait.
    Busy(Duration),
    /// It cannot be reached, or the answer was lost.
    Unreachable(anyhow::Error),
}

#[derive(Deserialize)]
struct Report {
    accepted: u64,
    duplicates: u64,
    conflicts: u64,
    rejected: Vec<ReportedLine>,
}

#[derive(Deserialize)]
struct ReportedLine {
    line: u64,
    column: u64,
    error: String,
}

#[derive(Deserialize)]
struct ReportedProblem {
    detail: String,
}

impl Remote {
    fn new(url: &str, token: &str, format: Format) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        Ok(Self {
            runtime: runtime.context("cannot start the async runtime")?,
            client: client(url)?,
            address: format!("{}/v1/events?format={format}", url.trim_end_matches('/')),
            token: token.to_owned(),
            patience: Patience::Some,
        })
    }

    fn send(
        &mut self,
        tenant: Option<&TenantName>,
        chunk: &Chunk,
        totals: &mut Totals,
    ) -> anyhow::Result<()> {
        let body = zstd::encode_all(chunk.body(), 1).context("cannot compress a chunk")?;
        let report = self.deliver(tenant, &body)?;
        let Report { accepted, duplicates, conflicts, rejected } = report;
        totals.add(Appended { accepted, duplicates, conflicts });
        let rejected = rejected.into_iter().map(|line| {
            let ReportedLine { line, column, error } = line;
            RejectedLine { line, column, reason: error }
        });
        totals.reject(rejected, chunk)
    }

    /// Sends a chunk until it is taken.
    fn deliver(&self, tenant: Option<&TenantName>, body: &[u8]) -> anyhow::Result<Report> {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let pause = match (self.runtime.block_on(self.post(tenant, body))?, &self.patience) {
                (Attempt::Taken(report), _) => return Ok(report),
                (Attempt::Unreachable(error), Patience::Some) => return Err(error),
                (Attempt::Unreachable(error), Patience::UntilStopped(_)) => {
                    if attempts == 1 {
                        output::note(&format!("{error:#}; trying again until it can be"));
                    }
                    RETRY
                }
                (Attempt::Busy(pause), _) => pause,
            };
            match &self.patience {
                Patience::UntilStopped(stop) if stop.comes_within(pause) => bail!(
                    "stopped while the server took nothing; what was not sent is sent when this \
                     is started again"
                ),
                Patience::UntilStopped(_) => {}
                Patience::Some if attempts < ATTEMPTS_MAX => {
                    self.runtime.block_on(async { tokio::time::sleep(pause).await });
                }
                Patience::Some => bail!(
                    "the server is busy and stays so; import the file again later: what is there \
                     already is recognised"
                ),
            }
        }
    }

    async fn post(&self, tenant: Option<&TenantName>, body: &[u8]) -> anyhow::Result<Attempt> {
        let mut request = self
            .client
            .post(&self.address)
            .bearer_auth(&self.token)
            .header("content-type", "application/x-ndjson")
            .header("content-encoding", "zstd")
            .body(body.to_vec());
        if let Some(tenant) = tenant {
            request = request.header("gatelog-tenant", tenant.as_str());
        }
        let sent = request.send().await;
        let response = match sent.with_context(|| format!("cannot reach {}", self.address)) {
            Ok(response) => response,
            Err(error) => return Ok(Attempt::Unreachable(error)),
        };
        let status = response.status();
        if status.is_success() {
            let report = response.bytes().await.context("the server's answer was cut off");
            return Ok(match report {
                Err(error) => Attempt::Unreachable(error),
                Ok(report) => {
                    let report = serde_json::from_slice(&report);
                    Attempt::Taken(report.context("the server's answer is not a report")?)
                }
            });
        }
        let waits = [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE];
        if !waits.contains(&status) && status != StatusCode::INSUFFICIENT_STORAGE {
            let detail = response.json().await.map(|problem: ReportedProblem| problem.detail);
            bail!("the server answered {status}: {}", detail.unwrap_or_default());
        }
        let after = response.headers().get("retry-after");
        let after = after.and_then(|value| value.to_str().ok()?.parse().ok());
        Ok(Attempt::Busy(after.map_or(RETRY, Duration::from_secs)))
    }
}
