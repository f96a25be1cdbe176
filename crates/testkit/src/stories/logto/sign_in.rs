//! Somebody signs in, each in their own way.

use crate::stories::logto::draft::{Event, Key, Outcome};
use crate::stories::logto::experience::Experience;
use crate::stories::logto::failure::{
    CODE_MISMATCH, CONNECTOR_REFUSED, INVALID_CREDENTIALS, SUSPENDED, WEB_AUTHN_FAILED,
};
use crate::stories::logto::record::{Identifier, Proof};
use crate::stories::logto::{hooks, second_factor, tokens};
use crate::stories::script::Script;
use crate::world::{Connector, Login, User};

/// The whole way from the application to its tokens, if it is not broken off.
pub(crate) fn sign_in<'a>(script: &mut Script<'a>, user: &'a User) {
    let application = script.application_of(user);
    let mut visit = Experience::begin(script, user, application, Event::SignIn);
    if script.random.chance(60) || !prove_identity(script, &mut visit) {
        return;
    }
    if script.random.chance(8) {
        visit.identify(script, Outcome::Failure(&SUSPENDED));
        return;
    }
    visit.identify(script, Outcome::Success);
    complete(script, &mut visit);
}

/// Everything after identification, up to the tokens.
pub(crate) fn complete(script: &mut Script<'_>, visit: &mut Experience<'_>) {
    if !second_factor::pass(script, visit) {
        return;
    }
    if script.random.chance(40) {
        run_action(script, visit);
    }
    visit.submit(script, Outcome::Success);
    hooks::after_visit(script, visit);
    visit.end(script);
    tokens::exchange_code(script, visit);
}

/// Somebody who is still signed in opens another application.
pub(crate) fn silent(script: &mut Script<'_>, user: &User) {
    let application = script.application_of(user);
    tokens::exchange_code_of(script, user, application, &user.computer);
}

/// The first factor. Says whether it was passed.
fn prove_identity<'a>(script: &mut Script<'a>, visit: &mut Experience<'a>) -> bool {
    let user = visit.user;
    script.think();
    match user.login {
        Login::Password => {
            let identifier = match script.random.below(10) {
                0..7 => email(user),
                _ => Identifier { kind: "username", value: &user.username },
            };
            enter_password(script, visit, identifier)
        }
        Login::EmailCode => enter_code(script, visit, email(user)),
        Login::PhoneCode => {
            enter_code(script, visit, Identifier { kind: "phone", value: &user.phone })
        }
        Login::Social(index) => {
            let connector = script.world.social.at(index);
            ask_connector(script, visit, connector, ConnectorKind::Social)
        }
        Login::SingleSignOn => {
            let connector = &script.world.organizations.at(user.organization).single_sign_on;
            ask_connector(script, visit, connector, ConnectorKind::SingleSignOn)
        }
        Login::Passkey => use_passkey(script, visit),
    }
}

/// A password, mistyped now and then, and given up after three times.
fn enter_password<'a>(
    script: &mut Script<'_>,
    visit: &mut Experience<'a>,
    identifier: Identifier<'a>,
) -> bool {
    for _ in 0..3 {
        if !script.random.chance(160) {
            visit.enter_password(script, identifier, None);
            return true;
        }
        visit.enter_password(script, identifier, Some(&INVALID_CREDENTIALS));
        script.think();
    }
    false
}

pub(crate) fn email(user: &User) -> Identifier<'_> {
    Identifier { kind: "email", value: &user.email }
}

/// A code is sent and typed. Says whether it was right in the end.
pub(crate) fn enter_code<'a>(
    script: &mut Script<'_>,
    visit: &mut Experience<'a>,
    identifier: Identifier<'a>,
) -> bool {
    let (create, submit) = match identifier.kind {
        "phone" => (
            "Verification.PhoneVerificationCode.Create",
            "Verification.PhoneVerificationCode.Submit",
        ),
        _ => (
            "Verification.EmailVerificationCode.Create",
            "Verification.EmailVerificationCode.Submit",
        ),
    };
    let event = visit.event.name();
    let id = visit.start(script, Proof::Code(identifier, event));
    let mut identifier_json = String::new();
    identifier.push_onto(&mut identifier_json);
    let sent = format!("{{\"identifier\":{identifier_json},\"interactionEvent\":\"{event}\"}}");
    visit.request(script, create, Outcome::Success, &sent);
    for _ in 0..3 {
        script.think();
        let code = script.random.digits(6);
        let typed = format!(
            "{{\"code\":\"{code}\",\"identifier\":{identifier_json},\"verificationId\":\"{id}\"}}"
        );
        if !script.random.chance(110) {
            visit.prove();
            visit.request(script, submit, Outcome::Success, &typed);
            return true;
        }
        visit.request(script, submit, Outcome::Failure(&CODE_MISMATCH), &typed);
    }
    false
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum ConnectorKind {
    Social,
    SingleSignOn,
}

/// Somebody is sent to another identity provider and comes back.
pub(crate) fn ask_connector<'a>(
    script: &mut Script<'_>,
    visit: &mut Experience<'a>,
    connector: &'a Connector,
    kind: ConnectorKind,
) -> bool {
    let (create, submit, proof) = match kind {
        ConnectorKind::Social => (
            "Verification.Social.Create",
            "Verification.Social.Submit",
            Proof::Social(connector, visit.user),
        ),
        ConnectorKind::SingleSignOn => (
            "Verification.EnterpriseSso.Create",
            "Verification.EnterpriseSso.Submit",
            Proof::SingleSignOn(connector, visit.user),
        ),
    };
    let id = visit.start(script, proof);
    let (state, connector) = (script.random.token(16), &connector.id);
    let redirect_uri = format!("https://id.acme.example/callback/{connector}");
    let sent = format!(
        "{{\"state\":\"{state}\",\"connectorId\":\"{connector}\",\"redirectUri\":\"{redirect_uri}\"}}"
    );
    visit.request(script, create, Outcome::Success, &sent);
    script.think();
    let code = script.random.token(32);
    let returned = format!(
        "{{\"connectorId\":\"{connector}\",\"connectorData\":{{\"code\":\"{code}\",\
         \"state\":\"{state}\"}},\"verificationId\":\"{id}\"}}"
    );
    let refused = script.random.chance(50);
    if refused {
        visit.request(script, submit, Outcome::Failure(&CONNECTOR_REFUSED), &returned);
    } else {
        visit.prove();
        visit.request(script, submit, Outcome::Success, &returned);
    }
    !refused
}

fn use_passkey(script: &mut Script<'_>, visit: &mut Experience<'_>) -> bool {
    let challenge = Experience::challenge(script);
    let id = visit.start(script, Proof::Passkey(visit.user, challenge));
    visit.request(script, "Verification.SignInPasskey.Create", Outcome::Success, "");
    script.think();
    let signed = second_factor::signature_json(script, &id);
    let refused = script.random.chance(40);
    let outcome = if refused { Outcome::Failure(&WEB_AUTHN_FAILED) } else { Outcome::Success };
    if !refused {
        visit.prove();
    }
    visit.request(script, "Verification.SignInPasskey.Submit", outcome, &signed);
    !refused
}

/// The tenant's own code that runs on sign-in.
fn run_action(script: &mut Script<'_>, visit: &Experience<'_>) {
    script.latency();
    let (user, took_ms) = (&visit.user.id, script.random.between(8, 60));
    let row = script
        .open(Key::Plain("Action.PostSignIn"), Outcome::Success)
        .device(visit.browser)
        .user(visit.user)
        .application(visit.application)
        .plain("sessionId", visit.interaction_id())
        .json(
            "event",
            &format!(
                "{{\"key\":\"action.postSignIn\",\"user\":{{\"id\":\"{user}\"}},\
                 \"interactionEvent\":\"SignIn\"}}"
            ),
        )
        .plain("decision", "noop")
        .plain("tenantId", "default")
        .plain("actionType", "action.postSignIn")
        .json("durationMs", &took_ms.to_string())
        .json("actionResult", r#"{"userFields":[],"passwordVerified":false,"unknownFieldCount":0}"#)
        .plain("runtimeLocation", "local")
        .plain("onExecutionError", "block");
    script.close(row);
}
