//! Which holes of a template are said together, decided by a sample of its rows.
//!
//! Values that belong together (a user agent and what was parsed from it, a user and their name)
//! cost once what one of them costs, if a table of the segment lists the combinations. Whether
//! that is worth it depends on how often they repeat: each hole joins the group that gets cheapest
//! by it, or begins one of its own.

use hashbrown::HashMap;

/// Rows that are looked at per template.
pub(super) const SAMPLE_ROWS_MAX: usize = 256;

/// Groups that a hole may join; the cost of deciding is bounded by it.
const GROUPS_MAX: usize = 12;

/// What saying a symbol without its group takes, in bits: its kind and its place.
const ALONE_BITS: f64 = 18.0;

/// What a combination takes in the table, per hole, in bits.
const LISTED_BITS: f64 = 14.0;

struct Candidate {
    members: Vec<usize>,
    /// Which combination each row of the sample has.
    combinations: Vec<u32>,
    combination_count: u32,
    cost: f64,
}

/// Groups the holes of a template. `columns` has one sample of symbols per hole, all equally
/// long; `row_count` is how many rows the template has. O(holes * groups * sample).
pub(super) fn group(columns: &[Vec<u32>], row_count: usize) -> Vec<Vec<usize>> {
    let mut constant = Vec::new();
    let mut groups: Vec<Candidate> = Vec::new();
    for (hole, column) in columns.iter().enumerate() {
        let alone = Candidate::alone(hole, column, row_count);
        if alone.combination_count <= 1 {
            constant.push(hole);
            continue;
        }
        let joined = groups.iter().enumerate().map(|(at, group)| {
            let joined = group.joined(&alone, row_count);
            (joined.cost - group.cost - alone.cost, at, joined)
        });
        let best = joined.min_by(|one, other| one.0.total_cmp(&other.0));
        match best {
            Some((gain, at, joined)) if gain < 0.0 || groups.len() >= GROUPS_MAX => {
                if let Some(group) = groups.get_mut(at) {
                    *group = joined;
                }
            }
            _ => groups.push(alone),
        }
    }
    let mut groups: Vec<Vec<usize>> = groups.into_iter().map(|group| group.members).collect();
    if !constant.is_empty() {
        groups.push(constant);
    }
    groups
}

impl Candidate {
    fn alone(hole: usize, column: &[u32], row_count: usize) -> Self {
        let numbered = column.iter().map(|symbol| (*symbol, 0));
        Self::new(vec![hole], numbered, row_count)
    }

    fn joined(&self, other: &Self, row_count: usize) -> Self {
        let members = [&self.members[..], &other.members].concat();
        let pairs = self.combinations.iter().copied().zip(other.combinations.iter().copied());
        Self::new(members, pairs, row_count)
    }

    fn new(members: Vec<usize>, pairs: impl Iterator<Item = (u32, u32)>, row_count: usize) -> Self {
        let mut numbers: HashMap<(u32, u32), u32> = HashMap::with_capacity(SAMPLE_ROWS_MAX);
        let mut counts: Vec<u32> = Vec::new();
        let mut combinations = Vec::with_capacity(SAMPLE_ROWS_MAX);
        for pair in pairs {
            let next = crate::codec::bytes::small(counts.len());
            let number = *numbers.entry(pair).or_insert(next);
            if number == next {
                counts.push(0);
            }
            if let Some(count) = counts.get_mut(number as usize) {
                *count += 1;
            }
            combinations.push(number);
        }
        let cost = cost(&counts, members.len(), combinations.len(), row_count);
        let combination_count = crate::codec::bytes::small(counts.len());
        Self { members, combinations, combination_count, cost }
    }
}

/// What all rows would take, in bits: codes, combinations that are listed, and those that are not.
fn cost(counts: &[u32], member_count: usize, sample_rows: usize, row_count: usize) -> f64 {
    let wide = |count: usize| f64::from(crate::codec::bytes::small(count));
    let (sample, members) = (wide(sample_rows), wide(member_count));
    let scale = wide(row_count) / sample.max(1.0);
    let single_count = counts.iter().filter(|count| **count == 1).count();
    let repeated = counts.iter().filter(|count| **count > 1).map(|count| {
        let count = f64::from(*count);
        count * (sample / count).log2() * scale + LISTED_BITS * members
    });
    // What was seen once in the sample is in about `scale` rows: listed or not, whichever is less.
    let singles = wide(single_count);
    let escaped = scale * ((sample / singles.max(1.0)).log2() + ALONE_BITS * members);
    let listed = scale * sample.log2() + LISTED_BITS * members;
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
        let users: Vec<u32> = (0..200).map(|row| row * 11 % 17).collect();
        let constant = vec![5; 200];
        let groups = group(&[agents, constant, users, parsed], 100_000);
        assert_eq!(groups, [vec![0, 3], vec![2], vec![1]]);
        assert_eq!(group(&[], 0), Vec::<Vec<usize>>::new());
    }
}
