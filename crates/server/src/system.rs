//! The operating system's clock, randomness and file system, what it says of them, and whose process
//! this is.

use std::io;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use gatelog_event::time::UnixMicros;
use gatelog_ledger::files::{OsFiles, Randomness};
use gatelog_meta::Author;
use gatelog_service::origin::Origins;
use gatelog_service::{Clock, Environment};

/// The operating system's clock.
#[derive(Clone, Copy, Debug)]
pub struct OsClock;

impl Clock for OsClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock that everything else is given"
    )]
    fn now(&self) -> UnixMicros {
        let micros = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_micros()).unwrap_or(i64::MAX),
            Err(before) => -i64::try_from(before.duration().as_micros()).unwrap_or(i64::MAX),
        };
        UnixMicros::clamped(micros)
    }

    fn elapsed_micros(&self) -> u64 {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        u64::try_from(START.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}

/// The operating system's random number generator.
#[derive(Clone, Copy, Debug)]
pub struct OsRandomness;

impl Randomness for OsRandomness {
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()> {
        getrandom::fill(bytes).map_err(io::Error::other)
    }
}

/// Room on a file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DiskSpace {
    /// What an ordinary user may still write, in bytes.
    pub free_bytes: u64,
    /// What it can hold, in bytes.
    pub total_bytes: u64,
    /// Files that may still be created.
    pub free_files: u64,
}

/// Room on the file system that holds `directory`.
///
/// # Errors
/// Whatever the operating system reports.
pub fn disk_space(directory: &Path) -> io::Result<DiskSpace> {
    let system = rustix::fs::statvfs(directory)?;
    Ok(DiskSpace {
        free_bytes: system.f_bavail.saturating_mul(system.f_frsize),
        total_bytes: system.f_blocks.saturating_mul(system.f_frsize),
        free_files: system.f_favail,
    })
}

/// The real environment.
pub fn environment() -> Environment {
    Environment {
        clock: Arc::new(OsClock),
        randomness: Arc::new(OsRandomness),
        files: Arc::new(OsFiles),
        derivation: Arc::new(Origins::default()),
    }
}

/// Whoever runs this process: what is changed by commands, or when a server starts, was changed by
/// them.
pub fn operator() -> Author {
    let uid = rustix::process::getuid().as_raw();
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    // Accounts that are kept elsewhere (LDAP) are known by their number only.
    let accounts = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    Author::Operator { uid, account: account(&accounts, uid), host }
}

/// The name of an account in a file as of passwd(5).
fn account(accounts: &str, uid: u32) -> Option<String> {
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, number) = (fields.next()?, fields.nth(1)?);
        (number.parse() == Ok(uid)).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_found_by_its_number() {
        let accounts =
            "root:x:0:0:root:/root:/bin/sh\nbroken\nada:x:1000:1000::/home/ada:/bin/sh\n";
        assert_eq!(account(accounts, 1000).as_deref(), Some("ada"));
        assert_eq!(account(accounts, 0).as_deref(), Some("root"));
        assert_eq!(account(accounts, 1), None);
    }
}
