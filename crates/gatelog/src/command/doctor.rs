//! `gatelog doctor`: is a data directory, and what it stands on, as it should be?
//!
//! Only reads, and works beside a running server. Everything is checked, whatever was found before.
//!
//! - [`finding`]: what a check found, and what to do.
//! - [`settings`]: version, configuration, certificate, databases of places, mail server, mappings.
//! - [`directory`]: the directory, who holds it, how much room it has.
//! - [`contents`]: format, log, segments, `meta.db`.
//! - [`machine`]: clock, file descriptors.

mod contents;
mod directory;
mod finding;
mod machine;
mod settings;

use std::path::Path;

use anyhow::bail;
use serde_json::json;

use self::directory::Holder;
use self::finding::{Finding, Status};
use crate::arguments::Doctor;
use crate::output;

pub(crate) fn run(arguments: &Doctor) -> anyhow::Result<()> {
    let findings = examine(arguments);
    let worst = findings.iter().map(|finding| finding.status).max().unwrap_or(Status::Ok);
    if arguments.json {
        let checks: Vec<_> = findings.iter().map(Finding::to_json).collect();
        output::line(&json!({ "status": worst.name(), "checks": checks }).to_string());
    } else {
        findings.iter().for_each(Finding::print);
    }
    match findings.iter().filter(|finding| finding.status == Status::Fail).count() {
        0 => Ok(()),
        1 => bail!("a check failed"),
        count => bail!("{count} checks failed"),
    }
}

fn examine(arguments: &Doctor) -> Vec<Finding> {
    let (config, mut findings) = settings::check(arguments.config.as_deref());
    let data: &Path = arguments.data.as_deref().unwrap_or(&config.server.data);
    findings.extend(settings::check_certificate(&config));
    findings.extend(settings::check_places(&config));
    findings.extend(settings::check_mail(&config));
    findings.extend(settings::check_mappings(&config));
    findings.extend(settings::check_sources(&config));
    findings.extend(directory::check(data));
    let holder = Holder::of(data);
    if data.is_dir() {
        findings.push(directory::check_space(data));
        findings.push(holder.finding());
        findings.extend(contents::check(data, &holder, arguments.full));
    }
    findings.push(machine::check_clock(data));
    findings.push(machine::check_descriptors(&holder));
    findings
}
