//! The values beside the table: the most frequent ones of each field, counted over everything that
//! matches, and ways to ask for them or to leave them out.
//!
//! - [`sections`]: event types, which stand below the sections of the catalogue they are of.

use gatelog_event::fields::IndexedField;
use gatelog_ledger::{Facet as CountedFacet, Matches};
use gatelog_query::pql::fields::Named;
use gatelog_query::pql::{Literal, Name as FieldName, Sense};
use gatelog_query::{DerivedField, Field, Grouping};

use super::conditions::{ValueCondition, conditions, means};
use crate::change;
use crate::event_view::{Name, value_name};
use crate::filter::{Facet, LogFilter};
use crate::problem::Problem;
use crate::seen;
use crate::text::Shown;
use crate::texts::Texts;
use crate::value_counts::{most_frequent, share};
use crate::visitor::Visit;

mod sections;

use sections::Sections;

/// Values of each field.
const VALUES_MAX: usize = 5;

/// Values of the field that a reader wants more of. It stands alone then: a page has to be light.
const MORE_VALUES_MAX: usize = 50;

const APPLICATION: Field = Field::Indexed(IndexedField::ApplicationId);
const ACTOR: Field = Field::Indexed(IndexedField::ActorId);
const ADDRESS: Field = Field::Indexed(IndexedField::Ip);
const ERROR: Field = Field::Indexed(IndexedField::ErrorCode);

/// Fields whose values are listed, in their order.
const FIELDS: [Field; 10] = [
    Field::Outcome,
    Field::Level,
    Field::Type,
    APPLICATION,
    ACTOR,
    ADDRESS,
    Field::Derived(DerivedField::Country),
    Field::Derived(DerivedField::Browser),
    ERROR,
    Field::Source,
];

/// The values of one field.
#[derive(Debug)]
pub(super) struct ValueList {
    /// The field's name in queries.
    pub(super) field: &'static str,
    pub(super) title: &'static str,
    pub(super) groups: Vec<ValueGroup>,
    /// The same page with more values of this field, or with fewer again.
    pub(super) more: Option<More>,
}

/// Values that have something in common; of most fields these are all of them.
#[derive(Debug, Default)]
pub(super) struct ValueGroup {
    /// What they have in common, if that tells them from others. It can be asked for too.
    pub(super) heading: Option<ListedValue>,
    pub(super) values: Vec<ListedValue>,
    /// Less frequent ones, and how many they are.
    pub(super) folded: Option<(String, Vec<ListedValue>)>,
}

/// A way to more values.
#[derive(Debug)]
pub(super) struct More {
    pub(super) text: String,
    pub(super) link: String,
}

/// One value.
#[derive(Debug)]
pub(super) struct ListedValue {
    /// Its link asks for the value, or no longer does.
    pub(super) name: Name,
    /// None for what is left out.
    pub(super) count: Option<String>,
    /// Compared with the most frequent value: see [`share`].
    pub(super) share: u64,
    /// What the question says of it already.
    pub(super) sense: Option<Sense>,
    pub(super) exclude: Option<Exclude>,
}

impl ListedValue {
    /// What the style sheet knows its use by.
    pub(super) fn class(&self) -> &'static str {
        match self.sense {
            Some(Sense::Include) => " on",
            Some(Sense::Exclude) => " off",
            None => "",
        }
    }
}

/// A way to leave a value out.
#[derive(Debug)]
pub(super) struct Exclude {
    pub(super) label: String,
    pub(super) link: String,
}

/// The values of all fields under a question.
pub(super) fn value_lists(
    visit: &Visit,
    filter: &LogFilter,
    matches: &Matches,
) -> Result<Vec<ValueList>, Problem> {
    let opened = visit.parameters.get("more");
    let conditions = conditions(&filter.text, visit.now);
    let mut lists = Vec::with_capacity(FIELDS.len());
    let opened = FIELDS.into_iter().find(|field| opened == Some(field.name()));
    if opened.is_none() {
        matches.count_ahead(&FIELDS.map(Grouping::Field))?;
    }
    for field in FIELDS.into_iter().filter(|field| opened.is_none_or(|opened| opened == *field)) {
        let is_opened = opened.is_some();
        let lister =
            Lister { visit, filter, field, conditions: &conditions, total: matches.total() };
        lists.extend(match field {
            Field::Type => Sections::new(&matches.kinds()?).list(lister, is_opened),
            _ => {
                let values_max = if is_opened { MORE_VALUES_MAX } else { VALUES_MAX };
                lister.list(&most_frequent(visit, matches, field, values_max)?, is_opened)
            }
        });
    }
    Ok(lists)
}

/// Makes the list of one field.
#[derive(Clone, Copy)]
struct Lister<'l> {
    visit: &'l Visit,
    filter: &'l LogFilter,
    field: Field,
    conditions: &'l [ValueCondition],
    /// How many events match.
    total: u64,
}

impl Lister<'_> {
    /// Nothing if the field tells no event from another.
    fn list(self, counted: &CountedFacet, is_opened: bool) -> Option<ValueList> {
        let values = self.values(counted);
        let tells_nothing = self.field == Field::Source && values.len() == 1;
        if values.is_empty() || (tells_nothing && self.conditions.is_empty()) {
            return None;
        }
        let groups = vec![ValueGroup { values, ..ValueGroup::default() }];
        let hidden = counted.distinct.saturating_sub(VALUES_MAX as u64);
        Some(self.of_groups(groups, hidden, is_opened))
    }

    /// The list of some groups, and a way to the `hidden` values that are in none.
    fn of_groups(self, groups: Vec<ValueGroup>, hidden: u64, is_opened: bool) -> ValueList {
        let texts = self.visit.texts;
        let facets = &texts.logs.facets;
        let more = match is_opened {
            true => Some(More { text: facets.fewer.to_owned(), link: change::with_more("") }),
            false => (hidden > 0).then(|| More {
                text: (facets.more)(&texts.number(hidden)),
                link: change::with_more(self.field.name()),
            }),
        };
        ValueList { field: self.field.name(), title: title(self.field, texts), groups, more }
    }

    /// What is listed, with its count.
    fn values(self, counted: &CountedFacet) -> Vec<ListedValue> {
        let most = counted.values.first().map_or(0, |value| value.count);
        let entries = self.entries(counted).into_iter();
        entries.map(|(value, count)| self.value(&value, count, most)).collect()
    }

    /// What is listed, with its count: networks that the question names, what was counted, and
    /// what else the question says something of, so that it can be taken away again.
    fn entries(self, counted: &CountedFacet) -> Vec<(Literal, Option<u64>)> {
        let values = counted.values.iter();
        let mut counts: Vec<(Literal, Option<u64>)> =
            values.map(|value| (Literal::from(value.value.as_str()), Some(value.count))).collect();
        if counted.missing > 0 && !counts.is_empty() {
            counts.push((Literal::Null, Some(counted.missing)));
        }
        let is_listed = |condition: &&ValueCondition| {
            counts.iter().any(|(value, _)| condition.is_about(self.field, value))
        };
        let asked = self.conditions.iter().filter(|condition| condition.field == self.field);
        let unlisted = asked.filter(|condition| !is_listed(condition));
        let (networks, others): (Vec<_>, Vec<_>) =
            unlisted.partition(|condition| condition.is_network);
        let entry = |condition: &ValueCondition| match condition.sense {
            // All that matches has it.
            Sense::Include => (condition.value.clone(), Some(self.total)),
            Sense::Exclude => (condition.value.clone(), None),
        };
        let (first, last) = (networks.into_iter().map(entry), others.into_iter().map(entry));
        first.chain(counts).chain(last).collect()
    }

    fn value(self, value: &Literal, count: Option<u64>, most: u64) -> ListedValue {
        let (sense, exclude, link) = match self.sense(value) {
            Some((sense, without)) => (Some(sense), None, without),
            None if !self.can_be_asked(value) => (None, None, String::new()),
            None if change::is_writable(self.field, value) => {
                (None, Some(self.exclude(value)), self.asking(value, Sense::Include))
            }
            None => (None, None, self.by_parameter(value)),
        };
        ListedValue {
            name: self.name(value, link),
            count: count.map(|count| self.visit.texts.number(count)),
            share: match value {
                // That many events have no value says nothing of those that do.
                Literal::Null => 0,
                _ => share(count.unwrap_or_default(), most),
            },
            sense,
            exclude,
        }
    }

    fn can_be_asked(self, value: &Literal) -> bool {
        match value {
            Literal::Text(text) => seen::can_be_asked(self.visit.sight, text),
            _ => true,
        }
    }

    fn exclude(self, value: &Literal) -> Exclude {
        let shown = self.name(value, String::new()).shown.text;
        Exclude {
            label: (self.visit.texts.logs.facets.exclude)(&shown),
            link: self.asking(value, Sense::Exclude),
        }
    }

    fn asking(self, value: &Literal, sense: Sense) -> String {
        change::asking(FieldName::of(&Named::Field(self.field)), value.clone(), sense)
    }

    /// What the question says of a value, and the way to one that no longer says it.
    fn sense(self, value: &Literal) -> Option<(Sense, String)> {
        let mut conditions = self.conditions.iter();
        if let Some(found) = conditions.find(|condition| condition.is_about(self.field, value)) {
            return Some((found.sense, found.without()));
        }
        let (name, asked) = match self.field {
            Field::Outcome => ("result", self.filter.outcome?.name()),
            field => {
                let facet = parameter(field)?;
                (facet.parameter(), self.filter.get(facet)?)
            }
        };
        means(self.field, &Literal::from(asked), value)
            .then(|| (Sense::Include, change::with(name, "")))
    }

    /// The way to a value that no query can name.
    fn by_parameter(self, value: &Literal) -> String {
        match (parameter(self.field), value) {
            (Some(facet), Literal::Text(text)) => change::with(facet.parameter(), text),
            _ => String::new(),
        }
    }

    fn name(self, value: &Literal, link: String) -> Name {
        match value {
            Literal::Text(text) => value_name(self.visit.viewer(), self.field, text, link),
            _ => {
                let shown = Shown::new(self.visit.texts.logs.facets.none, 60);
                Name { shown, id: None, link, is_code: false }
            }
        }
    }
}

fn title(field: Field, texts: &Texts) -> &'static str {
    match (field, parameter(field)) {
        (_, Some(facet)) => facet.title(texts),
        (Field::Derived(DerivedField::Country), None) => texts.explore.country,
        (Field::Derived(DerivedField::Browser), None) => texts.explore.browser,
        _ => texts.fields.result,
    }
}

/// The parameter that asks for the same; outcomes have one of their own, and sections none.
fn parameter(field: Field) -> Option<Facet> {
    match field {
        Field::Level => Some(Facet::Level),
        Field::Type => Some(Facet::Event),
        Field::Source => Some(Facet::Source),
        APPLICATION => Some(Facet::Application),
        ACTOR => Some(Facet::User),
        ADDRESS => Some(Facet::Address),
        ERROR => Some(Facet::Error),
        _ => None,
    }
}
