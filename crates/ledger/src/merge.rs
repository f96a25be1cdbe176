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
        let (listed, view) = tenant.sealed();
        let Some(group) = self.policy.due(&listed) else { return Ok(false) };
        // What is listed and what is read are the same segments in the same order.
        let sources = view.segments.get(group).unwrap_or_default();
        let row_count =
            sources.iter().map(|source| source.row_count()).fold(0, u32::saturating_add);
        let first_seq = sources.first().map_or(0, |source| source.summary().first_seq);
        let path = segment_path(&tenant.directory, first_seq, row_count);
        let merged = if self.policy.is_small(row_count) {
            rewrite(&*self.files, &path, tenant, sources)?
        } else {
            join(&*self.files, &path, sources, &|| self.lock().closed)?
        };
        self.replace(tenant, sources, merged)?;
        Ok(true)
    }

    /// Puts a segment in the place of those it was made of.
    fn replace(
        &self,
        tenant: &Tenant,
        sources: &[Arc<Segment>],
        merged: SegmentFile,
    ) -> Result<()> {
        let (start, end) = (merged.summary.first_seq, merged.summary.end_seq());
        let mut change = tenant.change();
        let listed = change.segments();
        let before = listed.partition_point(|segment| segment.summary.first_seq < start);
        let through = listed.partition_point(|segment| segment.summary.first_seq < end);
        listed.splice(before..through, [merged]);
        change.stage(&*self.files)?;
        change.commit(&*self.files)?;

        let (files, cache) = (Arc::clone(&self.files), Arc::clone(&self.cache));
        let path = merged.path(&tenant.directory);
        let segment = Arc::new(Segment::new(path, merged, files, cache));
        change.publish(|view| {
            let mut segments = view.segments.to_vec();
            segments.splice(before..through, [Arc::clone(&segment)]);
            View { segments: segments.into(), tables: view.tables.clone() }
        });
        sources.iter().for_each(|source| source.replaced());
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
