//! Which neighbours should become one?

use std::ops::Range;

use crate::limits::{MERGED_BYTES_MAX, MERGED_TABLES_MAX};
use crate::manifest::SegmentFile;
use crate::segment::layout::VERSION;

/// When segments are merged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Policy {
    /// Rows of a memtable that is sealed because it is large.
    pub(crate) table_rows_max: u32,
    /// Segments of about one size that become one, at least two.
    pub(crate) segments_min: usize,
}

impl Policy {
    /// The first group of neighbours that should become one: those of the smallest size that are
    /// many, or as many as fit into one. Sizes are in steps of eight, so that every row is written
    /// again once a step; what is smaller and stands between goes along. O(segments).
    pub(crate) fn due(self, segments: &[SegmentFile]) -> Option<Range<usize>> {
        let step = |segment: &SegmentFile| segment.summary.row_count.max(1).ilog2() / 3;
        (0..=self.rows_max().max(1).ilog2() / 3).find_map(|step_max| {
            let mut start = 0;
            while let Some(rest) = segments.get(start..).filter(|rest| !rest.is_empty()) {
                let of_size = rest.iter().take_while(|segment| step(segment) <= step_max).count();
                let of_size = rest.get(..of_size).unwrap_or_default();
                let group = self.as_many_as_fit(of_size);
                let is_full = group.len() < of_size.len() && is_balanced(group);
                if is_full || group.len() >= self.segments_min {
                    return Some(start..start + group.len());
                }
                // What does not fit into this group may begin one that is due.
                start += if group.len() < of_size.len() { 1 } else { of_size.len().max(1) };
            }
            None
        })
    }

    /// Bytes of the segments that wait to be merged, by the sizes they have now.
    pub(crate) fn pending_bytes(self, segments: &[SegmentFile]) -> u64 {
        let group = self.due(segments).and_then(|group| segments.get(group)).unwrap_or_default();
        group.iter().map(|segment| segment.byte_count).sum()
    }

    /// Whether so many rows are written again: they are no more than a memtable may have.
    pub(super) fn is_small(self, row_count: u32) -> bool {
        row_count <= self.table_rows_max
    }

    fn rows_max(self) -> u32 {
        self.table_rows_max.saturating_mul(MERGED_TABLES_MAX)
    }

    /// The first of these segments that together are no more than a segment may become.
    fn as_many_as_fit(self, segments: &[SegmentFile]) -> &[SegmentFile] {
        let (mut rows, mut bytes, mut has_old) = (0_u32, 0_u64, false);
        let beyond = segments.iter().position(|segment| {
            rows = rows.saturating_add(segment.summary.row_count);
            bytes = bytes.saturating_add(segment.byte_count);
            // Only records that are joined as they are have to be of the current version.
            has_old |= segment.version != VERSION;
            let is_old = has_old && !self.is_small(rows);
            rows > self.rows_max() || bytes > MERGED_BYTES_MAX || is_old
        });
        segments.split_at_checked(beyond.unwrap_or(segments.len())).map_or(&[], |(fit, _)| fit)
    }
}

/// Whether at least half of the rows are in others than the largest.
fn is_balanced(segments: &[SegmentFile]) -> bool {
    let row_counts = segments.iter().map(|segment| u64::from(segment.summary.row_count));
    let largest = row_counts.clone().max().unwrap_or(0);
    segments.len() > 1 && largest <= row_counts.sum::<u64>() / 2
}

#[cfg(test)]
mod tests {
    use gatelog_event::time::UnixMicros;

    use super::*;
    use crate::segment::layout::Summary;

    const POLICY: Policy = Policy { table_rows_max: 1_000, segments_min: 8 };

    fn segments(row_counts: &[u32]) -> Vec<SegmentFile> {
        let mut first_seq = 0;
        let segment = |row_count: &u32| {
            let (time_min, time_max) = (UnixMicros::EPOCH, UnixMicros::EPOCH);
            let row_count = *row_count;
            let summary = Summary { first_seq, row_count, ahead_count: 0, time_min, time_max };
            first_seq += u64::from(row_count);
            SegmentFile { summary, version: VERSION, byte_count: 60 * u64::from(row_count) }
        };
        row_counts.iter().map(segment).collect()
    }

    #[test]
    fn many_of_a_size_become_one_and_small_ones_between_go_along() {
        assert_eq!(POLICY.due(&segments(&[1_000; 7])), None);
        assert_eq!(POLICY.due(&segments(&[1_000; 8])), Some(0..8));
        assert_eq!(POLICY.due(&segments(&[1_000; 40])), Some(0..16), "as many as fit");
        let mut stray = vec![9_000];
        stray.extend([1_000, 1_000, 1_000, 7, 1_000, 1_000, 1_000, 1_000]);
        assert_eq!(POLICY.due(&segments(&stray)), Some(1..9));
        assert_eq!(POLICY.due(&segments(&[5_000, 5_000, 5_000])), None);
        assert_eq!(POLICY.due(&segments(&[5_000; 4])), Some(0..3), "one more does not fit");
        assert_eq!(POLICY.due(&segments(&[15_500, 5, 15_500])), None, "most of it is one already");
        assert_eq!(POLICY.due(&segments(&[3; 8])), Some(0..8));
    }

    #[test]
    fn segments_of_older_versions_are_written_again_if_they_are_few_rows() {
        let mut old = segments(&[1_000; 9]);
        old.iter_mut().take(1).for_each(|segment| segment.version = 2);
        assert_eq!(POLICY.due(&old), Some(1..9), "the old one stays as it is");
        let mut small = segments(&[10; 8]);
        small.iter_mut().for_each(|segment| segment.version = 1);
        assert_eq!(POLICY.due(&small), Some(0..8));
    }

    #[test]
    fn few_segments_remain_however_many_were_sealed() {
        let mut rows: Vec<u32> = Vec::new();
        for sealed in 0..5_000 {
            rows.push(1 + sealed * 37 % 1_000);
            while let Some(group) = POLICY.due(&segments(&rows)) {
                let merged = rows[group.clone()].iter().sum();
                rows.splice(group, [merged]);
            }
        }
        let total: u32 = rows.iter().sum();
        assert!(rows.len() < 30 + 2 * (total / POLICY.rows_max()) as usize, "{rows:?}");
    }
}
