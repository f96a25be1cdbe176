//! Segments are looked at side by side, where one after the other would take long.
//!
//! Each is decided on its own, and mostly by waiting: for the disk while nothing of it is in memory,
//! for memory while words are looked for in many records.

use std::num::NonZero;
use std::sync::OnceLock;

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::error::Result;

/// Threads that all questions share, if there are not more processors: some wait for the disk.
const THREADS_MIN: usize = 8;

/// The threads of one ledger, started when they are first needed.
#[derive(Debug, Default)]
pub(crate) struct Workers(OnceLock<Option<ThreadPool>>);

impl Workers {
    /// What `look` finds in each item, in their order.
    ///
    /// # Errors
    /// One of those of `look`.
    pub(crate) fn map<T: Sync, R: Send>(
        &self,
        items: &[T],
        look: impl Fn(&T) -> Result<R> + Send + Sync,
    ) -> Result<Vec<R>> {
        match self.threads() {
            Some(threads) => threads.install(|| items.par_iter().map(look).collect()),
            None => items.iter().map(look).collect(),
        }
    }

    fn threads(&self) -> Option<&ThreadPool> {
        let start = || {
            let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
            ThreadPoolBuilder::new()
                .num_threads(processors.max(THREADS_MIN))
                .thread_name(|_| "gatelog-search".to_owned())
                .build()
                .inspect_err(|error| tracing::warn!(%error, "segments are read one by one"))
                .ok()
        };
        self.0.get_or_init(start).as_ref()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::error::Error;

    #[test]
    fn what_is_found_is_in_the_order_of_the_items_and_an_error_is_told() {
        let workers = Workers::default();
        let items: Vec<u32> = (0..1_000).collect();
        let doubled = workers.map(&items, |item| Ok(item * 2)).unwrap();
        assert!(doubled.into_iter().eq((0..1_000).map(|item| item * 2)));
        let failing = |item: &u32| match item {
            700 => Err(Error::corrupt(Path::new("segment"), 7, "it is damaged")),
            item => Ok(*item),
        };
        let failure = workers.map(&items, failing).unwrap_err();
        assert!(failure.to_string().contains("it is damaged"), "{failure}");
    }
}
