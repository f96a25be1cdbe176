//! The program under test as people use it, and what it answers.
//!
//! - [`program`]: commands, in a folder of their own.
//! - [`server`]: a server, from its first line of output to its end.
//! - [`client`]: requests with a key, and answers.

mod client;
mod program;
mod server;

pub(crate) use client::{Answer, Client, Coming};
pub(crate) use program::{Ended, Folder};
pub(crate) use server::Server;
