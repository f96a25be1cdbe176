//! What is promised, case by case, where the recordings do not say it.

use std::io::Read;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use flate2::read::GzDecoder;
use gatelog_auth::{Access, Scope};
use gatelog_event::source::{Format, Source};
use serde_json::{Value, json};

use crate::support::{HOST, NOW_MS, Server, ada};

/// A row of Logto's that happened a minute ago.
fn row(id: &str, key: &str, payload: &str) -> String {
    let time = NOW_MS - 60_000;
    format!(
        r#"{{"tenantId":"default","id":"{id}","key":"{key}","payload":{payload},"createdAt":{time}}}"#
    ) + "\n"
}

/// A server that keeps these rows, and a key to read them.
fn server_with(rows: &[String]) -> (Server, String) {
    let server = Server::start();
    server.keep("default", Format::Logto, &rows.concat());
    let key = server.key(Scope::Read, Some("default"));
    (server, key)
}

fn code(body: &Value) -> &str {
    body["code"].as_str().unwrap_or_default()
}

#[test]
fn an_application_that_acts_for_itself_is_no_user() {
    let user_and_application = r#"{"userId":"ada","applicationId":"app"}"#;
    let (server, key) = server_with(&[
        row("1", "ExchangeTokenBy.ClientCredentials", r#"{"applicationId":"app"}"#),
        row("2", "JwtCustomizer.ClientCredentials", r#"{"applicationId":"app"}"#),
        row("3", "ExchangeTokenBy.ClientCredentials", user_and_application),
        row("4", "Interaction.Create", r#"{"userId":"app","applicationId":"app"}"#),
    ]);
    let ids = |query: &str| server.get(&format!("/api/logs?{query}"), &key, &[]).ids();
    assert_eq!(ids("userId=app"), ["4"]);
    assert_eq!(ids("userId=ada"), ["3"]);
    assert_eq!(ids("applicationId=app"), ["4", "3", "2", "1"]);
}

#[test]
fn a_key_is_not_found_by_the_names_the_catalogue_has_for_it() {
    let (real, alias) = ("JwtCustomizer.ClientCredentials", "JwtCustomizer.ClientCredential");
    let (server, key) = server_with(&[row("1", real, "{}"), row("2", alias, "{}")]);
    let ids =
        |key_asked: &str| server.get(&format!("/api/logs?logKey={key_asked}"), &key, &[]).ids();
    assert_eq!(ids(real), ["1"]);
    assert_eq!(ids(alias), ["2"]);
}

#[test]
fn a_text_longer_than_the_index_finds_no_other_row() {
    let (cut, cut_earlier) = ("u".repeat(256), "v".repeat(255));
    let rows = [format!("{cut}x"), format!("{cut_earlier}é")]
        .map(|user| row(&user[..1], "Interaction.Create", &format!(r#"{{"userId":"{user}"}}"#)));
    let (server, key) = server_with(&rows);
    for user in [&cut, &format!("{cut}y"), &cut_earlier] {
        let answer = server.get(&format!("/api/logs?userId={user}"), &key, &[]);
        assert_eq!(answer.ids(), [""; 0]);
        assert_eq!(answer.header("total-number"), ["0"]);
    }
}

#[test]
fn equal_times_are_ordered_by_arrival_newest_first() {
    let rows = ["a", "b", "c"].map(|id| row(id, "Interaction.Create", "{}"));
    let (server, key) = server_with(&rows);
    server.keep("default", Format::Logto, &row("d", "Interaction.Create", "{}"));
    assert_eq!(server.get("/api/logs", &key, &[]).ids(), ["d", "c", "b", "a"]);
}

#[test]
fn secrets_show_as_logto_masks_them() {
    let payload = r#"{"key":"Interaction.SignIn.Profile.Update","result":"Success",
        "payload":{"type":"password","value":"correct horse"},
        "error":"{\"token\":\"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U\"}",
        "note":"[redacted:nothing] stays"}"#;
    let (server, key) = server_with(&[row("1", "Interaction.SignIn.Profile.Update", payload)]);
    let shown = server.get("/api/logs/1", &key, &[]).json()["payload"].clone();
    assert_eq!(shown["payload"], json!({ "type": "password", "value": "******" }));
    assert_eq!(shown["error"], r#"{"token":"******"}"#);
    assert_eq!(shown["note"], "[redacted:nothing] stays");
}

#[test]
fn what_a_row_lacks_is_filled_in_and_what_logto_lacks_is_left_out() {
    let server = Server::start();
    let time = "2026-11-20T10:00:00.123999+01:00";
    let body = format!(
        r#"{{"id":"1","key":"Interaction.End","createdAt":"{time}","note":"x","payload":{{"key": "Interaction.End"}}}}
           {{"id":"2","key":"Interaction.End"}}"#
    );
    server.keep("default", Format::Logto, &body);
    let key = server.key(Scope::Read, Some("default"));
    let expected = json!({
        "tenantId": "default", "id": "1", "key": "Interaction.End",
        "payload": { "key": "Interaction.End" }, "createdAt": 1_795_165_200_123_i64,
    });
    assert_eq!(server.get("/api/logs/1", &key, &[]).json(), expected);
    let expected = json!({
        "tenantId": "default", "id": "2", "key": "Interaction.End",
        "payload": { "key": "Interaction.End", "result": "Success" }, "createdAt": NOW_MS,
    });
    assert_eq!(server.get("/api/logs/2", &key, &[]).json(), expected);
}

#[test]
fn events_of_logto_in_our_own_form_are_rows() {
    let server = Server::start();
    let made = json!({
        "id": "made", "source": "logto", "type": "Interaction.SignIn.Submit", "outcome": "failure",
        "time": "2026-11-20T09:00:00.5Z", "actor": { "kind": "user", "id": "ada" },
        "application": { "id": "app" }, "ip": "203.0.113.24", "user_agent": "curl/8.5.0",
        "session": "s", "interaction": "i", "error": { "code": "user.suspended", "message": "No." },
    });
    let row = json!({ "tenantId": "t", "payload": { "userId": "ada", "us": 1.0 } });
    let given = json!({ "id": "given", "source": "logto", "type": "Interaction.End", "data": row });
    let other = json!({ "id": "other", "type": "Interaction.End" });
    server.keep("default", Format::Native, &json!([made, given, other]).to_string());
    let key = server.key(Scope::Read, Some("default"));

    assert_eq!(server.get("/api/logs", &key, &[]).ids(), ["given", "made"]);
    assert_eq!(server.get("/api/logs/other", &key, &[]).status, StatusCode::NOT_FOUND);
    let expected = json!({
        "tenantId": "default", "id": "made", "key": "Interaction.SignIn.Submit",
        "payload": {
            "key": "Interaction.SignIn.Submit", "result": "Error",
            "error": { "code": "user.suspended", "message": "No." },
            "ip": "203.0.113.24", "userAgent": "curl/8.5.0", "userId": "ada",
            "applicationId": "app", "sessionId": "s", "interactionId": "i",
        },
        "createdAt": 1_795_165_200_500_i64,
    });
    assert_eq!(server.get("/api/logs/made", &key, &[]).json(), expected);
    let expected = json!({
        "tenantId": "t", "id": "given", "key": "Interaction.End",
        "payload": { "userId": "ada", "us": 1.0 }, "createdAt": NOW_MS,
    });
    assert_eq!(server.get("/api/logs/given", &key, &[]).json(), expected);
}

#[test]
fn one_tenant_never_sees_the_rows_of_another() {
    let server = Server::start();
    server.create_tenant("acme");
    for tenant in ["default", "acme"] {
        let row = row(&format!("of-{tenant}"), "Interaction.Create", "{}");
        server.keep(tenant, Format::Logto, &row);
    }
    let of_acme = server.key(Scope::Read, Some("acme"));
    let operator = server.key(Scope::Operator, None);
    let ids = |key: &str, headers: &[(&str, &str)]| server.get("/api/logs", key, headers).ids();
    assert_eq!(ids(&of_acme, &[]), ["of-acme"]);
    assert_eq!(ids(&of_acme, &[("Gatelog-Tenant", "acme")]), ["of-acme"]);
    assert_eq!(server.get("/api/logs/of-default", &of_acme, &[]).status, StatusCode::NOT_FOUND);
    assert_eq!(ids(&operator, &[]), ["of-default"]);
    assert_eq!(ids(&operator, &[("Gatelog-Tenant", "acme")]), ["of-acme"]);

    let refused = [
        (&of_acme, "default", StatusCode::FORBIDDEN, "auth.forbidden"),
        (&of_acme, "No Such Name", StatusCode::FORBIDDEN, "auth.forbidden"),
        (&operator, "nobody", StatusCode::NOT_FOUND, "gatelog.no_such_tenant"),
    ];
    for (key, tenant, status, expected) in refused {
        let answer = server.get("/api/logs", key, &[("Gatelog-Tenant", tenant)]);
        assert_eq!((answer.status, code(&answer.json())), (status, expected), "{tenant}");
    }
}

#[test]
fn only_a_key_that_may_read_rows_of_logto_reads_them() {
    let server = Server::start();
    let tenant = Some("default".parse().unwrap());
    let access = |source| Access::new(Scope::Read, tenant.clone(), Some(source)).unwrap();
    let status = |key: &str| server.get("/api/logs", key, &[]).status;
    assert_eq!(status(&server.key(Scope::Admin, Some("default"))), StatusCode::OK);
    assert_eq!(status(&server.key(Scope::Ingest, Some("default"))), StatusCode::FORBIDDEN);
    assert_eq!(status(&server.key_with(access(Source::Logto)).0), StatusCode::OK);
    assert_eq!(status(&server.key_with(access(Source::Authgear)).0), StatusCode::FORBIDDEN);

    let (revoked, id) = server.key_with(access(Source::Logto));
    server
        .service
        .meta()
        .revoke_credential(&id, &server.service.environment().change(ada()))
        .unwrap();
    let unknown = format!("gl_{}_{}", "0".repeat(16), "0".repeat(64));
    for key in [&revoked, &unknown] {
        let answer = server.get("/api/logs", key, &[]);
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer.json()["data"]["code"], "ERR_JWS_SIGNATURE_VERIFICATION_FAILED");
    }
}

#[test]
fn a_client_that_has_the_rows_already_is_told_so() {
    let (server, key) = server_with(&[row("1", "Interaction.Create", "{}")]);
    let first = server.get("/api/logs?page_size=5", &key, &[]);
    let etag = first.header("etag")[0];
    assert!(etag.starts_with('"'), "{etag}");
    let weak = format!("W/{etag}");
    let several = format!("\"other\", {etag}");
    for tags in [etag, &weak, &several, "*"] {
        let answer = server.get("/api/logs?page_size=5", &key, &[("If-None-Match", tags)]);
        assert_eq!((answer.status, answer.body.len()), (StatusCode::NOT_MODIFIED, 0), "{tags}");
        for name in ["etag", "link", "total-number", "vary"] {
            assert_eq!(answer.header(name), first.header(name), "{name}");
        }
    }
    let stale: [&[(&str, &str)]; 3] = [
        &[("If-None-Match", "\"other\"")],
        &[("If-None-Match", etag), ("Cache-Control", "max-age=0, no-cache")],
        &[("If-None-Match", etag), ("If-Modified-Since", "Fri, 20 Nov 2026 10:00:00 GMT")],
    ];
    for headers in stale {
        assert_eq!(server.get("/api/logs", &key, headers).status, StatusCode::OK, "{headers:?}");
    }
    server.keep("default", Format::Logto, &row("2", "Interaction.Create", "{}"));
    let changed = server.get("/api/logs?page_size=5", &key, &[("If-None-Match", etag)]);
    assert_eq!(changed.ids(), ["2", "1"]);
}

#[test]
fn head_answers_as_get_without_body_and_etag() {
    let (server, key) = server_with(&[row("1", "Interaction.Create", "{}")]);
    let get = server.get("/api/logs", &key, &[]);
    let request = Request::head("/api/logs").header("Host", HOST);
    let request = request.header("Authorization", format!("Bearer {key}"));
    let head = server.ask(request.body(Body::empty()).unwrap());
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
    assert_eq!(head.header("content-length"), [get.body.len().to_string()]);
    assert_eq!(head.header("link"), get.header("link"));
    assert_eq!(head.header("etag"), [""; 0]);
}

#[test]
fn large_answers_are_compressed_for_who_takes_it() {
    let rows: Vec<String> =
        (0..20).map(|id| row(&id.to_string(), "Interaction.Create", "{}")).collect();
    let (server, key) = server_with(&rows);
    let get =
        |target: &str, codings: &str| server.get(target, &key, &[("Accept-Encoding", codings)]);
    let plain = get("/api/logs", "identity");
    for codings in ["gzip", "br, gzip;q=0.5", "*"] {
        let answer = get("/api/logs", codings);
        assert_eq!(answer.header("content-encoding"), ["gzip"], "{codings}");
        assert_eq!(answer.header("etag"), plain.header("etag"));
        let mut unpacked = Vec::new();
        GzDecoder::new(&*answer.body).read_to_end(&mut unpacked).unwrap();
        assert_eq!(unpacked, plain.body);
    }
    for codings in ["", "br", "gzip;q=0", "*, gzip;q=0"] {
        assert_eq!(get("/api/logs", codings).header("content-encoding"), [""; 0], "{codings}");
    }
    assert_eq!(get("/api/logs?page_size=1", "gzip").header("content-encoding"), [""; 0]);
}

#[test]
fn pages_for_which_logto_fails_are_refused_or_empty() {
    let (server, key) = server_with(&[row("1", "Interaction.Create", "{}")]);
    let negative = server.get("/api/logs?page=0.5", &key, &[]);
    assert_eq!(negative.status, StatusCode::BAD_REQUEST);
    assert_eq!(code(&negative.json()), "guard.invalid_pagination");
    let beyond = server.get("/api/logs?page=1e19", &key, &[]);
    assert_eq!(beyond.ids(), [""; 0]);
    assert_eq!(beyond.header("total-number"), ["1"]);
    for page in ["1e20", "Infinity"] {
        let answer = server.get(&format!("/api/logs?page={page}"), &key, &[]);
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    }
}

#[test]
fn every_repeated_parameter_is_named() {
    let (server, key) = server_with(&[]);
    let query = "enableCap=1&enableCap=1&userId=a&userId=b&logKey=x&foo=1&foo=2";
    let answer = server.get(&format!("/api/logs?{query}"), &key, &[]).json();
    let paths: Vec<&Value> =
        answer["data"]["issues"].as_array().unwrap().iter().map(|issue| &issue["path"]).collect();
    assert_eq!(paths, [&json!(["userId"]), &json!(["enableCap"])]);
    assert_eq!(answer["details"].as_str().unwrap().lines().count(), 2);
}
