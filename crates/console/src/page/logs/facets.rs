//! The values beside the table: the most frequent ones of each field, counted over everything that
//! matches, and ways to ask for them or to leave them out.

use gatelog_event::fields::{IndexedField, Outcome};
use gatelog_ledger::{Error as LedgerError, Facet as CountedFacet, Matches};
use gatelog_query::pql::fields::Named;
use gatelog_query::pql::{
    self, Condition, Expression, Literal, Name as FieldName, Relation, Sense, with_condition,
    without_condition,
};
use gatelog_query::{Field, Grouping};

use super::names::facet_name;
use crate::event_view::Name;
use crate::filter::{Facet, LogFilter, Part};
use crate::problem::Problem;
use crate::text::Shown;
use crate::texts::Texts;
use crate::visitor::Visit;

/// Values of each field.
const VALUES_MAX: usize = 8;

/// Values of the field that a reader wants more of.
const MORE_VALUES_MAX: usize = 100;

/// Steps in which a value's share is shown.
const SHARE_STEPS: u64 = 10;

const APPLICATION: Field = Field::Indexed(IndexedField::ApplicationId);
const ACTOR: Field = Field::Indexed(IndexedField::ActorId);
const ADDRESS: Field = Field::Indexed(IndexedField::Ip);
const ERROR: Field = Field::Indexed(IndexedField::ErrorCode);

/// Fields whose values are listed, in their order.
const FIELDS: [Field; 8] =
    [Field::Outcome, Field::Level, Field::Type, APPLICATION, ACTOR, ADDRESS, ERROR, Field::Source];

/// The values of one field.
#[derive(Debug)]
pub(super) struct ValueList {
    /// The field's name in queries.
    pub(super) field: &'static str,
    pub(super) title: &'static str,
    pub(super) values: Vec<ListedValue>,
    /// The same page with more values of this field, or with fewer again.
    pub(super) more: Option<More>,
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
    pub(super) count: String,
    /// Compared with the most frequent value: from 0 to [`SHARE_STEPS`].
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
    let conditions = conditions(&filter.text);
    let mut lists = Vec::with_capacity(FIELDS.len());
    for field in FIELDS {
        let is_opened = opened == Some(field.name());
        let values_max = if is_opened { MORE_VALUES_MAX } else { VALUES_MAX };
        let counted = match matches.facet(&Grouping::Field(field), values_max) {
            // A field with more values than are counted has no list; the others have theirs.
            Err(LedgerError::TooManyValues { .. }) => CountedFacet::default(),
            counted => counted?,
        };
        let lister = Lister { visit, filter, field, conditions: &conditions };
        lists.extend(lister.list(&counted, is_opened));
    }
    Ok(lists)
}

/// The conditions on single values that a text is made of, joined by AND.
fn conditions(text: &str) -> Vec<(Field, Literal, Sense)> {
    let parts = match pql::parse(text).expression {
        Expression::And(parts) => parts,
        other => vec![other],
    };
    parts.iter().filter_map(condition).collect()
}

fn condition(part: &Expression) -> Option<(Field, Literal, Sense)> {
    let (part, sense) = match part {
        Expression::Not(part) => (&**part, Sense::Exclude),
        part => (part, Sense::Include),
    };
    let Expression::Condition(Condition { field, relation: Relation::Equals(value) }) = part else {
        return None;
    };
    match Named::of(field)? {
        Named::Field(field) => Some((field, value.value.clone(), sense)),
        Named::Measure(_) | Named::Data(_) => None,
    }
}

/// Makes the list of one field.
#[derive(Clone, Copy)]
struct Lister<'l> {
    visit: &'l Visit,
    filter: &'l LogFilter,
    field: Field,
    conditions: &'l [(Field, Literal, Sense)],
}

impl Lister<'_> {
    /// Nothing if the field tells no event from another.
    fn list(self, counted: &CountedFacet, is_opened: bool) -> Option<ValueList> {
        let mut counts: Vec<(Literal, u64)> = counted
            .values
            .iter()
            .map(|value| (Literal::from(value.value.as_str()), value.count))
            .collect();
        if counted.missing > 0 && !counts.is_empty() {
            counts.push((Literal::Null, counted.missing));
        }
        // What is asked for or left out can be taken away again, even if nothing matches.
        for (_, value, _) in self.conditions.iter().filter(|(field, ..)| *field == self.field) {
            if counts.iter().all(|(counted, _)| counted != value) {
                counts.push((value.clone(), 0));
            }
        }
        let tells_nothing = self.field == Field::Source && counts.len() == 1;
        if counts.is_empty() || (tells_nothing && self.conditions.is_empty()) {
            return None;
        }
        let most = counted.values.first().map_or(0, |value| value.count);
        let texts = self.visit.texts;
        let (facets, hidden) =
            (&texts.logs.facets, counted.distinct.saturating_sub(VALUES_MAX as u64));
        let links = &self.visit.links;
        let more = (hidden > 0).then(|| match is_opened {
            true => More { text: facets.fewer.to_owned(), link: links.filtered(self.filter) },
            false => More {
                text: (facets.more)(&texts.number(hidden)),
                link: links.opened(self.filter, self.field.name()),
            },
        });
        let values = counts.iter().map(|(value, count)| self.value(value, *count, most));
        let (field, title) = (self.field.name(), title(self.field, texts));
        Some(ValueList { field, title, values: values.collect(), more })
    }

    fn value(self, value: &Literal, count: u64, most: u64) -> ListedValue {
        let links = &self.visit.links;
        let (sense, exclude, link) = match self.sense(value) {
            Some((sense, without)) => (Some(sense), None, links.filtered(&without)),
            None if is_writable(self.field, value) => {
                let exclude = Some(self.exclude(value));
                (None, exclude, links.filtered(&self.asked(value, Sense::Include)))
            }
            None => (None, None, links.filtered(&self.by_parameter(value))),
        };
        ListedValue {
            name: self.name(value, link),
            count: self.visit.texts.number(count),
            share: match value {
                // That many events have no value says nothing of those that do.
                Literal::Null => 0,
                _ => (count * SHARE_STEPS).div_ceil(most.max(1)),
            },
            sense,
            exclude,
        }
    }

    fn exclude(self, value: &Literal) -> Exclude {
        let shown = self.name(value, String::new()).shown.text;
        Exclude {
            label: (self.visit.texts.logs.facets.exclude)(&shown),
            link: self.visit.links.filtered(&self.asked(value, Sense::Exclude)),
        }
    }

    fn asked(self, value: &Literal, sense: Sense) -> LogFilter {
        let name = FieldName::of(&Named::Field(self.field));
        self.filter.with_text(with_condition(&self.filter.text, &name, value, sense))
    }

    /// What the question says of a value, and the filter that no longer says it.
    fn sense(self, value: &Literal) -> Option<(Sense, LogFilter)> {
        let written =
            self.conditions.iter().find(|(field, found, _)| *field == self.field && found == value);
        if let Some((.., sense)) = written {
            let name = FieldName::of(&Named::Field(self.field));
            let text = without_condition(&self.filter.text, &name, value);
            return Some((*sense, self.filter.with_text(text)));
        }
        let Literal::Text(text) = value else { return None };
        let part = match parameter(self.field) {
            Some(facet) => (self.filter.get(facet)? == text).then_some(Part::Facet(facet)),
            None => (self.filter.outcome? == Outcome::from_name(text)?).then_some(Part::Outcome),
        };
        Some((Sense::Include, self.filter.without(part?)))
    }

    /// The filter for a value that no query can name.
    fn by_parameter(self, value: &Literal) -> LogFilter {
        match (parameter(self.field), value) {
            (Some(facet), Literal::Text(text)) => self.filter.with(facet, text),
            _ => self.filter.clone(),
        }
    }

    fn name(self, value: &Literal, link: String) -> Name {
        let texts = self.visit.texts;
        let plain =
            |text, link| Name { shown: Shown::new(text, 60), id: None, link, is_code: false };
        let Literal::Text(text) = value else {
            return plain(texts.logs.facets.none, link);
        };
        match (parameter(self.field), Outcome::from_name(text)) {
            (Some(facet), _) => facet_name(self.visit, facet, text, link),
            (None, Some(outcome)) => plain(texts.outcome(outcome), link),
            (None, None) => plain(text, link),
        }
    }
}

fn title(field: Field, texts: &Texts) -> &'static str {
    match parameter(field) {
        Some(facet) => facet.title(texts),
        None => texts.fields.result,
    }
}

/// The parameter that asks for the same; outcomes have one of their own.
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

/// Whether a query can ask for the value. An address with a slash is a network there.
fn is_writable(field: Field, value: &Literal) -> bool {
    !matches!(value, Literal::Text(text) if field == ADDRESS && text.contains('/'))
}
