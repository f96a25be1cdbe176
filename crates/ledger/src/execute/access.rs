//! How a condition is answered, and what that costs.

use gatelog_query::{Field, Filter, Measure, Test};

use super::evaluate::column;
use super::words::WordTest;
use crate::row::Column;

/// How a condition is answered, from what costs least to what costs most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Access {
    /// By bisection: rows stand in the order of time.
    TimeOrder,
    /// By the bitmaps of the values that pass.
    Bitmaps,
    /// By the catalogue, once per kind of event, and the bitmaps of the kinds that pass.
    Catalogue,
    /// By the words that rows have; the few candidates are confirmed by their records.
    Tokens,
    /// By one number per row.
    Numbers,
    /// By reading the record of each row that nothing else ruled out.
    Records,
}

impl Access {
    /// The name in the answer of `explain`.
    pub fn name(self) -> &'static str {
        match self {
            Self::TimeOrder => "time order",
            Self::Bitmaps => "bitmaps",
            Self::Catalogue => "catalogue",
            Self::Tokens => "tokens",
            Self::Numbers => "numbers",
            Self::Records => "records",
        }
    }
}

/// How `filter` is answered; of several conditions, the way that costs most.
pub(crate) fn access(filter: &Filter) -> Access {
    match filter {
        Filter::And(parts) | Filter::Or(parts) => {
            parts.iter().map(access).max().unwrap_or(Access::TimeOrder)
        }
        Filter::All => Access::TimeOrder,
        Filter::Not(part) => access(part),
        Filter::Range(Measure::Time, _) => Access::TimeOrder,
        Filter::Range(Measure::Received | Measure::Sequence, _) => Access::Numbers,
        Filter::Record(test) if WordTest::new(test).is_some() => Access::Tokens,
        Filter::Record(_) => Access::Records,
        Filter::Field(field, test) => of_field(*field, test),
    }
}

fn of_field(field: Field, test: &Test) -> Access {
    match column(field) {
        Some(Column::Kind) => Access::Catalogue,
        Some(column) if column.dictionary_position().is_some() => Access::Bitmaps,
        Some(_) if matches!(test, Test::Equals(_) | Test::OneOf(_) | Test::Missing) => {
            Access::Tokens
        }
        _ => Access::Records,
    }
}
