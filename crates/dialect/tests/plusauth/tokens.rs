//! How a client of PlusAuth's gets a token, and what becomes of it.

use axum::body::Body;
use axum::http::Request;
use gatelog_auth::ClientDialect;
use gatelog_event::source::Format;
use serde_json::Value;

use crate::support::{Answer, Server, ada};

/// Asks as the documentation of PlusAuth says.
fn token(server: &Server, (id, secret): &(String, String), grant: &str) -> Answer {
    let body = format!(
        "grant_type={grant}&client_id={id}&client_secret={secret}\
         &audience=https%3A%2F%2Facme.plusauth.com%2Fapi%2F&scope=read%3Alogs%20read%3Ausers"
    );
    let request = Request::post("/oauth2/token");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    server.ask(request.body(Body::from(body)).unwrap())
}

#[test]
fn a_client_gets_a_token_and_reads_with_it() {
    let server = Server::start();
    server.keep("default", Format::PlusAuth, r#"{"event_type":"2001","details":{}}"#);
    let (client, of_logto) =
        (server.client(ClientDialect::PlusAuth), server.client(ClientDialect::Logto));
    let answer = token(&server, &client, "client_credentials");
    let body = answer.json();
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, vec!["no-store"]));
    assert_eq!(answer.header("access-control-allow-origin"), ["*"]);
    assert_eq!((&body["token_type"], &body["expires_in"]), (&"Bearer".into(), &3_600.into()));
    assert_eq!(body["scope"], "read:logs read:users");
    let access_token = body["access_token"].as_str().unwrap();
    let found = server.get("/api/v1/logs/", access_token, &[]);
    assert_eq!(found.json()["total"], 1);
    assert_eq!(server.get("/api/logs", access_token, &[]).status.as_u16(), 401, "not for Logto");

    let change = server.service.environment().change(ada());
    server.service.meta().revoke_client(&client.0, &change).unwrap();
    let refused = server.get("/api/v1/logs/", access_token, &[]).json();
    assert_eq!(refused["error"], "unauthorized_user", "at once");

    let wrong = (of_logto.0.clone(), "guess".to_owned());
    for (client, grant, status, error) in [
        (&of_logto, "client_credentials", 401, "invalid_client"),
        (&wrong, "client_credentials", 401, "invalid_client"),
        (&client, "client_credentials", 401, "invalid_client"),
        (&client, "password", 400, "unsupported_grant_type"),
        (&client, "", 400, "invalid_request"),
    ] {
        let answer = token(&server, client, grant);
        let body = answer.json();
        assert_eq!((answer.status.as_u16(), &body["error"]), (status, &Value::from(error)));
        assert_eq!(body["status"], status);
        assert_eq!(answer.header("access-control-allow-origin"), ["*"]);
    }
}

#[test]
fn guessing_is_limited() {
    let server = Server::start();
    let (id, secret) = server.client(ClientDialect::PlusAuth);
    for _ in 0..10 {
        token(&server, &(id.clone(), "guess".to_owned()), "client_credentials");
    }
    let refused = token(&server, &(id, secret), "client_credentials");
    assert_eq!(refused.json()["error"], "too_many_requests");
    assert_eq!(refused.header("retry-after"), ["900"]);
}

#[test]
fn a_token_is_asked_for_by_post() {
    let server = Server::start();
    for (method, status, allowed) in
        [("OPTIONS", 204, "POST, OPTIONS"), ("GET", 405, "POST, OPTIONS")]
    {
        let request = Request::builder().method(method).uri("/oauth2/token");
        let answer = server.ask(request.body(Body::empty()).unwrap());
        assert_eq!((answer.status.as_u16(), answer.header("allow")), (status, vec![allowed]));
    }
}
