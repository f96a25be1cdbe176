//! Neighbouring segments become one, in the background.
//!
//! A question looks into every segment that its time range touches, so there should be few. Here
//! it is decided which neighbours are due, and done: small ones are written again as one, large
//! ones are joined with their records as they are. Readers go on with the old segments until they
//! are through; a crash leaves either the old ones or the new one.
//!
//! - [`mod@due`]: which neighbours should become one?
//! - [`mod@rewrite`]: small segments are written again as one.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::cache::SegmentCache;
use crate::error::{Error, Result};
use crate::files::FileSystem;
use crate::manifest::{SegmentFile, segment_path};
use crate::segment::Segment;
use crate::segment::join::join;
use crate::tenant::{Tenant, View};

pub(crate) use due::Policy;
use rewrite::rewrite;

mod due;
mod rewrite;

/// Merges segments on its own thread.
#[derive(Debug)]
pub(crate) struct Merger {
    files: Arc<dyn FileSystem>,
    cache: Arc<SegmentCache>,
    policy: Policy,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Tenants that got a segment.
    waiting: VecDeque<Arc<Tenant>>,
    /// Whether one is being looked at.
    is_working: bool,
    closed: bool,
}

impl Merger {
    pub(crate) fn new(
        files: Arc<dyn FileSystem>,
        cache: Arc<SegmentCache>,
        policy: Policy,
    ) -> Self {
        Self { files, cache, policy, state: Mutex::default(), changed: Condvar::new() }
    }

    /// Looks, later and on its own thread, whether segments of this tenant are due.
    pub(crate) fn look_at(&self, tenant: &Arc<Tenant>) {
        let mut state = self.lock();
        if !state.waiting.iter().any(|waiting| Arc::ptr_eq(waiting, tenant)) {
            state.waiting.push_back(Arc::clone(tenant));
        }
        drop(state);
        self.changed.notify_all();
    }

    /// Ends the thread; a merge that is under way is given up.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// Waits until no tenant waits.
    pub(crate) fn wait_until_idle(&self) {
        let is_busy =
            |state: &mut State| !state.closed && (state.is_working || !state.waiting.is_empty());
        drop(self.changed.wait_while(self.lock(), is_busy));
    }

    /// Merges until closed.
    pub(crate) fn run(&self) {
        while let Some(tenant) = self.next() {
            match self.merge_next(&tenant) {
                // There may be more, but the others come first.
                Ok(true) => self.look_at(&tenant),
                Ok(false) | Err(Error::Closed) => {}
                Err(error) => {
                    // All events are in the segments there are. The tenant's next segment is the
                    // occasion to try again.
                    tracing::error!(tenant = %tenant.name, %error, "segments were not merged");
                }
            }
        }
    }

    fn next(&self) -> Option<Arc<Tenant>> {
        let mut state = self.lock();
        state.is_working = false;
        self.changed.notify_all();
        loop {
            if state.closed {
                return None;
            }
            if let Some(tenant) = state.waiting.pop_front() {
                state.is_working = true;
                return Some(tenant);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Merges the tenant's next group of segments; false if none is due.
    fn merge_next(&self, tenant: &Tenant) -> Result<bool> {
        let listed = tenant.manifest().segments.clone();
        let Some(group) = self.policy.due(&listed) else { return Ok(false) };
        let sources = listed.get(group).unwrap_or_default();
        let (Some(first), Some(last)) = (sources.first(), sources.last()) else { return Ok(false) };
        let (first_seq, end_seq) = (first.summary.first_seq, last.summary.end_seq());
        let is_source = |first: u64| (first_seq..end_seq).contains(&first);
        let view = tenant.view();
        let old: Vec<Arc<Segment>> = view
            .segments
            .iter()
            .filter(|segment| is_source(segment.summary().first_seq))
            .cloned()
            .collect();

        let row_count = row_count(sources);
        let path = segment_path(&tenant.directory, first_seq, row_count);
        let merged = if self.policy.is_small(row_count) {
            rewrite(&*self.files, &path, tenant, &old)?
        } else {
            join(&*self.files, &path, &old, &|| self.lock().closed)?
        };
        let (files, cache) = (Arc::clone(&self.files), Arc::clone(&self.cache));
        let segment = Arc::new(Segment::new(path, merged, files, cache));
        let mut change = tenant.change();
        let segments = change.segments();
        let at = segments.partition_point(|segment| segment.summary.first_seq < first_seq);
        segments.retain(|segment| !is_source(segment.summary.first_seq));
        segments.insert(at.min(segments.len()), merged);
        change.stage(&*self.files)?;
        change.commit(&*self.files)?;
        change.publish(|view| {
            let first_seq_of = |segment: &Arc<Segment>| segment.summary().first_seq;
            let before = view.segments.iter().filter(|other| first_seq_of(other) < first_seq);
            let after = view.segments.iter().filter(|other| first_seq_of(other) >= end_seq);
            let segments = before.chain([&segment]).chain(after).cloned().collect();
            View { segments, tables: view.tables.clone() }
        });
        old.iter().for_each(|segment| segment.replaced());
        Ok(true)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn row_count(segments: &[SegmentFile]) -> u32 {
    segments.iter().map(|segment| segment.summary.row_count).fold(0, u32::saturating_add)
}
