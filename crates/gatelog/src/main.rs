//! The `gatelog` binary: subcommands, nothing else.
//!
//! - [`arguments`]: every subcommand and option.
//! - [`command`]: what each of them does.
//! - [`answers`]: who answers their questions: a server, or this process.
//! - [`output`]: what people and scripts read.
//! - [`allocator`]: where memory comes from.

mod allocator;
mod answers;
mod arguments;
mod command;
mod output;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments.command).and_then(|()| output::finish()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::error(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Serve(serve) => command::serve::run(&serve),
        Command::Demo(demo) => command::demo::run(&demo),
        Command::Import(import) => command::import::run(&import),
        Command::Map(map) => command::map::run(&map),
        Command::Query(query) => command::query::run(&query),
        Command::Export(export) => command::export::run(&export),
        Command::Tail(tail) => command::tail::run(&tail),
        Command::Record(record) => command::record::run(&record),
        Command::Token(token) => command::token::run(token),
        Command::Client(client) => command::client::run(client),
        Command::Tenant(tenant) => command::tenant::run(tenant),
        Command::User(user) => command::user::run(user),
        Command::Source(source) => command::source::run(source),
        Command::Directory(directory) => command::directory::run(directory),
        Command::Bench(bench) => command::bench::run(&bench),
        Command::Doctor(doctor) => command::doctor::run(&doctor),
        Command::Completions(completions) => {
            command::completions::run(&completions);
            Ok(())
        }
        Command::Man(man) => command::man::run(&man),
    }
}
