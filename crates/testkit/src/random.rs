//! Chance from a seed: SplitMix64 (Steele, Lea and Flood, 2014), and what is drawn with it.
//!
//! Not for secrets. Only whole numbers are used, so every machine draws the same.

const GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;

/// What a sequence is for, so that one seed can serve several without repeating an id.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    World = 1,
    Rows = 2,
    Live = 3,
    Scene = 4,
    /// What follows from an id.
    Derived = 5,
    BreakIn = 6,
}

#[derive(Debug, Clone)]
pub(crate) struct Random {
    state: u64,
}

impl Random {
    pub(crate) fn new(seed: u64, purpose: Purpose) -> Self {
        Self { state: mix(mix(seed) ^ (purpose as u64).wrapping_mul(GAMMA)) }
    }

    /// What follows from an administrator's number, in every world.
    pub(crate) fn of_administrator(number: usize) -> Self {
        Self::new(u64::try_from(number).unwrap_or_default(), Purpose::Derived)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GAMMA);
        mix(self.state)
    }

    /// A number below `limit`; 0 if there is none.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).unwrap_or(u64::MAX);
        let scaled = (u128::from(self.next()) * u128::from(limit)) >> 64;
        usize::try_from(scaled).unwrap_or_default()
    }

    /// A number from `first` to `last`, both included.
    pub(crate) fn between(&mut self, first: i64, last: i64) -> i64 {
        let count = usize::try_from(last.saturating_sub(first).saturating_add(1)).unwrap_or(1);
        first.saturating_add(i64::try_from(self.below(count)).unwrap_or_default())
    }

    pub(crate) fn chance(&mut self, per_mille: usize) -> bool {
        self.below(1_000) < per_mille
    }

    /// One of `choices`, all equally likely.
    pub(crate) fn pick<T: Copy + Default>(&mut self, choices: &[T]) -> T {
        choices.get(self.below(choices.len())).copied().unwrap_or_default()
    }

    /// A rank below `count`, low ranks far more often: rank `r` about as often as `1 / (r + head)`,
    /// which is Zipf's law with its first `head` ranks made equal.
    ///
    /// Ranks fall into bands that double in width; a band is drawn first, then a rank within it.
    pub(crate) fn skewed(&mut self, count: usize, head: usize) -> usize {
        let (mut bands, mut end, mut width) = (1, head, head);
        while end < count {
            width *= 2;
            end += width;
            bands += 1;
        }
        let band = self.below(bands);
        let width = head << band;
        let rank = width - head + self.below(width);
        if rank < count { rank } else { self.below(count) }
    }

    /// Appends `length` characters of `[a-z0-9]`, as Logto's ids are.
    pub(crate) fn push_id(&mut self, text: &mut String, length: usize) {
        // One draw carries 12 base-36 digits.
        for start in (0..length).step_by(12) {
            let mut digits = self.next();
            for _ in start..length.min(start + 12) {
                text.push(base36(digits));
                digits /= 36;
            }
        }
    }

    /// Appends `length` characters of `[A-Za-z0-9_-]`, as session ids and OIDC tokens are.
    pub(crate) fn push_token(&mut self, text: &mut String, length: usize) {
        // One draw carries 10 base-64 digits.
        for start in (0..length).step_by(10) {
            let mut digits = self.next();
            for _ in start..length.min(start + 10) {
                text.push(base64(digits));
                digits >>= 6;
            }
        }
    }

    pub(crate) fn id(&mut self, length: usize) -> String {
        let mut text = String::with_capacity(length);
        self.push_id(&mut text, length);
        text
    }

    pub(crate) fn token(&mut self, length: usize) -> String {
        let mut text = String::with_capacity(length);
        self.push_token(&mut text, length);
        text
    }

    pub(crate) fn hexadecimal(&mut self, length: usize) -> String {
        let digits: String =
            (0..length.div_ceil(16)).map(|_| format!("{:016x}", self.next())).collect();
        digits.get(..length).map(str::to_owned).unwrap_or_default()
    }

    /// A random UUID (RFC 9562, version 4).
    pub(crate) fn uuid(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        let variant = 0x8000 | (low >> 48) & 0x3fff;
        format!(
            "{:08x}-{:04x}-4{:03x}-{variant:04x}-{:012x}",
            high >> 32,
            high >> 16 & 0xffff,
            high & 0xfff,
            low & 0xffff_ffff_ffff
        )
    }

    /// `length` decimal digits, as verification codes are.
    pub(crate) fn digits(&mut self, length: usize) -> String {
        (0..length).map(|_| char::from(b'0' + (self.next() % 10) as u8)).collect()
    }
}

fn mix(mut value: u64) -> u64 {
    value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

fn base36(value: u64) -> char {
    let digit = (value % 36) as u8;
    char::from(if digit < 10 { b'0' + digit } else { digit - 10 + b'a' })
}

fn base64(value: u64) -> char {
    let digit = (value & 63) as u8;
    char::from(match digit {
        0..26 => b'A' + digit,
        26..52 => digit - 26 + b'a',
        52..62 => digit - 52 + b'0',
        62 => b'-',
        _ => b'_',
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn popular_ranks_come_up_most_and_no_rank_is_out_of_range() {
        let mut random = Random::new(11, Purpose::World);
        let mut drawn = [0_usize; 100];
        for _ in 0..100_000 {
            drawn[random.skewed(100, 4)] += 1;
        }
        assert!(drawn[0] > 5 * drawn[50], "{drawn:?}");
        assert!(drawn.iter().all(|&times| times > 0), "{drawn:?}");
    }

    #[test]
    fn numbers_stay_within_their_bounds() {
        let mut random = Random::new(3, Purpose::Rows);
        assert!((0..10_000).all(|_| (-5..=5).contains(&random.between(-5, 5))));
        assert_eq!(random.below(0), 0);
        assert_eq!(random.between(9, 3), 9);
    }

    #[test]
    fn one_seed_draws_differently_for_each_purpose() {
        let id = |purpose| Random::new(1, purpose).id(21);
        assert_ne!(id(Purpose::World), id(Purpose::Rows));
        assert_ne!(id(Purpose::Rows), id(Purpose::Live));
    }
}
