//! The document as a page of HTML: no scripts, nothing loaded, fit to print.

use askama::Template;
use serde_json::Value;

use super::document::{FIELD, QUESTION, written};

/// The whole page.
#[derive(Template)]
#[template(path = "docs.html")]
struct Page {
    version: &'static str,
    introduction: Text,
    groups: Vec<Group>,
    question: Vec<Parameter>,
    schemas: Vec<Schema>,
    problems: Vec<Answer>,
}

/// Operations about the same thing.
struct Group {
    name: String,
    description: Text,
    operations: Vec<Operation>,
}

/// What one method does at one address.
struct Operation {
    id: String,
    method: String,
    path: String,
    summary: String,
    description: Text,
    needs_key: bool,
    parameters: Vec<Parameter>,
    takes_question: bool,
    curl: String,
    answers: Vec<Answer>,
}

struct Parameter {
    name: String,
    place: String,
    kind: Text,
    description: Text,
    example: String,
}

struct Answer {
    status: String,
    title: String,
    description: Text,
    media_types: String,
    /// The names of its schemas.
    schemas: Vec<String>,
    example: String,
}

struct Schema {
    name: String,
    description: Text,
    members: Vec<Member>,
}

struct Member {
    name: String,
    kind: Text,
    is_always_there: bool,
    description: Text,
}

/// Paragraphs.
struct Text(Vec<Vec<Piece>>);

/// A part of a paragraph: words, or code.
struct Piece {
    text: String,
    is_code: bool,
}

impl From<&str> for Text {
    /// An empty line ends a paragraph, and code stands between backticks.
    fn from(text: &str) -> Self {
        let pieces = |paragraph: &str| {
            let parts = paragraph.split('`').enumerate();
            let piece =
                |(at, text): (usize, &str)| Piece { text: text.to_owned(), is_code: at % 2 == 1 };
            parts.map(piece).filter(|piece| !piece.text.is_empty()).collect()
        };
        Self(text.split("\n\n").map(pieces).collect())
    }
}

/// Writes the page.
///
/// # Errors
/// When the template fails, which it has no reason to.
pub(super) fn page() -> Result<String, askama::Error> {
    let document = written();
    let components = &document["components"];
    let parameters = &components["parameters"];
    let fields = entries(parameters).filter(|(name, _)| name.starts_with(FIELD));
    let question =
        ["q", "from", "to"].map(|name| &parameters[name]).into_iter().chain(fields.map(|it| it.1));
    Page {
        version: env!("CARGO_PKG_VERSION"),
        introduction: text(document.pointer("/info/description").unwrap_or(&Value::Null)),
        groups: items(&document["tags"]).map(|tag| group(tag, document)).collect(),
        question: question.map(parameter).collect(),
        schemas: entries(&components["schemas"]).map(schema).collect(),
        problems: entries(&components["responses"])
            .map(|(_, problem)| answer("", problem))
            .collect(),
    }
    .render()
}

fn group(tag: &Value, document: &Value) -> Group {
    let of_path = |(path, methods): (&str, &Value)| {
        let operations =
            entries(methods).filter(|(_, it)| items(&it["tags"]).any(|t| *t == tag["name"]));
        operations.map(|(method, it)| operation(method, path, it)).collect::<Vec<_>>()
    };
    Group {
        name: string(&tag["name"]),
        description: text(&tag["description"]),
        operations: entries(&document["paths"]).flat_map(of_path).collect(),
    }
}

fn operation(method: &str, path: &str, operation: &Value) -> Operation {
    let parameters = items(&operation["parameters"]).map(resolved);
    let responses = entries(&operation["responses"]);
    Operation {
        id: string(&operation["operationId"]),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: string(&operation["summary"]),
        description: text(&operation["description"]),
        needs_key: operation["security"].is_null(),
        parameters: parameters
            .filter(|parameter| !parameter.is_null() && parameter["name"] != "Gatelog-Tenant")
            .map(parameter)
            .collect(),
        takes_question: items(&operation["parameters"]).any(|it| it["$ref"] == QUESTION),
        curl: string(&operation["x-curl"]),
        // Problems are the same everywhere and have a section of their own.
        answers: responses
            .filter(|(_, response)| response["$ref"].is_null())
            .map(|(status, response)| answer(status, response))
            .collect(),
    }
}

fn parameter(parameter: &Value) -> Parameter {
    let example = &parameter["example"];
    Parameter {
        name: string(&parameter["name"]),
        place: string(&parameter["in"]),
        kind: Text::from(&*kind(&parameter["schema"])),
        description: text(&parameter["description"]),
        example: if example.is_null() { String::new() } else { plain(example) },
    }
}

fn answer(status: &str, response: &Value) -> Answer {
    let contents: Vec<(&str, &Value)> = entries(&response["content"]).collect();
    let media_types: Vec<&str> = contents.iter().map(|(media_type, _)| *media_type).collect();
    let content = contents.first().map_or(&Value::Null, |(_, content)| content);
    let example = &content["example"];
    let status = if status.is_empty() { plain(&example["status"]) } else { status.to_owned() };
    Answer {
        status,
        title: string(&example["title"]),
        description: text(&response["description"]),
        media_types: media_types.join(", "),
        schemas: schema_names(&content["schema"]),
        example: match example {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => serde_json::to_string_pretty(other).unwrap_or_default(),
        },
    }
}

fn schema((name, schema): (&str, &Value)) -> Schema {
    let member = |(name, member): (&str, &Value)| Member {
        name: name.to_owned(),
        kind: Text::from(&*kind(member)),
        is_always_there: items(&schema["required"]).any(|required| required == name),
        description: text(&member["description"]),
    };
    Schema {
        name: name.to_owned(),
        description: text(&schema["description"]),
        members: entries(&schema["properties"]).map(member).collect(),
    }
}

/// What a value may be, in words.
fn kind(schema: &Value) -> String {
    if let Some(name) = referred(schema) {
        return format!("`{name}`");
    }
    if let Some(choices) = schema["enum"].as_array() {
        let choices: Vec<String> =
            choices.iter().map(|choice| format!("`{}`", plain(choice))).collect();
        return format!("one of {}{}", choices.join(", "), default(schema));
    }
    let range = match (&schema["minimum"], &schema["maximum"]) {
        (least, most) if most.as_u64().is_some_and(|most| most < 1 << 32) => {
            format!(" from {least} to {most}")
        }
        _ => String::new(),
    };
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().map(plain).collect::<Vec<_>>().join(" or "),
        Value::String(kind) if kind == "array" => format!("array of {}", kind_of_items(schema)),
        Value::String(kind) if kind == "object" && schema["additionalProperties"].is_object() => {
            format!("object, by name: {}", self::kind(&schema["additionalProperties"]))
        }
        Value::String(kind) if kind == "object" => {
            let members: Vec<String> =
                entries(&schema["properties"]).map(|(name, _)| format!("`{name}`")).collect();
            format!("object with {}", members.join(", "))
        }
        Value::String(kind) => kind.clone(),
        _ => "any value".to_owned(),
    };
    format!("{kind}{range}{}", default(schema))
}

fn kind_of_items(schema: &Value) -> String {
    kind(&schema["items"])
}

fn default(schema: &Value) -> String {
    match &schema["default"] {
        Value::Null => String::new(),
        default => format!("; `{}` if absent", plain(default)),
    }
}

fn schema_names(schema: &Value) -> Vec<String> {
    let choices = items(&schema["oneOf"]).chain([schema]);
    choices.filter_map(referred).map(str::to_owned).collect()
}

/// The last part of a reference.
fn referred(value: &Value) -> Option<&str> {
    value["$ref"].as_str()?.rsplit('/').next()
}

/// What a reference refers to; what is none, as it is.
fn resolved(value: &Value) -> &Value {
    let pointer = value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
    pointer.map_or(value, |pointer| written().pointer(pointer).unwrap_or(&Value::Null))
}

fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let entries = value.as_object().into_iter().flatten();
    entries.map(|(name, value)| (name.as_str(), value))
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn text(value: &Value) -> Text {
    Text::from(value.as_str().unwrap_or_default())
}

/// A value as people type it.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
