//! The menu of columns: what the table has, and ways to have it otherwise. What is added is sent
//! by the form of the filters, so that it keeps what they say.

use gatelog_query::pql::Name;
use gatelog_query::pql::fields::{ALIASES, Named, names};

use crate::change;
use crate::field_title::field_title;
use crate::filter::LogFilter;
use crate::view::{ColumnChange, View};
use crate::visitor::Visit;

/// The parameter that names a column to be added.
const ADDED: &str = "column";

/// The menu.
#[derive(Debug)]
pub(super) struct ColumnMenu {
    pub(super) columns: Vec<ColumnEntry>,
    /// Fields that could be added, and what they are called.
    pub(super) others: Vec<(&'static str, String)>,
    /// The way back to what is shown by default, if it is not.
    pub(super) default: Option<String>,
    pub(super) is_dense: bool,
    pub(super) dense: String,
}

/// A column that the table has.
#[derive(Debug)]
pub(super) struct ColumnEntry {
    pub(super) title: String,
    /// To the left, to the right, away: each with its icon.
    pub(super) ways: [(&'static str, Option<Way>); 3],
}

/// A link, and what it does.
#[derive(Debug)]
pub(super) struct Way {
    pub(super) label: String,
    pub(super) link: String,
}

impl ColumnMenu {
    /// The menu of a page.
    pub(super) fn new(visit: &Visit, filter: &LogFilter) -> Self {
        let (texts, View { columns, is_dense, .. }) = (visit.texts, &filter.view);
        let entry = |(index, column): (usize, &Named)| {
            let title = field_title(column, texts).into_owned();
            let way = |label: fn(&str) -> String, change: ColumnChange| {
                change.to(columns)?;
                Some(Way { label: label(&title), link: change::with_columns(change) })
            };
            ColumnEntry {
                ways: [
                    ("left", way(texts.explore.move_left, ColumnChange::Left(index))),
                    ("right", way(texts.explore.move_right, ColumnChange::Left(index + 1))),
                    ("close", way(texts.explore.remove_column, ColumnChange::Away(index))),
                ],
                title,
            }
        };
        let is_there = |name: &str| columns.iter().any(|column| column.to_string() == name);
        let is_alias = |name: &str| ALIASES.iter().any(|(alias, _)| *alias == name);
        let others = names().filter(|name| !is_there(name) && !is_alias(name));
        let titled = |name: &'static str| {
            let named = Named::of(&Name::parse(name)?)?;
            Some((name, field_title(&named, texts).into_owned()))
        };
        Self {
            columns: columns.iter().enumerate().map(entry).collect(),
            others: others.filter_map(titled).collect(),
            default: (!columns.is_default()).then(|| change::with("columns", "")),
            is_dense: *is_dense,
            dense: change::with("dense", if *is_dense { "" } else { "on" }),
        }
    }
}

/// The address of the page with the column that the reader wants to have, if there is such a field.
pub(super) fn added(visit: &Visit, filter: &LogFilter) -> Option<String> {
    let columns = filter.view.columns.with(visit.parameters.get(ADDED)?)?;
    let view = View { columns, ..filter.view.clone() };
    Some(visit.links.filtered(&filter.shown_as(view)))
}
