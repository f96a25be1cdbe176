//! The directory, who holds it, how much room it has.

use std::fs::{self, File, Metadata, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use gatelog_ledger::limits::LOG_FILE_BYTES;
use gatelog_server::system::disk_space;

use super::finding::{Finding, in_bytes};

/// Less room than this is soon none: the log takes two files, and sealing writes beside it.
const FREE_BYTES_COMFORTABLE: u64 = 1 << 30;

/// Fewer files than this that can be created are soon none.
const FREE_FILES_COMFORTABLE: u64 = 10_000;

/// Rights of people other than the owner.
const OTHERS: u32 = 0o077;

/// Whether the directory is there, ours, and nobody else's.
pub(super) fn check(data: &Path) -> Vec<Finding> {
    const CHECK: &str = "directory";
    let place = data.display();
    let metadata = match fs::metadata(data) {
        Ok(metadata) if metadata.is_dir() => metadata,
        Ok(_) => {
            let advice = "give the directory that `gatelog serve --data` is given";
            return vec![Finding::fail(CHECK, format!("{place} is no directory"), advice)];
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let advice = "`gatelog serve` creates it; or give another with --data";
            return vec![Finding::fail(CHECK, format!("there is no {place}"), advice)];
        }
        Err(error) => {
            let advice = "run this as the user that runs the server";
            return vec![Finding::fail(CHECK, format!("{place}: {error}"), advice)];
        }
    };
    let mut findings = vec![Finding::ok(CHECK, place.to_string())];
    findings.extend(check_rights(data, &metadata));
    findings
}

fn check_rights(data: &Path, metadata: &Metadata) -> Option<Finding> {
    const CHECK: &str = "permissions";
    let place = data.display();
    if metadata.mode() & OTHERS != 0 {
        let message = format!("{place} is open to others (mode {:o})", metadata.mode() & 0o777);
        let advice = format!("records are personal data: chmod 700 {place}");
        return Some(Finding::warn(CHECK, message, advice));
    }
    // The owner of what a process has open in /proc is who the process runs as.
    let own = fs::metadata("/proc/self").ok()?.uid();
    if metadata.uid() != own {
        let message = format!("{place} belongs to user {}, this is user {own}", metadata.uid());
        let advice = "run the server and its commands as the owner of the directory";
        return Some(Finding::warn(CHECK, message, advice));
    }
    Some(Finding::ok(CHECK, "the owner's alone"))
}

/// Whether more events find room.
pub(super) fn check_space(data: &Path) -> Finding {
    const CHECK: &str = "disk";
    let space = match disk_space(data) {
        Ok(space) => space,
        Err(error) => return Finding::warn(CHECK, format!("{error}"), "check the file system"),
    };
    let (free, total) = (in_bytes(space.free_bytes), in_bytes(space.total_bytes));
    let message = format!("{free} of {total} free");
    // Some file systems have no table of files that could fill, and say 0.
    if (1..FREE_FILES_COMFORTABLE).contains(&space.free_files) {
        let message = format!("{message}, and {} files can still be created", space.free_files);
        return Finding::warn(CHECK, message, "remove small files that nobody needs");
    }
    let advice = "make room or move the directory to a larger disk; import nothing until then";
    match space.free_bytes {
        0..LOG_FILE_BYTES => Finding::fail(CHECK, message, advice),
        LOG_FILE_BYTES..FREE_BYTES_COMFORTABLE => Finding::warn(CHECK, message, advice),
        _ => Finding::ok(CHECK, message),
    }
}

/// Who holds the directory.
#[derive(Debug)]
pub(super) enum Holder {
    Nobody,
    /// A process, by its number if it can be seen from here.
    Process(Option<String>),
    /// That cannot be found out.
    Unknown(String),
}

impl Holder {
    /// Looks at the lock file. It is held shared for the blink of an eye, which keeps nobody but a
    /// server that starts at this very moment from taking it.
    pub(super) fn of(data: &Path) -> Self {
        let opened = File::open(data.join("lock"));
        let file = match opened {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Self::Nobody,
            Err(error) => return Self::Unknown(error.to_string()),
        };
        match file.try_lock_shared() {
            Ok(()) => Self::Nobody,
            Err(TryLockError::WouldBlock) => Self::Process(process_with_lock(&file)),
            Err(TryLockError::Error(error)) => Self::Unknown(error.to_string()),
        }
    }

    /// Whether files may change while they are read.
    pub(super) fn may_write(&self) -> bool {
        !matches!(self, Self::Nobody)
    }

    pub(super) fn finding(&self) -> Finding {
        const CHECK: &str = "lock";
        match self {
            Self::Nobody => Finding::ok(CHECK, "no server has the directory open"),
            Self::Process(Some(number)) => {
                let name = fs::read_to_string(format!("/proc/{number}/comm")).unwrap_or_default();
                Finding::ok(CHECK, format!("held by process {number} ({})", name.trim_end()))
            }
            Self::Process(None) => {
                Finding::ok(CHECK, "held by a process that cannot be seen from here")
            }
            Self::Unknown(reason) => {
                let advice = "run this as the user that runs the server";
                Finding::warn(
                    CHECK,
                    format!("who holds the directory is unknown: {reason}"),
                    advice,
                )
            }
        }
    }
}

/// The process that has a lock on this file, as `/proc/locks` (proc(5)) has it:
/// `1: FLOCK  ADVISORY  WRITE 4242 08:02:131 0 EOF`, the number of the file last in its triple.
fn process_with_lock(file: &File) -> Option<String> {
    let inode = file.metadata().ok()?.ino().to_string();
    let locks = fs::read_to_string("/proc/locks").ok()?;
    locks.lines().find_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            [_, "FLOCK", _, "WRITE", process, place, ..] => {
                let is_ours = place.rsplit(':').next() == Some(&inode);
                is_ours.then(|| process.to_owned())
            }
            _ => None,
        }
    })
}
