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

/// Holes or parts that are said together.
struct Candidate {
    members: Vec<usize>,
    sample: Sample,
    /// What saying the members one by one takes, in bits per row.
    alone_bits: f64,
    /// What all rows take, in bits.
    cost: f64,
}

/// Combinations of some rows.
#[derive(Clone, Default)]
struct Sample {
    /// Which one each row has. They are numbered in the order in which they are met.
    combinations: Vec<u32>,
    /// How many rows have each.
    counts: Vec<u32>,
}

/// Where combinations are numbered and counted: the same memory for all templates and candidates,
/// as most are given up.
#[derive(Default)]
pub(super) struct Tally {
    /// Of single symbols.
    numbers: HashMap<u32, u32>,
    /// Of any two: in which round they were met last, and their number then. At most the square of
    /// [`SAMPLE_ROWS_MAX`], as no sample has more combinations than rows.
    pairs: Vec<(u32, u32)>,
    round: u32,
    sample: Sample,
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
pub(super) fn group(columns: &[Vec<u32>], row_count: usize, tally: &mut Tally) -> Grouping {
    let holes = columns.iter().enumerate().map(|(hole, column)| {
        let sample = tally.count_symbols(column).clone();
        Candidate::new(vec![hole], sample, ALONE_BITS, row_count)
    });
    let holes = holes.collect();
    // In a part one value says the others: where it repeats in the sample, so do they.
    let parts = join(holes, row_count, tally, |longest, sample| {
        let repeated = sample.saturating_sub(longest);
        let is_telling = repeated >= REPEATED_MIN || sample == row_count;
        if is_telling { longest + repeated / 16 } else { 0 }
    });
    let parts_members = parts.iter().map(|part| part.members.clone()).collect();
    let rows = f64::from(small(row_count)).max(1.0);
    // What is the same in all rows takes nothing, alone or not.
    let varying = parts.into_iter().enumerate().filter(|(_, part)| part.sample.counts.len() > 1);
    let single = varying.map(|(part, candidate)| Candidate {
        members: vec![part],
        alone_bits: candidate.cost / rows,
        ..candidate
    });
    let groups = join(single.collect(), row_count, tally, |_, _| usize::MAX);
    let groups = groups.into_iter().map(|group| group.members).collect();
    Grouping { parts: parts_members, groups }
}

/// Joins candidates as long as it makes them cheaper. `most` says how many combinations two may
/// have together, by those of the one that has more of them, and by the rows of the sample.
fn join(
    candidates: Vec<Candidate>,
    row_count: usize,
    tally: &mut Tally,
    most: impl Fn(usize, usize) -> usize,
) -> Vec<Candidate> {
    let mut joined: Vec<Candidate> = Vec::new();
    for next in candidates {
        let mut best: Option<(f64, usize)> = None;
        for (at, other) in joined.iter().take(CANDIDATES_MAX).enumerate() {
            let longest = other.sample.counts.len().max(next.sample.counts.len());
            let most = most(longest, next.sample.combinations.len());
            let Some(both) = other.together(&next, most, tally) else { continue };
            let member_count = other.members.len() + next.members.len();
            let both = cost(both, member_count, other.alone_bits + next.alone_bits, row_count);
            let gain = both - other.cost - next.cost;
            if best.is_none_or(|(least, _)| gain < least) {
                best = Some((gain, at));
            }
        }
        let best = best.filter(|(gain, _)| *gain <= 0.0).and_then(|(_, at)| joined.get_mut(at));
        match best {
            Some(other) => *other = other.joined(&next, row_count, tally),
            None => joined.push(next),
        }
    }
    joined
}

impl Candidate {
    fn new(members: Vec<usize>, sample: Sample, alone_bits: f64, row_count: usize) -> Self {
        let cost = cost(&sample, members.len(), alone_bits, row_count);
        Self { members, sample, alone_bits, cost }
    }

    fn joined(&self, other: &Self, row_count: usize, tally: &mut Tally) -> Self {
        let members = [&self.members[..], &other.members].concat();
        let sample = self.together(other, usize::MAX, tally).cloned().unwrap_or_default();
        Self::new(members, sample, self.alone_bits + other.alone_bits, row_count)
    }

    /// What both have together, unless it is more than `most` combinations.
    fn together<'t>(
        &'t self,
        other: &'t Self,
        most: usize,
        tally: &'t mut Tally,
    ) -> Option<&'t Sample> {
        match (&*self.sample.counts, &*other.sample.counts) {
            // What is the same in all rows tells none of them from another.
            (counts, [_]) => (counts.len() <= most).then_some(&self.sample),
            ([_], counts) => (counts.len() <= most).then_some(&other.sample),
            _ => tally.count_pairs(&self.sample, &other.sample, most),
        }
    }
}

impl Tally {
    /// Numbers and counts symbols.
    fn count_symbols(&mut self, symbols: &[u32]) -> &Sample {
        self.numbers.clear();
        self.sample.clear();
        for symbol in symbols {
            let next = small(self.sample.counts.len());
            self.sample.push(*self.numbers.entry(*symbol).or_insert(next));
        }
        &self.sample
    }

    /// Numbers and counts what two samples have together, unless it is more than `most`
    /// combinations.
    fn count_pairs(&mut self, one: &Sample, two: &Sample, most: usize) -> Option<&Sample> {
        let row_length = two.counts.len();
        let pair_count = one.counts.len() * row_length;
        if self.pairs.len() < pair_count {
            self.pairs.resize(pair_count, (0, 0));
        }
        self.round += 1;
        self.sample.clear();
        for (one, two) in one.combinations.iter().zip(&two.combinations) {
            let pair = self.pairs.get_mut(*one as usize * row_length + *two as usize)?;
            if pair.0 != self.round {
                if self.sample.counts.len() == most {
                    return None;
                }
                *pair = (self.round, small(self.sample.counts.len()));
            }
            self.sample.push(pair.1);
        }
        Some(&self.sample)
    }
}

impl Sample {
    fn clear(&mut self) {
        self.combinations.clear();
        self.counts.clear();
    }

    /// Counts a row that has the combination with this number, which is the next one if it is new.
    fn push(&mut self, number: u32) {
        match self.counts.get_mut(number as usize) {
            Some(count) => *count += 1,
            None => self.counts.push(1),
        }
        self.combinations.push(number);
    }
}

/// What all rows would take, in bits: codes, combinations that are listed, and those that are not.
fn cost(sample: &Sample, member_count: usize, alone_bits: f64, row_count: usize) -> f64 {
    let (counts, sample_rows) = (&sample.counts, sample.combinations.len());
    let listed_bits = LISTED_BITS * f64::from(small(member_count));
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
        let mut tally = Tally::default();
        let grouping = group(&[agents, constant, users, parsed], 100_000, &mut tally);
        assert_eq!(grouping.parts, [vec![0, 3], vec![1], vec![2]]);
        assert_eq!(grouping.groups, [[0], [2]]);
        let none = group(&[], 0, &mut tally);
        assert_eq!(none, Grouping { parts: Vec::new(), groups: Vec::new() });
    }
}
