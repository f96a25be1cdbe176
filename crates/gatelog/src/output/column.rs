//! What stands in the columns of events that nobody chose.

use serde_json::Value;

use super::table::{Cell, Tone};
use super::time::Clockface;

/// A column of a table of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    /// What stands above it.
    pub(crate) heading: &'static str,
    shown: Shown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    /// When it happened.
    Time,
    /// Somebody or something, by the best name there is.
    Party(&'static str),
    /// A text.
    Text(&'static str),
}

/// What most questions are about.
pub(crate) const USUAL: [Column; 6] = [
    Column { heading: "TIME", shown: Shown::Time },
    Column { heading: "EVENT", shown: Shown::Text("title") },
    Column { heading: "OUTCOME", shown: Shown::Text("outcome") },
    Column { heading: "ACTOR", shown: Shown::Party("actor") },
    Column { heading: "APPLICATION", shown: Shown::Party("application") },
    Column { heading: "IP", shown: Shown::Text("ip") },
];

impl Column {
    /// What stands in it for an event, as the API returns it.
    pub(crate) fn cell(&self, event: &Value, clockface: &Clockface) -> Cell {
        let text = |value: &Value, name| value.get(name).and_then(Value::as_str).map(str::to_owned);
        match self.shown {
            Shown::Time => Cell::whole(&clockface.show(&text(event, "time").unwrap_or_default())),
            Shown::Party(name) => {
                let names = ["name", "identifier", "id", "kind"];
                let best = event.get(name).and_then(|party| {
                    let texts = names.iter().filter_map(|name| text(party, *name));
                    texts.into_iter().find(|text| !text.is_empty())
                });
                Cell::plain(&best.unwrap_or_default())
            }
            Shown::Text(name) => toned(name, &text(event, name).unwrap_or_default()),
        }
    }
}

/// The value of a field, in the colour of what it means.
pub(crate) fn toned(field: &str, value: &str) -> Cell {
    match (field, value) {
        ("outcome", "success") => Cell::whole(value).toned(Tone::Good),
        ("outcome", "failure") | ("level", "error") => Cell::whole(value).toned(Tone::Bad),
        ("level", "warn") => Cell::whole(value).toned(Tone::Warning),
        _ => Cell::plain(value),
    }
}
