//! Who may do what, and in which tenant.

use crate::support::{Client, Folder, Server};

const EVENT: &str = r#"{"type":"t"}"#;

/// Status and detail of what answers a `GET /v1/events` with this header `Authorization`.
fn refusal(client: &Client, authorization: &str) -> String {
    let headers = [("authorization", authorization)];
    client.send("GET", "/v1/events", &headers, "").problem()
}

#[test]
fn without_a_valid_key_nothing_is_answered() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let nobody = server.client("");
    let missing = "401: send an API key: `Authorization: Bearer KEY` (gatelog token create)";
    let no_bearer = "401: the Authorization header must be `Bearer KEY`";
    let malformed = "401: this is not a Gatelog API key: those look like gl_0123456789abcdef_...";
    let unknown = "401: this API key is not known here";
    for (method, target) in [("GET", "/v1/events"), ("GET", "/v1/events/1"), ("POST", "/v1/events")]
    {
        assert_eq!(nobody.send(method, target, &[], EVENT).problem(), missing);
    }
    let key = folder.key("--tenant default --scope admin");
    let wrong_secret = format!("Bearer {}{}", &key[..key.len() - 64], "0".repeat(64));
    let cases = [
        ("Basic YTpi", no_bearer),
        ("Bearer", no_bearer),
        (&key, no_bearer),
        ("Bearer x", malformed),
        (&format!("Bearer {key}0"), malformed),
        (&wrong_secret, unknown),
        (&format!("Bearer gl_0123456789abcdef_{}", "0".repeat(64)), unknown),
    ];
    for (authorization, expected) in cases {
        assert_eq!(refusal(&nobody, authorization), expected, "{authorization}");
    }
    for good in [format!("bearer {key}"), format!("Bearer   {key}")] {
        let answer = nobody.send("GET", "/v1/events", &[("authorization", &good)], "");
        assert_eq!(answer.status, 200, "{good}");
    }
}

#[test]
fn a_client_reads_with_its_token_until_it_is_revoked() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let created = folder.run("client create --data data --dialect logto --label report --json");
    let told: serde_json::Value = serde_json::from_str(created.succeeded()).unwrap();
    let (id, secret) =
        (told["client_id"].as_str().unwrap(), told["client_secret"].as_str().unwrap());
    let form = format!(
        "grant_type=client_credentials&client_id={id}&client_secret={secret}\
         &resource=https://default.logto.app/api&scope=all"
    );
    let media_type = [("content-type", "application/x-www-form-urlencoded")];
    let answer = server.client("").send("POST", "/oidc/token", &media_type, form);
    let token: serde_json::Value = serde_json::from_str(&answer.text).unwrap();
    let client = server.client(token["access_token"].as_str().unwrap());
    assert_eq!(client.get("/api/logs").status, 200);
    let native = client.get("/v1/events").problem();
    assert!(native.starts_with("401: "), "it is for Logto's API alone: {native}");
    let listed = folder.run("client list --data data").succeeded().to_owned();
    assert!(listed.contains(id) && listed.contains("report") && !listed.contains(secret));

    assert_eq!(folder.run(&format!("client revoke --data data {id}")).succeeded(), "");
    assert_eq!(client.get("/api/logs").status, 401);
    assert!(folder.run("client list --data data").succeeded().contains("revoked"));
    let unknown = folder.run("client revoke --data data client_0");
    assert!(unknown.refused().contains("there is no client `client_0`"));
}

#[test]
fn a_revoked_key_is_refused_by_a_running_server() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let key = folder.key("--tenant default --scope read");
    let id = format!("key_{}", &key[3..19]);
    let revoked = folder.run(&format!("token revoke --data data {id}"));
    assert_eq!(revoked.succeeded(), "");
    let expected = format!("401: the API key `{id}` has been revoked");
    assert_eq!(server.client(&key).get("/v1/events").problem(), expected);
    let listed = folder.run("token list --data data").succeeded().to_owned();
    assert!(listed.contains(&id) && listed.contains("revoked") && !listed.contains(&key));
}

#[test]
fn a_scope_allows_what_it_says() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let key =
        |scope: &str| server.client(&folder.key(&format!("--tenant default --scope {scope}")));
    let (ingest, read, admin) = (key("ingest"), key("read"), key("admin"));
    for writer in [&ingest, &admin] {
        assert_eq!(writer.post("/v1/events", EVENT).status, 200);
    }
    for reader in [&read, &admin] {
        assert_eq!(reader.get("/v1/events").json()["total"], 1);
    }
    let no_reading = "403: this needs the scope `read`, and the credential has `ingest`";
    assert_eq!(ingest.get("/v1/events").problem(), no_reading);
    assert_eq!(ingest.get("/v1/events/1").problem(), no_reading);
    let no_sending = "403: this needs the scope `ingest`, and the credential has `read`";
    assert_eq!(read.post("/v1/events", EVENT).problem(), no_sending);
    assert_eq!(ingest.get("/api/logs").status, 403);
    assert_eq!(read.get("/api/logs").status, 200);
}

#[test]
fn a_key_bound_to_a_source_sends_no_other() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let client = server.client(&folder.key("--tenant default --scope ingest --source logto"));
    let body = "{\"type\":\"t\",\"source\":\"logto\"}\n{\"type\":\"t\",\"source\":\"native\"}\n";
    let answer = client.post("/v1/events", body);
    assert_eq!(answer.counts(), [1, 0, 0, 1]);
    let expected = "2:1: this key may send events of the source `logto` only, not `native`";
    assert_eq!(answer.rejected(), [expected]);
}

#[test]
fn a_key_bound_to_a_source_reads_no_other() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let all = server.client(&folder.key("--tenant default --scope admin"));
    // Two sources share an id; the later one is not the bound key's.
    for body in [r#"{"type":"a","id":"1","source":"logto"}"#, r#"{"type":"b","id":"1"}"#] {
        assert_eq!(all.post("/v1/events", body).status, 200);
    }
    let bound = server.client(&folder.key("--tenant default --scope read --source logto"));
    assert_eq!(all.get("/v1/events").json()["total"], 2);
    assert_eq!(bound.get("/v1/events").json()["total"], 1);
    assert_eq!(bound.get("/v1/events?source=native").json()["total"], 0);
    assert_eq!(all.get("/v1/events/1").json()["type"], "b");
    assert_eq!(bound.get("/v1/events/1").json()["type"], "a");
}

#[test]
fn a_tenant_sees_its_own_events_only() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    folder.run("tenant create --data data acme").succeeded();
    let ours = server.client(&folder.key("--tenant default --scope admin"));
    let acme = server.client(&folder.key("--tenant acme --scope admin"));
    // The tenant a record names is part of the record and routes nothing.
    let row = |id: &str, tenant: &str| {
        format!(r#"{{"tenantId":"{tenant}","id":"{id}","key":"Interaction.End","payload":{{}}}}"#)
    };
    assert_eq!(ours.post("/v1/events?format=logto", row("1", "acme")).status, 200);
    assert_eq!(acme.post("/v1/events?format=logto", row("2", "default")).status, 200);
    assert_eq!(ours.get("/v1/events").ids(), ["1"]);
    assert_eq!(acme.get("/v1/events").ids(), ["2"]);
    assert_eq!(acme.get("/v1/events/1").problem(), "404: there is no event with the id `1`");
    assert_eq!(acme.get("/api/logs/1").status, 404);

    let named = |client: &Client, tenant: &str| {
        client.send("GET", "/v1/events", &[("gatelog-tenant", tenant)], "")
    };
    assert_eq!(named(&acme, "acme").ids(), ["2"]);
    let expected = "403: this credential belongs to the tenant `acme`, not to `default`";
    assert_eq!(named(&acme, "default").problem(), expected);
    let answer = acme.send("GET", "/api/logs", &[("gatelog-tenant", "default")], "");
    assert_eq!(answer.status, 403);
}

#[test]
fn an_operator_picks_the_tenant() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    folder.run("tenant create --data data acme").succeeded();
    let operator = server.client(&folder.key("--scope operator"));
    let ask = |method: &str, tenant: &str, body: &str| {
        operator.send(method, "/v1/events", &[("gatelog-tenant", tenant)], body)
    };
    assert_eq!(ask("POST", "acme", r#"{"id":"a","type":"t"}"#).status, 200);
    assert_eq!(operator.post("/v1/events", r#"{"id":"d","type":"t"}"#).status, 200);
    assert_eq!(ask("GET", "acme", "").ids(), ["a"]);
    assert_eq!(ask("GET", "default", "").ids(), ["d"]);
    assert_eq!(operator.get("/v1/events").ids(), ["d"]);
    let unknown = "404: there is no tenant `nobody`; `gatelog tenant create nobody` creates it";
    assert_eq!(ask("GET", "nobody", "").problem(), unknown);
    let impossible = "400: Gatelog-Tenant: `A b` cannot name a tenant: use 1 to 63 lower-case \
                      letters, digits and hyphens, not beginning with a hyphen";
    assert_eq!(ask("GET", "A b", "").problem(), impossible);
    // A tenant that is created while the server runs is there at once.
    folder.run("tenant create --data data nobody").succeeded();
    assert_eq!(ask("GET", "nobody", "").json()["total"], 0);
}
