//! Credentials, paths, methods, errors and browsers.

use std::sync::mpsc;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use gatelog_api::blocking::scanning;
use gatelog_auth::{Access, ClientDialect, ClientSecret, Scope, TokenRequest};
use gatelog_event::source::{Format, Source};
use gatelog_ledger::PageStart;
use gatelog_query::{Field, Filter, Query};
use gatelog_service::DueReads;
use tokio::task::JoinSet;

use crate::entries::{encoded, entry, server_with};
use crate::support::{Answer, Server, ada};

fn request(server: &Server, method: Method, target: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().method(method).uri(target);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    server.ask(request.body(Body::empty()).unwrap())
}

/// Every error is one a client can read, wherever it comes from.
fn refusal(answer: &Answer) -> (u16, String) {
    assert_eq!(answer.header("content-type"), ["application/json"]);
    assert_eq!(answer.header("access-control-allow-origin"), ["*"]);
    let body = answer.json();
    let members: Vec<&str> = body.as_object().unwrap().keys().map(|name| &**name).collect();
    assert_eq!(members, ["error", "error_description", "status"]);
    assert_eq!(body["status"], answer.status.as_u16());
    (answer.status.as_u16(), body["error"].as_str().unwrap().to_owned())
}

#[test]
fn credentials_are_refused_by_plusauths_names() {
    let server = Server::start();
    server.create_tenant("acme");
    let reader = server.key(Scope::Read, Some("default"));
    let sender = server.key(Scope::Ingest, Some("default"));
    let operator = server.key(Scope::Operator, None);
    let of_source = |source| {
        let access = Access::new(Scope::Read, Some("default".parse().unwrap()), Some(source));
        server.key_with(access.unwrap()).0
    };
    let (of_logto, of_plusauth) = (of_source(Source::Logto), of_source(Source::PlusAuth));
    let bearer = |key: &str| format!("Bearer {key}");
    let unknown = format!("gl_{}_{}", "0".repeat(16), "0".repeat(64));
    let tenant = "x-plusauth-tenant";
    for (authorization, headers, expected) in [
        ("", &[][..], "401 missing_token"),
        ("Bearer", &[], "401 missing_token"),
        ("Bearer ", &[], "401 missing_token"),
        ("Basic YTpi", &[], "401 invalid_authorization_scheme"),
        ("Bearer nonsense", &[], "401 unauthorized_user"),
        (&bearer(&unknown), &[], "401 unauthorized_user"),
        (&bearer(&sender), &[], "401 missing_scope"),
        (&bearer(&of_logto), &[], "401 missing_scope"),
        (&bearer(&of_plusauth), &[], "200"),
        (&bearer(&reader), &[], "200"),
        (&bearer(&reader).replace("Bearer", "bearer"), &[], "200"),
        (&bearer(&reader), &[(tenant, "default")], "200"),
        (&bearer(&reader), &[(tenant, "acme")], "403 unauthorized_user"),
        (&bearer(&reader), &[("gatelog-tenant", "acme")], "403 unauthorized_user"),
        (&bearer(&reader), &[(tenant, "Not a Tenant")], "403 unauthorized_user"),
        (&bearer(&operator), &[(tenant, "acme")], "200"),
        (&bearer(&operator), &[("gatelog-tenant", "acme"), (tenant, "acme")], "200"),
        (&bearer(&operator), &[("gatelog-tenant", "acme"), (tenant, "x")], "403 unauthorized_user"),
        (&bearer(&operator), &[(tenant, "nowhere")], "404 entity_not_found"),
    ] {
        let mut all = vec![("authorization", authorization)];
        all.extend_from_slice(headers);
        let answer = request(&server, Method::GET, "/api/v1/logs/", &all);
        let found = match answer.status {
            StatusCode::OK => "200".to_owned(),
            _ => {
                let (status, name) = refusal(&answer);
                format!("{status} {name}")
            }
        };
        assert_eq!(found, expected, "{authorization} {headers:?}");
    }
}

#[test]
fn clients_read_with_tokens_made_for_plusauth() {
    let (server, _) = server_with(&[entry(1, "info", "2001", "")]);
    let environment = server.service.environment();
    let token = |dialect| {
        let (id, secret) = (environment.random().unwrap(), environment.random().unwrap());
        let client = ClientSecret::mint(id, secret);
        let stored = client.to_stored(dialect, "default".parse().unwrap(), "test".to_owned());
        server.service.meta().create_client(&stored, &environment.change(ada())).unwrap();
        let (client, secret) = (client.id(), client.reveal());
        let request = TokenRequest { dialect, client, secret, scope: "log:read" };
        let token = environment.random().unwrap();
        server.service.authenticator().issue_token(request, token, server.service.now()).unwrap()
    };
    let own = server.get("/api/v1/logs/", &token(ClientDialect::PlusAuth), &[]);
    assert_eq!(own.codes(), "2001");
    let of_logto = server.get("/api/v1/logs/", &token(ClientDialect::Logto), &[]);
    assert_eq!(refusal(&of_logto), (401, "unauthorized_user".to_owned()));
}

#[test]
fn a_tenant_sees_its_own_rows_only() {
    let (server, key) = server_with(&[entry(1, "info", "2001", "")]);
    server.create_tenant("acme");
    server.keep("acme", Format::PlusAuth, &entry(1, "warn", "4002", "").to_string());
    let operator = server.key(Scope::Operator, None);
    assert_eq!(server.get("/api/v1/logs/", &key, &[]).codes(), "2001");
    let of_acme = [("x-plusauth-tenant", "acme")];
    assert_eq!(server.get("/api/v1/logs/", &operator, &of_acme).codes(), "4002");
}

#[test]
fn a_key_of_the_source_sees_no_events_of_others() {
    let (server, key) = server_with(&[entry(1, "info", "2001", "")]);
    server.keep("default", Format::Native, r#"{"type":"login","outcome":"failure"}"#);
    let access = Access::new(Scope::Read, Some("default".parse().unwrap()), Some(Source::PlusAuth));
    let (bound, _) = server.key_with(access.unwrap());
    assert_eq!(server.get("/api/v1/logs/", &key, &[]).codes(), "4000 2001");
    let found = server.get("/api/v1/logs/", &bound, &[]);
    assert_eq!((found.codes().as_str(), &found.json()["total"]), ("2001", &1.into()));
}

#[test]
fn who_reads_is_recorded_and_not_of_whom() {
    let (server, key) = server_with(&[entry(1, "info", "2001", "")]);
    let asked = encoded(r#"user_id = "ada" AND source IN "plusauth", "gatelog""#);
    let target = format!("/x/api/v1/logs/?q={asked}&operation=2001&include_api=true&limit=5");
    for _ in 0..2 {
        // Not even who asks for it sees our own audit here.
        assert_eq!(server.get(&target, &key, &[]).codes(), "2001");
        server.service.write_audit(DueReads::All).unwrap();
    }
    let own = Query::new(Filter::equals(Field::Source, Source::Gatelog.name()));
    let found = server.tenant("default").ledger().page(&own, PageStart::First, 1).unwrap();
    let record = String::from_utf8(found.events[0].record.to_vec()).unwrap();
    for told in ["GET /api/v1/logs", "user_id = ", "operation = ", "include_api = "] {
        assert!(record.contains(told), "{told}: {record}");
    }
    // With its quotes: a hash may have these letters.
    assert!(!record.contains(r#"\"ada\""#), "{record}");
}

#[test]
fn paths_lead_to_the_log_or_nowhere() {
    let (server, key) = server_with(&[entry(1, "info", "2001", "")]);
    let log = [
        "/api/v1/logs",
        "/api/v1/logs/",
        "/api/v1//logs",
        "//api/v1/logs/",
        "/api//v1/logs//",
        "/x/api/v1/logs",
        "/x//y/api/v1//logs/",
        "/api/v1/api/v1/logs",
    ];
    for path in log {
        assert_eq!(server.get(path, &key, &[]).codes(), "2001", "{path}");
    }
    for path in ["/api/v1", "/api/v1/", "//api/v1/users/", "/api/v1/logs/1", "/api/v1/Logs"] {
        let answer = server.get(path, &key, &[]);
        assert_eq!(refusal(&answer), (404, "entity_not_found".to_owned()), "{path}");
    }
    // These are not ours: another dialect's, and nobody's.
    let row = server.get("/api/logs", &key, &[]).json()[0].clone();
    assert_eq!(row["key"], "Interaction.SignIn.Submit");
    assert_eq!(server.get("/api/v2/logs/", &key, &[]).body, b"Not Found");
    assert_eq!(server.get("/x/api/v1/users/", &key, &[]).body, b"");
}

#[test]
fn the_log_can_only_be_read() {
    let (server, key) = server_with(&[entry(1, "info", "2001", "")]);
    let authorization = format!("Bearer {key}");
    let headers = [("authorization", authorization.as_str())];
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::TRACE] {
        let answer = request(&server, method, "/api/v1/logs/", &headers);
        assert_eq!(refusal(&answer), (405, "invalid_request".to_owned()));
        assert_eq!(answer.header("allow"), ["GET, HEAD, OPTIONS"]);
    }
    let answer = request(&server, Method::HEAD, "/api/v1/logs/", &headers);
    assert_eq!(answer.status, StatusCode::OK);
}

#[test]
fn browsers_of_any_origin_may_ask_without_a_credential_whether_they_may_ask() {
    let server = Server::start();
    for path in ["/api/v1/logs/", "/x/api/v1//logs/", "/api/v1/users/"] {
        let headers = [
            ("origin", "https://dashboard.example"),
            ("access-control-request-method", "GET"),
            ("access-control-request-headers", "authorization,content-type,x-requested-with"),
        ];
        let answer = request(&server, Method::OPTIONS, path, &headers);
        assert_eq!((answer.status, answer.body.len()), (StatusCode::NO_CONTENT, 0));
        assert_eq!(answer.header("access-control-allow-origin"), ["*"]);
        assert_eq!(answer.header("access-control-allow-credentials"), [""; 0]);
        let list = |name: &str| answer.header(name).join(",").to_lowercase();
        let (methods, allowed) =
            (list("access-control-allow-methods"), list("access-control-allow-headers"));
        for method in ["get", "post", "patch", "delete"] {
            assert!(methods.split(", ").any(|it| it == method), "{method}");
        }
        for name in [
            "authorization",
            "content-type",
            "x-requested-with",
            "x-plusauth-version",
            "x-plusauth-tenant",
        ] {
            assert!(allowed.split(", ").any(|it| it == name), "{name}");
        }
    }
}

#[test]
fn wrong_values_are_named_with_their_place() {
    let (server, key) = server_with(&[]);
    for (query, description) in [
        ("limit=1001", "`limit` must be a whole number from 0 to 1000"),
        ("limit=-1", "`limit` must be a whole number from 0 to 1000"),
        ("offset=1.5", "`offset` must be the number of a page, a whole number from 0"),
        ("limit=1&limit=2", "`limit` must not be given twice"),
        ("q=a&q=b", "`q` must not be given twice"),
        ("include_api=yes", "`include_api` must be true or false"),
        (
            "type=error,fatal",
            "`type` `fatal` is no level; levels are debug, info, warn, warning and error",
        ),
        (
            "operation=logn",
            "`operation` `logn` is no operation: write an event code such as 2001, an action such \
             as login, authorization.error or mfa.verify.success, or an operation of the API such \
             as create.user",
        ),
        (
            "from=now-7x",
            "`from` line 1, column 6: a unit is one of y, M (month), w, d, h, m (minute) and s",
        ),
        ("from=now&to=now-1h", "`from` must not be after `to`"),
        ("q=level = ", "`q` line 1, column 7: a value is missing after `=`"),
        (
            "q=level = \"error\"\nAND (user_id = \"ada\"",
            "`q` line 2, column 5: this `(` is not closed",
        ),
    ] {
        let (name, value) = query.split_once('=').unwrap();
        let target = match name {
            "q" if !query.contains('&') => format!("/api/v1/logs/?q={}", encoded(value)),
            _ => format!("/api/v1/logs/?{query}"),
        };
        let answer = server.get(&target, &key, &[]);
        assert_eq!(refusal(&answer), (400, "invalid_request".to_owned()), "{query}");
        assert_eq!(answer.json()["error_description"], description, "{query}");
    }
    let codes = |count: usize| format!("/api/v1/logs/?operation={}", "2001,".repeat(count));
    let answer = server.get(&codes(257), &key, &[]);
    assert_eq!(answer.json()["error_description"], "`operation` has more than 256 items");
    assert_eq!(server.get(&codes(256), &key, &[]).status, StatusCode::OK);
}

#[test]
fn who_finds_no_room_is_told_to_ask_again() {
    let (server, key) = server_with(&[entry(1, "info", "2001", "in")]);
    let target = format!("/api/v1/logs/?q={}", encoded(r#"details.a ILIKE "%b%""#));
    let bearer = format!("Bearer {key}");
    assert_eq!(
        request(&server, Method::GET, &target, &[("authorization", &*bearer)]).status,
        StatusCode::OK
    );

    // Work that goes on until the senders are dropped, more of it than there is room for.
    let (mut senders, mut scans) = (Vec::new(), JoinSet::new());
    for _ in 0..100 {
        let (sender, receiver) = mpsc::channel::<()>();
        senders.push(sender);
        scans.spawn_on(scanning(move || receiver.recv()), server.runtime.handle());
    }
    let first = server.runtime.block_on(scans.join_next()).unwrap().unwrap();
    assert!(first.is_err(), "the first to end found no room");

    let refused = request(&server, Method::GET, &target, &[("authorization", &*bearer)]);
    assert_eq!(refusal(&refused), (429, "too_many_requests".to_owned()));
    assert_eq!(refused.header("retry-after"), ["1"]);
    drop(senders);
    server.runtime.block_on(scans.join_all());
    assert_eq!(
        request(&server, Method::GET, &target, &[("authorization", &*bearer)]).status,
        StatusCode::OK
    );
}
