//! Other products' audit log APIs, answered as those products would answer.
//!
//! A program that was written for another product asks Gatelog instead and does not notice: the
//! same paths, parameters, headers, order of checks and error bodies, down to their accidents
//! where a client could depend on them. One module per product, each with a table of what is
//! supported. This crate is not for our own API (`api`) or for reading those products' records
//! (`gatelog_event::mapping`), and it invents no features: what a product's API lacks is in ours.
//!
//! - `caller`: who is asking, the same for all of them; `token_request`: how clients get a token.
//! - [`authgear`]: Authgear's Admin API, the part that reads audit logs.
//! - [`logto`]: Logto's Management API, the part that reads audit logs.
//! - [`plusauth`]: PlusAuth's REST API, the part that reads logs.

mod caller;
mod token_request;

pub mod authgear;
pub mod logto;
pub mod plusauth;
