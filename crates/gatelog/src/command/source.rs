//! `gatelog source`
//!
//! - [`list`]: how far each has come.
//! - [`secrets`]: the key file, and what is sealed under it.
//! - [`prune`]: rows that are kept here are removed there.
//! - [`quarantine`]: records that are no events.

mod list;
mod prune;
mod quarantine;
mod secrets;

use anyhow::ensure;

use super::open_meta_there;
use crate::arguments::Sources;
use crate::output;

pub(crate) fn run(command: Sources) -> anyhow::Result<()> {
    match command {
        Sources::List { data, tenant, json } => list::run(&data, tenant.as_ref(), json),
        Sources::Key { file } => secrets::make_key(&file),
        Sources::Seal { name, key_file } => secrets::seal(&name, &key_file),
        Sources::Reset { data, name, tenant } => {
            let was_known = open_meta_there(&data.data)?.forget_source_state(&tenant, &name)?;
            ensure!(was_known, "there is no source `{name}` of the tenant `{tenant}`");
            output::note(&format!(
                "`{name}` begins anew when the server is started again; while it runs, it goes on \
                 from what it knows"
            ));
            Ok(())
        }
        Sources::Prune(prune) => prune::run(&prune),
        Sources::Quarantine(command) => quarantine::run(&command),
    }
}
