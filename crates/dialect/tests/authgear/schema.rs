//! What introspection tells, written as SDL and compared with the part of Authgear's schema that
//! is promised.

use std::collections::HashSet;

use serde_json::Value;

use crate::support::Server;

/// The question for everything that SDL shows.
const QUESTION: &str = "{ __schema { queryType { name } mutationType { name } types {
    kind name interfaces { name } enumValues { name }
    fields { name type { ...Type } args { name type { ...Type } defaultValue } } } } }
    fragment Type on __Type { kind name ofType { kind name ofType { kind name ofType {
        kind name ofType { kind name } } } } }";

/// What every schema has.
const BUILT_IN: [&str; 4] = ["Boolean", "ID", "Int", "String"];

#[test]
fn it_is_the_part_of_authgears_schema() {
    let server = Server::start();
    let schema = server.reader().data(QUESTION)["__schema"].clone();
    assert_eq!(schema["queryType"]["name"], "Query");
    assert_eq!(schema["mutationType"], Value::Null);
    let types = schema["types"].as_array().unwrap().iter();
    let is_own = |name: &str| !name.starts_with("__") && !BUILT_IN.contains(&name);
    let mut types: Vec<&Value> = types.filter(|it| is_own(text(&it["name"]))).collect();
    types.sort_by_key(|it| text(&it["name"]));
    let printed: Vec<String> = types.into_iter().map(sdl).collect();
    similar(&printed.join("\n"), include_str!("../../src/authgear/schema.graphql"));
}

#[test]
fn every_activity_type_is_known_and_none_twice() {
    let server = Server::start();
    let data =
        server.reader().data("{ __type(name: \"AuditLogActivityType\") { enumValues { name } } }");
    let values = data["__type"]["enumValues"].as_array().unwrap().iter();
    let names: HashSet<&str> = values.map(|value| text(&value["name"])).collect();
    assert_eq!(names.len(), 129);
}

/// Compares line by line, so that a failure shows the line and not both texts.
fn similar(found: &str, expected: &str) {
    for (found, expected) in found.lines().zip(expected.lines()) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.lines().count(), expected.lines().count());
}

fn sdl(it: &Value) -> String {
    let (kind, name) = (text(&it["kind"]), text(&it["name"]));
    let lines = |of: &Value, line: fn(&Value) -> String| -> String {
        of.as_array().unwrap().iter().map(|it| format!("  {}\n", line(it))).collect()
    };
    let interfaces = it["interfaces"].as_array().into_iter().flatten();
    let interfaces: Vec<&str> = interfaces.map(|it| text(&it["name"])).collect();
    let implements = match interfaces.is_empty() {
        true => String::new(),
        false => format!(" implements {}", interfaces.join(" & ")),
    };
    match kind {
        "SCALAR" => format!("scalar {name}\n"),
        "ENUM" => {
            let values = lines(&it["enumValues"], |it| text(&it["name"]).to_owned());
            format!("enum {name} {{\n{values}}}\n")
        }
        "OBJECT" => format!("type {name}{implements} {{\n{}}}\n", lines(&it["fields"], field)),
        "INTERFACE" => format!("interface {name} {{\n{}}}\n", lines(&it["fields"], field)),
        other => format!("{other} {name}\n"),
    }
}

fn field(field: &Value) -> String {
    let argument = |it: &Value| {
        assert_eq!(it["defaultValue"], Value::Null);
        format!("{}: {}", text(&it["name"]), type_name(&it["type"]))
    };
    let arguments: Vec<String> = field["args"].as_array().unwrap().iter().map(argument).collect();
    let arguments = match arguments.is_empty() {
        true => String::new(),
        false => format!("({})", arguments.join(", ")),
    };
    format!("{}{arguments}: {}", text(&field["name"]), type_name(&field["type"]))
}

fn type_name(it: &Value) -> String {
    match text(&it["kind"]) {
        "NON_NULL" => format!("{}!", type_name(&it["ofType"])),
        "LIST" => format!("[{}]", type_name(&it["ofType"])),
        _ => text(&it["name"]).to_owned(),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
