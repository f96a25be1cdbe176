//! Documents that nobody would write: those of clients with words lost, doubled and exchanged.

use axum::http::StatusCode;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, RngSeed, TestCaseResult, TestRunner};
use serde_json::{Value, json};

use crate::support::{Reader, fixture, server_with_examples};

/// Words that are put where they do not belong.
const WORDS: [&str; 24] = [
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ":",
    "!",
    "...",
    "$",
    "=",
    "@skip(if: $a)",
    "@include(if: true)",
    "on",
    "fragment F on Query",
    "query",
    "mutation",
    "null",
    "-1",
    "1e999",
    "\"\\uD800\"",
    "\"\"\"",
    "__typename",
    "__schema { types { fields { name } } }",
];

/// What is done to a document, word by word.
#[derive(Clone, Debug)]
enum Change {
    Lose(Index),
    Double(Index),
    Exchange(Index, Index),
    Put(Index, &'static str),
}

#[test]
fn a_thousand_documents_that_nobody_would_write() {
    let server = server_with_examples();
    let reader = server.reader();
    let names =
        ["authgear-portal-list.graphql", "authgear-portal-entry.graphql", "introspection.graphql"];
    let documents: Vec<Vec<String>> = names.iter().map(|name| words(&fixture(name))).collect();
    let index = any::<Index>;
    let change = prop_oneof![
        index().prop_map(Change::Lose),
        index().prop_map(Change::Double),
        (index(), index()).prop_map(|(one, other)| Change::Exchange(one, other)),
        (index(), select(WORDS.as_slice())).prop_map(|(at, word)| Change::Put(at, word)),
    ];
    let seed = match Config::default().rng_seed {
        RngSeed::Fixed(seed) => seed,
        RngSeed::Random => getrandom::u64().unwrap(),
    };
    println!("to see the same documents again: PROPTEST_RNG_SEED={seed}");
    let rng_seed = RngSeed::Fixed(seed);
    let mut runner = TestRunner::new(Config { cases: 1_000, rng_seed, ..Config::default() });
    let strategy = (select(documents), vec(change, 1..6));
    let outcome = runner.run(&strategy, |(document, changes)| {
        let document = changes.iter().fold(document, changed);
        check(&reader, &document.join(" "))
    });
    outcome.unwrap_or_else(|failure| panic!("seed {seed}: {failure}"));
}

/// Whatever it is, it is answered as a document or as a syntax error.
fn check(reader: &Reader<'_>, document: &str) -> TestCaseResult {
    let variables = json!({ "pageSize": 3, "logID": "QXVkaXRMb2c6MQ", "a": null, "userIDs": [1] });
    let body = json!({ "query": document, "variables": variables });
    let answer = reader.post("application/json", body.to_string());
    let told: Value = answer.json();
    if answer.status == StatusCode::INTERNAL_SERVER_ERROR {
        let message = told["error"]["message"].as_str().unwrap_or_default();
        prop_assert!(message.starts_with("syntax error in line"), "{}: {}", document, told);
    } else {
        prop_assert_eq!(answer.status, StatusCode::OK, "{}: {}", document, told);
        prop_assert!(told.get("data").is_some(), "{}: {}", document, told);
    }
    Ok(())
}

fn words(document: &str) -> Vec<String> {
    let mut spaced = String::new();
    for letter in document.chars() {
        match letter {
            '{' | '}' | '(' | ')' | '[' | ']' | ':' | '!' | '$' | ',' => {
                spaced.extend([' ', letter, ' ']);
            }
            other => spaced.push(other),
        }
    }
    spaced.split_whitespace().map(str::to_owned).collect()
}

fn changed(mut words: Vec<String>, change: &Change) -> Vec<String> {
    if words.is_empty() {
        return words;
    }
    let count = words.len();
    match change {
        Change::Lose(at) => drop(words.remove(at.index(count))),
        Change::Double(at) => words.insert(at.index(count), words[at.index(count)].clone()),
        Change::Exchange(one, other) => words.swap(one.index(count), other.index(count)),
        Change::Put(at, word) => words.insert(at.index(count), (*word).to_owned()),
    }
    words
}
