//! Format, log, segments, `meta.db`.

use std::io::ErrorKind;
use std::path::Path;

use gatelog_event::tenant::TenantName;
use gatelog_ledger::Error;
use gatelog_ledger::inspect::Inspection;
use gatelog_server::system::environment;

use super::directory::Holder;
use super::finding::{Finding, in_bytes};
use crate::output::grouped;
use crate::output::progress::Progress;

/// Damaged files that are named; who has more of them needs a backup, not a list.
const NAMED_MAX: usize = 20;

/// A start after a crash reads the whole log: more than the bound of a running server means that
/// sealing failed for long. In bytes.
const LOG_BYTES_USUAL_MAX: u64 = 256 << 20;

/// How often something that looks damaged beside a running server is looked at again.
const LOOKS_MAX: usize = 3;

/// Checks what is in the directory.
pub(super) fn check(data: &Path, holder: &Holder, is_full: bool) -> Vec<Finding> {
    let inspection = Inspection::new(data, environment().files);
    let mut findings = vec![check_format(data, &inspection)];
    findings.push(check_log(&inspection, holder));
    match inspection.tenants() {
        Ok(tenants) => findings.extend(check_segments(&inspection, &tenants, holder, is_full)),
        Err(error) => findings.push(damaged("segments", &error)),
    }
    findings.push(check_meta(data, holder));
    findings
}

fn check_format(data: &Path, inspection: &Inspection) -> Finding {
    const CHECK: &str = "format";
    // Keys can be made before the first start; it writes the format before anything else.
    let is_there = |name: &str| data.join(name).try_exists().unwrap_or(true);
    if !["format", "wal", "tenants"].into_iter().any(is_there) {
        return Finding::ok(CHECK, "no server was started here yet");
    }
    match inspection.format() {
        Ok(()) => Finding::ok(CHECK, "of a version that this Gatelog knows"),
        Err(error) => damaged(CHECK, &error),
    }
}

fn check_log(inspection: &Inspection, holder: &Holder) -> Finding {
    const CHECK: &str = "log";
    let report = match settled(holder, || inspection.log()) {
        Ok(report) => report,
        Err(error) => return damaged(CHECK, &error),
    };
    let (events, size) = (grouped(report.event_count), in_bytes(report.byte_count));
    let message = format!("{events} unsealed events, {size} in {} files", report.file_count);
    if report.byte_count > LOG_BYTES_USUAL_MAX {
        let advice = "sealing does not keep up; the server's log says why";
        return Finding::warn(CHECK, message, advice);
    }
    Finding::ok(CHECK, message)
}

/// A file that is written, or removed once its events are sealed, can look damaged to whoever
/// reads it at that moment. What is damaged looks the same again.
fn settled<T>(holder: &Holder, look: impl Fn() -> Result<T, Error>) -> Result<T, Error> {
    let mut last = look();
    if !holder.may_write() {
        return last;
    }
    for _ in 1..LOOKS_MAX {
        let Err(before) = &last else { return last };
        let again = look();
        if matches!(&again, Err(error) if error.to_string() == before.to_string()) {
            return again;
        }
        last = again;
    }
    last
}

fn check_segments(
    inspection: &Inspection,
    tenants: &[TenantName],
    holder: &Holder,
    is_full: bool,
) -> Vec<Finding> {
    const CHECK: &str = "segments";
    let reports: Vec<_> = tenants.iter().map(|tenant| inspection.tenant(tenant)).collect();
    let sum = |count: fn(&gatelog_ledger::inspect::TenantReport) -> u64| -> u64 {
        reports.iter().map(count).sum()
    };
    let byte_count = sum(|report| report.byte_count);
    let unnamed_count = sum(|report| report.unnamed_count);
    let message = format!(
        "{} sealed events of {} tenants, {} in {} files",
        grouped(sum(|report| report.event_count)),
        grouped(tenants.len() as u64),
        in_bytes(byte_count),
        grouped(sum(|report| report.segment_count)),
    );
    let errors: Vec<Error> = if is_full {
        let progress = Progress::of_bytes(Some(byte_count), "reading segments");
        let mut advance = |bytes| progress.advance(bytes);
        let errors =
            tenants.iter().flat_map(|tenant| inspection.tenant_parts(tenant, &mut advance));
        let errors = errors.collect();
        progress.finish();
        errors
    } else {
        Vec::new()
    };
    let quick = reports.into_iter().flat_map(|report| report.errors);
    let mut findings = damaged_files(CHECK, quick.chain(errors));
    if findings.is_empty() {
        let depth = if is_full { "every part read" } else { "--full reads every part" };
        findings.push(Finding::ok(CHECK, format!("{message}; {depth}")));
    }
    if unnamed_count > 0 && !holder.may_write() {
        let message = format!("{unnamed_count} files that no manifest names, left by a crash");
        let advice = "none needed: their events are in the log, and the next start removes them";
        findings.push(Finding::warn(CHECK, message, advice));
    }
    findings
}

/// A finding for each error, the same one once, and one for those that are too many to name.
fn damaged_files(check: &'static str, errors: impl Iterator<Item = Error>) -> Vec<Finding> {
    let mut seen: Vec<String> = Vec::new();
    let mut findings = Vec::new();
    for error in errors {
        let text = error.to_string();
        if !seen.contains(&text) {
            findings.push(damaged(check, &error));
            seen.push(text);
        }
    }
    let unnamed_count = findings.len().saturating_sub(NAMED_MAX);
    if unnamed_count > 0 {
        findings.truncate(NAMED_MAX);
        let message = format!("{unnamed_count} more files are damaged");
        findings.push(Finding::fail(check, message, "restore them from a backup"));
    }
    findings
}

fn damaged(check: &'static str, error: &Error) -> Finding {
    let advice = match error {
        Error::Corrupt { .. } => {
            "keep the file as it is, check the disk (smartctl, dmesg), and restore the file from a \
             backup"
        }
        Error::Io { source, .. } if source.kind() == ErrorKind::NotFound => {
            "a file that belongs here is missing: give the right directory, or restore the file"
        }
        Error::NewerFormat { .. } => "run the version of Gatelog that wrote it, or a later one",
        _ => "run this as the user that runs the server, and check the disk",
    };
    Finding::fail(check, error.to_string(), advice)
}

fn check_meta(data: &Path, holder: &Holder) -> Finding {
    const CHECK: &str = "meta.db";
    let path = data.join("meta.db");
    // Commands may have it open as well; then SQLite has put its own log beside it.
    let has_log = data.join("meta.db-wal").try_exists().unwrap_or(true);
    let restore = "restore it from a backup: it holds tenants, keys, users and names, no events";
    let found = match gatelog_meta::inspect(&path, holder.may_write() || has_log) {
        Ok(found) => found,
        Err(error) => return Finding::fail(CHECK, error.to_string(), restore),
    };
    let (schema, known) = (found.schema, found.known_schema);
    if let Some(first) = found.problems.first() {
        let message = format!("{} problems; the first: {first}", found.problems.len());
        return Finding::fail(CHECK, message, restore);
    }
    if schema > known {
        let message = format!("schema {schema}, and this Gatelog knows {known}");
        return Finding::fail(CHECK, message, "run the version that wrote it, or a later one");
    }
    if schema < known {
        let message = format!("schema {schema}; the next start brings it to {known}");
        return Finding::warn(CHECK, message, "copy meta.db before the next start");
    }
    Finding::ok(CHECK, format!("whole, schema {schema}"))
}
