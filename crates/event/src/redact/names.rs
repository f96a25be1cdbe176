//! Members that hold secrets, by name.
//!
//! Names are compared without punctuation and case: `client_secret`, `clientSecret` and
//! `Client-Secret` are one name. An attribute that holds a header is called as the header is. Under a member `error` names say nothing: there, `code` is an
//! error code and `token` a word of the message.

use super::ends;
use super::marker::Secret;
use crate::json::{Kind, Node};

/// What a member's name says of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NameRule {
    pub(super) secret: Secret,
    pub(super) reach: Reach,
}

/// How far a name's rule reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// The string itself, or the strings of the array it names: such names are also used for
    /// objects that describe the thing without holding it.
    Value,
    /// Every string inside, however deep.
    Inside,
}

/// How the names of attributes begin that OpenTelemetry gives to headers of requests and answers.
const HEADERS: [&[u8]; 2] = [b"http.request.header.", b"http.response.header."];

/// Longest name that is compared as a whole, in bytes without punctuation.
const NAME_BYTES_MAX: usize = 32;

/// Names that are secrets as a whole.
pub(super) const WHOLE: &[(Secret, Reach, &[&str])] = &[
    (Secret::Password, Reach::Inside, &["pwd", "passphrase", "passwordencrypted", "passwordhash"]),
    (Secret::Password, Reach::Value, &["passworddigest"]),
    (
        Secret::Code,
        Reach::Value,
        &[
            "code",
            "codes",
            "authcode",
            "authorizationcode",
            "verificationcode",
            "emailcode",
            "smscode",
            "mfacode",
            "passcode",
            "onetimecode",
            "fixedcode",
            "otp",
            "totp",
            "otpcode",
            "totpcode",
            "backupcode",
            "backupcodes",
            "recoverycode",
            "recoverycodes",
            "devicecode",
            "usercode",
            "pin",
        ],
    ),
    (Secret::Shared, Reach::Inside, &["secrets", "environmentvariables", "clientsecrets"]),
    (Secret::Shared, Reach::Value, &["signingkey", "encryptionkey", "otpseed", "totpseed"]),
    (Secret::Token, Reach::Inside, &["tokens"]),
    (Secret::Token, Reach::Value, &["idtokenhint", "googleonetapcredential"]),
    (Secret::CodeVerifier, Reach::Value, &["codeverifier"]),
    (Secret::Assertion, Reach::Value, &["assertion", "clientassertion"]),
    (Secret::Cookie, Reach::Inside, &["cookies", "setcookies"]),
    (Secret::Authorization, Reach::Value, &["authorization", "proxyauthorization"]),
    (Secret::PrivateKey, Reach::Inside, &["privatejwk"]),
    (Secret::ApiKey, Reach::Value, &["xfunctionskey", "secretaccesskey", "accesskeysecret"]),
    (
        Secret::Saml,
        Reach::Value,
        &["samlrequest", "samlresponse", "samlcontent", "rawauthrequest", "assertioncontent"],
    ),
];

/// Endings that make any name a secret: `newPassword`, `connectorTokenSetSecret`, `csrf_token`.
pub(super) const ENDINGS: &[(&str, Secret)] = &[
    ("password", Secret::Password),
    ("passwd", Secret::Password),
    ("secret", Secret::Shared),
    ("token", Secret::Token),
    ("cookie", Secret::Cookie),
    ("privatekey", Secret::PrivateKey),
    ("secretkey", Secret::Shared),
    ("apikey", Secret::ApiKey),
];

/// For each last letter, the lengths of the names of [`WHOLE`] that end so, as bits. Nearly every
/// harmless name is told apart from all of them by this alone.
const WHOLE_LENGTHS: [u64; 256] = whole_lengths();

/// The rule for a member by its name.
#[inline(always)]
pub(super) fn rule_of(member: Node<'_, '_>) -> Option<NameRule> {
    match member.plain_key() {
        Some(name) if !ends::may_be_secret_by_two(name) => None,
        _ => rule(&member.key_bytes()),
    }
}

/// The rule for a member of this name, if it is one that holds secrets.
pub(super) fn rule(name: &[u8]) -> Option<NameRule> {
    if !ends::may_be_secret_by_two(name) || !ends::may_be_secret_by_four(name) {
        return None;
    }
    let header = HEADERS.iter().find_map(|prefix| name.strip_prefix(*prefix));
    let mut buffer = [0; NAME_BYTES_MAX];
    let (normal, is_whole) = normalized(header.unwrap_or(name), &mut buffer);
    let last = usize::from(*normal.last()?);
    let by_ending = || {
        let has_ending = |&&(ending, _): &&(&str, _)| {
            ending.as_bytes().last() == normal.last() && normal.ends_with(ending.as_bytes())
        };
        let (_, secret) = ENDINGS.iter().find(has_ending)?;
        Some(NameRule { secret: *secret, reach: Reach::Inside })
    };
    let may_be_whole = WHOLE_LENGTHS.get(last).is_some_and(|bits| bits >> normal.len() & 1 == 1);
    if is_whole && may_be_whole {
        return whole(normal).or_else(by_ending);
    }
    by_ending()
}

/// Whether names say nothing inside this member.
#[inline]
pub(super) fn is_error(member: Node<'_, '_>) -> bool {
    match member.plain_key() {
        Some(name) => name.eq_ignore_ascii_case(b"error"),
        None => member.key_bytes().eq_ignore_ascii_case(b"error"),
    }
}

/// Whether this object only says what a secret is called, as Logto's `applicationSecret` does.
pub(super) fn only_names_a_secret(container: Node<'_, '_>) -> bool {
    let mut members = container.children();
    let only = members.next().filter(|_| members.next().is_none());
    let is_name = only.is_some_and(|only| only.key_is("name"));
    container.kind() == Kind::Object && is_name
}

/// Whether what is called a code is an error code (`session.not_found`, `ERR_EXPIRED`) or the
/// two letters of a country, and not one that lets somebody in.
pub(super) fn is_plain_code(value: &str) -> bool {
    let is_one_case = value.bytes().all(|byte| !byte.is_ascii_uppercase())
        || value.bytes().all(|byte| !byte.is_ascii_lowercase());
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphabetic());
    let words = value.split(['.', '_']);
    let is_error_code = words.clone().count() > 1 && is_one_case && { words }.all(is_word);
    is_error_code || (value.len() == 2 && value.bytes().all(|byte| byte.is_ascii_uppercase()))
}

fn whole(normal: &[u8]) -> Option<NameRule> {
    WHOLE
        .iter()
        .find(|(_, _, names)| names.iter().any(|name| name.as_bytes() == normal))
        .map(|(secret, reach, _)| NameRule { secret: *secret, reach: *reach })
}

/// The last letters and digits of `name` in lower case, as many as fit, and whether that is all.
fn normalized<'b>(name: &[u8], buffer: &'b mut [u8; NAME_BYTES_MAX]) -> (&'b [u8], bool) {
    let mut start = NAME_BYTES_MAX;
    for byte in name.iter().rev() {
        let normal = NORMAL.get(usize::from(*byte)).copied().unwrap_or_default();
        if normal == 0 {
            continue;
        }
        let Some(place) = start.checked_sub(1).and_then(|index| buffer.get_mut(index)) else {
            return (buffer, false);
        };
        *place = normal;
        start -= 1;
    }
    (buffer.get(start..).unwrap_or_default(), true)
}

/// What becomes of each byte of a name: 0 if it does not count.
static NORMAL: [u8; 256] = normal_bytes();

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which would refuse it")]
const fn normal_bytes() -> [u8; 256] {
    let mut normal = [0; 256];
    let mut byte = u8::MAX;
    while byte > 0 {
        if byte.is_ascii_alphanumeric() || !byte.is_ascii() {
            normal[byte as usize] = byte.to_ascii_lowercase();
        }
        byte -= 1;
    }
    normal
}

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which would refuse it")]
const fn whole_lengths() -> [u64; 256] {
    let mut lengths = [0; 256];
    let mut group = 0;
    while group < WHOLE.len() {
        let names = WHOLE[group].2;
        let mut index = 0;
        while index < names.len() {
            let name = names[index].as_bytes();
            lengths[name[name.len() - 1] as usize] |= 1 << name.len();
            index += 1;
        }
        group += 1;
    }
    lengths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_in_any_spelling() {
        for (secret, reach, names) in WHOLE {
            for name in *names {
                let spelt = name.to_uppercase().replace('C', "-C_");
                let expected = Some(NameRule { secret: *secret, reach: *reach });
                assert_eq!(rule(name.as_bytes()), expected, "{name}");
                assert_eq!(rule(spelt.as_bytes()), expected, "{spelt}");
                assert!(name.len() < NAME_BYTES_MAX, "{name}");
            }
        }
        for (ending, secret) in ENDINGS {
            let long = format!("{}_{ending}", "long".repeat(NAME_BYTES_MAX));
            for name in [*ending, &format!("any{ending}"), &long] {
                let found = rule(name.as_bytes()).map(|rule| (rule.secret, rule.reach));
                assert_eq!(found, Some((*secret, Reach::Inside)), "{name}");
            }
        }
    }

    #[test]
    fn punctuation_hides_no_name() {
        let whole = WHOLE.iter().flat_map(|(_, _, names)| *names);
        for name in whole.chain(ENDINGS.iter().map(|(ending, _)| ending)) {
            let expected = rule(name.as_bytes());
            assert!(expected.is_some(), "{name}");
            for place in 0..=name.len() {
                for mark in ["-", "_", ".", " ", "[", "{", "@", "`"] {
                    let spelt = format!("{}{mark}{}", &name[..place], &name[place..]);
                    assert_eq!(rule(spelt.as_bytes()), expected, "{spelt}");
                }
            }
        }
    }

    #[test]
    fn an_attribute_is_called_as_the_header_it_holds() {
        let authorization = rule(b"http.request.header.authorization");
        assert_eq!(authorization, rule(b"authorization"));
        assert!(authorization.is_some());
        assert!(rule(b"http.response.header.set-cookie").is_some());
        assert_eq!(rule(b"http.request.header.accept"), None);
    }

    #[test]
    fn harmless_names_stay() {
        for name in [
            "tokenTypes",
            "tokenType",
            "subject_token_type",
            "hasPasswordExpired",
            "code_challenge",
            "code_challenge_method",
            "passwordVerified",
            "countryCode",
            "statusCode",
            "credentialId",
            "state",
            "nonce",
            "key",
            "public_key",
            "client_assertion_type",
            "",
            "-",
            "secretary",
        ] {
            assert_eq!(rule(name.as_bytes()), None, "{name}");
        }
    }

    #[test]
    fn error_and_country_codes_are_not_secrets() {
        for code in ["session.invalid_credentials", "invalid_grant", "ERR_JWT_EXPIRED", "DE"] {
            assert!(is_plain_code(code), "{code}");
        }
        for code in ["123456", "a2f3960bcb", "c", "kX_aB", "ABCDEF", "abcdef", "a_", "._", "de", ""]
        {
            assert!(!is_plain_code(code), "{code}");
        }
    }
}
