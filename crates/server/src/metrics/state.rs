//! Everything but requests, read when it is asked for.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use gatelog_event::source::Format;
use gatelog_event::time::UnixMicros;
use gatelog_ledger::{Activity, Appended, Error as LedgerError};
use gatelog_service::Service;
use gatelog_source::Sources;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;
use prometheus_client::registry::Unit;

use super::process;
use super::sources::write_sources;
use super::write::Writer;
use crate::system::disk_space;

const MICROS_PER_SECOND: f64 = 1e6;

/// Where everything is read.
#[derive(Debug)]
pub(super) struct State {
    pub(super) service: Arc<Service>,
    pub(super) directory: PathBuf,
    pub(super) started: UnixMicros,
    pub(super) sources: Arc<Sources>,
}

impl Collector for State {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut writer = Writer(encoder);
        let activity = self.service.ledger_activity();
        self.write_intake(&mut writer, &activity)?;
        write_commits(&mut writer, &activity)?;
        self.write_ledger(&mut writer, &activity)?;
        self.write_callers(&mut writer)?;
        write_sources(&mut writer, &self.sources.states())?;
        self.write_process(&mut writer)
    }
}

impl State {
    fn write_intake(&self, writer: &mut Writer<'_>, activity: &Activity) -> fmt::Result {
        let by_format = |count: fn(&Appended) -> u64| {
            let appended = activity.done.appended.iter();
            appended.map(move |(format, appended)| (label(*format), count(appended)))
        };
        let accepted = ("gatelog_events_accepted", "Events that were kept", None);
        writer.counters(accepted, by_format(|appended| appended.accepted))?;
        let duplicate = ("gatelog_events_duplicate", "Events that were here already", None);
        writer.counters(duplicate, by_format(|appended| appended.duplicates))?;
        let conflicting =
            ("gatelog_events_conflicting", "Events that were here with other content", None);
        writer.counters(conflicting, by_format(|appended| appended.conflicts))?;

        let gaps = ("gatelog_producer_gaps", "Gaps in the numbers of emitters", None);
        writer.gauge(gaps, self.service.overdue_gaps())?;

        let intake = self.service.intake();
        let rejected = intake.iter().flat_map(|intake| {
            let format = ("format", intake.format.name());
            let rejected = intake.rejected.iter();
            rejected.map(move |(class, count)| ([format, ("reason", class.name())], *count))
        });
        writer
            .counters(("gatelog_events_rejected", "Records that are no events", None), rejected)?;
        let bytes = intake.iter().map(|intake| (label(intake.format), intake.byte_count));
        writer.counters(("gatelog_intake", "Records that were read", Some(&Unit::Bytes)), bytes)
    }

    fn write_ledger(&self, writer: &mut Writer<'_>, activity: &Activity) -> fmt::Result {
        let (held, cache) = (activity.held, activity.cache);
        let bytes = Some(&Unit::Bytes);
        let seal = ("gatelog_seal", "Time to make a segment", Some(&Unit::Seconds));
        writer.histogram(seal, &activity.done.seal_micros, MICROS_PER_SECOND)?;
        writer.gauge(("gatelog_segments", "Segment files", None), held.segments)?;
        let pending = ("gatelog_merge_pending", "Segments that wait to be merged", bytes);
        writer.gauge(pending, held.merge_pending_byte_count)?;
        let sealed = ("gatelog_sealed_events", "Events in segments", None);
        writer.gauge(sealed, held.sealed_events)?;
        let unsealed = ("gatelog_unsealed_events", "Events in the log and in memory", None);
        writer.gauge(unsealed, held.unsealed_events)?;
        let unsealed = ("gatelog_unsealed", "Memory of unsealed events", bytes);
        writer.gauge(unsealed, held.unsealed_byte_count)?;
        writer.gauge(("gatelog_log", "Write-ahead log", bytes), activity.log_byte_count)?;
        writer.gauge(("gatelog_tenants_open", "Tenants in memory", None), held.tenants)?;
        let hits = ("gatelog_cache_hits", "Pieces of segments that were in memory", None);
        writer.counter(hits, cache.hits)?;
        let misses = ("gatelog_cache_misses", "Pieces of segments that were not", None);
        writer.counter(misses, cache.misses)?;
        writer.gauge(("gatelog_cache", "Memory of the cache", bytes), cache.byte_count)?;

        let refusal = self.service.ledger_refusal();
        let is_read_only = matches!(refusal, Some(LedgerError::ReadOnly { .. }));
        let read_only = ("gatelog_read_only", "1 after a failed write to disk", None);
        writer.gauge(read_only, is_read_only.into())?;
        let is_disk_full = matches!(refusal, Some(LedgerError::DiskFull { .. }));
        let disk_full = ("gatelog_disk_full", "1 while events are refused for want of room", None);
        writer.gauge(disk_full, is_disk_full.into())?;
        if let Ok(space) = disk_space(&self.directory) {
            let free = ("gatelog_disk_free", "Room on the data directory's file system", bytes);
            writer.gauge(free, space.free_bytes)?;
        }
        Ok(())
    }

    fn write_callers(&self, writer: &mut Writer<'_>) -> fmt::Result {
        let callers = self.service.authenticator().activity();
        let keys = [
            ([("result", "remembered")], callers.keys_remembered),
            ([("result", "verified")], callers.keys_verified),
            ([("result", "refused")], callers.keys_refused),
        ];
        writer.counters(("gatelog_key_checks", "API keys that were checked", None), keys)?;
        let sign_ins = [
            ([("result", "ok")], callers.sign_ins),
            ([("result", "refused")], callers.sign_ins_refused),
        ];
        writer.counters(("gatelog_sign_ins", "Sign-ins to the console", None), sign_ins)
    }

    fn write_process(&self, writer: &mut Writer<'_>) -> fmt::Result {
        let bytes = Some(&Unit::Bytes);
        if let Some(resident) = process::resident_bytes() {
            writer.gauge(("process_resident_memory", "Resident memory", bytes), resident)?;
        }
        if let Some(open) = process::open_descriptors() {
            writer.gauge(("process_open_fds", "Open file descriptors", None), open)?;
        }
        if let Some(limit) = process::descriptor_limit("self") {
            writer.gauge(("process_max_fds", "Limit of file descriptors", None), limit)?;
        }
        let started = u64::try_from(self.started.micros() / 1_000_000).unwrap_or(0);
        let start = ("process_start_time", "Start since the epoch", Some(&Unit::Seconds));
        writer.gauge(start, started)?;
        let version = [("version", env!("CARGO_PKG_VERSION"))];
        writer.info("gatelog_build", "What is running", version)
    }
}

fn write_commits(writer: &mut Writer<'_>, activity: &Activity) -> fmt::Result {
    let sizes = ("gatelog_commit_events", "Events written with one sync", None);
    writer.histogram(sizes, &activity.done.commit_events, 1.0)?;
    let durations = ("gatelog_commit", "Time to write and sync a commit", Some(&Unit::Seconds));
    writer.histogram(durations, &activity.done.commit_micros, MICROS_PER_SECOND)?;
    let queue = ("gatelog_queue", "Batches that wait for the writer", Some(&Unit::Bytes));
    writer.gauge(queue, activity.queue_byte_count)
}

fn label(format: Format) -> [(&'static str, &'static str); 1] {
    [("format", format.name())]
}
