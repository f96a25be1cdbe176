//! The first sign-in.

use crate::support::{Answer, Client, Folder, Server};

pub(crate) fn submit(client: &Client, target: &str, cookie: &str, form: &str) -> Answer {
    let form_type = "application/x-www-form-urlencoded";
    client.send("POST", target, &[("content-type", form_type), ("cookie", cookie)], form)
}

/// The session's cookie, as a browser sends it back.
fn cookie(answer: &Answer) -> String {
    answer.header("set-cookie").split(';').next().unwrap().to_owned()
}

#[test]
fn the_first_start_prints_a_password_that_works_once() {
    let folder = Folder::new();
    let mut server = Server::start(&folder);
    assert_eq!(server.announced("User").as_deref(), Some("admin"));
    let password = server.announced("Password").unwrap();
    let client = server.client("");
    let form = format!("user=admin&password={password}");
    let signed_in = submit(&client, "/sign-in", "", &form);
    assert_eq!(signed_in.status, 303);
    assert!(signed_in.header("location").starts_with("/account/password"));
    assert_eq!(submit(&client, "/sign-in", "", &form).status, 401);

    let chosen = "password=correct+horse+battery&repeated=correct+horse+battery";
    let answer = submit(&client, "/account/password", &cookie(&signed_in), chosen);
    assert_eq!((answer.status, answer.header("location")), (303, "/logs"));
    server.terminate().succeeded();

    // There is one now, so the next start prints none.
    let server = Server::start(&folder);
    let client = server.client("");
    let typed = "user=admin&password=correct+horse+battery";
    let signed_in = submit(&client, "/sign-in", "", typed);
    assert_eq!((signed_in.status, signed_in.header("location")), (303, "/logs"));
    let cookie = cookie(&signed_in);
    let page = client.send("GET", "/logs", &[("cookie", &cookie)], "");
    assert_eq!(page.status, 200);
    assert_eq!(client.get("/logs").status, 303, "without the session");
    assert_eq!(server.terminate().succeeded(), "", "no password is printed any more");
}
