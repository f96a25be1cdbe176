//! 256 salts from one random seed.
//!
//! The seed is the root of a binary tree of depth 8 whose nodes are hashes of their parent; the
//! leaves are the salts. Keeping one seed per bundle costs an eighth of a byte per event. Erasing
//! one event will replace the seed by the at most 8 siblings on its path, from which every other
//! salt still follows and that one does not.

use sha2::{Digest, Sha256};

use crate::tree::BUNDLE_ENTRIES;

/// Levels between a seed and its salts: 2^8 = [`BUNDLE_ENTRIES`].
const DEPTH: u32 = 8;

/// Sets these hashes apart from all others in the system.
const DOMAIN: &[u8] = b"gatelog salt v1";

/// The secret a commitment is keyed with; unique to one event.
#[derive(Clone, PartialEq, Eq)]
pub struct Salt(pub [u8; 32]);

impl std::fmt::Debug for Salt {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Salt(..)")
    }
}

/// The 32 random bytes from which the salts of one bundle grow.
#[derive(Clone, PartialEq, Eq)]
pub struct Seed(pub [u8; 32]);

impl std::fmt::Debug for Seed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Seed(..)")
    }
}

impl Seed {
    /// The salt of the entry with this sequence. 8 hashes.
    pub fn salt(&self, seq: u64) -> Salt {
        let position = seq % BUNDLE_ENTRIES;
        let node = (0..DEPTH)
            .rev()
            .fold(self.0, |node, level| child(&node, u8::from(position >> level & 1 == 1)));
        Salt(node)
    }

    /// All salts of the bundle in order. 510 hashes, two for each salt.
    pub fn salts(&self) -> Vec<Salt> {
        let mut nodes = vec![self.0];
        for _ in 0..DEPTH {
            nodes = nodes.iter().flat_map(|node| [child(node, 0), child(node, 1)]).collect();
        }
        nodes.into_iter().map(Salt).collect()
    }
}

fn child(node: &[u8; 32], side: u8) -> [u8; 32] {
    Sha256::new().chain_update(DOMAIN).chain_update([side]).chain_update(node).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_by_one_and_all_at_once_agree() {
        let seed = Seed([7; 32]);
        let salts = seed.salts();
        assert_eq!(salts.len(), 256);
        for seq in [0, 1, 2, 127, 128, 255] {
            assert_eq!(seed.salt(seq).0, salts[usize::try_from(seq).expect("small")].0, "{seq}");
            assert_eq!(seed.salt(seq).0, seed.salt(seq + 256 * 9).0, "position within the bundle");
        }
        let mut distinct: Vec<[u8; 32]> = salts.iter().map(|salt| salt.0).collect();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), 256);
    }
}
