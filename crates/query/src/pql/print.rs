//! Tree to text: the canonical form, which reads as the same tree.

use std::fmt::{self, Display, Formatter};

use super::expression::{Condition, Expression, Relation};
use super::lexer;
use super::quote::quoted;
use crate::test::Comparison;

impl Display for Expression {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => formatter.write_str("*"),
            Self::And(parts) => write_joined(parts, " AND ", formatter, |part| {
                matches!(part, Self::Or(_) | Self::And(_))
            }),
            Self::Or(parts) => {
                write_joined(parts, " OR ", formatter, |part| matches!(part, Self::Or(_)))
            }
            Self::Not(part) => write_negated(part, formatter),
            Self::Words(words) => write_words(&words.value, formatter),
            Self::Condition(condition) => write!(formatter, "{condition}"),
        }
    }
}

impl Display for Condition {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.field, self.relation)
    }
}

impl Display for Relation {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Equals(value) => write!(formatter, "= {}", value.value),
            Self::Is(comparison, value) => write!(formatter, "{comparison} {}", value.value),
            Self::In(values) => {
                let values: Vec<String> =
                    values.iter().map(|value| value.value.to_string()).collect();
                write!(formatter, "IN ({})", values.join(", "))
            }
            Self::StartsWith(text) => write!(formatter, "^= {}", quoted(&text.value)),
            Self::Like(text) => write!(formatter, "ILIKE {}", quoted(&text.value)),
        }
    }
}

impl Display for Comparison {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Below => "<",
            Self::AtMost => "<=",
            Self::Above => ">",
            Self::AtLeast => ">=",
        })
    }
}

fn write_joined(
    parts: &[Expression],
    between: &str,
    formatter: &mut Formatter<'_>,
    needs_parentheses: fn(&Expression) -> bool,
) -> fmt::Result {
    for (position, part) in parts.iter().enumerate() {
        if position > 0 {
            formatter.write_str(between)?;
        }
        if needs_parentheses(part) {
            write!(formatter, "({part})")?;
        } else {
            write!(formatter, "{part}")?;
        }
    }
    Ok(())
}

fn write_negated(part: &Expression, formatter: &mut Formatter<'_>) -> fmt::Result {
    match part {
        Expression::And(_) | Expression::Or(_) => write!(formatter, "NOT ({part})"),
        Expression::Condition(Condition { field, relation }) => match relation {
            Relation::Equals(value) => write!(formatter, "{field} != {}", value.value),
            Relation::In(_) | Relation::Like(_) => write!(formatter, "{field} NOT {relation}"),
            Relation::Is(..) | Relation::StartsWith(_) => write!(formatter, "NOT {part}"),
        },
        Expression::All | Expression::Not(_) | Expression::Words(_) => {
            write!(formatter, "NOT {part}")
        }
    }
}

/// A word of letters and digits stands as it is; anything else is quoted.
fn write_words(words: &str, formatter: &mut Formatter<'_>) -> fmt::Result {
    let is_word = !words.is_empty() && words.chars().all(char::is_alphanumeric);
    if is_word && !lexer::is_reserved(words) {
        formatter.write_str(words)
    } else {
        formatter.write_str(&quoted(words))
    }
}
