//! Codes from an app: TOTP (RFC 6238) with SHA-1, six digits and steps of 30 seconds, which is what
//! every app can do.

use std::fmt;

use aws_lc_rs::hmac;
use gatelog_event::time::UnixMicros;
use gatelog_meta::TOTP_SECRET_BYTES;
use subtle::ConstantTimeEq;

/// Digits of a code.
pub const CODE_DIGITS: usize = 6;

/// A code counts for so long.
const STEP_SECONDS: i64 = 30;

/// So many steps earlier or later may the clock of a phone be.
const SKEW_STEPS: i64 = 1;

/// RFC 4648, section 6.
const BASE_32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// What an app computes codes from.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret([u8; TOTP_SECRET_BYTES]);

impl TotpSecret {
    /// A secret from bytes that must be random, or are those of an earlier one.
    pub fn new(bytes: [u8; TOTP_SECRET_BYTES]) -> Self {
        Self(bytes)
    }

    /// Reads what [`TotpSecret::reveal`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = Vec::with_capacity(TOTP_SECRET_BYTES);
        let (mut waiting, mut bits) = (0_u32, 0);
        for character in text.bytes() {
            let value = BASE_32.iter().position(|known| *known == character)?;
            waiting = waiting << 5 | u32::try_from(value).ok()?;
            bits += 5;
            if bits >= 8 {
                bits -= 8;
                bytes.push(u8::try_from(waiting >> bits & 0xff).ok()?);
            }
        }
        (bits == 0).then(|| bytes.try_into().ok().map(Self)).flatten()
    }

    /// The secret in Base 32, as apps want it typed. To be shown to its owner only.
    pub fn reveal(&self) -> String {
        let mut text = String::with_capacity(TOTP_SECRET_BYTES * 8 / 5);
        let (mut waiting, mut bits) = (0_u32, 0);
        for byte in self.0 {
            waiting = waiting << 8 | u32::from(byte);
            bits += 8;
            while bits >= 5 {
                bits -= 5;
                let value = waiting >> bits & 0x1f;
                text.extend(BASE_32.iter().map(|known| char::from(*known)).nth(value as usize));
            }
        }
        text
    }

    /// The code that an app shows at a time.
    pub fn code_at(&self, time: UnixMicros) -> String {
        self.code(step_at(time))
    }

    /// The step at which the app showed this code, if it was a moment ago or will be in one.
    /// Spaces do not count. Takes as long whatever was typed.
    pub(crate) fn step_of(&self, typed: &str, now: UnixMicros) -> Option<i64> {
        let typed: String = typed.chars().filter(|character| !character.is_whitespace()).collect();
        let current = step_at(now);
        let steps = current - SKEW_STEPS..=current + SKEW_STEPS;
        steps.fold(None, |found, step| {
            let is_it: bool = self.code(step).as_bytes().ct_eq(typed.as_bytes()).into();
            if is_it { Some(step) } else { found }
        })
    }

    pub(crate) fn bytes(&self) -> &[u8; TOTP_SECRET_BYTES] {
        &self.0
    }

    /// RFC 4226, section 5.3.
    fn code(&self, step: i64) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let hash = tag.as_ref();
        let offset = usize::from(hash.last().copied().unwrap_or_default() & 0xf);
        let truncated = hash.iter().skip(offset).take(4);
        let number = truncated.fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
        let code = (number & 0x7fff_ffff) % 1_000_000;
        format!("{code:0CODE_DIGITS$}")
    }
}

fn step_at(time: UnixMicros) -> i64 {
    time.seconds_floor().div_euclid(STEP_SECONDS)
}

impl fmt::Debug for TotpSecret {
    /// Without the secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TotpSecret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of the RFC's examples.
    fn secret() -> TotpSecret {
        TotpSecret(*b"12345678901234567890")
    }

    fn at(seconds: i64) -> UnixMicros {
        UnixMicros::clamped(seconds * 1_000_000)
    }

    #[test]
    fn codes_are_those_of_the_rfc() {
        // RFC 6238, appendix B, the last six of eight digits.
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(secret().step_of(code, at(seconds)), Some(seconds / 30), "{code}");
        }
    }

    #[test]
    fn a_code_counts_one_step_earlier_and_later() {
        let step = |seconds| secret().step_of("287 082", at(seconds));
        assert_eq!([0, 29, 30, 59, 89].map(step), [Some(1); 5]);
        assert_eq!([-1, 90].map(step), [None; 2]);
        for wrong in ["", "287081", "2870820", "28708２"] {
            assert_eq!(secret().step_of(wrong, at(59)), None, "{wrong}");
        }
    }

    #[test]
    fn a_secret_is_read_as_it_is_written() {
        let text = secret().reveal();
        assert_eq!(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(TotpSecret::parse(&text), Some(secret()));
        for wrong in ["", "GEZDGNBV", "gezdgnbvgy3tqojqgezdgnbvgy3tqojq", &text[1..], "é"] {
            assert_eq!(TotpSecret::parse(wrong), None, "{wrong}");
        }
    }
}
