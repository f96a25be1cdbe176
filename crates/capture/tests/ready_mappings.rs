//! What the ready mappings make of what Auth0, Okta and Keycloak send: inputs shaped like their
//! documentation, beside the events without `data`.

#![expect(clippy::expect_used, clippy::panic, reason = "a test's panic is its report")]

use gatelog_capture::mapping_file::{MappingFile, ready};
use gatelog_event::json::Document;

/// The events of one input, without `data`, which is the last member.
fn events(name: &str, input: &str) -> Vec<String> {
    let mapping = ready::file(name).expect("a ready mapping");
    let mapped = mapping.map(&[input.as_bytes()]).expect("a thread").remove(0);
    let events = mapped.unwrap_or_else(|error| panic!("{name}: {error}: {input}"));
    let text = |event: &Vec<u8>| without_data(str::from_utf8(event).expect("UTF-8"));
    events.iter().map(text).collect()
}

fn without_data(event: &str) -> String {
    let document = Document::parse(event.as_bytes()).expect("JSON");
    let members = document.root().children();
    let kept = members.filter(|member| member.key().as_deref() != Some("data"));
    let member = |member: gatelog_event::json::Node<'_, '_>| {
        format!("\"{}\":{}", member.key().unwrap_or_default(), member.raw())
    };
    format!("{{{}}}", kept.map(member).collect::<Vec<_>>().join(","))
}

/// Mapping, input, and its events.
const CASES: [(&str, &str, &[&str]); 15] = [
    (
        "auth0",
        r#"{"log_id":"90020240115103000000000000000000000001223372037","data":{"log_id":"90020240115103000000000000000000000001223372037","date":"2024-01-15T10:30:00.000Z","type":"s","description":"Successful login","connection":"Username-Password-Authentication","client_id":"AaiyAPdp","client_name":"Shop","ip":"203.0.113.24","hostname":"acme.us.auth0.com","user_id":"auth0|56c75c4e","user_name":"jane@example.com","strategy":"auth0","organization_id":"org_1","is_mobile":false,"user_agent":"Chrome 120.0.0 / Mac OS X 10.15.7","tenant_name":"acme","details":{"session_id":"S1","transaction_id":"T1"},"references":{"correlation_id":"abc"}}}"#,
        &[
            r#"{"id":"90020240115103000000000000000000000001223372037","time":"2024-01-15T10:30:00.000Z","type":"login","outcome":"success","actor":{"kind":"user","id":"auth0|56c75c4e","identifier":"jane@example.com"},"application":{"id":"AaiyAPdp","name":"Shop"},"organization":"org_1","ip":"203.0.113.24","user_agent":"Chrome 120.0.0 / Mac OS X 10.15.7","session":"S1","interaction":"T1","request":"abc","source":"auth0","mapping":"auth0 1"}"#,
        ],
    ),
    (
        "auth0",
        r#"{"log_id":"l2","data":{"log_id":"l2","date":"2024-01-15T10:31:00.000Z","type":"fp","description":"Wrong email or password.","client_id":"AaiyAPdp","client_name":"Shop","ip":"190.257.209.19","user_name":"jane@example.com","details":{"prompts":[{"session_id":"S2"}]}}}"#,
        &[
            r#"{"id":"l2","time":"2024-01-15T10:31:00.000Z","type":"login","outcome":"failure","actor":{"kind":"user","identifier":"jane@example.com"},"application":{"id":"AaiyAPdp","name":"Shop"},"ip":"190.257.209.19","session":"S2","error":{"code":"fp","message":"Wrong email or password."},"source":"auth0","mapping":"auth0 1"}"#,
        ],
    ),
    (
        "auth0",
        r#"{"_id":"l3","log_id":"l3","date":"2024-01-15T10:32:00.000Z","type":"seacft","description":"","client_id":"AaiyAPdp","client_name":"Shop","user_id":"auth0|1","details":"none"}"#,
        &[
            r#"{"id":"l3","time":"2024-01-15T10:32:00.000Z","type":"token.issue","outcome":"success","actor":{"kind":"user","id":"auth0|1"},"application":{"id":"AaiyAPdp","name":"Shop"},"source":"auth0","mapping":"auth0 1"}"#,
        ],
    ),
    (
        "auth0",
        r#"{"log_id":"l4","data":{"log_id":"l4","date":"2024-01-15T10:33:00.000Z","type":"sapi","description":"Delete a user","client_id":"mgmt","client_name":"Dashboard","details":{"request":{"method":"delete","path":"/api/v2/users/1"}}}}"#,
        &[
            r#"{"id":"l4","time":"2024-01-15T10:33:00.000Z","type":"api.delete","outcome":"success","actor":{"kind":"application","id":"mgmt","name":"Dashboard"},"application":{"id":"mgmt","name":"Dashboard"},"source":"auth0","mapping":"auth0 1"}"#,
        ],
    ),
    (
        "auth0",
        r#"{"log_id":"l5","data":{"log_id":"l5","date":"2024-01-15T10:34:00.000Z","type":"limit_mu","description":"An IP address is blocked","ip":"203.0.113.9"}}"#,
        &[
            r#"{"id":"l5","time":"2024-01-15T10:34:00.000Z","type":"address.block","outcome":"success","ip":"203.0.113.9","source":"auth0","mapping":"auth0 1"}"#,
        ],
    ),
    (
        "auth0",
        r#"{"log_id":"l6","data":{"log_id":"l6","date":"2024-01-15T10:35:00.000Z","type":"new_code","description":"Not in the table"}}"#,
        &[
            r#"{"id":"l6","time":"2024-01-15T10:35:00.000Z","type":"new_code","outcome":"unknown","source":"auth0","mapping":"auth0 1"}"#,
        ],
    ),
    (
        "okta",
        r#"{"actor":{"id":"00uttidj01","type":"User","alternateId":"john.doe@example.com","displayName":"John Doe","detailEntry":null},"client":{"userAgent":{"rawUserAgent":"Mozilla/5.0 (Macintosh)","os":"Mac OS X","browser":"CHROME"},"ipAddress":"10.0.0.1"},"authenticationContext":{"externalSessionId":"idxBager62"},"displayMessage":"User login to Okta","eventType":"user.session.start","outcome":{"result":"SUCCESS","reason":null},"published":"2024-08-13T15:58:20.353Z","debugContext":{"debugData":{"requestId":"ab609228"}},"transaction":{"type":"WEB","id":"ab609229"},"uuid":"dc9fd3c0-598c-11ef-8478-2b7584bf8d5a","version":0,"target":[{"id":"pfd","type":"AuthenticatorEnrollment","alternateId":"unknown","displayName":"Okta Verify"},{"id":"0oatx","type":"AppInstance","alternateId":"Okta Admin Console","displayName":"Okta Admin Console"}]}"#,
        &[
            r#"{"id":"dc9fd3c0-598c-11ef-8478-2b7584bf8d5a","time":"2024-08-13T15:58:20.353Z","type":"login","outcome":"success","actor":{"kind":"user","id":"00uttidj01","identifier":"john.doe@example.com","name":"John Doe"},"application":{"id":"0oatx","name":"Okta Admin Console"},"ip":"10.0.0.1","user_agent":"Mozilla/5.0 (Macintosh)","session":"idxBager62","interaction":"ab609229","request":"ab609228","source":"okta","mapping":"okta 1"}"#,
        ],
    ),
    (
        "okta",
        r#"{"eventType":"com.okta.event_hook","eventTypeVersion":"1.0","cloudEventsVersion":"0.1","source":"https://acme.okta.com/api/v1/eventHooks/1","eventId":"b5a188b9","eventTime":"2024-08-13T16:00:00.000Z","data":{"events":[{"uuid":"u1","published":"2024-08-13T15:59:00.000Z","eventType":"user.lifecycle.deactivate","outcome":{"result":"SUCCESS"},"actor":{"id":"00uadmin","type":"User","alternateId":"admin@example.com","displayName":"Admin"},"target":[{"id":"00uleaver","type":"User","alternateId":"leaver@example.com","displayName":"Leaver"}]},{"uuid":"u2","published":"2024-08-13T15:59:01.000Z","eventType":"user.session.start","outcome":{"result":"FAILURE","reason":"INVALID_CREDENTIALS"},"actor":{"id":"unknown","type":"User","alternateId":"unknown","displayName":"unknown"},"target":null}]}}"#,
        &[
            r#"{"id":"u1","time":"2024-08-13T15:59:00.000Z","type":"user.disable","outcome":"success","actor":{"kind":"user","id":"00uadmin","identifier":"admin@example.com","name":"Admin"},"target":{"kind":"user","id":"00uleaver","identifier":"leaver@example.com","name":"Leaver"},"source":"okta","mapping":"okta 1"}"#,
            r#"{"id":"u2","time":"2024-08-13T15:59:01.000Z","type":"login","outcome":"failure","actor":{"kind":"user"},"error":{"code":"FAILURE","message":"INVALID_CREDENTIALS"},"source":"okta","mapping":"okta 1"}"#,
        ],
    ),
    (
        "okta",
        r#"{"uuid":"u3","published":"2024-08-13T15:59:02.000Z","eventType":"device.made.up","outcome":{"result":"SKIPPED"},"actor":null}"#,
        &[
            r#"{"id":"u3","time":"2024-08-13T15:59:02.000Z","type":"device.made.up","outcome":"unknown","source":"okta","mapping":"okta 1"}"#,
        ],
    ),
    (
        "keycloak",
        r#"{"id":"k1","time":1705314600000,"type":"LOGIN","realmId":"6d","realmName":"acme","clientId":"shop","userId":"7a","sessionId":"ss","ipAddress":"203.0.113.24","details":{"auth_method":"openid-connect","username":"ada","code_id":"c1"}}"#,
        &[
            r#"{"id":"k1","time":1705314600000,"type":"login","outcome":"success","actor":{"kind":"user","id":"7a","identifier":"ada"},"application":{"id":"shop"},"organization":"acme","ip":"203.0.113.24","session":"ss","interaction":"c1","source":"keycloak","mapping":"keycloak 1"}"#,
        ],
    ),
    (
        "keycloak",
        r#"{"id":"k2","time":1705314601000,"type":"LOGIN_ERROR","realmId":"6d","clientId":"shop","userId":null,"ipAddress":"203.0.113.24","error":"user_not_found","details":{"username":"nobody@example.com"}}"#,
        &[
            r#"{"id":"k2","time":1705314601000,"type":"login","outcome":"failure","actor":{"kind":"user","identifier":"nobody@example.com"},"application":{"id":"shop"},"organization":"6d","ip":"203.0.113.24","error":{"code":"user_not_found"},"source":"keycloak","mapping":"keycloak 1"}"#,
        ],
    ),
    (
        "keycloak",
        r#"{"id":"k3","time":1705314602000,"type":"REFRESH_TOKEN_ERROR","realmId":"6d","clientId":"shop","error":"invalid_token","details":{"reason":"Session not active"}}"#,
        &[
            r#"{"id":"k3","time":1705314602000,"type":"token.refresh","outcome":"failure","application":{"id":"shop"},"organization":"6d","error":{"code":"invalid_token","message":"Session not active"},"source":"keycloak","mapping":"keycloak 1"}"#,
        ],
    ),
    (
        "keycloak",
        r#"{"id":"k4","time":1705314603000,"realmId":"6d","authDetails":{"realmId":"master","clientId":"cli","userId":"adm","ipAddress":"198.51.100.7"},"operationType":"CREATE","resourceType":"USER","resourcePath":"users/7a","representation":"{}"}"#,
        &[
            r#"{"id":"k4","time":1705314603000,"type":"user.create","outcome":"success","actor":{"kind":"user","id":"adm"},"target":{"kind":"user","id":"7a"},"application":{"id":"cli"},"organization":"6d","ip":"198.51.100.7","source":"keycloak","mapping":"keycloak 1"}"#,
        ],
    ),
    (
        "keycloak",
        r#"{"id":"k5","time":1705314604000,"realmId":"6d","authDetails":{"userId":"adm"},"operationType":"DELETE","resourceType":"REALM_ROLE_MAPPING","resourcePath":"users/7a/role-mappings/realm","error":"not_allowed"}"#,
        &[
            r#"{"id":"k5","time":1705314604000,"type":"api.delete","outcome":"failure","actor":{"kind":"user","id":"adm"},"target":{"kind":"user","id":"7a"},"organization":"6d","error":{"code":"not_allowed"},"source":"keycloak","mapping":"keycloak 1"}"#,
        ],
    ),
    (
        "keycloak",
        r#"{"time":1705314605000,"type":"VERIFY_SOMETHING_NEW","realmId":"6d"}"#,
        &[
            r#"{"time":1705314605000,"type":"VERIFY_SOMETHING_NEW","outcome":"success","organization":"6d","source":"keycloak","mapping":"keycloak 1"}"#,
        ],
    ),
];

#[test]
fn inputs_become_events() {
    for (name, input, expected) in CASES {
        assert_eq!(events(name, input), *expected, "{name}: {input}");
    }
}

#[test]
fn a_ready_mapping_is_called_what_its_head_says() {
    for name in ready::names() {
        let mapping = MappingFile::parse(ready::text(name).expect("a text"));
        let mapping = mapping.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!((mapping.name(), mapping.source().name()), (name, name));
        assert!(mapping.about().ends_with('.') && mapping.version() > 0, "{}", mapping.about());
    }
}

#[test]
fn what_is_no_event_of_theirs_is_refused() {
    for name in ready::names() {
        let mapping = ready::file(name).expect("a ready mapping");
        for input in ["{}", "[]", "1", "null", r#"{"data":{}}"#, r#"{"type":1,"eventType":[]}"#] {
            let mapped = mapping.map(&[input.as_bytes()]).expect("a thread").remove(0);
            let error = mapped.expect_err(input).to_string();
            assert!(error.starts_with("the mapping fails"), "{name} {input}: {error}");
        }
    }
}
