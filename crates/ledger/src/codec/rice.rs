//! Numbers that are mostly near a power of two, in few bits more than that (Rice and Plaunt, 1971).

use super::bits::{BitReader, BitWriter};
use super::bytes::Malformed;

/// Writes a number that is around `2^bits`: the rest above them in as many zeros, a one, the bits.
pub(crate) fn write_rice(number: u64, bits: u32, to: &mut BitWriter) {
    let mut zeros = number >> bits;
    while zeros >= 32 {
        to.write(0, 32);
        zeros -= 32;
    }
    let zeros = u32::try_from(zeros).unwrap_or(0);
    to.write(1 << zeros, zeros + 1);
    to.write(number & ((1 << bits) - 1), bits);
}

/// Reads what [`write_rice`] wrote.
pub(crate) fn read_rice(bits: u32, from: &mut BitReader<'_>) -> Result<u64, Malformed> {
    let high = zeros(from)?;
    let low = from.read(bits)?;
    if high >= 1 << (u64::BITS - 1 - bits) {
        return from.malformed();
    }
    Ok(high << bits | low)
}

/// Reads how many zeros come before the next one, which is read too.
pub(crate) fn zeros(from: &mut BitReader<'_>) -> Result<u64, Malformed> {
    let mut count = 0;
    loop {
        let zeros = u64::from(from.peek().trailing_zeros());
        count += zeros;
        if zeros < u64::from(u64::BITS) {
            from.skip(zeros + 1)?;
            return Ok(count);
        }
        from.skip(zeros)?;
    }
}
