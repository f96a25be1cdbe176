//! Where most of it comes from: the most frequent errors, and who and what they are about.

use gatelog_event::fields::{IndexedField, Outcome};
use gatelog_ledger::{Matches, ValueCount};
use gatelog_query::{Field, Filter};

use crate::event_view::{Name, facet_name};
use crate::filter::{Facet, LogFilter};
use crate::problem::Problem;
use crate::seen;
use crate::texts::Overview;
use crate::value_counts::{most_frequent, share};
use crate::visitor::Visit;

/// Values of each list.
const VALUES_MAX: usize = 6;

/// What is listed.
struct Listed {
    title: fn(&Overview) -> &'static str,
    facet: Facet,
    field: IndexedField,
    is_of_failures: bool,
}

const LISTED: [Listed; 4] = [
    Listed {
        title: |texts| texts.top_errors,
        facet: Facet::Error,
        field: IndexedField::ErrorCode,
        is_of_failures: true,
    },
    Listed {
        title: |texts| texts.top_users,
        facet: Facet::User,
        field: IndexedField::ActorId,
        is_of_failures: true,
    },
    Listed {
        title: |texts| texts.top_addresses,
        facet: Facet::Address,
        field: IndexedField::Ip,
        is_of_failures: true,
    },
    Listed {
        title: |texts| texts.top_applications,
        facet: Facet::Application,
        field: IndexedField::ApplicationId,
        is_of_failures: false,
    },
];

/// The most frequent values of one field.
#[derive(Debug)]
pub(super) struct Top {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) values: Vec<TopValue>,
}

/// One of them.
#[derive(Debug)]
pub(super) struct TopValue {
    pub(super) name: Name,
    pub(super) count: String,
    /// Compared with the most frequent one: see [`share`].
    pub(super) share: u64,
}

/// All lists, of events that `filter` asks for too.
pub(super) fn tops(
    visit: &Visit,
    filter: &LogFilter,
    matches: &Matches,
) -> Result<Vec<Top>, Problem> {
    let is_failure = Filter::equals(Field::Outcome, Outcome::Failure.name());
    let failures = matches.among(&is_failure)?;
    let failed = filter.with_outcome(Outcome::Failure);
    let top = |Listed { title, facet, field, is_of_failures }: Listed| {
        let (counted, filter) =
            if is_of_failures { (&failures, &failed) } else { (matches, filter) };
        let values = most_frequent(visit, counted, Field::Indexed(field), VALUES_MAX)?.values;
        let most = values.first().map_or(0, |value| value.count);
        let value = |ValueCount { value, count }| {
            let link = || visit.links.filtered(&filter.with(facet, &value));
            let link = seen::link(visit.sight, &value, link);
            TopValue {
                name: facet_name(visit.viewer(), facet, &value, link),
                count: visit.texts.number(count),
                share: share(count, most),
            }
        };
        let values = values.into_iter().map(value).collect();
        Ok(Top { id: facet.parameter(), title: title(&visit.texts.overview), values })
    };
    LISTED.into_iter().map(top).collect()
}
