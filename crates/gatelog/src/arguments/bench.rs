//! Options of `gatelog bench`.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct Bench {
    /// How many events to load in bulk
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    pub(crate) events: usize,
    /// How many events to send one by one afterwards, over 32 connections
    #[arg(long, value_name = "N", default_value_t = 50_000)]
    pub(crate) singles: usize,
    /// How often to ask each question of a server that has been asked before
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(crate) repeat: usize,
    /// Which of all possible months to invent; the same number makes the same events
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// An empty or new directory for the data, which is kept [default: a temporary one, removed]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long)]
    pub(crate) json: bool,
}
