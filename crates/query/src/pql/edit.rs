//! A condition put into a text or taken out of it: what a click on a value does to a query.

use super::expression::{Condition, Expression, Relation};
use super::fields::Named;
use super::literal::Literal;
use super::name::Name;
use super::parse;

/// Whether events with a value are asked for, or those without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// Only events with the value.
    Include,
    /// Only events without it.
    Exclude,
}

/// The text that asks for what `text` does and for `field` to have `value` or not to have it;
/// `Literal::Null` is for events without the field.
///
/// A condition on the same value that stands in `text` is replaced. A text that cannot be read
/// stays as it is, with the condition behind it.
pub fn with_condition(text: &str, field: &Name, value: &Literal, sense: Sense) -> String {
    let equals = Expression::equals(field.clone(), value.clone());
    let condition = match sense {
        Sense::Include => equals,
        Sense::Exclude => equals.negated(),
    };
    match other_parts(text, field, value) {
        Some(parts) => Expression::all_of(parts.into_iter().chain([condition])).to_string(),
        None => format!("{text} AND {condition}"),
    }
}

/// The text without its condition that `field` has `value` or does not have it. Conditions inside
/// of an OR stay; a text that cannot be read stays as it is.
pub fn without_condition(text: &str, field: &Name, value: &Literal) -> String {
    match other_parts(text, field, value).map(Expression::all_of) {
        Some(Expression::All) => String::new(),
        Some(expression) => expression.to_string(),
        None => text.to_owned(),
    }
}

/// The parts of the outermost AND that are no condition on this value; `None` for a text that
/// cannot be read.
fn other_parts(text: &str, field: &Name, value: &Literal) -> Option<Vec<Expression>> {
    let parsed = parse(text);
    if !parsed.diagnostics.is_empty() {
        return None;
    }
    let mut parts = match parsed.expression {
        Expression::And(parts) => parts,
        other => vec![other],
    };
    parts.retain(|part| !is_about(part, field, value));
    Some(parts)
}

fn is_about(part: &Expression, field: &Name, value: &Literal) -> bool {
    let condition = match part {
        Expression::Not(part) => part,
        part => part,
    };
    match condition {
        Expression::Condition(Condition { field: name, relation: Relation::Equals(found) }) => {
            found.value == *value
                && (name == field || Named::of(name).is_some_and(|it| Named::of(field) == Some(it)))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        Name::parse(text).expect(text)
    }

    #[test]
    fn conditions_are_put_in() {
        for (text, field, value, sense, expected) in [
            ("", "actor.id", "u1", Sense::Include, r#"actor.id = "u1""#),
            ("", "actor.id", "u1", Sense::Exclude, r#"actor.id != "u1""#),
            ("a OR b", "ip", "::1", Sense::Include, r#"(a OR b) AND ip = "::1""#),
            ("a b", "ip", "x\"y", Sense::Exclude, r#"a AND b AND ip != "x\"y""#),
            (
                r#"user_id = "u1" AND a"#,
                "actor.id",
                "u1",
                Sense::Exclude,
                r#"a AND actor.id != "u1""#,
            ),
            (r#"NOT type = "t""#, "type", "t", Sense::Include, r#"type = "t""#),
            (
                r#"type = "t" OR a"#,
                "type",
                "t",
                Sense::Include,
                r#"(type = "t" OR a) AND type = "t""#,
            ),
            ("a = ", "type", "t", Sense::Include, r#"a =  AND type = "t""#),
            ("*", "data.odd key", "t", Sense::Include, r#"data."odd key" = "t""#),
        ] {
            let result = with_condition(text, &name(field), &value.into(), sense);
            assert_eq!(result, expected, "{text}");
        }
    }

    #[test]
    fn conditions_are_taken_out() {
        for (text, field, value, expected) in [
            (r#"actor.id = "u1""#, "actor.id", Literal::from("u1"), ""),
            (r#"a AND actor.id != "u1""#, "user_id", "u1".into(), "a"),
            (r#"a OR actor.id = "u1""#, "actor.id", "u1".into(), r#"a OR actor.id = "u1""#),
            (r#"(ip = null AND (a OR b))"#, "ip", Literal::Null, "a OR b"),
            ("(a", "ip", Literal::Null, "(a"),
        ] {
            assert_eq!(without_condition(text, &name(field), &value), expected, "{text}");
        }
    }
}
