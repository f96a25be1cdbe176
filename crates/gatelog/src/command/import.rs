//! `gatelog import`: events from files.
//!
//! - [`lines`]: files and standard input as chunks of numbered lines, decompressed; rows of dumps
//!   are lines too.
//! - [`mapped`]: chunks of another system's JSON as chunks of events.
//! - [`follow`]: a file that goes on growing.
//! - [`target`]: where chunks go: a data directory or a running server.
//!
//! Lines are taken in the order of the file, so events of the same time keep it.

mod follow;
pub(crate) mod lines;
mod mapped;
mod target;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use gatelog_capture::mapping_file::MappingFile;
use gatelog_event::json::{Document, Node};
use gatelog_event::tenant::TenantName;
use gatelog_service::RejectedLine;
use serde_json::json;

use self::lines::{Chunk, Input};
use self::mapped::Mapped;
use self::target::Target;
use crate::arguments::Import;
use crate::output::{self, grouped};

/// How many rejected lines are explained on the terminal. All of them are in the file.
const EXPLAINED_MAX: usize = 20;

pub(crate) fn run(arguments: &Import) -> anyhow::Result<()> {
    let mapping = arguments.mapping.as_deref().map(super::map::mapping).transpose()?;
    if arguments.follow {
        return follow::run(arguments, mapping.as_ref());
    }
    let mut target = Target::open(arguments)?;
    let mut totals = Totals::default();
    let standard_input = [PathBuf::from("-")];
    let files = if arguments.files.is_empty() { &standard_input[..] } else { &arguments.files };
    let mut files = files.iter();
    let imported = files.try_for_each(|path| {
        import_file(arguments, mapping.as_ref(), path, &mut target, &mut totals)
    });
    let outcome = imported.and(target.finish(&mut totals));
    // What was taken in before a failure is kept, so it is told too.
    if outcome.is_ok() || totals.has_any() {
        totals.report(arguments.json);
    }
    outcome?;
    match &*totals.nothing_found {
        [] => Ok(()),
        files => bail!("{}", files.join("\n")),
    }
}

fn import_file(
    arguments: &Import,
    mapping: Option<&MappingFile>,
    path: &PathBuf,
    target: &mut Target,
    totals: &mut Totals,
) -> anyhow::Result<()> {
    let mut input = Input::open(path, arguments)?;
    totals.rejects.begin_file(path, rejected_path(arguments, path));
    while let Some(chunk) = input.next_chunk()? {
        import_lines(arguments, mapping, &chunk, target, totals)?;
    }
    input.finish();
    totals.skip(input.skipped());
    totals.nothing_found.extend(input.nothing_found());
    // Lines of this file may still wait for their answer; its rejects must be complete.
    target.finish(totals)
}

/// Takes in lines as they stand in a file.
fn import_lines(
    arguments: &Import,
    mapping: Option<&MappingFile>,
    chunk: &Chunk,
    target: &mut Target,
    totals: &mut Totals,
) -> anyhow::Result<()> {
    let Some(mapping) = mapping else { return import_chunk(arguments, chunk, target, totals) };
    let Mapped { chunks, without_event } = Mapped::of(mapping, chunk)?;
    totals.skip_records(mapping.name(), without_event);
    chunks.iter().try_for_each(|chunk| import_chunk(arguments, chunk, target, totals))
}

fn import_chunk(
    arguments: &Import,
    chunk: &Chunk,
    target: &mut Target,
    totals: &mut Totals,
) -> anyhow::Result<()> {
    totals.reject_bad_rows(chunk)?;
    if !arguments.split_tenants {
        return target.send(arguments.tenant.as_ref(), chunk, totals);
    }
    for (tenant, chunk) in split_by_tenant(chunk, totals)? {
        target.send(Some(&tenant), &chunk, totals)?;
    }
    Ok(())
}

fn rejected_path(arguments: &Import, input: &Path) -> PathBuf {
    if let Some(path) = &arguments.rejected {
        return path.clone();
    }
    if input.as_os_str() == "-" {
        return PathBuf::from("import.rejected");
    }
    let mut path = input.as_os_str().to_owned();
    path.push(".rejected");
    path.into()
}

/// Groups lines by the tenant each names in `tenantId`, in the order of the file.
fn split_by_tenant(
    chunk: &Chunk,
    totals: &mut Totals,
) -> anyhow::Result<BTreeMap<TenantName, Chunk>> {
    let mut chunks: BTreeMap<TenantName, Chunk> = BTreeMap::new();
    for (place, (number, line)) in (1..).zip(chunk.lines()) {
        match tenant_of(line) {
            Ok(tenant) => chunks.entry(tenant).or_default().push(number, line),
            Err(reason) => {
                let rejected = RejectedLine { line: place, column: 1, reason };
                totals.reject([rejected], chunk)?;
            }
        }
    }
    Ok(chunks)
}

fn tenant_of(line: &[u8]) -> Result<TenantName, String> {
    let Ok(document) = Document::parse(line) else {
        // The intake names the place of what is wrong; whose line it is does not matter then.
        return Ok(TenantName::default_tenant());
    };
    let Some(name) = document.root().get("tenantId").and_then(Node::as_str) else {
        return Err("the record names no tenant (tenantId)".to_owned());
    };
    name.parse().map_err(|error| format!("{error}"))
}

/// What became of all lines so far.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    accepted: u64,
    duplicates: u64,
    conflicts: u64,
    rejected: u64,
    rejects: Rejects,
    /// Tables of dumps that hold no events of the format, with the number of their rows.
    skipped: BTreeMap<String, u64>,
    /// Mappings, with the number of records of which they make no event.
    without_event: BTreeMap<String, u64>,
    /// Why each dump without rows to import has none.
    nothing_found: Vec<String>,
}

impl Totals {
    fn add(&mut self, appended: gatelog_ledger::Appended) {
        self.accepted += appended.accepted;
        self.duplicates += appended.duplicates;
        self.conflicts += appended.conflicts;
    }

    /// Lines as they are counted in the chunk.
    fn reject(
        &mut self,
        rejected: impl IntoIterator<Item = RejectedLine>,
        chunk: &Chunk,
    ) -> anyhow::Result<()> {
        rejected.into_iter().try_for_each(|rejected| {
            self.rejected += 1;
            let (line, text) = chunk.line(rejected.line);
            self.rejects.add(&RejectedLine { line, ..rejected }, text)
        })
    }

    fn reject_bad_rows(&mut self, chunk: &Chunk) -> anyhow::Result<()> {
        self.rejected += chunk.bad_rows().len() as u64;
        chunk.bad_rows().iter().try_for_each(|(rejected, text)| self.rejects.add(rejected, text))
    }

    fn skip(&mut self, tables: Option<&BTreeMap<String, u64>>) {
        for (table, rows) in tables.into_iter().flatten() {
            *self.skipped.entry(table.clone()).or_default() += rows;
        }
    }

    fn skip_records(&mut self, mapping: &str, records: u64) {
        if records > 0 {
            *self.without_event.entry(mapping.to_owned()).or_default() += records;
        }
    }

    fn has_any(&self) -> bool {
        self.accepted + self.duplicates + self.conflicts + self.rejected > 0
    }

    fn report(&self, as_json: bool) {
        if as_json {
            let skipped: BTreeMap<_, _> = self.skipped.iter().chain(&self.without_event).collect();
            let rejected_files: Vec<_> =
                self.rejects.files.iter().map(|path| path.display().to_string()).collect();
            let report = json!({
                "accepted": self.accepted,
                "duplicates": self.duplicates,
                "conflicts": self.conflicts,
                "rejected_total": self.rejected,
                "rejected_files": rejected_files,
                "skipped": skipped,
            });
            return output::line(&report.to_string());
        }
        output::line(&format!(
            "{} accepted, {} already here, {} conflicts, {} rejected",
            grouped(self.accepted),
            grouped(self.duplicates),
            grouped(self.conflicts),
            grouped(self.rejected)
        ));
        for (table, rows) in &self.skipped {
            output::line(&format!("skipped: {table}, {} rows", grouped(*rows)));
        }
        for (mapping, records) in &self.without_event {
            let records = grouped(*records);
            output::line(&format!("skipped: {records} of which {mapping} makes no event"));
        }
        if self.accepted == 0 && self.duplicates > 0 {
            output::line("nothing is new: every event was here already");
        }
        if self.conflicts > 0 {
            output::line("conflicts: events that are here with other content; the first is kept");
        }
        self.rejects.report();
    }
}

/// Rejected lines: all of them in a file, the first ones explained.
#[derive(Debug, Default)]
struct Rejects {
    input: PathBuf,
    path: PathBuf,
    writer: Option<BufWriter<File>>,
    /// Whether what is in the file already stays.
    appends: bool,
    explained: Vec<String>,
    files: Vec<PathBuf>,
}

impl Rejects {
    fn begin_file(&mut self, input: &PathBuf, path: PathBuf) {
        self.input.clone_from(input);
        if path != self.path {
            self.writer = None;
            self.path = path;
        }
    }

    /// As [`Rejects::begin_file`], when what was rejected before a restart is to stay.
    fn append_to(&mut self, input: &PathBuf, path: PathBuf) {
        self.appends = true;
        self.begin_file(input, path);
    }

    fn add(&mut self, rejected: &RejectedLine, text: &[u8]) -> anyhow::Result<()> {
        let RejectedLine { line, column, reason } = rejected;
        if self.explained.len() < EXPLAINED_MAX {
            let input = self.input.display();
            self.explained.push(format!("{input}: line {line}, column {column}: {reason}"));
        }
        let path = self.path.display().to_string();
        if self.writer.is_none() {
            let mut options = File::options();
            options.create(true).write(true).append(self.appends).truncate(!self.appends);
            let file = options.open(&self.path).with_context(|| format!("cannot create {path}"))?;
            self.writer = Some(BufWriter::new(file));
            self.files.push(self.path.clone());
        }
        let Some(writer) = &mut self.writer else { return Ok(()) };
        let written = writer.write_all(text).and_then(|()| writer.write_all(b"\n"));
        written.and_then(|()| writer.flush()).with_context(|| format!("cannot write {path}"))
    }

    fn report(&self) {
        for explained in &self.explained {
            output::note(&format!("rejected: {explained}"));
        }
        for path in &self.files {
            output::note(&format!("all rejected lines are in {}", path.display()));
        }
    }
}
