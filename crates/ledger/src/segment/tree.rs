//! Which hashes stand for these rows in the proof.
//!
//! ```text
//! TREE   := BUNDLE *                         one per 256 sequences the segment touches
//! BUNDLE := entry_count u16 | hash *         one hash, the root, if entry_count is 256;
//!                                            else one leaf hash per entry
//! ```
//! A whole bundle costs 32 bytes. One that the segment holds only a part of keeps its leaves, so
//! that the bundle's root can be computed together with the neighbouring segment.

use gatelog_proof::tree::{BUNDLE_ENTRIES, Hash, root};

use crate::codec::bytes::{Malformed, Put, Take};
use crate::row::Sequence;

/// The hashes of one bundle, as far as a segment holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Bundle {
    /// The subtree root over all 256 entries.
    Whole(Hash),
    /// The leaves of the entries the segment holds.
    Part(Vec<Hash>),
}

/// Encodes the leaves of a run of entries that starts at `first_seq`.
pub(crate) fn encode(first_seq: Sequence, leaves: &[Hash]) -> Vec<u8> {
    let mut out = Vec::with_capacity(leaves.len() / 8 + 512 * 32);
    let to_boundary = BUNDLE_ENTRIES - first_seq % BUNDLE_ENTRIES;
    let head = usize::try_from(to_boundary).unwrap_or(usize::MAX).min(leaves.len());
    let (first, rest) = leaves.split_at(head);
    for bundle in std::iter::once(first).chain(rest.chunks(bundle_entries())) {
        if bundle.is_empty() {
            continue;
        }
        out.put_u16(u16::try_from(bundle.len()).unwrap_or(u16::MAX));
        if bundle.len() == bundle_entries() {
            out.extend_from_slice(&root(bundle));
        } else {
            bundle.iter().for_each(|leaf| out.extend_from_slice(leaf));
        }
    }
    out
}

/// Reads the bundles back, in the order of their sequences.
pub(crate) fn decode(bytes: &[u8]) -> Result<Vec<Bundle>, Malformed> {
    let mut take = Take::new(bytes);
    let mut bundles = Vec::new();
    while !take.is_empty() {
        let entry_count = usize::from(take.u16()?);
        bundles.push(if entry_count == bundle_entries() {
            Bundle::Whole(take.hash()?)
        } else {
            Bundle::Part((0..entry_count).map(|_| take.hash()).collect::<Result<_, _>>()?)
        });
    }
    Ok(bundles)
}

fn bundle_entries() -> usize {
    usize::try_from(BUNDLE_ENTRIES).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use gatelog_proof::tree::leaf_hash;

    use super::*;

    #[test]
    fn whole_bundles_become_roots_and_parts_keep_their_leaves() {
        let leaves: Vec<Hash> = (0..600_u16).map(|n| leaf_hash(&n.to_le_bytes())).collect();
        let bundles = decode(&encode(250, &leaves)).expect("as written");
        assert_eq!(
            bundles,
            [
                Bundle::Part(leaves[..6].to_vec()),
                Bundle::Whole(root(&leaves[6..262])),
                Bundle::Whole(root(&leaves[262..518])),
                Bundle::Part(leaves[518..].to_vec()),
            ]
        );
    }
}
