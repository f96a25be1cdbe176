//! Secrets that show by themselves, wherever they stand: at the start of a string (headers,
//! hashes, keys of well-known services), or anywhere in one (JWTs, PEM blocks, addresses).
//!
//! Strings are looked at as they are written in the record, escapes included: none of these
//! shapes needs an escape before its end.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::marker::Secret;
use super::names;

/// Beginnings of keys that services issue, and the least length of the whole, in bytes.
const KEYS: &[(&str, usize)] = &[
    ("AKIA", 20),
    ("ASIA", 20),
    ("AIza", 39),
    ("ghp_", 40),
    ("gho_", 40),
    ("ghu_", 40),
    ("ghs_", 40),
    ("ghr_", 40),
    ("github_pat_", 40),
    ("glpat-", 26),
    ("xoxa-", 20),
    ("xoxb-", 20),
    ("xoxp-", 20),
    ("xoxr-", 20),
    ("xoxs-", 20),
    ("sk_live_", 20),
    ("sk_test_", 20),
    ("rk_live_", 20),
    ("rk_test_", 20),
    ("whsec_", 20),
];

/// Beginnings of password hashes in the modular crypt format.
const HASHES: &[&str] =
    &["$2a$", "$2b$", "$2y$", "$argon2", "$scrypt$", "$pbkdf2", "$5$", "$6$", "$7$", "$y$"];

/// Schemes of `Authorization` headers, in any case, and the least length of a credential, in bytes.
const SCHEMES: &[(&str, usize)] = &[("bearer", 16), ("basic", 8)];

/// Shortest password hash, in bytes.
const HASH_BYTES_MIN: usize = 20;

/// Shortest first part of a JWT, in bytes: `{"alg":""}` in base64.
const JWT_HEADER_BYTES_MIN: usize = 12;

/// What a record can hold inside its strings, found out once for all of them. They are asked about
/// in the order in which they stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gate<'r> {
    jwt: bool,
    pem: bool,
    record: &'r [u8],
    /// Where the next address stands; past the record if there is none.
    address: usize,
}

/// `{"` in base64, as the first part of a JWT begins.
const JWT: &str = "eyJ";

const PEM: &str = "-----BEGIN ";

struct Finders {
    jwt: Finder<'static>,
    pem: Finder<'static>,
    otpauth: Finder<'static>,
    address: Finder<'static>,
}

static FINDERS: LazyLock<Finders> = LazyLock::new(|| Finders {
    jwt: Finder::new(JWT),
    pem: Finder::new(PEM),
    otpauth: Finder::new("otpauth://"),
    address: Finder::new("://"),
});

impl<'r> Gate<'r> {
    /// Looks through the text of a whole record.
    pub(super) fn of(record: &'r str) -> Self {
        let record = record.as_bytes();
        let address = FINDERS.address.find(record).unwrap_or(record.len());
        let mut gate = Self { jwt: false, pem: false, record, address };
        // The letters of these beginnings that are the rarest.
        for place in memchr::memchr2_iter(b'J', b'N', record) {
            let until = record.get(..=place).unwrap_or_default();
            gate.jwt |= until.ends_with(JWT.as_bytes());
            gate.pem |= until.ends_with(PEM.trim_ascii_end().as_bytes());
        }
        gate
    }

    /// Whether a string that stands at `part` of the record, behind all before, can hold a secret.
    /// Nearly every string is told apart by this alone.
    #[inline]
    pub(super) fn may_hold(&mut self, part: &Range<usize>) -> bool {
        let first = self.record.get(part.start).copied().unwrap_or_default();
        (self.jwt || self.pem)
            || BEGINNINGS.get(usize::from(first)).is_some_and(|begins| *begins)
            || (self.address < part.end && self.has_address(part))
    }

    /// Whether an address stands in this part of the record, which is behind all before.
    fn has_address(&mut self, part: &Range<usize>) -> bool {
        while self.address < part.start {
            let next = self.address + 1;
            let rest = self.record.get(next..).unwrap_or_default();
            let distance = FINDERS.address.find(rest);
            self.address = distance.map_or(self.record.len(), |distance| next + distance);
        }
        self.address < part.end
    }
}

/// Calls `found` with every secret in a string as written (without its quotes), which stands at
/// `start` of the record. One secret can lie inside another.
///
/// `names_count` is false where names say nothing: then the parameters of addresses are left.
pub(super) fn find(
    raw: &str,
    start: usize,
    gate: &mut Gate<'_>,
    names_count: bool,
    found: &mut impl FnMut(Range<usize>, Secret),
) {
    if let Some(secret) = whole(raw) {
        return found(0..raw.len(), secret);
    }
    let has_address = gate.has_address(&(start..start + raw.len()));
    let mut each_with = |finder, measure: fn(&str) -> Measure, secret| {
        each(finder, raw, measure, |span| found(span, secret));
    };
    if gate.pem {
        each_with(&FINDERS.pem, pem, Secret::Pem);
    }
    if has_address {
        each_with(&FINDERS.otpauth, otpauth, Secret::Otpauth);
    }
    if gate.jwt {
        let whole_escape = |span: Range<usize>| span.start + escape_left(raw, span.start)..span.end;
        each(&FINDERS.jwt, raw, jwt, |span| found(whole_escape(span), Secret::Jwt));
    }
    if names_count && has_address {
        parameters(raw, found);
    }
}

/// The secret that a string is as a whole.
fn whole(raw: &str) -> Option<Secret> {
    if !begins_secret(raw) {
        return None;
    }
    let is_one_word =
        raw.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.+/=$,".contains(&byte));
    let is_key = |&(prefix, least): &(&str, usize)| raw.len() >= least && raw.starts_with(prefix);
    if is_one_word && KEYS.iter().any(is_key) {
        return Some(Secret::ApiKey);
    }
    let is_hash = raw.len() >= HASH_BYTES_MIN && HASHES.iter().any(|hash| raw.starts_with(hash));
    if is_one_word && is_hash {
        return Some(Secret::Password);
    }
    is_header(raw).then_some(Secret::Authorization)
}

/// The bytes with which any secret begins that is a whole string.
static BEGINNINGS: [bool; 256] = beginnings();

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which would refuse it")]
const fn beginnings() -> [bool; 256] {
    let mut begins = [false; 256];
    let mut index = 0;
    while index < KEYS.len() {
        begins[KEYS[index].0.as_bytes()[0] as usize] = true;
        index += 1;
    }
    index = 0;
    while index < HASHES.len() {
        begins[HASHES[index].as_bytes()[0] as usize] = true;
        index += 1;
    }
    index = 0;
    while index < SCHEMES.len() {
        let first = SCHEMES[index].0.as_bytes()[0];
        begins[first as usize] = true;
        begins[first.to_ascii_uppercase() as usize] = true;
        index += 1;
    }
    begins
}

/// Whether a secret that is a whole string can begin as this one does.
fn begins_secret(raw: &str) -> bool {
    let Some([first, second]) = raw.as_bytes().first_chunk() else { return false };
    match first {
        b'A' => matches!(second, b'K' | b'S' | b'I'),
        b'g' => matches!(second, b'h' | b'i' | b'l'),
        b's' | b'r' => *second == b'k',
        b'x' => *second == b'o',
        b'w' => *second == b'h',
        b'b' | b'B' => matches!(second, b'a' | b'A' | b'e' | b'E'),
        _ => *first == b'$',
    }
}

/// The value of an `Authorization` header: `Bearer` (RFC 6750) or `Basic` (RFC 7617).
fn is_header(raw: &str) -> bool {
    let Some((scheme, credential)) = raw.split_once(' ') else {
        return false;
    };
    let is_token68 =
        credential.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte));
    // English words have neither digits nor capitals inside.
    let is_odd = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_uppercase() || byte == b'=';
    let is_word = !credential.bytes().skip(1).any(is_odd);
    let known = SCHEMES.iter().find(|(name, _)| scheme.eq_ignore_ascii_case(name));
    is_token68 && !is_word && known.is_some_and(|(_, least)| credential.len() >= *least)
}

/// How many bytes a text that looks like a secret has, and whether it is one.
struct Measure {
    length: usize,
    is_secret: bool,
}

/// Calls `found` with every place where `finder` finds something and `measure` confirms it.
/// Nothing is measured twice, so this stays linear for whatever the string is made of.
fn each(
    finder: &Finder<'_>,
    raw: &str,
    measure: fn(&str) -> Measure,
    mut found: impl FnMut(Range<usize>),
) {
    let mut end = 0;
    for start in finder.find_iter(raw.as_bytes()) {
        if start < end {
            continue;
        }
        let Measure { length, is_secret } = measure(raw.get(start..).unwrap_or_default());
        end = start + length;
        if is_secret {
            found(start..end);
        }
    }
}

/// A PEM block (RFC 7468); one without an end goes on to the end of the text.
fn pem(rest: &str) -> Measure {
    const END: &str = "-----END ";
    let after_end = rest.find(END).map(|start| start + END.len());
    let length = after_end.and_then(|start| Some(start + rest.get(start..)?.find("-----")? + 5));
    Measure { length: length.unwrap_or(rest.len()), is_secret: true }
}

fn otpauth(rest: &str) -> Measure {
    let length = rest.find([' ', '"', '\\', '<']).unwrap_or(rest.len());
    Measure { length, is_secret: true }
}

/// A JWT (RFC 7519): two dots, or four when it is encrypted.
fn jwt(rest: &str) -> Measure {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let length = rest.bytes().take_while(|byte| is_part(*byte)).count();
    let token = rest.get(..length).unwrap_or_default();
    let dots = token.bytes().filter(|byte| *byte == b'.').count();
    let header_length = token.find('.').unwrap_or_default();
    Measure { length, is_secret: dots >= 2 && header_length >= JWT_HEADER_BYTES_MIN }
}

/// How many bytes at `place` still belong to an escape before it: 1 if the first letter of what
/// looks like a JWT is the last digit of `\u00ee`, which would be no escape without it.
fn escape_left(raw: &str, place: usize) -> usize {
    let before = raw.as_bytes().get(..place).unwrap_or_default();
    let Some((before, [b'u', digits @ ..])) = before.split_last_chunk::<4>() else { return 0 };
    let backslashes = before.iter().rev().take_while(|byte| **byte == b'\\').count();
    usize::from(backslashes % 2 == 1 && digits.iter().all(u8::is_ascii_hexdigit))
}

/// Calls `found` with the values of an address's parameters whose names are those of secrets.
fn parameters(raw: &str, found: &mut impl FnMut(Range<usize>, Secret)) {
    let mut end = 0;
    for (equals, _) in raw.match_indices('=') {
        if equals < end {
            continue;
        }
        let Some(secret) = parameter_name(raw.get(..equals).unwrap_or_default())
            .and_then(|name| names::rule(name.as_bytes()))
            .map(|rule| rule.secret)
        else {
            continue;
        };
        let start = equals + 1;
        let rest = raw.get(start..).unwrap_or_default();
        let ends = |c: char| c.is_whitespace() || matches!(c, '&' | '#' | '"' | '\\' | '<' | '>');
        let value = rest.get(..rest.find(ends).unwrap_or(rest.len())).unwrap_or_default();
        end = start + value.len();
        if secret != Secret::Code || !names::is_plain_code(value) {
            found(start..end, secret);
        }
    }
}

/// The parameter's name that `before` ends with. An `&` may be written `\u0026`.
fn parameter_name(before: &str) -> Option<&str> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let (rest, name) = before.split_at(before.trim_end_matches(is_name).len());
    if rest.ends_with('\\') {
        return name.strip_prefix("u0026");
    }
    rest.ends_with(['?', '&', '#']).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(raw: &str) -> Vec<(&str, Secret)> {
        let mut parts = Vec::new();
        find(raw, 0, &mut Gate::of(raw), true, &mut |span: Range<usize>, secret| {
            parts.push((&raw[span], secret));
        });
        parts
    }

    #[test]
    fn secrets_show_by_their_shape() {
        let jwt = "eyJhbGciOiJub25lIn0.e30.";
        let cases: &[(&str, &[(&str, Secret)])] = &[
            (jwt, &[(jwt, Secret::Jwt)]),
            ("a eyJhbGciOiJub25lIn0.e30. b", &[(jwt, Secret::Jwt)]),
            (r"\\\u00eeyJhbGciOiJub25lIn0.e30.", &[(&jwt[1..], Secret::Jwt)]),
            (r"\\u00eeyJhbGciOiJub25lIn0.e30.", &[(jwt, Secret::Jwt)]),
            (
                "x\\n-----BEGIN A-----\\nMC4C\\n-----END A-----\\ny",
                &[("-----BEGIN A-----\\nMC4C\\n-----END A-----", Secret::Pem)],
            ),
            ("-----BEGIN A-----\\nMC4C", &[("-----BEGIN A-----\\nMC4C", Secret::Pem)]),
            (
                "see otpauth://totp/a?secret=JB now",
                &[("otpauth://totp/a?secret=JB", Secret::Otpauth), ("JB", Secret::Shared)],
            ),
            ("bearer 0123456789abcdef", &[("bearer 0123456789abcdef", Secret::Authorization)]),
            ("Basic YTpi", &[]),
            ("Basic YWRhOng=", &[("Basic YWRhOng=", Secret::Authorization)]),
            (
                "https://a.example/?x=1&access_token=t#code=42&lang=de",
                &[("t", Secret::Token), ("42", Secret::Code)],
            ),
            ("https://a.example/?x=1\\u0026Id-Token=t", &[("t", Secret::Token)]),
        ];
        for (raw, expected) in cases {
            assert_eq!(parts(raw), *expected, "{raw}");
        }
    }

    #[test]
    fn every_beginning_is_looked_for() {
        let prefixes = KEYS.iter().map(|(prefix, _)| prefix).chain(HASHES);
        for prefix in prefixes.chain(&["Bearer ", "bearer ", "BASIC ", "basic "]) {
            assert!(begins_secret(prefix), "{prefix}");
            assert!(BEGINNINGS[usize::from(prefix.as_bytes()[0])], "{prefix}");
        }
    }

    #[test]
    fn ordinary_text_stays() {
        for raw in [
            "",
            "eyJ",
            "eyJ0eXBlIjogIndlYmF1dGhuLmNyZWF0ZSJ9",
            "Basic information",
            "Bearer authentication failed",
            "Bearer authentication-required",
            "$5 and $6",
            "AKIA",
            "sk_live_short",
            "https://a.example/token?state=x&error=invalid_token&code=invalid_code",
            "the token=abc of a text, see https://a.example",
            "1.2.3.4",
        ] {
            assert_eq!(parts(raw), [], "{raw}");
        }
    }

    #[test]
    fn hostile_text_takes_linear_time() {
        // Quadratic time would need minutes for a megabyte of each of these.
        for piece in ["eyJ", "eyJ.", "-----BEGIN ", "otpauth://", "?token=", "a=", "://&="] {
            let raw = format!("https://{}", piece.repeat((1 << 20) / piece.len()));
            parts(&raw);
        }
    }
}
