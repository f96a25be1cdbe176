//! `gatelog directory import`: names from files.
//!
//! - [`rows`]: a table or JSON records as rows of named values.
//! - [`columns`]: what the values of a row mean.

mod columns;
mod rows;

use std::path::Path;

use anyhow::bail;
use gatelog_event::time::UnixMicros;
use gatelog_meta::{Change, DirectoryEntry, Meta};
use gatelog_server::system::{environment, operator};
use serde_json::json;

use self::rows::Rows;
use crate::arguments::DirectoryImport;
use crate::command::open_meta;
use crate::output::{self, grouped};

/// Entries saved at once: others who write `meta.db` wait for tenths of a second at
/// most.
const BATCH_ENTRIES: usize = 10_000;

/// How many refused rows are explained.
const EXPLAINED_MAX: u64 = 100;

pub(super) fn run(arguments: &DirectoryImport) -> anyhow::Result<()> {
    let meta = open_meta(&arguments.data.data)?;
    super::check_tenant(&meta, &arguments.tenant)?;
    let now = environment().clock.now();
    let mut import = Import { arguments, meta, now, batch: Vec::new(), imported: 0, refused: 0 };
    let read = arguments.files.iter().try_for_each(|path| import.read(path));
    // What was read before a failure is whole, so it is kept and told.
    let outcome = import.save().and(read);
    import.report();
    outcome?;
    match import.refused {
        0 => Ok(()),
        1 => bail!("one row was refused"),
        refused => bail!("{} rows were refused", grouped(refused)),
    }
}

/// An import under way.
struct Import<'a> {
    arguments: &'a DirectoryImport,
    meta: Meta,
    /// What is imported is known from now on.
    now: UnixMicros,
    /// Entries that are not saved yet.
    batch: Vec<DirectoryEntry>,
    imported: u64,
    refused: u64,
}

impl Import<'_> {
    fn read(&mut self, path: &Path) -> anyhow::Result<()> {
        let mut rows = Rows::open(path)?;
        while let Some(row) = rows.next_row()? {
            let entries = row
                .values
                .and_then(|values| columns::entries(&values, self.arguments.kind, self.now));
            match entries {
                Ok(entries) => {
                    self.imported += 1;
                    self.batch.extend(entries);
                }
                Err(reason) => {
                    self.refused += 1;
                    if self.refused <= EXPLAINED_MAX {
                        let path = path.display();
                        let reason = format!("refused: {path}: line {}: {reason}", row.line);
                        rows.progress().note(&reason);
                    }
                }
            }
            if self.batch.len() >= BATCH_ENTRIES {
                self.save()?;
            }
        }
        rows.progress().finish();
        Ok(())
    }

    fn save(&mut self) -> anyhow::Result<()> {
        if !self.batch.is_empty() {
            let change = Change { by: operator(), time: self.now };
            self.meta.import_directory(&self.arguments.tenant, &self.batch, &change)?;
            self.batch.clear();
        }
        Ok(())
    }

    fn report(&self) {
        let (imported, refused) = (self.imported, self.refused);
        if refused > EXPLAINED_MAX {
            output::note(&format!("and {} more", grouped(refused - EXPLAINED_MAX)));
        }
        if self.arguments.json {
            output::line(&json!({ "imported": imported, "refused": refused }).to_string());
        } else {
            let (imported, refused) = (grouped(imported), grouped(refused));
            output::line(&format!("{imported} imported, {refused} refused"));
        }
    }
}
