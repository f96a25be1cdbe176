//! What a subject was seen with: the most frequent values of other fields, and devices.

use std::collections::BTreeMap;

use gatelog_event::fields::IndexedField;
use gatelog_event::redact::is_marker;
use gatelog_ledger::{Matches, PageStart, ValueCount};
use gatelog_query::{Field, Grouping, Order};

use crate::event_view::{Name, facet_name, read};
use crate::filter::{Facet, LogFilter};
use crate::problem::Problem;
use crate::seen;
use crate::subject::Subject;
use crate::text::Shown;
use crate::user_agent;
use crate::value_counts::most_frequent;
use crate::visitor::Visit;

/// Values listed, those with the most events.
const VALUES_MAX: usize = 6;

/// Events whose user agents are read: no index has them, so each costs its record.
const DEVICE_EVENTS_MAX: usize = 200;

/// Characters of a user agent that cannot be put into words.
const AGENT_CHARACTERS_MAX: usize = 60;

/// The most frequent values of a field.
#[derive(Debug)]
pub(super) struct UsageList {
    /// What tests and addresses call the field.
    pub(super) field: &'static str,
    pub(super) title: &'static str,
    pub(super) values: Vec<Used>,
    /// How many there are, if not all are listed.
    pub(super) note: Option<String>,
}

/// Something the subject was seen with, and how often.
#[derive(Debug)]
pub(super) struct Used {
    /// Leads to the page about it.
    pub(super) name: Name,
    pub(super) count: String,
    /// The events that have both.
    pub(super) link: String,
}

/// Devices of the newest events.
#[derive(Debug)]
pub(super) struct Devices {
    pub(super) values: Vec<Device>,
    /// How many events they are read from, if those are not all.
    pub(super) note: Option<String>,
}

/// A device by what its user agent says.
#[derive(Debug)]
pub(super) struct Device {
    pub(super) name: Shown,
    pub(super) count: String,
}

/// What is counted.
#[derive(Clone, Copy, Debug)]
enum Counted {
    /// What has a page of its own.
    Subject(Subject),
    /// What was typed to identify somebody.
    Typed,
    /// Error codes.
    Errors,
}

/// The lists on the page of a subject, in their order.
fn counted(subject: Subject) -> &'static [Counted] {
    use Counted::{Errors, Subject as Of, Typed};
    use Subject::{Address, Application, Organization, User};
    match subject {
        User => &[Of(Application), Of(Address), Of(Organization), Errors],
        Application => &[Of(User), Of(Address), Of(Organization), Errors],
        Address => &[Of(User), Typed, Of(Application), Errors],
        Organization => &[Of(User), Of(Application), Of(Address), Errors],
    }
}

/// The lists on the page of a subject whose events match; empty ones are left out.
pub(super) fn usage_lists(
    visit: &Visit,
    subject: Subject,
    filter: &LogFilter,
    matches: &Matches,
) -> Result<Vec<UsageList>, Problem> {
    let groupings: Vec<_> =
        counted(subject).iter().map(|counted| Grouping::Field(counted.field())).collect();
    matches.count_ahead(&groupings)?;
    let mut lists = Vec::new();
    for counted in counted(subject) {
        let list = counted.list(visit, filter, matches)?;
        lists.extend((!list.values.is_empty()).then_some(list));
    }
    Ok(lists)
}

impl Counted {
    fn field(self) -> Field {
        match self {
            Self::Subject(subject) => subject.field(),
            Self::Typed => Field::Indexed(IndexedField::ActorIdentifier),
            Self::Errors => Field::Indexed(IndexedField::ErrorCode),
        }
    }

    /// The filter that asks for one of the values.
    fn facet(self) -> Facet {
        match self {
            Self::Subject(subject) => subject.facet(),
            Self::Typed => Facet::User,
            Self::Errors => Facet::Error,
        }
    }

    fn title(self, visit: &Visit) -> &'static str {
        let texts = &visit.texts.subject;
        match self {
            Self::Subject(Subject::User) => texts.users,
            Self::Subject(Subject::Application) => texts.applications,
            Self::Subject(Subject::Address) => texts.addresses,
            Self::Subject(Subject::Organization) => texts.organizations,
            Self::Typed => texts.typed,
            Self::Errors => texts.errors,
        }
    }

    fn list(
        self,
        visit: &Visit,
        filter: &LogFilter,
        matches: &Matches,
    ) -> Result<UsageList, Problem> {
        let texts = visit.texts;
        let counted = most_frequent(visit, matches, self.field(), VALUES_MAX)?;
        let used = |value: &ValueCount| {
            let can_be_asked = seen::can_be_asked(visit.sight, &value.value);
            let link = visit.links.filtered(&filter.with(self.facet(), &value.value));
            let page = self.page(visit, &value.value).unwrap_or_else(|| link.clone());
            let (link, page) = if can_be_asked { (link, page) } else { Default::default() };
            let name = facet_name(visit.viewer(), self.facet(), &value.value, page);
            Used { name, count: texts.number(value.count), link }
        };
        Ok(UsageList {
            field: self.field().name(),
            title: self.title(visit),
            values: counted.values.iter().map(used).collect(),
            note: (counted.distinct > VALUES_MAX as u64)
                .then(|| (texts.subject.of_all)(&texts.number(counted.distinct))),
        })
    }

    /// The page about a value.
    fn page(self, visit: &Visit, value: &str) -> Option<String> {
        match self {
            Self::Subject(subject) => Some(visit.links.subject(subject, value)),
            Self::Typed if !is_marker(value) => Some(visit.links.find(value)),
            Self::Typed | Self::Errors => None,
        }
    }
}

impl Devices {
    /// The devices of the newest events that match, most frequent first.
    pub(super) fn read(visit: &Visit, matches: &Matches) -> Result<Self, Problem> {
        let page = matches.page(Order::NewestFirst, PageStart::First, DEVICE_EVENTS_MAX)?;
        let mut agents: BTreeMap<String, u64> = BTreeMap::new();
        for event in visit.seen(page.events) {
            let agent = read(&event, |fields| fields.user_agent.as_deref().map(str::to_owned));
            if let Some(agent) = agent {
                *agents.entry(agent).or_default() += 1;
            }
        }
        // Several user agents may be the same device in words.
        let mut devices: BTreeMap<String, u64> = BTreeMap::new();
        for (agent, count) in agents {
            let name = user_agent::in_words(&agent, visit.texts).unwrap_or(agent);
            *devices.entry(name).or_default() += count;
        }
        let mut devices: Vec<(String, u64)> = devices.into_iter().collect();
        devices.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let texts = visit.texts;
        let device = |(name, count): &(String, u64)| Device {
            name: Shown::new(name, AGENT_CHARACTERS_MAX),
            count: texts.number(*count),
        };
        Ok(Self {
            values: devices.iter().take(VALUES_MAX).map(device).collect(),
            note: page
                .next
                .map(|_| (texts.subject.of_newest)(&texts.number(DEVICE_EVENTS_MAX as u64))),
        })
    }
}
