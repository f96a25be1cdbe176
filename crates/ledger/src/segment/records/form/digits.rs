//! Letters of an alphabet as digits of numbers.
//!
//! As many letters at a time as 64 bits can hold are a number in the alphabet's base, first letter
//! highest. Each such number takes the bits that its largest one needs.

use std::sync::LazyLock;

use crate::codec::bits::{BitReader, BitWriter, width};
use crate::codec::bytes::Malformed;

/// Letters by the number of their alphabet. Earlier ones take fewer bits.
const LETTERS: [&[u8]; 8] = [
    b"0123456789",
    b"0123456789abcdef",
    b"0123456789ABCDEF",
    b"0123456789abcdef:-",
    b"0123456789abcdefghijklmnopqrstuvwxyz",
    b"0123456789abcdefghijklmnopqrstuvwxyz.@_-",
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-",
];

/// The alphabet of mail addresses and names, for which no digit is asked.
pub(super) const MAIL: u8 = 5;

static ALPHABETS: LazyLock<[Alphabet; 8]> = LazyLock::new(|| LETTERS.map(Alphabet::of));

/// Of each letter: bit `n` says whether the alphabet with this number has it.
static HAVING: LazyLock<[u8; 256]> = LazyLock::new(|| {
    let mut having = [0; 256];
    for (number, letters) in LETTERS.iter().enumerate() {
        for letter in *letters {
            having.get_mut(usize::from(*letter)).into_iter().for_each(|bits| *bits |= 1 << number);
        }
    }
    having
});

/// The first alphabet that has all letters of a value.
pub(super) fn alphabet_of(value: &[u8]) -> Option<u8> {
    let having = &*HAVING;
    let having = |letter: &u8| having.get(usize::from(*letter)).copied().unwrap_or(0);
    let possible = value.iter().fold(0xff, |all, letter| all & having(letter));
    // Without a digit it is a word.
    let allowed = if value.iter().any(u8::is_ascii_digit) { 0xff } else { 1 << MAIL };
    let number = (possible & allowed).trailing_zeros();
    u8::try_from(number).ok().filter(|number| *number < 8)
}

/// Puts the digits of a number, as these letters.
type Put = fn(&[u8], u64, &mut [u8]);

/// How letters are written. What is the same for all values is at hand.
pub(super) struct Alphabet {
    /// The digit that each letter is.
    digits: [u8; 256],
    /// Letters of one number, and the bits that so many take.
    per_number: u32,
    widths: Vec<u32>,
    radix: u64,
    put: Put,
    letters: &'static [u8],
}

impl Alphabet {
    fn of(letters: &'static [u8]) -> Self {
        let mut digits = [0; 256];
        for (digit, letter) in (0..).zip(letters) {
            digits.get_mut(usize::from(*letter)).into_iter().for_each(|place| *place = digit);
        }
        let radix = letters.len() as u64;
        // A base that is known beforehand is divided by much faster.
        let (per_number, put): (_, Put) = match radix {
            10 => (19, put::<10>),
            16 => (16, put::<16>),
            18 => (15, put::<18>),
            36 => (12, put::<36>),
            40 => (12, put::<40>),
            62 => (10, put::<62>),
            _ => (10, put::<64>),
        };
        // At most as many as fit 64 bits.
        let ends = (0..=per_number).map(|count| radix.checked_pow(count));
        let widths = ends.map(|end| end.map_or(u64::BITS, |end| width(end - 1))).collect();
        Self { digits, per_number, widths, radix, put, letters }
    }

    pub(super) fn numbered(number: u8) -> &'static Self {
        let [first, ..] = &*ALPHABETS;
        ALPHABETS.get(usize::from(number)).unwrap_or(first)
    }

    /// The bits of a number of so many letters.
    fn width(&self, letter_count: u32) -> u32 {
        self.widths.get(letter_count as usize).copied().unwrap_or(u64::BITS)
    }

    /// The bits of so many letters.
    pub(super) fn bits(&self, letter_count: u32) -> u32 {
        let whole = letter_count / self.per_number * self.width(self.per_number);
        whole + self.width(letter_count % self.per_number)
    }

    pub(super) fn write(&self, value: &[u8], to: &mut BitWriter) {
        let digit = |letter: &u8| self.digits.get(usize::from(*letter)).copied().unwrap_or(0);
        for letters in value.chunks(self.per_number as usize) {
            let number = letters.iter().fold(0_u64, |number, letter| {
                number.wrapping_mul(self.radix).wrapping_add(u64::from(digit(letter)))
            });
            to.write(number, self.width(u32::from(letters.len().to_le_bytes()[0])));
        }
    }

    /// Appends so many letters.
    ///
    /// # Errors
    /// [`Malformed`] when there are not as many bits.
    pub(super) fn read(
        &self,
        letter_count: u32,
        from: &mut BitReader<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), Malformed> {
        let start = out.len();
        out.resize(start + letter_count as usize, 0);
        let places = out.get_mut(start..).unwrap_or_default();
        for places in places.chunks_mut(self.per_number as usize) {
            let width = self.width(u32::from(places.len().to_le_bytes()[0]));
            (self.put)(self.letters, from.read(width)?, places);
        }
        Ok(())
    }
}

/// As [`Put`] says, in a base.
fn put<const RADIX: u64>(letters: &[u8], mut number: u64, places: &mut [u8]) {
    for place in places.iter_mut().rev() {
        let digit = usize::try_from(number % RADIX).unwrap_or(0);
        *place = letters.get(digit).copied().unwrap_or(0);
        number /= RADIX;
    }
}
