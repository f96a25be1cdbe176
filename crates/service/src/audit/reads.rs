//! Reads that are not in the ledger yet, and requests that were refused: one entry per reader, route
//! and minute, and for each reason of a refusal.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use gatelog_auth::Principal;
use gatelog_event::fields::{Outcome, Party};
use gatelog_event::own_audit::{OwnEvent, Value};
use gatelog_event::time::UnixMicros;
use gatelog_meta::Author;

use crate::environment::Clock;

/// Entries of one tenant at once. Requests for which there is no room are counted, and the next
/// event says how many.
const ENTRIES_MAX: usize = 1_000;

/// Different questions of one entry. Requests with further ones are counted.
const QUESTIONS_MAX: usize = 16;

/// Which reads are to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DueReads {
    /// Those of minutes that are over.
    OfPastMinutes,
    /// All of them, as before the end.
    All,
}

/// One tenant's reads.
#[derive(Debug)]
pub(crate) struct Reads {
    clock: Arc<dyn Clock>,
    noted: Mutex<Noted>,
}

/// A read that may come, or is under way.
#[derive(Clone, Debug)]
pub struct Reading {
    reads: Arc<Reads>,
    reader: Reader,
    route: Arc<str>,
    question: Arc<str>,
    /// Whether the request is noted.
    is_begun: Arc<AtomicBool>,
    /// The last minute whose event has the question.
    told_in: Arc<AtomicI64>,
}

/// What somebody was refused, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refusal {
    /// What they asked for: `audit.read`, or `token.issue`.
    pub event_type: &'static str,
    /// The reason.
    pub error_code: &'static str,
}

/// Who reads: a caller with a credential, or whoever runs a command.
#[derive(Clone, Debug)]
pub struct Reader {
    kind: &'static str,
    id: Arc<str>,
    name: Arc<str>,
}

#[derive(Debug, Default)]
struct Noted {
    entries: BTreeMap<Key, Entry>,
    /// Requests for which there was no room since the last event.
    omitted: u64,
}

/// Reads on their way into the ledger.
#[derive(Debug)]
pub(crate) struct Taken(BTreeMap<Key, Entry>);

/// What one event is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    /// Since 1970.
    minute: i64,
    reader: Arc<str>,
    route: Arc<str>,
    refusal: Option<Refusal>,
}

#[derive(Debug)]
struct Entry {
    reader: Reader,
    first: UnixMicros,
    last: UnixMicros,
    requests: u64,
    events: u64,
    questions: Vec<Arc<str>>,
    /// Requests whose question is not among them.
    unlisted: u64,
    /// Requests of anybody for which there was no room before this was taken.
    omitted: u64,
}

impl Reader {
    /// Somebody who did not say who they are, or could not prove it.
    pub fn unknown() -> Self {
        Self { kind: "unknown", id: "".into(), name: "".into() }
    }
}

impl From<&Principal> for Reader {
    fn from(principal: &Principal) -> Self {
        let (id, name) = (Arc::clone(&principal.id), Arc::clone(&principal.name));
        Self { kind: principal.kind(), id, name }
    }
}

impl From<&Author> for Reader {
    fn from(author: &Author) -> Self {
        Self { kind: author.kind(), id: author.id().into(), name: author.name().into() }
    }
}

impl Reading {
    /// Notes the request, once.
    pub fn begin(&self) {
        if !self.is_begun.swap(true, Ordering::Relaxed) {
            self.note(|entry| entry.requests += 1);
        }
    }

    /// Notes that so many events were returned, now, and the request if that was not noted. An
    /// answer that goes on for minutes is told with its question in each of them.
    pub fn returned(&self, events: usize) {
        if events > 0 {
            self.begin();
            self.note(|entry| entry.events += events as u64);
        }
    }

    fn note(&self, note: impl FnOnce(&mut Entry)) {
        let now = self.reads.clock.now();
        self.reads.note(&self.reader, &self.route, None, now, |entry| {
            note(entry);
            if self.told_in.swap(minute(now), Ordering::Relaxed) != minute(now) {
                entry.ask(&self.question);
            }
        });
    }
}

impl Reads {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self { clock, noted: Mutex::default() })
    }

    /// A request, of which nothing is noted yet.
    pub(crate) fn prepare(
        reads: &Arc<Self>,
        reader: &Reader,
        route: &str,
        question: String,
    ) -> Reading {
        let (route, question) = (Arc::from(route), Arc::from(question));
        // No minute: the question is in none yet.
        let told_in = Arc::new(AtomicI64::new(i64::MIN));
        let reads = Arc::clone(reads);
        let (reader, is_begun) = (reader.clone(), Arc::default());
        Reading { reads, reader, route, question, is_begun, told_in }
    }

    /// Notes a request that was refused.
    pub(crate) fn refuse(&self, reader: &Reader, route: &str, refusal: Refusal) {
        let now = self.clock.now();
        self.note(reader, &Arc::from(route), Some(refusal), now, |entry| entry.requests += 1);
    }

    /// Takes what is due; give it back with [`Reads::put_back`] if it cannot be written.
    pub(crate) fn take(&self, due: DueReads) -> Taken {
        let this_minute = minute(self.clock.now());
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken = std::mem::take(&mut noted.entries);
        if due == DueReads::OfPastMinutes {
            let (reader, route) = ("".into(), "".into());
            let unfinished = Key { minute: this_minute, reader, route, refusal: None };
            noted.entries = taken.split_off(&unfinished);
        }
        if let Some(mut first) = taken.first_entry() {
            first.get_mut().omitted += std::mem::take(&mut noted.omitted);
        }
        Taken(taken)
    }

    /// Keeps what could not be written for the next time.
    pub(crate) fn put_back(&self, taken: Taken) {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        for (mut key, entry) in taken.0 {
            // Its minute may be going on. Then it stays an event of its own, whose content and
            // therefore whose id do not change.
            while noted.entries.contains_key(&key) {
                key.minute -= 1;
            }
            noted.entries.insert(key, entry);
        }
    }

    fn note(
        &self,
        reader: &Reader,
        route: &Arc<str>,
        refusal: Option<Refusal>,
        now: UnixMicros,
        note: impl FnOnce(&mut Entry),
    ) {
        let (minute, route) = (minute(now), Arc::clone(route));
        let key = Key { minute, reader: Arc::clone(&reader.id), route, refusal };
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.entries.len() >= ENTRIES_MAX && !noted.entries.contains_key(&key) {
            noted.omitted += 1;
            return;
        }
        let entry = noted.entries.entry(key).or_insert_with(|| Entry::new(reader, now));
        entry.last = entry.last.max(now);
        note(entry);
    }
}

impl Taken {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One event for each reader, route and minute, in native form.
    pub(crate) fn records(&self) -> impl Iterator<Item = Vec<u8>> {
        self.0.iter().map(|(key, entry)| entry.event(key).to_record())
    }
}

impl Entry {
    fn new(reader: &Reader, now: UnixMicros) -> Self {
        Self {
            reader: reader.clone(),
            first: now,
            last: now,
            requests: 0,
            events: 0,
            questions: Vec::new(),
            unlisted: 0,
            omitted: 0,
        }
    }

    /// Notes what is asked, as far as there is room.
    fn ask(&mut self, question: &Arc<str>) {
        if self.questions.contains(question) {
            return;
        }
        match self.questions.len() {
            ..QUESTIONS_MAX => self.questions.push(Arc::clone(question)),
            _ => self.unlisted += 1,
        }
    }

    fn event<'e>(&'e self, key: &'e Key) -> OwnEvent<'e> {
        let party = |kind: &'static str, id: &'e str, name: Option<&'e str>| Party {
            kind: Some(kind.into()),
            id: Some(id).filter(|id| !id.is_empty()).map(Into::into),
            name: name.map(Into::into),
            identifier: None,
        };
        let name = Some(&*self.reader.name).filter(|name| !name.is_empty());
        let questions = self.questions.iter().map(|question| (&**question).into());
        let counts = [("questions_unlisted", self.unlisted), ("requests_omitted", self.omitted)];
        let counts = counts.into_iter().filter(|(_, count)| *count > 0);
        let mut data = vec![
            ("until", Value::Text(self.last.to_string().into())),
            ("requests", Value::Number(self.requests)),
        ];
        if key.refusal.is_none() {
            data.push(("events", Value::Number(self.events)));
            data.push(("questions", Value::Texts(questions.collect())));
        }
        data.extend(counts.map(|(name, count)| (name, Value::Number(count))));
        OwnEvent {
            id: None,
            event_type: key.refusal.map_or("audit.read", |refusal| refusal.event_type),
            time: self.first,
            outcome: if key.refusal.is_some() { Outcome::Failure } else { Outcome::Success },
            actor: party(self.reader.kind, &key.reader, name),
            target: party("route", &key.route, None),
            error_code: key.refusal.map(|refusal| refusal.error_code),
            data,
        }
    }
}

fn minute(time: UnixMicros) -> i64 {
    time.seconds_floor().div_euclid(60)
}

#[cfg(test)]
mod tests;
