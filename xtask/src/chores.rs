//! What each command runs, in order. Not how: that is in the module of each check.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::compare::Peer;
use crate::metadata::Metadata;
use crate::program::{self, cargo};
use crate::steps::Steps;
use crate::{browser, clients, compare, fuzz, instructions, licences, machine, openapi, tidy};

/// Every check and test, the quick ones first; stops at the first that fails.
pub(crate) fn test(fast: bool) -> Result<()> {
    let root = repository()?;
    let mut steps = Steps::new();
    steps.run("tidy", || tidy::check(&root, &Metadata::read(&root)?))?;
    steps.run("format", || run_rustfmt(&root, &["--check"]))?;
    lint_steps(&mut steps, &root)?;
    steps.run("tests", || run_tests(&root))?;
    if fast {
        return Ok(());
    }
    steps.run("documentation tests", || {
        program::run(&mut cargo(&root, &["test", "--workspace", "--doc", "--locked"]))
    })?;
    steps.run("documentation", || build_documentation(&root))?;
    steps.run("description of the API", || {
        openapi::test(&root, &Metadata::read(&root)?.target_directory)
    })?;
    steps.run("browser", || browser::test(&root, &Metadata::read(&root)?.target_directory))?;
    steps.run("other clients", || clients::test(&root, &Metadata::read(&root)?.target_directory))
}

/// The project's own rules alone.
pub(crate) fn tidy() -> Result<()> {
    let root = repository()?;
    tidy::check(&root, &Metadata::read(&root)?)
}

/// Formats all Rust code.
pub(crate) fn format() -> Result<()> {
    run_rustfmt(&repository()?, &[])
}

/// What other people's tools find in the code.
pub(crate) fn lint() -> Result<()> {
    lint_steps(&mut Steps::new(), &repository()?)
}

/// The API against its description, alone.
pub(crate) fn openapi() -> Result<()> {
    let root = repository()?;
    openapi::test(&root, &Metadata::read(&root)?.target_directory)
}

/// The browser tests alone.
pub(crate) fn browser() -> Result<()> {
    let root = repository()?;
    browser::test(&root, &Metadata::read(&root)?.target_directory)
}

/// Other products' own clients alone.
pub(crate) fn clients() -> Result<()> {
    let root = repository()?;
    clients::test(&root, &Metadata::read(&root)?.target_directory)
}

/// The fuzz targets, or one of them, each for so many seconds.
pub(crate) fn fuzz(target: Option<&str>, seconds: u64) -> Result<()> {
    let root = repository()?;
    fuzz::run(&root, &Metadata::read(&root)?.target_directory, target, seconds)
}

/// Gatelog beside other engines.
pub(crate) fn compare(events: usize, peers: &[Peer], json: bool) -> Result<()> {
    let root = repository()?;
    compare::run(&root, &Metadata::read(&root)?.target_directory, events, peers, json)
}

/// How many instructions an event and a question take.
pub(crate) fn instructions(json: bool, before: Option<&Path>) -> Result<()> {
    let root = repository()?;
    instructions::run(&root, &Metadata::read(&root)?.target_directory, json, before)
}

/// Over the workspace, and the fuzz targets beside it.
fn run_rustfmt(root: &Path, arguments: &[&str]) -> Result<()> {
    for package in [&["fmt", "--all"][..], &["fmt", fuzz::MANIFEST]] {
        program::run(cargo(root, package).args(arguments))?;
    }
    Ok(())
}

fn lint_steps(steps: &mut Steps, root: &Path) -> Result<()> {
    steps.run("spelling", || {
        let typos = machine::ensure_typos(&Metadata::read(root)?.target_directory)?;
        program::run(Command::new(typos).current_dir(root))
    })?;
    steps.run("licences and duplicates", || licences::check(root))?;
    steps.run("clippy", || {
        program::run(&mut cargo(
            root,
            &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"],
        ))
    })?;
    steps.run("fuzz targets", || fuzz::lint(root, &Metadata::read(root)?.target_directory))
}

/// With cargo-nextest where it is installed: it runs tests of different crates side by side. Those
/// of sources that are tables start servers of PostgreSQL.
fn run_tests(root: &Path) -> Result<()> {
    let arguments: &[&str] = if machine::find_program("cargo-nextest")?.is_some() {
        &["nextest", "run", "--workspace", "--locked"]
    } else {
        &["test", "--workspace", "--all-targets", "--no-fail-fast", "--locked"]
    };
    program::run(cargo(root, arguments).env("POSTGRESQL_PROGRAMS", machine::ensure_postgresql()?))
}

/// With private items, and links to them: it is for those who work on the code.
fn build_documentation(root: &Path) -> Result<()> {
    let mut command =
        cargo(root, &["doc", "--workspace", "--no-deps", "--document-private-items", "--locked"]);
    program::run(command.env("RUSTDOCFLAGS", "-D warnings -A rustdoc::private_intra_doc_links"))
}

/// The folder above this package.
fn repository() -> Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    Ok(root.context("this package is in no repository")?.to_path_buf())
}
