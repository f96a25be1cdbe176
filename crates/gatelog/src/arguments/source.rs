//! The options of `gatelog source`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use gatelog_event::tenant::TenantName;

use super::{DataDirectory, Place};

#[derive(Debug, Subcommand)]
pub(crate) enum Sources {
    /// List sources: how far each has come, and what is wrong
    List {
        #[command(flatten)]
        data: DataDirectory,
        /// Only those of this tenant
        #[arg(long, value_name = "TENANT")]
        tenant: Option<TenantName>,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Make a key file, under which secrets of sources are sealed (server.secrets_key_file)
    Key {
        /// Where to write it; not in the data directory, and there must be no such file
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Seal a secret, read from standard input, for the settings of a source
    Seal {
        /// The source's name: what is sealed for one opens in no other
        name: String,
        /// The key file
        #[arg(long, value_name = "FILE", env = "GATELOG_SERVER__SECRETS_KEY_FILE")]
        key_file: PathBuf,
    },
    /// Forget where a source goes on: it begins anew, and what is here already is kept once
    Reset {
        #[command(flatten)]
        data: DataDirectory,
        /// The source's name
        name: String,
        /// The tenant whose events it delivers
        #[arg(long, value_name = "TENANT", default_value_t = TenantName::default_tenant())]
        tenant: TenantName,
    },
    /// Remove old rows from Logto's table, each only after it is known to be stored here
    Prune(Prune),
    /// Look at records that are no events, of a running server, and take them in again
    #[command(subcommand)]
    Quarantine(Quarantine),
}

#[derive(Debug, Args)]
pub(crate) struct Prune {
    /// The source's name in the configuration file; its kind is logto-database
    pub(crate) name: String,
    /// The configuration file (gatelog.toml)
    #[arg(long, value_name = "FILE", env = "GATELOG_CONFIG")]
    pub(crate) config: PathBuf,
    /// Remove rows that are older than so many days
    #[arg(long, value_name = "DAYS")]
    pub(crate) older_than_days: u32,
    /// Only count what would be removed
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) place: Place,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Quarantine {
    /// List what is in it, newest first
    List {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        tenant: OfTenant,
        /// Only what this source delivered
        #[arg(long, value_name = "NAME")]
        source: Option<String>,
        /// How many at most
        #[arg(long, value_name = "N", default_value_t = 50)]
        limit: u32,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Print one record as it came
    Show {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        tenant: OfTenant,
        /// Its number
        number: i64,
    },
    /// Take a record in again, as it came or mended
    Take {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        tenant: OfTenant,
        /// Its number
        number: i64,
        /// A file with the record as it should be; `-` for standard input
        #[arg(long, value_name = "FILE")]
        mended: Option<PathBuf>,
    },
    /// Throw a record away
    Discard {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        tenant: OfTenant,
        /// Its number
        number: i64,
    },
}

/// Whose quarantine it is.
#[derive(Debug, Args)]
pub(crate) struct OfTenant {
    /// The tenant [default: the key's tenant]
    #[arg(long, value_name = "TENANT")]
    pub(crate) tenant: Option<TenantName>,
}
