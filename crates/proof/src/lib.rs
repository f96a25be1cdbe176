//! What makes the log provable: RFC 6962 hashing, entry commitments, salt trees.
//!
//! This crate answers "which hash stands for this event?". It is not for keeping hashes (the
//! ledger's segments do) and does no I/O; randomness is a parameter. It builds for auditors on its
//! own: it depends on SHA-256 and HMAC and nothing else.
//!
//! - [`tree`]: leaf and node hashes, and the root of a run of leaves.
//! - [`salt`]: 256 salts from one seed, so that erasing one event leaves the others derivable.
//! - [`commitment`]: what is committed to for one event, and the log entry that carries it.

pub mod commitment;
pub mod salt;
pub mod tree;
