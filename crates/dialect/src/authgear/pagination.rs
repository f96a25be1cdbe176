//! `first`, `last`, `after` and `before`: which rows are asked for, and what is said of those
//! before and after them.

use super::global_id::read_cursor;
use super::refusal::Refusal;

/// Rows of a page, if nothing is said and at most.
const ROWS_MAX: u64 = 100;

/// The arguments as they came.
#[derive(Clone, Debug, Default)]
pub(super) struct PageArguments {
    /// The cursor of the row before the first; empty means none, like `before`.
    pub(super) after: Option<String>,
    /// The cursor of the row after the last.
    pub(super) before: Option<String>,
    /// Rows from the start; negative means that nothing was said, like `last`.
    pub(super) first: Option<i32>,
    /// Rows from the end.
    pub(super) last: Option<i32>,
}

/// A page: rows by their number in the order, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Page {
    /// The first row.
    pub(super) offset: u64,
    /// Rows at most, of which there may be fewer.
    pub(super) limit: u64,
    first: Option<u64>,
    last: Option<u64>,
}

impl Page {
    /// Reads the arguments.
    ///
    /// # Errors
    /// [`Refusal::InvalidCursor`], [`Refusal::UnsupportedPagination`].
    pub(super) fn read(arguments: &PageArguments) -> Result<Self, Refusal> {
        let rows = |count: Option<i32>| {
            count.and_then(|count| u64::try_from(count).ok()).map(|count| count.min(ROWS_MAX))
        };
        let (mut first, last) = (rows(arguments.first), rows(arguments.last));
        if first.is_none() && last.is_none() {
            first = Some(ROWS_MAX);
        }
        let after = offset(arguments.after.as_deref())?;
        let before = offset(arguments.before.as_deref())?;
        let start = after.map_or(0, |after| after.saturating_add(1));
        let (offset, limit) = match (after, before, first, last) {
            (_, None, Some(first), None) => (start, first),
            (Some(_), Some(before), first, last) => {
                let between = before.saturating_sub(start);
                let limit = first.map_or(between, |first| first.min(between));
                let kept = last.map_or(limit, |last| last.min(limit));
                (start.saturating_add(limit - kept), kept)
            }
            _ => return Err(Refusal::UnsupportedPagination),
        };
        Ok(Self { offset, limit, first, last })
    }

    /// Whether there is said to be a page before this one that has so many rows. As there: always,
    /// unless the rows were counted from the end and are fewer than asked for.
    pub(super) fn has_previous(&self, row_count: u64) -> bool {
        self.first.is_some() || self.last.is_none_or(|last| row_count >= last)
    }

    /// Whether there is said to be a page after this one that has so many rows. As there: whenever
    /// it has as many as asked for, also if they are the last.
    pub(super) fn has_next(&self, row_count: u64) -> bool {
        self.first.is_none_or(|first| row_count >= first)
    }
}

fn offset(cursor: Option<&str>) -> Result<Option<u64>, Refusal> {
    let cursor = cursor.filter(|cursor| !cursor.is_empty());
    cursor.map(|cursor| read_cursor(cursor).ok_or(Refusal::InvalidCursor)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authgear::global_id::cursor;

    #[test]
    fn pages_are_those_of_authgear() {
        let unsupported = Err(Refusal::UnsupportedPagination);
        type Given = (Option<u64>, Option<u64>, Option<i32>, Option<i32>);
        type Rows = Result<(u64, u64), Refusal>;
        let cases: [(Given, Rows); 17] = [
            ((None, None, None, None), Ok((0, 100))),
            ((None, None, Some(20), None), Ok((0, 20))),
            ((None, None, Some(0), None), Ok((0, 0))),
            ((None, None, Some(-1), None), Ok((0, 100))),
            ((None, None, Some(1_000), None), Ok((0, 100))),
            ((Some(99), None, Some(100), None), Ok((100, 100))),
            ((Some(99), None, None, None), Ok((100, 100))),
            ((Some(9), Some(15), None, None), Ok((10, 5))),
            ((Some(9), Some(15), Some(3), None), Ok((10, 3))),
            ((Some(9), Some(15), None, Some(2)), Ok((13, 2))),
            ((Some(9), Some(15), Some(4), Some(3)), Ok((11, 3))),
            ((Some(9), Some(9), Some(5), None), Ok((10, 0))),
            ((Some(u64::MAX), None, Some(5), None), Ok((u64::MAX, 5))),
            ((None, None, None, Some(5)), unsupported.clone()),
            ((None, None, Some(5), Some(5)), unsupported.clone()),
            ((None, Some(5), Some(5), None), unsupported.clone()),
            ((None, Some(5), None, Some(5)), unsupported),
        ];
        for ((after, before, first, last), expected) in cases {
            let (after, before) = (after.map(cursor), before.map(cursor));
            let arguments = PageArguments { after, before, first, last };
            let page = Page::read(&arguments).map(|page| (page.offset, page.limit));
            assert_eq!(page, expected, "{arguments:?}");
        }
    }

    #[test]
    fn an_empty_cursor_is_none_and_another_text_is_refused() {
        let with = |after: &str| {
            Page::read(&PageArguments { after: Some(after.to_owned()), ..PageArguments::default() })
        };
        assert_eq!(with("").map(|page| page.offset), Ok(0));
        assert_eq!(with("offset:1"), Err(Refusal::InvalidCursor));
    }

    #[test]
    fn what_is_said_of_other_pages_is_what_authgear_says() {
        let page = |first, last| Page { offset: 0, limit: 0, first, last };
        assert!(page(Some(5), None).has_previous(0));
        assert!(page(Some(5), None).has_next(5));
        assert!(!page(Some(5), None).has_next(4));
        assert!(page(Some(0), None).has_next(0));
        assert!(!page(None, Some(5)).has_previous(4));
        assert!(page(None, Some(5)).has_next(0));
    }
}
