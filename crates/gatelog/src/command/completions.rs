//! `gatelog completions`: what a shell needs to complete arguments.

use std::io::Write;

use anyhow::Context;
use clap::CommandFactory;

use crate::arguments::{Arguments, Completions};

pub(crate) fn run(arguments: &Completions) -> anyhow::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "gatelog", &mut script);
    std::io::stdout().write_all(&script).context("cannot print the script")
}
