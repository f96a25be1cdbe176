//! Gatelog's own audit stays out of every answer unless it is asked for (DESIGN invariant 9).

use gatelog_event::source::Source;

use crate::field::Field;
use crate::filter::Filter;
use crate::test::Test;

impl Filter {
    /// The same filter without events of the source `gatelog`, unless it asks for them: by naming
    /// that source, or by naming one event by its id.
    #[must_use]
    pub fn without_own_audit(self) -> Self {
        if self.names_own_audit(true) || self.names_one_event() {
            return self;
        }
        let own = Self::equals(Field::Source, Source::Gatelog.name());
        self.and(Self::Not(Box::new(own)))
    }

    /// Whether the source `gatelog` is named where naming it lets events in. `is_wanted` is false
    /// under an odd number of negations.
    fn names_own_audit(&self, is_wanted: bool) -> bool {
        match self {
            Self::And(parts) | Self::Or(parts) => {
                parts.iter().any(|part| part.names_own_audit(is_wanted))
            }
            Self::Not(part) => part.names_own_audit(!is_wanted),
            Self::Field(Field::Source, Test::Equals(name)) => {
                is_wanted && name == Source::Gatelog.name()
            }
            Self::Field(Field::Source, Test::OneOf(names)) => {
                is_wanted && names.contains(Source::Gatelog.name())
            }
            Self::All | Self::Field(..) | Self::Range(..) | Self::Record(_) => false,
        }
    }

    /// Whether every event that matches has one certain id.
    fn names_one_event(&self) -> bool {
        match self {
            Self::And(parts) => parts.iter().any(Self::names_one_event),
            Self::Field(Field::Id, Test::Equals(_)) => true,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use super::*;

    fn source(name: &str) -> Filter {
        Filter::equals(Field::Source, name)
    }

    fn not(filter: Filter) -> Filter {
        Filter::Not(Box::new(filter))
    }

    #[test]
    fn who_asks_for_it_gets_it() {
        let failures = Filter::equals(Field::Outcome, "failure");
        let by_id = Filter::equals(Field::Id, "change-1");
        for asking in [
            source("gatelog"),
            source("gatelog").and(failures.clone()),
            Filter::Or(vec![source("logto"), source("gatelog")]),
            Filter::Field(
                Field::Source,
                Test::OneOf(Arc::new(BTreeSet::from(["logto".to_owned(), "gatelog".to_owned()]))),
            ),
            not(not(source("gatelog"))),
            by_id.clone(),
            by_id.clone().and(failures.clone()),
        ] {
            assert_eq!(asking.clone().without_own_audit(), asking);
        }
        for other in [
            Filter::All,
            failures.clone(),
            source("logto"),
            not(source("gatelog")),
            not(source("logto")),
            Filter::Field(Field::Source, Test::StartsWith(String::new())),
            Filter::Or(vec![by_id.clone(), failures]),
            not(by_id),
        ] {
            let hidden = other.clone().and(not(source("gatelog")));
            assert_eq!(other.without_own_audit(), hidden);
        }
    }
}
