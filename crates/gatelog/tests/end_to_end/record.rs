//! `gatelog record` between clients, an API and a server.
//!
//! - [`passing`]: what passes through, as if nothing stood between.
//! - [`upstream`]: the API.

mod passing;
mod upstream;

use serde_json::{Value, json};

use self::upstream::Upstream;
use crate::support::{Client, Folder, Server};
use crate::tls::make_certificate;

/// A password, a client secret and a token that must be nowhere but in what passes through.
const SECRETS: [&str; 3] =
    ["hunter2-hunter2", "cs_0123456789abcdef0123", "opaque-token-of-somebody-1234"];

/// A server, and a proxy in front of an API that records into it.
struct Recorded {
    folder: Folder,
    server: Server,
    upstream: Upstream,
    proxy: Server,
    key: String,
}

impl Recorded {
    fn start(configuration: &str) -> Self {
        let folder = Folder::new();
        let server = Server::start(&folder);
        let upstream = Upstream::start();
        let key = folder.key("--tenant default --scope admin");
        let token = folder.key("--tenant default --scope ingest");
        folder.write("record.toml", configuration);
        folder.write("token", &token);
        let proxy = proxy(&folder, &upstream.address, &server.address);
        Self { folder, server, upstream, proxy, key }
    }

    /// What is recorded, once there are so many events.
    fn events(&self, count: usize) -> Vec<Value> {
        let client = self.server.client(&self.key);
        client.poll("/v1/events", |page| page["total"] == count);
        client.every_event()
    }

    fn client(&self) -> Client {
        self.proxy.client("")
    }
}

fn proxy(folder: &Folder, upstream: &str, server: &str) -> Server {
    let arguments = format!("record --config record.toml --upstream {upstream} --url {server}");
    let mut command = folder.command(&arguments);
    command.env("GATELOG_TOKEN", folder.read("token"));
    Server::launch_proxy(folder, command)
}

/// A token that says this, signed by nobody.
fn unsigned(claims: &Value) -> String {
    use base64::Engine;
    let part =
        |value: &Value| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value.to_string());
    format!("Bearer {}.{}.c2ln", part(&json!({ "alg": "ES384" })), part(claims))
}

/// Everything that is on disk below a directory of the test's folder.
fn bytes_below(folder: &Folder, name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(folder.path(name)).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{name}/{}", entry.file_name().to_str().unwrap());
        match entry.file_type().unwrap().is_dir() {
            true => bytes.extend(bytes_below(folder, &path)),
            false => bytes.extend(std::fs::read(entry.path()).unwrap()),
        }
    }
    bytes
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn calls_are_events_with_caller_route_target_and_changes() {
    let recorded = Recorded::start("[record]\nexclude = [\"/api/status\", \"/assets/*\"]\n");
    let client = recorded.client();
    let program = unsigned(
        &json!({"sub":"app1","client_id":"app1","scope":"all","iss":"https://id.example/oidc"}),
    );
    let headers = [
        ("authorization", program.as_str()),
        ("content-type", "application/json"),
        ("x-request-id", "r-1"),
    ];
    let get = |path| client.send("GET", path, &headers, "");
    assert_eq!(get("/api/status").status, 200);
    assert_eq!(get("/assets/a.js").status, 404);
    assert_eq!(client.send("OPTIONS", "/api/users", &headers, "").status, 200);
    assert_eq!(get("/api/users/u1?search=ada&token=opaque-token-of-somebody-1234").status, 200);
    let body = json!({"name":"Ada","password":SECRETS[0],"customData":{"clientSecret":SECRETS[1]}});
    assert_eq!(client.send("POST", "/api/users", &headers, body.to_string()).status, 201);
    let renamed = client.send("PATCH", "/api/organizations/o1", &headers, r#"{"name":"New"}"#);
    assert_eq!(renamed.status, 200);
    assert_eq!(client.send("DELETE", "/api/users/missing", &headers, "").status, 404);
    let opaque = format!("Bearer {}", SECRETS[2]);
    let headers = [("authorization", opaque.as_str()), ("content-type", "application/json")];
    let mutation = json!({
        "query": "mutation M($input: X!) { deleteUser(input: $input) { deletedUserID } }",
        "variables": { "input": { "userID": "VXNlcjp1OQ" } },
    });
    assert_eq!(
        client.send("POST", "/_api/admin/graphql", &headers, mutation.to_string()).status,
        200
    );

    // Two operations, and a name that is neither's: what it holds is not known.
    let unclear = json!({
        "query": format!("mutation A {{ a(b: \"{}\") }} mutation B {{ b }}", SECRETS[0]),
        "operationName": "C",
    });
    assert_eq!(
        client.send("POST", "/_api/admin/graphql", &headers, unclear.to_string()).status,
        200
    );

    let events = recorded.events(6);
    let told: Vec<String> = events
        .iter()
        .map(|event| {
            let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
            let (data, target) = (&event["data"], &event["target"]);
            [
                text(&event["type"]),
                text(&event["outcome"]),
                text(&data["route"]),
                data["status"].to_string(),
                text(&target["kind"]),
                text(&target["id"]),
                text(&event["actor"]["kind"]),
            ]
            .join(" ")
        })
        .collect();
    assert_eq!(
        told,
        [
            "api.read success /api/users/{user} 200 user u1 application",
            "api.create success /api/users 201 user u2 application",
            "api.update success /api/organizations/{organization} 200 organization o1 application",
            "api.delete failure /api/users/{user} 404 user missing application",
            "api.delete success /_api/admin/graphql 200 user u9 credential",
            "api.update success /_api/admin/graphql 200 - - credential",
        ]
    );
    let [read, create, update, failed, graphql, _] = &events[..] else { panic!("six events") };
    assert_eq!(read["data"]["query"]["search"], "ada");
    assert_eq!((&read["request"], &read["ip"]), (&json!("r-1"), &json!("127.0.0.1")));
    let caller =
        json!({"scheme":"jwt","verified":false,"iss":"https://id.example/oidc","scope":"all"});
    assert_eq!(read["data"]["caller"], caller);
    assert!(read["data"]["duration_ms"].as_f64().unwrap() > 0.0);
    assert_eq!(create["data"]["changes"]["name"], "Ada");
    assert_eq!(create["data"]["changes"]["password"], "[redacted:password]");
    assert_eq!(update["data"]["before"]["name"], "Old");
    assert_eq!(update["data"]["after"]["name"], "New");
    assert_eq!(update["organization"], "o1");
    assert_eq!(failed["error"], json!({"code":"entity.not_found","message":"no such user"}));
    assert_eq!(graphql["data"]["operation"]["fields"], json!(["deleteUser"]));
    assert_eq!(recorded.proxy.terminate().code, Some(0));
    recorded.server.terminate();
    let kept =
        [bytes_below(&recorded.folder, "data"), bytes_below(&recorded.folder, "gatelog-spool")]
            .concat();
    for secret in SECRETS {
        assert!(!contains(&kept, secret), "{secret}");
    }
}

#[test]
fn nothing_is_lost_or_doubled_while_gatelog_is_away_and_the_proxy_is_killed() {
    let recorded = Recorded::start("");
    let Recorded { folder, server, upstream, proxy: first, key } = recorded;
    let address = server.address.clone();
    server.kill();
    let call = |proxy: &Server, number: usize| {
        let headers = [("content-type", "application/json")];
        let body = json!({"number":number,"password":SECRETS[0]}).to_string();
        assert_eq!(
            proxy.client("").send("PATCH", &format!("/api/users/u{number}"), &headers, body).status,
            200
        );
    };
    (0..20).for_each(|number| call(&first, number));
    // What is over is on its way to the disk; it is there once the last call is.
    until(|| contains(&bytes_below(&folder, "gatelog-spool"), "\"u19\""));
    let spooled = bytes_below(&folder, "gatelog-spool");
    assert!(!contains(&spooled, SECRETS[0]));
    first.kill();
    let second = proxy(&folder, &upstream.address, &address);
    (20..25).for_each(|number| call(&second, number));
    let server = Server::start_on(&folder, address.trim_start_matches("http://"));
    let client = server.client(&key);
    client.poll("/v1/events", |page| page["total"] == 25);
    second.kill();
    // A third one has nothing that was not sent before.
    let third = proxy(&folder, &upstream.address, &address);
    call(&third, 25);
    client.poll("/v1/events", |page| page["total"] == 26);
    let targets: Vec<String> = client
        .every_event()
        .iter()
        .map(|event| event["target"]["id"].as_str().unwrap().to_owned())
        .collect();
    let expected: Vec<String> = (0..26).map(|number| format!("u{number}")).collect();
    assert_eq!(targets, expected);
}

/// The calls in the spool, and those of which it knows only that they were lost.
fn calls_on_disk(folder: &Folder) -> u64 {
    let number = |bytes: &[u8]| bytes.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    let mut calls = 0;
    for entry in std::fs::read_dir(folder.path("gatelog-spool")).unwrap() {
        let entry = entry.unwrap();
        let bytes = std::fs::read(entry.path()).unwrap();
        match entry.file_name().to_str().unwrap() {
            "lost" => calls += bytes.get(..8).map_or(0, number),
            name if name.ends_with(".spool") => {
                let mut rest = &bytes[..];
                while let Some((head, behind)) = rest.split_at_checked(8) {
                    let record_bytes = usize::try_from(number(&head[..4])).unwrap();
                    let Some((record, behind)) = behind.split_at_checked(record_bytes) else {
                        break;
                    };
                    let record: Value = serde_json::from_slice(record).unwrap();
                    calls += record["data"]["lost_calls"].as_u64().unwrap_or(1);
                    rest = behind;
                }
            }
            _ => {}
        }
    }
    calls
}

#[test]
fn what_a_full_spool_had_no_room_for_is_counted_and_reported() {
    let recorded = Recorded::start("[record]\nspool_bytes_max = 4000\n");
    let Recorded { folder, server, upstream, proxy: first, key } = recorded;
    let address = server.address.clone();
    server.kill();
    for number in 0..40 {
        let answer = first.client("").get(&format!("/api/users/u{number}"));
        assert_eq!(answer.status, 200, "no answer is refused because of the log");
    }
    until(|| calls_on_disk(&folder) == 40);
    first.kill();
    let _second = proxy(&folder, &upstream.address, &address);
    let server = Server::start_on(&folder, address.trim_start_matches("http://"));
    let client = server.client(&key);
    let sum = |page: &Value| {
        let events = page["events"].as_array().unwrap();
        let lost = events.iter().filter_map(|event| event["data"]["lost_calls"].as_u64());
        let calls = events.iter().filter(|event| event["type"] == "api.read").count();
        lost.sum::<u64>() + calls as u64
    };
    let page = client.poll("/v1/events?limit=1000", |page| sum(page) == 40);
    let mut events = page["events"].as_array().unwrap().iter();
    let report = events.find(|event| event["error"]["code"] == "record.lost").unwrap();
    assert_eq!(report["outcome"], "failure");
}

#[test]
fn what_cannot_work_is_refused_at_the_start() {
    let folder = Folder::new();
    let begin = "--url http://127.0.0.1:1 --token gl_1_2";
    let cases = [
        (
            "",
            "`` is no address of an API: give --upstream or record.upstream, such as http://127.0.0.1:3001, without a path",
        ),
        (
            "--upstream http://a.example/api",
            "`http://a.example/api` is no address of an API: give --upstream or record.upstream, such as http://127.0.0.1:3001, without a path",
        ),
        (
            "--upstream http://a --tls-cert a.crt",
            "a TLS certificate and its key go together: give both or neither",
        ),
    ];
    for (options, expected) in cases {
        let ended = folder.run(&format!("record {begin} {options}"));
        assert_eq!(ended.refused(), format!("error: {expected}"), "{options}");
    }
    let ended = folder
        .run("record --upstream http://a --listen 0.0.0.0:0 --url http://127.0.0.1:1 --token x");
    assert!(ended.refused().contains("can be reached from other machines"), "{ended:?}");
}

/// Waits until something holds; the test fails after 20 seconds.
fn until(holds: impl Fn() -> bool) {
    let (ended, waiting) = std::sync::mpsc::channel::<()>();
    let began = std::time::Instant::now();
    while !holds() {
        assert!(began.elapsed().as_secs() < 20, "it does not come to hold");
        let _ = waiting.recv_timeout(std::time::Duration::from_millis(20));
    }
    drop(ended);
}

#[test]
fn calls_are_recorded_over_tls_on_both_sides() {
    let recorded = Recorded::start("");
    let Recorded { folder, server, upstream, .. } = &recorded;
    make_certificate(folder, "good");
    let launch = |options: String| {
        let mut command = folder.command(&format!("record --url {} {options}", server.address));
        command.env("GATELOG_TOKEN", folder.read("token"));
        command.env("SSL_CERT_FILE", folder.path("good.crt"));
        Server::launch_proxy(folder, command)
    };
    let encrypted = launch(format!(
        "--upstream {} --spool encrypted --tls-cert good.crt --tls-key good.key",
        upstream.address
    ));
    assert!(encrypted.address.starts_with("https://127.0.0.1:"), "{}", encrypted.address);
    let certificate = reqwest::Certificate::from_pem(folder.read("good.crt").as_bytes()).unwrap();
    let client = Client::trusting(&encrypted.address, "", [certificate]);
    assert_eq!(client.get("/api/status").status, 200);
    assert!(Client::new(&encrypted.address, "").try_post("/api/status", "").is_none());
    recorded.events(1);

    // Another one in front, which speaks HTTP/1.1 or 2 to the first.
    folder.write("http2.toml", "[record]\nupstream_http2 = true\n");
    for (number, options) in [(1, ""), (2, "--config http2.toml")] {
        let address = &encrypted.address;
        let outer = launch(format!("--upstream {address} --spool outer-{number} {options}"));
        assert_eq!(outer.client("").get("/api/status").status, 200, "{options}");
        recorded.events(1 + 2 * number);
    }

    // Of somebody else's certificate nothing is believed.
    make_certificate(folder, "other");
    let mut command = folder.command(&format!(
        "record --url {} --upstream {} --spool wary",
        server.address, encrypted.address
    ));
    command.env("GATELOG_TOKEN", folder.read("token"));
    command.env("SSL_CERT_FILE", folder.path("other.crt"));
    let wary = Server::launch_proxy(folder, command);
    assert_eq!(wary.client("").get("/api/status").status, 502);
}
