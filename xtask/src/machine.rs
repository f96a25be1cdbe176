//! Installing the tools that a check needs and the machine lacks.
//!
//! Programs come from Debian's packages; what is pinned to one version comes from PyPI or npm into
//! a folder below `target`. A C compiler is never missing: Rust links with it, so without one
//! this program would not run.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use crate::program;

/// The spelling checker's version, pinned so that its word list changes only with ours.
const TYPOS_VERSION: &str = "1.52.0";

/// Debian's PostgreSQL, which keeps its server's programs out of PATH.
const POSTGRESQL_PACKAGE: &str = "postgresql-15";
const POSTGRESQL_PROGRAMS: &str = "/usr/lib/postgresql/15/bin";

/// Installs Debian `packages` unless `name` can be run already.
///
/// # Errors
/// When the installation fails, or ends without the program.
pub(crate) fn ensure_program(name: &str, packages: &[&str]) -> Result<PathBuf> {
    if let Some(path) = find_program(name)? {
        return Ok(path);
    }
    install(packages)?;
    find_program(name)?.with_context(|| {
        format!("the packages {} are installed, but `{name}` is not there", packages.join(" "))
    })
}

/// The path of program `name`, `None` where it is not installed.
///
/// # Errors
/// When a folder of PATH cannot be read.
pub(crate) fn find_program(name: &str) -> Result<Option<PathBuf>> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    for folder in std::env::split_paths(&folders) {
        let path = folder.join(name);
        if path.try_exists().with_context(|| format!("cannot look for {}", path.display()))? {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// The spelling checker, installed below `target` when it is not there yet.
///
/// # Errors
/// As [`ensure_python_program`].
pub(crate) fn ensure_typos(target: &Path) -> Result<PathBuf> {
    ensure_python_program(target, "typos", TYPOS_VERSION)
}

/// A program of the PyPI package with its name, installed below `target` when it is not there yet.
///
/// # Errors
/// When Python, its virtual environment, or the package cannot be installed.
pub(crate) fn ensure_python_program(target: &Path, name: &str, version: &str) -> Result<PathBuf> {
    let environment = target.join(format!("tools/{name}-{version}"));
    let installed = environment.join("bin").join(name);
    if installed.try_exists()? {
        return Ok(installed);
    }
    ensure_program("python3", &["python3", "python3-venv"])?;
    let create = || program::run(python_environment().arg(&environment));
    // Debian's Python comes without the part that makes environments.
    create().or_else(|_| install(&["python3-venv"]).and_then(|()| create()))?;
    program::run(Command::new(environment.join("bin/pip")).args([
        "install",
        "--quiet",
        "--disable-pip-version-check",
        &format!("{name}=={version}"),
    ]))?;
    Ok(installed)
}

/// A program, or a folder of some, that Debian keeps out of PATH, with the packages it comes from.
///
/// # Errors
/// When the installation fails, or ends without it.
pub(crate) fn ensure_path(path: &Path, packages: &[&str]) -> Result<()> {
    if !path.try_exists()? {
        install(packages)?;
    }
    ensure!(
        path.try_exists()?,
        "the packages {} are installed, but {} is not there",
        packages.join(" "),
        path.display()
    );
    Ok(())
}

/// The folder of PostgreSQL's programs. No server needs to run: whoever wants one starts their own.
///
/// # Errors
/// When the installation fails, or ends without them.
pub(crate) fn ensure_postgresql() -> Result<&'static Path> {
    let programs = Path::new(POSTGRESQL_PROGRAMS);
    ensure_path(programs, &[POSTGRESQL_PACKAGE])?;
    Ok(programs)
}

/// The folder of an npm package, unpacked below `target` when it is not there yet. Nothing of it is
/// run. `integrity` is the hash of its archive, as npm writes it.
///
/// # Errors
/// When npm cannot be installed, or the package cannot be downloaded or is another.
pub(crate) fn ensure_npm_package(
    target: &Path,
    package: &str,
    version: &str,
    integrity: &str,
) -> Result<PathBuf> {
    let name = package.trim_start_matches('@').replace('/', "-");
    let folder = target.join(format!("tools/{name}-{version}"));
    if folder.try_exists()? {
        return Ok(folder);
    }
    ensure_program("npm", &["npm"])?;
    // Renamed when it is complete, so that what was interrupted begins anew.
    let unfinished = folder.with_extension("part");
    std::fs::create_dir_all(&unfinished)?;
    let packed = program::output(
        Command::new("npm")
            .args(["pack", "--json", &format!("{package}@{version}"), "--pack-destination"])
            .arg(&unfinished),
    )?;
    let packed: Vec<Packed> = serde_json::from_str(&packed).context("npm says something else")?;
    let packed = packed.first().context("npm packed nothing")?;
    ensure!(packed.integrity == integrity, "{package}@{version} is not what it was");
    let archive = unfinished.join(&packed.filename);
    let mut unpack = Command::new("tar");
    unpack.arg("--extract").arg("--file").arg(&archive).arg("--directory").arg(&unfinished);
    program::run_aside(unpack.args(["--strip-components=1", "--no-same-owner"]))?;
    std::fs::remove_file(archive)?;
    std::fs::rename(unfinished, &folder)?;
    Ok(folder)
}

/// What npm says of an archive that it made or fetched.
#[derive(Deserialize)]
struct Packed {
    filename: String,
    integrity: String,
}

fn python_environment() -> Command {
    let mut command = Command::new("python3");
    command.args(["-m", "venv", "--clear"]);
    command
}

fn install(packages: &[&str]) -> Result<()> {
    if find_program("apt-get")?.is_none() {
        bail!(
            "these programs are missing and there is no apt-get to install them: {}",
            packages.join(" ")
        );
    }
    program::run(apt_get()?.args(["update", "--quiet=2"]))?;
    program::run(
        apt_get()?
            .args(["install", "--quiet=2", "--yes", "--no-install-recommends"])
            .args(packages),
    )
}

/// `apt-get` that asks nothing, through sudo for anyone but root.
fn apt_get() -> Result<Command> {
    let user = program::output(Command::new("id").arg("--user"))?;
    let mut command = if user.trim() == "0" {
        Command::new("env")
    } else {
        let mut sudo = Command::new("sudo");
        sudo.arg("env");
        sudo
    };
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    Ok(command)
}
