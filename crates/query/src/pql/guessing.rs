//! Questions of somebody who may not see personal data.
//!
//! They may ask for a value that they know already: an address, a name, a word. Patterns, ranges
//! and networks are refused where personal data may be, as by asking often enough a value that is
//! masked could be read out of them, character by character.

use gatelog_event::fields::IndexedField;

use super::diagnostic::{Diagnostic, Problems};
use super::expression::{Condition, Expression, Relation};
use super::fields::Named;
use super::literal::{Literal, Located};
use super::mistake::FieldMistake;
use super::parser;
use crate::field::{Field, UnindexedField};

/// What a text asks that needs the right to see personal data: a diagnostic at each place.
pub fn guesses(text: &str) -> Vec<Diagnostic> {
    let mut problems = Problems::default();
    // What is wrong with its form is for others to say.
    let expression = parser::expression(text, &mut Problems::default());
    find(&expression, &mut problems);
    problems.into_diagnostics(text)
}

/// Whether a text asks for a value that may be somebody's, even one that is known.
pub fn names_somebody(text: &str) -> bool {
    names(&parser::expression(text, &mut Problems::default()))
}

/// Whether values of a field may be personal. Ids that others chose may be addresses, and what is
/// in the record may be anything.
pub fn may_be_personal(named: &Named) -> bool {
    match named {
        Named::Data(_) => true,
        Named::Measure(_) => false,
        Named::Field(field) => match field {
            Field::Indexed(indexed) => match indexed {
                IndexedField::ActorId
                | IndexedField::ActorIdentifier
                | IndexedField::Ip
                | IndexedField::TargetId => true,
                IndexedField::ApplicationId
                | IndexedField::Organization
                | IndexedField::ErrorCode
                | IndexedField::Session
                | IndexedField::Interaction
                | IndexedField::UserAgent => false,
            },
            Field::Unindexed(unindexed) => match unindexed {
                UnindexedField::ActorName
                | UnindexedField::TargetIdentifier
                | UnindexedField::TargetName
                | UnindexedField::ErrorMessage => true,
                UnindexedField::ActorKind
                | UnindexedField::TargetKind
                | UnindexedField::ApplicationName
                | UnindexedField::OrganizationName
                | UnindexedField::Request => false,
            },
            Field::Id
            | Field::Source
            | Field::Type
            | Field::Action
            | Field::Outcome
            | Field::Level
            | Field::Section
            | Field::Tab
            | Field::Counterpart(_)
            | Field::Derived(_)
            | Field::Submitter => false,
        },
    }
}

fn find(expression: &Expression, problems: &mut Problems) {
    match expression {
        Expression::All | Expression::Words(_) => {}
        Expression::And(parts) | Expression::Or(parts) => {
            parts.iter().for_each(|part| find(part, problems));
        }
        Expression::Not(part) => find(part, problems),
        Expression::Condition(Condition { field, relation }) => {
            let Some(named) = Named::of(field).filter(may_be_personal) else { return };
            if !is_exact(&named, relation) {
                let (span, field) = (field.span(), named.to_string());
                problems.report(span, FieldMistake::NeedsPersonalData { field });
            }
        }
    }
}

/// Whether only somebody who knows the value can ask for it.
fn is_exact(named: &Named, relation: &Relation) -> bool {
    let is_address = *named == Named::Field(Field::Indexed(IndexedField::Ip));
    let is_value = |value: &Located<Literal>| {
        let is_network = matches!(&value.value, Literal::Text(text) if text.contains('/'));
        !(is_address && is_network)
    };
    match relation {
        Relation::Equals(value) => is_value(value),
        Relation::In(values) => values.iter().all(is_value),
        Relation::Is(..) | Relation::StartsWith(_) | Relation::Like(_) => false,
    }
}

fn names(expression: &Expression) -> bool {
    match expression {
        Expression::All => false,
        Expression::Words(_) => true,
        Expression::And(parts) | Expression::Or(parts) => parts.iter().any(names),
        Expression::Not(part) => names(part),
        Expression::Condition(Condition { field, relation }) => {
            let asks_for_none =
                matches!(relation, Relation::Equals(Located { value: Literal::Null, .. }));
            // Of a field that does not exist nothing is known.
            !asks_for_none && Named::of(field).is_none_or(|named| may_be_personal(&named))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_does_not_see_personal_data_asks_only_for_what_they_know() {
        // The text, what is refused of it, and whether it names somebody.
        let cases: [(&str, &[&str], bool); 14] = [
            ("", &[], false),
            (r#"outcome = "failure" AND type ILIKE "Interaction.%""#, &[], false),
            (r#"actor.id = null AND error.code ^= "session.""#, &[], false),
            (r#"ip = "203.0.113.9" OR ip IN "::1", "::2""#, &[], true),
            (r#"ip = "203.0.113.0/24""#, &["ip"], true),
            (r#"client_address IN "::1", "::/8""#, &["client_address"], true),
            (r#"NOT actor.name ILIKE "a%""#, &["actor.name"], true),
            (r#"actor[identifier ^= "a" AND id >= "a"]"#, &["identifier", "id"], true),
            (r#"actor.identifier = "ada" AND target.id != "x""#, &[], true),
            (r#"data.payload.ip < "2""#, &["data.payload.ip"], true),
            (r#"details.x = "2""#, &[], true),
            (r#"lovelace"#, &[], true),
            (r#"time > "now-1d" AND seq < 7"#, &[], false),
            (r#"nothing = "x""#, &[], true),
        ];
        for (text, refused, is_about_somebody) in cases {
            let found = guesses(text);
            let found: Vec<&str> = found.iter().map(|it| &text[it.span.clone()]).collect();
            assert_eq!(
                (found.as_slice(), names_somebody(text)),
                (refused, is_about_somebody),
                "{text}"
            );
        }
    }
}
