//! What is committed to for one event, and the log entry that carries it.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::salt::Salt;
use crate::tree::{Hash, leaf_hash};

/// Version of the entry's layout.
const ENTRY_VERSION: u8 = 1;

/// Everything of an event that a commitment covers.
#[derive(Clone, Copy, Debug)]
pub struct Committed<'a> {
    /// The event's id.
    pub id: &'a str,
    /// Its source's name.
    pub source: &'a str,
    /// The name of the format its record is written in.
    pub format: &'a str,
    /// The id of the credential that sent it.
    pub submitter: &'a str,
    /// When it happened, in microseconds since the epoch.
    pub time_micros: i64,
    /// The record's bytes, exactly as kept.
    pub record: &'a [u8],
}

impl Committed<'_> {
    /// `HMAC-SHA256(salt, parts)`: each part behind its length as a little-endian u32, so that no
    /// two events share an encoding.
    pub fn commitment(&self, salt: &Salt) -> Hash {
        // HMAC takes a key of any length; the fallback cannot be reached.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&salt.0) else {
            return [0; 32];
        };
        let time = self.time_micros.to_le_bytes();
        let texts = [self.id, self.source, self.format, self.submitter].map(str::as_bytes);
        for part in texts.into_iter().chain([time.as_slice(), self.record]) {
            // Parts are at most a record long, 1 MiB.
            mac.update(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_le_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

/// One entry of the log: `version u8 | received i64 LE | commitment`. Nothing in it is personal.
pub fn entry(received_micros: i64, commitment: &Hash) -> [u8; 41] {
    let mut bytes = [ENTRY_VERSION; 41];
    let (head, tail) = bytes.split_at_mut(9);
    if let Some(received) = head.get_mut(1..) {
        received.copy_from_slice(&received_micros.to_le_bytes());
    }
    tail.copy_from_slice(commitment);
    bytes
}

/// The leaf that stands for one event in the tree.
pub fn leaf(event: &Committed<'_>, received_micros: i64, salt: &Salt) -> Hash {
    leaf_hash(&entry(received_micros, &event.commitment(salt)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: Committed<'_> = Committed {
        id: "a",
        source: "logto",
        format: "logto",
        submitter: "key_1",
        time_micros: 1,
        record: b"{}",
    };

    /// Computed with Python's `hmac` and `hashlib`; a change here breaks every proof ever given.
    #[test]
    fn the_layout_is_fixed() {
        let salt = Salt([9; 32]);
        let hex: String = leaf(&EVENT, 2, &salt).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "ded8d091e8c823aa9036ca7eab03032370f4ba6614ed2700f7ee7c964930cb43");
    }

    #[test]
    fn parts_cannot_run_into_each_other() {
        let salt = Salt([9; 32]);
        let moved = Committed { id: "al", source: "ogto", ..EVENT };
        assert_ne!(EVENT.commitment(&salt), moved.commitment(&salt));
    }
}
