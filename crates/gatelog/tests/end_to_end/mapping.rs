//! `gatelog map`, and imports through a mapping.

use serde_json::{Value, json};

use crate::support::{Folder, Server};

const OWN: &str = r#"# name: doors
# version: 2
# source: native
# about: Doors of the office.

.swipes[] | {id: .n, time: .at, type: "login", outcome: (if .ok then "success" else "failure" end),
  actor: {kind: "user", id: .badge}, data: .}
"#;

const SWIPES: &str = r#"{"swipes":[
  {"n":"1","at":"2026-11-20T14:29:31Z","ok":true,"badge":"b7","password":"hunter2"},
  {"n":"2","at":"2026-11-20T14:30:00Z","ok":false,"badge":"b8"}
]}
"#;

const AUTH0: &str = r#"{"log_id":"l1","data":{"type":"s","date":"2024-01-15T10:30:00.000Z","user_id":"auth0|1"}}
{"log_id":"l2"}
{"log_id":"l3","data":{"type":"fp","date":"2024-01-15T10:31:00.000Z","user_name":"hunter2"}}
"#;

#[test]
fn a_mapping_is_tried_on_what_the_other_system_sends() {
    let folder = Folder::new();
    folder.write("doors.jq", OWN);
    folder.write("swipes.json", SWIPES);
    let tried = folder.run("map --try doors.jq swipes.json");
    let lines: Vec<&str> = tried.succeeded().lines().collect();
    assert_eq!(lines[0], "line 1: Login (action login, outcome success, level info)");
    assert_eq!(lines[1], "  masked: data.password: [redacted:password]");
    let kept: Value = serde_json::from_str(lines[2].strip_prefix("  kept: ").unwrap()).unwrap();
    assert_eq!((&kept["id"], &kept["mapping"]), (&"1".into(), &"doors 2".into()));
    assert_eq!(lines[3], "line 1: Login (action login, outcome failure, level warn)");

    let tried = folder.run_with_input("map --try doors.jq --json", SWIPES.as_bytes());
    let first: Value = serde_json::from_str(tried.succeeded().lines().next().unwrap()).unwrap();
    assert_eq!(first["title"], "Login");
    assert_eq!(first["masked"]["data.password"], "[redacted:password]");
    assert_eq!(first["record"]["actor"]["id"], "b7");
}

#[test]
fn what_would_be_refused_is_told_with_its_place() {
    let folder = Folder::new();
    let tried = folder.run_with_input("map --try auth0", AUTH0.as_bytes());
    assert_eq!(tried.code, Some(1));
    let refused = "line 2, column 1: refused: the mapping fails: \"an Auth0 event has a `type`; \
                   this has none\"";
    assert!(tried.output.lines().any(|line| line == refused), "{}", tried.output);
    assert!(tried.notes.contains("error: 1 would be refused"), "{}", tried.notes);
    assert!(!tried.output.contains("hunter2"), "{}", tried.output);

    for (arguments, expected) in [
        (
            "map --try absent",
            "error: absent is no ready mapping (auth0, okta, keycloak) and no file",
        ),
        ("map --show absent", "error: there is no ready mapping absent (auth0, okta, keycloak)"),
        ("map --try broken.jq", "error: broken.jq: line 6, column 6: expected term"),
    ] {
        folder.write("broken.jq", OWN.replace(".swipes[] |", "[] | |"));
        let refused = folder.run(arguments);
        assert!(refused.notes.starts_with(expected), "{arguments}: {}", refused.notes);
    }
}

#[test]
fn ready_mappings_are_listed_and_begin_ones_own() {
    let folder = Folder::new();
    let listed = folder.run("map --list --json");
    let listed: Value = serde_json::from_str(listed.succeeded()).unwrap();
    let names: Vec<_> = listed.as_array().unwrap().iter().map(|mapping| &mapping["name"]).collect();
    assert_eq!(names, ["auth0", "okta", "keycloak"]);
    folder.write("own.jq", folder.run("map --show auth0").succeeded());
    let tried = folder.run_with_input("map --try own.jq", AUTH0.as_bytes());
    assert_eq!(tried.code, Some(1));
}

#[test]
fn a_mapped_import_keeps_events_and_says_what_it_rejects() {
    let folder = Folder::new();
    folder.write("auth0.ndjson", AUTH0);
    let imported = folder.run("import --data data --mapping auth0 auth0.ndjson");
    assert!(imported.output.starts_with("2 accepted, 0 already here, 0 conflicts, 1 rejected"));
    assert_eq!(folder.read("auth0.ndjson.rejected"), "{\"log_id\":\"l2\"}\n");
    let again = folder.run("import --data data --mapping auth0 auth0.ndjson");
    assert!(again.output.starts_with("0 accepted, 2 already here"), "{}", again.output);

    let server = Server::start(&folder);
    let key = folder.key("--tenant default --scope admin");
    folder.write("doors.jq", OWN);
    let url = &server.address;
    let remote = format!("import --url {url} --token {key} --mapping doors.jq -");
    let swipes = SWIPES.replace('\n', "") + "\n{\"swipes\":[]}\n";
    let imported = folder.run_with_input(&remote, swipes.as_bytes());
    let summary = "2 accepted, 0 already here, 0 conflicts, 0 rejected\nskipped: 1 of which doors makes \
                   no event\n";
    assert_eq!(imported.succeeded(), summary);
    let json = remote.replace("--url", "--json --url");
    let again: Value =
        serde_json::from_str(folder.run_with_input(&json, swipes.as_bytes()).succeeded()).unwrap();
    assert_eq!((&again["duplicates"], &again["skipped"]), (&2.into(), &json!({ "doors": 1 })));
    let client = server.client(&key);
    let found = client.get("/v1/events?q=action+%3D+%22login%22").json();
    assert_eq!(found["total"], 4);
    let failed = client.get("/v1/events?q=source+%3D+%22auth0%22+AND+outcome+%3D+%22failure%22");
    let failed = failed.json();
    assert_eq!((&failed["total"], &failed["events"][0]["id"]), (&1.into(), &"l3".into()));
    assert!(!failed.to_string().contains("hunter2"), "{failed}");
}

#[test]
fn what_is_sent_goes_through_a_ready_mapping_or_one_of_the_configuration() {
    let folder = Folder::new();
    folder.write("doors.jq", OWN);
    folder.write("gatelog.toml", "[[mappings]]\nname = \"doors\"\nfile = \"doors.jq\"\n");
    let serve = folder.command("serve --data data --config gatelog.toml");
    let server = Server::launch(&folder, serve);
    let client = server.client(&folder.key("--tenant default --scope admin"));

    let auth0 = client.post("/v1/events?format=mapped&mapping=auth0", AUTH0);
    assert_eq!(auth0.counts(), [2, 0, 0, 1]);
    assert_eq!(auth0.json()["skipped"], 0);
    let reason = "2:1: the mapping fails: \"an Auth0 event has a `type`; this has none\"";
    assert_eq!(auth0.rejected(), [reason]);
    let again = client.post("/v1/events?format=mapped&mapping=auth0", AUTH0);
    assert_eq!(again.counts(), [0, 2, 0, 1]);
    let everything = client.get("/v1/events").text;
    assert!(!everything.contains("hunter2"), "{everything}");

    // An array: its second item holds no event, its third is broken for the mapping, and of its
    // fourth an event is made that is none.
    let body =
        format!("[{SWIPES},\n{{\"swipes\":[]}}, 5, {{\"swipes\":[{{\"n\":7,\"at\":\"soon\"}}]}}]");
    let doors = client.post("/v1/events?format=mapped&mapping=doors", body);
    assert_eq!(doors.counts(), [2, 0, 0, 2]);
    assert_eq!(doors.json()["skipped"], 1);
    let rejected = doors.rejected();
    assert!(rejected[0].starts_with("3:1: the mapping fails: "), "{rejected:?}");
    assert!(rejected[1].starts_with("4:1: an event made of it: "), "{rejected:?}");
    let kept = client.get("/v1/events?actor.id=b7").json();
    assert_eq!(kept["events"][0]["outcome"], "success");
}

#[test]
fn a_mapping_that_is_not_there_is_refused_with_those_that_are() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let client = server.client(&folder.key("--tenant default --scope ingest"));
    for (query, expected) in [
        (
            "format=mapped&mapping=doors",
            "400: there is no mapping `doors` (known: auth0, okta, keycloak)",
        ),
        ("format=mapped", "400: say which mapping: format=mapped&mapping=NAME"),
        ("mapping=auth0", "400: `mapping` goes with format=mapped"),
    ] {
        let answer = client.post(&format!("/v1/events?{query}"), "{}");
        assert_eq!(answer.problem(), expected, "{query}");
    }
    // A key for one source sends what a mapping of that source makes, and nothing else.
    let client = server.client(&folder.key("--tenant default --scope ingest --source okta"));
    let answer = client.post("/v1/events?format=mapped&mapping=auth0", AUTH0);
    assert_eq!(answer.counts(), [0, 0, 0, 3]);
}

#[test]
fn a_server_does_not_start_with_a_mapping_that_cannot_be_used() {
    let folder = Folder::new();
    folder.write("doors.jq", OWN.replace(".swipes[] |", "[] | |"));
    folder.write("gatelog.toml", "[[mappings]]\nname = \"doors\"\nfile = \"doors.jq\"\n");
    let ended = folder.run("serve --data data --config gatelog.toml");
    let expected = "error: mappings: doors.jq: line 6, column 6: expected term";
    assert_eq!(ended.refused(), expected);
    let looked = folder.run("doctor --data data --config gatelog.toml");
    assert!(looked.output.contains("doors.jq: line 6, column 6"), "{looked:?}");
}
