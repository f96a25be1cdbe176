//! How much one request may ask for, and why so much.

/// A request's body, as there: a document and its variables.
pub(super) const BODY_BYTES_MAX: usize = 1 << 20;

/// Pages of audit logs that one document may ask for. Clients ask for one; aliases and fragments
/// could ask for thousands.
pub(super) const PAGES_MAX: usize = 5;

/// Events that one document may ask for by id: as many as a page has rows.
pub(super) const NODES_MAX: usize = 100;

/// Fields of one document, those of a fragment counted wherever it is spread. The largest that
/// clients send is the question for the whole schema, with some 250.
pub(super) const FIELDS_MAX: usize = 500;

/// Nesting of one document. The question for the whole schema has 15.
pub(super) const DEPTH_MAX: usize = 20;

/// Nesting of the schema's own lists of fields and types in each other, where every step
/// multiplies the answer.
pub(super) const SCHEMA_LISTS_MAX: usize = 2;

/// Selections that are looked at to find out whose a document is. The library lets 15,000 fields
/// pass, each of them within a few fragments; in a circle of fragments there would be no end.
pub(super) const SELECTIONS_MAX: usize = 50_000;

/// Users, addresses and numbers that one page may be filtered by. The portal sends one.
pub(super) const FILTER_VALUES_MAX: usize = 100;

/// Bytes of `data` in one answer: a hundred of the largest records there are, once.
pub(super) const DATA_BYTES_MAX: u64 = 128 << 20;

/// Requests that one upstream answers at once. Each holds two bodies in memory.
pub(super) const UPSTREAM_REQUESTS_MAX: usize = 64;

/// An upstream's answer. The largest that Authgear's portal waits for are some hundred KiB.
pub(super) const UPSTREAM_ANSWER_BYTES_MAX: usize = 16 << 20;

/// How long an upstream may take to accept a connection.
pub(super) const UPSTREAM_CONNECT_MS: u64 = 5_000;

/// How long an upstream may take in all. Browsers and proxies give up after a minute.
pub(super) const UPSTREAM_ANSWER_MS: u64 = 30_000;
