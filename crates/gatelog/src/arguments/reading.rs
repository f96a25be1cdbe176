//! Options of the commands that read events: `query`, `export`, `tail`.

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
    #[arg(long, value_name = "FIELD,...", value_delimiter = ',', conflicts_with = "json")]
    pub(crate) fields: Vec<String>,
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
    #[arg(long, value_name = "ZONE")]
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
