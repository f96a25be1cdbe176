//! Signing in and out, and what nobody may do.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use gatelog_auth::Scope;
use gatelog_console::ConsoleOptions;

use crate::house::{House, PASSWORD};
use crate::logs::with_five;

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_signed_out_is_led_back_to_where_they_wanted_to_go() {
    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    let answer = house.get("/logs?result=failure&user=a%20b").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let sign_in = answer.header("location").to_owned();
    assert_eq!(sign_in, "/sign-in?next=%2Flogs%3Fresult=failure%26user=a%2520b");

    let form = house.get(&sign_in).await;
    assert_eq!(form.status, StatusCode::OK);
    assert!(form.text.contains("value=\"/logs?result=failure&#38;user=a%20b\""), "{}", form.text);

    let typed = "user=ada&password=correct+horse+battery\
                 &next=%2Flogs%3Fresult%3Dfailure%26user%3Da%2520b";
    let answer = house.post("/sign-in", "", typed).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.header("location"), "/logs?result=failure&user=a%20b");
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("gatelog="), "{cookie}");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    assert!(!cookie.contains("Secure"), "{cookie}");
}

#[tokio::test(flavor = "multi_thread")]
async fn next_leads_to_our_own_pages_only() {
    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    for next in ["//evil.example", "https%3A%2F%2Fevil.example", "%2F%5Cevil.example", "x"] {
        let typed = format!("user=ada&password=correct+horse+battery&next={next}");
        let answer = house.post("/sign-in", "", &typed).await;
        assert_eq!(answer.header("location"), "/logs", "{next}");
        let form = house.get(&format!("/sign-in?next={next}")).await;
        assert!(!form.text.contains("evil.example"), "{next}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_says_so_and_keeps_the_name() {
    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    let answer = house.post("/sign-in", "", "user=%22ada%3E&password=wrong").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.text.contains("do not belong together"));
    assert!(answer.text.contains("value=\"&#34;ada&#62;\""), "{}", answer.text);
    assert!(!answer.text.contains("wrong\""), "the password is not sent back");
    assert_eq!(answer.header("set-cookie"), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_is_stopped() {
    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    for _ in 0..10 {
        let answer = house.post("/sign-in", "", "user=ada&password=wrong").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    let answer = house.post("/sign-in", "", "user=ada&password=correct+horse+battery").await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.header("retry-after"), "900");
    assert!(answer.text.contains("Try again in 15 minutes"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_one_time_password_leads_to_choosing_one() {
    let house = House::new();
    let one_time = house.invite("admin", Scope::Operator, None);
    let typed = format!("user=admin&password={one_time}&next=%2Fusers");
    let answer = house.post("/sign-in", "", &typed).await;
    assert_eq!(answer.header("location"), "/account/password?next=%2Fusers");
    let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();

    let ask = |address: &str| {
        house.send(Request::get(address).header("cookie", &cookie).body(Body::empty()).unwrap())
    };
    let form = ask("/account/password?next=%2Fusers").await;
    assert_eq!(form.link("not-now"), "/users");
    let users = ask("/users").await;
    assert_eq!(users.status, StatusCode::OK, "other pages stay usable");
    assert!(users.text.contains("id=\"password-banner\""));

    let refused = [
        ("password=short&repeated=short", "at least 10 characters"),
        ("password=long+enough+one&repeated=long+enough+two", "not the same"),
    ];
    for (typed, expected) in refused {
        let answer = house.post("/account/password", &cookie, typed).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text.contains(expected), "{}", answer.text);
    }
    let typed = "password=long+enough+one&repeated=long+enough+one&next=%2Fusers";
    let answer = house.post("/account/password", &cookie, typed).await;
    assert_eq!(answer.header("location"), "/users");
    assert!(!ask("/users").await.text.contains("id=\"password-banner\""));
    house.browser("admin", "long enough one").await.page("/logs").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_session_itself() {
    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    let browser = house.browser("ada", PASSWORD).await;
    browser.page("/logs").await;
    let answer = browser.post("/sign-out", "").await;
    assert_eq!(answer.header("location"), "/sign-in");
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(browser.get("/logs").await.status, StatusCode::SEE_OTHER, "the cookie is worthless");
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_of_other_sites_are_refused() {
    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    let browser = house.browser("ada", PASSWORD).await;
    let foreign: [&[(&str, &str)]; 3] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site"), ("origin", "http://127.0.0.1:8620")],
        &[("host", "127.0.0.1:8620"), ("origin", "https://evil.example")],
    ];
    for address in ["/sign-out", "/sign-in", "/account/password", "/account/theme", "/account/zone"]
    {
        for headers in foreign {
            let mut request = Request::post(address).header("cookie", &browser.cookie);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let answer = house.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{address} {headers:?}");
        }
    }
    browser.page("/logs").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_has_the_strict_policy() {
    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    let browser = house.browser("ada", PASSWORD).await;
    for address in ["/", "/sign-in", "/logs", "/logs/none", "/users", "/nothing", "/assets/none"] {
        let answer = browser.get(address).await;
        assert_eq!(
            answer.header("content-security-policy"),
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
             img-src 'self' data:; form-action 'self'; base-uri 'self'; frame-ancestors 'none'",
            "{address}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("cache-control"), "no-store");
        for inline in ["<style", " style=", " onclick=", "javascript:"] {
            assert!(!answer.text.contains(inline), "{address} has {inline}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn assets_are_there_and_kept_for_ever() {
    let house = House::new();
    let page = house.get("/sign-in").await;
    let addresses = page.text.split('"').filter(|text| text.starts_with("/assets/"));
    let mut bytes = page.text.len();
    for address in addresses {
        let asset = house.get(address).await;
        assert_eq!(asset.status, StatusCode::OK, "{address}");
        assert_eq!(asset.header("cache-control"), "public, max-age=31536000, immutable");
        bytes += asset.text.len();
    }
    assert!((10_000..100_000).contains(&bytes), "{bytes}");
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_tls_the_cookie_is_bound_to_the_host() {
    let house = House::with(ConsoleOptions { secure_cookies: true, ..ConsoleOptions::default() });
    house.settle("ada", Scope::Read, Some("default"));
    let typed = "user=ada&password=correct+horse+battery";
    let answer = house.post("/sign-in", "", typed).await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-gatelog="), "{cookie}");
    assert!(cookie.contains("; Path=/") && cookie.contains("; Secure"), "{cookie}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_theme_is_remembered_without_a_script() {
    let house = House::new();
    let answer = house.post("/account/theme", "", "theme=dark&next=%2Fsign-in").await;
    assert_eq!(answer.header("location"), "/sign-in");
    let cookie = answer.header("set-cookie").split(';').next().unwrap();
    let request = Request::get("/sign-in").header("cookie", cookie).body(Body::empty());
    let page = house.send(request.unwrap()).await;
    assert!(page.text.contains("data-theme=\"dark\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_sent_compressed_and_live_rows_are_not() {
    let house = with_five().await;
    let browser = house.browser("ada", PASSWORD).await;
    let ask = async |address: &str| {
        let request = Request::get(address)
            .header("cookie", &browser.cookie)
            .header("accept-encoding", "gzip, br")
            .body(Body::empty());
        house.respond(request.unwrap()).await
    };
    let plain = browser.page("/logs").await;
    assert_eq!(plain.header("content-encoding"), "");
    let style = plain.text.split("rel=\"stylesheet\" href=\"").nth(1).unwrap();
    for address in ["/logs", "/nothing", style.split('"').next().unwrap()] {
        let answer = ask(address).await;
        assert_eq!(answer.headers()["content-encoding"], "gzip", "{address}");
        let vary = answer.headers().get_all("vary").iter();
        assert!(vary.into_iter().any(|vary| vary == "accept-encoding"), "{address}");
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        assert!(bytes.starts_with(&[0x1f, 0x8b]), "{address}");
        assert!(address != "/logs" || bytes.len() * 3 < plain.text.len(), "{}", bytes.len());
    }
    let live = ask("/logs/live").await;
    assert_eq!(live.status(), StatusCode::OK);
    assert!(!live.headers().contains_key("content-encoding"), "rows must not wait in a buffer");
}
