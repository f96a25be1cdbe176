//! What applications do at the token endpoint: most of any log.

use crate::json::push_string;
use crate::stories::logto::draft::{Draft, Event, Key, Outcome};
use crate::stories::logto::experience::{Experience, SCOPES};
use crate::stories::logto::failure::{
    AUTHORIZATION_CODE_NOT_FOUND, AUTHORIZATION_PENDING, Failure, INVALID_SECRET,
    REFRESH_TOKEN_NOT_FOUND, SUBJECT_TOKEN_NOT_FOUND, UNKNOWN_RESOURCE,
};
use crate::stories::logto::hooks;
use crate::stories::logto::sign_in::email;
use crate::stories::script::Script;
use crate::world::{Application, Device, Kind, User};

/// An application renews somebody's tokens.
pub(crate) fn refresh(script: &mut Script<'_>, user: &User) {
    let application = script.application_of(user);
    let device = match application.kind {
        Kind::SinglePage => user.browser(script.random),
        _ => caller(application, user, &user.computer),
    };
    let refused = match script.random.below(1_000) {
        0..22 => Some(&REFRESH_TOKEN_NOT_FOUND),
        22..25 => Some(&UNKNOWN_RESOURCE),
        _ => None,
    };
    refresh_on(script, user, application, device, refused);
}

/// The same, from a given device and with a given answer.
pub(crate) fn refresh_on(
    script: &mut Script<'_>,
    user: &User,
    application: &Application,
    device: &Device,
    refused: Option<&Failure>,
) {
    let for_resource = script.random.chance(450);
    let organization = script.random.chance(60).then_some(user.organization);
    let organization = organization.map(|index| script.world.organizations.at(index));
    let row = open(script, "ExchangeTokenBy.RefreshToken", refused, device)
        .user(user)
        .application(application)
        .with("params", |json| {
            json.push('{');
            if for_resource {
                json.extend(["\"resource\":\"", application.resource, "\","]);
            }
            json.extend(["\"client_id\":\"", &application.id]);
            json.push_str("\",\"grant_type\":\"refresh_token\",");
            push_secret_param(json, application);
            json.push_str("\"refresh_token\":\"******\"");
            if let Some(organization) = organization {
                json.extend([",\"organization_id\":\"", &organization.id, "\""]);
            }
            json.push('}');
        });
    let scope = if for_resource { application.scope } else { SCOPES };
    let tokens = r#"["AccessToken","RefreshToken","IdToken"]"#;
    close(script, row, application, refused.is_some(), scope, tokens);
}

/// A machine gets a token for itself.
pub(crate) fn client_credentials(script: &mut Script<'_>) {
    let workers = &script.world.applications.workers;
    let application = workers.at(script.random.skewed(workers.len(), 1));
    let refused = match script.random.below(1_000) {
        0..12 => Some(&INVALID_SECRET),
        12..16 => Some(&UNKNOWN_RESOURCE),
        _ => None,
    };
    if refused.is_none() && script.random.chance(30) {
        hooks::customize_machine_token(script, application);
        script.latency();
    }
    let row = open(script, "ExchangeTokenBy.ClientCredentials", refused, &application.server)
        .application(application)
        .with("params", |json| {
            json.extend(["{\"scope\":\"", application.scope, "\",\"resource\":\""]);
            json.extend([application.resource, "\",\"client_id\":\"", &application.id]);
            json.push_str("\",\"grant_type\":\"client_credentials\",\"client_secret\":\"******\"}");
        });
    close(script, row, application, refused.is_some(), application.scope, r#"["AccessToken"]"#);
}

/// The application gets its tokens at the end of a visit.
pub(crate) fn exchange_code(script: &mut Script<'_>, visit: &Experience<'_>) {
    script.latency();
    if script.random.chance(50) {
        hooks::customize_user_token(script, visit);
        script.latency();
    }
    exchange_code_of(script, visit.user, visit.application, visit.browser);
}

/// The application gets somebody's tokens without a visit.
pub(crate) fn exchange_code_of(
    script: &mut Script<'_>,
    user: &User,
    application: &Application,
    browser: &Device,
) {
    let device = caller(application, user, browser);
    let refused = script.random.chance(18).then_some(&AUTHORIZATION_CODE_NOT_FOUND);
    let (code, verifier) = (script.random.token(43), script.random.token(64));
    let row = open(script, "ExchangeTokenBy.AuthorizationCode", refused, device);
    let row = if refused.is_some() { row } else { row.user(user) };
    let row = row.application(application).with("params", |json| {
        json.extend(["{\"code\":\"", &code, "\",\"client_id\":\"", &application.id]);
        json.push_str("\",\"grant_type\":\"authorization_code\",\"redirect_uri\":\"");
        json.extend([&application.origin, "/callback\","]);
        push_secret_param(json, application);
        json.extend(["\"code_verifier\":\"", &verifier, "\"}"]);
    });
    let tokens = r#"["AccessToken","RefreshToken","IdToken"]"#;
    close(script, row, application, refused.is_some(), SCOPES, tokens);
}

/// Somebody signs out, and the application gives its refresh token back.
pub(crate) fn sign_out(script: &mut Script<'_>, user: &User) {
    let application = script.application_of(user);
    let grant = script.random.token(43);
    let row = open(script, "RevokeToken", None, caller(application, user, &user.computer))
        .user(user)
        .application(application)
        .with("params", |json| {
            json.extend(["{\"token\":\"******\",\"client_id\":\"", &application.id]);
            json.push_str(match application.kind {
                Kind::Traditional => "\",\"client_secret\":\"******\"}",
                _ => "\"}",
            });
        })
        .plain("grantId", &grant)
        .json("tokenTypes", r#"["RefreshToken"]"#);
    script.close(row);
}

/// A token for a token: a support agent acts for a customer, or a personal token is used.
pub(crate) fn exchange(script: &mut Script<'_>, user: &User) {
    const IMPERSONATION: &str = "urn:ietf:params:oauth:token-type:access_token";
    const PERSONAL_TOKEN: &str = "urn:logto:token-type:personal_access_token";
    let subject = if script.random.chance(150) { IMPERSONATION } else { PERSONAL_TOKEN };
    let application = script.application_of(user);
    let refused = script.random.chance(50).then_some(&SUBJECT_TOKEN_NOT_FOUND);
    let row = open(script, "ExchangeTokenBy.TokenExchange", refused, &application.server);
    let row = if refused.is_some() { row } else { row.user(user) };
    let row = row.application(application).with("params", |json| {
        json.extend(["{\"scope\":\"", application.scope, "\",\"resource\":\""]);
        json.extend([application.resource, "\",\"client_id\":\"", &application.id]);
        json.push_str("\",\"grant_type\":\"urn:ietf:params:oauth:grant-type:token-exchange\",");
        json.push_str("\"actor_token\":\"******\",\"client_secret\":\"******\",");
        json.extend(["\"subject_token\":\"******\",\"subject_token_type\":\"", subject, "\"}"]);
    });
    let scope = application.scope;
    close(script, row, application, refused.is_some(), scope, r#"["AccessToken"]"#);
}

/// Somebody signs in on a television by typing its code on their phone.
pub(crate) fn television(script: &mut Script<'_>, user: &User) {
    let application = script.world.applications.televisions.at(user.favourite);
    let set = &user.phone_native;
    let device_code = script.random.token(43);
    for _ in 0..2 + script.random.below(3) {
        poll(script, user, application, set, &device_code, Some(&AUTHORIZATION_PENDING));
        script.now_ms += 5_000;
    }
    let phone = &user.phone_browser;
    let visit = &mut Experience::begin_on(script, user, application, phone, Event::SignIn);
    visit.sign_in_by_password(script, email(user));
    script.latency();
    poll(script, user, application, set, &device_code, None);
}

/// A grant is withdrawn because its code or token came a second time. Logto names no user here.
pub(crate) fn revoke_reused(script: &mut Script<'_>, application: &Application, device: &Device) {
    let grant = script.random.token(43);
    let row = open(script, "RevokeToken", None, device)
        .application(application)
        .with("params", |json| {
            json.extend(["{\"client_id\":\"", &application.id]);
            json.push_str("\",\"grant_type\":\"refresh_token\",\"refresh_token\":\"******\"}");
        })
        .plain("grantId", &grant)
        .json("tokenTypes", "[]");
    script.close(row);
}

fn poll(
    script: &mut Script<'_>,
    user: &User,
    application: &Application,
    set: &Device,
    device_code: &str,
    refused: Option<&Failure>,
) {
    let row = open(script, "ExchangeTokenBy.DeviceCode", refused, set);
    let row = if refused.is_some() { row } else { row.user(user) };
    let row = row.application(application).with("params", |json| {
        json.extend(["{\"client_id\":\"", &application.id, "\",\"grant_type\":"]);
        push_string(json, "urn:ietf:params:oauth:grant-type:device_code");
        json.extend([",\"device_code\":\"", device_code, "\"}"]);
    });
    let tokens = r#"["AccessToken","RefreshToken","IdToken"]"#;
    close(script, row, application, refused.is_some(), SCOPES, tokens);
}

/// Who calls the token endpoint: the browser, the phone, or the application's server.
fn caller<'a>(application: &'a Application, user: &'a User, browser: &'a Device) -> &'a Device {
    match application.kind {
        Kind::SinglePage => browser,
        Kind::Native => &user.phone_native,
        Kind::Traditional | Kind::MachineToMachine | Kind::Saml => &application.server,
    }
}

fn has_secret(application: &Application) -> bool {
    matches!(application.kind, Kind::Traditional | Kind::MachineToMachine)
}

fn push_secret_param(json: &mut String, application: &Application) {
    if has_secret(application) {
        json.push_str("\"client_secret\":\"******\",");
    }
}

fn open(
    script: &mut Script<'_>,
    key: &'static str,
    refused: Option<&Failure>,
    device: &Device,
) -> Draft {
    let outcome = refused.map_or(Outcome::Success, Outcome::Failure);
    script.open(Key::Plain(key), outcome).device(device)
}

fn close(
    script: &mut Script<'_>,
    row: Draft,
    application: &Application,
    refused: bool,
    scope: &str,
    tokens_json: &str,
) {
    let row = if refused {
        row.json("tokenTypes", "[]")
    } else {
        row.plain("scope", scope).json("tokenTypes", tokens_json)
    };
    let row = if has_secret(application) {
        row.json("applicationSecret", r#"{"name":"Default secret"}"#)
    } else {
        row
    };
    script.close(row);
}
