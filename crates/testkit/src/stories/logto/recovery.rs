//! Somebody forgot their password.

use crate::stories::logto::draft::{Event, Outcome};
use crate::stories::logto::experience::{Experience, NEW_PASSWORD_JSON};
use crate::stories::logto::failure::{INVALID_CREDENTIALS, SAME_PASSWORD};
use crate::stories::logto::hooks;
use crate::stories::logto::sign_in::{email, enter_code};
use crate::stories::script::Script;
use crate::world::User;

/// Wrong passwords, then a code by e-mail, then a new password.
pub(crate) fn reset_password<'a>(script: &mut Script<'a>, user: &'a User) {
    let application = script.application_of(user);
    let attempt = &mut Experience::begin(script, user, application, Event::SignIn);
    for _ in 0..1 + script.random.below(2) {
        script.think();
        attempt.enter_password(script, email(user), Some(&INVALID_CREDENTIALS));
    }
    script.think();
    let visit = &mut Experience::begin_on(
        script,
        user,
        application,
        attempt.browser,
        Event::ForgotPassword,
    );
    script.think();
    if !enter_code(script, visit, email(user)) {
        return;
    }
    visit.identify(script, Outcome::Success);
    if script.random.chance(100) {
        script.think();
        visit.request(script, "Profile.Update", Outcome::Failure(&SAME_PASSWORD), "");
    }
    script.think();
    let password = format!("Battery-staple-{}", script.random.digits(4));
    let payload = format!("{{\"type\":\"password\",\"value\":\"{password}\"}}");
    visit.profile_json = NEW_PASSWORD_JSON;
    visit.request(script, "Profile.Update", Outcome::Success, &payload);
    visit.submit(script, Outcome::Success);
    hooks::after_visit(script, visit);
    visit.end(script);
}
