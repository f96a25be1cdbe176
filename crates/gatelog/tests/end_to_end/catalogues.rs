//! `GET /v1/catalogues` and `/v1/catalogues/{source}`.

use serde_json::{Value, json};

use crate::support::{Folder, Server};

#[test]
fn every_source_with_a_catalogue_is_listed_and_can_be_read() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let client = server.client(&folder.key("--tenant default --scope read"));
    let list = client.get("/v1/catalogues").json();
    let own =
        [("gatelog", 59), ("native", 59), ("logto", 165), ("authgear", 129), ("plusauth", 38)];
    let mapped = [("auth0", 59), ("okta", 59), ("keycloak", 59)];
    let sizes = [&own[..], &mapped].concat();
    let size = |(source, events): &(&str, usize)| json!({"source": source, "events": events});
    let expected: Vec<_> = sizes.iter().map(size).collect();
    assert_eq!(list, json!({"catalogues": expected}));
    for (source, count) in sizes {
        let catalogue = client.get(&format!("/v1/catalogues/{source}")).json();
        assert_eq!(catalogue["source"], source);
        let events = catalogue["events"].as_array().unwrap();
        assert_eq!(events.len(), count, "{source}");
        for event in events {
            assert_eq!(event["description"], event["descriptions"]["en"], "{event}");
            let is_reported = event["outcome"] == "result";
            assert_eq!(event["failure_level"].is_string(), is_reported, "{event}");
        }
    }
}

#[test]
fn an_event_type_is_told_with_all_that_is_known_of_it() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let client = server.client(&folder.key("--tenant default --scope read --source authgear"));
    let event_type = |source: &str, key: &str| -> Value {
        let catalogue = client.get(&format!("/v1/catalogues/{source}")).json();
        let events = catalogue["events"].as_array().unwrap();
        events.iter().find(|event| event["key"] == key).unwrap().clone()
    };
    let mut found = event_type("logto", "JwtCustomizer.ClientCredentials");
    let texts = [found["descriptions"].take(), found["description"].take()];
    assert_ne!(texts[0]["fr"], texts[1]);
    let expected = json!({
        "key": "JwtCustomizer.ClientCredentials",
        "aliases": ["JwtCustomizer.ClientCredential"],
        "section": "Custom token claims",
        "tab": "admin",
        "titles": {
            "en": "Get custom M2M access token claims",
            "fr": "Obtenir les revendications personnalisées du jeton d’accès M2M",
            "tr": "M2M erişim belirtecinin özel taleplerini alma",
        },
        "description": null,
        "descriptions": null,
        "action": "claims.customize",
        "outcome": "result",
        "level": "info",
        "failure_level": "error",
    });
    assert_eq!(found, expected);

    let found = event_type("plusauth", "4002");
    let words = ["outcome", "level", "action"].map(|name| found[name].as_str().unwrap());
    assert_eq!(words, ["failure", "warn", "login"]);
    assert_eq!(found["titles"]["tr"], "Başarısız giriş (geçersiz parola)");
}

#[test]
fn a_catalogue_needs_a_credential_and_a_source_that_has_one() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let ingest = server.client(&folder.key("--tenant default --scope ingest"));
    let reader = server.client(&folder.key("--tenant default --scope read"));
    for target in ["/v1/catalogues", "/v1/catalogues/logto", "/v1/catalogues/nothing"] {
        assert_eq!(server.client("").get(target).status, 401, "{target}");
        assert_eq!(ingest.get(target).status, 403, "{target}");
    }
    let known = "known: gatelog, native, logto, authgear, plusauth, auth0, okta, keycloak";
    for name in ["nothing", "Logto"] {
        let answer = reader.get(&format!("/v1/catalogues/{name}"));
        assert_eq!(answer.problem(), format!("404: there is no catalogue `{name}`; {known}"));
    }
    let answer = reader.get("/v1/catalogues/%ff");
    assert_eq!(answer.problem(), "400: the source in the address is not UTF-8");
    let answer = reader.send("DELETE", "/v1/catalogues/logto", &[], "");
    assert_eq!(answer.problem(), "405: /v1/catalogues/logto does not take this method");
}
