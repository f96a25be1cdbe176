//! The signatures here were made with `openssl dgst -sha256 -hmac KEY`.

use gatelog_capture::mapping_file::ready;
use gatelog_event::catalogue::catalogue;
use gatelog_event::fields::Outcome;
use gatelog_event::intake::{AcceptedEvent, Intake};
use gatelog_event::json::Document;
use gatelog_event::redact::{FingerprintKey, NothingKnown};
use gatelog_event::source::{Format, Source};
use gatelog_event::time::UnixMicros;
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, HeaderName, Method, StatusCode};
use sha2::Sha256;

use super::authgear::AuthgearWebhook;
use super::credential::{
    Credential, CredentialSettings, HeaderToken, NoSecret, UnusableCredential,
};
use super::logto::LogtoWebhook;
use super::mapped::{MappedWebhook, MappedWebhookSettings};
use super::{Answer, Receive, Received, Refusal, Request};
use crate::datadog::AuthgearDatadog;
use crate::delivery::{Delivery, NotKept};
use crate::secret::Secret;

const LOGTO_KEY: &str = "logto-signing-key-1";
const LOGTO_BODY: &str = r#"{"event":"User.Deleted","createdAt":"2026-11-20T14:29:31.123Z","userAgent":"node","ip":"203.0.113.24","path":"/users/:userId","method":"DELETE","status":204,"params":{"userId":"7m2kq9x4t1zb"},"data":null,"hookId":"h4k9x2m7q1w3e5r8t0y6u"}"#;
const LOGTO_SIGNATURE: &str = "e8adf502c2847e491dbce0143b4e995e043838941930321c2c1063e04f1eb4da";

const AUTHGEAR_KEY: &str = "0123456789abcdefghijklmnopqrstuv";
const AUTHGEAR_BODY: &str = r#"{"id":"00000000000a5a5b","seq":678491,"type":"user.created","payload":{"user":{"id":"u1"}},"context":{"timestamp":1785148940,"user_id":"u1","triggered_by":"user","app_id":"myproject"}}"#;
const AUTHGEAR_SIGNATURE: &str = "201234078abb7bc2675de25a348564f121b73ac5f3a3c1fcfb4df6e226c97c71";

const KEYCLOAK_BODY: &str = r#"{"type":"LOGIN","id":"k1","time":1763648971000,"realmId":"acme","userId":"u1","ipAddress":"203.0.113.9"}"#;
const KEYCLOAK_SIGNATURE: &str = "f0371f725b9efcddc77da20b838d91a4d4b4a6649a20bf9d1824f8af86f28177";

/// What Logto sends webhooks for.
const LOGTO_EVENTS: [&str; 31] = [
    "PostRegister",
    "PostSignIn",
    "PostSignInAdaptiveMfaTriggered",
    "PostResetPassword",
    "User.Created",
    "User.Deleted",
    "User.Data.Updated",
    "User.SuspensionStatus.Updated",
    "TrustedDevice.Created",
    "TrustedDevice.Deleted",
    "Role.Created",
    "Role.Deleted",
    "Role.Data.Updated",
    "Role.Scopes.Updated",
    "Scope.Created",
    "Scope.Deleted",
    "Scope.Data.Updated",
    "Organization.Created",
    "Organization.Deleted",
    "Organization.Data.Updated",
    "Organization.Membership.Updated",
    "OrganizationRole.Created",
    "OrganizationRole.Deleted",
    "OrganizationRole.Data.Updated",
    "OrganizationRole.Scopes.Updated",
    "OrganizationScope.Created",
    "OrganizationScope.Deleted",
    "OrganizationScope.Data.Updated",
    "Identifier.Lockout",
    "Message.RateLimited",
    "Grant.LimitExceeded",
];

fn secrets(texts: &[&str]) -> Vec<Secret> {
    texts.iter().map(|text| Secret::new(*text)).collect()
}

fn post(
    receiver: &dyn Receive,
    headers: &[(&'static str, &str)],
    body: &[u8],
) -> Result<Received, Refusal> {
    send(receiver, &Method::POST, headers, body)
}

fn send(
    receiver: &dyn Receive,
    method: &Method,
    headers: &[(&'static str, &str)],
    body: &[u8],
) -> Result<Received, Refusal> {
    let header = |(name, value): &(&'static str, &str)| {
        (HeaderName::from_static(name), value.parse().expect("a value"))
    };
    let headers: HeaderMap = headers.iter().map(header).collect();
    receiver.receive(&Request { method, headers: &headers, body })
}

fn delivered(received: Result<Received, Refusal>) -> (Delivery, Answer) {
    match received.expect("taken") {
        Received::Delivery(delivery, answer) => (delivery, answer),
        Received::Answer(answer) => panic!("only an answer: {answer:?}"),
    }
}

/// The events that the ledger would be given.
pub(crate) fn accepted(delivery: &Delivery) -> Vec<AcceptedEvent> {
    let key = FingerprintKey::new([7; 32]);
    let received = UnixMicros::parse_rfc3339("2026-11-20T15:00:00Z").expect("a time");
    let intake = Intake { format: delivery.format, key: &key, known: &NothingKnown, received };
    let lines = delivery.lines.split_inclusive(|byte| *byte == b'\n');
    lines.map(|line| intake.accept(line).expect("an event")).collect()
}

fn signed(key: &str, body: &str) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("a key").chain_update(body);
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn logto(body: &str) -> Result<Received, Refusal> {
    let receiver = LogtoWebhook::new(secrets(&["an older key", LOGTO_KEY])).expect("keys");
    post(&receiver, &[("logto-signature-sha-256", &signed(LOGTO_KEY, body))], body.as_bytes())
}

#[test]
fn a_webhook_of_logto_becomes_the_row_that_logto_writes_of_it() {
    let receiver = LogtoWebhook::new(secrets(&["an older key", LOGTO_KEY])).expect("keys");
    let headers = [("logto-signature-sha-256", LOGTO_SIGNATURE)];
    let (delivery, answer) = delivered(post(&receiver, &headers, LOGTO_BODY.as_bytes()));
    assert_eq!((answer.status, delivery.broken.len()), (StatusCode::OK, 0));
    assert_eq!(delivery.newest, UnixMicros::parse_rfc3339("2026-11-20T14:29:31.123Z"));
    let expected = format!(
        r#"{{"id":"webhook-3b716bfe7b7926a389b0f5f50c374c23","key":"TriggerHook.User.Deleted","payload":{{"key":"TriggerHook.User.Deleted","result":"Success","hookId":"h4k9x2m7q1w3e5r8t0y6u","hookRequest":{{"body":{LOGTO_BODY}}}}},"createdAt":1795184971123}}"#
    );
    assert_eq!(String::from_utf8_lossy(&delivery.lines), format!("{expected}\n"));
    let event = accepted(&delivery).remove(0);
    assert_eq!((event.source, &*event.event_type), (Source::Logto, "TriggerHook.User.Deleted"));
    assert_eq!(event.result, Outcome::Success);
    // The same bytes, sent again, are the same event.
    let again = delivered(post(&receiver, &headers, LOGTO_BODY.as_bytes())).0;
    assert_eq!(accepted(&again).remove(0).id, event.id);
}

#[test]
fn every_event_of_logto_is_known_by_its_title() {
    for event in LOGTO_EVENTS {
        let body = format!(r#"{{"event":"{event}","createdAt":"2026-11-20T14:29:31.123Z"}}"#);
        let accepted = accepted(&delivered(logto(&body)).0).remove(0);
        assert!(catalogue(Source::Logto).get(&accepted.event_type).is_some(), "{event}");
    }
}

#[test]
fn a_webhook_over_several_lines_is_one_record() {
    let body = "{\r\n  \"event\": \"PostSignIn\",\n  \"userId\": \"u1\"\n}\n";
    let (delivery, _) = delivered(logto(body));
    assert_eq!(delivery.lines.iter().filter(|byte| **byte == b'\n').count(), 1);
    assert!(accepted(&delivery).remove(0).time_is_arrival);
}

#[test]
fn a_test_of_logtos_console_is_marked() {
    let is_marked = |body: &str| {
        let (delivery, _) = delivered(logto(body));
        let row = Document::parse(delivery.lines.trim_ascii()).expect("JSON");
        row.root().path(&["payload", "isTest"]).is_some()
    };
    assert!(is_marked(r#"{"event":"PostSignIn","userId":"fake-id","hookId":"h1"}"#));
    assert!(is_marked(r#"{"event":"User.Created","data":{"id":"fake-id"}}"#));
    assert!(!is_marked(r#"{"event":"PostSignIn","userId":"u1","user":{"name":"fake-id"}}"#));
}

#[test]
fn an_unknown_webhook_of_logto_is_kept_and_one_that_says_nothing_is_put_aside() {
    let (delivery, _) = delivered(logto(r#"{"event":"Moon.Risen"}"#));
    assert_eq!(&*accepted(&delivery).remove(0).event_type, "TriggerHook.Moon.Risen");
    let (delivery, answer) = delivered(logto(r#"{"hello":1}"#));
    assert_eq!((answer.status, delivery.lines.len()), (StatusCode::OK, 0));
    assert!(delivery.broken[0].reason.contains("this has none"), "{:?}", delivery.broken);
}

#[test]
fn an_event_of_authgear_is_kept_as_it_is() {
    let receiver = AuthgearWebhook::new(secrets(&[AUTHGEAR_KEY])).expect("a key");
    let headers = [("x-authgear-body-signature", AUTHGEAR_SIGNATURE)];
    let (delivery, answer) = delivered(post(&receiver, &headers, AUTHGEAR_BODY.as_bytes()));
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(String::from_utf8_lossy(&delivery.lines), format!("{AUTHGEAR_BODY}\n"));
    assert_eq!(delivery.newest, UnixMicros::from_seconds(1_785_148_940));
    let event = accepted(&delivery).remove(0);
    assert_eq!((&*event.id, &*event.event_type), ("00000000000a5a5b", "USER_CREATED"));
}

#[test]
fn a_hook_of_authgear_that_blocks_is_let_pass_and_not_kept() {
    let receiver = AuthgearWebhook::new(secrets(&[AUTHGEAR_KEY])).expect("a key");
    for event in [
        "user.pre_create",
        "user.profile.pre_update",
        "user.pre_schedule_deletion",
        "oidc.jwt.pre_create",
        "authentication.post_identified",
        "authentication.pre_authenticated",
    ] {
        let body = format!(r#"{{"id":"1","seq":1,"type":"{event}","payload":{{}}}}"#);
        let headers = [("x-authgear-body-signature", &*signed(AUTHGEAR_KEY, &body))];
        let received = post(&receiver, &headers, body.as_bytes());
        let expected = Answer::new(StatusCode::OK, r#"{"is_allowed":true}"#);
        assert_eq!(received, Ok(Received::Answer(expected)), "{event}");
    }
}

#[test]
fn whatever_is_changed_in_a_signed_request_it_is_refused() {
    let receiver = LogtoWebhook::new(secrets(&[LOGTO_KEY])).expect("a key");
    let status = |signature: &str, body: &[u8]| {
        let refused = post(&receiver, &[("logto-signature-sha-256", signature)], body);
        refused.map(|_| ()).map_err(|refusal| refusal.status)
    };
    assert_eq!(status(LOGTO_SIGNATURE, LOGTO_BODY.as_bytes()), Ok(()));
    for place in 0..LOGTO_BODY.len() {
        let mut body = LOGTO_BODY.as_bytes().to_vec();
        body[place] ^= 1;
        assert_eq!(status(LOGTO_SIGNATURE, &body), Err(StatusCode::UNAUTHORIZED), "{place}");
    }
    for place in 0..LOGTO_SIGNATURE.len() {
        let mut signature = LOGTO_SIGNATURE.as_bytes().to_vec();
        signature[place] = if signature[place] == b'0' { b'1' } else { b'0' };
        let signature = String::from_utf8(signature).expect("digits");
        let body = LOGTO_BODY.as_bytes();
        assert_eq!(status(&signature, body), Err(StatusCode::UNAUTHORIZED), "{place}");
    }
    let short = &LOGTO_SIGNATURE[..62];
    for signature in ["", "e8", short, &format!("{LOGTO_SIGNATURE}00"), &"zz".repeat(32)] {
        assert_eq!(status(signature, LOGTO_BODY.as_bytes()), Err(StatusCode::UNAUTHORIZED));
    }
    // A signature of the body with another key, and that of no body at all.
    let other = signed("logto-signing-key-2", LOGTO_BODY);
    assert_eq!(status(&other, LOGTO_BODY.as_bytes()), Err(StatusCode::UNAUTHORIZED));
    let of_nothing = "68ccece389de77b8eaaf7d7095997e3710849a892667d72a4cda552c83d43e83";
    assert_eq!(status(of_nothing, LOGTO_BODY.as_bytes()), Err(StatusCode::UNAUTHORIZED));
    assert_eq!(status(of_nothing, b""), Err(StatusCode::BAD_REQUEST));
}

#[test]
fn a_refusal_says_what_to_do() {
    let receiver = LogtoWebhook::new(secrets(&[LOGTO_KEY])).expect("a key");
    let refused = |method: &Method, headers: &[(&'static str, &str)], body: &[u8]| {
        let refusal = send(&receiver, method, headers, body).expect_err("refused");
        (refusal.status.as_u16(), refusal.reason)
    };
    let (status, reason) = refused(&Method::POST, &[], b"{}");
    assert_eq!(status, 401);
    assert!(reason.contains("`logto-signature-sha-256`") && reason.contains("is missing"));
    assert_eq!(refused(&Method::GET, &[], b"").0, 405);
    let too_large = vec![b' '; super::BODY_BYTES_MAX + 1];
    assert_eq!(refused(&Method::POST, &[], &too_large).0, 413);
    let body = "{\n  \"é\": x}";
    let headers = [("logto-signature-sha-256", &*signed(LOGTO_KEY, body))];
    let (status, reason) = refused(&Method::POST, &headers, body.as_bytes());
    assert_eq!(status, 400);
    assert!(reason.starts_with("the body is not JSON: line 2, column 8: "), "{reason}");
}

#[test]
fn a_source_without_a_secret_cannot_be_made() {
    assert_eq!(LogtoWebhook::new(Vec::new()).map(|_| ()), Err(NoSecret));
    assert_eq!(AuthgearWebhook::new(secrets(&["key", ""])).map(|_| ()), Err(NoSecret));
    assert_eq!(HeaderToken::authorization(secrets(&[""])).map(|_| ()), Err(NoSecret));
}

fn okta() -> MappedWebhook {
    let token = HeaderToken::authorization(secrets(&["old", "okta-secret"])).expect("tokens");
    MappedWebhook::okta(ready::file("okta").expect("a mapping"), Credential::HeaderToken(token))
}

#[test]
fn okta_is_answered_its_question_and_its_events_are_kept() {
    let asked = [("x-okta-verification-challenge", "f00\"bar")];
    let answer = Answer::new(StatusCode::OK, r#"{"verification":"f00\"bar"}"#);
    assert_eq!(send(&okta(), &Method::GET, &asked, b""), Ok(Received::Answer(answer)));
    let refusal = send(&okta(), &Method::GET, &[], b"").expect_err("no question");
    assert_eq!(refusal.status, StatusCode::METHOD_NOT_ALLOWED);

    let body = br#"{"eventType":"com.okta.event_hook","data":{"events":[
        {"uuid":"e1","published":"2026-11-20T14:29:31.123Z","eventType":"user.session.start","outcome":{"result":"SUCCESS"}},
        {"uuid":"e2","published":"2026-11-20T14:29:32.000Z","eventType":"user.session.end","outcome":{"result":"SUCCESS"}}]}}"#;
    for token in ["okta-secret", "Bearer okta-secret", "bearer  old"] {
        let (delivery, answer) = delivered(post(&okta(), &[("authorization", token)], body));
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(delivery.newest, UnixMicros::parse_rfc3339("2026-11-20T14:29:32Z"));
        let events = accepted(&delivery);
        let kinds: Vec<_> = events.iter().map(|it| (it.source, &*it.id, &*it.event_type)).collect();
        assert_eq!(kinds, [(Source::Okta, "e1", "login"), (Source::Okta, "e2", "logout")]);
    }
    for token in ["", "okta-secre", "okta-secret2", "Basic okta-secret", "Bearer "] {
        let refusal = post(&okta(), &[("authorization", token)], body).expect_err(token);
        assert_eq!(refusal.status, StatusCode::UNAUTHORIZED, "{token}");
        assert!(!refusal.reason.contains("secret"), "{}", refusal.reason);
    }
}

#[test]
fn auth0_sends_an_array_or_lines_and_a_broken_one_spoils_only_itself() {
    let token = HeaderToken::authorization(secrets(&["auth0-token"])).expect("a token");
    let mapping = ready::file("auth0").expect("a mapping");
    let receiver = MappedWebhook::new(mapping, Credential::HeaderToken(token));
    let headers = [("authorization", "auth0-token")];
    let entry = |id: &str| {
        format!(r#"{{"log_id":"{id}","data":{{"type":"s","date":"2024-01-15T10:30:00.000Z"}}}}"#)
    };
    for body in
        [format!("[{},{}]", entry("a"), entry("b")), format!("{}\n{}\n", entry("a"), entry("b"))]
    {
        let (delivery, _) = delivered(post(&receiver, &headers, body.as_bytes()));
        let ids: Vec<_> = accepted(&delivery).into_iter().map(|event| event.id).collect();
        assert_eq!(ids, ["a".into(), "b".into()]);
    }
    let body = format!("{}\n{{\"log_id\":\"é\",}}\n{{\"data\":{{}}}}\n{}", entry("a"), entry("b"));
    let (delivery, _) = delivered(post(&receiver, &headers, body.as_bytes()));
    assert_eq!(accepted(&delivery).len(), 2);
    let reasons: Vec<_> = delivery.broken.iter().map(|broken| &*broken.reason).collect();
    assert!(reasons[0].starts_with("line 2, column 15: "), "{reasons:?}");
    assert!(reasons[1].contains("this has none"), "{reasons:?}");
    for (body, status) in [("", 400), ("[{},", 400), (" \n", 400)] {
        let refusal = post(&receiver, &headers, body.as_bytes()).expect_err(body);
        assert_eq!(refusal.status.as_u16(), status, "{body:?}");
    }
    let nothing = post(&receiver, &headers, b"[]");
    assert_eq!(nothing, Ok(Received::Answer(Answer::new(StatusCode::OK, "{}"))));
}

#[test]
fn a_mapped_webhook_may_be_signed() {
    let settings = "mapping = \"keycloak\"\n[credential]\nkind = \"signature\"\nsigning_keys = [\"file:/run/key\"]\n\
                    header = \"X-Keycloak-Signature\"\nprefix = \"sha256=\"\n";
    let settings: MappedWebhookSettings = toml::from_str(settings).expect("settings");
    assert_eq!(settings.credential.secrets().len(), 1);
    let credential = Credential::new(&settings.credential, secrets(&["keycloak-key"]));
    let mapping = ready::file(&settings.mapping).expect("a mapping");
    let receiver = MappedWebhook::new(mapping, credential.expect("a credential"));
    let send =
        |value: &str| post(&receiver, &[("x-keycloak-signature", value)], KEYCLOAK_BODY.as_bytes());
    let (delivery, _) = delivered(send(&format!("sha256={KEYCLOAK_SIGNATURE}")));
    let event = accepted(&delivery).remove(0);
    assert_eq!((event.source, &*event.event_type), (Source::Keycloak, "login"));
    let refusal = send(KEYCLOAK_SIGNATURE).expect_err("without its prefix");
    assert!(refusal.reason.contains("must be `sha256=` and 64"), "{}", refusal.reason);
}

#[test]
fn datadogs_intake_gives_authgears_events() {
    let receiver = AuthgearDatadog::new(secrets(&["dd-key"])).expect("a key");
    let headers = [("dd-api-key", "dd-key")];
    let body = format!(
        "[{{\"ddsource\":\"authgear\",\"message\":\"user.created\",\"authgear.event\":{AUTHGEAR_BODY}}},\n\
         {{\"message\":\"é\"}}, {{\"authgear\":{{\"event\":{AUTHGEAR_BODY}}}}}, 7]"
    );
    let (delivery, answer) = delivered(post(&receiver, &headers, body.as_bytes()));
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    assert_eq!(delivery.format, Format::Authgear);
    let ids: Vec<_> = accepted(&delivery).into_iter().map(|event| event.id).collect();
    assert_eq!(ids, ["00000000000a5a5b".into(), "00000000000a5a5b".into()]);
    assert_eq!(delivery.broken[0].bytes, "{\"message\":\"é\"}".as_bytes());
    let reason = &delivery.broken[0].reason;
    assert!(reason.starts_with("entry 2 has no object"), "{reason}");
    assert_eq!((delivery.broken.len(), &*delivery.broken[1].bytes), (2, &b"7"[..]));

    assert!(post(&receiver, &[("dd-api-key", "dd-kez")], body.as_bytes()).is_err());
    assert!(post(&receiver, &headers, b"{}").is_err());
    let nothing = Answer::new(StatusCode::ACCEPTED, "{}");
    assert_eq!(post(&receiver, &headers, b"[]"), Ok(Received::Answer(nothing)));
}

#[test]
fn what_was_put_aside_is_read_again_once_it_is_mended() {
    let logto = LogtoWebhook::new(secrets(&[LOGTO_KEY])).expect("a key");
    let datadog = AuthgearDatadog::new(secrets(&["dd-key"])).expect("a key");
    let receivers: [(&dyn Receive, &str, String, &str); 3] = [
        (&logto, "{\"hello\":1}", LOGTO_BODY.to_owned(), "TriggerHook.User.Deleted"),
        (&datadog, "{}", format!("{{\"authgear.event\":{AUTHGEAR_BODY}}}"), "USER_CREATED"),
        (&okta(), "{}", "{\"eventType\":\"user.session.end\"}".to_owned(), "logout"),
    ];
    for (receiver, broken, mended, expected) in receivers {
        for broken in [broken, "{\"a\":"] {
            let again = receiver.read_again(broken.as_bytes()).expect("a delivery");
            assert_eq!((again.lines.len(), again.broken.len()), (0, 1), "{broken}");
            assert_eq!(again.broken[0].bytes, broken.as_bytes());
        }
        let again = receiver.read_again(mended.as_bytes()).expect("a delivery");
        assert_eq!(&*accepted(&again).remove(0).event_type, expected);
    }
}

#[test]
fn nothing_is_acknowledged_that_is_not_durable() {
    let accepted = Answer::new(StatusCode::ACCEPTED, "{}");
    assert_eq!(accepted.clone().once_kept(&Ok(())), accepted);
    for (not_kept, seconds) in
        [(NotKept::Busy, 1), (NotKept::Refused("full".into()), 30), (NotKept::Stopping, 5)]
    {
        let answer = accepted.clone().once_kept(&Err(not_kept));
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.retry_after_seconds, Some(seconds));
    }
}

#[test]
fn settings_say_where_secrets_are_and_refuse_what_they_do_not_know() {
    let read = |credential: &str| {
        let settings = format!("mapping = \"m\"\ncredential = {{ {credential} }}\n");
        toml::from_str::<MappedWebhookSettings>(&settings).map_err(|error| error.to_string())
    };
    let token = read("kind = \"token\", tokens = [\"file:/run/token\"]").expect("settings");
    let CredentialSettings::Token { header, tokens } = token.credential else {
        panic!("not a token");
    };
    assert_eq!((&*header, tokens.len()), ("authorization", 1));
    let odd = read("kind = \"token\", tokens = [], header = \"a b\"").expect("settings");
    let error = Credential::new(&odd.credential, secrets(&["token"])).map(|_| ());
    assert_eq!(error, Err(UnusableCredential::Header("a b".to_owned())));
    for (credential, expected) in [
        ("kind = \"token\", tokens = [\"hunter2\"]", "does not belong there in clear text"),
        ("kind = \"token\", token = [\"file:/run/token\"]", "unknown field `token`"),
        ("kind = \"signature\", signing_keys = []", "missing field `header`"),
        ("tokens = [\"file:/run/token\"]", "missing field `kind`"),
    ] {
        let error = read(credential).expect_err(credential);
        assert!(error.contains(expected), "{error}");
    }
}
