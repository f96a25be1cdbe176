//! How a value is written, and the bits that say which of the values written so it is.
//!
//! ```text
//! FORM := kind u8 | size u8
//! ```
//! | kind | size | the value | bits |
//! |---|---|---|---|
//! | 0 | 0 | any bytes | length: width in 5 bits, then so many; the bytes stand elsewhere |
//! | 1 | hole | as in an earlier hole of the record | none |
//! | 2 to 5 | width | a time near the row's, see [`super::times`] | distance, zigzag |
//! | 6, 7 | 42 | any time of kind 2 or 3 | milliseconds since the epoch |
//! | 8 | width | a whole number without leading zeros | itself |
//! | 9 | 32 | `192.0.2.1` | itself |
//! | 10 | 32 | `::ffff:192.0.2.1` | the address behind `::ffff:` |
//! | 11 | 128 | a lower-case UUID | itself, 64 high bits first |
//! | 16 to 23 | length | letters of an alphabet | numbers in its base, see [`digits`] |

mod digits;

use std::net::Ipv4Addr;

use self::digits::{Alphabet, MAIL};
use super::times::{self, Style};
use crate::codec::bits::{BitReader, BitWriter, width};
use crate::codec::bytes::Malformed;

const DIGITS_KIND: u8 = 16;
const INSTANT_BITS: u8 = 42;
const MAPPED: &[u8] = b"::ffff:";

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Form {
    Text,
    /// As in the hole with this number.
    Same(u8),
    /// A time as distance from the row's, in so many bits.
    Near(Style, u8),
    Instant(Style),
    Whole(u8),
    Address,
    MappedAddress,
    Uuid,
    Digits {
        alphabet: u8,
        length: u8,
    },
}

impl Form {
    /// The tightest form of a value that says it without the row's time.
    pub(super) fn of(value: &[u8]) -> Self {
        let style = Style::of(value).filter(|style| style.is_iso());
        if let Some(style) = style
            && style.parse(value).is_some_and(|millis| width(millis) <= u32::from(INSTANT_BITS))
        {
            return Self::Instant(style);
        }
        if value.first().is_some_and(u8::is_ascii_digit)
            && let Some(number) = times::whole(value)
        {
            // Few different widths, so that what says the width stays short.
            return Self::Whole(width(number).next_multiple_of(4).to_le_bytes()[0]);
        }
        if address(value).is_some() {
            return Self::Address;
        }
        if value.strip_prefix(MAPPED).and_then(address).is_some() {
            return Self::MappedAddress;
        }
        if uuid(value).is_some() {
            return Self::Uuid;
        }
        let length = u8::try_from(value.len()).ok().filter(|length| *length > 0);
        let digits = |length| Some(Self::Digits { alphabet: digits::alphabet_of(value)?, length });
        length.and_then(digits).unwrap_or(Self::Text)
    }

    /// The form as the distance from the row's time, and the distance, if the value is a time near
    /// it.
    pub(super) fn near(value: &[u8], row_millis: i64) -> Option<(Self, u32)> {
        let style = Style::of(value)?;
        let distance = style.distance(style.parse(value)?, row_millis)?;
        let size = width(distance).next_multiple_of(8);
        let form = Self::Near(style, size.to_le_bytes()[0]);
        let distance = u32::try_from(distance).ok()?;
        (size <= style.near_bits_max()).then_some((form, distance))
    }

    /// The form for a table of values: what reads like words is better left to compression.
    pub(super) fn in_table(self) -> Self {
        match self {
            Self::Digits { alphabet: MAIL, .. } => Self::Text,
            form => form,
        }
    }

    /// How many bits say the value; of a text only those for its length of 64 bytes or so.
    pub(super) fn bits(self) -> u32 {
        match self {
            Self::Text => 12,
            Self::Same(_) => 0,
            Self::Near(_, size) | Self::Whole(size) => u32::from(size),
            Self::Instant(_) => u32::from(INSTANT_BITS),
            Self::Address | Self::MappedAddress => 32,
            Self::Uuid => 128,
            Self::Digits { alphabet, length } => {
                Alphabet::numbered(alphabet).bits(u32::from(length))
            }
        }
    }

    /// How long a value is at most, in bytes.
    pub(super) fn length_max(self) -> usize {
        match self {
            Self::Text | Self::Same(_) => usize::MAX,
            Self::Near(..) | Self::Instant(_) => 24,
            Self::Whole(_) => 20,
            Self::Address => 15,
            Self::MappedAddress => 22,
            Self::Uuid => UUID_BYTES,
            Self::Digits { length, .. } => usize::from(length),
        }
    }

    pub(super) fn encode(self) -> [u8; 2] {
        match self {
            Self::Text => [0, 0],
            Self::Same(hole) => [1, hole],
            Self::Near(style, size) => [2 + style.code(), size],
            Self::Instant(style) => [6 + style.code(), INSTANT_BITS],
            Self::Whole(size) => [8, size],
            Self::Address => [9, 32],
            Self::MappedAddress => [10, 32],
            Self::Uuid => [11, 128],
            Self::Digits { alphabet, length } => [DIGITS_KIND + alphabet, length],
        }
    }

    pub(super) fn decode(bytes: [u8; 2]) -> Option<Self> {
        let form = match bytes {
            [0, 0] => Self::Text,
            [1, hole] => Self::Same(hole),
            [kind @ 2..=5, size @ 0..=64] => Self::Near(Style::from_code(kind - 2)?, size),
            [kind @ 6..=7, INSTANT_BITS] => Self::Instant(Style::from_code(kind - 6)?),
            [8, size @ 0..=64] => Self::Whole(size),
            [9, 32] => Self::Address,
            [10, 32] => Self::MappedAddress,
            [11, 128] => Self::Uuid,
            [kind @ DIGITS_KIND..=23, length] => {
                Self::Digits { alphabet: kind - DIGITS_KIND, length }
            }
            _ => return None,
        };
        Some(form)
    }

    /// Writes the bits of a value that has this form; nothing for [`Form::Text`], and for
    /// [`Form::Near`], of which the row has the distance.
    pub(super) fn write(self, value: &[u8], to: &mut BitWriter) {
        let bits = self.bits();
        match self {
            Self::Text | Self::Same(_) | Self::Near(..) => {}
            Self::Instant(style) => to.write(style.parse(value).unwrap_or(0), bits),
            Self::Whole(_) => to.write(times::whole(value).unwrap_or(0), bits),
            Self::Address => to.write(address(value).unwrap_or(0), bits),
            Self::MappedAddress => {
                to.write(value.strip_prefix(MAPPED).and_then(address).unwrap_or(0), bits);
            }
            Self::Uuid => {
                let (high, low) = uuid(value).unwrap_or_default();
                to.write(high, 64);
                to.write(low, 64);
            }
            Self::Digits { alphabet, .. } => {
                Alphabet::numbered(alphabet).write(value, to);
            }
        }
    }

    /// Appends the value that the bits say; nothing for [`Form::Text`] and [`Form::Same`].
    pub(super) fn read(
        self,
        from: &mut BitReader<'_>,
        row_millis: i64,
        out: &mut Vec<u8>,
    ) -> Result<(), Malformed> {
        match self {
            Self::Text | Self::Same(_) => {}
            Self::Near(style, size) => {
                let distance = from.read(u32::from(size))?;
                style.put(style.near(distance, row_millis), out);
            }
            Self::Instant(style) => style.put(from.read(u32::from(INSTANT_BITS))?, out),
            Self::Whole(size) => times::put_whole(from.read(u32::from(size))?, out),
            Self::Address => put_address(from.read(32)?, out),
            Self::MappedAddress => {
                out.extend_from_slice(MAPPED);
                put_address(from.read(32)?, out);
            }
            Self::Uuid => put_uuid(from.read(64)?, from.read(64)?, out),
            Self::Digits { alphabet, length } => {
                Alphabet::numbered(alphabet).read(u32::from(length), from, out)?;
            }
        }
        Ok(())
    }
}

/// The number of an address that is written as [`put_address`] does.
fn address(text: &[u8]) -> Option<u64> {
    if !(7..=15).contains(&text.len()) || !text.first()?.is_ascii_digit() {
        return None;
    }
    let text = std::str::from_utf8(text).ok()?;
    text.parse::<Ipv4Addr>().ok().map(|address| u64::from(u32::from(address)))
}

fn put_address(number: u64, out: &mut Vec<u8>) {
    let [first, second, third, fourth, ..] = number.to_le_bytes();
    for (part, byte) in [fourth, third, second, first].into_iter().enumerate() {
        if part > 0 {
            out.push(b'.');
        }
        times::put_whole(u64::from(byte), out);
    }
}

const UUID_BYTES: usize = 36;

fn is_hyphen(position: usize) -> bool {
    matches!(position, 8 | 13 | 18 | 23)
}

fn uuid(value: &[u8]) -> Option<(u64, u64)> {
    if value.len() != UUID_BYTES {
        return None;
    }
    let mut number = 0_u128;
    for (position, letter) in value.iter().enumerate() {
        let nibble = match letter {
            b'-' if is_hyphen(position) => continue,
            b'0'..=b'9' if !is_hyphen(position) => letter - b'0',
            b'a'..=b'f' if !is_hyphen(position) => letter - b'a' + 10,
            _ => return None,
        };
        number = number << 4 | u128::from(nibble);
    }
    let high = u64::try_from(number >> 64).ok()?;
    let low = u64::try_from(number & u128::from(u64::MAX)).ok()?;
    Some((high, low))
}

fn put_uuid(high: u64, low: u64, out: &mut Vec<u8>) {
    let mut number = u128::from(high) << 64 | u128::from(low);
    for position in 0..UUID_BYTES {
        if is_hyphen(position) {
            out.push(b'-');
            continue;
        }
        let nibble = usize::try_from(number >> 124).unwrap_or(0);
        out.push(b"0123456789abcdef".get(nibble).copied().unwrap_or(b'0'));
        number <<= 4;
    }
}

#[cfg(test)]
mod tests;
