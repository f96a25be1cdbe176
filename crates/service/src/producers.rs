//! Emitters that number their events (`data.producer`), and which numbers are missing.
//!
//! In memory only, since the data directory was opened: the first number that comes from an emitter
//! is where its count begins. Not for finding gaps of last year; the numbers stand in the events.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use gatelog_event::intake::Produced;
use gatelog_event::time::UnixMicros;

/// Most producers of a tenant. A container that loses its folder is a new one each time it starts;
/// whoever has not sent for longest is forgotten for the next.
pub const PRODUCERS_MAX: usize = 1_000;

/// Most gaps of a producer that are listed; the oldest are forgotten and counted.
pub const GAPS_MAX: usize = 100;

/// A gap that has been open for so long is not on its way any more.
const OVERDUE_MICROS: i64 = 10 * 60 * 1_000_000;

/// The emitters of one tenant.
#[derive(Debug, Default)]
pub struct Producers(Mutex<HashMap<Box<str>, Producer>>);

/// One emitter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Producer {
    /// Its id.
    pub id: Box<str>,
    /// The number that came first.
    pub first_sequence: u64,
    /// The highest number.
    pub last_sequence: u64,
    /// When it last sent an event.
    pub last_received: UnixMicros,
    /// What is missing, in order; at most [`GAPS_MAX`].
    pub gaps: Vec<Gap>,
    /// How many older gaps are not in `gaps` any more.
    pub gaps_forgotten: u64,
}

/// Numbers that were passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The first of them.
    pub from: u64,
    /// The last of them.
    pub to: u64,
    /// When a later number came.
    pub since: UnixMicros,
}

impl Producers {
    /// Notes events that are kept.
    pub fn note(&self, events: Vec<Produced>, received: UnixMicros) {
        if events.is_empty() {
            return;
        }
        let mut producers = self.lock();
        for Produced { producer: id, sequence } in events {
            if let Some(producer) = producers.get_mut(&id) {
                producer.note(sequence, received);
                continue;
            }
            if producers.len() >= PRODUCERS_MAX {
                let oldest = producers.values().min_by_key(|producer| producer.last_received);
                if let Some(oldest) = oldest.map(|producer| producer.id.clone()) {
                    producers.remove(&oldest);
                }
            }
            producers.insert(id.clone(), Producer::new(id, sequence, received));
        }
    }

    /// All that are known; whoever sent last comes first.
    pub fn all(&self) -> Vec<Producer> {
        let mut all: Vec<Producer> = self.lock().values().cloned().collect();
        all.sort_by(|left, right| {
            (right.last_received, &left.id).cmp(&(left.last_received, &right.id))
        });
        all
    }

    /// How many gaps are overdue.
    pub(crate) fn overdue_gaps(&self, now: UnixMicros) -> u64 {
        let producers = self.lock();
        let gaps = producers.values().flat_map(|producer| &producer.gaps);
        gaps.filter(|gap| gap.is_overdue(now)).count() as u64
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Box<str>, Producer>> {
        // What is half noted is a gap too many at worst.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Producer {
    fn new(id: Box<str>, sequence: u64, received: UnixMicros) -> Self {
        Self {
            id,
            first_sequence: sequence,
            last_sequence: sequence,
            last_received: received,
            gaps: Vec::new(),
            gaps_forgotten: 0,
        }
    }

    fn note(&mut self, sequence: u64, received: UnixMicros) {
        self.last_received = self.last_received.max(received);
        let expected = self.last_sequence.saturating_add(1);
        if sequence > expected {
            self.gaps.push(Gap { from: expected, to: sequence - 1, since: received });
        } else if sequence < expected {
            self.fill(sequence);
        }
        self.last_sequence = self.last_sequence.max(sequence);
        if self.gaps.len() > GAPS_MAX {
            self.gaps.remove(0);
            self.gaps_forgotten += 1;
        }
    }

    /// Takes a number out of the gap it was missing in.
    fn fill(&mut self, sequence: u64) {
        let holds = |gap: &Gap| (gap.from..=gap.to).contains(&sequence);
        let Some(place) = self.gaps.iter().position(holds) else { return };
        let gap = self.gaps.remove(place);
        let parts = [Gap { to: sequence - 1, ..gap }, Gap { from: sequence + 1, ..gap }];
        let left = parts.into_iter().filter(|part| part.from <= part.to);
        self.gaps.splice(place..place, left);
    }
}

impl Gap {
    /// Whether what is missing is not on its way any more.
    pub fn is_overdue(&self, now: UnixMicros) -> bool {
        self.since.saturating_add(OVERDUE_MICROS) <= now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> UnixMicros {
        UnixMicros::from_seconds(minute * 60).unwrap()
    }

    /// The gaps after these numbers have come, and the last number.
    fn after(sequences: &[u64]) -> (Vec<(u64, u64)>, u64) {
        let producers = Producers::default();
        for sequence in sequences {
            let event = Produced { producer: "p".into(), sequence: *sequence };
            producers.note(vec![event], at(0));
        }
        let producer = producers.all().remove(0);
        (producer.gaps.iter().map(|gap| (gap.from, gap.to)).collect(), producer.last_sequence)
    }

    #[test]
    fn gaps_open_and_close() {
        let table = [
            (&[1, 2, 3][..], vec![], 3),
            (&[41, 42][..], vec![], 42),
            (&[1, 5][..], vec![(2, 4)], 5),
            (&[1, 5, 3][..], vec![(2, 2), (4, 4)], 5),
            (&[1, 5, 3, 2, 4][..], vec![], 5),
            (&[1, 5, 5, 1, 4][..], vec![(2, 3)], 5),
            (&[1, 3, 5, 6][..], vec![(2, 2), (4, 4)], 6),
            (&[7, 3, 8][..], vec![], 8),
        ];
        for (sequences, gaps, last) in table {
            assert_eq!(after(sequences), (gaps, last), "{sequences:?}");
        }
    }

    #[test]
    fn a_gap_is_overdue_after_ten_minutes() {
        let producers = Producers::default();
        for sequence in [1, 3] {
            producers.note(vec![Produced { producer: "p".into(), sequence }], at(0));
        }
        let overdue = [9, 10, 11].map(|minute| producers.overdue_gaps(at(minute)));
        assert_eq!(overdue, [0, 1, 1]);
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let odd: Vec<u64> = (0..=GAPS_MAX as u64 + 1).map(|number| number * 2 + 1).collect();
        let (gaps, _) = after(&odd);
        assert_eq!((gaps.len(), gaps[0]), (GAPS_MAX, (4, 4)));

        let producers = Producers::default();
        for number in 0..=1_000 {
            let event = Produced { producer: number.to_string().into(), sequence: 1 };
            producers.note(vec![event], at(number));
        }
        let all = producers.all();
        assert_eq!(all.len(), PRODUCERS_MAX);
        assert_eq!((&*all[0].id, &*all[PRODUCERS_MAX - 1].id), ("1000", "1"));
    }
}
