//! Writing and reading the fields of a written grammar. Everything is little-endian.

/// Bytes that end early or hold a value that cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed {
    /// Offset of the field that could not be read.
    pub(crate) offset: usize,
}

/// Fields appended to a buffer.
pub(crate) trait Put {
    fn put_u8(&mut self, value: u8);
    fn put_u16(&mut self, value: u16);
    fn put_u32(&mut self, value: u32);
    fn put_u64(&mut self, value: u64);
    fn put_i64(&mut self, value: i64);
    /// LEB128: seven bits a byte, lowest first.
    fn put_varint(&mut self, value: u64);
    /// A varint length and the bytes.
    fn put_bytes(&mut self, bytes: &[u8]);
}

impl Put for Vec<u8> {
    fn put_u8(&mut self, value: u8) {
        self.push(value);
    }

    fn put_u16(&mut self, value: u16) {
        self.extend_from_slice(&value.to_le_bytes());
    }

    fn put_u32(&mut self, value: u32) {
        self.extend_from_slice(&value.to_le_bytes());
    }

    fn put_u64(&mut self, value: u64) {
        self.extend_from_slice(&value.to_le_bytes());
    }

    fn put_i64(&mut self, value: i64) {
        self.extend_from_slice(&value.to_le_bytes());
    }

    fn put_varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.push(low_byte(value) | 0x80);
            value >>= 7;
        }
        self.push(low_byte(value));
    }

    fn put_bytes(&mut self, bytes: &[u8]) {
        self.put_varint(bytes.len() as u64);
        self.extend_from_slice(bytes);
    }
}

fn low_byte(value: u64) -> u8 {
    value.to_le_bytes()[0]
}

/// Fields taken from the front of a buffer.
#[derive(Clone, Debug)]
pub(crate) struct Take<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Take<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    /// How many bytes have been taken.
    pub(crate) fn position(&self) -> usize {
        self.position
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.position >= self.bytes.len()
    }

    pub(crate) fn malformed<T>(&self) -> Result<T, Malformed> {
        Err(Malformed { offset: self.position })
    }

    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], Malformed> {
        let end = self.position.checked_add(count);
        let Some(taken) = end.and_then(|end| self.bytes.get(self.position..end)) else {
            return self.malformed();
        };
        self.position += count;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let offset = self.position;
        self.take(N)?.try_into().map_err(|_| Malformed { offset })
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Malformed> {
        self.array().map(u8::from_le_bytes)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, Malformed> {
        self.array().map(u16::from_le_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Malformed> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, Malformed> {
        self.array().map(u64::from_le_bytes)
    }

    pub(crate) fn i64(&mut self) -> Result<i64, Malformed> {
        self.array().map(i64::from_le_bytes)
    }

    pub(crate) fn hash(&mut self) -> Result<[u8; 32], Malformed> {
        self.array()
    }

    pub(crate) fn varint(&mut self) -> Result<u64, Malformed> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.u8()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        self.malformed()
    }

    /// A varint as a length.
    pub(crate) fn count(&mut self) -> Result<usize, Malformed> {
        let offset = self.position;
        usize::try_from(self.varint()?).map_err(|_| Malformed { offset })
    }

    /// A varint length and that many bytes.
    pub(crate) fn bytes(&mut self) -> Result<&'a [u8], Malformed> {
        let count = self.count()?;
        self.take(count)
    }

    /// A varint length and that many bytes of UTF-8.
    pub(crate) fn text(&mut self) -> Result<&'a str, Malformed> {
        let offset = self.position;
        std::str::from_utf8(self.bytes()?).map_err(|_| Malformed { offset })
    }
}

/// A row, count or block number as it is stored. Segments hold fewer than 2^32 of anything, which
/// the sealing thresholds ensure; a larger number would be a defect and reads as the largest.
pub(crate) fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_is_taken() {
        let mut bytes = Vec::new();
        for value in [0, 1, 0x7f, 0x80, u64::from(u32::MAX), u64::MAX] {
            bytes.put_varint(value);
        }
        bytes.put_bytes("é".as_bytes());
        bytes.put_i64(-5);
        let mut take = Take::new(&bytes);
        for value in [0, 1, 0x7f, 0x80, u64::from(u32::MAX), u64::MAX] {
            assert_eq!(take.varint(), Ok(value));
        }
        assert_eq!(take.text(), Ok("é"));
        assert_eq!(take.i64(), Ok(-5));
        assert!(take.is_empty());
        assert_eq!(take.u8(), Err(Malformed { offset: bytes.len() }));
    }

    #[test]
    fn lengths_beyond_the_end_are_malformed() {
        let mut bytes = Vec::new();
        bytes.put_varint(u64::MAX);
        assert!(Take::new(&bytes).bytes().is_err());
        assert!(Take::new(&[0xff; 11]).varint().is_err(), "a varint has at most ten bytes");
    }
}
