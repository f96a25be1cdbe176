//! `gatelog directory rebuild`: every name again from the events, after `meta.db` was lost.

use std::path::Path;

use gatelog_event::tenant::TenantName;
use gatelog_ledger::PageStart;
use gatelog_query::{Filter, Order, Query};
use gatelog_server::system::{environment, operator};
use gatelog_service::{DueReads, Service};

use crate::command::check_there;
use crate::output::progress::Progress;
use crate::output::{self, grouped};

/// Events read before the names in them are saved.
const CHUNK_EVENTS: usize = 1_000;

pub(super) fn run(data: &Path, tenant: &TenantName) -> anyhow::Result<()> {
    check_there(data)?;
    let service = Service::open(data, environment())?;
    let tenant = service.tenant(tenant)?;
    // In the order in which they happened, so that the latest name is the one that stays.
    let everything = tenant.ledger().matches(&Query::new(Filter::All))?;
    let noted = tenant.begin_read(&operator(), "gatelog directory rebuild", []);
    let mut reading = everything.read(Order::OldestFirst, PageStart::First)?;
    let progress = Progress::of_steps(reading.total(), "learning names");
    while !reading.is_over() {
        let events = reading.events(CHUNK_EVENTS)?;
        events.iter().for_each(|event| tenant.learn_again(event));
        tenant.save_names();
        noted.returned(events.len());
        progress.advance(events.len() as u64);
    }
    progress.finish();
    service.write_audit(DueReads::All)?;
    let names = service.meta().count_directory(tenant.name(), None, "")?;
    let events = output::events(reading.total());
    output::line(&format!("{events} read, names known: {}", grouped(names)));
    Ok(())
}
