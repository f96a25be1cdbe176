//! The latest row of each value of a column.

use std::sync::Arc;

use gatelog_event::time::UnixMicros;

use super::Segment;
use crate::cache::Cached;
use crate::error::Result;
use crate::row::Column;
use crate::segment::layout::PartKind;

/// What tells these pieces from the codes they are made of.
const BLOCK: u32 = 1;

/// The latest row of each value of a dictionary column, by the value's position.
#[derive(Debug)]
pub(crate) struct Latest {
    pub(crate) rows: Box<[u32]>,
    pub(crate) times: Box<[UnixMicros]>,
}

impl Segment {
    /// The latest row of each value; `None` if no row has one. Made once, O(rows), and kept in the
    /// cache: segments do not change.
    pub(crate) fn latest(&self, column: Column) -> Result<Option<Arc<Latest>>> {
        let key = self.key(PartKind::Codes, column, BLOCK);
        if let Some(Cached::Latest(latest)) = self.cache.get(key) {
            return Ok(Some(latest));
        }
        let (Some(dictionary), Some(codes)) = (self.dictionary(column)?, self.codes(column)?)
        else {
            return Ok(None);
        };
        let mut rows = vec![0; dictionary.len()];
        for row in 0..self.row_count() {
            let position = codes.get(row as usize).checked_sub(1);
            let position = position.and_then(|position| usize::try_from(position).ok());
            let slot = position.and_then(|position| rows.get_mut(position));
            slot.into_iter().for_each(|slot| *slot = row);
        }
        let times = self.times()?;
        let times: Box<[UnixMicros]> = rows.iter().map(|row| times.get(*row)).collect();
        let byte_count = size_of_val(&*rows) + size_of_val(&*times);
        let latest = Arc::new(Latest { rows: rows.into(), times });
        self.cache.insert(key, Cached::Latest(Arc::clone(&latest)), byte_count as u64);
        Ok(Some(latest))
    }
}
