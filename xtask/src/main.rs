//! The project's own chores: `cargo xtask test` and the parts it is made of.
//!
//! Not part of the product: nothing here is shipped. Read in this order:
//!
//! - [`chores`]: what each command runs, in order;
//! - [`steps`]: the headings, the durations, the summary;
//! - [`tidy`]: the project's own rules about its files;
//! - [`licences`]: the licences and duplicate versions of third-party crates;
//! - [`openapi`]: the API against its own description;
//! - [`node`]: tests that Node.js runs against the program;
//! - [`browser`]: the console in a headless Chromium;
//! - [`clients`]: other products' own clients, and ours for JavaScript;
//! - [`fuzz`]: decoders and parsers under libFuzzer;
//! - [`compare`]: Gatelog beside PostgreSQL and ClickHouse;
//! - [`instructions`]: how many instructions an event and a question take;
//! - [`metadata`]: what Cargo knows of the workspace;
//! - [`machine`]: installing the tools that are missing;
//! - [`program`]: running other programs.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool that speaks to the person who started it"
)]

mod browser;
mod chores;
mod clients;
mod compare;
mod fuzz;
mod instructions;
mod licences;
mod machine;
mod metadata;
mod node;
mod openapi;
mod program;
mod steps;
mod tidy;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use self::compare::Peer;

/// Gatelog's own chores. `cargo xtask test` is what CI runs.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Run every check and every test, installing the tools that are missing
    Test {
        /// Leave out the documentation, the description of the API, browser and other clients
        #[arg(long)]
        fast: bool,
    },
    /// Check the project's own rules: layers, file sizes, documents, forbidden words
    Tidy,
    /// Format all Rust code
    Fmt,
    /// Run clippy, the spelling check, and the licence and duplicate check
    Lint,
    /// Test the API of a demo server against its own description
    Openapi,
    /// Test the console of a demo server in headless Chromium
    Browser,
    /// Let other products' own clients ask a server, and ours for JavaScript send to one
    Clients,
    /// Try decoders and parsers with bytes that libFuzzer makes up
    Fuzz {
        /// Only this one of fuzz/src/bin [default: all, one after the other]
        #[arg(long, value_name = "NAME")]
        target: Option<String>,
        /// How long each target is tried
        #[arg(long, value_name = "N", default_value_t = 120)]
        seconds: u64,
    },
    /// Load the same rows here and elsewhere, and ask the same questions
    Compare {
        /// How many events
        #[arg(long, value_name = "N", default_value_t = 1_000_000)]
        events: usize,
        /// What to compare with
        #[arg(long, value_enum, value_delimiter = ',', default_value = "postgresql,clickhouse")]
        peers: Vec<Peer>,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// Count the instructions that an event and a question take
    Instructions {
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
        /// Show how the result differs from this one, which `--json` printed
        #[arg(long, value_name = "FILE")]
        before: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    match run(&Arguments::parse().chore) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(chore: &Chore) -> anyhow::Result<()> {
    match chore {
        Chore::Test { fast } => chores::test(*fast),
        Chore::Tidy => chores::tidy(),
        Chore::Fmt => chores::format(),
        Chore::Lint => chores::lint(),
        Chore::Openapi => chores::openapi(),
        Chore::Browser => chores::browser(),
        Chore::Clients => chores::clients(),
        Chore::Fuzz { target, seconds } => chores::fuzz(target.as_deref(), *seconds),
        Chore::Compare { events, peers, json } => chores::compare(*events, peers, *json),
        Chore::Instructions { json, before } => chores::instructions(*json, before.as_deref()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Arguments::command().debug_assert();
    }
}
