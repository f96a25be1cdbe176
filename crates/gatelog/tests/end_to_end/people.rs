//! The first sign-in, and the demo.

use crate::support::{Answer, Client, Folder, Server};

fn submit(client: &Client, target: &str, cookie: &str, form: &str) -> Answer {
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
fn the_demo_fills_an_empty_directory_and_no_other() {
    let folder = Folder::new();
    let mut demo = Server::launch(&folder, folder.command("demo --data data --events 3000"));
    assert_eq!(demo.announced("User").as_deref(), Some("admin"));
    let password = demo.announced("Password").unwrap();
    assert_eq!(demo.announced("Data").as_deref(), Some("data"));
    let form = format!("user=admin&password={password}");
    assert_eq!(submit(&demo.client(""), "/sign-in", "", &form).status, 303);
    // A trickle of new ones follows, so there may be more.
    let key = folder.key("--tenant default --scope read");
    let total = |server: &Server| {
        server.client(&key).get("/v1/events?limit=1").json()["total"].as_u64().unwrap()
    };
    assert!(total(&demo) >= 3_000);
    demo.terminate().succeeded();

    let expected = "error: data is not empty; the demo only fills an empty directory (for your \
                    own data: gatelog serve --data data)";
    assert_eq!(folder.run("demo --data data").refused(), expected);
    assert!(total(&Server::start(&folder)) >= 3_000);
}

#[test]
fn a_demo_without_a_directory_leaves_nothing_behind() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("temporary")).unwrap();
    let mut command = folder.command("demo --events 100");
    command.env("TMPDIR", folder.path("temporary"));
    let demo = Server::launch(&folder, command);
    let made = || std::fs::read_dir(folder.path("temporary")).unwrap().count();
    assert_eq!(made(), 1);
    demo.terminate().succeeded();
    assert_eq!(made(), 0);
}
