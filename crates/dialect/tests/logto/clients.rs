//! How a client gets a token, and what becomes of it.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use gatelog_auth::{ClientDialect, Scope};
use gatelog_event::source::Format;
use gatelog_service::DueReads;
use serde_json::{Value, json};

use crate::support::{Answer, Server, ada};
use crate::tokens::LogtoKeys;

const FORM: &str = "application/x-www-form-urlencoded";
const RESOURCE: &str = "resource=https%3A%2F%2Fdefault.logto.app%2Fapi";

fn post(server: &Server, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut request = Request::post(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    server.ask(request.body(Body::from(body.to_owned())).unwrap())
}

/// Asks as the official client does.
fn token(server: &Server, (id, secret): &(String, String), scope: &str) -> Answer {
    let body = format!(
        "grant_type=client_credentials&client_id={id}&client_secret={secret}&{RESOURCE}&scope={scope}"
    );
    post(server, "/oidc/token", &[("content-type", FORM)], &body)
}

#[test]
fn a_client_gets_a_token_and_reads_with_it() {
    let server = Server::start();
    server.keep("default", Format::Logto, r#"{"id":"1","key":"Interaction.End","payload":{}}"#);
    let client = server.client(ClientDialect::Logto);
    let answer = token(&server, &client, "all");
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("cache-control"), ["no-store"]);
    let body = answer.json();
    let access_token = body["access_token"].as_str().unwrap();
    let expected = json!({
        "access_token": access_token, "expires_in": 3_600, "token_type": "Bearer", "scope": "all",
    });
    assert_eq!(body, expected);
    assert_eq!(server.get("/api/logs", access_token, &[]).ids(), ["1"]);

    let change = server.service.environment().change(ada());
    server.service.meta().revoke_client(&client.0, &change).unwrap();
    let refused = server.get("/api/logs", access_token, &[]);
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "at once");
    assert_eq!(token(&server, &client, "all").status, StatusCode::BAD_REQUEST);
}

/// A path, headers and a body, and the status and error they are answered with.
type Case<'c> = (&'c str, &'c [(&'c str, &'c str)], String, u16, &'c str);

#[test]
fn every_form_of_a_request() {
    let server = Server::start();
    let (id, secret) = server.client(ClientDialect::Logto);
    let basic = base64(&format!("{id}:{secret}"));
    let grant = format!("grant_type=client_credentials&{RESOURCE}");
    let in_body = format!("{grant}&client_id={id}&client_secret={secret}");
    let json_body = json!({
        "grant_type": "client_credentials", "resource": "https://default.logto.app/api",
        "client_id": id, "client_secret": secret, "scope": "all",
    });
    let with_basic = ("authorization", basic.as_str());
    let form = ("content-type", FORM);
    let cases: [Case<'_>; 17] = [
        ("/oidc/token", &[form], in_body.clone(), 200, ""),
        ("//oidc/token", &[form], in_body.clone(), 200, ""),
        ("/oidc/token", &[form, with_basic], grant.clone(), 200, ""),
        ("/oidc/token", &[form, with_basic], format!("{grant}&client_id={id}"), 200, ""),
        ("/oidc/token", &[("content-type", "application/json")], json_body.to_string(), 200, ""),
        ("/oidc/token", &[form, with_basic], in_body.clone(), 400, "invalid_request"),
        (
            "/oidc/token",
            &[form, with_basic],
            format!("{grant}&client_id=x"),
            400,
            "invalid_request",
        ),
        (
            "/oidc/token",
            &[form, ("origin", "https://x.example")],
            in_body.clone(),
            400,
            "invalid_request",
        ),
        ("/oidc/token", &[form], grant.clone(), 400, "invalid_request"),
        ("/oidc/token", &[form], String::new(), 400, "invalid_request"),
        ("/oidc/token", &[form], format!("{in_body}&scope=all&scope=all"), 400, "invalid_request"),
        ("/oidc/token", &[form], "x".repeat(20_000), 400, "invalid_request"),
        (
            "/oidc/token",
            &[("content-type", "application/json")],
            "[".to_owned(),
            400,
            "invalid_request",
        ),
        (
            "/oidc/token",
            &[form],
            in_body.replace("client_credentials", "password"),
            400,
            "unsupported_grant_type",
        ),
        ("/oidc/token", &[form], in_body.replace(RESOURCE, ""), 400, "invalid_target"),
        ("/oidc/token", &[form], in_body.replace(&id, "client_0"), 400, "invalid_client"),
        ("/oidc/token", &[form], in_body.replace(&secret, "guess"), 401, "invalid_client"),
    ];
    for (path, headers, body, status, error) in cases {
        let answer = post(&server, path, headers, &body);
        let told = answer.json();
        assert_eq!(answer.status.as_u16(), status, "{headers:?} {body:.300} {told}");
        if status != 200 {
            assert_eq!(told["error"], error, "{headers:?} {body:.300}");
            assert_eq!(told["code"], format!("oidc.{error}"));
            assert!(told["message"].is_string() && told["message"] == told["error_description"]);
        }
    }
    let get = server.ask(Request::get("/oidc/token").body(Body::empty()).unwrap());
    assert_eq!(get.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[test]
fn a_token_without_the_scope_reads_nothing() {
    let server = Server::start();
    let client = server.client(ClientDialect::Logto);
    for scope in ["", "allx", "read:logs"] {
        let body = token(&server, &client, scope).json();
        assert_eq!(body.get("scope"), None, "{scope}");
        let refused = server.get("/api/logs", body["access_token"].as_str().unwrap(), &[]);
        assert_eq!(refused.json()["code"], "auth.forbidden", "{scope}");
    }
}

#[test]
fn clients_of_another_product_get_nothing_here() {
    let server = Server::start();
    let client = server.client(ClientDialect::PlusAuth);
    assert_eq!(token(&server, &client, "all").json()["error"], "invalid_client");
}

#[test]
fn guessing_is_limited_and_recorded() {
    let keys = LogtoKeys::new();
    let server = Server::with(keys.settings());
    let (id, secret) = server.client(ClientDialect::Logto);
    let guess = (id.clone(), "guess".to_owned());
    for _ in 0..10 {
        assert_eq!(token(&server, &guess, "all").status, StatusCode::UNAUTHORIZED);
    }
    let refused = token(&server, &(id.clone(), secret), "all");
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.header("retry-after"), ["900"]);
    token(&server, &("client_0".to_owned(), "guess".to_owned()), "all");
    let wrong = format!("gla_{}", "0".repeat(64));
    server.get("/api/logs", &wrong, &[]);
    server.get("/api/logs", "letmein", &[]);
    let ingest = server.key(Scope::Ingest, Some("default"));
    server.get("/api/logs/1", &ingest, &[]);
    let forged = keys.token_with(&json!({ "aud": "https://elsewhere.example" }));
    server.get("/api/logs", &forged, &[]);

    server.service.write_audit(DueReads::All).unwrap();
    let found = recorded(&server);
    for (event_type, route, code, who, requests) in [
        ("token.issue", "POST /oidc/token", "wrong_secret", "client", 10),
        ("token.issue", "POST /oidc/token", "too_many_attempts", "client", 1),
        ("token.issue", "POST /oidc/token", "unknown_client", "unknown", 1),
        ("audit.read", "GET /api/logs", "unknown_token", "unknown", 2),
        ("audit.read", "GET /api/logs", "malformed_token", "unknown", 1),
        ("audit.read", "GET /api/logs/{id}", "forbidden", "key", 1),
    ] {
        let expected = json!([event_type, route, code, who, requests]);
        assert!(found.contains(&expected), "{expected} in {found:?}");
    }
}

/// Type, route, reason, kind of actor and number of requests of all refusals in the ledger.
fn recorded(server: &Server) -> Vec<Value> {
    use gatelog_ledger::PageStart;
    use gatelog_query::{Field, Filter, Query};
    let query = Query::new(Filter::equals(Field::Source, "gatelog"));
    let page = server.tenant("default").ledger().page(&query, PageStart::First, 100).unwrap();
    let events = page.events.iter().map(|event| -> Value {
        let it: Value = serde_json::from_slice(&event.record).unwrap();
        let (route, requests) = (&it["target"]["id"], &it["data"]["requests"]);
        json!([it["type"], route, it["error"]["code"], it["actor"]["kind"], requests])
    });
    events.collect()
}

fn base64(text: &str) -> String {
    use base64::Engine;
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(text))
}
