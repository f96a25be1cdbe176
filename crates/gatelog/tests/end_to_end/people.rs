//! The first sign-in, and the last.

use crate::audit::wait_for;
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

#[test]
fn a_disabled_user_is_signed_out_at_once_and_keys_go_on() {
    let folder = Folder::new();
    let mut server = Server::start(&folder);
    let (nobody, password) = (server.client(""), server.announced("Password").unwrap());
    let admin = submit(&nobody, "/sign-in", "", &format!("user=admin&password={password}"));
    let created = folder.run("user create --data data vic --tenant default --role viewer");
    let one_time = created.succeeded().trim().to_owned();
    let signed_in = submit(&nobody, "/sign-in", "", &format!("user=vic&password={one_time}"));
    let page = |cookie: &str| nobody.send("GET", "/logs", &[("cookie", cookie)], "").status;
    let (admin, vic) = (cookie(&admin), cookie(&signed_in));
    assert_eq!((page(&admin), page(&vic)), (200, 200));

    let key = folder.key("--tenant default --scope admin");
    assert_eq!(folder.run("user disable --data data VIC").succeeded(), "");
    assert_eq!((page(&admin), page(&vic)), (200, 303), "the session has ended");
    let new = folder.run("user password --data data vic").succeeded().trim().to_owned();
    let typed = format!("user=vic&password={new}");
    assert_eq!(submit(&nobody, "/sign-in", "", &typed).status, 401);
    assert_eq!(server.client(&key).get("/v1/events").status, 200, "the API does not notice");
    let listed = folder.run("user list --data data --json").succeeded().to_owned();
    let listed: Vec<serde_json::Value> = serde_json::from_str(&listed).unwrap();
    let disabled: Vec<_> = listed.iter().map(|user| user["disabled"].is_string()).collect();
    assert_eq!(disabled, [false, true]);
    let members = nobody.send("GET", "/settings/members", &[("cookie", &admin)], "").text;
    assert!(members.contains("Disabled"), "{members}");

    assert_eq!(folder.run("user enable --data data vic").succeeded(), "");
    assert_eq!(submit(&nobody, "/sign-in", "", &typed).status, 303);
    let last = folder.run("user disable --data data admin");
    assert!(last.refused().contains("the last one with the role `operator`"));
    assert!(folder.run("user disable --data data eve").refused().contains("no user `eve`"));
    let client = server.client(&key);
    for event_type in ["user.disable", "user.enable"] {
        let recorded = wait_for(&client, event_type, 1).remove(0);
        let told = (&recorded["target"]["name"], &recorded["actor"]["kind"]);
        assert_eq!(told, (&"vic".into(), &"operator".into()));
    }
}
