//! The value that each row of a run is grouped by.

use std::borrow::Cow;
use std::collections::HashMap;

use gatelog_event::intake::indexed::indexed;
use gatelog_event::json::{Document, Kind, Node};
use gatelog_event::mapping;
use gatelog_query::filter::Kind as EventKind;
use gatelog_query::{Field, Grouping};

use super::evaluate::{Rows, column};
use super::part::{Part, TablePart};
use super::run::{RowSet, Run};
use super::scan::{Budget, ScannedRow};
use crate::error::Result;
use crate::row::{Column, KindKey};

/// Hands every row whose value is one of `names` to `visit`: its rank in the run, ascending for
/// segments, and the value's position in `names`.
pub(crate) fn for_each_named(
    run: &Run,
    grouping: &Grouping,
    names: &[String],
    budget: &Budget,
    mut visit: impl FnMut(u32, usize),
) -> Result<()> {
    let positions: HashMap<&str, usize> =
        names.iter().enumerate().map(|(position, name)| (name.as_str(), position)).collect();
    let Some(column) = dictionary_column(grouping) else {
        return scan_values(run, grouping, budget, |rank, value| {
            if let Some(position) = positions.get(value) {
                visit(rank, *position);
            }
        });
    };
    let position_of =
        |value: &[u8]| group_name(grouping, value).and_then(|name| positions.get(&*name).copied());
    let mut visit_code = |rank: u32, code: u64, by_code: &[Option<usize>]| {
        let code = usize::try_from(code).ok().and_then(|code| code.checked_sub(1));
        if let Some(position) = code.and_then(|code| by_code.get(code)).copied().flatten() {
            visit(rank, position);
        }
    };
    match run {
        Run::Segment(segment, rows) => {
            let (Some(dictionary), Some(codes)) =
                (segment.dictionary(column)?, segment.codes(column)?)
            else {
                return Ok(());
            };
            let values = (0..dictionary.len()).map(|at| dictionary.value(at));
            let by_code: Vec<Option<usize>> = values.map(position_of).collect();
            for (rank, row) in (0..).zip(rows.iter()) {
                visit_code(rank, codes.get(row as usize), &by_code);
            }
        }
        Run::Table(table, rows) => {
            let table = table.read();
            let Some(memory) = table.column(column) else { return Ok(()) };
            let values = memory.values().iter();
            let by_code: Vec<Option<usize>> = values.map(position_of).collect();
            for (rank, row) in (0..).zip(rows) {
                visit_code(rank, u64::from(memory.code(*row)), &by_code);
            }
        }
    }
    Ok(())
}

/// Reads the record of every row of a run and hands each of its values to `visit`, with the row's
/// rank: the values of one row one after the other, none twice, each as far as values are indexed.
pub(crate) fn scan_values(
    run: &Run,
    grouping: &Grouping,
    budget: &Budget,
    mut visit: impl FnMut(u32, &str),
) -> Result<()> {
    match run {
        Run::Segment(segment, rows) => {
            let within = match rows {
                RowSet::Range(range) => Rows::range(range.clone(), segment.row_count()),
                RowSet::Set(rows) => Rows::Set(rows.clone()),
            };
            let mut rank = 0;
            segment.for_each_scanned(&within, budget, |_, scanned| {
                for_each_value(scanned, grouping, |value| visit(rank, value));
                rank += 1;
            })
        }
        Run::Table(table, rows) => {
            let ranks: HashMap<u32, u32> = rows.iter().copied().zip(0..).collect();
            let row_count = rows.iter().max().map_or(0, |last| last + 1);
            let within = Rows::Set(rows.iter().copied().collect());
            let part = TablePart { table, row_count };
            part.for_each_scanned(&within, budget, |row, scanned| {
                if let Some(rank) = ranks.get(&row) {
                    for_each_value(scanned, grouping, |value| visit(*rank, value));
                }
            })
        }
    }
}

/// The dictionary column that a grouping's values are in, if they are in one.
pub(crate) fn dictionary_column(grouping: &Grouping) -> Option<Column> {
    match grouping {
        Grouping::Field(field) => column(*field).filter(|c| c.dictionary_position().is_some()),
        Grouping::Data(_) => None,
    }
}

/// What a value of a dictionary column is called in a grouping.
pub(crate) fn group_name<'v>(grouping: &Grouping, value: &'v [u8]) -> Option<Cow<'v, str>> {
    match grouping {
        Grouping::Field(field) if field.is_of_kind() => {
            let KindKey { source, event_type, result, .. } = KindKey::decode(value)?;
            EventKind { source, event_type, result }.value(*field).map(Cow::Borrowed)
        }
        _ => Some(String::from_utf8_lossy(value)),
    }
}

fn for_each_value(row: &ScannedRow, grouping: &Grouping, mut visit: impl FnMut(&str)) {
    if let (Grouping::Field(Field::Id), Some(id)) = (grouping, &row.id) {
        return visit(id);
    }
    let Ok(document) = Document::parse(&row.record) else { return };
    match grouping {
        Grouping::Data(path) => {
            let mut texts: Vec<_> =
                path.values(row.format, document.root()).into_iter().filter_map(text_of).collect();
            texts.sort_unstable();
            texts.dedup();
            texts.iter().for_each(|text| visit(indexed(text)));
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
