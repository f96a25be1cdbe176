//! `gatelog directory`: names that are shown for ids.
//!
//! - [`import`]: names from files.
//! - [`rebuild`]: names from the events.
//!
//! All but `rebuild` work on `meta.db` beside a running server.

mod import;
mod rebuild;

use anyhow::bail;
use gatelog_event::tenant::TenantName;
use gatelog_meta::{DirectoryEntry, Meta};
use gatelog_server::system::{environment, operator};
use gatelog_service::Error;
use serde_json::json;

use super::open_meta_there;
use crate::arguments::Directory;
use crate::output;

pub(crate) fn run(command: Directory) -> anyhow::Result<()> {
    match command {
        Directory::Import(import) => import::run(&import),
        Directory::List { data, tenant, kind, search, limit, json } => {
            let meta = open_meta_there(&data.data)?;
            check_tenant(&meta, &tenant)?;
            let entries = meta.search_directory(&tenant, kind, &search, limit)?;
            if json {
                let entries: Vec<_> = entries.iter().map(as_json).collect();
                output::line(&serde_json::Value::from(entries).to_string());
            } else {
                let rows: Vec<_> = entries.iter().map(as_row).collect();
                output::table(["KIND", "ID", "NAME", "IDENTIFIER", "KNOWN SINCE"], &rows);
                if entries.len() as u64 == u64::from(limit) {
                    output::note(&format!("the first {limit}; --limit shows more"));
                }
            }
            Ok(())
        }
        Directory::Remove { data, tenant, kind, id } => {
            let meta = open_meta_there(&data.data)?;
            check_tenant(&meta, &tenant)?;
            if !meta.forget(&tenant, kind, &id, &environment().change(operator()))? {
                bail!("the directory of `{tenant}` has no {kind} `{id}`");
            }
            output::note(&format!("removed the {kind} `{id}`"));
            Ok(())
        }
        Directory::Rebuild { data, tenant } => rebuild::run(&data.data, &tenant),
    }
}

fn check_tenant(meta: &Meta, tenant: &TenantName) -> anyhow::Result<()> {
    match meta.tenant(tenant)? {
        Some(_) => Ok(()),
        None => Err(Error::UnknownTenant(tenant.clone()).into()),
    }
}

fn as_row(entry: &DirectoryEntry) -> [String; 5] {
    [
        entry.kind.to_string(),
        entry.id.clone(),
        entry.name.clone(),
        entry.identifier.clone(),
        entry.updated.to_string(),
    ]
}

fn as_json(entry: &DirectoryEntry) -> serde_json::Value {
    json!({
        "kind": entry.kind.name(),
        "id": entry.id,
        "name": entry.name,
        "identifier": entry.identifier,
        "updated": entry.updated.to_string(),
    })
}
