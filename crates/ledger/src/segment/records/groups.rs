//! Which holes of a template are said together, decided by a sample of its rows.
//!
//! Values that belong together (a user agent and what was parsed from it) cost once what one of
//! them costs, if a table of the segment lists the combinations: holes whose values follow from
//! each other are a part. Parts whose combinations repeat (a user and their device) are a group;
//! where a row's combination is not listed, the parts are said one by one. What joins what follows
//! from what it would cost: each joins whatever gets cheapest by it, or begins one of its own.

use hashbrown::HashMap;

use crate::codec::bytes::small;

/// Rows that are looked at per template.
pub(super) const SAMPLE_ROWS_MAX: usize = 256;

/// What one hole or part may join; the cost of deciding is bounded by it.
const CANDIDATES_MAX: usize = 12;

/// How often values must repeat in a sample to tell what says what, if it is not all rows.
const REPEATED_MIN: usize = 4;

/// What saying a symbol by itself takes, in bits: its choice and its number.
const ALONE_BITS: f64 = 18.0;

/// What a combination takes in the table, per hole or part, in bits.
const LISTED_BITS: f64 = 12.0;

/// Numbers combinations in the order in which they are met. One is used for all candidates.
type Numbers = HashMap<u64, u32>;

/// Holes or parts that are said together.
struct Candidate {
    members: Vec<usize>,
    /// Which combination each row of the sample has.
    combinations: Vec<u32>,
    /// How many rows of the sample have each combination.
    counts: Vec<u32>,
    /// What saying the members one by one takes, in bits per row.
    alone_bits: f64,
    /// What all rows take, in bits.
    cost: f64,
}

/// How the holes of a template are said.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Grouping {
    /// Holes of each part.
    pub(super) parts: Vec<Vec<usize>>,
    /// Parts of each group; a part may be in none.
    pub(super) groups: Vec<Vec<usize>>,
}

/// Groups the holes of a template. `columns` has one sample of symbols per hole, all equally
/// long; `row_count` is how many rows the template has. O(holes * candidates * sample).
pub(super) fn group(columns: &[Vec<u32>], row_count: usize) -> Grouping {
    let mut numbers = Numbers::with_capacity(SAMPLE_ROWS_MAX);
    let holes = columns.iter().enumerate().map(|(hole, column)| {
        let (combinations, counts) = numbered(column.iter().copied().map(u64::from), &mut numbers);
        Candidate::new(vec![hole], combinations, counts, ALONE_BITS, row_count)
    });
    let holes: Vec<Candidate> = holes.collect();
    // In a part one value says the others: where it repeats in the sample, so do they.
    let parts = join(holes, row_count, &mut numbers, |joined, longest, sample| {
        let repeated = sample.saturating_sub(longest);
        let is_telling = repeated >= REPEATED_MIN || sample == row_count;
        is_telling && joined.saturating_sub(longest) * 16 <= repeated
    });
    let parts_members = parts.iter().map(|part| part.members.clone()).collect();
    let rows = f64::from(small(row_count)).max(1.0);
    // What is the same in all rows takes nothing, alone or not.
    let varying = parts.into_iter().enumerate().filter(|(_, part)| part.counts.len() > 1);
    let single = varying.map(|(part, candidate)| Candidate {
        members: vec![part],
        alone_bits: candidate.cost / rows,
        ..candidate
    });
    let groups = join(single.collect(), row_count, &mut numbers, |_, _, _| true);
    let groups = groups.into_iter().map(|group| group.members).collect();
    Grouping { parts: parts_members, groups }
}

/// Joins candidates as long as it makes them cheaper and `may` allows the number of combinations.
fn join(
    candidates: Vec<Candidate>,
    row_count: usize,
    numbers: &mut Numbers,
    may: impl Fn(usize, usize, usize) -> bool,
) -> Vec<Candidate> {
    let mut joined: Vec<Candidate> = Vec::new();
    for next in candidates {
        let options = joined.iter().take(CANDIDATES_MAX).enumerate().filter_map(|(at, other)| {
            let both = other.joined(&next, row_count, numbers);
            let longest = other.counts.len().max(next.counts.len());
            let is_allowed = may(both.counts.len(), longest, both.combinations.len());
            is_allowed.then_some((both.cost - other.cost - next.cost, at, both))
        });
        let best = options.min_by(|one, other| one.0.total_cmp(&other.0));
        match best {
            Some((gain, at, both)) if gain <= 0.0 => {
                if let Some(place) = joined.get_mut(at) {
                    *place = both;
                }
            }
            _ => joined.push(next),
        }
    }
    joined
}

impl Candidate {
    fn joined(&self, other: &Self, row_count: usize, numbers: &mut Numbers) -> Self {
        let members = [&self.members[..], &other.members].concat();
        let (combinations, counts) = match (&*self.counts, &*other.counts) {
            // What is the same in all rows tells none of them from another.
            (_, [_]) => (self.combinations.clone(), self.counts.clone()),
            ([_], _) => (other.combinations.clone(), other.counts.clone()),
            _ => {
                let pairs = self.combinations.iter().zip(&other.combinations);
                numbered(pairs.map(|(one, two)| u64::from(*one) << 32 | u64::from(*two)), numbers)
            }
        };
        let alone_bits = self.alone_bits + other.alone_bits;
        Self::new(members, combinations, counts, alone_bits, row_count)
    }

    fn new(
        members: Vec<usize>,
        combinations: Vec<u32>,
        counts: Vec<u32>,
        alone_bits: f64,
        row_count: usize,
    ) -> Self {
        let listed_bits = LISTED_BITS * f64::from(small(members.len()));
        let cost = cost(&counts, listed_bits, alone_bits, combinations.len(), row_count);
        Self { members, combinations, counts, alone_bits, cost }
    }
}

/// Numbers the combinations of a sample, and counts each.
fn numbered(sample: impl Iterator<Item = u64>, numbers: &mut Numbers) -> (Vec<u32>, Vec<u32>) {
    numbers.clear();
    let (mut combinations, mut counts) = (Vec::with_capacity(SAMPLE_ROWS_MAX), Vec::new());
    for combination in sample {
        let next = small(counts.len());
        let number = *numbers.entry(combination).or_insert(next);
        match counts.get_mut(number as usize) {
            Some(count) => *count += 1,
            None => counts.push(1),
        }
        combinations.push(number);
    }
    (combinations, counts)
}

/// What all rows would take, in bits: codes, combinations that are listed, and those that are not.
fn cost(
    counts: &[u32],
    listed_bits: f64,
    alone_bits: f64,
    sample_rows: usize,
    row_count: usize,
) -> f64 {
    if counts.len() <= 1 {
        return listed_bits;
    }
    let wide = |count: usize| f64::from(small(count));
    let sample = wide(sample_rows);
    let scale = wide(row_count) / sample.max(1.0);
    let single_count = counts.iter().filter(|count| **count == 1).count();
    let repeated = counts.iter().filter(|count| **count > 1).map(|count| {
        let count = f64::from(*count);
        count * (sample / count).log2() * scale + listed_bits
    });
    // What was seen once in the sample is in about `scale` rows: listed or not, whichever is less.
    let singles = wide(single_count);
    let escaped = scale * ((sample / singles.max(1.0)).log2() + alone_bits);
    let listed = scale * sample.log2() + listed_bits;
    let single_cost = if scale < 2.0 { escaped } else { escaped.min(listed) };
    // A sample makes any two columns look as if they belonged together; this is by how much
    // (Miller and Madow, 1955).
    let bias = 0.5 * std::f64::consts::LOG2_E * (wide(counts.len()) - 1.0) * scale;
    repeated.sum::<f64>() + singles * single_cost + bias
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_together_is_said_together() {
        let agents: Vec<u32> = (0..200).map(|row| row * 7 % 13).collect();
        let parsed: Vec<u32> = agents.iter().map(|agent| 100 + agent / 2).collect();
        let users: Vec<u32> = (0..200).map(|row| row * row % 17).collect();
        let constant = vec![5; 200];
        let grouping = group(&[agents, constant, users, parsed], 100_000);
        assert_eq!(grouping.parts, [vec![0, 3], vec![1], vec![2]]);
        assert_eq!(grouping.groups, [[0], [2]]);
        assert_eq!(group(&[], 0), Grouping { parts: Vec::new(), groups: Vec::new() });
    }
}
