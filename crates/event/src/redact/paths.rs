//! Members that hold secrets in one format only, where name and shape do not tell; and one that
//! holds none although its name says so.

use super::marker::Secret;
use crate::fields::Fields;
use crate::json::{Document, Node};
use crate::mapping::authgear;
use crate::source::Format;

/// Places of one format.
struct PathRule {
    format: Format,
    /// How the types of the events begin that have it.
    type_prefixes: &'static [&'static str],
    /// The object that holds it, from the outermost one of the event.
    object: &'static [&'static str],
    condition: Condition,
    /// The names of the members.
    members: &'static [&'static str],
    secret: Secret,
}

/// When a member is a secret.
enum Condition {
    Always,
    /// Another member of the object has this name and this text.
    Beside(&'static str, &'static str),
    /// This stands in the text itself.
    Mentions(&'static str),
}

const RULES: &[PathRule] = &[
    // A new password as it was typed, in Logto 1.42 (`Interaction.*.Profile.Update`).
    PathRule {
        format: Format::Logto,
        type_prefixes: &["Interaction."],
        object: &["payload", "payload"],
        condition: Condition::Beside("type", "password"),
        members: &["value"],
        secret: Secret::Password,
    },
    // The signed SAML response in base64.
    PathRule {
        format: Format::Logto,
        type_prefixes: &["SamlApplication."],
        object: &["payload"],
        condition: Condition::Always,
        members: &["context"],
        secret: Secret::Saml,
    },
    // The one-time codes that always work for test users. In the configuration before and after,
    // which is beside it, their name tells.
    PathRule {
        format: Format::Authgear,
        type_prefixes: &["PROJECT_APP_"],
        object: &["payload"],
        condition: Condition::Mentions("fixed_code"),
        members: &["app_config_diff"],
        secret: Secret::Code,
    },
    // What a message said: a code or a link that lets somebody in.
    PathRule {
        format: Format::PlusAuth,
        type_prefixes: &["2434", "2444", "2454", "4434", "4444", "4454"],
        object: &["details"],
        condition: Condition::Always,
        members: &["body", "content", "html", "message", "text"],
        secret: Secret::Code,
    },
];

/// Calls `found` with the secrets that stand where the format keeps them.
pub(super) fn secrets(
    format: Format,
    record: &Document<'_>,
    fields: &Fields<'_>,
    mut found: impl FnMut(Node<'_, '_>, Secret),
) {
    for rule in RULES {
        let applies = |prefix: &&str| fields.event_type.starts_with(prefix);
        if rule.format == format && rule.type_prefixes.iter().any(applies) {
            let object = event(format, record).path(rule.object);
            object.into_iter().for_each(|object| rule.held_by(object, &mut found));
        }
    }
}

/// The index of a node in which names say nothing: Authgear lists what the secrets are called that
/// somebody looked at.
pub(super) fn harmless(
    format: Format,
    record: &Document<'_>,
    fields: &Fields<'_>,
) -> Option<usize> {
    if format != Format::Authgear || fields.event_type != "PROJECT_APP_SECRET_VIEWED" {
        return None;
    }
    Some(event(format, record).path(&["payload", "secrets"])?.index())
}

fn event<'d, 'a>(format: Format, record: &'d Document<'a>) -> Node<'d, 'a> {
    match format {
        Format::Authgear => authgear::event(record.root()),
        Format::Native | Format::Logto | Format::PlusAuth => record.root(),
    }
}

impl PathRule {
    fn held_by(&self, object: Node<'_, '_>, found: &mut impl FnMut(Node<'_, '_>, Secret)) {
        for member in self.members.iter().filter_map(|name| object.get(name)) {
            if self.holds(object, member) {
                found(member, self.secret);
            }
        }
    }

    fn holds(&self, object: Node<'_, '_>, member: Node<'_, '_>) -> bool {
        match self.condition {
            Condition::Always => true,
            Condition::Beside(name, text) => {
                object.get(name).and_then(Node::as_str).is_some_and(|value| value == text)
            }
            Condition::Mentions(word) => member.as_str().is_some_and(|text| text.contains(word)),
        }
    }
}
