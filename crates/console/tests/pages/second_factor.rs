//! Codes beside the password: turned on, asked for, turned off.

use std::collections::HashSet;

use axum::http::StatusCode;
use gatelog_auth::{Scope, TotpSecret};

use crate::house::{Answer, House, PASSWORD};

const PASSWORD_TYPED: &str = "user=ada&password=correct+horse+battery&next=%2Fusers";

/// What the app shows so many steps from now, as time stands still here.
fn code(house: &House, key: &str, steps: i64) -> String {
    let time = house.service.now().saturating_add(steps * 30_000_000);
    TotpSecret::parse(key).unwrap().code_at(time)
}

fn cookie(answer: &Answer) -> String {
    answer.header("set-cookie").split(';').next().unwrap().to_owned()
}

/// What a scanner reads out of a drawing: squares in rows, as its path has them.
fn scan(drawing: &str) -> String {
    /// Scanners look at more than a point for each square.
    const POINTS: usize = 4;
    let number = |text: &str| text.parse::<usize>().unwrap();
    let side = drawing.split("viewBox=\"0 0 ").nth(1).unwrap();
    let side = number(side.split(' ').next().unwrap());
    let mut dark = HashSet::new();
    let path = drawing.split(" d=\"").nth(1).unwrap().split('"').next().unwrap();
    for run in path.split('M').skip(1) {
        let (x, rest) = run.split_once(' ').unwrap();
        let (y, rest) = rest.split_once('h').unwrap();
        let (length, _) = rest.split_once('v').unwrap();
        let (x, y) = (number(x), number(y));
        dark.extend((x..x + number(length)).map(|x| (x, y)));
    }
    let color = |x, y| if dark.contains(&(x / POINTS, y / POINTS)) { 0 } else { 255 };
    let size = side * POINTS;
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(size, size, color);
    let (_, text) = image.detect_grids().remove(0).decode().unwrap();
    text
}

/// Ada turns it on: the key of her app, and the page with the recovery codes.
async fn turned_on(house: &House) -> (String, Answer) {
    house.settle("ada", Scope::Read, Some("default"));
    let browser = house.browser("ada", PASSWORD).await;
    let page = browser.page("/account/totp").await;
    let key = page.between("id=\"key\">", "<").to_owned();
    assert!(page.text.contains(&format!("name=\"key\" value=\"{key}\"")), "{}", page.text);
    let scanned = scan(page.between("class=\"drawing\"", "</svg>"));
    assert_eq!(scanned, format!("otpauth://totp/Gatelog:ada?secret={key}&issuer=Gatelog"));

    let wrong = browser.post("/account/totp", &format!("key={key}&code=000000")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong.between("id=\"key\">", "<"), key, "the app has this one already");
    let typed = format!("key={key}&code={}", code(house, &key, -1));
    let done = browser.post("/account/totp", &typed).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    (key, done)
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_in_asks_for_the_code_on_a_page_of_its_own() {
    let house = House::new();
    let (key, _) = turned_on(&house).await;
    let half = house.post("/sign-in", "", PASSWORD_TYPED).await;
    assert_eq!(half.header("location"), "/sign-in/code?next=%2Fusers");
    let waiting = cookie(&half);
    assert!(waiting.starts_with("gatelog-code="), "{waiting}");
    assert!(half.header("set-cookie").contains("HttpOnly; Max-Age=300"));

    let secret = waiting.split_once('=').unwrap().1;
    let as_session = house.ask("/logs", &format!("gatelog={secret}")).await;
    assert_eq!(as_session.status, StatusCode::SEE_OTHER, "half open is not open");

    let form = house.ask("/sign-in/code?next=%2Fusers", &waiting).await;
    assert_eq!(form.status, StatusCode::OK);
    assert!(form.text.contains("name=\"next\" value=\"/users\""), "{}", form.text);
    assert!(!form.text.contains(secret));

    let wrong = house.post("/sign-in/code", &waiting, "code=000000").await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert!(wrong.text.contains("id=\"code-error\""));
    let typed = format!("code={}&next=%2Fusers", code(&house, &key, 0));
    let opened = house.post("/sign-in/code", &waiting, &typed).await;
    assert_eq!(opened.header("location"), "/users");
    assert_eq!(house.ask("/users", &cookie(&opened)).await.status, StatusCode::OK);
    let ended = opened.headers.get_all("set-cookie").iter().nth(1).unwrap().to_str().unwrap();
    assert!(ended.starts_with("gatelog-code=; HttpOnly; Max-Age=0"), "{ended}");

    let again = house.post("/sign-in/code", &waiting, &typed).await;
    assert_eq!(again.header("location"), "/sign-in?next=%2Fusers", "it counted once");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_password_first_there_is_no_code_to_type() {
    let house = House::new();
    for cookie in ["", "gatelog-code=00", "gatelog=00"] {
        let page = house.ask("/sign-in/code?next=%2Fusers", cookie).await;
        assert_eq!(page.header("location"), "/sign-in?next=%2Fusers", "{cookie}");
        let posted = house.post("/sign-in/code", cookie, "code=1&next=%2F%2Fevil.example").await;
        assert_eq!(posted.header("location"), "/sign-in", "{cookie}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_code_replaces_the_phone_once() {
    let house = House::new();
    let (_, done) = turned_on(&house).await;
    let codes = done.between("id=\"recovery-codes\"", "</ol>");
    assert_eq!(codes.matches("<code>").count(), 10);
    let recovery = codes.split("<code>").nth(3).unwrap().split('<').next().unwrap();
    for expected in [StatusCode::SEE_OTHER, StatusCode::UNAUTHORIZED] {
        let waiting = cookie(&house.post("/sign-in", "", PASSWORD_TYPED).await);
        let opened = house.post("/sign-in/code", &waiting, &format!("code={recovery}")).await;
        assert_eq!(opened.status, expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_codes_is_stopped() {
    let house = House::new();
    let (key, _) = turned_on(&house).await;
    let waiting = cookie(&house.post("/sign-in", "", PASSWORD_TYPED).await);
    for _ in 0..10 {
        let wrong = house.post("/sign-in/code", &waiting, "code=000000").await;
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    }
    let right = format!("code={}", code(&house, &key, 0));
    let refused = house.post("/sign-in/code", &waiting, &right).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.header("retry-after"), "900");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_turned_off_with_the_password() {
    let house = House::new();
    let (key, _) = turned_on(&house).await;
    let waiting = cookie(&house.post("/sign-in", "", PASSWORD_TYPED).await);
    let typed = format!("code={}", code(&house, &key, 0));
    let session = cookie(&house.post("/sign-in/code", &waiting, &typed).await);
    let page = house.ask("/account/totp", &session).await;
    assert!(page.text.contains("Recovery codes left: 10."), "{}", page.text);
    assert!(!page.text.contains(&key), "the key is not shown again");

    let wrong = house.post("/account/totp/off", &session, "password=a+guess").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("not your password"));
    let off = house.post("/account/totp/off", &session, "password=correct+horse+battery").await;
    assert_eq!(off.header("location"), "/account/totp?next=%2Flogs");
    let opened = house.post("/sign-in", "", PASSWORD_TYPED).await;
    assert_eq!(opened.header("location"), "/users", "the password is enough again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_of_ones_own_comes_first() {
    let house = House::new();
    let one_time = house.invite("ada", Scope::Read, Some("default"));
    let browser = house.browser("ada", &one_time).await;
    let page = browser.page("/account/totp").await;
    assert!(page.text.contains("id=\"password-first\""), "{}", page.text);
    assert!(!page.text.contains("id=\"turn-on\""));
    assert_eq!(house.get("/account/totp").await.status, StatusCode::SEE_OTHER, "signed out");
}
