//! What the values of a row mean: columns as identity products name them in their exports.

use gatelog_event::limits::INDEXED_VALUE_BYTES_MAX;
use gatelog_event::time::UnixMicros;
use gatelog_meta::{DirectoryEntry, DirectoryKind};

use super::rows::Values;

const KIND: [&str; 1] = ["kind"];

const ID: [&str; 4] = ["id", "userid", "clientid", "sub"];

const NAME: [&str; 3] = ["name", "displayname", "fullname"];

/// What a user signs in with, the one to show first.
const IDENTIFIER: [&str; 8] = [
    "identifier",
    "email",
    "primaryemail",
    "username",
    "preferredusername",
    "phone",
    "phonenumber",
    "primaryphone",
];

/// A name as it is compared: `User ID`, `user_id` and `userId` are one.
pub(super) fn folded(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a table with these columns can name anything.
pub(super) fn is_enough(names: &[String]) -> bool {
    let has = |wanted: &[&str]| names.iter().any(|name| wanted.contains(&name.as_str()));
    has(&ID) && (has(&NAME) || has(&IDENTIFIER))
}

/// The entries of one row: one for each identifier, the one to show last, so that it stays.
///
/// # Errors
/// A sentence on what is wrong with the row.
pub(super) fn entries(
    values: &Values,
    default_kind: DirectoryKind,
    updated: UnixMicros,
) -> Result<Vec<DirectoryEntry>, String> {
    let kind = match found(values, &KIND).next() {
        Some(kind) => kind.to_ascii_lowercase().parse().map_err(|error| format!("{error}"))?,
        None => default_kind,
    };
    let id = found(values, &ID).next().ok_or("it has no id")?;
    let name = found(values, &NAME).next().unwrap_or_default();
    // Only people sign in.
    let identifiers = found(values, &IDENTIFIER).filter(|_| kind == DirectoryKind::User);
    let mut identifiers: Vec<&str> = identifiers.collect();
    if name.is_empty() && identifiers.is_empty() {
        return Err("it has neither a name nor an identifier".to_owned());
    }
    for text in [id, name].iter().chain(&identifiers) {
        if text.len() > INDEXED_VALUE_BYTES_MAX {
            let start: String = text.chars().take(20).collect();
            return Err(format!("`{start}...` is longer than {INDEXED_VALUE_BYTES_MAX} bytes"));
        }
    }
    if identifiers.is_empty() {
        identifiers.push("");
    }
    let entry = |identifier: &str| DirectoryEntry {
        kind,
        id: id.to_owned(),
        name: name.to_owned(),
        identifier: identifier.to_owned(),
        updated,
    };
    Ok(identifiers.into_iter().rev().map(entry).collect())
}

/// The values of a row under these names that are not empty, in the order of the names.
fn found<'v>(values: &'v Values, names: &'static [&'static str]) -> impl Iterator<Item = &'v str> {
    names.iter().flat_map(|name| {
        let of_name = values.iter().filter(move |(found, _)| found == name);
        of_name.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(pairs: &[(&str, &str)]) -> Result<Vec<(DirectoryKind, String, String, String)>, String> {
        let values = pairs.iter().map(|(name, value)| (folded(name), (*value).to_owned()));
        let entries = entries(&values.collect(), DirectoryKind::User, UnixMicros::EPOCH)?;
        let parts = |entry: DirectoryEntry| (entry.kind, entry.id, entry.name, entry.identifier);
        Ok(entries.into_iter().map(parts).collect())
    }

    #[test]
    fn rows_of_several_products() {
        let user = |name: &str, identifier: &str| {
            (DirectoryKind::User, "u1".to_owned(), name.to_owned(), identifier.to_owned())
        };
        let cases = [
            (&[("id", "u1"), ("name", " Ada ")][..], vec![user("Ada", "")]),
            (&[("User ID", "u1"), ("Display Name", "Ada"), ("x", "y")], vec![user("Ada", "")]),
            (
                &[("userId", "u1"), ("primaryPhone", "+33"), ("primaryEmail", "a@b"), ("name", "")],
                vec![user("", "+33"), user("", "a@b")],
            ),
            (
                &[("sub", "u1"), ("preferred_username", "ada"), ("email", ""), ("name", "Ada")],
                vec![user("Ada", "ada")],
            ),
            (
                &[("kind", "Application"), ("client_id", "a1"), ("name", "Shop"), ("email", "x")],
                vec![(DirectoryKind::Application, "a1".into(), "Shop".into(), String::new())],
            ),
        ];
        for (pairs, expected) in cases {
            assert_eq!(row(pairs), Ok(expected), "{pairs:?}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_row() {
        let long = "x".repeat(257);
        for (pairs, expected) in [
            (&[("name", "Ada")][..], "it has no id"),
            (&[("id", "u1"), ("mail", "a@b")], "it has neither a name nor an identifier"),
            (
                &[("id", "u1"), ("name", "Ada"), ("kind", "group")],
                "unknown kind `group` (known: user, application, organization)",
            ),
            (
                &[("id", "u1"), ("name", &long)],
                "`xxxxxxxxxxxxxxxxxxxx...` is longer than 256 bytes",
            ),
        ] {
            assert_eq!(row(pairs), Err(expected.to_owned()), "{pairs:?}");
        }
    }
}
