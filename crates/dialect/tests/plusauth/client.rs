//! The requests of `@plusauth/plusauth-rest-js` 2.4.0: `client.logs.getAll(parameters)` with the
//! address that it was made with, as its shipped bundle sends them.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::json;

use crate::entries::{entry, seconds_ago, server_with, with};

/// What the client asks for: a path and a query, and the codes that must come back.
const REQUESTS: &str = "
/api/v1/logs/ 4002 2001 4434 2201
/api/v1/logs/? 4002 2001 4434 2201
/api/v1//logs/ 4002 2001 4434 2201
/api/v1//logs/? 4002 2001 4434 2201
/x/api/v1/logs/ 4002 2001 4434 2201
/x/y/api/v1//logs/?limit=1 4002
/api/v1/logs/?limit=2&offset=1 4434 2201
/api/v1/logs/?limit=3&offset=1 2201
/api/v1/logs/?limit=0
/api/v1/logs/?type=error 4434
/api/v1/logs/?type=error%2Cwarning 4002 4434
/api/v1/logs/?type=error%2Cwarning%2Cinfo 4002 2001 4434 2201
/api/v1/logs/?type=debug
/api/v1/logs/?operation=authorization.error%2Ccreate.user 4002
/api/v1/logs/?operation=authorization.error%2Ccreate.user&include_api=true 101 4002
/api/v1/logs/?operation=2001%2C2201 2001 2201
/api/v1/logs/?include_api=true 101 4002 2001 4434 2201
/api/v1/logs/?include_api=false 4002 2001 4434 2201
/api/v1/logs/?from=now-24h&to=now 4002 2001 4434
/api/v1/logs/?from=now-1h%2Fh 4002 2001
/api/v1/logs/?from=now-2d&to=now-24h 2201
/api/v1/logs/?from=2026-11-20T16%3A04%3A00.000Z 4002
/api/v1/logs/?q=level%20%3D%20%22warn%22%20AND%20event_type%20%3D%20%224002%22 4002
/api/v1/logs/?q=level%20%3D%20%22error%22%20AND%20event_type%20%3D%20%221000%22
/api/v1/logs/?q=user_id%20%3D%20%22grace%22 2001
/api/v1/logs/?q=details.recipient%20%3D%20%22ada%40acme.example%22&limit=5 4434
/api/v1/logs/?fields=time%2Clevel&sort_by=time.asc 4002 2001 4434 2201
";

#[test]
fn every_request_of_the_client_is_answered() {
    let (server, key) = server_with(&[
        entry(90_000, "info", "2201", "Refresh token exchanged"),
        with(
            entry(7_200, "error", "4434", "Could not send e-mail"),
            &json!({ "details": { "recipient": "ada@acme.example" } }),
        ),
        with(entry(60, "info", "2001", "User logged in"), &json!({ "user_id": "grace" })),
        entry(50, "warn", "4002", "Wrong password"),
        with(entry(40, "info", "101", "Create User"), &json!({ "user_id": "" })),
    ]);
    for line in REQUESTS.trim().lines() {
        let (target, codes) = line.split_once(' ').unwrap_or((line, ""));
        // As `fetch` sends them: the content type stands there though nothing is sent.
        let headers = [
            ("accept", "application/json"),
            ("content-type", "application/json"),
            ("x-requested-with", "XMLHttpRequest"),
            ("x-plusauth-version", "2024-01-01"),
            ("origin", "https://dashboard.example"),
        ];
        let answer = server.get(target, &key, &headers);
        assert_eq!(answer.codes(), codes, "{target}");
        let content_type = answer.header("content-type");
        assert!(content_type[0].contains("application/json"), "{target}");
        assert_eq!(answer.header("access-control-allow-origin"), ["*"], "{target}");
    }
}

#[test]
fn a_client_without_a_token_gets_an_error_it_can_read() {
    let (server, _) = server_with(&[]);
    let request = Request::get("/api/v1/logs/").header("Accept", "application/json");
    let answer = server.ask(request.body(Body::empty()).unwrap());
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.header("content-type"), ["application/json"]);
    assert_eq!(answer.json()["error"], "missing_token");
    assert_eq!(answer.json()["status"], 401);
    assert!(answer.json()["error_description"].is_string());
}

#[test]
fn a_page_has_the_members_that_the_client_declares() {
    let sent = entry(60, "info", "2001", "User logged in successfully");
    let (server, key) = server_with(std::slice::from_ref(&sent));
    let found = server.get("/api/v1/logs/?limit=10", &key, &[]).json();
    // A minute from 16:03:53.833 to now, in buckets of a second.
    let bucket = seconds_ago(60).replace(".833", ".000");
    let expected = json!({
        "logs": [sent], "total": 1, "length": 1, "limit": 10, "offset": 0, "interval": 1_000,
        "stacked": [{ "interval": bucket, "level": "info", "count": 1 }],
    });
    assert_eq!(found, expected);

    let nothing = server.get("/api/v1/logs/?offset=3&q=user_id%3D%22nobody%22", &key, &[]).json();
    let members: BTreeSet<&str> = nothing.as_object().unwrap().keys().map(|it| &**it).collect();
    assert_eq!(members, BTreeSet::from(["length", "limit", "logs", "offset", "total"]));
    assert_eq!((&nothing["limit"], &nothing["offset"]), (&json!(25), &json!(3)));
}
