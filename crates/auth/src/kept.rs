//! What others publish, such as their keys: fetched when it is first needed, kept for ten minutes,
//! and fetched again when there is a sign that it has changed.
//!
//! Somebody who invents such signs causes one fetch in half a minute at most. While the others cannot
//! be reached, what they had published goes on counting.

use std::sync::{Arc, Mutex, PoisonError};

use gatelog_event::time::UnixMicros;

use crate::issuers::FetchKeys;

/// It is fetched again after so many seconds.
const FRESH_SECONDS: i64 = 600;

/// It is fetched at most once in so many seconds because there is a sign of a change.
const REFRESH_INTERVAL_SECONDS: i64 = 30;

/// After a failure nobody tries again for so many seconds.
const RETRY_INTERVAL_SECONDS: i64 = 5;

/// Where something is published, and how it is read.
#[derive(Debug)]
pub(crate) struct Published<'p, T> {
    pub(crate) url: &'p str,
    pub(crate) source: &'p dyn FetchKeys,
    pub(crate) read: fn(&str) -> Result<T, String>,
}

/// What was published, as far as it is known.
#[derive(Debug)]
pub(crate) struct Kept<T> {
    known: Mutex<Known<T>>,
    /// Held while it is fetched, so that all who wait are served by one fetch.
    fetching: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Known<T> {
    value: Option<Arc<T>>,
    fetched: Option<UnixMicros>,
    failed: Option<UnixMicros>,
}

impl<T> Kept<T> {
    /// What is published, fetched unless it is fresh. `None` if it cannot be had, which is logged.
    pub(crate) async fn get(
        &self,
        published: &Published<'_, T>,
        now: UnixMicros,
    ) -> Option<Arc<T>> {
        match self.known().usable(now) {
            Some(value) => value,
            None => self.fetch(published, now, Known::may_retry).await,
        }
    }

    /// Whether there was no fetch a moment ago, so that one may bring something newer.
    pub(crate) fn may_be_newer(&self, now: UnixMicros) -> bool {
        self.known().may_refresh(now)
    }

    /// What is published now, fetched if that may bring something newer.
    pub(crate) async fn newer(
        &self,
        published: &Published<'_, T>,
        now: UnixMicros,
    ) -> Option<Arc<T>> {
        self.fetch(published, now, Known::may_refresh).await
    }

    /// The newest there is, fetched if that is due when it is this caller's turn.
    async fn fetch(
        &self,
        published: &Published<'_, T>,
        now: UnixMicros,
        is_due: fn(&Known<T>, UnixMicros) -> bool,
    ) -> Option<Arc<T>> {
        let _fetching = self.fetching.lock().await;
        let known = self.known();
        if !is_due(&known, now) {
            return known.value;
        }
        let Published { url, source, read } = *published;
        let fetched = source.fetch(url).await.and_then(|text| read(&text));
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        match fetched {
            Ok(value) => {
                *known = Known { value: Some(Arc::new(value)), fetched: Some(now), failed: None };
            }
            Err(error) => {
                tracing::warn!(url, %error, "what is published there cannot be fetched");
                known.failed = Some(now);
            }
        }
        known.value.clone()
    }

    fn known(&self) -> Known<T> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self { known: Mutex::default(), fetching: tokio::sync::Mutex::default() }
    }
}

impl<T> Default for Known<T> {
    fn default() -> Self {
        Self { value: None, fetched: None, failed: None }
    }
}

impl<T> Clone for Known<T> {
    fn clone(&self) -> Self {
        Self { value: self.value.clone(), fetched: self.fetched, failed: self.failed }
    }
}

impl<T> Known<T> {
    /// What is fresh, or whose owner could not be reached a moment ago: `Some(None)` where there is
    /// nothing and it is too early to try again.
    fn usable(&self, now: UnixMicros) -> Option<Option<Arc<T>>> {
        (!self.may_retry(now)).then(|| self.value.clone())
    }

    fn may_retry(&self, now: UnixMicros) -> bool {
        is_past(self.fetched, FRESH_SECONDS, now)
            && is_past(self.failed, RETRY_INTERVAL_SECONDS, now)
    }

    fn may_refresh(&self, now: UnixMicros) -> bool {
        is_past(self.fetched, REFRESH_INTERVAL_SECONDS, now)
            && is_past(self.failed, RETRY_INTERVAL_SECONDS, now)
    }
}

/// Whether `time` was never, or so many seconds ago. A clock that was set back makes it past.
fn is_past(time: Option<UnixMicros>, seconds: i64, now: UnixMicros) -> bool {
    time.is_none_or(|time| !(0..seconds).contains(&(now.seconds_floor() - time.seconds_floor())))
}
