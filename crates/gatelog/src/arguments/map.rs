//! The options of `gatelog map`.

use std::path::PathBuf;

use clap::{ArgGroup, Args};

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true).args(["try_mapping", "list", "show"]))]
pub(crate) struct Map {
    /// Show what would be kept of INPUT with this mapping: auth0, okta, keycloak, or a file of one's
    /// own. Nothing is kept; the exit code is 1 when something would be refused
    #[arg(long = "try", value_name = "NAME|FILE")]
    pub(crate) try_mapping: Option<String>,
    /// What the other system sends: JSON, an array of it, or one value a line [default: standard
    /// input]
    #[arg(value_name = "INPUT", default_value = "-", requires = "try_mapping")]
    pub(crate) input: PathBuf,
    /// List the ready mappings
    #[arg(long)]
    pub(crate) list: bool,
    /// Print a ready mapping, to begin one's own with
    #[arg(long, value_name = "NAME")]
    pub(crate) show: Option<String>,
    /// Print as JSON
    #[arg(long, conflicts_with = "show")]
    pub(crate) json: bool,
}
