//! What each subcommand does.
//!
//! - [`serve`], [`demo`]: servers.
//! - [`record`]: a proxy in front of somebody else's.
//! - [`stop`]: the wish to end.
//! - [`empty_directory`]: what a command fills.
//! - [`import`]: events from files.
//! - [`map`]: what a mapping file makes of JSON.
//! - [`query`]: events and numbers for people and scripts.
//! - [`export`]: any number of events, to a file.
//! - [`tail`]: events as they arrive.
//! - [`token`], [`client`], [`tenant`], [`user`]: `meta.db`; these work beside a running server.
//! - [`source`]: systems whose events come by themselves.
//! - [`directory`]: names shown for ids, in `meta.db` too.
//! - [`doctor`]: is a data directory, and what it stands on, as it should be?
//! - [`mod@bench`]: how fast is this machine's Gatelog?
//! - [`completions`], [`man`]: this command, explained to shells and to people.

pub(crate) mod bench;
pub(crate) mod client;
pub(crate) mod completions;
pub(crate) mod demo;
pub(crate) mod directory;
pub(crate) mod doctor;
mod empty_directory;
pub(crate) mod export;
pub(crate) mod import;
pub(crate) mod man;
pub(crate) mod map;
pub(crate) mod query;
pub(crate) mod record;
pub(crate) mod serve;
pub(crate) mod source;
mod stop;
pub(crate) mod tail;
pub(crate) mod tenant;
pub(crate) mod token;
pub(crate) mod user;

use std::path::Path;

use anyhow::bail;
use gatelog_meta::Meta;
use gatelog_server::system::environment;

/// Refuses a data directory that is not there: opening it would create it, and whoever mistyped
/// its name would read that it is empty.
///
/// # Errors
/// A sentence on what to do.
pub(crate) fn check_there(data: &Path) -> anyhow::Result<()> {
    let name = data.display();
    match (data.is_dir(), data.try_exists()) {
        (true, _) => Ok(()),
        (false, Ok(false)) => bail!("there is no data directory {name}; --data names another"),
        (false, _) => bail!("{name} is no data directory"),
    }
}

/// Opens `meta.db` of a data directory that is there.
fn open_meta_there(data: &Path) -> anyhow::Result<Meta> {
    check_there(data)?;
    open_meta(data)
}

/// Opens `meta.db` alone.
fn open_meta(data: &Path) -> anyhow::Result<Meta> {
    Ok(gatelog_service::open_meta(data, &environment())?)
}
