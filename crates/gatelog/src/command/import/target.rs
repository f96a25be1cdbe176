//! Where chunks go: a data directory or a running server.

use std::collections::VecDeque;
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

/// Who sends events that are imported into a data directory.
const SUBMITTER: &str = "import";

/// Chunks that may wait for the writer while the next one is parsed.
const PENDING_CHUNKS_MAX: usize = 16;

/// How often a chunk is sent again when the server asks to wait.
const ATTEMPTS_MAX: u32 = 30;

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

    /// Waits until everything is kept.
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
        })
    }

    fn send(
        &mut self,
        tenant: Option<&TenantName>,
        chunk: &Chunk,
        totals: &mut Totals,
    ) -> anyhow::Result<()> {
        let body = zstd::encode_all(chunk.body(), 1).context("cannot compress a chunk")?;
        let report = self.runtime.block_on(self.post(tenant, body))?;
        let Report { accepted, duplicates, conflicts, rejected } = report;
        totals.add(Appended { accepted, duplicates, conflicts });
        let rejected = rejected.into_iter().map(|line| {
            let ReportedLine { line, column, error } = line;
            RejectedLine { line, column, reason: error }
        });
        totals.reject(rejected, chunk)
    }

    async fn post(&self, tenant: Option<&TenantName>, body: Vec<u8>) -> anyhow::Result<Report> {
        for _ in 0..ATTEMPTS_MAX {
            let mut request = self
                .client
                .post(&self.address)
                .bearer_auth(&self.token)
                .header("content-type", "application/x-ndjson")
                .header("content-encoding", "zstd")
                .body(body.clone());
            if let Some(tenant) = tenant {
                request = request.header("gatelog-tenant", tenant.as_str());
            }
            let response =
                request.send().await.with_context(|| format!("cannot reach {}", self.address))?;
            let status = response.status();
            if status.is_success() {
                return response.json().await.context("the server's answer is not a report");
            }
            let waits = [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE];
            if !waits.contains(&status) && status != StatusCode::INSUFFICIENT_STORAGE {
                let detail = response.json().await.map(|problem: ReportedProblem| problem.detail);
                bail!("the server answered {status}: {}", detail.unwrap_or_default());
            }
            let after = response.headers().get("retry-after");
            let after = after.and_then(|value| value.to_str().ok()?.parse().ok()).unwrap_or(1);
            tokio::time::sleep(Duration::from_secs(after)).await;
        }
        bail!(
            "the server is busy and stays so; import the file again later: what is there already \
               is recognised"
        )
    }
}
