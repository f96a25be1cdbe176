//! Until when is a certificate valid?
//!
//! Whether it is a good one its clients decide; a server only has to replace it in time.

use gatelog_event::time::UnixMicros;

/// DER tags, X.690 section 8.
const SEQUENCE: u8 = 0x30;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
/// The version of a certificate, which may be left out.
const EXPLICIT_0: u8 = 0xa0;

/// The last moment at which an X.509 certificate in DER is valid (RFC 5280 section 4.1):
///
/// ```text
/// Certificate    := SEQUENCE { TBSCertificate, ... }
/// TBSCertificate := SEQUENCE { [0] version?, serial, signature, issuer, validity, ... }
/// validity       := SEQUENCE { notBefore, notAfter }
/// ```
///
/// `None` if it is not of this form.
pub(crate) fn valid_until(der: &[u8]) -> Option<UnixMicros> {
    let (certificate, _) = take(der, SEQUENCE)?;
    let (mut rest, _) = take(certificate, SEQUENCE)?;
    if rest.first() == Some(&EXPLICIT_0) {
        rest = skip(rest)?;
    }
    let (validity, _) = take(skip(skip(skip(rest)?)?)?, SEQUENCE)?;
    let not_after = skip(validity)?;
    match *not_after.first()? {
        UTC_TIME => {
            let digits = std::str::from_utf8(take(not_after, UTC_TIME)?.0).ok()?;
            // Two digits of a year stand for 1950 to 2049.
            let century = if digits.get(..2)? < "50" { "20" } else { "19" };
            time(&format!("{century}{digits}"))
        }
        GENERALIZED_TIME => time(std::str::from_utf8(take(not_after, GENERALIZED_TIME)?.0).ok()?),
        _ => None,
    }
}

/// `20261120142931Z`
fn time(digits: &str) -> Option<UnixMicros> {
    let part = |from: usize, to: usize| digits.get(from..to);
    let (date, clock) = ((part(0, 4)?, part(4, 6)?, part(6, 8)?), (part(8, 10)?, part(10, 12)?));
    let text =
        format!("{}-{}-{}T{}:{}:{}Z", date.0, date.1, date.2, clock.0, clock.1, part(12, 14)?);
    UnixMicros::parse_rfc3339(&text)
}

/// The contents of a value with this tag, and what follows it.
fn take(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        // So many bytes of length follow; a certificate has less than 16 MiB.
        0x81..=0x83 => {
            let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    let (contents, rest) = rest.split_at_checked(length)?;
    (found == tag).then_some((contents, rest))
}

/// What follows the first value.
fn skip(der: &[u8]) -> Option<&[u8]> {
    Some(take(der, *der.first()?)?.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate(year: i32) -> Vec<u8> {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut parameters =
            rcgen::CertificateParams::new(["log.acme.example".to_owned()]).unwrap();
        parameters.not_after = rcgen::date_time_ymd(year, 11, 20);
        parameters.self_signed(&key).unwrap().der().to_vec()
    }

    #[test]
    fn both_ways_to_write_a_year_are_read() {
        for year in [1999, 2026, 2049, 2050, 2126] {
            let until = valid_until(&certificate(year)).unwrap().to_string();
            assert_eq!(until, format!("{year}-11-20T00:00:00.000000Z"));
        }
    }

    #[test]
    fn what_is_cut_short_has_no_end() {
        let certificate = certificate(2026);
        for length in 0..120 {
            assert_eq!(valid_until(&certificate[..length]), None, "{length}");
        }
        assert_eq!(valid_until(b"\x30\x84\xff\xff\xff\xff"), None);
    }
}
