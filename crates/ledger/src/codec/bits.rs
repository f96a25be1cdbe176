//! Numbers of any width, end to end, lowest bit first.

use super::bytes::Malformed;

/// Appends numbers to a buffer.
#[derive(Clone, Debug, Default)]
pub(crate) struct BitWriter {
    bytes: Vec<u8>,
    pending: u128,
    pending_bits: u32,
}

impl BitWriter {
    /// Appends the lowest `width` bits of `value`, at most 64; the others must be zero.
    pub(crate) fn write(&mut self, value: u64, width: u32) {
        self.pending |= u128::from(value) << self.pending_bits;
        self.pending_bits += width;
        if self.pending_bits >= u64::BITS {
            let [low @ .., _, _, _, _, _, _, _, _] = self.pending.to_le_bytes();
            self.bytes.extend_from_slice(&low);
            self.pending >>= u64::BITS;
            self.pending_bits -= u64::BITS;
        }
    }

    /// Goes on at the next whole byte.
    pub(crate) fn align(&mut self) {
        let whole = self.pending_bits.div_ceil(8) as usize;
        self.bytes.extend(self.pending.to_le_bytes().iter().take(whole));
        self.pending = 0;
        self.pending_bits = 0;
    }

    /// How many bits have been written.
    pub(crate) fn bit_count(&self) -> u64 {
        self.bytes.len() as u64 * 8 + u64::from(self.pending_bits)
    }

    /// How many whole bytes have been written. Only exact after [`BitWriter::align`].
    pub(crate) fn byte_count(&self) -> usize {
        self.bytes.len()
    }

    /// The bytes, the last one filled up with zeros.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.align();
        self.bytes
    }
}

/// Takes numbers from a slice, beginning at any bit.
#[derive(Clone, Debug)]
pub(crate) struct BitReader<'a> {
    bytes: &'a [u8],
    position: u64,
}

impl<'a> BitReader<'a> {
    /// Reads from bit `position` of `bytes` on.
    pub(crate) fn new(bytes: &'a [u8], position: u64) -> Self {
        Self { bytes, position }
    }

    /// The bit that is read next.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// The next 64 bits, zeros beyond the end.
    fn window(&self) -> u64 {
        let start = usize::try_from(self.position / 8).unwrap_or(usize::MAX);
        let shift = self.position % 8;
        let rest = self.bytes.get(start..).unwrap_or_default();
        if let Some(bytes) = rest.first_chunk::<16>() {
            let [low @ .., _, _, _, _, _, _, _, _] =
                (u128::from_le_bytes(*bytes) >> shift).to_le_bytes();
            return u64::from_le_bytes(low);
        }
        let mut wide = [0; 16];
        wide.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        let [low @ .., _, _, _, _, _, _, _, _] = (u128::from_le_bytes(wide) >> shift).to_le_bytes();
        u64::from_le_bytes(low)
    }

    /// Takes the next `width` bits, at most 64.
    ///
    /// # Errors
    /// [`Malformed`] when there are not as many.
    pub(crate) fn read(&mut self, width: u32) -> Result<u64, Malformed> {
        let value = if width == 0 { 0 } else { self.window() & (u64::MAX >> (64 - width.min(64))) };
        self.skip(u64::from(width))?;
        Ok(value)
    }

    /// The next 64 bits, which stay where they are; zeros beyond the end.
    pub(crate) fn peek(&self) -> u64 {
        self.window()
    }

    /// Leaves out bits.
    ///
    /// # Errors
    /// [`Malformed`] when there are not as many.
    pub(crate) fn skip(&mut self, count: u64) -> Result<(), Malformed> {
        let end = self.position.saturating_add(count);
        if end > self.bytes.len() as u64 * 8 {
            return self.malformed();
        }
        self.position = end;
        Ok(())
    }

    /// Says that what was read cannot be.
    pub(crate) fn malformed<T>(&self) -> Result<T, Malformed> {
        Err(Malformed { offset: usize::try_from(self.position / 8).unwrap_or(usize::MAX) })
    }
}

/// How many bits numbers up to `largest` need.
pub(crate) fn width(largest: u64) -> u32 {
    u64::BITS - largest.leading_zeros()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(fields in prop::collection::vec((any::<u64>(), 0_u32..=64), 0..200)) {
            let fit = |value: u64, width: u32| if width == 0 { 0 } else { value >> (64 - width) };
            let mut writer = BitWriter::default();
            for (value, width) in &fields {
                writer.write(fit(*value, *width), *width);
            }
            let bit_count = writer.bit_count();
            let bytes = writer.finish();
            prop_assert_eq!(bytes.len() as u64, bit_count.div_ceil(8));
            let mut reader = BitReader::new(&bytes, 0);
            for (value, width) in &fields {
                prop_assert_eq!(reader.read(*width), Ok(fit(*value, *width)));
            }
            prop_assert_eq!(reader.position(), bit_count);
            prop_assert!(reader.read(8).is_err());
        }
    }
}
