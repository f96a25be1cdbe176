//! `gatelog export`: any number of events, to a file or standard output.
//!
//! - [`partial`]: a file that has its name only when it is whole.
//! - [`rows`]: where rows end, in NDJSON and in CSV.
//! - [`lines`]: NDJSON or CSV, resumed behind the last whole row.
//! - [`parts`]: Parquet in several files, resumed behind the last whole one.
//!
//! What is written comes as it is from the export of the API; memory does not grow with it.

mod lines;
mod partial;
mod parts;
mod rows;

use std::io::{ErrorKind, IsTerminal, Write};
use std::path::Path;

use anyhow::{Context, bail};
use reqwest::header::HeaderMap;

use self::partial::Partial;
use self::rows::Rows;
use crate::answers::{Answers, Parameters, Stream};
use crate::arguments::{Export, ExportFormat};
use crate::output;
use crate::output::progress::Progress;

/// How many events match, those before the cursor included.
pub(super) const TOTAL: &str = "gatelog-total";

/// Asks for exports.
struct Exporter<'a> {
    arguments: &'a Export,
    answers: Answers,
    parameters: Parameters,
}

pub(crate) fn run(arguments: &Export) -> anyhow::Result<()> {
    let to_file = arguments.output != Path::new("-");
    if !to_file && std::io::stdout().is_terminal() {
        bail!("give --output FILE or a pipe; `gatelog query` shows events on a terminal");
    }
    if arguments.part_rows.is_some() && (!to_file || arguments.format() != ExportFormat::Parquet) {
        bail!("--part-rows is for Parquet files; other formats are resumed without it");
    }
    let exporter = Exporter::open(arguments)?;
    let count = match (arguments.format(), arguments.part_rows) {
        _ if !to_file => exporter.to_standard_output()?,
        (ExportFormat::Parquet, Some(part_rows)) => parts::export(&exporter, part_rows)?,
        (ExportFormat::Parquet, None) => exporter.to_parquet()?,
        (ExportFormat::Ndjson | ExportFormat::Csv, _) => lines::export(&exporter)?,
    };
    if let Some(count) = count {
        output::note(&format!("{} exported", output::events(count)));
    }
    Ok(())
}

/// What is told of an export that ended early.
fn interrupted(count: u64) -> String {
    let events = output::events(count);
    format!("interrupted after {events}; the same command with --resume goes on")
}

impl<'a> Exporter<'a> {
    fn open(arguments: &'a Export) -> anyhow::Result<Self> {
        let Export { question, window, .. } = arguments;
        let answers = Answers::open(&question.place, question.tenant.as_ref())?;
        let mut parameters = question.parameters();
        parameters.extend(window.parameters());
        parameters.push(("format", arguments.format().name().to_owned()));
        parameters.push(("order", arguments.order.name().to_owned()));
        parameters.extend(arguments.fields.clone().map(|fields| ("fields", fields)));
        Ok(Self { arguments, answers, parameters })
    }

    /// Begins an export: behind a cursor, or with the first event.
    fn begin(
        &self,
        cursor: Option<String>,
        with_cursors: bool,
        limit: Option<u64>,
    ) -> anyhow::Result<Stream<'_>> {
        let mut parameters = self.parameters.clone();
        parameters.extend(cursor.map(|cursor| ("cursor", cursor)));
        parameters.extend(limit.map(|limit| ("limit", limit.to_string())));
        if with_cursors {
            parameters.push(("cursors", "true".to_owned()));
        }
        self.answers.stream("/v1/export", &parameters, HeaderMap::new())
    }

    /// How far it is, in events.
    fn progress(&self, stream: &Stream<'_>) -> Progress {
        let total = stream.number(TOTAL).unwrap_or(0);
        let total = self.arguments.limit.map_or(total, |limit| limit.min(total));
        Progress::of_steps(total, "exporting")
    }

    fn to_standard_output(&self) -> anyhow::Result<Option<u64>> {
        let mut stream = self.begin(None, false, self.arguments.limit)?;
        let format = self.arguments.format();
        let mut rows = Rows::new(format);
        let mut output = std::io::stdout().lock();
        // Who reads the rows may write to the same terminal, which a bar would spoil.
        let is_told = !std::io::stderr().is_terminal() && format != ExportFormat::Parquet;
        let progress = is_told.then(|| self.progress(&stream));
        while let Some(piece) = stream.next()? {
            match output.write_all(&piece) {
                // Whoever reads has seen enough.
                Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(None),
                written => written.context("cannot write to standard output")?,
            }
            rows.pass(&piece);
            progress.iter().for_each(|progress| progress.reach(rows.count()));
        }
        output.flush().context("cannot write to standard output")?;
        progress.iter().for_each(Progress::finish);
        Ok((format != ExportFormat::Parquet).then(|| rows.count()))
    }

    /// One Parquet file; how many rows are in it stands in it.
    fn to_parquet(&self) -> anyhow::Result<Option<u64>> {
        let Export { output, resume, force, limit, .. } = self.arguments;
        if *resume {
            bail!("a Parquet file cannot be continued; with --part-rows N finished parts are kept");
        }
        partial::check_free(output, *force)?;
        let mut stream = self.begin(None, false, *limit)?;
        let mut partial = Partial::create(output)?;
        // Its rows cannot be counted before it is whole.
        let progress = Progress::of_bytes(None, "exporting");
        while let Some(piece) = stream.next()? {
            partial.write(&piece)?;
            progress.advance(piece.len() as u64);
        }
        progress.finish();
        partial.finish()?;
        Ok(Some(parts::Part::read(output)?.rows))
    }
}
