//! Options of the commands that read events: `query`, `export`, `tail`.

use std::num::NonZeroU64;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use gatelog_event::tenant::TenantName;

use super::Place;
use crate::answers::Parameters;

/// What is asked, and of whom.
#[derive(Debug, Args)]
pub(crate) struct Question {
    /// Which events, in PQL, such as `outcome = "failure" AND actor.id = "u1"` [default: all]
    #[arg(value_name = "PQL", default_value = "", hide_default_value = true)]
    pub(crate) query: String,
    /// The tenant whose events are read [default: the key's tenant, or default]
    #[arg(long, value_name = "TENANT")]
    pub(crate) tenant: Option<TenantName>,
    #[command(flatten)]
    pub(crate) place: Place,
}

/// The time that is asked about.
#[derive(Debug, Args)]
pub(crate) struct Window {
    /// Only events from this time on, such as 2026-11-20T14:00:00Z, 2026-11-20 or now-7d/d
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Only events before this time
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
}

/// The order of events.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Order {
    /// Newest first
    Desc,
    /// Oldest first
    Asc,
}

#[derive(Debug, Args)]
#[command(after_help = QUERY_HELP)]
pub(crate) struct Query {
    #[command(flatten)]
    pub(crate) question: Question,
    #[command(flatten)]
    pub(crate) window: Window,
    /// Newest or oldest events first
    #[arg(long, value_name = "ORDER", value_enum, default_value_t = Order::Desc)]
    pub(crate) order: Order,
    /// How many events, or values of each field, at most [default: 50 events, 10 values]
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<u64>,
    /// The columns, such as time,type,actor.id,data.payload.key
    #[arg(
        long,
        value_name = "FIELD,...",
        conflicts_with_all = ["json", "count", "interval", "by", "facets", "explain"],
    )]
    pub(crate) fields: Option<String>,
    /// Print only how many events match
    #[arg(long, conflicts_with_all = ["interval", "by", "facets", "explain"])]
    pub(crate) count: bool,
    /// Count events by time, such as in 15m, 1h, 1d, 1w or 1M; auto suits the time there is
    #[arg(long, value_name = "INTERVAL", conflicts_with_all = ["facets", "explain"])]
    pub(crate) interval: Option<String>,
    /// Count the values of this field apart in each interval
    #[arg(long, value_name = "FIELD", conflicts_with_all = ["facets", "explain"])]
    pub(crate) by: Option<String>,
    /// The time zone in which days begin [default: this machine's, or UTC]
    #[arg(long, value_name = "ZONE", requires = "interval")]
    pub(crate) tz: Option<String>,
    /// Count the most frequent values of these fields
    #[arg(long, value_name = "FIELD,...", conflicts_with = "explain")]
    pub(crate) facets: Option<String>,
    /// Tell how the question is answered, and what that takes
    #[arg(long)]
    pub(crate) explain: bool,
    /// Show times in UTC
    #[arg(long)]
    pub(crate) utc: bool,
    /// Print events as JSON, one a line, and everything else as one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

const QUERY_HELP: &str = "\
Examples:
  gatelog query 'action = \"login\" AND outcome = \"failure\"' --from now-24h
  gatelog query 'ada@acme.example' --fields time,type,ip,error.code
  gatelog query --interval 1d --by outcome --from now-30d/d
  gatelog query 'ip = \"203.0.113.0/24\"' --facets type,actor.id --limit 20
  gatelog query 'level >= \"warn\"' --json --limit 1000 | jq .actor.id

The data directory is read when no server holds it; otherwise give --url and --token.";

/// How exported events are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// Whole events, one in each line
    Ndjson,
    /// Columns, for spreadsheets
    Csv,
    /// Columns, for analytics (Apache Parquet)
    Parquet,
}

#[derive(Debug, Args)]
#[command(after_help = EXPORT_HELP)]
pub(crate) struct Export {
    #[command(flatten)]
    pub(crate) question: Question,
    #[command(flatten)]
    pub(crate) window: Window,
    /// Where to write to, `-` for standard output
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    pub(crate) output: PathBuf,
    /// How events are written [default: as the file's name ends, or ndjson]
    #[arg(long, value_name = "FORMAT", value_enum)]
    format: Option<ExportFormat>,
    /// The columns of csv and parquet, such as time,type,actor.id,data.payload.key
    #[arg(long, value_name = "FIELD,...")]
    pub(crate) fields: Option<String>,
    /// Oldest or newest events first
    #[arg(long, value_name = "ORDER", value_enum, default_value_t = Order::Asc)]
    pub(crate) order: Order,
    /// How many events at most
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<u64>,
    /// Go on with an export to the same file that was interrupted
    #[arg(long, conflicts_with = "force")]
    pub(crate) resume: bool,
    /// Replace what is there
    #[arg(long)]
    pub(crate) force: bool,
    /// Leave out the cursors that resuming needs
    #[arg(long, conflicts_with_all = ["resume", "part_rows"])]
    pub(crate) without_cursors: bool,
    /// Write Parquet in files of this many rows, FILE-00001.parquet and so on; those that are
    /// whole are kept when the export is interrupted
    #[arg(long, value_name = "N")]
    pub(crate) part_rows: Option<NonZeroU64>,
}

const EXPORT_HELP: &str = "\
A file is written as FILE.partial and renamed when it is whole. Each row ends with its cursor, so
that --resume can go on behind it.

Examples:
  gatelog export --output events.ndjson
  gatelog export --output events.ndjson --resume
  gatelog export 'outcome = \"failure\"' --from now-30d/d --output failures.csv
  gatelog export --output events.parquet --part-rows 1000000
  gatelog export --from now-1d | jq -r .ip | sort | uniq -c

The data directory is read when no server holds it; otherwise give --url and --token.";

#[derive(Debug, Args)]
#[command(after_help = TAIL_HELP)]
pub(crate) struct Tail {
    #[command(flatten)]
    pub(crate) question: Question,
    /// Begin with events from this time on, such as now-1h [default: with what comes now]
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,
    /// Show times in UTC
    #[arg(long)]
    pub(crate) utc: bool,
    /// Print events as JSON, one a line
    #[arg(long)]
    pub(crate) json: bool,
}

const TAIL_HELP: &str = "\
Events are followed at a running server (--url and --token). When the connection is lost, it is made
again, and none is missed.

Examples:
  gatelog tail --url https://log.acme.example --token KEY
  gatelog tail 'outcome = \"failure\"' --since now-1h
  gatelog tail --json | jq -r .ip";

impl Export {
    /// How events are written.
    pub(crate) fn format(&self) -> ExportFormat {
        let extension = self.output.extension().and_then(|extension| extension.to_str());
        self.format.unwrap_or(match extension {
            Some("csv") => ExportFormat::Csv,
            Some("parquet") => ExportFormat::Parquet,
            _ => ExportFormat::Ndjson,
        })
    }
}

impl ExportFormat {
    /// The name used in a request.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }
}

impl Question {
    /// The question as parameters of a request.
    pub(crate) fn parameters(&self) -> Parameters {
        let query = Some(self.query.clone()).filter(|query| !query.trim().is_empty());
        query.into_iter().map(|query| ("q", query)).collect()
    }
}

impl Window {
    /// The window as parameters of a request.
    pub(crate) fn parameters(&self) -> Parameters {
        let from = self.from.iter().map(|time| ("from", time.clone()));
        from.chain(self.to.iter().map(|time| ("to", time.clone()))).collect()
    }
}

impl Order {
    /// The name used in a request.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Desc => "desc",
            Self::Asc => "asc",
        }
    }
}
