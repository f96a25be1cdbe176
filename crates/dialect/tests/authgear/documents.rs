//! The documents of Authgear's portal, as its browser code sends them, and those of Authgear's
//! documentation.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::{example, fixture, global_id, server_with_examples};

/// What the portal sends besides the document.
fn list_variables() -> Value {
    json!({
        "pageSize": 100, "cursor": null, "activityTypes": ["USER_AUTHENTICATED", "SMS_SENT"],
        "userIDs": null, "emailAddresses": null, "phoneNumbers": null, "rangeFrom": null,
        "rangeTo": "2026-07-27T10:42:37.123Z", "sortDirection": "DESC",
    })
}

#[test]
fn the_portals_list() {
    let server = server_with_examples();
    let reader = server.reader();
    let body = json!({
        "operationName": "AuditLogListQuery",
        "variables": list_variables(),
        "query": fixture("authgear-portal-list.graphql"),
    });
    let answer = reader.post("application/json", body.to_string());
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.line("content-type"), "application/json; charset=utf-8");
    assert_eq!(answer.line("cache-control"), "no-store");
    let user_id = "00000000-0000-0000-0000-000000000001";
    let expected = json!({ "data": { "auditLogs": {
        "__typename": "AuditLogConnection",
        "totalCount": 2,
        "edges": [
            { "__typename": "AuditLogEdge", "node": {
                "__typename": "AuditLog",
                "id": "QXVkaXRMb2c6MDAwMDAwMDAwMDBhNWE2MA",
                "createdAt": "2026-07-27T10:42:36Z",
                "activityType": "USER_AUTHENTICATED",
                "user": { "__typename": "User", "id": global_id("User", user_id) },
                "data": example("00000000000a5a60"),
            } },
            { "__typename": "AuditLogEdge", "node": {
                "__typename": "AuditLog",
                "id": global_id("AuditLog", "00000000000a5a58"),
                "createdAt": "2026-07-27T10:41:41Z",
                "activityType": "SMS_SENT",
                "user": null,
                "data": example("00000000000a5a58"),
            } },
        ],
    } } });
    assert_eq!(answer.json(), expected);
}

#[test]
fn the_portals_second_page() {
    let server = server_with_examples();
    let reader = server.reader();
    let mut variables = list_variables();
    variables["cursor"] = json!("b2Zmc2V0Ojk5");
    let result = reader.result(&fixture("authgear-portal-list.graphql"), &variables);
    let expected = json!({ "data": { "auditLogs": {
        "__typename": "AuditLogConnection", "edges": [], "totalCount": 2,
    } } });
    assert_eq!(result, expected);
}

#[test]
fn the_portals_entry() {
    let server = server_with_examples();
    let reader = server.reader();
    let entry = |id: &str| {
        let variables = json!({ "logID": global_id("AuditLog", id) });
        reader.result(&fixture("authgear-portal-entry.graphql"), &variables)["data"].clone()
    };
    let expected = json!({ "node": {
        "__typename": "AuditLog",
        "id": global_id("AuditLog", "00000000000a6001"),
        "createdAt": "2026-07-27T11:00:00Z",
        "activityType": "ADMIN_API_MUTATION_SET_DISABLED_STATUS_EXECUTED",
        // Of the payload: the context of such an event names nobody.
        "user": {
            "__typename": "User",
            "id": global_id("User", "7a1d1f2e-0b53-4f6c-9f9e-2b8f3c1d4e5f"),
        },
        "ipAddress": "192.0.2.10",
        "userAgent": "Mozilla/5.0 (Macintosh)",
        "clientID": "",
        "data": example("00000000000a6001"),
    } });
    assert_eq!(entry("00000000000a6001"), expected);
    assert_eq!(entry("00000000000a6002"), json!({ "node": null }));
}

#[test]
fn the_documentations_queries() {
    let server = server_with_examples();
    let reader = server.reader();
    let query =
        "query { auditLogs(first:5){ edges{ node{ activityType clientID createdAt data } } } }";
    let data = reader.data(query);
    let nodes = data["auditLogs"]["edges"].as_array().unwrap();
    let types: Vec<&str> =
        nodes.iter().map(|edge| edge["node"]["activityType"].as_str().unwrap()).collect();
    let expected = [
        "ADMIN_API_MUTATION_SET_DISABLED_STATUS_EXECUTED",
        "USER_AUTHENTICATED",
        "AUTHENTICATION_PRIMARY_PASSWORD_FAILED",
        "SMS_SENT",
        "IDENTITY_EMAIL_ADDED",
    ];
    assert_eq!(types, expected);
    assert_eq!(nodes[1]["node"]["clientID"], "a1b2c3d4e5f60718");
    let query = "query { auditLogs(first:5, activityTypes:[USER_AUTHENTICATED,USER_DELETED]){ \
                 edges{ node{ activityType clientID createdAt data } } } }";
    let expected = json!({ "auditLogs": { "edges": [{ "node": {
        "activityType": "USER_AUTHENTICATED",
        "clientID": "a1b2c3d4e5f60718",
        "createdAt": "2026-07-27T10:42:36Z",
        "data": example("00000000000a5a60"),
    } }] } });
    assert_eq!(reader.data(query), expected);
    let answer = reader.post("application/graphql", query);
    assert_eq!(answer.json()["data"], expected);
}
