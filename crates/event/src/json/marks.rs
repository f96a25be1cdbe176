//! Where a string ends: the next byte of a text that means something inside one.
//!
//! Bytes are looked at in blocks of 64, without a branch: processors compare many at once.

/// Bytes of a block: as many as a mask has bits.
const BLOCK_BYTES: usize = 64;

/// The marked bytes of one block of a text: quotes, backslashes, control characters, and whatever
/// would stand behind its end.
#[derive(Clone, Copy)]
pub(super) struct Marks<'a> {
    blocks: &'a [[u8; BLOCK_BYTES]],
    tail: &'a [u8],
    /// The number of the block.
    block: usize,
    /// A bit for each of its bytes, the first one lowest.
    mask: u64,
}

impl<'a> Marks<'a> {
    pub(super) fn of(text: &'a [u8]) -> Self {
        let (blocks, tail) = text.as_chunks();
        Self { blocks, tail, block: 0, mask: read(blocks, tail, 0) }
    }

    /// The first marked byte at or after `position`, which is at most the text's length.
    #[inline(always)]
    pub(super) fn next(&mut self, position: usize) -> usize {
        let block = position / BLOCK_BYTES;
        if block != self.block {
            self.mask = read(self.blocks, self.tail, block);
            self.block = block;
        }
        let mut mask = self.mask >> (position % BLOCK_BYTES);
        if mask != 0 {
            return position + mask.trailing_zeros() as usize;
        }
        while mask == 0 {
            self.block += 1;
            mask = read(self.blocks, self.tail, self.block);
        }
        self.mask = mask;
        self.block * BLOCK_BYTES + mask.trailing_zeros() as usize
    }
}

/// The mask of a block. Takes no [`Marks`], which would have to be in memory for that.
#[inline(never)]
fn read(blocks: &[[u8; BLOCK_BYTES]], tail: &[u8], block: usize) -> u64 {
    match blocks.get(block) {
        Some(block) => mask(block),
        None => {
            let mut block = [0; BLOCK_BYTES];
            for (place, byte) in block.iter_mut().zip(tail) {
                *place = *byte;
            }
            mask(&block)
        }
    }
}

/// A bit for each marked byte.
#[inline(always)]
fn mask(block: &[u8; BLOCK_BYTES]) -> u64 {
    // The sum of these parts of eight flags, each 0 or 1, has them side by side in its last byte.
    const SIDE_BY_SIDE: u64 = 0x0102_0408_1020_4080;
    let is_marked = |byte: u8| (byte ^ 2 <= b'"' ^ 2) | (byte == b'\\');
    let flags = block.map(|byte| u8::from(is_marked(byte)));
    let (words, _) = flags.as_chunks::<8>();
    let mut mask = 0;
    for word in words.iter().rev() {
        mask = mask << 8 | u64::from_le_bytes(*word).wrapping_mul(SIDE_BY_SIDE) >> 56;
    }
    mask
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn is_marked(byte: u8) -> bool {
        matches!(byte, b'"' | b'\\' | 0..=0x1f)
    }

    #[test]
    fn every_byte_is_marked_or_not() {
        for byte in 0..=u8::MAX {
            let mut block = [b'x'; BLOCK_BYTES];
            block[usize::from(byte) % BLOCK_BYTES] = byte;
            let expected = u64::from(is_marked(byte)) << (byte % 64);
            assert_eq!(mask(&block), expected, "{byte:#x}");
        }
    }

    proptest! {
        /// Places are asked for in order, each at or behind the last, as a parser does.
        #[test]
        fn the_next_mark_is_the_first_one(
            text in prop::collection::vec(prop_oneof![
                30 => Just(b'x'), 1 => any::<u8>(), 1 => Just(b'"'), 1 => Just(b'\\'),
            ], 0..400),
            steps in prop::collection::vec(0_usize..150, 0..20),
        ) {
            let mut marks = Marks::of(&text);
            let mut position = 0;
            for step in steps {
                position = (position + step).min(text.len());
                let first = text.iter().skip(position).position(|byte| is_marked(*byte));
                let expected = first.map_or(text.len(), |distance| position + distance);
                prop_assert_eq!(marks.next(position), expected);
                position = expected;
            }
        }
    }
}
