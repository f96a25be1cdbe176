//! Sources of the configuration: what is sent to them, what becomes of what cannot be read, and
//! the key that their secrets need.

use serde_json::{Value, json};

use super::support::{Client, Folder, Server};

const TOKEN: &str = "what-auth0-sends";

/// How often the server is killed while something is sent to it.
const KILLS: usize = 50;

/// A folder with a key file, a sealed token and a source of the kind `auth0` that needs it.
fn folder() -> Folder {
    let folder = Folder::new();
    folder.run("source key key").succeeded();
    let sealed = folder.run_with_input("source seal shop --key-file key", TOKEN.as_bytes());
    let sealed = sealed.succeeded().trim_end().to_owned();
    assert!(sealed.starts_with("sealed:") && !sealed.contains(TOKEN), "{sealed}");
    folder.write(
        "gatelog.toml",
        format!(
            "[server]\nsecrets_key_file = \"key\"\n\n[[sources]]\nname = \"shop\"\n\
             kind = \"auth0\"\ntokens = [\"{sealed}\"]\n"
        ),
    );
    folder
}

fn start(folder: &Folder) -> Server {
    Server::launch(folder, folder.command("serve --data data --config gatelog.toml"))
}

/// An entry of Auth0's log.
fn entry(number: usize) -> Value {
    let data = json!({
        "log_id": format!("log-{number}"),
        "date": "2026-11-20T12:00:00.000Z",
        "type": "s",
        "user_id": "auth0|1",
    });
    json!({ "log_id": format!("log-{number}"), "data": data })
}

/// Sends until it is answered as wanted: a source runs a moment after its server.
fn deliver(client: &Client, body: &Value) {
    while client.post("/v1/sources/shop/webhook", body.to_string()).status == 404 {}
}

fn state(folder: &Folder) -> Value {
    let listed = folder.run("source list --data data --json");
    let listed: Value = serde_json::from_str(listed.succeeded()).unwrap();
    listed[0].clone()
}

#[test]
fn what_is_sent_to_a_source_is_kept_and_what_cannot_be_read_is_taken_in_when_it_is_mended() {
    let folder = folder();
    let server = start(&folder);
    let (reader, admin) =
        (folder.key("--tenant default --scope read"), folder.key("--tenant default --scope admin"));
    let sender = server.client(TOKEN);
    deliver(&sender, &json!([entry(1), entry(2)]));
    let refused = server.client("another token").post("/v1/sources/shop/webhook", "[]");
    assert_eq!(refused.status, 401, "{refused:?}");
    let unknown = sender.post("/v1/sources/other/webhook", "[]");
    assert!(unknown.problem().contains("`gatelog source list` tells"), "{unknown:?}");
    let reader = server.client(&reader);
    assert_eq!(reader.every_event().len(), 2);

    // An entry that is none, and one more that is.
    let broken = "{\"log_id\": 7, \"data\": \"nothing\"}";
    let sent = sender.post("/v1/sources/shop/webhook", format!("[{broken},{}]", entry(3)));
    assert_eq!(sent.status, 200, "{sent:?}");
    assert_eq!(reader.every_event().len(), 3, "nothing else is lost");
    let (address, admin) = (&server.address, &admin);
    let at = format!("--url {address} --token {admin}");
    let listed = folder.run(&format!("source quarantine list {at} --json"));
    let listed: Value = serde_json::from_str(listed.succeeded()).unwrap();
    let held = &listed["records"][0];
    assert_eq!(held["record"], broken);
    let number = held["number"].as_i64().unwrap();
    let shown = folder.run(&format!("source quarantine show {at} {number}"));
    assert_eq!(shown.succeeded().trim_end(), broken);
    let still = folder.run(&format!("source quarantine take {at} {number}"));
    assert_eq!(still.code, Some(1), "{still:?}");

    folder.write("mended.json", entry(4).to_string());
    let taken = folder.run(&format!("source quarantine take {at} {number} --mended mended.json"));
    assert!(taken.notes.contains("it is kept"), "{taken:?}");
    assert_eq!(reader.every_event().len(), 4);
    let listed = folder.run(&format!("source quarantine list {at} --json"));
    assert!(listed.succeeded().contains("\"records\":[]"), "{listed:?}");
    let by_reader =
        format!("--url {address} --token {}", folder.key("--tenant default --scope read"));
    let refused = folder.run(&format!("source quarantine list {by_reader}"));
    assert_eq!(refused.code, Some(1), "what is secret in it was not taken out");

    let metrics = server.client("").get("/metrics").text;
    assert!(metrics.contains("gatelog_source_accepted_total{source=\"shop\"} 3"), "{metrics}");
    assert!(metrics.contains("gatelog_source_quarantined_total{source=\"shop\"} 1"), "{metrics}");
    server.terminate();
    let state = state(&folder);
    let counts = ["accepted", "duplicates", "conflicts", "quarantined"].map(|name| &state[name]);
    assert_eq!(counts, [3, 0, 0, 1], "{state}");
    assert_eq!((&state["kind"], &state["state"]), (&json!("auth0"), &json!("stopped")));
    assert_eq!(state["last_event"], "2026-11-20T12:00:00.000000Z");
}

#[test]
fn a_server_that_is_killed_again_and_again_loses_and_doubles_nothing() {
    let folder = folder();
    let reader = folder.key("--tenant default --scope read");
    let mut sent = 0;
    for kill in 0..KILLS {
        let server = start(&folder);
        let sender = server.client(TOKEN);
        // Auth0 sends again whatever was not answered; what was not is sent again by the next turn.
        deliver(&sender, &json!([entry(sent)]));
        for number in sent..sent + 1 + kill % 3 {
            let answered =
                sender.post("/v1/sources/shop/webhook", json!([entry(number)]).to_string());
            assert_eq!(answered.status, 200, "{answered:?}");
        }
        sent += 1 + kill % 3;
        let on_its_way = json!([entry(sent)]).to_string();
        let sending = std::thread::spawn(move || {
            let _ = sender.try_post("/v1/sources/shop/webhook", on_its_way);
        });
        server.kill();
        sending.join().unwrap();
    }
    let server = start(&folder);
    deliver(&server.client(TOKEN), &json!([entry(sent)]));
    let mut ids: Vec<String> = server
        .client(&reader)
        .every_event()
        .iter()
        .map(|event| event["id"].as_str().unwrap().to_owned())
        .collect();
    ids.sort();
    let mut expected: Vec<String> = (0..=sent).map(|number| format!("log-{number}")).collect();
    expected.sort();
    assert_eq!(ids, expected);
}

#[test]
fn without_its_key_no_source_runs_and_everybody_is_told() {
    let folder = folder();
    folder.write(
        "gatelog.toml",
        "[[sources]]\nname = \"shop\"\nkind = \"auth0\"\ntokens = [\"file:token\"]\n",
    );
    let server = start(&folder);
    let reader = server.client(&folder.key("--tenant default --scope read"));
    let told = reader.poll("/v1/sources", |answer| answer["sources"][0]["state"] == "trouble");
    let reason = told["sources"][0]["trouble"]["reason"].as_str().unwrap();
    assert!(reason.starts_with("server.secrets_key_file is not set"), "{reason}");
    assert!(Server::log(&folder).contains("no source runs"));
    let refused = server.client(TOKEN).post("/v1/sources/shop/webhook", "[]");
    assert_eq!(refused.status, 404);
    server.terminate();

    // A key that is in the data directory is none.
    folder.run("source key data/key").succeeded();
    folder.write(
        "gatelog.toml",
        "[server]\nsecrets_key_file = \"data/key\"\n[[sources]]\nname = \"shop\"\n\
         kind = \"auth0\"\ntokens = [\"file:token\"]\n",
    );
    let server = start(&folder);
    let reader = server.client(&folder.key("--tenant default --scope read"));
    let told = reader.poll("/v1/sources", |answer| {
        let reason = answer["sources"][0]["trouble"]["reason"].as_str();
        reason.is_some_and(|reason| reason.ends_with("must not be in the data directory"))
    });
    assert_eq!(told["sources"][0]["state"], "trouble");
}

#[test]
fn wrong_settings_are_told_in_words() {
    let folder = folder();
    let start_with = |sources: &str| {
        folder.write("gatelog.toml", format!("[server]\nsecrets_key_file = \"key\"\n{sources}"));
        folder.run("serve --data data --config gatelog.toml --listen 127.0.0.1:0")
    };
    let refused = start_with("[[sources]]\nname = \"a/b\"\nkind = \"auth0\"\n");
    assert!(refused.refused().contains("\"a/b\" cannot name a source"), "{refused:?}");
    let refused = start_with("[[sources]]\nname = \"a\"\nkind = \"auth1\"\n");
    assert!(refused.refused().contains("there is no kind \"auth1\"; known:"), "{refused:?}");

    folder.write(
        "gatelog.toml",
        "[server]\nsecrets_key_file = \"key\"\n[[sources]]\nname = \"shop\"\nkind = \"auth0\"\n\
         tokens = [\"hunter2\"]\n[[sources]]\nname = \"other\"\nkind = \"auth0\"\ntoken = \"file:a\"\n",
    );
    let server = start(&folder);
    let reader = server.client(&folder.key("--tenant default --scope read"));
    let told = reader.poll("/v1/sources", |answer| {
        let sources = answer["sources"].as_array().unwrap();
        sources.len() == 2 && sources.iter().all(|source| source["state"] == "trouble")
    });
    let reasons: Vec<&str> = (0..2)
        .map(|number| told["sources"][number]["trouble"]["reason"].as_str().unwrap())
        .collect();
    assert!(reasons[0].starts_with("unknown field `token`, expected `tokens`"), "{reasons:?}");
    assert!(reasons[1].starts_with("a secret does not belong there in clear text"), "{reasons:?}");
}
