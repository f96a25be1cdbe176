//! `gatelog completions`: what a shell needs to complete arguments.

use clap::CommandFactory;

use crate::arguments::{Arguments, Completions};
use crate::output;

pub(crate) fn run(arguments: &Completions) {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "gatelog", &mut script);
    output::print(&script);
}
