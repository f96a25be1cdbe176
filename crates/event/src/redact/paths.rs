//! Members that hold secrets in one format only, where name and shape do not tell.

use super::marker::Secret;
use crate::fields::Fields;
use crate::json::{Document, Node};
use crate::source::Format;

/// One place of one format.
struct PathRule {
    format: Format,
    /// How the types of the events begin that have it.
    type_prefix: &'static str,
    /// The object that holds it, from the outermost one.
    object: &'static [&'static str],
    /// Another member of that object, and the text it must have.
    condition: Option<(&'static str, &'static str)>,
    /// The member's name.
    member: &'static str,
    secret: Secret,
}

const RULES: &[PathRule] = &[
    // A new password as it was typed, in Logto 1.42 (`Interaction.*.Profile.Update`).
    PathRule {
        format: Format::Logto,
        type_prefix: "Interaction.",
        object: &["payload", "payload"],
        condition: Some(("type", "password")),
        member: "value",
        secret: Secret::Password,
    },
    // The signed SAML response in base64.
    PathRule {
        format: Format::Logto,
        type_prefix: "SamlApplication.",
        object: &["payload"],
        condition: None,
        member: "context",
        secret: Secret::Saml,
    },
];

/// The secrets that stand where the format keeps them.
pub(super) fn secrets<'d, 'a>(
    format: Format,
    record: &'d Document<'a>,
    fields: &Fields<'_>,
) -> impl Iterator<Item = (Node<'d, 'a>, Secret)> {
    RULES
        .iter()
        .filter(move |rule| rule.format == format)
        .filter(|rule| fields.event_type.starts_with(rule.type_prefix))
        .filter_map(|rule| {
            let object = record.root().path(rule.object)?;
            let holds = rule.condition.is_none_or(|(name, text)| {
                object.get(name).and_then(Node::as_str).is_some_and(|value| value == text)
            });
            Some((object.get(rule.member).filter(|_| holds)?, rule.secret))
        })
}
