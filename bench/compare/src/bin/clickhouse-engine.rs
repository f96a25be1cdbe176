//! Runs the ClickHouse in a library as a server: `clickhouse-engine LIBRARY ARGUMENT...`.
//!
//! The library is what an npm package has of ClickHouse: the program `clickhouse-local`, as a
//! function that takes the program's arguments. It listens when a query tells it to, for as long
//! as it waits for more queries at a terminal; so it is given one at which nobody types.

#![expect(clippy::print_stderr, reason = "a program speaks to whoever reads its log")]

use std::ffi::{CString, OsStr, OsString, c_char, c_int, c_void};
use std::os::unix::ffi::OsStringExt;
use std::process::ExitCode;

use anyhow::{Context, ensure};
use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
use rustix::fd::OwnedFd;
use rustix::fs::{Mode, OFlags, open};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::stdio::dup2_stdin;

/// What the program calls itself; it looks at this to know what it is.
const NAME: &str = "clickhouse";

/// The program as a function: argument count, arguments; the result is never freed.
type Run = unsafe extern "C" fn(c_int, *mut *mut c_char) -> *mut c_void;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let library = arguments.next().context("usage: clickhouse-engine LIBRARY ARGUMENT...")?;
    // Open until the end: without it the terminal would hang up.
    let _terminal = sit_at_a_terminal()?;
    start(&library, arguments)
}

/// Makes the standard input a new terminal, and returns the other side of it.
fn sit_at_a_terminal() -> anyhow::Result<OwnedFd> {
    let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).context("no terminal")?;
    grantpt(&terminal)?;
    unlockpt(&terminal)?;
    let seat = open(ptsname(&terminal, Vec::new())?, OFlags::RDWR | OFlags::NOCTTY, Mode::empty())?;
    dup2_stdin(&seat)?;
    Ok(terminal)
}

#[expect(unsafe_code, reason = "a function of a library has only the type we say it has")]
fn start(library: &OsStr, arguments: impl Iterator<Item = OsString>) -> anyhow::Result<()> {
    let arguments = std::iter::once(OsString::from(NAME)).chain(arguments);
    let arguments: Vec<CString> =
        arguments.map(|it| CString::new(it.into_vec())).collect::<Result<_, _>>()?;
    let mut pointers: Vec<*mut c_char> =
        arguments.iter().map(|it| it.as_ptr().cast_mut()).collect();
    let count = c_int::try_from(pointers.len())?;
    pointers.push(std::ptr::null_mut());
    // SAFETY: its initialisers run in a process that does nothing else.
    let library = unsafe { Library::open(Some(library), RTLD_NOW | RTLD_LOCAL) }
        .with_context(|| format!("cannot open {}", library.display()))?;
    // SAFETY: the package's own header declares this type.
    let run = unsafe { library.get::<Run>(b"chdb_query_cmdline") }?;
    // SAFETY: as many pointers to texts that end in zero as `count` says, and a null pointer after
    // them, all alive until the call returns.
    let result = unsafe { run(count, pointers.as_mut_ptr()) };
    ensure!(!result.is_null(), "the engine ended");
    Ok(())
}
