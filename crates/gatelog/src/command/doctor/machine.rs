//! Clock, file descriptors.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use gatelog_event::time::UnixMicros;
use gatelog_server::metrics::process::descriptor_limit;
use gatelog_server::system::environment;

use super::directory::Holder;
use super::finding::Finding;

/// A file's time may be so far ahead of the clock: clocks of network file systems differ a little.
const AHEAD_MICROS_MAX: i64 = 5_000_000;

/// No clock that is right shows an earlier time than this: Gatelog did not exist.
const EARLIEST: &str = "2026-01-01T00:00:00Z";

/// Descriptors a server may need: 4,096 connections, a file for each of some thousand segments.
const DESCRIPTORS_MIN: u64 = 8_192;

/// Whether the clock can be right: the time of arrival orders what has no time of its own.
pub(super) fn check_clock(data: &Path) -> Finding {
    const CHECK: &str = "clock";
    const ADVICE: &str = "set the clock, and keep it right with NTP (timedatectl)";
    let now = environment().clock.now();
    if UnixMicros::parse_rfc3339(EARLIEST).is_some_and(|earliest| now < earliest) {
        return Finding::fail(CHECK, format!("it shows {now}"), ADVICE);
    }
    match newest_file(data) {
        Some((path, written)) if written.micros() - now.micros() > AHEAD_MICROS_MAX => {
            let message =
                format!("it shows {now}, but {} was written at {written}", path.display());
            Finding::warn(CHECK, message, ADVICE)
        }
        _ => Finding::ok(CHECK, now.to_string()),
    }
}

/// The file of those written most often that was written last, and when.
fn newest_file(data: &Path) -> Option<(PathBuf, UnixMicros)> {
    let log_files = fs::read_dir(data.join("wal")).into_iter().flatten().flatten();
    let paths = log_files.map(|entry| entry.path()).chain([data.join("meta.db")]);
    let written = |path: PathBuf| {
        let since = fs::metadata(&path).ok()?.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        Some((path, UnixMicros::clamped(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))))
    };
    paths.filter_map(written).max_by_key(|(_, written)| *written)
}

/// Whether a server, the running one or one started from here, may open enough files.
pub(super) fn check_descriptors(holder: &Holder) -> Finding {
    const CHECK: &str = "descriptors";
    let (process, whose) = match holder {
        Holder::Process(Some(number)) => (&**number, "the server"),
        _ => ("self", "a server started from here"),
    };
    match descriptor_limit(process) {
        Some(u64::MAX) => Finding::ok(CHECK, format!("{whose} may open any number of files")),
        Some(limit) if limit >= DESCRIPTORS_MIN => {
            Finding::ok(CHECK, format!("{whose} may open {limit} files"))
        }
        Some(limit) => {
            let advice = "allow 65536 (LimitNOFILE= in a systemd unit, `ulimit -n` in a shell)";
            Finding::warn(CHECK, format!("{whose} may open {limit} files only"), advice)
        }
        None => {
            let advice = "run this as the user that runs the server";
            Finding::warn(CHECK, format!("how many files {whose} may open is unknown"), advice)
        }
    }
}
