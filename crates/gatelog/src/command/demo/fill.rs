//! How the invented company gets into the ledger: its names, its past month, and what happens
//! while the demo runs.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::bail;
use gatelog_event::source::Format;
use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use gatelog_ledger::PendingAppend;
use gatelog_server::system::environment;
use gatelog_service::{Service, Tenant};

use super::company::{Company, Happening};
use crate::command::open_meta;
use crate::output::progress::Progress;

/// Events taken in at once.
const CHUNK_EVENTS: usize = 2_000;

/// Bodies that may wait for the writer while the next ones are made.
const PENDING_BODIES_MAX: usize = 8;

/// Who sends the invented events.
const SUBMITTER: &str = "demo";

/// How much shall have happened, and until when.
#[derive(Clone, Copy)]
pub(super) struct Month {
    pub(super) until_ms: i64,
    /// Everyday events; what is told of the break-in comes on top.
    pub(super) events: usize,
}

/// Imports the company's names into a data directory that no server holds yet, so that they are
/// there from the first event on.
pub(super) fn directory(data: &Path, company: &Company) -> anyhow::Result<()> {
    let names = company.directory(environment().clock.now());
    open_meta(data)?.learn(&TenantName::default_tenant(), &names)?;
    Ok(())
}

/// Keeps everything that happened in the month, unless it is `stopped`. Blocks until it is
/// durable.
pub(super) fn month(
    service: &Service,
    company: &Company,
    month: Month,
    stopped: &AtomicBool,
) -> anyhow::Result<()> {
    let tenant = service.tenant(&TenantName::default_tenant())?;
    let progress = Progress::of_steps(month.events as u64, "inventing events");
    let mut filler =
        Filler { service, tenant: &tenant, bodies: Vec::new(), pending: VecDeque::new() };
    let month = company.month(month.until_ms, month.events);
    for (number, happening) in (1..).zip(month) {
        filler.add(&happening);
        if number % CHUNK_EVENTS == 0 {
            if stopped.load(Ordering::Relaxed) {
                break;
            }
            filler.send()?;
            progress.reach(number as u64);
        }
    }
    filler.finish()?;
    tenant.save_names();
    progress.finish();
    Ok(())
}

/// Adds new events as their time comes.
pub(super) async fn live(service: Arc<Service>, company: Arc<Company>, from_ms: i64) {
    for happening in company.live(from_ms) {
        let wait_ms = happening.row.created_at_ms - service.now().millis_floor();
        if let Ok(wait_ms) = u64::try_from(wait_ms) {
            tokio::time::sleep(Duration::from_millis(wait_ms)).await;
        }
        if let Err(error) = append_one(&service, &happening).await {
            tracing::warn!(%error, "an invented event was not kept");
        }
    }
}

/// Events on their way to the writer.
struct Filler<'s> {
    service: &'s Service,
    tenant: &'s Tenant,
    /// One for each format.
    bodies: Vec<(Format, String)>,
    pending: VecDeque<PendingAppend>,
}

impl Filler<'_> {
    fn add(&mut self, happening: &Happening) {
        let known = self.bodies.iter_mut().find(|(format, _)| *format == happening.format);
        match known {
            Some((_, body)) => body.extend([&happening.row.json, "\n"]),
            None => self.bodies.push((happening.format, format!("{}\n", happening.row.json))),
        }
    }

    fn send(&mut self) -> anyhow::Result<()> {
        for (format, body) in self.bodies.iter_mut().filter(|(_, body)| !body.is_empty()) {
            self.pending.push_back(append(self.tenant, *format, body, self.service.now())?);
            body.clear();
        }
        while self.pending.len() > PENDING_BODIES_MAX {
            self.pending.pop_front().map_or(Ok(()), wait)?;
        }
        Ok(())
    }

    /// Waits until everything is durable.
    fn finish(mut self) -> anyhow::Result<()> {
        self.send()?;
        self.pending.into_iter().try_for_each(wait)
    }
}

fn wait(pending: PendingAppend) -> anyhow::Result<()> {
    pending.wait_blocking()?;
    Ok(())
}

fn append(
    tenant: &Tenant,
    format: Format,
    body: &str,
    received: UnixMicros,
) -> anyhow::Result<PendingAppend> {
    let prepared = tenant.prepare(format, None, body.as_bytes(), received)?;
    if let Some(rejected) = prepared.rejected.first() {
        bail!("an invented event is not one: {}", rejected.reason);
    }
    Ok(tenant.ledger().append(prepared.events, SUBMITTER, received)?)
}

async fn append_one(service: &Service, happening: &Happening) -> anyhow::Result<()> {
    let Some(tenant) = service.tenant_if_open(&TenantName::default_tenant()) else { return Ok(()) };
    let pending = append(&tenant, happening.format, &happening.row.json, service.now())?;
    pending.wait().await?;
    Ok(())
}
