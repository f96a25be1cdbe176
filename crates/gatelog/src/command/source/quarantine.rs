//! Records that are no events, of a running server.

use std::io::Read as _;
use std::path::Path;

use anyhow::{Context, bail};
use gatelog_event::tenant::TenantName;
use reqwest::Method;
use serde::Deserialize;

use crate::answers::Answers;
use crate::arguments::{Place, Quarantine};
use crate::output;
use crate::output::table::{Cell, Table, Tone};

#[derive(Debug, Deserialize)]
struct Records {
    records: Vec<Record>,
}

#[derive(Debug, Deserialize)]
struct Record {
    number: i64,
    source: String,
    received: String,
    format: String,
    reason: String,
    record: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Taken {
    accepted: u64,
    conflicts: u64,
}

pub(super) fn run(command: &Quarantine) -> anyhow::Result<()> {
    match command {
        Quarantine::List { place, tenant, source, limit, json } => {
            let mut parameters = vec![("limit", limit.to_string())];
            parameters.extend(source.iter().map(|source| ("source", source.clone())));
            let answer =
                answers(place, tenant.tenant.as_ref())?.get("/v1/quarantine", &parameters)?;
            if *json {
                output::line(&answer);
                return Ok(());
            }
            list(&read(&answer)?);
            Ok(())
        }
        Quarantine::Show { place, tenant, number } => {
            let parameters =
                vec![("before", number.saturating_add(1).to_string()), ("limit", "1".to_owned())];
            let answer =
                answers(place, tenant.tenant.as_ref())?.get("/v1/quarantine", &parameters)?;
            let found = read(&answer)?.records.into_iter().find(|record| record.number == *number);
            let Some(record) = found else {
                bail!("there is no record {number} in the quarantine")
            };
            output::note(&format!("{}: {}", record.source, record.reason));
            let text = record.record.context("the record was sealed under another key")?;
            output::line(&text);
            Ok(())
        }
        Quarantine::Take { place, tenant, number, mended } => {
            let mended = mended.as_deref().map(content).transpose()?.unwrap_or_default();
            let path = format!("/v1/quarantine/{number}");
            let answers = answers(place, tenant.tenant.as_ref())?;
            let answer = answers.send(&Method::POST, &path, mended)?;
            let taken: Taken =
                serde_json::from_str(&answer).context("the answer is not what was expected")?;
            output::note(match taken {
                Taken { accepted: 1.., .. } => "it is kept",
                Taken { conflicts: 1.., .. } => {
                    "an event with this id and time is here already, with other content"
                }
                _ => "it was here already",
            });
            Ok(())
        }
        Quarantine::Discard { place, tenant, number } => {
            let path = format!("/v1/quarantine/{number}");
            answers(place, tenant.tenant.as_ref())?.send(&Method::DELETE, &path, Vec::new())?;
            output::note("it is gone");
            Ok(())
        }
    }
}

fn answers(place: &Place, tenant: Option<&TenantName>) -> anyhow::Result<Answers> {
    if matches!(place, Place::Directory(_)) {
        bail!(
            "the quarantine is looked at through a running server, which has the key file: give \
             its --url and an admin key as --token"
        );
    }
    Answers::open(place, tenant)
}

fn read(answer: &str) -> anyhow::Result<Records> {
    serde_json::from_str(answer).context("the answer is not what was expected")
}

fn list(records: &Records) {
    let mut table =
        Table::new(["NUMBER", "SOURCE", "RECEIVED", "FORMAT", "WHAT IS WRONG", "RECORD"]);
    for Record { number, source, received, format, reason, record } in &records.records {
        table.push(vec![
            Cell::number(&number.to_string()),
            Cell::whole(source),
            Cell::plain(received),
            Cell::plain(format),
            Cell::plain(reason).toned(Tone::Warning),
            Cell::plain(record.as_deref().unwrap_or("(sealed under another key)")),
        ]);
    }
    table.print();
}

fn content(path: &Path) -> anyhow::Result<Vec<u8>> {
    if path == Path::new("-") {
        let mut content = Vec::new();
        std::io::stdin().read_to_end(&mut content).context("cannot read standard input")?;
        return Ok(content);
    }
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}
