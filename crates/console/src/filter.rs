//! Which events a reader asked for, and how that is written in an address.
//!
//! [`LogFilter::read`] and [`LogFilter::write`] are inverse: what is shown can be linked to.
//! Parameters that are not known, and words that do not exist, are left out.

use std::collections::BTreeMap;

use gatelog_event::catalogue::Tab;
use gatelog_event::fields::{IndexedField, Outcome};
use gatelog_ledger::Access;
use gatelog_query::pql::guessing::guesses;
use gatelog_query::pql::{self, Context};
use gatelog_query::{Field, Filter, Query};

use crate::links::Parameters;
use crate::people;
use crate::problem::Problem;
use crate::texts::Texts;
use crate::time_range::{Preset, TimeRange};
use crate::view::View;
use crate::visitor::Visit;

/// Something an event has that a reader can ask for by value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Facet {
    /// The event type's key.
    Event,
    /// The application's id.
    Application,
    /// A user's id, identifier or name.
    User,
    /// The client's address.
    Address,
    /// The source's error code.
    Error,
    /// The session.
    Session,
    /// The interaction.
    Interaction,
    /// The organisation's id.
    Organization,
    /// To whom or what it was done.
    Target,
    /// What was done, in our own words.
    Action,
    /// How much it matters.
    Level,
    /// Where it came from.
    Source,
}

impl Facet {
    /// All facets, in the order in which they are written and shown.
    pub(crate) const ALL: [Self; 12] = [
        Self::Event,
        Self::Application,
        Self::User,
        Self::Address,
        Self::Error,
        Self::Session,
        Self::Interaction,
        Self::Organization,
        Self::Target,
        Self::Action,
        Self::Level,
        Self::Source,
    ];

    /// The name in addresses and forms.
    pub(crate) fn parameter(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Application => "application",
            Self::User => "user",
            Self::Address => "address",
            Self::Error => "error",
            Self::Session => "session",
            Self::Interaction => "interaction",
            Self::Organization => "organization",
            Self::Target => "target",
            Self::Action => "action",
            Self::Level => "level",
            Self::Source => "source",
        }
    }

    /// The name for people.
    pub(crate) fn title(self, texts: &Texts) -> &'static str {
        let texts = &texts.fields;
        match self {
            Self::Event => texts.event,
            Self::Application => texts.application,
            Self::User => texts.user,
            Self::Address => texts.address,
            Self::Error => texts.error,
            Self::Session => texts.session,
            Self::Interaction => texts.interaction,
            Self::Organization => texts.organization,
            Self::Target => texts.target,
            Self::Action => texts.action,
            Self::Level => texts.level,
            Self::Source => texts.source,
        }
    }

    /// The field that has to have the value; none for a user, who may be named by several.
    pub(crate) fn field(self) -> Option<Field> {
        Some(match self {
            Self::User => return None,
            Self::Event => Field::Type,
            Self::Action => Field::Action,
            Self::Level => Field::Level,
            Self::Source => Field::Source,
            Self::Application => Field::Indexed(IndexedField::ApplicationId),
            Self::Address => Field::Indexed(IndexedField::Ip),
            Self::Error => Field::Indexed(IndexedField::ErrorCode),
            Self::Session => Field::Indexed(IndexedField::Session),
            Self::Interaction => Field::Indexed(IndexedField::Interaction),
            Self::Organization => Field::Indexed(IndexedField::Organization),
            Self::Target => Field::Indexed(IndexedField::TargetId),
        })
    }
}

/// Which events a reader asked for. The default is all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LogFilter {
    /// PQL, as it was typed; it may be malformed.
    pub(crate) text: String,
    pub(crate) tab: Option<Tab>,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) range: TimeRange,
    /// Whether events that arrive later are to appear by themselves.
    pub(crate) is_live: bool,
    /// How the answer is shown.
    pub(crate) view: View,
    values: BTreeMap<Facet, String>,
}

/// A part of a filter that can be taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// One facet's value.
    Facet(Facet),
    /// How it ended.
    Outcome,
    /// From when to when.
    Range,
}

impl LogFilter {
    /// Events with one value, from all times.
    pub(crate) fn of(facet: Facet, value: &str) -> Self {
        Self::default().with(facet, value)
    }

    /// Reads a filter out of an address.
    pub(crate) fn read(parameters: &Parameters) -> Self {
        let values = Facet::ALL.into_iter().filter_map(|facet| {
            let value = parameters.get(facet.parameter())?.trim();
            (!value.is_empty()).then(|| (facet, value.to_owned()))
        });
        Self {
            text: parameters.get("q").unwrap_or_default().trim().to_owned(),
            tab: parameters.get("tab").and_then(Tab::from_name),
            outcome: parameters.get("result").and_then(Outcome::from_name),
            range: TimeRange::read(parameters),
            is_live: parameters.get("live") == Some("on"),
            view: View::read(parameters),
            values: values.collect(),
        }
    }

    /// The parameters that say the same.
    pub(crate) fn write(&self) -> Vec<(&'static str, String)> {
        let text = (!self.text.is_empty()).then(|| ("q", self.text.clone()));
        let tab = self.tab.map(|tab| ("tab", tab.name().to_owned()));
        let outcome = self.outcome.map(|outcome| ("result", outcome.name().to_owned()));
        let values = self.values.iter().map(|(facet, value)| (facet.parameter(), value.clone()));
        let live = self.is_live.then(|| ("live", "on".to_owned()));
        let parts = text.into_iter().chain(tab).chain(outcome).chain(values);
        parts.chain(self.range.write()).chain(live).chain(self.view.write()).collect()
    }

    /// The value asked for.
    pub(crate) fn get(&self, facet: Facet) -> Option<&str> {
        self.values.get(&facet).map(String::as_str)
    }

    /// The same with another value.
    #[must_use]
    pub(crate) fn with(&self, facet: Facet, value: &str) -> Self {
        let mut changed = self.clone();
        changed.values.insert(facet, value.to_owned());
        changed
    }

    /// The same with another text.
    #[must_use]
    pub(crate) fn with_text(&self, text: String) -> Self {
        Self { text, ..self.clone() }
    }

    /// The same with events that appear by themselves, or without.
    #[must_use]
    pub(crate) fn live(&self, is_live: bool) -> Self {
        Self { is_live, ..self.clone() }
    }

    /// The same within a time that ends now.
    #[must_use]
    pub(crate) fn within(&self, preset: Preset) -> Self {
        Self { range: TimeRange::Last(preset), ..self.clone() }
    }

    /// The same, shown in another way.
    #[must_use]
    pub(crate) fn shown_as(&self, view: View) -> Self {
        Self { view, ..self.clone() }
    }

    /// The same with another outcome.
    #[must_use]
    pub(crate) fn with_outcome(&self, outcome: Outcome) -> Self {
        Self { outcome: Some(outcome), ..self.clone() }
    }

    /// The same on another tab.
    #[must_use]
    pub(crate) fn on_tab(&self, tab: Option<Tab>) -> Self {
        Self { tab, ..self.clone() }
    }

    /// The same without one part.
    #[must_use]
    pub(crate) fn without(&self, part: Part) -> Self {
        let mut changed = self.clone();
        match part {
            Part::Facet(facet) => drop(changed.values.remove(&facet)),
            Part::Outcome => changed.outcome = None,
            Part::Range => changed.range = TimeRange::default(),
        }
        changed
    }

    /// All of its tab, shown in the same way.
    #[must_use]
    pub(crate) fn cleared(&self) -> Self {
        Self { tab: self.tab, view: self.view.clone(), ..Self::default() }
    }

    /// Whether anything but the tab is asked for.
    pub(crate) fn is_narrow(&self) -> bool {
        *self != self.cleared().live(self.is_live)
    }

    /// The question to the ledger, newest first. O(names) if a user is named otherwise than by id.
    ///
    /// # Errors
    /// [`Problem::MalformedQuery`], [`Problem::TooBroad`], [`Problem::Ledger`], [`Problem::Meta`].
    pub(crate) fn question(&self, visit: &Visit) -> Result<Question, Problem> {
        let (tenant, now) = (&visit.tenant, visit.now);
        let text = pql::compile(&self.text, &Context { now });
        let text = text.map_err(Problem::MalformedQuery)?;
        if visit.sight.is_masked() {
            let guesses = guesses(&self.text);
            if !guesses.is_empty() {
                return Err(Problem::MalformedQuery(guesses));
            }
        }
        let mut beside_text = Filter::All;
        if let Some(tab) = self.tab {
            beside_text = beside_text.and(Filter::equals(Field::Tab, tab.name()));
        }
        if let Some(outcome) = self.outcome {
            beside_text = beside_text.and(Filter::equals(Field::Outcome, outcome.name()));
        }
        let (mut crowd, mut filter) = (None, text.and(beside_text.clone()));
        for (facet, value) in &self.values {
            let (meant, told) = match facet.field() {
                Some(field) => (Filter::equals(field, value), None),
                None => {
                    let named = people::named(visit, value)?;
                    crowd = named.crowd;
                    // The identifiers of whoever is meant are not to be told.
                    (named.filter, visit.sight.is_masked().then(|| people::as_typed(value)))
                }
            };
            beside_text = beside_text.and(told.unwrap_or_else(|| meant.clone()));
            filter = filter.and(meant);
        }
        let (from, to) = self.range.bounds(now);
        let resolved = tenant.resolve(Some(tenant.names()), filter)?;
        let query = Query { from, to, ..Query::new(resolved.filter) };
        Ok(Question { query, beside_text, crowd })
    }

    /// What [`LogFilter::question`] asks the ledger.
    ///
    /// # Errors
    /// As there.
    pub(crate) fn query(&self, visit: &Visit) -> Result<Query, Problem> {
        Ok(self.question(visit)?.query)
    }
}

/// What a filter asks.
#[derive(Debug)]
pub(crate) struct Question {
    pub(crate) query: Query,
    /// What was asked for beside the text, before the tenant said what it means, as the reader may
    /// see it.
    pub(crate) beside_text: Filter,
    /// How many people the text for a user may mean, if not all of them are looked for.
    pub(crate) crowd: Option<u64>,
}

impl Question {
    /// Whether many records may be read one by one to answer it.
    pub(crate) fn is_scan(&self) -> bool {
        Access::is_scan(&self.query.filter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(filter: &LogFilter) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(filter.write()).finish()
    }

    #[test]
    fn what_is_written_is_read_again() {
        let addresses = [
            "",
            "tab=user",
            "tab=admin&result=failure",
            "result=unknown&range=24h",
            "event=Interaction.SignIn.Submit&application=qh6k&user=ada%40acme.example",
            "address=2001%3Adb8%3A%3A1&error=session.invalid_credentials&session=s&interaction=i",
            "organization=o&target=t&action=login&level=warn&source=logto",
            "user=Stra%C3%9Fe+%26+S%C3%B6hne%3Fx%3D1%23",
            "from=2026-11-20T14%3A29%3A31Z&to=2026-11-21T00%3A00%3A00.25Z",
            "from=yesterday",
            "q=outcome+%3D+%22failure%22&tab=user&live=on",
            "q=actor.id+%3D&range=1h&live=on",
            "user=u1&live=on&columns=type%2Cdata.a.%22b%2Cc%22&dense=on&by=level",
        ];
        for address in addresses {
            let filter = LogFilter::read(&Parameters::parse(address));
            assert_eq!(written(&filter), address);
            assert_eq!(LogFilter::read(&Parameters::parse(&written(&filter))), filter);
        }
    }

    #[test]
    fn what_means_nothing_is_left_out() {
        let cases = [
            ("tab=everything&result=maybe&range=2h&color=red", ""),
            ("user=+++&event=&q=+&live=off", ""),
            ("user=+ada+", "user=ada"),
            ("event=a&event=b", "event=a"),
            ("range=custom&from=2026-11-20", "from=2026-11-20T00%3A00%3A00Z"),
        ];
        for (address, expected) in cases {
            assert_eq!(written(&LogFilter::read(&Parameters::parse(address))), expected);
        }
    }

    #[test]
    fn parts_are_taken_away_one_by_one() {
        let address = "tab=user&result=failure&event=e&user=u&range=1h";
        let filter = LogFilter::read(&Parameters::parse(address));
        let cases = [
            (Part::Outcome, "tab=user&event=e&user=u&range=1h"),
            (Part::Facet(Facet::User), "tab=user&result=failure&event=e&range=1h"),
            (Part::Range, "tab=user&result=failure&event=e&user=u"),
        ];
        for (part, expected) in cases {
            assert_eq!(written(&filter.without(part)), expected);
        }
        assert!(filter.is_narrow());
        assert!(!LogFilter::default().on_tab(Some(Tab::Admin)).live(true).is_narrow());
        assert!(LogFilter::default().with_text("a".to_owned()).is_narrow());
        let shown = LogFilter::read(&Parameters::parse("columns=type&dense=on"));
        assert!(!shown.is_narrow());
        assert_eq!(written(&shown.with(Facet::User, "u").cleared()), "columns=type&dense=on");
    }
}
