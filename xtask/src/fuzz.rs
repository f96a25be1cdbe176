//! Fuzzing: libFuzzer tries the decoders and parsers with bytes that it changes until they reach
//! code that no bytes reached before.
//!
//! The targets are in `fuzz/src/bin`. They are built for it with the compiler there is: what
//! libFuzzer needs to see which code was reached is a pass of LLVM, not a feature of Rust.
//!
//! - [`seeds`]: what it begins with.

mod seeds;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::program::{self, cargo};

/// How Cargo is told of the targets.
pub(crate) const MANIFEST: &str = "--manifest-path=fuzz/Cargo.toml";

/// Counts how often each edge of the code is passed, and shows libFuzzer what is compared with
/// what, so that it finds words and numbers that the code looks for.
const INSTRUMENTATION: &str = "-Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares \
    -Ccodegen-units=1";

/// An input that takes longer than this is a finding. In seconds.
const INPUT_SECONDS_MAX: u64 = 10;

/// A process that needs more memory than this is a finding. In MiB.
const MEMORY_MIB_MAX: u64 = 2_048;

/// Runs one target, or one after the other, each for so many seconds.
///
/// # Errors
/// When the build fails, there is no such target, or an input is found that a target fails for.
pub(crate) fn run(
    root: &Path,
    target_directory: &Path,
    only: Option<&str>,
    seconds: u64,
) -> Result<()> {
    let targets = targets(root)?;
    let chosen: Vec<_> = targets.iter().filter(|name| only.is_none_or(|it| it == *name)).collect();
    if chosen.is_empty() {
        bail!("there is no such target; there are {}", targets.join(", "));
    }
    let folder = target_directory.join("fuzz");
    let programs = build(root, &folder)?;
    let mut failed = Vec::new();
    for target in chosen {
        println!("\n=== {target}");
        if let Err(error) = run_target(root, &folder, &programs, target, seconds) {
            println!("{error:#}");
            failed.push(target.as_str());
        }
    }
    ensure!(failed.is_empty(), "failed: {}", failed.join(", "));
    Ok(())
}

/// Checks and lints the targets, as they are built without libFuzzer's passes.
///
/// # Errors
/// When they do not compile, or clippy finds something.
pub(crate) fn lint(root: &Path, target_directory: &Path) -> Result<()> {
    let target_directory = format!("--target-dir={}", target_directory.display());
    program::run(&mut cargo(root, &["clippy", MANIFEST, &target_directory, "--", "-D", "warnings"]))
}

/// The names of all targets, in order.
fn targets(root: &Path) -> Result<Vec<String>> {
    let files = seeds::files(&root.join("fuzz/src/bin"))?;
    let name = |path: &PathBuf| Some(path.file_stem()?.to_string_lossy().into_owned());
    Ok(files.iter().filter_map(name).collect())
}

/// Builds all targets and returns the folder with their programs.
fn build(root: &Path, folder: &Path) -> Result<PathBuf> {
    let platform = platform()?;
    // A platform by name, even if it is this one, keeps the passes out of build scripts.
    let (target, target_directory) =
        (format!("--target={platform}"), format!("--target-dir={}", folder.display()));
    let arguments = ["build", MANIFEST, "--release", "--bins", &target, &target_directory];
    program::run(cargo(root, &arguments).env("RUSTFLAGS", INSTRUMENTATION))?;
    Ok(folder.join(platform).join("release"))
}

fn platform() -> Result<String> {
    let version = program::output(Command::new("rustc").args(["--version", "--verbose"]))?;
    let platform = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(platform.context("rustc does not say for which platform it is")?.to_owned())
}

fn run_target(
    root: &Path,
    folder: &Path,
    programs: &Path,
    target: &str,
    seconds: u64,
) -> Result<()> {
    let (corpus, findings) = (folder.join("corpus").join(target), folder.join("findings"));
    for folder in [&corpus, &findings] {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
    }
    seeds::write(root, target, &corpus)?;
    program::run(
        Command::new(programs.join(target))
            .arg(corpus)
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-timeout={INPUT_SECONDS_MAX}"))
            .arg(format!("-rss_limit_mb={MEMORY_MIB_MAX}"))
            .arg(format!("-artifact_prefix={}/{target}-", findings.display()))
            .args(["-print_final_stats=1", "-reload=0"]),
    )
}
