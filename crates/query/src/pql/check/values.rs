//! Values: what a literal is for the field it is compared with.

use std::borrow::Cow;
use std::net::IpAddr;
use std::ops::Range;

use gatelog_event::catalogue::{Action, Level, Tab};
use gatelog_event::fields::{IndexedField, Outcome};
use gatelog_event::mapping::canonical_ip;
use gatelog_event::source::Source;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::Checker;
use crate::date_math::{self, MalformedTime};
use crate::field::{Field, Measure};
use crate::number::Number;
use crate::pql::literal::{Literal, Located};
use crate::pql::mistake::ValueMistake;
use crate::pql::quote::quoted;
use crate::suggest::closest;
use crate::test::{Test, Value};

const ADDRESS: Field = Field::Indexed(IndexedField::Ip);

/// Other words for values of closed lists. The first is PlusAuth's and is accepted, the others
/// are suggested.
const LEVEL_ALIAS: (&str, &str) = ("warning", "warn");
const LIKELY: [(&[&str], &str); 4] = [
    (&["fail", "failed", "error", "denied"], "failure"),
    (&["ok", "succeeded", "successful", "allowed"], "success"),
    (&["debug", "notice"], "info"),
    (&["critical", "fatal", "severe"], "error"),
];

/// Whether `<` and its kin mean something: not for addresses, nor for lists without an order.
pub(super) fn has_order(field: Field) -> bool {
    field == Field::Level || (field != ADDRESS && closed_list(field).is_none())
}

/// What a literal is inside a record; `None` for null.
pub(super) fn value(literal: &Literal) -> Option<Value> {
    match literal {
        Literal::Null => None,
        Literal::Bool(value) => Some(Value::Bool(*value)),
        Literal::Number(number) => Some(Value::Number(*number)),
        Literal::Text(text) => Some(Value::Text(text.clone())),
    }
}

impl Checker<'_> {
    /// The test for values of `field` that are `value`.
    pub(super) fn test(&mut self, field: Field, value: &Located<Literal>) -> Option<Test> {
        let text = self.text(field, value)?;
        if field != ADDRESS {
            return Some(Test::Equals(text));
        }
        if !text.contains('/') {
            return Some(Test::Equals(canonical_ip(Cow::Owned(text)).into_owned()));
        }
        let Ok(network) = text.parse::<IpNet>() else {
            self.problems.report(value.span.clone(), ValueMistake::NoNetwork { text });
            return None;
        };
        Some(Test::Within(canonical_network(network)))
    }

    /// The text that a value of `field` is compared with.
    pub(super) fn text(&mut self, field: Field, value: &Located<Literal>) -> Option<String> {
        let text = match &value.value {
            Literal::Text(text) => text.clone(),
            Literal::Number(Number::Whole(number)) => number.to_string(),
            Literal::Null | Literal::Bool(_) | Literal::Number(Number::Fraction(_)) => {
                let written = self.slice(&value.span);
                let mistake =
                    ValueMistake::FieldIsText { field: field.name(), written: written.to_owned() };
                self.problems.suggest(value.span.clone(), mistake, quoted(written));
                return None;
            }
        };
        let Some(list) = closed_list(field) else { return Some(text) };
        if list.contains(&text.as_str()) {
            return Some(text);
        }
        let (alias, level) = LEVEL_ALIAS;
        if field == Field::Level && text == alias {
            return Some(level.to_owned());
        }
        self.unknown_value(field, &text, &list, value.span.clone());
        None
    }

    fn unknown_value(
        &mut self,
        field: Field,
        text: &str,
        list: &[&'static str],
        span: Range<usize>,
    ) {
        let (field, value) = (field.name(), text.to_owned());
        let lower = text.to_lowercase();
        let by_table = LIKELY
            .iter()
            .find(|(words, meant)| words.contains(&lower.as_str()) && list.contains(meant));
        let meant =
            by_table.map(|(_, meant)| *meant).or_else(|| closest(text, list.iter().copied()));
        match meant {
            Some(meant) => {
                let suggestion = quoted(meant);
                let meant = meant.to_owned();
                let mistake = ValueMistake::UnknownButLikely { field, value, meant };
                self.problems.suggest(span, mistake, suggestion);
            }
            None if list.len() <= LISTED_MAX => {
                let known = list.to_vec();
                self.problems.report(span, ValueMistake::UnknownOfFew { field, value, known });
            }
            None => self.problems.report(span, ValueMistake::UnknownOfMany { field, value }),
        }
    }

    /// The numbers that `value` stands for: from the first to before the second.
    pub(super) fn extent(
        &mut self,
        measure: Measure,
        value: &Located<Literal>,
    ) -> Option<(i64, i64)> {
        let extent = match (measure, &value.value) {
            (Measure::Sequence, Literal::Number(Number::Whole(number))) => {
                return Some((*number, number.saturating_add(1)));
            }
            (Measure::Time | Measure::Received, Literal::Text(text)) => {
                date_math::parse_span(text, self.now)
            }
            (Measure::Time | Measure::Received, Literal::Number(Number::Whole(millis))) => {
                date_math::parse_span(&millis.to_string(), self.now)
            }
            (Measure::Sequence, _) => {
                let mistake = ValueMistake::NoWholeNumber { field: measure.name() };
                self.problems.report(value.span.clone(), mistake);
                return None;
            }
            (Measure::Time | Measure::Received, _) => {
                let mistake = ValueMistake::NoTime { field: measure.name() };
                self.problems.report(value.span.clone(), mistake);
                return None;
            }
        };
        match extent {
            Ok(times) => Some((times.start.micros(), times.end.micros())),
            Err(MalformedTime { span, mistake }) => {
                let span = self.inside(value, span);
                self.problems.report(span, mistake);
                None
            }
        }
    }

    /// Where `span` of the value's text stands in the query; the whole value when escapes are in
    /// the way.
    fn inside(&self, value: &Located<Literal>, span: Range<usize>) -> Range<usize> {
        let outer = &value.span;
        let inner = self.slice(outer).strip_prefix('"').and_then(|it| it.strip_suffix('"'));
        match &value.value {
            Literal::Text(text) if inner == Some(text) => {
                outer.start + 1 + span.start..outer.start + 1 + span.end
            }
            _ => outer.clone(),
        }
    }
}

/// Longest list that a diagnostic spells out.
const LISTED_MAX: usize = 10;

/// The values of a field that has no others.
fn closed_list(field: Field) -> Option<Vec<&'static str>> {
    match field {
        Field::Source => Some(Source::ALL.map(Source::name).to_vec()),
        Field::Action => Some(Action::ALL.iter().map(|action| action.name()).collect()),
        Field::Outcome => Some(Outcome::ALL.map(Outcome::name).to_vec()),
        Field::Level => Some(Level::ALL.map(Level::name).to_vec()),
        Field::Tab => Some(Tab::ALL.map(Tab::name).to_vec()),
        Field::Id
        | Field::Type
        | Field::Section
        | Field::Counterpart(_)
        | Field::Submitter
        | Field::Indexed(_)
        | Field::Derived(_)
        | Field::Unindexed(_) => None,
    }
}

/// The network as addresses are indexed: without the bits of a host, IPv4 as IPv4.
fn canonical_network(network: IpNet) -> IpNet {
    if let IpNet::V6(v6) = network
        && let Some(prefix) = v6.prefix_len().checked_sub(96)
        && let IpAddr::V4(address) = IpAddr::V6(Ipv6Net::addr(&v6)).to_canonical()
        && let Ok(v4) = Ipv4Net::new(address, prefix)
    {
        return IpNet::V4(v4.trunc());
    }
    network.trunc()
}
