//! Several segments are looked at at once, where one after the other would take long.
//!
//! Each is decided on its own, and mostly by waiting: for the disk while nothing of it is in memory,
//! for memory while words are looked for in many records. Threads are begun for one question and
//! end with it: a question that takes seconds is in nobody's way.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::error::{Error, Result};

/// Threads of one question.
const THREADS_MAX: usize = 8;

/// Items that are worth beginning another thread for, which takes some 50 microseconds.
pub(super) const ITEMS_PER_THREAD: usize = 4;

/// Records that are worth it, each of which takes a microsecond or a few.
pub(super) const RECORDS_PER_THREAD: u64 = 64;

/// What `look` finds in each item, in their order. Each thread has `items_per_thread` at least: of
/// few items one thread looks at all.
///
/// # Errors
/// One of those of `look`.
pub(super) fn side_by_side<T: Sync, R: Send>(
    items: &[T],
    items_per_thread: usize,
    look: impl Fn(&T) -> Result<R> + Sync,
) -> Result<Vec<R>> {
    let next = AtomicUsize::new(0);
    let take_turns = || -> Result<Vec<(usize, R)>> {
        let mut found = Vec::new();
        loop {
            let position = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(position) else { return Ok(found) };
            // After an error nobody begins another item.
            let looked = look(item).inspect_err(|_| next.store(items.len(), Ordering::Relaxed));
            found.push((position, looked?));
        }
    };
    let thread_count = items.len().div_ceil(items_per_thread).min(THREADS_MAX);
    let mut all = Vec::with_capacity(items.len());
    thread::scope(|scope| {
        let begin = |_| {
            let named = thread::Builder::new().name("gatelog-search".to_owned());
            // Where no thread can be begun, the others do its part.
            named.spawn_scoped(scope, take_turns).ok()
        };
        let others: Vec<_> = (1..thread_count).filter_map(begin).collect();
        all.extend(take_turns()?);
        for other in others {
            all.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic))?);
        }
        Ok::<_, Error>(())
    })?;
    all.sort_unstable_by_key(|(position, _)| *position);
    Ok(all.into_iter().map(|(_, found)| found).collect())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn what_is_found_is_in_the_order_of_the_items() {
        for count in [0, 1, 4, 5, 1_000] {
            let items: Vec<u32> = (0..count).collect();
            let doubled = side_by_side(&items, ITEMS_PER_THREAD, |item| Ok(item * 2)).unwrap();
            assert!(doubled.into_iter().eq((0..count).map(|item| item * 2)), "{count}");
        }
    }

    #[test]
    fn an_error_is_told_and_nothing_is_looked_at_after_it() {
        let looked_at = AtomicUsize::new(0);
        let look = |item: &usize| {
            looked_at.fetch_add(1, Ordering::Relaxed);
            match item {
                1 => Err(Error::corrupt(Path::new("segment"), 7, "it is damaged")),
                item => Ok(*item),
            }
        };
        for count in [1_000, ITEMS_PER_THREAD] {
            looked_at.store(0, Ordering::Relaxed);
            let items: Vec<usize> = (0..count).collect();
            let failure = side_by_side(&items, ITEMS_PER_THREAD, look).unwrap_err().to_string();
            assert!(failure.contains("it is damaged"), "{failure}");
        }
        // Of so few, one thread looks at all.
        assert_eq!(looked_at.into_inner(), 2);
    }
}
