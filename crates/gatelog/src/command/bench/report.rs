//! The result, for people and programs.

use std::collections::BTreeMap;

use gatelog_ledger::inspect::Sizes;
use serde::Serialize;

use super::load::{Bulk, Singles};
use super::percentiles::Percentiles;
use super::questions::Answered;
use super::server::Memory;
use crate::output::{self, grouped};

/// Everything that was measured.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) bulk: Bulk,
    pub(super) singles: Singles,
    /// Until what was loaded was sealed and merged, with nothing else to do.
    pub(super) settle_seconds: f64,
    pub(super) memory_after_bulk: Memory,
    pub(super) memory_after_questions: Memory,
    /// From the command to the first answer, with the events that were not sealed to be read again.
    pub(super) start_ms: f64,
    pub(super) answers: Vec<Answered>,
    pub(super) disk: Disk,
}

/// What sealed events and their names take on disk.
#[derive(Debug, Serialize)]
pub(super) struct Disk {
    events: u64,
    segments: u64,
    /// Bytes of all segments by part, and those of `meta.db`.
    bytes: BTreeMap<&'static str, u64>,
}

impl Disk {
    pub(super) fn new(segments: Sizes, meta_bytes: u64) -> Self {
        let Sizes { events, segments, mut bytes } = segments;
        bytes.insert("meta.db (names)", meta_bytes);
        Self { events, segments, bytes }
    }
}

impl Report {
    /// Prints it as tables.
    pub(super) fn print(&self) {
        self.print_load();
        self.print_answers();
        self.print_disk();
    }

    fn print_load(&self) {
        let Self { bulk, singles, .. } = self;
        let rate = |events: u64, seconds: f64| format!("{:.0}", events as f64 / seconds.max(1e-9));
        let meanwhile = bulk.newest_page_meanwhile.map_or_else(String::new, in_ms);
        let rows = [
            ["bulk, events".to_owned(), grouped(bulk.events)],
            ["bulk, events per second".to_owned(), rate(bulk.events, bulk.seconds)],
            ["bulk, events per CPU second".to_owned(), rate(bulk.events, bulk.cpu_seconds)],
            ["newest page meanwhile, p50 / p99 ms".to_owned(), meanwhile],
            ["sealing and merging afterwards, s".to_owned(), format!("{:.1}", self.settle_seconds)],
            ["one by one, events per second".to_owned(), rate(singles.events, singles.seconds)],
            [
                "one by one, p50 / p99 ms".to_owned(),
                singles.answers.map_or_else(String::new, in_ms),
            ],
            ["start, ms".to_owned(), format!("{:.0}", self.start_ms)],
            ["peak memory of loading".to_owned(), mebibytes(self.memory_after_bulk.peak_bytes)],
            ["peak memory of asking".to_owned(), mebibytes(self.memory_after_questions.peak_bytes)],
        ];
        output::table(["LOAD", ""], &rows);
    }

    fn print_answers(&self) {
        let ms = |ms: Option<f64>| ms.map_or_else(|| "refused".to_owned(), |ms| format!("{ms:.2}"));
        let row = |Answered { question, cold_ms, warm }: &Answered| {
            let (p50_ms, p99_ms) = (warm.map(|warm| warm.p50_ms), warm.map(|warm| warm.p99_ms));
            [(*question).to_owned(), ms(*cold_ms), ms(p50_ms), ms(p99_ms)]
        };
        let rows: Vec<_> = self.answers.iter().map(row).collect();
        output::line("");
        output::table(["QUESTION", "COLD MS", "P50 MS", "P99 MS"], &rows);
    }

    fn print_disk(&self) {
        let Disk { events, segments, bytes } = &self.disk;
        let each = |bytes: u64| format!("{:.1}", bytes as f64 / (*events).max(1) as f64);
        let mut rows: Vec<_> =
            bytes.iter().map(|(part, bytes)| [(*part).to_owned(), each(*bytes)]).collect();
        rows.push(["all".to_owned(), each(bytes.values().sum())]);
        output::line("");
        output::table(["PART", "BYTES PER EVENT"], &rows);
        output::line(&format!("{} events in {segments} segments", grouped(*events)));
    }
}

fn in_ms(Percentiles { p50_ms, p99_ms }: Percentiles) -> String {
    format!("{p50_ms:.2} / {p99_ms:.2}")
}

fn mebibytes(bytes: u64) -> String {
    format!("{} MiB", bytes >> 20)
}
