//! How far exports are, for whoever began them, and word that one is not wanted any more.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use gatelog_auth::Principal;
use tokio::sync::watch;
use tokio::time::Instant;

/// Exports that are remembered; those under way are far fewer.
const REMEMBERED_MAX: usize = 256;

/// How long it is remembered how an export ended: a page asks every second.
const ENDED_MS_MAX: u64 = 300_000;

/// Hexadecimal digits of an id.
const ID_DIGITS: usize = 32;

/// What whoever begins an export calls it, at random, to ask for it later.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ExportId(String);

/// Whether an export goes on, or how it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportState {
    /// It goes on.
    Running,
    /// All of it was handed to the connection.
    Done,
    /// It was cut: what the client has is not all of it.
    Failed,
    /// The same, as whoever began it wanted.
    Cancelled,
}

/// How far an export is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Events that were written.
    pub rows: u64,
    /// Events there are; `None` while they are looked for.
    pub total: Option<u64>,
    /// Whether it goes on.
    pub state: ExportState,
}

/// Exports under way, and those that ended a while ago.
#[derive(Clone, Debug, Default)]
pub(super) struct Register(Arc<Mutex<HashMap<Key, Arc<Count>>>>);

/// The id of a principal, and what that calls an export.
type Key = (Arc<str>, ExportId);

#[derive(Debug)]
struct Count {
    rows: AtomicU64,
    /// [`u64::MAX`] while it is not known.
    total: AtomicU64,
    /// The state, and since when.
    state: watch::Sender<(ExportState, Instant)>,
}

/// An export that is counted. It has failed if it is dropped before it is said to be done.
#[derive(Debug)]
pub(super) struct Tracked(Arc<Count>);

/// What cancels and counts an export that goes on.
#[derive(Clone, Debug)]
pub(super) struct Counter(Arc<Count>);

impl ExportId {
    /// The id in a text of 32 hexadecimal digits; `None` for any other.
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        (text.len() == ID_DIGITS && text.bytes().all(is_digit)).then(|| Self(text.to_owned()))
    }
}

impl ExportState {
    /// The word in answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

impl Register {
    /// Begins to count; under `id`, if one is given, whoever it is can ask.
    pub(super) fn begin(&self, principal: &Principal, id: Option<ExportId>) -> Tracked {
        let state = watch::Sender::new((ExportState::Running, Instant::now()));
        let count = Arc::new(Count { rows: 0.into(), total: u64::MAX.into(), state });
        if let Some(id) = id {
            let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            known.retain(|_, count| count.is_remembered());
            // Only somebody who ends export after export gets there; theirs show no progress.
            if known.len() < REMEMBERED_MAX {
                known.insert((Arc::clone(&principal.id), id), Arc::clone(&count));
            }
        }
        Tracked(count)
    }

    /// How far an export of this principal is, if there is one.
    pub(super) fn progress(&self, principal: &Principal, id: &ExportId) -> Option<Progress> {
        let count = self.get(principal, id)?;
        let total = count.total.load(Ordering::Relaxed);
        let (state, _) = *count.state.borrow();
        Some(Progress {
            rows: count.rows.load(Ordering::Relaxed),
            total: Some(total).filter(|total| *total != u64::MAX),
            state,
        })
    }

    /// Ends an export of this principal, and says whether there is one.
    pub(super) fn cancel(&self, principal: &Principal, id: &ExportId) -> bool {
        let count = self.get(principal, id);
        count.map(|count| count.end(ExportState::Cancelled)).is_some()
    }

    fn get(&self, principal: &Principal, id: &ExportId) -> Option<Arc<Count>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&(Arc::clone(&principal.id), id.clone())).map(Arc::clone)
    }
}

impl Count {
    /// Ends it, unless it has ended.
    fn end(&self, how: ExportState) {
        self.state.send_if_modified(|(state, since)| {
            let is_running = *state == ExportState::Running;
            if is_running {
                (*state, *since) = (how, Instant::now());
            }
            is_running
        });
    }

    fn is_remembered(&self) -> bool {
        let (state, since) = *self.state.borrow();
        state == ExportState::Running || since.elapsed() < Duration::from_millis(ENDED_MS_MAX)
    }
}

impl Tracked {
    /// What counts it, wherever its rows are written.
    pub(super) fn counter(&self) -> Counter {
        Counter(Arc::clone(&self.0))
    }

    /// All of it was handed on.
    pub(super) fn done(&self) {
        self.0.end(ExportState::Done);
    }
}

impl Drop for Tracked {
    fn drop(&mut self) {
        self.0.end(ExportState::Failed);
    }
}

impl Counter {
    /// Says how many events there are.
    pub(super) fn found(&self, total: u64) {
        self.0.total.store(total, Ordering::Relaxed);
    }

    /// Counts events that were written.
    pub(super) fn written(&self, rows: usize) {
        self.0.rows.fetch_add(rows as u64, Ordering::Relaxed);
    }

    /// Whether whoever began it wants no more of it.
    pub(super) fn is_cancelled(&self) -> bool {
        self.0.state.borrow().0 == ExportState::Cancelled
    }

    /// Waits until that is so; for ever if it never is.
    pub(super) async fn cancelled(self) {
        let mut state = self.0.state.subscribe();
        // The sender is in the count that this holds, so that waiting does not fail.
        let _ = state.wait_for(|(state, _)| *state == ExportState::Cancelled).await;
    }
}

#[cfg(test)]
mod tests {
    use gatelog_auth::{Access, Scope};

    use super::*;

    fn principal(name: &str) -> Principal {
        Principal {
            id: format!("user:{name}").into(),
            name: name.into(),
            access: Access::new(Scope::Operator, None, None).expect("an operator"),
        }
    }

    fn id(digit: char) -> ExportId {
        ExportId::parse(&digit.to_string().repeat(ID_DIGITS)).expect("an id")
    }

    #[test]
    fn an_id_is_random_digits() {
        for wrong in ["", "abc", &"g".repeat(32), &"A".repeat(32), &"1".repeat(33)] {
            assert_eq!(ExportId::parse(wrong), None, "{wrong}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_export_is_known_to_whoever_began_it_until_a_while_after_its_end() {
        let (register, ada, bob) = (Register::default(), principal("ada"), principal("bob"));
        let tracked = register.begin(&ada, Some(id('a')));
        let (counter, known) = (tracked.counter(), |who, id| register.progress(who, &id));
        let running = Progress { rows: 0, total: None, state: ExportState::Running };
        assert_eq!(known(&ada, id('a')), Some(running));
        counter.found(3);
        counter.written(2);
        let further = Progress { rows: 2, total: Some(3), ..running };
        assert_eq!(known(&ada, id('a')), Some(further));
        assert_eq!((known(&bob, id('a')), known(&ada, id('b'))), (None, None));
        assert!(!register.cancel(&bob, &id('a')));

        tracked.done();
        drop(tracked);
        register.cancel(&ada, &id('a'));
        let done = Progress { state: ExportState::Done, ..further };
        assert_eq!(known(&ada, id('a')), Some(done));
        tokio::time::advance(Duration::from_millis(ENDED_MS_MAX)).await;
        drop(register.begin(&ada, Some(id('b'))));
        assert_eq!(known(&ada, id('a')), None);
        assert_eq!(known(&ada, id('b')).map(|it| it.state), Some(ExportState::Failed));
    }

    #[tokio::test]
    async fn cancelling_is_told_to_whoever_waits_for_it() {
        let (register, ada) = (Register::default(), principal("ada"));
        let tracked = register.begin(&ada, Some(id('a')));
        let waiting = tokio::spawn(tracked.counter().cancelled());
        assert!(register.cancel(&ada, &id('a')));
        waiting.await.expect("it ends");
        drop(tracked);
        let state = register.progress(&ada, &id('a')).map(|progress| progress.state);
        assert_eq!(state, Some(ExportState::Cancelled));
    }

    #[test]
    fn not_more_are_remembered_than_there_is_room_for() {
        let (register, ada) = (Register::default(), principal("ada"));
        for number in 0..REMEMBERED_MAX + 10 {
            let id = ExportId::parse(&format!("{number:032x}")).expect("an id");
            drop(register.begin(&ada, Some(id)));
        }
        assert_eq!(register.0.lock().expect("no panic").len(), REMEMBERED_MAX);
    }
}
