//! A SAML application asks who somebody is, and is told.

use crate::json::{push_iso_time, push_string};
use crate::stories::logto::draft::{Event, Key, Outcome};
use crate::stories::logto::experience::Experience;
use crate::stories::logto::failure::SAML_ISSUER_MISMATCH;
use crate::stories::logto::sign_in::email;
use crate::stories::script::Script;
use crate::world::{Application, Device, User};

/// From the service provider's request to Logto's response.
pub(crate) fn sign_in(script: &mut Script<'_>, user: &User) {
    let application = script.world.applications.saml.at(user.favourite);
    let browser = &user.computer;
    let refused = script.random.chance(60);
    request(script, application, browser, refused);
    if refused {
        return;
    }
    script.latency();
    let visit = &mut Experience::begin_on(script, user, application, browser, Event::SignIn);
    visit.sign_in_by_password(script, email(user));
    script.latency();
    respond(script, user, application, browser);
}

fn request(script: &mut Script<'_>, application: &Application, browser: &Device, refused: bool) {
    let (document, id) = (script.random.token(480), script.random.id(16));
    let origin = &application.origin;
    let mut issue_instant = String::new();
    push_iso_time(&mut issue_instant, script.now_ms);
    let extract = format!(
        "{{\"issuer\":\"{origin}/metadata\",\"request\":{{\"id\":\"_{id}\",\"destination\":\
         \"https://id.acme.example/api/saml/{app}/authn\",\"issueInstant\":\"{issue_instant}\",\
         \"assertionConsumerServiceUrl\":\"{origin}/acs\"}}}}",
        app = application.id
    );
    let outcome = if refused { Outcome::Failure(&SAML_ISSUER_MISMATCH) } else { Outcome::Success };
    let row = script
        .open(Key::Plain("SamlApplication.AuthnRequest"), outcome)
        .device(browser)
        .application(application)
        .with("query", |json| {
            json.extend(["{\"RelayState\":\"", origin, "/home\",\"SAMLRequest\":\"", &document]);
            json.push_str("\"}");
        })
        .plain("cookie", "******")
        .with("extractResult", |json| {
            json.extend(["{\"data\":", &extract, ",\"success\":true}"]);
        })
        .json("extractResultData", &extract)
        .with("loginRequestResult", |json| {
            json.extend(["{\"sigAlg\":null,\"extract\":", &extract, ",\"samlContent\":"]);
            push_string(json, &format!("<samlp:AuthnRequest ID=\"_{id}\" Version=\"2.0\"/>"));
            json.push('}');
        });
    script.close(row);
}

fn respond(script: &mut Script<'_>, user: &User, application: &Application, browser: &Device) {
    let [code, state, request_id] = [43, 32, 16].map(|length| script.random.id(length));
    let document = script.random.token(960);
    let origin = &application.origin;
    let row = script
        .open(Key::Plain("SamlApplication.Callback"), Outcome::Success)
        .device(browser)
        .application(application)
        .json("query", &format!("{{\"code\":\"{code}\",\"state\":\"{state}\"}}"))
        .plain("context", &document)
        .json(
            "session",
            &format!("{{\"relayState\":\"{origin}/home\",\"samlRequestId\":\"_{request_id}\"}}"),
        )
        .with("userInfo", |json| {
            json.extend(["{\"sub\":\"", &user.id, "\",\"name\":"]);
            push_string(json, &user.name);
            json.extend([",\"email\":\"", &user.email, "\",\"username\":\"", &user.username]);
            json.push_str("\"}");
        })
        .with("entityEndpoint", |json| json.extend(["\"", origin, "/acs\""]))
        .with("returnedRelayState", |json| json.extend(["\"", origin, "/home\""]));
    script.close(row);
}
