//! Signing in at an OpenID provider: what the pages say. The whole way is walked in the browser.

use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;

use axum::http::StatusCode;
use gatelog_auth::jwt::Algorithm;
use gatelog_auth::{Access, CallProvider, FetchKeys, Grants, Provider, Providers};
use gatelog_console::ConsoleOptions;

use crate::house::House;

type Answering<'f> = Pin<Box<dyn Future<Output = Result<String, String>> + Send + 'f>>;

/// Whoever publishes a document and then goes away.
#[derive(Debug)]
struct Elsewhere;

impl FetchKeys for Elsewhere {
    fn fetch<'f>(&'f self, url: &'f str) -> Answering<'f> {
        let document = r#"{"issuer":"https://id.example","authorization_endpoint":
            "https://id.example/authorize","token_endpoint":"https://id.example/token",
            "jwks_uri":"https://id.example/keys"}"#;
        let is_here = url.starts_with("https://id.example/.well-known/");
        Box::pin(ready(if is_here { Ok(document.to_owned()) } else { Err("away".to_owned()) }))
    }
}

impl CallProvider for Elsewhere {
    fn post<'f>(&'f self, _: &'f str, _: Option<&'f str>, form: String) -> Answering<'f> {
        let refused = form.contains("code=used");
        let answer = r#"{"error":"<b>invalid_grant"}"#.to_owned();
        Box::pin(ready(if refused { Ok(answer) } else { Err("away".to_owned()) }))
    }
}

fn house(secure_cookies: bool) -> House {
    House::with(options(secure_cookies))
}

fn options(secure_cookies: bool) -> ConsoleOptions {
    let provider = |name: &str, issuer: &str| Provider {
        name: name.to_owned(),
        issuer: issuer.to_owned(),
        client_id: "gatelog".to_owned(),
        client_secret: None,
        scopes: vec!["openid".to_owned()],
        algorithm: Algorithm::Rs256,
        grants: Grants { default: Some(Access::Operator), ..Grants::default() },
    };
    let known = [provider("corp", "https://id.example"), provider("gone", "https://gone.example")];
    let providers = Arc::new(Providers::new(known, Arc::new(Elsewhere)));
    ConsoleOptions { secure_cookies, providers, ..ConsoleOptions::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sign_in_page_offers_them_and_keeps_the_way() {
    let house = house(false);
    let page = house.get("/sign-in?next=%2Fusers").await;
    let offered = page.between("id=\"providers\"", "</div>");
    assert!(offered.contains("href=\"/sign-in/oidc/corp?next=%2Fusers\""), "{offered}");
    assert!(offered.contains("Sign in with corp") && offered.contains("Sign in with gone"));
    let none = House::new().get("/sign-in").await;
    assert!(!none.text.contains("id=\"providers\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_leaves_with_a_secret_that_stays_in_its_cookie() {
    let answer = house(true).ask_at("logs.example", "/sign-in/oidc/corp?next=%2Fusers", "").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let address = answer.header("location");
    assert!(address.starts_with("https://id.example/authorize?response_type=code&"), "{address}");
    let back = "redirect_uri=https%3A%2F%2Flogs.example%2Fsign-in%2Foidc%2Fcorp%2Fcallback";
    assert!(address.contains(back), "{address}");
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-gatelog-oidc="), "{cookie}");
    for attribute in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/", "Max-Age=900"] {
        assert!(cookie.contains(attribute), "{attribute}: {cookie}");
    }
    let secret = cookie.split(['=', '.']).nth(1).unwrap();
    assert!(secret.len() == 64 && !address.contains(secret));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_back_is_the_public_address_where_it_is_known() {
    let public_url = Some("https://logs.example/".to_owned());
    let house = House::with(ConsoleOptions { public_url, ..options(false) });
    let answer = house.ask_at("10.0.0.7:8620", "/sign-in/oidc/corp", "").await;
    let back = "redirect_uri=https%3A%2F%2Flogs.example%2Fsign-in%2Foidc%2Fcorp%2Fcallback";
    assert!(answer.header("location").contains(back), "{}", answer.header("location"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_signs_in_at_a_provider_has_no_password_to_set() {
    let house = house(false);
    let vouched = gatelog_auth::openid::Proven {
        vouched: gatelog_meta::Vouched {
            provider: "corp".to_owned(),
            subject: "s1".to_owned(),
            name: "grace".to_owned(),
        },
        access: Some(Access::Operator),
    };
    let (authenticator, now) = (house.service.authenticator(), house.service.now());
    let (token, _) = authenticator.sign_in_vouched(&vouched, [9; 32], now).unwrap();
    let cookie = format!("gatelog={}", token.reveal());
    let page = house.ask("/account/password?next=%2Fusers", &cookie).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("You sign in at corp"), "{}", page.text);
    assert!(!page.text.contains("id=\"choose-password\""), "{}", page.text);
    assert_eq!(page.link("back"), "/users");
    let typed = "current=x&password=long+enough+one&repeated=long+enough+one";
    let refused = house.post("/account/password", &cookie, typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("You sign in at corp"), "{}", refused.text);
    let passkeys = house.ask("/account/passkeys", &cookie).await;
    assert!(passkeys.text.contains("id=\"elsewhere\""), "{}", passkeys.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_wrong_is_a_page_that_says_what_to_do() {
    let house = house(false);
    let left = house.ask_at("logs.example", "/sign-in/oidc/corp", "").await;
    let cookie = left.header("set-cookie").split(';').next().unwrap();
    let state = left.header("location").split("state=").nth(1).unwrap();
    let state = state.split('&').next().unwrap();
    let back = |query: &str| format!("/sign-in/oidc/corp/callback?{query}&state={state}");
    for (address, cookie, status, expected) in [
        ("/sign-in/oidc/x%3Ci%3E".to_owned(), "", 404, "“x&#60;i&#62;”"),
        ("/sign-in/oidc/gone".to_owned(), "", 502, "does not answer"),
        (back("code=1"), "", 400, "Begin again"),
        (back("code=1&state=x"), cookie, 400, "Begin again"),
        (back("error=access_denied"), cookie, 403, "“access_denied”"),
        (back("code=used"), cookie, 403, "“&#60;b&#62;invalid_grant”"),
        (back("code=1"), cookie, 502, "does not answer"),
    ] {
        let page = house.ask_at("logs.example", &address, cookie).await;
        assert_eq!(page.status.as_u16(), status, "{address}: {}", page.text);
        assert!(page.text.contains(expected), "{address}: {}", page.text);
        assert_eq!(page.link("sign-in-again"), "/sign-in", "{address}");
        assert!(page.header("set-cookie").starts_with("gatelog-oidc=;") || !address.contains('?'));
        assert!(!page.text.contains(state), "what counts once is in no link: {}", page.text);
    }
}
