//! Passkeys: what the pages ask for and say. The whole way is walked in the browser, with a device.

use axum::http::StatusCode;
use gatelog_auth::Scope;
use gatelog_console::ConsoleOptions;
use gatelog_meta::{NewPasskey, Sha256Hash};

use crate::house::{Answer, House, PASSWORD, ada};

const PASSWORD_TYPED: &str = "user=ada&password=correct+horse+battery&next=%2Fusers";

fn cookie(answer: &Answer) -> String {
    answer.header("set-cookie").split(';').next().unwrap().to_owned()
}

/// Gives Ada a passkey, whose device nobody has.
fn give_passkey(house: &House, kept_session: Option<&Sha256Hash>) {
    let passkey = NewPasskey {
        name: "<i>phone".to_owned(),
        credential: vec![7; 16],
        algorithm: -8,
        public_key: vec![1; 32],
        counter: 0,
    };
    let (meta, change) = (house.service.meta(), house.service.environment().change(ada()));
    meta.add_passkey("ada", &passkey, &[[1; 32]], kept_session, &change).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_asks_for_a_new_one_each_time() {
    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    let browser = house.browser("ada", PASSWORD).await;
    let ask = async || {
        let request = house.ask_at("localhost:8620", "/account/passkeys", &browser.cookie);
        request.await.between("data-challenge=\"", "\"").to_owned()
    };
    let (first, second) = (ask().await, ask().await);
    assert_eq!((first.len(), first == second), (43, false), "{first}");
    let page = house.ask_at("localhost:8620", "/account/passkeys", &browser.cookie).await;
    assert_eq!(page.between("data-party=\"", "\""), "localhost");
    assert!(page.text.contains("data-elsewhere=\"Passkeys are used at http://localhost:8620."));
    assert!(page.text.contains("id=\"passkey-absent\""), "what to do without JavaScript");
}

#[tokio::test(flavor = "multi_thread")]
async fn they_belong_to_the_public_address_or_to_none() {
    let public_url = Some("https://logs.example".to_owned());
    let house = House::with(ConsoleOptions { public_url, ..ConsoleOptions::default() });
    house.settle("ada", Scope::Read, Some("default"));
    let cookie = house.browser("ada", PASSWORD).await.cookie;
    let page = house.ask_at("10.0.0.7:8620", "/account/passkeys", &cookie).await;
    assert_eq!(page.between("data-party=\"", "\""), "logs.example");

    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    let cookie = house.browser("ada", PASSWORD).await.cookie;
    let page = house.ask_at("10.0.0.7:8620", "/account/passkeys", &cookie).await;
    assert!(page.between("id=\"no-name\">", "</p>").contains("http://10.0.0.7:8620"));
    assert!(!page.text.contains("data-challenge"), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_count_is_told_and_recorded() {
    let house = House::new();
    house.settle("ada", Scope::Admin, Some("default"));
    let browser = house.browser("ada", PASSWORD).await;
    for (form, expected) in [
        ("name=phone&client_data=e30", "open for too long"),
        ("name=+", "a name has 1 to 60 characters"),
    ] {
        let refused = browser.post("/account/passkeys", form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        assert!(refused.text.contains(expected), "{form}: {}", refused.text);
    }
    // The page that said so asks again.
    let refused = browser.post("/account/passkeys", "name=%3Cphone&client_data=e30").await;
    assert!(refused.text.contains("was not accepted"), "{}", refused.text);
    assert!(refused.text.contains("value=\"&#60;phone\""), "the name is kept");
    house.record();
    let failed = browser.page("/logs?source=gatelog&q=type+%3D+%22mfa.enroll%22").await;
    assert_eq!(failed.total(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_in_asks_for_it_first_and_takes_a_code_too() {
    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    give_passkey(&house, None);
    let half = house.post("/sign-in", "", PASSWORD_TYPED).await;
    assert_eq!(half.header("location"), "/sign-in/code?next=%2Fusers");
    let waiting = cookie(&half);
    let page = house.ask("/sign-in/code?next=%2Fusers", &waiting).await;
    let (passkey, code) = (page.text.find("id=\"sign-in-passkey\""), page.text.find("id=\"code\""));
    assert!(passkey.is_some() && passkey < code, "{}", page.text);
    assert_eq!(page.between("data-credentials=\"", "\""), "BwcHBwcHBwcHBwcHBwcHBw");
    assert!(page.text.contains("Type one of your recovery codes."), "there is no app");

    let nameless = house.ask_at("10.0.0.7:8620", "/sign-in/code", &waiting).await;
    assert!(nameless.between("id=\"no-name\">", "</p>").contains("http://10.0.0.7:8620"));
    assert!(!nameless.text.contains("sign-in-passkey"), "{}", nameless.text);

    let nothing = "credential=BwcHBwcHBwcHBwcHBwcHBw&client_data=e30&next=%2Fusers";
    let refused = house.post("/sign-in/passkey", &waiting, nothing).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert!(refused.between("id=\"code-error\"", "</p>").contains("was not accepted"));
    let asked_again = refused.between("data-challenge=\"", "\"");
    assert_ne!(asked_again, page.between("data-challenge=\"", "\""));
    for _ in 0..9 {
        house.post("/sign-in/passkey", &waiting, nothing).await;
    }
    let refused = house.post("/sign-in/passkey", &waiting, nothing).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.header("retry-after"), "900");
    let nobody = house.post("/sign-in/passkey", "", nothing).await;
    assert_eq!(nobody.header("location"), "/sign-in?next=%2Fusers");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_shown_and_given_up_with_the_password_by_its_owner_only() {
    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    house.settle("eve", Scope::Admin, Some("default"));
    let (meta, now) = (house.service.meta(), house.service.now());
    let earlier = meta.sessions("ada", now).unwrap();
    let browser = house.browser("ada", PASSWORD).await;
    let mut session = meta.sessions("ada", now).unwrap();
    session.retain(|session| !earlier.contains(session));
    give_passkey(&house, Some(&session[0].token_sha256));
    let account = browser.page("/account").await;
    let row = account.between("id=\"passkeys\"", "</table>");
    assert!(row.contains("&#60;i&#62;phone") && row.contains("never"), "{row}");
    assert!(account.text.contains("Recovery codes left: 1."));

    let address = format!("/account/passkeys/{}", meta.passkeys("ada").unwrap()[0].number);
    let eve = house.browser("eve", PASSWORD).await;
    assert_eq!(eve.get(&address).await.status, StatusCode::NOT_FOUND);
    let typed = "password=correct+horse+battery";
    assert_eq!(eve.post(&address, typed).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get("/account/passkeys/x").await.status, StatusCode::NOT_FOUND);
    let page = browser.page(&address).await;
    assert!(page.text.contains("It is your only second factor"), "{}", page.text);
    let wrong = browser.post(&address, "password=a+guess").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.between("id=\"passkey-error\"", "</p>").contains("not your password"));
    assert_eq!(browser.post(&address, typed).await.header("location"), "/account");
    assert!(browser.page("/account").await.text.contains("id=\"no-passkeys\""));
    let opened = house.post("/sign-in", "", PASSWORD_TYPED).await;
    assert_eq!(opened.header("location"), "/users", "the password is enough again");
}
