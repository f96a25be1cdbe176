//! Gatelog beside other engines: what they need is installed and built here, what is measured is in
//! `bench/compare`.
//!
//! Not part of `cargo xtask test`: it takes minutes, and says something only on a quiet machine.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use clap::ValueEnum;

use crate::{machine, program};

/// The npm package with a library in which all of ClickHouse is, its version, and the hash of its
/// archive.
const CLICKHOUSE_PACKAGE: &str = "@chdb/lib-linux-x64-gnu";
const CLICKHOUSE_VERSION: &str = "26.7.3-stable.1";
const CLICKHOUSE_INTEGRITY: &str = "sha512-XP97mMqnc5tZpKQywR8N7cLTsHNiTmHr30pC5mzo3jWm\
    ukjKn2IBa60c2B/gWUNcuFjOMjWoorQICCqBVj5wpw==";

/// What Gatelog is compared with.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Peer {
    /// Logto's own table on PostgreSQL 15
    #[value(name = "postgresql")]
    PostgreSql,
    /// ClickHouse 26.7
    #[value(name = "clickhouse")]
    ClickHouse,
}

/// Installs and builds what is missing, and compares.
///
/// # Errors
/// When something cannot be installed or built, an engine fails, or the engines do not agree.
pub(crate) fn run(
    root: &Path,
    target: &Path,
    events: usize,
    peers: &[Peer],
    json: bool,
) -> Result<()> {
    // One by one, so that Gatelog is built with its own features and not those of both.
    for package in ["gatelog", "gatelog-compare"] {
        let build = ["build", "--release", "--locked", "--quiet", "--package", package];
        program::run_aside(&mut program::cargo(root, &build))?;
    }
    let programs = target.join("release");
    let mut command = Command::new(programs.join("gatelog-compare"));
    command.args(["--events", &events.to_string()]);
    command.arg("--gatelog").arg(programs.join("gatelog"));
    if peers.contains(&Peer::PostgreSql) {
        command.arg("--postgresql").arg(machine::ensure_postgresql()?);
    }
    if peers.contains(&Peer::ClickHouse) {
        command.arg("--clickhouse").arg(clickhouse(target)?);
    }
    if json {
        command.arg("--json");
    }
    program::run_aside(&mut command)
}

/// The library with ClickHouse in it.
fn clickhouse(target: &Path) -> Result<PathBuf> {
    let package = machine::ensure_npm_package(
        target,
        CLICKHOUSE_PACKAGE,
        CLICKHOUSE_VERSION,
        CLICKHOUSE_INTEGRITY,
    )?;
    Ok(package.join("libchdb.so"))
}
