//! What is known of an event, wherever it stands in its record again.

use super::{Replacements, mask, shapes, spliced};

/// Values that are looked for in every text. An event knows of a handful; a record that lists
/// hundreds of people has each of them masked by the name of its member.
const VALUES_MAX: usize = 32;

/// Values shorter than this many bytes are found as a whole only: a letter is in every text.
const PART_BYTES_MIN: usize = 2;

/// From this many bytes on, a value is found also where letters stand around it.
const INNER_BYTES_MIN: usize = 5;

/// Values of one event that are personal.
pub(super) struct Recurring(Vec<String>);

impl Recurring {
    pub(super) fn new<'v>(values: impl Iterator<Item = &'v str>) -> Self {
        let mut recurring = Self(Vec::new());
        values.for_each(|value| recurring.add(value));
        recurring
    }

    pub(super) fn add(&mut self, value: &str) {
        let is_worth_it = !value.trim().is_empty() && !crate::redact::is_marker(value);
        if is_worth_it && self.0.len() < VALUES_MAX && !self.is_known(value) {
            self.0.push(value.to_owned());
        }
    }

    /// Whether a text is one of the values.
    pub(super) fn is_known(&self, text: &str) -> bool {
        self.0.iter().any(|value| value.eq_ignore_ascii_case(text))
    }

    /// A text without the values in it; nothing if none of them is.
    pub(super) fn masked(&self, text: &str) -> Option<String> {
        if self.is_known(text) {
            return Some(mask(text).into_owned());
        }
        let mut found: Replacements = Vec::new();
        for value in self.0.iter().filter(|value| value.len() >= PART_BYTES_MIN) {
            for written in [value.clone(), encoded(value, "%20"), encoded(value, "+")] {
                find(text, &written, &mut |range| {
                    found.push((range, mask(value).into_owned()));
                });
            }
        }
        // Of what begins at one place the longest.
        found.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
        (!found.is_empty()).then(|| spliced(text, found).into_owned())
    }
}

/// Calls `note` with every place of `text` at which `value` stands, whatever its case.
fn find(text: &str, value: &str, note: &mut dyn FnMut(std::ops::Range<usize>)) {
    let is_inner = value.len() >= INNER_BYTES_MIN || shapes::whole(value).is_some();
    let windows = text.as_bytes().windows(value.len());
    for (start, window) in windows.enumerate() {
        if !window.eq_ignore_ascii_case(value.as_bytes()) {
            continue;
        }
        let range = start..start + value.len();
        let (Some(before), Some(after)) = (text.get(..start), text.get(range.end..)) else {
            continue;
        };
        let is_apart =
            !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric);
        if is_inner || is_apart {
            note(range);
        }
    }
}

/// A value as it stands in the parameters of an address of the web.
fn encoded(value: &str, space: &str) -> String {
    let mut encoded = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b' ' => encoded.push_str(space),
            byte if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                encoded.push(char::from(byte));
            }
            byte => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}
