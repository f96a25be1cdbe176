//! `gatelog map`: what a mapping file makes of JSON, and the ready files.
//!
//! - [`trial`]: one event as it would be kept, and what there is to say of it.

mod trial;

use std::fs;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, bail};
use gatelog_capture::mapping_file::{MappingFile, ready};
use gatelog_event::intake::batch::{self, Batch, Place, Record};
use gatelog_event::limits::BATCH_BYTES_MAX;
use serde_json::json;

use self::trial::Trial;
use super::import::lines::Opened;
use crate::arguments::Map;
use crate::output;

pub(crate) fn run(arguments: &Map) -> anyhow::Result<()> {
    if let Some(name) = &arguments.try_mapping {
        return try_out(&mapping(name)?, &arguments.input, arguments.json);
    }
    match &arguments.show {
        Some(name) => show(name),
        None => {
            list(arguments.json);
            Ok(())
        }
    }
}

/// The ready mapping of this name, else the one in this file.
///
/// # Errors
/// When there is neither, or with the place of what is wrong in the file.
pub(crate) fn mapping(name_or_file: &str) -> anyhow::Result<MappingFile> {
    if let Some(mapping) = ready::file(name_or_file) {
        return Ok(mapping);
    }
    let text = fs::read_to_string(name_or_file)
        .with_context(|| format!("{name_or_file} is no ready mapping ({}) and no file", known()))?;
    MappingFile::parse(&text).map_err(|error| anyhow::anyhow!("{name_or_file}: {error}"))
}

fn known() -> String {
    ready::names().collect::<Vec<_>>().join(", ")
}

fn list(as_json: bool) {
    let mappings: Vec<MappingFile> = ready::names().filter_map(ready::file).collect();
    if as_json {
        let as_json = |mapping: &MappingFile| {
            json!({
                "name": mapping.name(),
                "version": mapping.version(),
                "source": mapping.source().name(),
                "about": mapping.about(),
            })
        };
        let mappings: Vec<_> = mappings.iter().map(as_json).collect();
        return output::line(&serde_json::Value::from(mappings).to_string());
    }
    let row = |mapping: &MappingFile| {
        [mapping.name().to_owned(), mapping.version().to_string(), mapping.about().to_owned()]
    };
    let rows: Vec<_> = mappings.iter().map(row).collect();
    output::table(["NAME", "VERSION", "FOR"], &rows);
}

fn show(name: &str) -> anyhow::Result<()> {
    let text = ready::text(name);
    let text = text.with_context(|| format!("there is no ready mapping {name} ({})", known()))?;
    output::print(text.as_bytes());
    Ok(())
}

/// Prints what would become of each value of the input.
///
/// # Errors
/// When the input cannot be read, or something of it would be refused.
fn try_out(mapping: &MappingFile, input: &Path, as_json: bool) -> anyhow::Result<()> {
    let mut body = Vec::new();
    let opened = Opened::open(input)?;
    let name = input.display();
    let most = BATCH_BYTES_MAX as u64 + 1;
    opened
        .reader
        .take(most)
        .read_to_end(&mut body)
        .with_context(|| format!("cannot read {name}"))?;
    opened.progress.finish();
    if body.len() > BATCH_BYTES_MAX {
        bail!("{name} has more than {BATCH_BYTES_MAX} bytes; try a part of it");
    }
    let batch = batch::split(&body).with_context(|| format!("{name} is not a JSON array"))?;
    let records: Vec<Record<'_>> = batch.records().collect();
    let inputs: Vec<&[u8]> = records.iter().map(|record| record.bytes).collect();
    let mapped = mapping.map(&inputs).map_err(anyhow::Error::msg)?;
    let trial = Trial::new();
    let mut refused = 0;
    for (record, mapped) in records.iter().zip(mapped) {
        refused += match mapped {
            Err(error) => {
                let place = batch.place(*record, error.offset);
                trial::report_unmapped(place, &error.reason, as_json);
                1
            }
            Ok(events) => report(&trial, &batch, *record, &events, as_json),
        };
    }
    match refused {
        0 => Ok(()),
        1 => bail!("1 would be refused"),
        more => bail!("{more} would be refused"),
    }
}

/// Prints the events of one value, and counts those that would be refused.
fn report(
    trial: &Trial,
    batch: &Batch<'_>,
    record: Record<'_>,
    events: &[Vec<u8>],
    as_json: bool,
) -> usize {
    let Place { line, .. } = batch.place(record, 0);
    if events.is_empty() && !as_json {
        output::line(&format!("line {line}: no event"));
    }
    events.iter().filter(|event| !trial.report(line, event, as_json)).count()
}
