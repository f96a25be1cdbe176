//! The whole table walked both ways, and what hand-picked events must be shown as.

use std::collections::BTreeSet;

use super::{Counterparts, FILE, counterpart, sources};
use crate::catalogue::table::Malformed;
use crate::catalogue::{Action, catalogue};
use crate::fields::Outcome;
use crate::source::Source;

/// Every event type, outcome and other source for which there is a counterpart.
fn every_counterpart() -> Vec<(Source, &'static str, Outcome, Source, &'static str)> {
    let mut found = Vec::new();
    for source in sources() {
        for row in catalogue(source).event_types() {
            for outcome in Outcome::ALL {
                for target in sources().filter(|target| *target != source) {
                    let key = counterpart(source, row.key, outcome, target);
                    found.extend(key.map(|key| (source, row.key, outcome, target, key)));
                }
            }
        }
    }
    found
}

fn action(source: Source, key: &str) -> Action {
    catalogue(source).get(key).unwrap_or_else(|| panic!("{source} has no {key}")).action
}

#[test]
fn the_file_follows_the_grammar() {
    let parsed = Counterparts::parse(FILE).unwrap_or_else(|error| panic!("{error}"));
    assert!(!parsed.happening_of.is_empty());
    for (source, key, outcome) in parsed.happening_of.keys() {
        // Otherwise nothing could ever be found there.
        let row = catalogue(*source).get(key).unwrap();
        assert_eq!(row.outcome(*outcome), *outcome, "{source} {key}");
    }
}

#[test]
fn a_counterpart_exists_and_ended_as_the_event_did() {
    for (source, key, outcome, target, found) in every_counterpart() {
        let ended = catalogue(source).get(key).unwrap().outcome(outcome);
        let counterpart = catalogue(target).get(found);
        let counterpart = counterpart.unwrap_or_else(|| panic!("{target} has no {found}"));
        assert_eq!(counterpart.key, found);
        assert_eq!(counterpart.outcome(ended), ended, "{source} {key} {target} {found}");
    }
}

/// Pairs of actions of different families that stand for each other: the event's, then its
/// counterpart's.
const ACROSS_FAMILIES: &str = "
identify             login
identify             signup
password.verify      login
code.verify          login
social.verify        login
sso.verify           login
passkey.verify       login
login                identify
login                password.verify
mfa.verify           code.verify
account.block        login
code.send            message.send
identity.add         mfa.enroll
identity.remove      mfa.remove
claims.customize     hook.run
account.unblock      api.update
consent.revoke       api.delete
identity.add         api.create
identity.remove      api.delete
identity.update      api.update
mfa.enroll           api.create
mfa.remove           api.delete
password.reset       api.update
session.create       api.create
session.revoke       api.delete
user.create          api.create
user.delete          api.delete
user.delete.cancel   api.update
user.delete.schedule api.update
user.update          api.update
";

fn across_families() -> BTreeSet<[&'static str; 2]> {
    let words: Vec<&str> = ACROSS_FAMILIES.split_whitespace().collect();
    words.chunks(2).map(|pair| [pair[0], pair[1]]).collect()
}

fn family(action: Action) -> &'static str {
    action.name().split('.').next().unwrap()
}

#[test]
fn a_counterpart_is_about_the_same() {
    let across: BTreeSet<[&str; 2]> = every_counterpart()
        .into_iter()
        .map(|(source, key, _, target, found)| [action(source, key), action(target, found)])
        .filter(|[from, to]| family(*from) != family(*to))
        .map(|pair| pair.map(Action::name))
        .collect();
    assert_eq!(across, across_families());
}

#[test]
fn there_and_back_is_about_the_same() {
    let across = across_families();
    for (source, key, outcome, target, found) in every_counterpart() {
        let ended = catalogue(source).get(key).unwrap().outcome(outcome);
        let Some(back) = counterpart(target, found, ended, source) else { continue };
        let (before, after) = (action(source, key), action(source, back));
        assert!(
            family(before) == family(after) || across.contains(&[before.name(), after.name()]),
            "{source} {key} {target} {found} {back}"
        );
    }
}

/// Source, type and outcome; then what Logto, Authgear, PlusAuth and our own words have for it:
/// an event type, `=` for the same one, `-` for none.
const EXPECTED: &str = "
logto Interaction.SignIn.Submit success = USER_AUTHENTICATED 2001 login
logto Interaction.SignIn.Submit failure = - 4000 login
logto Interaction.SignIn.Submit unknown = - - login
logto Interaction.SignIn.Verification.Password.Submit success = - 2000 password.verify
logto Interaction.SignIn.Verification.Password.Submit failure = AUTHENTICATION_PRIMARY_PASSWORD_FAILED 4002 password.verify
logto Interaction.SignIn.Verification.SmsVerificationCode.Create success Interaction.SignIn.Verification.PhoneVerificationCode.Create SMS_SENT 2444 code.send
logto Interaction.SignIn.Verification.EmailVerificationCode.Create failure = - - code.send
logto Interaction.SignIn.Verification.EmailVerificationCode.Submit failure = AUTHENTICATION_PRIMARY_OOB_OTP_EMAIL_FAILED 4000 code.verify
logto Interaction.SignIn.Verification.Totp.Submit success = - 2102 mfa.verify
logto Interaction.SignIn.Verification.Totp.Submit failure = AUTHENTICATION_SECONDARY_TOTP_FAILED 4440 mfa.verify
logto Interaction.SignIn.BindMfa.Totp.Submit success = - 2103 mfa.enroll
logto Interaction.Register.BindMfa.WebAuthn.Submit failure = - 4441 mfa.enroll
logto Interaction.Register.Submit success = USER_CREATED 2010 signup
logto Interaction.Register.Submit failure = - 4010 signup
logto Interaction.ForgotPassword.Submit success = - 2050 password.reset
logto Interaction.ForgotPassword.Verification.EmailVerificationCode.Submit failure = - - code.verify
logto Interaction.Create.Captcha failure = BOT_PROTECTION_VERIFICATION_FAILED - captcha.verify
logto ExchangeTokenBy.AuthorizationCode success = - 2200 token.issue
logto ExchangeTokenBy.ClientCredentials success = M2M_TOKEN_CREATED 2200 token.issue
logto ExchangeTokenBy.RefreshToken success = - 2201 token.refresh
logto ExchangeTokenBy.RefreshToken failure = - 4101 token.refresh
logto JwtCustomizer.AccessToken failure = - 4300 claims.customize
logto TriggerHook.PostSignIn success = - 2300 hook.run
logto TriggerHook.PostSignIn failure = - 4300 hook.run
logto Interaction.Create success = - - login.start
authgear USER_AUTHENTICATED unknown Interaction.SignIn.Submit = 2001 login
authgear user.reauthenticated unknown Interaction.SignIn.Submit USER_REAUTHENTICATED 2001 login
authgear AUTHENTICATION_BLOCKED unknown Interaction.SignIn.Submit = 4000 login
authgear AUTHENTICATION_IDENTITY_LOGIN_ID_FAILED unknown Interaction.SignIn.Identifier.Submit = 4001 identify
authgear AUTHENTICATION_PRIMARY_PASSWORD_FAILED success Interaction.SignIn.Verification.Password.Submit = 4002 password.verify
authgear AUTHENTICATION_SECONDARY_RECOVERY_CODE_FAILED unknown Interaction.SignIn.Verification.BackupCode.Submit = 4440 mfa.verify
authgear USER_SIGNED_OUT unknown - = 2024 logout
authgear EMAIL_SENT unknown - = 2434 message.send
authgear SMS_ERROR unknown - = 4444 message.send
authgear WHATSAPP_SENT unknown - = - message.send
authgear IDENTITY_EMAIL_VERIFIED unknown - = 2040 identity.verify
authgear ADMIN_API_MUTATION_CREATE_USER_EXECUTED unknown - = 101 user.create
authgear ADMIN_API_MUTATION_ADD_ROLE_TO_USERS_EXECUTED unknown - = 102 api.update
authgear ADMIN_API_MUTATION_DELETE_ROLE_EXECUTED unknown - = 103 api.delete
authgear PROJECT_APP_UPDATED unknown - = - config.update
plusauth 2001 unknown Interaction.SignIn.Submit USER_AUTHENTICATED = login
plusauth 4000 unknown Interaction.SignIn.Submit - = login
plusauth 4001 unknown Interaction.SignIn.Identifier.Submit AUTHENTICATION_IDENTITY_LOGIN_ID_FAILED = login
plusauth 4002 unknown Interaction.SignIn.Verification.Password.Submit AUTHENTICATION_PRIMARY_PASSWORD_FAILED = login
plusauth 4042 unknown - AUTHENTICATION_BLOCKED = account.block
plusauth 4440 unknown - - = mfa.verify
plusauth 2200 unknown ExchangeTokenBy.Unknown - = token.issue
plusauth 101 failure - - = api.create
native login success Interaction.SignIn.Submit USER_AUTHENTICATED 2001 =
native login failure Interaction.SignIn.Submit - 4000 =
native login unknown - - - =
native password.verify failure Interaction.SignIn.Verification.Password.Submit AUTHENTICATION_PRIMARY_PASSWORD_FAILED 4002 =
native mfa.verify failure - - 4440 =
native mfa.require unknown - - 2100 =
native mfa.require success - - - =
native user.disable success - USER_DISABLED - =
native claims.customize success JwtCustomizer.AccessToken - 2300 =
native payroll.exported success - - - -
gatelog login success - - - -
";

#[test]
fn hand_picked_events_are_shown_as_they_should() {
    for line in EXPECTED.trim().lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let (event, expected) = words.split_at(3);
        let [source, event_type, outcome] = event else { panic!("{line}") };
        let source: Source = source.parse().unwrap();
        let outcome = Outcome::from_name(outcome).unwrap();
        let targets = [Source::Logto, Source::Authgear, Source::PlusAuth, Source::Native];
        assert_eq!(expected.len(), targets.len(), "{line}");
        for (target, expected) in targets.into_iter().zip(expected) {
            let expected = match *expected {
                "-" => None,
                "=" => Some(*event_type),
                key => Some(key),
            };
            assert_eq!(counterpart(source, event_type, outcome, target), expected, "{line}");
        }
    }
}

#[test]
fn nothing_is_shown_as_our_own_audit() {
    for source in Source::ALL {
        assert_eq!(counterpart(source, "login", Outcome::Success, Source::Gatelog), None);
    }
}

/// Reads rows of the columns in which most mistakes can be made.
macro_rules! file_of {
    ($($row:literal),+) => {
        Counterparts::parse(concat!(
            "outcomes\tnative\tlogto\tauthgear\tplusauth\n",
            $($row, "\n"),+
        ))
    };
}

#[test]
fn a_malformed_file_is_refused_with_its_line_and_word() {
    let cell = |column, cell| Malformed::Cell { line: 2, column, cell };
    let refused = [
        (file_of!("failed\tlogin\t\t\t4000"), cell("outcomes", "failed")),
        (file_of!("failure\tlog-in\t\t\t4000"), cell("native", "log-in")),
        (file_of!("failure\tlogin\t\t\t(4999)"), cell("plusauth", "(4999)")),
        (file_of!("failure\tlogin\tTrigger.*\t\t"), cell("logto", "Trigger.*")),
        // An alias is not how the source writes it.
        (
            file_of!("success\tlogin\t\tuser.authenticated\t"),
            cell("authgear", "user.authenticated"),
        ),
        (
            file_of!("failure\tlogin\t\t\t4000", "failure unknown\tlogin\t\t\t4001"),
            Malformed::Duplicate("login"),
        ),
        (Counterparts::parse("outcomes\tlogto\n\t"), Malformed::MissingColumn("native")),
    ];
    for (parsed, expected) in refused {
        assert_eq!(parsed.err(), Some(expected));
    }
}
