//! What each subcommand does.
//!
//! - [`serve`], [`demo`]: servers.
//! - [`stop`]: the wish to end.
//! - [`import`]: events from files.
//! - [`token`], [`tenant`], [`user`]: `meta.db`; these work beside a running server.
//! - [`doctor`]: is a data directory, and what it stands on, as it should be?
//! - [`completions`], [`man`]: this command, explained to shells and to people.

pub(crate) mod completions;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod import;
pub(crate) mod man;
pub(crate) mod serve;
mod stop;
pub(crate) mod tenant;
pub(crate) mod token;
pub(crate) mod user;

use std::path::Path;

use gatelog_meta::Meta;
use gatelog_server::system::environment;

/// Opens `meta.db` alone.
fn open_meta(data: &Path) -> anyhow::Result<Meta> {
    Ok(gatelog_service::open_meta(data, &environment())?)
}
