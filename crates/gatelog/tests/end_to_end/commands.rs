//! The commands that the console tells for a question ask the same.

use std::process::Command;

use serde_json::Value;

use crate::people::submit;
use crate::support::{Ended, Folder, Server};

const EVENTS: &str = r#"{"id":"a","type":"login","outcome":"failure","time":"2024-05-01T00:00:00Z","actor":{"id":"it's $HOME"}}
{"id":"b","type":"login","outcome":"success","time":"2024-05-01T01:00:00Z","actor":{"id":"it's $HOME"}}
{"id":"c","type":"login","outcome":"failure","time":"2024-05-02T01:00:00Z","actor":{"id":"it's $HOME"}}"#;

/// Found by the first event only.
const QUESTION: &str = "/logs?q=actor.id+=+%22it's+$HOME%22&result=failure\
     &from=2024-05-01T00:00:00Z&to=2024-05-02T00:00:00Z";

fn command(page: &str, id: &str) -> String {
    let start = format!("<code id=\"{id}\">");
    let text = page.split(&start).nth(1).unwrap().split("</code>").next().unwrap();
    text.replace("&#34;", "\"").replace("&#39;", "'").replace("&#38;", "&")
}

fn shell(folder: &Folder, text: &str, environment: &[(&str, &str)]) -> Ended {
    let mut command = Command::new("sh");
    command.args(["-c", text]).current_dir(folder.path(".")).env_clear();
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_gatelog")).parent().unwrap();
    command.env("PATH", format!("{}:/usr/bin:/bin", program.display()));
    Ended::of(command.envs(environment.iter().copied()).output().unwrap())
}

#[test]
fn both_commands_find_what_the_page_does() {
    let folder = Folder::new();
    let mut server = Server::start(&folder);
    let password = server.announced("Password").unwrap();
    let key = folder.key("--tenant default --scope admin");
    let client = server.client(&key);
    assert_eq!(client.post("/v1/events", EVENTS).counts(), [3, 0, 0, 0]);
    let signed_in = submit(&client, "/sign-in", "", &format!("user=admin&password={password}"));
    let cookie = signed_in.header("set-cookie").split(';').next().unwrap().to_owned();
    let page = client.send("GET", QUESTION, &[("cookie", &cookie)], "").text;

    let curl = command(&page, "command-curl");
    let answer = shell(&folder, &format!("{curl} --silent"), &[("GATELOG_TOKEN", &key)]);
    let answer: Value = serde_json::from_str(answer.succeeded()).unwrap();
    assert_eq!((&answer["total"], &answer["events"][0]["id"]), (&1.into(), &"a".into()));

    let gatelog = format!("{} ", command(&page, "command-gatelog")).replace(" -- ", " --json -- ");
    let over_http = [("GATELOG_URL", server.address.as_str()), ("GATELOG_TOKEN", &key)];
    let of_server = shell(&folder, &gatelog, &over_http).succeeded().to_owned();
    assert_eq!(server.terminate().code, Some(0));
    let of_directory = shell(&folder, &gatelog, &[("GATELOG_DATA", "data")]);
    assert!(of_server.contains(r#""id":"a""#) && of_server.lines().count() == 1, "{of_server}");
    assert_eq!(of_directory.succeeded(), of_server);
}
