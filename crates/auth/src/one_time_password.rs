//! The secret a person types once: printed at the first start or by `gatelog user`.
//!
//! Four groups of five characters of Crockford's Base 32 (<https://www.crockford.com/base32.html>),
//! which has no `i`, `l`, `o` and `u`; whoever reads a 1 as `l` or a 0 as `o` is understood too.

use std::fmt;

use gatelog_event::time::UnixMicros;
use gatelog_meta::{Password, Sha256Hash};

use crate::secret::sha256;

/// Random bytes a one-time password is made from; five bits of each are used.
pub const ONE_TIME_PASSWORD_BYTES: usize = 20;

const GROUP_CHARACTERS: usize = 5;

/// A one-time password of 100 random bits, such as `7k2mx-90qrt-bd4ze-w8n1c`.
#[derive(Clone)]
pub struct OneTimePassword(String);

impl OneTimePassword {
    /// A new one-time password from bytes that must be random.
    pub fn mint(random: [u8; ONE_TIME_PASSWORD_BYTES]) -> Self {
        let characters = random.map(|byte| symbol(byte & 0b1_1111));
        let groups: Vec<String> =
            characters.chunks(GROUP_CHARACTERS).map(|group| group.iter().collect()).collect();
        Self(groups.join("-"))
    }

    /// The text to be typed. To be shown once and never logged.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored of it, for [`gatelog_meta::NewUser`] or
    /// [`gatelog_meta::Meta::set_password`].
    pub fn to_stored(&self, expires: UnixMicros) -> Password {
        Password::OneTime { sha256: hash_as_typed(&self.0), expires }
    }
}

impl fmt::Debug for OneTimePassword {
    /// Without the password.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("OneTimePassword(..)")
    }
}

/// The hash of a one-time password as somebody typed it: case, hyphens, spaces and mistaken
/// letters do not count.
pub(crate) fn hash_as_typed(typed: &str) -> Sha256Hash {
    let canonical: String = typed
        .chars()
        .filter(|character| *character != '-' && !character.is_whitespace())
        .map(|character| match character.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        })
        .collect();
    sha256(&canonical)
}

/// The character for a number below 32.
fn symbol(number: u8) -> char {
    char::from(match number {
        0..=9 => b'0' + number,
        10..=17 => b'a' + (number - 10),
        18..=19 => b'j' + (number - 18),
        20..=21 => b'm' + (number - 20),
        22..=26 => b'p' + (number - 22),
        _ => b'v' + (number - 27),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_groups_of_five() {
        let random = std::array::from_fn(|index| u8::try_from(index * 13).unwrap());
        assert_eq!(OneTimePassword::mint(random).reveal(), "0dt7m-1ev8n-2fw9p-3gxaq");
    }

    #[test]
    fn every_five_bits_have_a_character_of_their_own() {
        let alphabet: String = (0..32).map(symbol).collect();
        assert_eq!(alphabet, "0123456789abcdefghjkmnpqrstvwxyz");
    }

    #[test]
    fn a_person_may_type_it_as_it_looks() {
        let same = ["01abc-defgh", "O1ABC-DEFGH", "0labc defgh", " oiabcdefgh\n", "0Iabc-defgh"];
        for typed in same {
            assert_eq!(hash_as_typed(typed), hash_as_typed(same[0]), "{typed}");
        }
        assert_ne!(hash_as_typed("01abc-defgj"), hash_as_typed(same[0]));
    }

    #[test]
    fn the_password_is_not_shown() {
        let password = OneTimePassword::mint([1; 20]);
        assert_eq!(format!("{password:?}"), "OneTimePassword(..)");
    }
}
