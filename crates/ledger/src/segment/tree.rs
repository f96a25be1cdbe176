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
        put_leaves(bundle, &mut out);
    }
    out
}

/// Puts the hashes of neighbouring segments together, the first of which starts at `first_seq`: a
/// bundle that two of them hold a part of becomes whole.
pub(crate) fn concatenate(first_seq: Sequence, bundles: impl Iterator<Item = Bundle>) -> Vec<u8> {
    let (mut out, mut begun) = (Vec::new(), Vec::new());
    let mut seq = first_seq;
    for bundle in bundles {
        match bundle {
            Bundle::Whole(hash) => {
                put_leaves(&std::mem::take(&mut begun), &mut out);
                out.put_u16(u16::try_from(BUNDLE_ENTRIES).unwrap_or(u16::MAX));
                out.extend_from_slice(&hash);
                seq += BUNDLE_ENTRIES;
            }
            Bundle::Part(leaves) => {
                seq += leaves.len() as u64;
                begun.extend(leaves);
            }
        }
        if seq.is_multiple_of(BUNDLE_ENTRIES) {
            put_leaves(&std::mem::take(&mut begun), &mut out);
        }
    }
    put_leaves(&begun, &mut out);
    out
}

fn put_leaves(leaves: &[Hash], out: &mut Vec<u8>) {
    if leaves.is_empty() {
        return;
    }
    out.put_u16(u16::try_from(leaves.len()).unwrap_or(u16::MAX));
    if leaves.len() == bundle_entries() {
        out.extend_from_slice(&root(leaves));
    } else {
        leaves.iter().for_each(|leaf| out.extend_from_slice(leaf));
    }
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

    #[test]
    fn neighbours_put_together_are_as_one() {
        let leaves: Vec<Hash> = (0..1_200_u16).map(|n| leaf_hash(&n.to_le_bytes())).collect();
        for first_seq in [0, 250, 256] {
            for cuts in [&[][..], &[6, 7], &[262, 700], &[3, 518], &[256, 512]] {
                let mut start = 0;
                let ends = cuts.iter().copied().chain([leaves.len()]);
                let bundles = ends.flat_map(|end| {
                    let part = encode(first_seq + start as u64, &leaves[start..end]);
                    start = end;
                    decode(&part).expect("as written")
                });
                let joined = concatenate(first_seq, bundles.collect::<Vec<_>>().into_iter());
                assert_eq!(joined, encode(first_seq, &leaves), "from {first_seq}, cut at {cuts:?}");
            }
        }
    }
}
