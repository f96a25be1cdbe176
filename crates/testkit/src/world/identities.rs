//! The ids by which each source knows the same person and the same application.

use crate::random::{Purpose, Random};
use crate::rows::Source;
use crate::world::{Application, User};

impl User {
    /// This person's id in `source`: Logto's own, a UUID in Authgear, 16 letters in PlusAuth.
    #[must_use]
    pub fn id_in(&self, source: Source) -> String {
        let random = &mut derived(&self.id, source);
        match source {
            Source::Logto => self.id.clone(),
            Source::Authgear => random.uuid(),
            Source::PlusAuth => random.id(16),
        }
    }
}

impl Application {
    /// This application's client id in `source`: Logto's own, 16 hexadecimal digits in Authgear,
    /// 48 letters in PlusAuth.
    #[must_use]
    pub fn id_in(&self, source: Source) -> String {
        let random = &mut derived(&self.id, source);
        match source {
            Source::Logto => self.id.clone(),
            Source::Authgear => random.hexadecimal(16),
            Source::PlusAuth => random.id(48),
        }
    }
}

/// Chance that follows from an id alone (by FNV-1a, 64 bits).
fn derived(id: &str, source: Source) -> Random {
    let hash = id.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    });
    source.random(hash, Purpose::Derived)
}
