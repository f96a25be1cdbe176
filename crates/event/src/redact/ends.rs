//! How the names of secrets end: nearly every harmless name is told apart by its last letters
//! alone, before anything is normalised.
//!
//! Names that do not end with letters are not told apart here: punctuation does not count in a
//! name, and what stands before it may be a secret's.

use super::names::{ENDINGS, WHOLE};

/// How many numbers [`letter`] gives.
const LETTERS: usize = 32;

/// The number of what is no letter.
const NO_LETTER: usize = 0;

/// The number in the place of the fourth letter of a name that has three.
const NO_FOURTH: usize = 31;

/// The number of each byte.
static NUMBERS: [u8; 256] = numbers();

/// For each last letter, the letters that stand before it, as bits.
static LAST_TWO: [u32; LETTERS] = ends().two;

/// A bit for the last four letters of each name; see [`number`].
static LAST_FOUR: [u64; 64] = ends().four;

/// Whether a name can be that of a secret, as far as its last two letters tell.
#[inline(always)]
pub(super) fn may_be_secret_by_two(name: &[u8]) -> bool {
    let [.., before, last] = name else { return false };
    let letters = LAST_TWO.get(letter(*last)).copied().unwrap_or_default();
    letters >> letter(*before) & 1 == 1
}

/// Whether a name can be that of a secret, as far as its last four letters tell.
pub(super) fn may_be_secret_by_four(name: &[u8]) -> bool {
    let Some((before, [third, second, first])) = name.split_last_chunk::<3>() else { return false };
    let fourth = before.last().map_or(NO_FOURTH, |byte| letter(*byte));
    let last = [fourth, letter(*third), letter(*second), letter(*first)];
    let number = number(last);
    let bits = LAST_FOUR.get(number / 64).copied().unwrap_or_default();
    last.contains(&NO_LETTER) || bits >> (number % 64) & 1 == 1
}

/// The number of a letter, whatever its case, from 1; [`NO_LETTER`] of everything else.
#[inline(always)]
#[expect(clippy::indexing_slicing, reason = "there is a number for every byte")]
const fn letter(byte: u8) -> usize {
    NUMBERS[byte as usize] as usize
}

/// Four letters as a number below 4096, nearly always another one for others.
#[expect(clippy::cast_possible_truncation, reason = "20 bits")]
const fn number([fourth, third, second, first]: [usize; 4]) -> usize {
    let letters = (fourth << 15 | third << 10 | second << 5 | first) as u32;
    (letters.wrapping_mul(0x9e37_79b1) >> 20) as usize
}

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which would refuse it")]
const fn numbers() -> [u8; 256] {
    let mut numbers = [0; 256];
    let mut byte = b'a';
    while byte <= b'z' {
        numbers[byte as usize] = byte & 0x1f;
        numbers[byte.to_ascii_uppercase() as usize] = byte & 0x1f;
        byte += 1;
    }
    numbers
}

struct Ends {
    two: [u32; LETTERS],
    four: [u64; 64],
}

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which would refuse it")]
const fn ends() -> Ends {
    // What is no letter, last or before it, tells nothing.
    let mut ends = Ends { two: [1 << NO_LETTER; LETTERS], four: [0; 64] };
    ends.two[NO_LETTER] = u32::MAX;
    let mut group = 0;
    while group < WHOLE.len() {
        let mut index = 0;
        while index < WHOLE[group].2.len() {
            note_end(WHOLE[group].2[index].as_bytes(), &mut ends);
            index += 1;
        }
        group += 1;
    }
    let mut index = 0;
    while index < ENDINGS.len() {
        note_end(ENDINGS[index].0.as_bytes(), &mut ends);
        index += 1;
    }
    ends
}

/// Refuses to compile for a name whose last letters are none.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which would refuse it")]
const fn note_end(name: &[u8], ends: &mut Ends) {
    let end = name.len();
    let (first, second) = (letter(name[end - 1]), letter(name[end - 2]));
    let fourth = if end == 3 { NO_FOURTH } else { letter(name[end - 4]) };
    assert!(first != NO_LETTER && second != NO_LETTER && fourth != NO_LETTER);
    ends.two[first] |= 1 << second;
    let number = number([fourth, letter(name[end - 3]), second, first]);
    ends.four[number / 64] |= 1 << (number % 64);
}
