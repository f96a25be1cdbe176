//! What stands in the columns of events.

use anyhow::bail;
use gatelog_event::catalogue::catalogue;
use gatelog_event::source::Source;
use gatelog_query::pql::Name;
use gatelog_query::pql::fields::Named;
use gatelog_query::{Field, Measure};
use serde_json::Value;

use super::table::{Cell, Tone};
use super::time::Clockface;

/// A column of a table of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    heading: String,
    shown: Shown,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Shown {
    /// A time.
    Time(&'static str),
    /// Somebody or something, by the best name there is.
    Party(&'static str),
    /// A field, a path into the record or the title.
    Value(String),
}

/// The columns with these names; without any, those that most questions are about.
///
/// # Errors
/// When there is no such field.
pub(crate) fn columns(names: &[String]) -> anyhow::Result<Vec<Column>> {
    if !names.is_empty() {
        return names.iter().map(|name| Column::named(name.trim())).collect();
    }
    let usual = [
        ("TIME", Shown::Time("time")),
        ("EVENT", Shown::Value("title".to_owned())),
        ("OUTCOME", Shown::Value("outcome".to_owned())),
        ("ACTOR", Shown::Party("actor")),
        ("APPLICATION", Shown::Party("application")),
        ("IP", Shown::Value("ip".to_owned())),
    ];
    let column = |(heading, shown): (&str, _)| Column { heading: heading.to_owned(), shown };
    Ok(usual.into_iter().map(column).collect())
}

impl Column {
    /// What stands above it.
    pub(crate) fn heading(&self) -> &str {
        &self.heading
    }

    /// What stands in it for an event, as the API returns it.
    pub(crate) fn cell(&self, event: &Value, clockface: &Clockface) -> Cell {
        match &self.shown {
            Shown::Time(name) => Cell::whole(&clockface.show(&text(event.get(name)))),
            Shown::Party(name) => {
                let party = event.get(name);
                let of_party = |name: &&str| text(party.and_then(|party| party.get(name)));
                let names = ["name", "identifier", "id", "kind"];
                let best = names.iter().map(of_party).find(|text| !text.is_empty());
                Cell::plain(&best.unwrap_or_default())
            }
            Shown::Value(name) => {
                let value = value(event, name);
                match (name.as_str(), value.as_str()) {
                    ("outcome", "success") => Cell::whole(&value).toned(Tone::Good),
                    ("outcome", "failure") | ("level", "error") => {
                        Cell::whole(&value).toned(Tone::Bad)
                    }
                    ("level", "warn") => Cell::whole(&value).toned(Tone::Warning),
                    _ => Cell::plain(&value),
                }
            }
        }
    }

    fn named(name: &str) -> anyhow::Result<Self> {
        let shown = match Name::parse(name).as_ref().and_then(Named::of) {
            Some(Named::Measure(Measure::Time)) => Shown::Time("time"),
            Some(Named::Measure(Measure::Received)) => Shown::Time("received"),
            Some(Named::Measure(Measure::Sequence)) => Shown::Value("seq".to_owned()),
            Some(Named::Field(field)) => Shown::Value(field.name().to_owned()),
            Some(Named::Data(path)) => Shown::Value(path.to_string()),
            None if name == "title" => Shown::Value(name.to_owned()),
            None => {
                let fields: Vec<&str> = Field::all().map(Field::name).collect();
                let fields = fields.join(", ");
                bail!(
                    "there is no field `{name}`; known: time, received, seq, title, {fields}, and \
                     paths into the record such as data.payload.key"
                );
            }
        };
        Ok(Self { heading: name.to_owned(), shown })
    }
}

fn value(event: &Value, name: &str) -> String {
    let source: Option<Source> = text(event.get("source")).parse().ok();
    let of_catalogue = || catalogue(source?).get(&text(event.get("type")));
    match name {
        // The catalogue's words, which events do not repeat.
        "section" => of_catalogue().map(|found| found.section).unwrap_or_default().to_owned(),
        "tab" => of_catalogue().map(|found| found.tab.name()).unwrap_or_default().to_owned(),
        _ => {
            let names: Vec<&str> = name.split('.').collect();
            // As in queries: a path goes on inside the envelope a source wraps its events in.
            let in_envelope = || match names.as_slice() {
                ["data", rest @ ..] => at(event.get("data")?.get("payload")?, rest),
                _ => None,
            };
            text(at(event, &names).or_else(in_envelope))
        }
    }
}

fn at<'v>(value: &'v Value, names: &[&str]) -> Option<&'v Value> {
    names.iter().try_fold(value, |value, name| match value {
        Value::Array(items) => items.get(name.parse::<usize>().ok()?),
        other => other.get(name),
    })
}

/// A value as people read it.
fn text(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_found_by_their_names_in_queries() {
        let event = json!({
            "id": "1", "seq": 7, "source": "logto", "type": "Interaction.End", "title": "End",
            "actor": {"id": "u1"}, "data": {"payload": {"key": "k", "ips": ["a", "b"]}},
        });
        for (name, expected) in [
            ("seq", "7"),
            ("actor.id", "u1"),
            ("user_id", "u1"),
            ("title", "End"),
            ("tab", "user"),
            ("data.payload.key", "k"),
            ("data.key", "k"),
            ("data.payload.ips.1", "b"),
            ("data.ips", r#"["a","b"]"#),
            ("error.code", ""),
        ] {
            let column = Column::named(name).unwrap();
            let Shown::Value(path) = &column.shown else { panic!("{column:?}") };
            assert_eq!(value(&event, path), expected, "{name}");
        }
        assert!(Column::named("nonsense").is_err());
    }
}
