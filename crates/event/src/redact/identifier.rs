//! What was typed as a user name and may be a password.
//!
//! A first factor that failed has no user id, only what somebody typed. If that is no e-mail
//! address, no phone number and no user name that ever worked, it may be a password typed into
//! the wrong box, so it is masked; its keyed hash can still be searched.

use std::collections::HashSet;

use super::fingerprint::FingerprintKey;
use super::marker::Secret;
use crate::fields::{Fields, Outcome};
use crate::json::{Document, Node};

/// The user names of a tenant that have been seen in a success.
pub trait KnownIdentifiers: Send + Sync {
    /// Whether exactly this text has been seen as somebody's identifier.
    fn is_known(&self, identifier: &str) -> bool;
}

/// A tenant in which nobody has been seen yet.
#[derive(Clone, Copy, Debug, Default)]
pub struct NothingKnown;

impl KnownIdentifiers for NothingKnown {
    fn is_known(&self, _identifier: &str) -> bool {
        false
    }
}

/// The marker that stands for `typed` in records of the tenant with that key: what a search for
/// a masked identifier must look for.
pub fn identifier_marker(key: &FingerprintKey, typed: &str) -> String {
    Secret::Identifier.marker(key, typed)
}

/// Members in which what was typed can be repeated. After the common ones: Auth0's and Okta's, whose
/// records stand in the `data` of mapped events, and attributes of OpenTelemetry.
const NAMES: [&str; 17] = [
    "identifier",
    "value",
    "username",
    "email",
    "phone",
    "phone_number",
    "login",
    "login_id",
    "login_hint",
    "name",
    "user_name",
    "alternateId",
    "displayName",
    "user.name",
    "user.email",
    "user.full_name",
    "enduser.id",
];

/// Digits of a phone number with its country code (ITU-T E.164 has at most 15).
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 8..=15;

/// The strings of a failed first factor that could be a password.
pub(super) fn unproven<'d, 'a>(
    record: &'d Document<'a>,
    fields: &Fields<'_>,
    known: &dyn KnownIdentifiers,
) -> Vec<Node<'d, 'a>> {
    if !is_failed_first_factor(fields) {
        return Vec::new();
    }
    let may_be_password = |text: &str| {
        !text.is_empty() && !is_email(text) && !is_phone(text) && !known.is_known(text)
    };
    let in_field = fields.actor.identifier.as_deref().filter(|text| may_be_password(text));
    // An interaction repeats what was typed in earlier steps, so one record can hold several.
    let in_record = record
        .nodes()
        .filter(|node| node.key().is_some_and(|name| name == "identifier"))
        .filter_map(|node| node.get("value")?.as_str())
        .filter(|text| may_be_password(text));
    let typed: HashSet<_> = in_field.map(Into::into).into_iter().chain(in_record).collect();
    if typed.is_empty() {
        return Vec::new();
    }
    record
        .nodes()
        .filter(|node| node.key().is_some_and(|name| NAMES.contains(&&*name)))
        .filter(|node| node.as_str().is_some_and(|text| typed.contains(&text)))
        .collect()
}

/// Whether somebody failed to say who they are. The webhook of a lockout reports just that, with
/// a result of its own.
fn is_failed_first_factor(fields: &Fields<'_>) -> bool {
    let is_lockout = fields.event_type == "TriggerHook.Identifier.Lockout";
    fields.actor.id.is_none() && (fields.result == Outcome::Failure || is_lockout)
}

/// `local@domain.tld`, without white space.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let is_label =
        |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    let top_level = domain.rsplit('.').next().unwrap_or_default();
    !local.is_empty()
        && !text.contains(char::is_whitespace)
        && domain.contains('.')
        && domain.split('.').all(is_label)
        && top_level.chars().count() >= 2
        && top_level.chars().all(|c| c.is_alphabetic() || c == '-')
}

/// Digits with an optional `+` and the usual separators.
fn is_phone(text: &str) -> bool {
    let number = text.strip_prefix('+').unwrap_or(text);
    let is_part = |byte: u8| byte.is_ascii_digit() || b" ().-/".contains(&byte);
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    number.bytes().all(is_part) && PHONE_DIGITS.contains(&digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_an_address_or_a_number() {
        for text in ["ada@acme.example", "a+b@mail.acme-x.co", "é@bücher.example"] {
            assert!(is_email(text), "{text}");
        }
        for text in
            ["p@ssw0rd", "a@b", "@acme.example", "a b@acme.example", "x@1.2", "a@b..cd", "a@b.c1"]
        {
            assert!(!is_email(text), "{text}");
        }
        for text in ["4915112345670", "+49 (151) 1234-5670", "00491511234567"] {
            assert!(is_phone(text), "{text}");
        }
        for text in ["1234567", "hunter2", "+", "1234567890123456", "12345678x", ""] {
            assert!(!is_phone(text), "{text}");
        }
    }
}
