//! Bytes that are written in hexadecimal digits: keys and signatures.

/// As many bytes as are wanted, of exactly so many digits; of either case, as some write them so.
pub(crate) fn from_hexadecimal<const BYTES: usize>(digits: &[u8]) -> Option<[u8; BYTES]> {
    let mut bytes = [0; BYTES];
    if digits.len() != 2 * BYTES {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let value = |digit: &u8| char::from(*digit).to_digit(16);
        let [high, low] = pair else { return None };
        *byte = u8::try_from(value(high)? << 4 | value(low)?).ok()?;
    }
    Some(bytes)
}
