//! Somebody new makes an account.

use crate::stories::logto::draft::{Event, Outcome};
use crate::stories::logto::experience::{Experience, NEW_PASSWORD_JSON};
use crate::stories::logto::failure::EMAIL_IN_USE;
use crate::stories::logto::record::{Identifier, Proof};
use crate::stories::logto::sign_in::{ConnectorKind, ask_connector, email, enter_code};
use crate::stories::logto::{hooks, tokens};
use crate::stories::script::Script;
use crate::world::{Login, User};

/// With a code by e-mail and a password, or with a social account.
pub(crate) fn register<'a>(script: &mut Script<'a>, newcomer: &'a User) {
    let application = script.application_of(newcomer);
    let visit = &mut Experience::begin(script, newcomer, application, Event::Register);
    script.think();
    let proven = match newcomer.login {
        Login::Social(index) => {
            let connector = script.world.social.at(index);
            ask_connector(script, visit, connector, ConnectorKind::Social)
        }
        Login::Password if script.random.chance(250) => invent_username(script, visit),
        _ => enter_code(script, visit, email(newcomer)),
    };
    if !proven {
        return;
    }
    if script.random.chance(40) {
        visit.identify(script, Outcome::Failure(&EMAIL_IN_USE));
        return;
    }
    let mut account_json = String::new();
    hooks::push_user(&mut account_json, newcomer, None, script.now_ms);
    visit.identify_newcomer(script, &account_json);
    hooks::user_created(script, visit);
    if newcomer.login == Login::Password {
        choose_password(script, visit);
    }
    visit.submit(script, Outcome::Success);
    hooks::after_visit(script, visit);
    visit.end(script);
    tokens::exchange_code(script, visit);
}

/// A user name and a password instead of an e-mail address.
fn invent_username<'a>(script: &mut Script<'a>, visit: &mut Experience<'a>) -> bool {
    let username = Identifier { kind: "username", value: &visit.user.username };
    let mut payload = String::from("{\"password\":\"******\",\"identifier\":");
    username.push_onto(&mut payload);
    payload.push('}');
    visit.start(script, Proof::NewPassword(username));
    visit.request(script, "Verification.NewPasswordIdentity.Submit", Outcome::Success, &payload);
    true
}

/// A password for the new account. Logto writes it in clear text.
fn choose_password(script: &mut Script<'_>, visit: &mut Experience<'_>) {
    script.think();
    let password = format!("Correct-horse-{}", script.random.digits(4));
    let payload = format!("{{\"type\":\"password\",\"value\":\"{password}\"}}");
    visit.profile_json = NEW_PASSWORD_JSON;
    visit.request(script, "Profile.Update", Outcome::Success, &payload);
}
