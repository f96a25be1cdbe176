//! Events that were taken in become kept events, for every route by which events come.

use std::sync::Arc;

use gatelog_event::time::UnixMicros;
use gatelog_service::{IntakeReport, Kept, Prepared};

use crate::authentication::Caller;
use crate::blocking::{Panicked, ahead_of_reads};
use crate::problem::Problem;

/// Bodies up to this size are parsed where they arrive, larger ones on a thread that may take
/// long: a record takes about 5 µs.
const INLINE_BYTES_MAX: usize = 64 << 10;

/// Runs what parses a body of so many bytes.
///
/// # Errors
/// [`Panicked`].
pub(crate) async fn parse<T: Send + 'static>(
    body_bytes: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Panicked> {
    if body_bytes <= INLINE_BYTES_MAX { Ok(work()) } else { ahead_of_reads(work).await }
}

/// Keeps events, and returns when they are durable and can be found.
///
/// # Errors
/// When the ledger takes none; nothing of the body is kept then.
pub(crate) async fn keep(
    caller: &Caller,
    prepared: Prepared,
    received: UnixMicros,
) -> Result<IntakeReport, Problem> {
    let (tenant, submitter) = (&caller.tenant, &caller.principal.id);
    let Prepared { events, rejected, rejected_total } = prepared;
    let Kept { appended, has_unsaved_names } = tenant.keep(events, submitter, received).await?;
    if has_unsaved_names {
        let tenant = Arc::clone(tenant);
        ahead_of_reads(move || tenant.save_names()).await?;
    }
    Ok(IntakeReport::new(appended, rejected, rejected_total))
}
