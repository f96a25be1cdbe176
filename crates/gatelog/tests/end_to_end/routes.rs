//! Health, addresses and methods that do not exist.

use crate::support::{Folder, Server};

#[test]
fn health_needs_no_credential() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let client = server.client("");
    for (target, text) in [("/healthz", "ok\n"), ("/readyz", "ready\n")] {
        let answer = client.get(target);
        assert_eq!((answer.status, &*answer.text), (200, text));
    }
}

#[test]
fn what_does_not_exist_is_a_problem_of_its_own() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let client = server.client(&folder.key("--tenant default --scope admin"));
    let cases = [
        ("GET", "/v1", "404: there is nothing at /v1"),
        ("GET", "/v1/", "404: there is nothing at /v1/"),
        ("POST", "/v1/event", "404: there is nothing at /v1/event"),
        ("GET", "/v1/events/", "404: there is nothing at /v1/events/"),
        ("DELETE", "/v1/events", "405: /v1/events does not take this method"),
        ("POST", "/v1/events/1", "405: /v1/events/1 does not take this method"),
        ("PUT", "/healthz", "405: /healthz does not take this method"),
        ("POST", "/readyz", "405: /readyz does not take this method"),
        ("GET", "/v1/events/1", "404: there is no event with the id `1`"),
        ("GET", "/v1/events/%ff", "400: the id in the address is not UTF-8"),
    ];
    for (method, target, expected) in cases {
        assert_eq!(client.send(method, target, &[], "").problem(), expected, "{method} {target}");
    }
}

#[test]
fn what_is_described_is_there_and_the_description_needs_no_credential() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let nobody = server.client("");
    assert_eq!(nobody.get("/docs").header("content-type"), "text/html; charset=utf-8");
    let description = nobody.get("/openapi.json").json();
    for (path, methods) in description["paths"].as_object().unwrap() {
        let answer = nobody.get(&path.replace(['{', '}'], ""));
        let is_open = methods["get"]["security"] == serde_json::json!([]);
        let expected = match &**path {
            // Metrics are open to this machine.
            "/metrics" => 200,
            // There is no source of this name.
            "/v1/sources/{name}/webhook" => 404,
            _ if methods.get("get").is_none() => 405,
            _ if is_open => 200,
            _ => 401,
        };
        assert_eq!(answer.status, expected, "{path}");
    }
}

#[test]
fn every_answer_tells_browsers_not_to_guess() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let client = server.client("");
    for target in ["/healthz", "/v1/events", "/v1/nothing", "/api/logs", "/sign-in", "/nothing"] {
        let answer = client.get(target);
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{target}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{target}");
    }
}

#[test]
fn plusauths_api_is_found_at_any_prefix_beside_everything_else() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let client = server.client(&folder.key("--tenant default --scope read"));
    for target in
        ["/api/v1/logs", "/api/v1/logs/?", "/api/v1//logs/", "//api/v1/logs/", "/x/api/v1/logs/"]
    {
        let answer = client.get(target);
        assert_eq!((answer.status, &answer.json()["total"]), (200, &0.into()), "{target}");
        let refused = server.client("").get(target);
        assert_eq!(refused.status, 401, "{target}");
        assert!(refused.text.contains("\"missing_token\""), "{target}: {}", refused.text);
        let preflight = server.client("").send("OPTIONS", target, &[], "");
        assert_eq!(preflight.status, 204, "{target}");
        assert_eq!(preflight.header("access-control-allow-origin"), "*", "{target}");
    }
    for (target, text) in
        [("/api/logs", "[]"), ("/api/v1/x", "entity_not_found"), ("/x/y", "<html")]
    {
        let answer = client.get(target);
        assert!(answer.text.contains(text), "{target}: {}", answer.text);
    }
}
