//! Options of `gatelog directory`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use gatelog_event::tenant::TenantName;
use gatelog_meta::DirectoryKind;

use super::DataDirectory;

#[derive(Debug, Subcommand)]
pub(crate) enum Directory {
    /// Import names from CSV with a header, NDJSON or a JSON array; gzip and zstd are recognised
    Import(DirectoryImport),
    /// List names
    List {
        #[command(flatten)]
        data: DataDirectory,
        /// The tenant whose names are listed
        #[arg(long, value_name = "TENANT", default_value_t = TenantName::default_tenant())]
        tenant: TenantName,
        /// Only those of this kind: user, application or organization
        #[arg(long, value_name = "KIND")]
        kind: Option<DirectoryKind>,
        /// Only those with this text in their name, identifier or id
        #[arg(long, value_name = "TEXT", default_value = "")]
        search: String,
        /// How many at most
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: u32,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Remove one name; a later event can teach it again
    Remove {
        #[command(flatten)]
        data: DataDirectory,
        /// The tenant it belongs to
        #[arg(long, value_name = "TENANT", default_value_t = TenantName::default_tenant())]
        tenant: TenantName,
        /// What the id stands for: user, application or organization
        #[arg(long, value_name = "KIND")]
        kind: DirectoryKind,
        /// The id
        id: String,
    },
    /// Learn all names from the events again, after meta.db was lost; no server may be running
    Rebuild {
        #[command(flatten)]
        data: DataDirectory,
        /// The tenant whose events are read
        #[arg(long, value_name = "TENANT", default_value_t = TenantName::default_tenant())]
        tenant: TenantName,
    },
}

/// What `gatelog directory import` reads, and into which tenant.
#[derive(Debug, Args)]
#[command(after_help = IMPORT_HELP)]
pub(crate) struct DirectoryImport {
    #[command(flatten)]
    pub(crate) data: DataDirectory,
    /// Files to read, `-` for standard input
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The tenant whose ids are named
    #[arg(long, value_name = "TENANT", default_value_t = TenantName::default_tenant())]
    pub(crate) tenant: TenantName,
    /// What ids of rows without a kind stand for: user, application or organization
    #[arg(long, value_name = "KIND", default_value_t = DirectoryKind::User)]
    pub(crate) kind: DirectoryKind,
    /// Print the counts as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

const IMPORT_HELP: &str = "\
Columns or members, whatever their case, `_`, `-` and spaces:
  kind        user, application or organization [default: --kind]
  id          also: userId, clientId, sub
  name        also: displayName, fullName
  identifier  also: email, primaryEmail, username, preferredUsername, phone, phoneNumber,
              primaryPhone; of several the first of this list is shown
Others are passed over. A row needs an id, and a name or an identifier.

An imported name takes the place of an earlier one, and stays until a later event teaches another.
A running server shows it within a few seconds.

Examples:
  gatelog directory import users.csv
  gatelog directory import --tenant acme --kind application apps.ndjson
  curl https://id.acme.example/api/users | gatelog directory import -";
