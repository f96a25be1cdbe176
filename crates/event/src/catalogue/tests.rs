//! Every row of every catalogue, and what the hand-picked ones must mean.

use std::collections::{HashMap, HashSet};

use super::{
    Action, Catalogue, EventType, FILES, Level, Malformed, Tab, UNKNOWN_SECTION, catalogue,
    meaning, names, section_title,
};
use crate::fields::Outcome;
use crate::language::Language;
use crate::source::Source;

#[test]
fn every_file_follows_the_grammar() {
    for (source, file) in FILES {
        let parsed = Catalogue::parse(file).unwrap_or_else(|error| panic!("{source}: {error}"));
        assert_eq!(parsed.event_types(), catalogue(source).event_types());
        assert_eq!(parsed.event_types().len(), file.lines().count() - 1);
    }
}

#[test]
fn no_event_type_is_missing() {
    let count = |source| {
        let event_types = catalogue(source).event_types();
        let aliases = event_types.iter().map(|row| row.aliases.len()).sum();
        (event_types.len(), aliases)
    };
    assert_eq!(count(Source::Logto), (165, 11));
    assert_eq!(count(Source::Authgear), (129, 129));
    assert_eq!(count(Source::PlusAuth), (38, 0));
    assert_eq!(count(Source::Native), (Action::ALL.len(), 0));
    assert_eq!(count(Source::Okta), count(Source::Native));
}

#[test]
fn every_documented_key_is_known() {
    let documented = [
        (Source::Logto, 80, include_str!("../../tests/data/logto-documented-keys.txt")),
        (Source::Authgear, 38, include_str!("../../tests/data/authgear-documented-keys.txt")),
        (Source::PlusAuth, 38, include_str!("../../tests/data/plusauth-documented-keys.txt")),
    ];
    for (source, count, keys) in documented {
        assert_eq!(keys.lines().count(), count, "{source}");
        for key in keys.lines() {
            assert!(catalogue(source).get(key).is_some(), "{source} {key}");
        }
    }
}

#[test]
fn an_alias_means_what_its_key_means() {
    let logto = catalogue(Source::Logto);
    let key_of = |name| logto.get(name).map(|row| row.key);
    assert_eq!(key_of("JwtCustomizer.ClientCredential"), Some("JwtCustomizer.ClientCredentials"));
    assert_eq!(
        key_of("Interaction.ForgotPassword.Verification.SmsVerificationCode.Submit"),
        Some("Interaction.ForgotPassword.Verification.PhoneVerificationCode.Submit")
    );
    assert_eq!(
        key_of("Interaction.SignIn.Verification.Webauthn.Create"),
        Some("Interaction.SignIn.Verification.WebAuthn.Create")
    );
    for (source, _) in FILES {
        for row in catalogue(source).event_types() {
            for name in row.aliases.iter().chain([&row.key]) {
                assert_eq!(catalogue(source).get(name), Some(row), "{source} {name}");
            }
        }
    }
}

#[test]
fn authgear_keys_are_the_stored_names_in_capitals() {
    for row in catalogue(Source::Authgear).event_types() {
        let [stored] = row.aliases[..] else {
            panic!("{} has {} aliases", row.key, row.aliases.len());
        };
        assert_eq!(stored.to_uppercase().replace('.', "_"), row.key);
    }
}

#[test]
fn native_events_use_each_action_by_its_own_name() {
    for &action in Action::ALL {
        assert_eq!(Action::from_name(action.name()), Some(action));
        let meaning = meaning(Source::Native, action.name(), Outcome::Success);
        assert!(meaning.event_type.is_some(), "{action:?}");
        assert_eq!(meaning.action, action);
        assert_eq!(meaning.outcome, Outcome::Success);
        assert_ne!(meaning.title, action.name());
    }
    assert_eq!(Action::from_name("Login"), None);
}

#[test]
fn every_type_and_result_has_a_consistent_meaning() {
    for (source, _) in FILES {
        for row in catalogue(source).event_types() {
            for result in Outcome::ALL {
                let meaning = meaning(source, row.key, result);
                assert_eq!(meaning.event_type, Some(row));
                assert_eq!(meaning.outcome, row.fixed_outcome().unwrap_or(result));
                // The outcome says no more than the result: taken for a result, it stays.
                assert_eq!(row.outcome(meaning.outcome), meaning.outcome);
                if meaning.outcome == Outcome::Failure {
                    assert_ne!(meaning.level, Level::Info, "{source} {} {result:?}", row.key);
                }
                if meaning.outcome == Outcome::Success {
                    assert_ne!(meaning.level, Level::Error, "{source} {} {result:?}", row.key);
                }
            }
        }
    }
}

#[test]
fn everything_is_told_in_every_language() {
    for (source, _) in FILES {
        for row in catalogue(source).event_types() {
            for language in Language::ALL {
                let place = format!("{source} {} {language:?}", row.key);
                let meaning = meaning(source, row.key, Outcome::Success);
                assert_eq!(meaning.title_in(language), row.title(language));
                assert_one_line(row.title(language), &place);
                assert_one_sentence(row.description(language), &place);
                // Nobody left a title where a sentence of our own belongs.
                assert!(row.description(language).len() > row.title(language).len(), "{place}");
            }
            let descriptions = Language::ALL.map(|language| row.description(language));
            assert_eq!(HashSet::from(descriptions).len(), Language::ALL.len(), "{}", row.key);
        }
    }
}

fn assert_one_line(text: &str, place: &str) {
    assert_eq!(text.trim(), text, "{place}");
    assert!(!text.is_empty() && !text.contains("  "), "{place}: {text}");
    assert!(!text.ends_with('.'), "{place}: {text}");
}

fn assert_one_sentence(text: &str, place: &str) {
    let sentence = text.strip_suffix('.').unwrap_or_else(|| panic!("{place}: {text}"));
    assert_one_line(sentence, place);
    assert!(!sentence.contains(". "), "{place}: {text}");
}

#[test]
fn french_keeps_its_signs_with_their_words() {
    let french = |row: &EventType| [row.title(Language::French), row.description(Language::French)];
    let rows = FILES.into_iter().flat_map(|(source, _)| catalogue(source).event_types());
    for text in rows.flat_map(french) {
        let breaks = [" :", " ;", " ?", " !", "« ", " »", "\'"];
        assert!(breaks.iter().all(|sign| !text.contains(sign)), "{text}");
    }
}

#[test]
fn every_name_has_a_title_in_every_language_and_every_title_a_name() {
    let sections = FILES.into_iter().flat_map(|(source, _)| catalogue(source).sections());
    let used: HashSet<(&str, &str)> = sections
        .chain([UNKNOWN_SECTION])
        .map(|name| ("section", name))
        .chain(Level::ALL.map(|level| ("level", level.name())))
        .chain(Outcome::ALL.map(|outcome| ("outcome", outcome.name())))
        .chain(Tab::ALL.map(|tab| ("tab", tab.name())))
        .chain(Source::ALL.map(|source| ("source", source.name())))
        .collect();
    let named = names::parse(names::FILE).unwrap();
    assert_eq!(named.keys().copied().collect::<HashSet<_>>(), used);
    for ((kind, name), titles) in named {
        for language in Language::ALL {
            assert_one_line(titles.in_language(language), name);
        }
        // Queries ask for sections by their English names.
        assert_eq!(titles.english == name, kind == "section", "{kind} {name}");
    }
}

#[test]
fn names_are_told_in_the_language_asked_for() {
    let in_each = |title: fn(Language) -> &'static str| Language::ALL.map(title);
    let expected = [
        (in_each(|language| section_title("Sign in", language)), "Sign in|Connexion|Oturum açma"),
        (in_each(|language| section_title("Attic", language)), "Attic|Attic|Attic"),
        (in_each(|language| Level::Warn.title(language)), "Warning|Avertissement|Uyarı"),
        (in_each(|language| Action::Logout.title(language)), "Logout|Déconnexion|Çıkış"),
    ];
    for (found, expected) in expected {
        assert_eq!(found.join("|"), expected);
    }
}

#[test]
fn titles_tell_event_types_apart() {
    for (source, _) in FILES {
        for language in Language::ALL {
            let mut same_title: HashMap<&str, Vec<_>> = HashMap::new();
            for row in catalogue(source).event_types() {
                same_title.entry(row.title(language)).or_default().push(row);
            }
            for (title, rows) in same_title {
                // Logto has sign-in, registration and forgotten password do the same step, and
                // its own documentation gives the step one title.
                let allowed = if source == Source::Logto { 3 } else { 1 };
                assert!(rows.len() <= allowed, "{source} {title}");
                assert!(rows.iter().all(|row| row.action == rows[0].action), "{source} {title}");
            }
        }
    }
}

#[test]
fn the_event_types_of_a_section_stand_together() {
    for (source, _) in FILES {
        let mut by_row: Vec<_> =
            catalogue(source).event_types().iter().map(|row| row.section).collect();
        by_row.dedup();
        assert_eq!(by_row, catalogue(source).sections().collect::<Vec<_>>());
        assert_eq!(by_row.iter().collect::<HashSet<_>>().len(), by_row.len());
    }
    assert_eq!(catalogue(Source::Logto).sections().next(), Some("Sign in"));
}

#[test]
fn the_tabs_are_those_of_the_systems_own_consoles() {
    let admin_keys = |source| -> Vec<_> {
        let rows = catalogue(source).event_types().iter();
        rows.filter(|row| row.tab == Tab::Admin).map(|row| row.key).collect()
    };
    let authgear = admin_keys(Source::Authgear);
    assert_eq!(authgear.len(), 70);
    assert!(
        authgear.iter().all(|key| key.starts_with("ADMIN_API_") || key.starts_with("PROJECT_"))
    );
    assert_eq!(admin_keys(Source::PlusAuth), ["4521", "100", "101", "102", "103"]);
}

/// Source, type and what the record says; then action, outcome and level.
const EXPECTED: &str = "
logto     Interaction.SignIn.Submit                                success  login            success  info
logto     Interaction.SignIn.Submit                                failure  login            failure  warn
logto     Interaction.SignIn.Verification.Password.Submit          failure  password.verify  failure  warn
logto     Interaction.SignIn.Verification.Totp.Submit              failure  mfa.verify       failure  warn
logto     Interaction.SignIn.Verification.SmsVerificationCode.Create success code.send       success  info
logto     Interaction.SignIn.Verification.EnterpriseSso.Submit     success  sso.verify       success  info
logto     Interaction.Register.Submit                              failure  signup           failure  warn
logto     Interaction.ForgotPassword.Submit                        success  password.reset   success  info
logto     Interaction.Create                                       unknown  login.start      unknown  info
logto     Interaction.Create.Captcha                               failure  captcha.verify   failure  warn
logto     ExchangeTokenBy.RefreshToken                             failure  token.refresh    failure  warn
logto     ExchangeTokenBy.AuthorizationCode                        success  token.issue      success  info
logto     JwtCustomizer.AccessToken                                failure  claims.customize failure  error
logto     TriggerHook.PostSignIn                                   failure  hook.run         failure  error
logto     TriggerHook.Identifier.Lockout                           success  hook.run         success  warn
authgear  USER_AUTHENTICATED                                       unknown  login            success  info
authgear  user.authenticated                                       unknown  login            success  info
authgear  AUTHENTICATION_BLOCKED                                   unknown  login            failure  warn
authgear  AUTHENTICATION_PRIMARY_PASSWORD_FAILED                   unknown  password.verify  failure  warn
authgear  AUTHENTICATION_SECONDARY_TOTP_FAILED                     success  mfa.verify       failure  warn
authgear  USER_CREATED                                             unknown  signup           success  info
authgear  ADMIN_API_MUTATION_RESET_ACCOUNT_LOCKOUT_EXECUTED        unknown  account.unblock  success  info
authgear  EMAIL_ERROR                                              unknown  message.send     failure  error
authgear  FRAUD_PROTECTION_DECISION_RECORDED                       failure  other            failure  warn
plusauth  2001                                                     unknown  login            success  info
plusauth  4000                                                     unknown  login            failure  warn
plusauth  4002                                                     success  login            failure  warn
plusauth  2010                                                     unknown  signup           success  info
plusauth  4440                                                     unknown  mfa.verify       failure  warn
plusauth  2100                                                     unknown  mfa.require      unknown  info
plusauth  4101                                                     unknown  token.refresh    failure  warn
plusauth  4521                                                     unknown  directory.sync   failure  error
plusauth  101                                                      failure  api.create       failure  error
native    login                                                    failure  login            failure  warn
native    payroll.exported                                         failure  other            failure  warn
gatelog   audit.read                                               success  audit.read       success  info
logto     Interaction.SignIn.Verification.Telepathy.Submit         failure  other            failure  warn
auth0     s                                                        success  other            success  info
auth0     login                                                    failure  login            failure  warn
okta      mfa.verify                                               failure  mfa.verify       failure  warn
keycloak  token.refresh                                            success  token.refresh    success  info
";

#[test]
fn hand_picked_events_mean_what_they_should() {
    for line in EXPECTED.trim().lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        let [source, event_type, result, action, outcome, level] = words[..] else {
            panic!("{line}");
        };
        let result = Outcome::from_name(result).unwrap();
        let meaning = meaning(source.parse().unwrap(), event_type, result);
        let found = (meaning.action.name(), meaning.outcome.name(), meaning.level.name());
        assert_eq!(found, (action, outcome, level), "{line}");
    }
}

#[test]
fn an_unknown_type_keeps_its_raw_key() {
    let meaning = meaning(Source::Logto, "Interaction.SignIn.Dance", Outcome::Success);
    assert_eq!(meaning.event_type, None);
    assert_eq!(meaning.title, "Interaction.SignIn.Dance");
    assert_eq!(meaning.title_in(Language::Turkish), "Interaction.SignIn.Dance");
    assert_eq!(meaning.section, "Other");
    assert_eq!(meaning.tab, Tab::User);
}

/// Reads one row of the nine columns before the descriptions, which are filled in.
macro_rules! file_of {
    ($row:literal) => {
        Catalogue::parse(concat!(
            "key\taliases\tsection\ttab\taction\toutcome\tlevel\ttitle_en\ttitle_fr\ttitle_tr",
            "\tdescription_en\tdescription_fr\tdescription_tr\n",
            $row,
            "\tF\tT\tE.\tF.\tT.\n"
        ))
    };
}

#[test]
fn a_malformed_file_is_refused_with_its_line_and_column() {
    assert!(file_of!("a\tb c\tS\tuser\tlogin\tresult\tinfo/warn\tA").is_ok());
    let cell = |column, cell| Malformed::Cell { line: 2, column, cell };
    let refused = [
        (file_of!("a\t\tS\tuser\tlog-in\tresult\tinfo\tA"), cell("action", "log-in")),
        (file_of!("a\t\tS\tguest\tlogin\tresult\tinfo\tA"), cell("tab", "guest")),
        (file_of!("a\t\tS\tuser\tlogin\tmaybe\tinfo\tA"), cell("outcome", "maybe")),
        (file_of!("a\t\tS\tuser\tlogin\tresult\tinfo/\tA"), cell("level", "info/")),
        (file_of!("a\t\tS\tuser\tlogin\tfailure\tinfo/warn\tA"), cell("level", "info/warn")),
        (file_of!("\t\tS\tuser\tlogin\tresult\tinfo\tA"), cell("key", "")),
        (file_of!("a\t\tS\tuser\tlogin\tresult\tinfo\t"), cell("title_en", "")),
        (file_of!("a\tS"), Malformed::CellCount { line: 2, found: 7, expected: 13 }),
        (file_of!("a\ta\tS\tuser\tlogin\tresult\tinfo\tA"), Malformed::Duplicate("a")),
        (Catalogue::parse("key\naccident"), Malformed::MissingColumn("aliases")),
    ];
    for (parsed, expected) in refused {
        assert_eq!(parsed.err(), Some(expected));
    }
}

#[test]
fn columns_may_be_added_and_reordered() {
    let file = "title_tr\tnote\tdescription_tr\tdescription_fr\tdescription_en\ttitle_fr\ttitle_en\t\
                key\taliases\tsection\ttab\taction\toutcome\tlevel\n\
                Giriş\tnew\tT.\tF.\tE.\tConnexion\tLogin\ta\t\tS\tuser\tlogin\tfailure\terror\n";
    let parsed = Catalogue::parse(file).unwrap();
    let row = &parsed.event_types()[0];
    assert_eq!(Language::ALL.map(|language| row.title(language)), ["Login", "Connexion", "Giriş"]);
    assert_eq!(Language::ALL.map(|language| row.description(language)), ["E.", "F.", "T."]);
    assert_eq!(row.level(Outcome::Success), Level::Error);
}
