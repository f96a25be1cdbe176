//! The value that each row of a run is grouped by.

use std::borrow::Cow;

use gatelog_event::intake::indexed::indexed;
use gatelog_event::json::{Document, Kind, Node};
use gatelog_event::mapping;
use gatelog_query::filter::Kind as EventKind;
use gatelog_query::{Derivation, Field, Grouping};
use hashbrown::HashMap;

use super::evaluate::column;
use super::part::{Part, TablePart};
use super::rows::Rows;
use super::run::Run;
use super::scan::{Budget, ScannedRow};
use crate::codec::bytes::small;
use crate::error::Result;
use crate::row::{Column, KindKey};
use crate::segment::dictionary::Dictionary;

/// What events are grouped by, and what is known of values beside.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GroupedBy<'g> {
    pub(crate) grouping: &'g Grouping,
    pub(crate) derivation: &'g dyn Derivation,
}

/// Which values of a column belong to which group, by the group's name. Where groups follow from
/// values, it is decided once for each value there is, however many parts have it.
pub(crate) struct Groups<'g> {
    by: GroupedBy<'g>,
    names: Vec<String>,
    positions: HashMap<String, usize>,
    /// Whether there is a group for every name that occurs.
    takes_all: bool,
    of_values: HashMap<Box<[u8]>, Option<usize>>,
}

impl<'g> Groups<'g> {
    /// Groups with these names and no others.
    pub(crate) fn named(by: GroupedBy<'g>, names: Vec<String>) -> Self {
        let positions = names.iter().cloned().zip(0..).collect();
        Self { by, names, positions, takes_all: false, of_values: HashMap::new() }
    }

    /// A group for every name that occurs.
    pub(crate) fn of_all(by: GroupedBy<'g>) -> Self {
        Self { takes_all: true, ..Self::named(by, Vec::new()) }
    }

    /// The names of the groups, by their positions.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// The position of the group with this name.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.positions.get(name).copied()
    }

    /// The group of a value, as its column holds it.
    pub(crate) fn of_value(&mut self, value: &[u8]) -> Option<usize> {
        if let Some(group) = self.of_values.get(value) {
            return *group;
        }
        let name = self.by.name(value);
        let mut group = name.as_deref().and_then(|name| self.find(name));
        if let (None, Some(name), true) = (group, name, self.takes_all) {
            group = Some(self.names.len());
            self.positions.insert(name.clone().into_owned(), self.names.len());
            self.names.push(name.into_owned());
        }
        self.of_values.insert(value.into(), group);
        group
    }

    /// The group of each of a part's values, as their column holds them.
    pub(crate) fn of_values<'v>(
        &mut self,
        values: impl Iterator<Item = &'v [u8]>,
    ) -> Vec<Option<usize>> {
        values.map(|value| self.of_value(value)).collect()
    }

    /// The codes of each group's values in a segment's dictionary of `column`.
    pub(crate) fn codes_in(&mut self, dictionary: &Dictionary) -> Vec<Vec<u32>> {
        let code = |position: usize| small(position).saturating_add(1);
        if !self.by.follow_from_values() {
            let codes = self.names.iter().map(|name| dictionary.find(name.as_bytes()).map(code));
            return codes.map(|code| code.into_iter().collect()).collect();
        }
        let values = (0..dictionary.len()).map(|position| dictionary.value(position));
        let groups = self.of_values(values);
        let mut codes = vec![Vec::new(); self.names.len()];
        for (position, group) in groups.into_iter().enumerate() {
            if let Some(codes) = group.and_then(|group| codes.get_mut(group)) {
                codes.push(code(position));
            }
        }
        codes
    }
}

/// Reads the record of every row of a run and hands each of its values to `visit`, with the row's
/// number: the values of one row one after the other, none twice, each as far as values are
/// indexed.
pub(crate) fn scan_values(
    run: &Run,
    by: GroupedBy<'_>,
    budget: &Budget,
    mut visit: impl FnMut(u32, &str),
) -> Result<()> {
    let scan = |row, scanned: &ScannedRow| {
        for_each_value(scanned, by, |value| visit(row, value));
    };
    match run {
        Run::Segment(run) => {
            let within = Rows::only(run.rows()?.to_set());
            run.segment().for_each_scanned(&within, budget, None, scan)
        }
        Run::Table(run) => {
            let within = Rows::only(run.row_set().to_set());
            let part = TablePart { table: run.table(), row_count: run.row_count() };
            part.for_each_scanned(&within, budget, None, scan)
        }
    }
}

/// The dictionary column that a grouping's values are in, if all runs keep them in one.
pub(crate) fn dictionary_column(grouping: &Grouping, runs: &[Run]) -> Result<Option<Column>> {
    let Grouping::Field(field) = grouping else { return Ok(None) };
    let Some(column) = column(*field).filter(|column| column.dictionary_position().is_some())
    else {
        return Ok(None);
    };
    for run in runs {
        if !run.keeps(column)? {
            return Ok(None);
        }
    }
    Ok(Some(column))
}

impl GroupedBy<'_> {
    /// Whether groups follow from values, so that several may be one.
    pub(crate) fn follow_from_values(self) -> bool {
        match self.grouping {
            Grouping::Field(field) => field.is_of_kind() || matches!(field, Field::Derived(_)),
            Grouping::Data(_) => false,
        }
    }

    /// Whether it is known that no event is in any group.
    pub(crate) fn has_none(self) -> bool {
        match self.grouping {
            Grouping::Field(Field::Derived(field)) => !self.derivation.knows(*field),
            _ => false,
        }
    }

    /// The group of a value of the dictionary column that it is in.
    pub(crate) fn name(self, value: &[u8]) -> Option<Cow<'_, str>> {
        match self.grouping {
            Grouping::Field(Field::Derived(field)) => {
                let derived = self.derivation.derive(*field, str::from_utf8(value).ok()?)?;
                Some(Cow::Owned(derived.to_string()))
            }
            Grouping::Field(field) if field.is_of_kind() => {
                let KindKey { source, event_type, result, .. } = KindKey::decode(value)?;
                EventKind { source, event_type, result }.value(*field).map(Cow::Borrowed)
            }
            _ => Some(String::from_utf8_lossy(value)),
        }
    }
}

fn for_each_value(row: &ScannedRow, by: GroupedBy<'_>, mut visit: impl FnMut(&str)) {
    if let (Grouping::Field(Field::Id), Some(id)) = (by.grouping, &row.id) {
        return visit(id);
    }
    let Ok(document) = Document::parse(&row.record) else { return };
    match by.grouping {
        Grouping::Data(path) => {
            let mut texts: Vec<_> =
                path.values(row.format, document.root()).into_iter().filter_map(text_of).collect();
            texts.sort_unstable();
            texts.dedup();
            texts.iter().for_each(|text| visit(indexed(text)));
        }
        Grouping::Field(Field::Derived(field)) => {
            let Ok(fields) = mapping::map(row.format, &document) else { return };
            field.value(&fields, by.derivation).iter().for_each(|derived| visit(derived));
        }
        Grouping::Field(field) => {
            let Ok(fields) = mapping::map(row.format, &document) else { return };
            let value = match field {
                Field::Id => fields.id.as_deref(),
                Field::Indexed(field) => field.value(&fields),
                Field::Unindexed(field) => field.value(&fields),
                _ => None,
            };
            value.map(indexed).into_iter().for_each(visit);
        }
    }
}

/// A value as the name of a group; objects have none.
fn text_of<'a>(node: Node<'_, 'a>) -> Option<Cow<'a, str>> {
    match node.kind() {
        Kind::Null | Kind::Array | Kind::Object => None,
        Kind::True | Kind::False | Kind::Number => Some(node.raw().into()),
        Kind::PlainString | Kind::EscapedString => node.as_str(),
    }
}
