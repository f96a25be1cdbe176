//! What shows by itself: e-mail addresses, IP addresses, phone numbers.
//!
//! Shapes are taken widely, as what is taken for an address and is none does no harm here.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::{Range, RangeInclusive};

use super::{MASK, Replacements, initial};

/// Digits of a phone number with its country's code (ITU-T E.164 has at most 15).
const PHONE_DIGITS: RangeInclusive<usize> = 8..=15;

/// Digits of one without a plus sign. Fewer may be a date.
const BARE_PHONE_DIGITS: RangeInclusive<usize> = 9..=15;

/// How `@` is written, as it is and in an address of the web.
const ATS: [&str; 3] = ["@", "%40", "\u{ff20}"];

/// How the `+` of a phone number is written.
const PLUSES: [&str; 2] = ["+", "%2B"];

/// How the `:` of an address is written, besides as it is.
const ENCODED_COLON: &str = "%3A";

/// A whole text that is an address or a number, masked.
pub(super) fn whole(text: &str) -> Option<String> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(address_masked(address));
    }
    if let Some((local, domain)) = text.rsplit_once('@')
        && !local.is_empty()
        && !domain.is_empty()
        && !text.contains(char::is_whitespace)
    {
        return Some(format!("{}@{domain}", initial(local)));
    }
    let number = text.strip_prefix('+').or_else(|| text.strip_prefix("00"));
    let (digits, expected) = match number {
        Some(number) => (phone_digits(number)?, PHONE_DIGITS),
        None => (phone_digits(text)?, BARE_PHONE_DIGITS),
    };
    expected.contains(&digits.len()).then(|| phone_masked(&digits, number.is_some()))
}

/// The parts of a text that are addresses or numbers, in its order.
pub(super) fn parts(text: &str) -> Replacements {
    let mut found = parts_of_agent(text);
    find_addresses(text, &mut found);
    in_order(found)
}

/// The same of what a browser says of itself: its versions look like addresses.
pub(super) fn parts_of_agent(text: &str) -> Replacements {
    let mut found = Vec::new();
    find_emails(text, &mut found);
    find_phones(text, &mut found);
    in_order(found)
}

fn in_order(mut found: Replacements) -> Replacements {
    found.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
    found
}

/// `203.0.113.•`, and of IPv6 the 48 bits that a site has.
fn address_masked(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [first, second, third, _] = address.octets();
            format!("{first}.{second}.{third}.•")
        }
        IpAddr::V6(address) => {
            let [first, second, third, ..] = address.segments();
            format!("{first:x}:{second:x}:{third:x}::•")
        }
    }
}

/// `+90 ••• 67`
fn phone_masked(digits: &str, has_country: bool) -> String {
    let last = digits.get(digits.len().saturating_sub(2)..).unwrap_or_default();
    let country = digits.get(..country_digits(digits)).filter(|_| has_country);
    match country {
        Some(country) => format!("+{country} {MASK} {last}"),
        None => format!("{MASK} {last}"),
    }
}

/// How long a number's country code is (ITU-T E.164).
fn country_digits(digits: &str) -> usize {
    match digits.as_bytes() {
        [b'1' | b'7', ..] => 1,
        [b'2', b'0' | b'7', ..]
        | [b'3', b'0'..=b'4' | b'6' | b'9', ..]
        | [b'4', b'0' | b'1' | b'3'..=b'9', ..]
        | [b'5', b'1'..=b'8', ..]
        | [b'6', b'0'..=b'6', ..]
        | [b'8', b'1' | b'2' | b'4' | b'6', ..]
        | [b'9', b'0'..=b'5' | b'8', ..] => 2,
        _ => 3,
    }
}

/// The digits of a text that has nothing else but what stands between digits of phone numbers.
fn phone_digits(text: &str) -> Option<String> {
    let is_part = |byte: u8| byte.is_ascii_digit() || b" ().-/".contains(&byte);
    let digits = || text.chars().filter(char::is_ascii_digit).collect();
    text.bytes().all(is_part).then(digits)
}

/// `…ada@acme.example…`: what stands before the sign is replaced, without its first character.
fn find_emails(text: &str, found: &mut Replacements) {
    for at in ATS {
        for (start, _) in text.match_indices(at) {
            let (before, after) = text.split_at(start);
            let local = before.trim_end_matches(is_in_local).len()..start;
            let domain = after.get(at.len()..).unwrap_or_default();
            if local.is_empty()
                || !domain.starts_with(|first: char| first.is_alphanumeric() || first == '[')
            {
                continue;
            }
            let name = text.get(local.clone()).unwrap_or_default();
            found.push((local, initial(name)));
        }
    }
}

/// What may stand before the sign of an address, and does not part it from what is around.
fn is_in_local(character: char) -> bool {
    character.is_alphanumeric() || "!#$%*+-.^_`{|}~".contains(character)
}

/// Numbers that begin with a plus sign.
fn find_phones(text: &str, found: &mut Replacements) {
    for plus in PLUSES {
        for (start, _) in text.match_indices(plus) {
            let is_alone = !text.get(..start).unwrap_or_default().ends_with(char::is_alphanumeric);
            let number = text.get(start + plus.len()..).unwrap_or_default();
            let is_part = |c: char| c.is_ascii_digit() || " ().-/".contains(c);
            let end = number.find(|c| !is_part(c)).unwrap_or(number.len());
            let number = number.get(..end).unwrap_or_default();
            let number = number.trim_end_matches(|c: char| !c.is_ascii_digit());
            let digits: String = number.chars().filter(char::is_ascii_digit).collect();
            // A number may be followed by others, which are not told from it.
            if is_alone && digits.len() >= *PHONE_DIGITS.start() {
                let range = start..start + plus.len() + number.len();
                found.push((range, phone_masked(&digits, true)));
            }
        }
    }
}

/// IPv4 and IPv6, wherever nothing belongs to an address before it and after it.
fn find_addresses(text: &str, found: &mut Replacements) {
    find_runs(
        text,
        |c| c.is_ascii_digit() || c == '.',
        |range, run| {
            let run = trimmed(run, '.');
            let masked = run.text.parse::<Ipv4Addr>().ok().map(|it| address_masked(it.into()));
            found.extend(masked.map(|masked| (run.within(&range), masked)));
        },
    );
    let is_in_address = |c: char| c.is_ascii_hexdigit() || c == ':' || c == '.';
    find_runs(text, is_in_address, |range, run| {
        let is_apart = |c: Option<char>| !c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let before = text.get(..range.start).and_then(|before| before.chars().next_back());
        let after = text.get(range.end..).and_then(|after| after.chars().next());
        if !is_apart(before) || !is_apart(after) || run.len() <= 2 {
            return;
        }
        if let Some((end, address)) = ipv6_at(run) {
            found.push((range.start..range.start + end, address_masked(address.into())));
        }
    });
    if text.contains(ENCODED_COLON) || text.contains("%3a") {
        find_encoded(text, found);
    }
}

/// The address that a run of its characters begins with, without the full stop or colon of a
/// sentence behind it.
fn ipv6_at(run: &str) -> Option<(usize, Ipv6Addr)> {
    let ends = [run.len(), run.trim_end_matches('.').len(), run.trim_end_matches(':').len()];
    ends.into_iter().find_map(|end| Some((end, run.get(..end)?.parse().ok()?)))
}

/// IPv6 in the parameters of an address of the web.
fn find_encoded(text: &str, found: &mut Replacements) {
    let is_in_address = |c: char| c.is_ascii_hexdigit() || c == '%' || c == '.';
    find_runs(text, is_in_address, |range, run| {
        let decoded = run.replace(ENCODED_COLON, ":").replace("%3a", ":");
        if let (true, Ok(address)) = (decoded.len() > 2, decoded.parse::<Ipv6Addr>()) {
            found.push((range, address_masked(address.into())));
        }
    });
}

/// Calls `look` with every longest run of characters.
fn find_runs(text: &str, is_in: impl Fn(char) -> bool, mut look: impl FnMut(Range<usize>, &str)) {
    let mut start = 0;
    while let Some(begin) = text.get(start..).and_then(|rest| rest.find(&is_in)) {
        let begin = start + begin;
        let rest = text.get(begin..).unwrap_or_default();
        let end = begin + rest.find(|c| !is_in(c)).unwrap_or(rest.len());
        look(begin..end, text.get(begin..end).unwrap_or_default());
        start = end;
    }
}

/// A part of a run.
struct Part<'t> {
    text: &'t str,
    offset: usize,
}

fn trimmed(run: &str, by: char) -> Part<'_> {
    let text = run.trim_start_matches(by);
    Part { text: text.trim_end_matches(by), offset: run.len() - text.len() }
}

impl Part<'_> {
    fn within(&self, run: &Range<usize>) -> Range<usize> {
        let start = run.start + self.offset;
        start..start + self.text.len()
    }
}
