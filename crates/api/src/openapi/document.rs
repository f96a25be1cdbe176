//! The OpenAPI 3.1 document: `document.json`, in which every question's parameters stand as one.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

/// What stands in `document.json` for the parameters of a question.
pub(super) const QUESTION: &str = "#/components/parameters/question";

/// What the names of parameters that are fields begin with.
pub(super) const FIELD: &str = "field.";

/// As it was written. A test reads the file, so the empty document is out of reach.
static WRITTEN: LazyLock<Value> = LazyLock::new(|| {
    let mut document: Value =
        serde_json::from_str(include_str!("document.json")).unwrap_or_default();
    if let Some(version) = document.pointer_mut("/info/version") {
        *version = Value::from(env!("CARGO_PKG_VERSION"));
    }
    document
});

static FILLED_IN: LazyLock<Value> = LazyLock::new(|| filled_in(WRITTEN.clone()));

/// The document as programs read it.
pub(crate) fn document() -> &'static Value {
    &FILLED_IN
}

/// The document as it was written: shorter, for people.
pub(super) fn written() -> &'static Value {
    &WRITTEN
}

fn filled_in(mut document: Value) -> Value {
    let is_field = |name: &&String| name.starts_with(FIELD);
    let parameters = document.pointer("/components/parameters").and_then(Value::as_object);
    let fields: Vec<String> =
        parameters.into_iter().flat_map(Map::keys).filter(is_field).cloned().collect();
    let of_question = ["q", "from", "to"].into_iter().chain(fields.iter().map(String::as_str));
    let of_question: Vec<Value> = of_question
        .map(|name| json!({ "$ref": format!("#/components/parameters/{name}") }))
        .collect();
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    let methods = paths.into_iter().flat_map(Map::values_mut);
    let operations = methods.filter_map(Value::as_object_mut).flat_map(Map::values_mut);
    for operation in operations {
        let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
        let Some(parameters) = parameters else { continue };
        let question = parameters.iter().position(|parameter| parameter["$ref"] == QUESTION);
        if let Some(at) = question {
            parameters.splice(at..=at, of_question.iter().cloned());
        }
    }
    document
}
