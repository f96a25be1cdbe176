//! Stories in progress: their rows, waiting for their time, leave in one order.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::rows::Row;

#[derive(Debug, Default)]
pub(crate) struct Stage {
    waiting: BinaryHeap<Reverse<Waiting>>,
    entered: u64,
}

impl Stage {
    pub(crate) fn enter(&mut self, row: Row) {
        self.waiting.push(Reverse(Waiting {
            created_at_ms: row.created_at_ms,
            number: self.entered,
            json: row.json,
        }));
        self.entered += 1;
    }

    /// The earliest row, if its time is `limit_ms` or before.
    pub(crate) fn leave_until(&mut self, limit_ms: i64) -> Option<Row> {
        let Reverse(next) = self.waiting.peek()?;
        if next.created_at_ms > limit_ms {
            return None;
        }
        let Reverse(Waiting { created_at_ms, json, .. }) = self.waiting.pop()?;
        Some(Row { created_at_ms, json })
    }

    pub(crate) fn len(&self) -> usize {
        self.waiting.len()
    }
}

/// A row on the stage. Rows of the same millisecond keep the order in which they entered;
/// numbers are unique, so the text is never compared.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Waiting {
    created_at_ms: i64,
    number: u64,
    json: String,
}
