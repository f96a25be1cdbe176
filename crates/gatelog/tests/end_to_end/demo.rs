//! `gatelog demo`: what it fills, and whether its tour leads where it says.

use form_urlencoded::Serializer;
use serde_json::Value;

use crate::audit::wait_for;
use crate::people::submit;
use crate::support::{Client, Folder, Server};

/// A step of the tour, as it is printed.
#[derive(Debug)]
struct Step {
    query: String,
    link: String,
}

/// The steps in these lines: a question, the query, and a link.
fn steps(lines: &[String]) -> Vec<Step> {
    let is_question = |line: &&[String]| line[0].trim_start().starts_with(char::is_numeric);
    let step = |lines: &[String]| {
        let [_, query, link] = [0, 1, 2].map(|line: usize| lines[line].trim().to_owned());
        Step { query, link }
    };
    lines.windows(3).filter(is_question).map(step).collect()
}

/// What `/v1` answers at `path` to a query about the last 24 hours.
fn ask(client: &Client, path: &str, query: &str) -> Value {
    let mut parameters = Serializer::new(String::new());
    parameters.append_pair("q", query).append_pair("from", "now-24h");
    client.get(&format!("{path}{}", parameters.finish())).json()
}

fn count(client: &Client, query: &str) -> u64 {
    ask(client, "/v1/stats/count?", query)["count"].as_u64().unwrap()
}

#[test]
fn the_tour_leads_through_the_break_in() {
    let folder = Folder::new();
    let mut demo = Server::launch(&folder, folder.command("demo --data data --events 3000"));
    let steps = steps(&demo.lines_until("Press Ctrl-C"));
    let client = demo.client(&folder.key("--tenant default --scope read"));
    wait_for(&client, "user.create", 1);
    wait_for(&client, "api.create", 1);
    // What is asked, what the answer must be, and of how much of it.
    let network = "ip = \"192.0.2.192/27\"";
    let expected: [(&str, u64); 6] = [
        // 40 accounts, two passwords, three systems; one password was right.
        (network, 239),
        ("*", 440),
        ("*", 1),
        ("*", 56),
        ("*", 42),
        // The user of the console was created, and the key of this test.
        ("type IN (\"user.create\", \"api.create\")", 2),
    ];
    assert_eq!(steps.len(), expected.len(), "{steps:?}");
    for (step, (narrowed, number)) in steps.iter().zip(expected) {
        let asked = Serializer::new(String::new())
            .append_pair("q", &step.query)
            .append_pair("range", "24h")
            .finish();
        assert_eq!(step.link, format!("{}/logs?{asked}", demo.address));
        let query = format!("({}) AND {narrowed}", step.query);
        assert_eq!(count(&client, &query), number, "{query}");
    }
    let facets = ask(&client, "/v1/stats/facets?fields=source&", &steps[1].query);
    let sources = facets["facets"]["source"].as_array().unwrap().iter();
    let sources: Vec<_> =
        sources.map(|it| (it["value"].as_str().unwrap(), it["count"].as_u64().unwrap())).collect();
    assert_eq!(sources, [("logto", 240), ("plusauth", 120), ("authgear", 80)]);
}

#[test]
fn the_demo_knows_everybody_by_name() {
    let folder = Folder::new();
    let demo = Server::launch(&folder, folder.command("demo --data data --events 100"));
    let client = demo.client(&folder.key("--tenant default --scope read"));
    let first = |query: &str| ask(&client, "/v1/events?limit=1&", query)["events"][0].clone();
    let fallen = first("ip = \"192.0.2.192/27\" AND action = \"login\" AND outcome = \"success\"");
    assert_eq!(fallen["source"], "plusauth");
    assert_eq!(fallen["actor"]["name"], "Mara Ellison");
    assert_eq!(fallen["application"]["name"], "Admin console");
    let disabled = first("action = \"user.disable\" AND target.name = \"Mara Ellison\"");
    assert_eq!(disabled["source"], "authgear");
    assert_eq!(disabled["actor"]["name"], "Tariq Brandt");
    assert_eq!(disabled["target"]["name"], "Mara Ellison");
    let suspended = first(
        "type = \"TriggerHook.User.SuspensionStatus.Updated\" AND target.name = \"Mara Ellison\"",
    );
    assert_eq!(suspended["data"]["payload"]["hookRequest"]["body"]["data"]["isSuspended"], false);
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

    let expected = "error: data is not empty; gatelog demo only fills an empty directory (for your \
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

#[test]
fn it_takes_a_configuration() {
    let folder = Folder::new();
    folder.write("gatelog.toml", "[console]\ngeo_database = \"nowhere.mmdb\"\n");
    let refused = folder.run("demo --config gatelog.toml --events 100");
    assert!(refused.refused().contains("nowhere.mmdb"), "{}", refused.refused());
    folder.write("gatelog.toml", "[server]\nlissten = 1\n");
    let refused = folder.run("demo --config gatelog.toml --events 100");
    assert!(refused.refused().contains("gatelog.toml:2:1: unknown field `lissten`"));
}
