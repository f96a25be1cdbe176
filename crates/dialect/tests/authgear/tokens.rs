//! Tokens that are signed with a project's key for its Admin API.

use gatelog_auth::Scope;
use gatelog_auth::jwt::{Algorithm, KeySet};
use gatelog_dialect::authgear::{Project, Projects};
use gatelog_event::source::Format;
use gatelog_ledger::PageStart;
use gatelog_query::{Field, Filter, Query};
use gatelog_service::DueReads;
use serde_json::{Value, json};

use crate::signer::Signer;
use crate::support::{NOW_MS, Reader, Server};

fn keys(signer: &Signer, id: &str) -> KeySet {
    KeySet::parse(&json!({ "keys": [signer.jwk(id)] }).to_string()).unwrap()
}

fn project(app_id: &str, tenant: &str, keys: KeySet) -> Project {
    let tenant = tenant.parse().unwrap();
    Project { tenant, app_id: app_id.to_owned(), keys: Some(keys), upstream: None }
}

/// How many events the holder of a token sees, if it is let in.
fn total(server: &Server, token: String) -> Option<Value> {
    let reader = Reader { server, key: token };
    let answer = reader.post("application/graphql", "{ auditLogs { totalCount } }");
    match answer.status.as_u16() {
        200 => Some(answer.json()["data"]["auditLogs"]["totalCount"].clone()),
        status => {
            assert_eq!((status, &*answer.body), (403, b"Forbidden".as_slice()));
            None
        }
    }
}

#[test]
fn a_token_is_for_one_project_and_signed_with_its_key() {
    let (shop, bank) = (Signer::new(Algorithm::Rs256), Signer::new(Algorithm::Rs256));
    let projects = vec![
        project("shop", "default", keys(&shop, "shop-key")),
        project("bank", "acme", keys(&bank, "bank-key")),
    ];
    let server = Server::over(Projects::new(projects));
    server.create_tenant("acme");
    let event = r#"{"id":"1","type":"user.authenticated","context":{"timestamp":1785148956}}"#;
    server.keep("default", Format::Authgear, event);
    let now = NOW_MS / 1_000;
    let header = |id: &str| json!({ "alg": "RS256", "kid": id });
    let claims = |changes: Value| {
        let mut claims = json!({ "aud": ["shop"], "iat": now, "exp": now + 300 });
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims
    };
    let (one, none) = (Some(json!(1)), Some(json!(0)));
    for (signer, header, claims, expected) in [
        (&shop, header("shop-key"), claims(json!({})), &one),
        (&shop, header("shop-key"), claims(json!({ "aud": "shop" })), &one),
        (&shop, header("shop-key"), json!({ "aud": "shop" }), &one),
        (&shop, header("shop-key"), claims(json!({ "exp": now - 299 })), &one),
        (&bank, header("bank-key"), claims(json!({ "aud": "bank" })), &none),
        (&shop, header("shop-key"), claims(json!({ "exp": now - 300 })), &None),
        (&shop, header("shop-key"), claims(json!({ "iat": now + 301 })), &None),
        (&shop, header("shop-key"), claims(json!({ "nbf": now + 301 })), &None),
        (&shop, header("shop-key"), claims(json!({ "aud": "bank" })), &None),
        (&shop, header("shop-key"), claims(json!({ "aud": "club" })), &None),
        (&shop, header("shop-key"), json!({ "iat": now }), &None),
        (&shop, header("bank-key"), claims(json!({ "aud": "bank" })), &None),
        (&bank, header("shop-key"), claims(json!({})), &None),
        (&shop, header("other"), claims(json!({})), &None),
        (&shop, json!({ "alg": "RS256" }), claims(json!({})), &None),
        (&shop, json!({ "alg": "HS256", "kid": "shop-key" }), claims(json!({})), &None),
        (&shop, json!({ "alg": "none", "kid": "shop-key" }), claims(json!({})), &None),
    ] {
        let found = total(&server, signer.sign(&header, &claims));
        assert_eq!(found, *expected, "{header} {claims}");
    }
    assert_eq!(total(&server, "a.b.c".to_owned()), None);
}

#[test]
fn a_refusal_is_recorded_as_that_of_a_read() {
    let server = Server::start();
    for token in
        ["a.b.c".to_owned(), "letmein".to_owned(), server.key(Scope::Ingest, Some("default"))]
    {
        assert_eq!(total(&server, token), None);
    }
    server.service.write_audit(DueReads::All).unwrap();
    let query = Query::new(Filter::equals(Field::Source, "gatelog"));
    let page = server.tenant("default").ledger().page(&query, PageStart::First, 100).unwrap();
    let records = page.events.iter().map(|event| serde_json::from_slice(&event.record).unwrap());
    let refused: Vec<Value> = records.filter(|it: &Value| it["outcome"] == "failure").collect();
    let mut codes: Vec<&str> =
        refused.iter().map(|it| it["error"]["code"].as_str().unwrap()).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["forbidden", "malformed_token", "unknown_token"]);
    assert!(refused.iter().all(|it| it["type"] == "audit.read"), "{refused:?}");
}
