//! An Authgear behind the server: which documents it gets, and how its answers come back.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use axum::response::Response;
use axum::routing::any;
use gatelog_auth::Scope;
use gatelog_event::source::Format;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::support::{ADDRESS, Reader, Server, fixture, global_id};

/// What stands behind the server.
#[derive(Debug)]
struct Behind {
    address: SocketAddr,
    asked: Asked,
    _runtime: Runtime,
}

/// Every request that arrived.
type Asked = Arc<Mutex<Vec<(Method, HeaderMap, Bytes)>>>;

/// How it answers.
#[derive(Clone)]
struct Answering {
    asked: Asked,
    answer: fn() -> Response,
}

impl Behind {
    fn start(answer: fn() -> Response) -> Self {
        let runtime = Runtime::new().unwrap();
        let asked = Asked::default();
        let answering = Answering { asked: Arc::clone(&asked), answer };
        let router = Router::new().route("/graphql", any(note)).with_state(answering);
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(async { axum::serve(listener, router).await });
        Self { address, asked, _runtime: runtime }
    }

    /// A server in front of it, and a token of the project's.
    fn server(&self) -> (Server, String) {
        let (server, token) = Server::before(&format!("http://{}/graphql", self.address));
        server.keep("default", Format::Authgear, &fixture("authgear-events.ndjson"));
        (server, token)
    }

    fn take(&self) -> Vec<(Method, HeaderMap, Bytes)> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

async fn note(
    State(answering): State<Answering>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answering.asked.lock().unwrap().push((method, headers, body));
    (answering.answer)()
}

fn from_behind() -> Response {
    let mut response = Response::new(Body::from("{\"data\": {\"from\": \"behind\"} }"));
    *response.status_mut() = StatusCode::ACCEPTED;
    for (name, value) in
        [("content-type", "application/json"), ("x-behind", "yes"), ("keep-alive", "timeout=5")]
    {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

#[test]
fn whatever_is_not_about_audit_logs_alone_goes_there() {
    let behind = Behind::start(from_behind);
    let (server, key) = behind.server();
    let reader = Reader { server: &server, key };
    let log = global_id("AuditLog", "00000000000a5a60");
    let user = global_id("User", "00000000-0000-0000-0000-000000000001");
    let (list, entry) =
        (fixture("authgear-portal-list.graphql"), fixture("authgear-portal-entry.graphql"));
    let two = "query Ours { auditLogs { totalCount } } query Theirs { users { totalCount } }";
    let page = "auditLogs { totalCount }";
    let text = |query: String| json!({ "query": query });
    let cases = [
        (json!({ "query": list, "variables": { "pageSize": 1 } }), false),
        (json!({ "query": entry, "variables": { "logID": log } }), false),
        (json!({ "query": entry, "variables": { "logID": user } }), true),
        (text(format!("query($id: ID! = \"{user}\") {{ node(id: $id) {{ id }} }}")), true),
        (text(format!("query($id: ID! = \"{log}\") {{ node(id: $id) {{ id }} }}")), false),
        (text(format!("{{ node(id: \"{user}\") {{ id }} }}")), true),
        (text("{ node(id: \"not an id\") { id } }".to_owned()), true),
        (text(format!("{{ nodes(ids: [\"{log}\"]) {{ id }} }}")), false),
        (text(format!("{{ nodes(ids: [\"{log}\", \"{user}\"]) {{ id }} }}")), true),
        (text("{ users { totalCount } }".to_owned()), true),
        (text(format!("{{ {page} users {{ totalCount }} }}")), true),
        (text("{ ...A } fragment A on Query { ... { users { totalCount } } }".to_owned()), true),
        (text(format!("{{ ...A }} fragment A on Query {{ {page} }}")), false),
        (
            text("mutation { deleteUser(input: { userID: \"1\" }) { deletedUserID } }".to_owned()),
            true,
        ),
        (text("subscription { anything }".to_owned()), true),
        (text("{ __schema { queryType { name } } }".to_owned()), true),
        (text("{ __type(name: \"AuditLog\") { name } }".to_owned()), true),
        (text("{ __typename }".to_owned()), false),
        (text("{ users(".to_owned()), true),
        (text(two.to_owned()), true),
        (json!({ "query": two, "operationName": "Ours" }), false),
        (json!({ "query": two, "operationName": "Theirs" }), true),
        (json!({ "query": two, "operationName": "Nobodys" }), true),
        (
            text(
                format!("{{ {page} b: {page} c: {page} d: {page} e: {page} f: {page} }}").replacen(
                    page,
                    &format!("a: {page}"),
                    1,
                ),
            ),
            false,
        ),
    ];
    for (body, is_theirs) in cases {
        let body = body.to_string();
        let answer = reader.post("application/json; charset=utf-8", body.clone());
        let asked = behind.take();
        assert_eq!(asked.len(), usize::from(is_theirs), "{body}: {}", answer.text());
        if is_theirs {
            assert_eq!(asked[0].2, body);
            assert_eq!(asked[0].1["content-type"], "application/json; charset=utf-8");
        }
        assert_eq!(answer.line("x-behind") == "yes", is_theirs, "{body}");
    }
}

#[test]
fn answers_come_back_as_they_are() {
    let behind = Behind::start(from_behind);
    let (server, key) = behind.server();
    let answer = Reader { server: &server, key: key.clone() }
        .post("application/graphql", "{ users { totalCount } }");
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    assert_eq!(answer.text(), "{\"data\": {\"from\": \"behind\"} }");
    assert_eq!(answer.line("content-type"), "application/json");
    assert_eq!(answer.line("x-behind"), "yes");
    assert_eq!(answer.line("keep-alive"), "");
    let (method, headers, body) = behind.take().pop().unwrap();
    assert_eq!(method, Method::POST);
    assert_eq!(body, "{ users { totalCount } }");
    assert_eq!(headers["authorization"], format!("Bearer {key}"));
    assert_eq!(headers["host"], behind.address.to_string());
}

#[test]
fn redirects_are_not_followed() {
    let behind = Behind::start(|| {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::FOUND;
        response.headers_mut().insert("location", HeaderValue::from_static("/graphql"));
        response
    });
    let (server, key) = behind.server();
    let answer =
        Reader { server: &server, key }.post("application/graphql", "{ users { totalCount } }");
    assert_eq!(answer.status, StatusCode::FOUND);
    assert_eq!(answer.line("location"), "/graphql");
    assert_eq!(behind.take().len(), 1);
}

#[test]
fn no_answer_and_one_that_is_too_large_are_bad_gateways() {
    let large = Behind::start(|| Response::new(Body::from(vec![b' '; (16 << 20) + 1])));
    let gone = Behind::start(from_behind);
    let nowhere = gone.server();
    drop(gone);
    for (server, key) in [large.server(), nowhere] {
        let reader = Reader { server: &server, key };
        let answer = reader.post("application/graphql", "{ users { totalCount } }");
        assert_eq!(answer.status, StatusCode::BAD_GATEWAY);
        let expected = json!({
            "data": null,
            "errors": [{ "message": "the Authgear behind this server did not answer", "locations": [] }],
        });
        assert_eq!(answer.json(), expected);
        // Audit logs do not need it.
        assert_eq!(reader.data("{ auditLogs { totalCount } }")["auditLogs"]["totalCount"], 6);
    }
}

#[test]
fn only_tokens_of_its_project_reach_it() {
    let behind = Behind::start(from_behind);
    let (server, _) = behind.server();
    server.create_tenant("other");
    let request = Request::post(ADDRESS)
        .header("Content-Type", "application/graphql")
        .header("Authorization", "Bearer nobody")
        .body(Body::from("{ users { totalCount } }"));
    assert_eq!(server.ask(request.unwrap()).status, StatusCode::FORBIDDEN);
    // A key of ours may read here, and nothing there, whatever there asks for.
    for (scope, tenant) in
        [(Scope::Read, "default"), (Scope::Admin, "default"), (Scope::Read, "other")]
    {
        let reader = Reader { server: &server, key: server.key(scope, Some(tenant)) };
        let result = reader.result("{ users { totalCount } }", &Value::Null);
        let message = "Cannot query field \"users\" on type \"Query\".";
        assert_eq!(result["errors"][0]["message"], message);
    }
    assert_eq!(behind.take().len(), 0);
}
