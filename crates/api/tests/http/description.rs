//! `/openapi.json` and `/docs`: what they say is so.

use std::collections::BTreeSet;

use gatelog_event::catalogue::Action;
use gatelog_event::source::{Format, Source};
use gatelog_query::Field;
use serde_json::{Map, Value, json};

use crate::support::Server;

const METHODS: [&str; 7] = ["get", "post", "put", "patch", "delete", "options", "trace"];

fn document(server: &Server) -> Value {
    let answer = server.get_with("/openapi.json", &[("authorization", "")]);
    assert_eq!(answer.headers["content-type"], "application/json");
    answer.json()
}

/// Paths of this crate, with their methods.
fn paths(document: &Value) -> Vec<(String, Map<String, Value>)> {
    let paths = document["paths"].as_object().unwrap().clone();
    let here = paths
        .into_iter()
        .filter(|(path, _)| !["/healthz", "/readyz", "/metrics"].contains(&&**path));
    here.map(|(path, methods)| (path, methods.as_object().unwrap().clone())).collect()
}

fn resolved<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    match value["$ref"].as_str() {
        Some(reference) => document.pointer(reference.strip_prefix("#").unwrap()).unwrap(),
        None => value,
    }
}

/// Every reference in a value.
fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get("$ref").map(|it| it.as_str().unwrap().to_owned()));
            members.values().for_each(|member| references(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere_and_everything_is_referred_to() {
    let document = document(&Server::start());
    let mut found = Vec::new();
    references(&document, &mut found);
    for reference in &found {
        assert!(document.pointer(reference.strip_prefix('#').unwrap()).is_some(), "{reference}");
    }
    for kind in ["parameters", "responses", "schemas"] {
        for name in document["components"][kind].as_object().unwrap().keys() {
            let reference = format!("#/components/{kind}/{name}");
            assert!(found.contains(&reference), "{reference}");
        }
    }
}

#[test]
fn methods_are_those_that_are_answered() {
    let server = Server::start();
    for (path, methods) in paths(&document(&server)) {
        for method in METHODS {
            let answer = server.send(method, &path.replace(['{', '}'], ""));
            let is_answered = answer.status != 405;
            assert_eq!(is_answered, methods.contains_key(method), "{method} {path}");
        }
    }
}

#[test]
fn parameters_are_those_that_are_known() {
    let server = Server::start().by_administrator();
    let document = document(&server);
    for (path, methods) in paths(&document) {
        let Some(get) = methods.get("get") else { continue };
        let parameters = get["parameters"].as_array().cloned().unwrap_or_default();
        let parameters = parameters.iter().map(|parameter| resolved(&document, parameter));
        let described: BTreeSet<&str> = parameters
            .filter(|parameter| parameter["in"] == "query")
            .map(|parameter| parameter["name"].as_str().unwrap())
            .collect();
        if described.is_empty() {
            continue;
        }
        let problem = server.get(&format!("{path}?colour=red")).refusal();
        let (_, known) = problem["detail"].as_str().unwrap().split_once("known: ").unwrap();
        let known = known.replace("and the fields ", "");
        let known: BTreeSet<&str> = known.split(", ").collect();
        assert_eq!(described, known, "{path}");
    }
}

#[test]
fn closed_lists_are_whole() {
    let document = document(&Server::start());
    let names = |pointer: &str| document.pointer(pointer).expect(pointer).clone();
    let event = "/components/schemas/Event/properties";
    let actions: Vec<&str> = Action::ALL.iter().map(|action| action.name()).collect();
    assert_eq!(names(&format!("{event}/action/enum")), json!(actions));
    let sources = Source::ALL.map(Source::name);
    assert_eq!(names(&format!("{event}/source/enum")), json!(sources));
    let formats: Vec<&str> = Format::ALL.map(Format::name).into_iter().chain(["mapped"]).collect();
    assert_eq!(names("/components/parameters/format/schema/enum"), json!(formats));
    let parameters = document["components"]["parameters"].as_object().unwrap();
    let fields: BTreeSet<&str> =
        parameters.keys().filter_map(|name| name.strip_prefix("field.")).collect();
    assert_eq!(fields, Field::all().map(Field::name).collect());
}

#[test]
fn examples_are_answered() {
    let event = json!({ "id": "ttfbx6xvy4wxyd5cmuhmk", "type": "login" }).to_string();
    let server = Server::with(&[&event]).by_administrator();
    let document = document(&server);
    for (path, methods) in paths(&document) {
        // What a source answers depends on what was set up.
        let is_of_source = path.starts_with("/v1/sources/");
        let Some(get) = methods.get("get").filter(|_| !is_of_source) else { continue };
        let example = get["x-curl"].as_str().unwrap();
        let (_, target) = example.split_once("http://127.0.0.1:8620").unwrap();
        let target = target.split(['"', ' ']).next().unwrap();
        assert_eq!(server.open(target, &[]).status, 200, "{path}: {target}");
        for parameter in get["parameters"].as_array().unwrap_or(&Vec::new()) {
            let parameter = resolved(&document, parameter);
            let name = parameter["name"].as_str().unwrap();
            if parameter["in"] != "query" || parameter["example"].is_null() {
                continue;
            }
            let value = parameter["example"].to_string().replace("\\\"", "\"");
            let value = value.trim_matches('"').to_owned();
            let value = value.replace('"', "%22").replace('=', "%3D").replace(' ', "+");
            let path = path.replace("{id}", "ttfbx6xvy4wxyd5cmuhmk").replace("{source}", "logto");
            let target = format!("{path}?{name}={value}");
            assert_eq!(server.open(&target, &[]).status, 200, "{target}");
        }
    }
}

#[test]
fn the_page_has_everything_and_runs_nothing() {
    let server = Server::start();
    let answer = server.get_with("/docs", &[("authorization", "")]);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-type"], "text/html; charset=utf-8");
    let policy = answer.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    let page = answer.text();
    assert!(!page.contains("<script") && !page.contains("http-equiv"));
    let document = document(&server);
    for (path, methods) in document["paths"].as_object().unwrap() {
        for operation in methods.as_object().unwrap().values() {
            let anchor = format!("id=\"{}\"", operation["operationId"].as_str().unwrap());
            assert_eq!(page.matches(&anchor).count(), 1, "{path}");
        }
    }
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        assert!(page.contains(&format!("id=\"schema-{name}\"")), "{name}");
    }
    // Links lead to places on the page.
    for link in page.split("href=\"#").skip(1) {
        let target = link.split('"').next().unwrap();
        assert!(page.contains(&format!("id=\"{target}\"")), "{target}");
    }
}
