//! Rows of a segment within a range: how many lie where, and which comes next.

use std::ops::Range;
use std::sync::Arc;

use roaring::RoaringBitmap;

/// Rows of a range of a segment's rows. The bitmaps, which are shared with the cache, may have
/// others besides.
#[derive(Clone, Debug)]
pub(crate) struct RowSet {
    pub(super) range: Range<u32>,
    pub(super) form: Form,
}

/// Which rows of the range.
#[derive(Clone, Debug)]
pub(crate) enum Form {
    All,
    Only(Arc<RoaringBitmap>),
    Except(Arc<RoaringBitmap>),
}

impl RowSet {
    /// The range all rows lie in.
    pub(crate) fn range(&self) -> Range<u32> {
        self.range.clone()
    }

    /// Which rows of the range they are.
    pub(crate) fn form(&self) -> &Form {
        &self.form
    }

    /// How many rows lie in a range. O(containers), and of those that are cut, O(words).
    pub(crate) fn count_in(&self, range: Range<u32>) -> u64 {
        let range = self.clipped(range);
        match &self.form {
            Form::All => u64::from(range.end - range.start),
            Form::Only(rows) => rows.range_cardinality(range),
            Form::Except(others) => {
                u64::from(range.end - range.start) - others.range_cardinality(range)
            }
        }
    }

    /// The first row that is not before `row`.
    pub(crate) fn first_from(&self, row: u32) -> Option<u32> {
        let range = self.clipped(row..self.range.end);
        match &self.form {
            Form::All => Some(range.start).filter(|_| !range.is_empty()),
            Form::Only(rows) => rows.range(range).next(),
            Form::Except(others) => {
                let mut row = range.start;
                let mut others = others.range(range.clone());
                // Rows that are left out may stand in long runs.
                while let Some(run) = others.next_range().filter(|run| *run.start() == row) {
                    row = run.end().saturating_add(1);
                }
                Some(row).filter(|row| *row < range.end)
            }
        }
    }

    /// The last row before `row`.
    pub(crate) fn last_before(&self, row: u32) -> Option<u32> {
        let range = self.clipped(self.range.start..row);
        match &self.form {
            Form::All => range.end.checked_sub(1).filter(|_| !range.is_empty()),
            Form::Only(rows) => rows.range(range).next_back(),
            Form::Except(others) => {
                let mut end = range.end;
                let mut others = others.range(range.clone());
                while let Some(run) =
                    others.next_range_back().filter(|run| run.end().saturating_add(1) == end)
                {
                    end = *run.start();
                }
                end.checked_sub(1).filter(|row| range.contains(row))
            }
        }
    }

    /// Hands every row to `visit`, in order.
    pub(crate) fn for_each(&self, mut visit: impl FnMut(u32)) {
        match &self.form {
            Form::All => self.range().for_each(visit),
            Form::Only(rows) => rows.range(self.range()).for_each(visit),
            Form::Except(others) => {
                let mut begin = self.range.start;
                for other in others.range(self.range()) {
                    (begin..other).for_each(&mut visit);
                    begin = other.saturating_add(1);
                }
                (begin..self.range.end).for_each(visit);
            }
        }
    }

    /// Those of some rows that are among them.
    pub(crate) fn among(&self, rows: &RoaringBitmap) -> RoaringBitmap {
        let mut among = match &self.form {
            Form::All => rows.clone(),
            Form::Only(own) => rows & &**own,
            Form::Except(others) => rows - &**others,
        };
        among.remove_range(..self.range.start);
        among.remove_range(self.range.end..);
        among
    }

    /// All rows as one set.
    pub(crate) fn to_set(&self) -> RoaringBitmap {
        let mut rows = RoaringBitmap::new();
        // Rows ascend.
        self.for_each(|row| drop(rows.try_push(row)));
        rows
    }

    /// The part of a range that lies within this one's; never turned around.
    fn clipped(&self, range: Range<u32>) -> Range<u32> {
        let start = range.start.clamp(self.range.start, self.range.end);
        start..range.end.clamp(start, self.range.end)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows_of(form: u8, rows: &[u32]) -> Form {
        let rows = Arc::new(rows.iter().copied().collect());
        match form {
            0 => Form::All,
            1 => Form::Only(rows),
            _ => Form::Except(rows),
        }
    }

    proptest! {
        #[test]
        fn answers_are_those_of_a_list(
            form in 0..3_u8,
            rows in prop::collection::vec(0..40_u32, 0..40),
            start in 0..40_u32,
            length in 0..20_u32,
            at in 0..45_u32,
            to in 0..45_u32,
        ) {
            let range = start..start + length;
            let list: Vec<u32> = range.clone().filter(|row| match form {
                0 => true,
                1 => rows.contains(row),
                _ => !rows.contains(row),
            }).collect();
            let set = RowSet { range, form: rows_of(form, &rows) };
            let mut visited = Vec::new();
            set.for_each(|row| visited.push(row));
            prop_assert_eq!(&visited, &list);
            prop_assert_eq!(set.to_set().iter().collect::<Vec<_>>(), list.clone());
            let among = set.among(&(at..to).collect());
            let inside_list: Vec<u32> =
                list.iter().copied().filter(|row| (at..to).contains(row)).collect();
            prop_assert_eq!(among.iter().collect::<Vec<_>>(), inside_list);
            let inside = list.iter().filter(|row| (at..to).contains(row)).count();
            prop_assert_eq!(set.count_in(at..to), inside as u64);
            prop_assert_eq!(set.first_from(at), list.iter().copied().find(|row| *row >= at));
            prop_assert_eq!(set.last_before(at), list.iter().copied().rfind(|row| *row < at));
        }
    }
}
