//! Every subcommand and option.
//!
//! - [`mod@bench`]: those of `gatelog bench`.
//! - [`client`]: those of `gatelog client`.
//! - [`directory`]: those of `gatelog directory`.
//! - [`map`]: those of `gatelog map`.
//! - [`place`]: where the events are.
//! - [`record`]: those of `gatelog record`.
//! - [`source`]: those of `gatelog source`.
//! - [`reading`]: those of `gatelog query`, `export` and `tail`.

mod bench;
mod client;
mod directory;
mod map;
mod place;
mod reading;
mod record;
mod source;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use gatelog_auth::{PersonalData, Role, Scope};
use gatelog_capture::input;
use gatelog_event::source::{Format, Source};
use gatelog_event::tenant::TenantName;
use ipnet::IpNet;

pub(crate) use self::bench::Bench;
pub(crate) use self::client::Client;
pub(crate) use self::directory::{Directory, DirectoryImport};
pub(crate) use self::map::Map;
pub(crate) use self::place::{Place, server_token};
pub(crate) use self::reading::{Export, ExportFormat, Query, Tail};
pub(crate) use self::record::Record;
pub(crate) use self::source::{Prune, Quarantine, Sources};

/// The audit log of identity: captures every authentication event, keeps it durably and provably
/// intact, and answers any question about it.
#[derive(Debug, Parser)]
#[command(name = "gatelog", version, propagate_version = true, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start a server filled with a month of invented events, to look around
    Demo(Demo),
    /// Start the server
    Serve(Serve),
    /// Take events in from files or standard input: NDJSON, or dumps of Logto's and Authgear's tables
    Import(Import),
    /// Try a mapping file, which turns any JSON into events, or show the ready ones
    Map(Map),
    /// Show events, or count them, from a data directory or a running server
    Query(Query),
    /// Write any number of events to a file, as NDJSON, CSV or Parquet
    Export(Export),
    /// Show events as they arrive at a running server
    Tail(Tail),
    /// Stand in front of an API and record who does what through it
    Record(Record),
    /// Create, list and revoke API keys
    #[command(subcommand)]
    Token(Token),
    /// Create, list and revoke clients: programs written for Logto or PlusAuth that read here
    #[command(subcommand)]
    Client(Client),
    /// Create and list tenants
    #[command(subcommand)]
    Tenant(Tenant),
    /// Create, list and disable users of the console, and give them one-time passwords
    #[command(subcommand)]
    User(User),
    /// List sources, make and use their key, prune what is stored, look into their quarantine
    #[command(subcommand)]
    Source(Sources),
    /// Import, list and remove the names that are shown for ids
    #[command(subcommand)]
    Directory(Directory),
    /// Check a data directory, its configuration and this machine; changes nothing
    Doctor(Doctor),
    /// Measure how fast this Gatelog is on this machine, with invented events
    Bench(Bench),
    /// Print what a shell needs to complete this command's arguments
    Completions(Completions),
    /// Print the manual page, or write one for every subcommand
    Man(Man),
}

/// Where a data directory is.
#[derive(Clone, Debug, Args)]
pub(crate) struct DataDirectory {
    /// The data directory
    #[arg(long, value_name = "DIR", env = "GATELOG_DATA", default_value = "gatelog-data")]
    pub(crate) data: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// An empty or new directory for the data [default: a temporary one, removed at the end]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// The address to listen on; a free port is taken if this one is in use
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8620")]
    pub(crate) listen: SocketAddr,
    /// A configuration file (gatelog.toml): its sections console, smtp, outgoing, logto
    /// and authgear count, and server.public_url; where the data is and how it is reached is said
    /// here
    #[arg(long, value_name = "FILE", env = "GATELOG_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// How many everyday events of the last 30 days to invent; one story comes on top
    #[arg(long, value_name = "N", default_value_t = 200_000)]
    pub(crate) events: usize,
    /// Which of all possible months to invent
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The data directory [default: gatelog-data]
    #[arg(long, value_name = "DIR", env = "GATELOG_DATA")]
    pub(crate) data: Option<PathBuf>,
    /// The address to listen on [default: 127.0.0.1:8620]
    #[arg(long, value_name = "ADDR", env = "GATELOG_LISTEN")]
    pub(crate) listen: Option<SocketAddr>,
    /// A configuration file (gatelog.toml); what is given here wins over it
    #[arg(long, value_name = "FILE", env = "GATELOG_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// Certificate chain in PEM, the server's own first
    #[arg(long, value_name = "FILE")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// The certificate's private key in PEM
    #[arg(long, value_name = "FILE")]
    pub(crate) tls_key: Option<PathBuf>,
    /// Network of a reverse proxy that ends TLS in front of this server; may be repeated
    #[arg(long, value_name = "CIDR")]
    pub(crate) behind_proxy: Vec<IpNet>,
    /// How the log on standard error is written [default: text]
    #[arg(long, value_name = "FORMAT", value_enum)]
    pub(crate) log_format: Option<LogFormat>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people
    Text,
    /// For programs: an object a line
    Json,
}

impl From<LogFormat> for gatelog_server::log::LogFormat {
    fn from(format: LogFormat) -> Self {
        match format {
            LogFormat::Text => Self::Text,
            LogFormat::Json => Self::Json,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Import {
    /// Files to read, `-` for standard input; none reads standard input
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// How the records are written: native, logto, authgear or plusauth
    #[arg(long, value_name = "FORMAT", default_value = "native")]
    pub(crate) format: Format,
    /// The mapping that turns the records into events: auth0, okta, keycloak, or a file of one's own
    #[arg(long, value_name = "NAME|FILE", conflicts_with = "format")]
    pub(crate) mapping: Option<String>,
    /// How the files are written: ndjson, json (an array), csv, sql (a plain dump by pg_dump) or
    /// copy (COPY's own text); gzip and zstd are recognised [default: recognised for each file]
    #[arg(long, value_name = "INPUT")]
    pub(crate) input: Option<input::Input>,
    /// The tenant they belong to [default: the key's tenant, or default]
    #[arg(long, value_name = "TENANT")]
    pub(crate) tenant: Option<TenantName>,
    /// Let each record's tenantId choose its tenant; new ones are created (operators only)
    #[arg(long)]
    pub(crate) split_tenants: bool,
    /// Where rejected lines go, as they came [default: FILE.rejected, made when there is one]
    #[arg(long, value_name = "FILE")]
    pub(crate) rejected: Option<PathBuf>,
    /// Go on as the file grows, also when it is renamed and made anew or cut (tail -F), until Ctrl-C;
    /// one file of one record a line
    #[arg(long, conflicts_with = "input")]
    pub(crate) follow: bool,
    /// Where to note how far the file was read, to go on there after a restart [default: nowhere; a
    /// restart reads it from its beginning, and what is there already is recognised]
    #[arg(long, value_name = "FILE", requires = "follow")]
    pub(crate) position: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) place: Place,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Create an API key and print it, once
    Create {
        #[command(flatten)]
        data: DataDirectory,
        /// The tenant it belongs to; not for an operator's key
        #[arg(long, value_name = "TENANT")]
        tenant: Option<TenantName>,
        /// What it may do: ingest, read, admin (both), operator (all tenants)
        #[arg(long, value_name = "SCOPE")]
        scope: Scope,
        /// The only source whose events it may send and read
        #[arg(long, value_name = "SOURCE")]
        source: Option<Source>,
        /// What to call it
        #[arg(long, value_name = "TEXT", default_value = "")]
        label: String,
    },
    /// List API keys, without their secrets
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
    /// Revoke an API key; a running server refuses it within ten seconds
    Revoke {
        #[command(flatten)]
        data: DataDirectory,
        /// The key's id, such as key_3f9a2c6d01b7e845
        id: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Tenant {
    /// Create a tenant
    Create {
        #[command(flatten)]
        data: DataDirectory,
        /// Its name: lower-case letters, digits and hyphens
        name: TenantName,
    },
    /// List tenants
    List {
        #[command(flatten)]
        data: DataDirectory,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Create a user and print a one-time password to sign in with
    Create {
        #[command(flatten)]
        data: DataDirectory,
        /// The user's name
        name: String,
        /// The tenant whose events the user may see [default: all, as an operator]
        #[arg(long, value_name = "TENANT")]
        tenant: Option<TenantName>,
        /// What the user may do: viewer, analyst (shares searches too), admin (members and keys
        /// too), operator (all tenants) [default: viewer of the tenant, else operator]
        #[arg(long, value_name = "ROLE")]
        role: Option<Role>,
        /// Whether the user sees personal data: never, on-request (after saying why, which is
        /// recorded), always [default: never for a viewer, on-request for an analyst, else always]
        #[arg(long, value_name = "RIGHT")]
        personal_data: Option<PersonalData>,
    },
    /// Choose whether a user sees personal data: addresses, identifiers and names in events
    PersonalData {
        #[command(flatten)]
        data: DataDirectory,
        /// The user's name
        name: String,
        /// never, on-request (after saying why, which is recorded) or always
        right: PersonalData,
    },
    /// Print a new one-time password; the old password no longer works
    Password {
        #[command(flatten)]
        data: DataDirectory,
        /// The user's name
        name: String,
    },
    /// Let a user sign in no more and end all sessions; keys and clients go on
    Disable {
        #[command(flatten)]
        data: DataDirectory,
        /// The user's name
        name: String,
    },
    /// Let a disabled user sign in again
    Enable {
        #[command(flatten)]
        data: DataDirectory,
        /// The user's name
        name: String,
    },
    /// Take authenticator app, passkeys and recovery codes from a user who lost them: the password
    /// alone signs in until another second factor is set up
    ResetSecondFactor {
        #[command(flatten)]
        data: DataDirectory,
        /// The user's name
        name: String,
    },
    /// List users
    List {
        #[command(flatten)]
        data: DataDirectory,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// The data directory [default: gatelog-data]
    #[arg(long, value_name = "DIR", env = "GATELOG_DATA")]
    pub(crate) data: Option<PathBuf>,
    /// The server's configuration file (gatelog.toml)
    #[arg(long, value_name = "FILE", env = "GATELOG_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// Read every part of every segment, not only what a start reads
    #[arg(long)]
    pub(crate) full: bool,
    /// Print the findings as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(crate) struct Man {
    /// Write gatelog.1, gatelog-serve.1 and so on into this directory
    #[arg(long, value_name = "DIR")]
    pub(crate) directory: Option<PathBuf>,
}
