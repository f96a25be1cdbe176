//! How an answer is shown: with which columns, how closely, and what its chart tells apart. It is
//! in the address beside the question and no part of it.

use gatelog_event::fields::IndexedField;
use gatelog_query::pql::Name;
use gatelog_query::pql::fields::Named;
use gatelog_query::{Field, Measure};

use crate::links::Parameters;
use crate::listing::ROWS_MAX;

/// Columns beside the event's own.
const COLUMNS_MAX: usize = 12;

/// Cells of a page beside the events' own, as many as the default columns have: with more it would
/// be heavier than 100 KB.
const CELLS_MAX: usize = ROWS_MAX * DEFAULT.len();

/// Something to do with one column, by its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ColumnChange {
    /// To exchange it with the one before it.
    Left(usize),
    /// To take it away.
    Away(usize),
}

/// What is shown unless something else is chosen.
const DEFAULT: [Named; 4] = [
    Named::Field(Field::Indexed(IndexedField::ActorId)),
    Named::Field(Field::Indexed(IndexedField::ApplicationId)),
    Named::Field(Field::Indexed(IndexedField::Ip)),
    Named::Measure(Measure::Time),
];

/// How an answer is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct View {
    pub(crate) columns: Columns,
    /// Whether rows are low.
    pub(crate) is_dense: bool,
    pub(crate) series: Series,
}

/// What the bars of the chart are made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Series {
    /// How events ended.
    #[default]
    Outcome,
    /// How much they matter.
    Level,
}

/// The columns of the table beside the event's own, from left to right; never none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Columns(Vec<Named>);

impl Default for Columns {
    fn default() -> Self {
        Self(DEFAULT.into())
    }
}

impl View {
    /// Reads a view out of an address.
    pub(crate) fn read(parameters: &Parameters) -> Self {
        Self {
            columns: parameters.get("columns").map(Columns::read).unwrap_or_default(),
            is_dense: parameters.get("dense") == Some("on"),
            series: Series::ALL
                .into_iter()
                .find(|series| {
                    series.parameter().is_some_and(|by| parameters.get("by") == Some(by))
                })
                .unwrap_or_default(),
        }
    }

    /// The parameters that say the same.
    pub(crate) fn write(&self) -> impl Iterator<Item = (&'static str, String)> {
        let columns = (!self.columns.is_default()).then(|| ("columns", self.columns.write()));
        let dense = self.is_dense.then(|| ("dense", "on".to_owned()));
        let series = self.series.parameter().map(|by| ("by", by.to_owned()));
        columns.into_iter().chain(dense).chain(series)
    }
}

impl Series {
    /// All of them.
    pub(crate) const ALL: [Self; 2] = [Self::Outcome, Self::Level];

    /// The value of the parameter `by`; what is shown by default has none.
    pub(crate) fn parameter(self) -> Option<&'static str> {
        match self {
            Self::Outcome => None,
            Self::Level => Some("level"),
        }
    }
}

impl ColumnChange {
    /// Reads one out of the parameters of a change.
    pub(crate) fn read(parameters: &Parameters) -> Option<Self> {
        let index = |name| parameters.get(name)?.parse().ok();
        index("left").map(Self::Left).or_else(|| index("away").map(Self::Away))
    }

    /// The parameter that says the same.
    pub(crate) fn write(self) -> (&'static str, String) {
        match self {
            Self::Left(index) => ("left", index.to_string()),
            Self::Away(index) => ("away", index.to_string()),
        }
    }

    /// What becomes of some columns; `None` if they have none at this index, or only this one.
    pub(crate) fn to(self, columns: &Columns) -> Option<Columns> {
        match self {
            Self::Left(index) => columns.moved_left(index),
            Self::Away(index) => columns.without(index),
        }
    }
}

impl Columns {
    /// Those that a text names; the default if there are none.
    fn read(text: &str) -> Self {
        let mut columns: Vec<Named> = Vec::new();
        for name in split(text) {
            match column(name) {
                Some(column) if !columns.contains(&column) => columns.push(column),
                _ => {}
            }
        }
        columns.truncate(COLUMNS_MAX);
        if columns.is_empty() { Self::default() } else { Self(columns) }
    }

    /// The text that names them.
    pub(crate) fn write(&self) -> String {
        let names: Vec<String> = self.0.iter().map(Named::to_string).collect();
        names.join(",")
    }

    /// Those of a list of one user's events.
    pub(crate) fn of_user() -> Self {
        let [_, others @ ..] = DEFAULT;
        Self(others.into())
    }

    /// Whether they are what is shown unless something else is chosen.
    pub(crate) fn is_default(&self) -> bool {
        self.0 == DEFAULT
    }

    /// How many rows a page has: fewer where there are many columns.
    pub(crate) fn rows_max(&self) -> usize {
        ROWS_MAX.min(CELLS_MAX / self.0.len().max(1))
    }

    /// One after the other.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &Named> {
        self.0.iter()
    }

    /// The same with the column of this name at the end; `None` if there is no such field, or no
    /// room.
    pub(crate) fn with(&self, name: &str) -> Option<Self> {
        let added = column(name.trim())?;
        let mut columns = self.0.clone();
        if !columns.contains(&added) {
            columns.push(added);
        }
        (columns.len() <= COLUMNS_MAX).then_some(Self(columns))
    }

    /// The same without the column at `index`; `None` if it is the last one.
    fn without(&self, index: usize) -> Option<Self> {
        let others = self.0.iter().enumerate().filter(|(other, _)| *other != index);
        let others: Vec<Named> = others.map(|(_, column)| column.clone()).collect();
        (!others.is_empty()).then_some(Self(others))
    }

    /// The same with the column at `index` and the one before it exchanged, if there is one.
    fn moved_left(&self, index: usize) -> Option<Self> {
        let before = index.checked_sub(1)?;
        let mut columns = self.0.clone();
        if index >= columns.len() {
            return None;
        }
        columns.swap(before, index);
        Some(Self(columns))
    }
}

fn column(name: &str) -> Option<Named> {
    Named::of(&Name::parse(name)?)
}

/// The parts between commas; a part of a path may have one between quotes.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut is_quoted = false;
    text.split(move |character| {
        is_quoted ^= character == '"';
        character == ',' && !is_quoted
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_written_and_read_again() {
        let cases = [
            ("type,error.code", "type,error.code"),
            ("user_id, x,type,type", "actor.id,type"),
            (r#"data."a,b".c,seq"#, r#"data."a,b".c,seq"#),
            ("nothing", "actor.id,application.id,ip,time"),
            (r#"data."open"#, "actor.id,application.id,ip,time"),
        ];
        for (text, expected) in cases {
            let columns = Columns::read(text);
            assert_eq!(columns.write(), expected, "{text}");
            assert_eq!(Columns::read(&columns.write()), columns);
        }
        let many: Vec<String> = (0..99).map(|number| format!("data.x{number}")).collect();
        assert_eq!(Columns::read(&many.join(",")).iter().len(), COLUMNS_MAX);
    }

    #[test]
    fn columns_are_added_moved_and_removed() {
        let columns = Columns::read("type,ip,seq");
        let written = |columns: Option<Columns>| columns.map(|columns| columns.write());
        assert_eq!(written(columns.with(" data.a ")).as_deref(), Some("type,ip,seq,data.a"));
        assert_eq!(written(columns.with("ip")).as_deref(), Some("type,ip,seq"));
        assert_eq!(written(columns.with("nivel")), None);
        assert_eq!(written(columns.moved_left(2)).as_deref(), Some("type,seq,ip"));
        assert_eq!(written(columns.moved_left(0)), None);
        assert_eq!(written(columns.moved_left(3)), None);
        assert_eq!(written(columns.without(1)).as_deref(), Some("type,seq"));
        assert_eq!(written(Columns::read("ip").without(0)), None);
    }
}
