//! `gatelog man`: manual pages, made from the arguments' own help.

use std::path::Path;

use anyhow::Context;
use clap::CommandFactory;

use crate::arguments::{Arguments, Man};
use crate::output;

pub(crate) fn run(arguments: &Man) -> anyhow::Result<()> {
    match &arguments.directory {
        Some(directory) => write_pages(directory),
        None => print_page(),
    }
}

fn print_page() -> anyhow::Result<()> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Arguments::command()).render(&mut page)?;
    output::print(&page);
    Ok(())
}

/// Writes a page for the program and for each subcommand, however deep.
fn write_pages(directory: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(directory)
        .and_then(|()| clap_mangen::generate_to(Arguments::command(), directory))
        .with_context(|| format!("cannot write to {}", directory.display()))
}
