//! `gatelog query`: the same from a data directory and from a running server.

use serde_json::{Value, json};

use crate::support::{Ended, Folder, Server};

/// Four events in the first four hours of a day.
const EVENTS: [&str; 4] = [
    r#"{"id":"a","source":"logto","type":"Interaction.SignIn.Submit","outcome":"success","time":"2024-05-01T00:00:00Z","actor":{"kind":"user","id":"u1","name":"Ada"},"application":{"id":"shop"},"ip":"203.0.113.7"}"#,
    r#"{"id":"b","type":"login","outcome":"failure","time":"2024-05-01T01:00:00Z","actor":{"id":"u1"},"data":{"step":1,"note":"a\u001b[2Jb"}}"#,
    r#"{"id":"c","type":"login","outcome":"success","time":"2024-05-01T01:30:00Z","actor":{"identifier":"bob@acme.example"}}"#,
    r#"{"id":"d","type":"logout","time":"2024-05-01T03:00:00Z","ip":"::1"}"#,
];

/// A data directory with the events, and how to ask for them in two ways.
struct Asked {
    folder: Folder,
    url: String,
    key: String,
    server: Option<Server>,
}

impl Asked {
    fn new() -> Self {
        let folder = Folder::new();
        let server = Server::start(&folder);
        let key = folder.key("--tenant default --scope admin");
        let posted = server.client(&key).post("/v1/events", EVENTS.join("\n"));
        assert_eq!(posted.counts(), [4, 0, 0, 0]);
        Self { url: server.address.clone(), folder, key, server: Some(server) }
    }

    /// Runs `gatelog query` over HTTP as long as there is a server, else on the directory.
    fn query(&self, query: &str, options: &str) -> Ended {
        let place = match &self.server {
            Some(_) => format!("--url {} --token {}", self.url, self.key),
            None => "--data data".to_owned(),
        };
        let mut command = self.folder.command(&format!("query {place} --utc {options}"));
        Ended::of(command.arg("--").arg(query).output().unwrap())
    }

    /// Checks in both ways: first over HTTP, then on the directory.
    fn both_ways(mut self, check: impl Fn(&Self)) {
        check(&self);
        let server = self.server.take().unwrap();
        assert_eq!(server.terminate().code, Some(0));
        check(&self);
    }
}

#[test]
fn events_stand_in_columns_or_in_lines_of_json() {
    Asked::new().both_ways(|asked| {
        let ended = asked.query("", "");
        let expected = "\
TIME                 EVENT                      OUTCOME  ACTOR             APPLICATION  IP
2024-05-01 03:00:00  Logout                     unknown                                 ::1
2024-05-01 01:30:00  Login                      success  bob@acme.example
2024-05-01 01:00:00  Login                      failure  Ada
2024-05-01 00:00:00  Submit sign-in interaction success  Ada               shop         203.0.113.7
";
        let words = |text: &str| -> Vec<Vec<String>> {
            let line = |line: &str| line.split_whitespace().map(str::to_owned).collect();
            text.lines().map(line).collect()
        };
        assert_eq!(words(ended.succeeded()), words(expected));
        assert_eq!(ended.notes, "4 events\n");

        let ended = asked.query("type = \"login\"", "--order asc --fields id,data.note,data.step");
        let expected = "id  data.note    data.step\nb   a\\u{1b}[2Jb  1\nc\n";
        assert_eq!(ended.succeeded(), expected);

        let ended = asked.query("actor.id = \"u1\"", "--json --from 2024-05-01T00:30:00Z");
        let event: Value = serde_json::from_str(ended.succeeded()).unwrap();
        assert_eq!((&event["id"], &event["actor"]["name"]), (&json!("b"), &json!("Ada")));
        assert!(!ended.output.contains('\u{1b}'));

        let ended = asked.query("", "--limit 3 --fields id");
        assert_eq!((ended.succeeded(), &*ended.notes), ("id\nd\nc\nb\n", "3 of 4 events\n"));
        assert_eq!(asked.query("", "--limit 0 --fields id").succeeded(), "id\n");
    });
}

#[test]
fn columns_are_those_of_an_export() {
    let folder = Folder::new();
    let event = r#"{"id":"a","type":"login","time":"2024-05-01T00:00:00Z","organization":"o1",
        "target":{"id":"+33123"},"data":{"tags":["x","y"],"list":[{"k":1},{"k":2}],
        "odd key":"odd","step":7}}"#;
    folder.write("event.json", event.replace('\n', ""));
    folder.write("names.csv", "kind,id,name\norganization,o1,Acme\n");
    folder.run("import --data data event.json").succeeded();
    folder.run("directory import --data data names.csv").succeeded();
    let fields = "organization,organization.name,data.tags,data.list.k,data.\"odd key\",data.step,\
                  section,title,seq,target.id,user_id,error.code,time";
    let run = |command: &str| {
        let command = format!("{command} --data data --fields");
        Ended::of(folder.command(&command).arg(fields).output().unwrap())
    };
    let shown = run("query --utc");
    let lines: Vec<Vec<&str>> =
        shown.succeeded().lines().map(|line| line.split_whitespace().collect()).collect();
    let exported = run("export --format csv");
    let header = exported.succeeded().lines().next().unwrap();
    let plain = |header: &str| header.replace([',', ' ', '"'], "");
    assert_eq!(plain(&lines[0].concat()), plain(header));
    let expected = "o1 Acme [\"x\",\"y\"] [1,2] odd 7 Sign in Login 0 +33123 2024-05-01 00:00:00";
    assert_eq!(lines[1].join(" "), expected);
    assert_eq!(shown.notes, "1 event\n");
}

#[test]
fn an_option_wins_over_the_environment() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let key = folder.key("--tenant default --scope read");
    folder.write("events", EVENTS.join("\n"));
    folder.run("import --data other events").succeeded();
    let (url, nowhere) = (&*server.address, "http://127.0.0.1:1");
    let count = |arguments: &str, environment: &[(&str, &str)]| {
        let mut command = folder.command(&format!("query --count {arguments}"));
        Ended::of(command.envs(environment.iter().copied()).output().unwrap())
    };
    let at_server = format!("--url {url} --token {key}");
    for (arguments, environment, expected) in [
        (&*at_server, &[("GATELOG_DATA", "other")][..], "0\n"),
        ("--data other", &[("GATELOG_URL", nowhere)], "4\n"),
        ("--data other", &[("GATELOG_URL", nowhere), ("GATELOG_TOKEN", &key)], "4\n"),
        // GATELOG_DATA may be meant for `gatelog serve`.
        ("", &[("GATELOG_DATA", "other"), ("GATELOG_URL", url), ("GATELOG_TOKEN", &key)], "0\n"),
        ("", &[("GATELOG_DATA", "other"), ("GATELOG_TOKEN", &key)], "4\n"),
    ] {
        assert_eq!(count(arguments, environment).succeeded(), expected, "{arguments}");
    }
    for (arguments, expected) in [
        (format!("{at_server} --data other"), "error: --data and --url exclude each other: "),
        (format!("--url {url}"), "error: a server needs a key: give --token or set GATELOG_TOKEN "),
        ("--token x".to_owned(), "error: --token is a key for a server: give its --url"),
        ("--url acme --token x".to_owned(), "error: `acme` is no address of a server, such as "),
    ] {
        let refused = count(&arguments, &[]);
        assert_eq!(refused.code, Some(2), "{refused:?}");
        assert!(refused.notes.starts_with(expected), "{refused:?}");
    }
}

#[test]
fn numbers_are_counted_by_time_and_by_value() {
    Asked::new().both_ways(|asked| {
        assert_eq!(asked.query("NOT type = \"login\"", "--count").succeeded(), "2\n");
        assert_eq!(asked.query("", "--count --json").succeeded(), "{\"count\":4}\n");

        let ended = asked.query("", "--interval 1h --by outcome");
        let expected = [
            "START EVENTS",
            "2024-05-01 1 ██████████████████████████████",
            "2024-05-01 01:00:00 2 \
             ██████████████████████████████▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒",
            "2024-05-01 02:00:00 0",
            "2024-05-01 03:00:00 1 ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓",
        ];
        let lines = ended.succeeded().lines();
        let words: Vec<String> =
            lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(words.len(), expected.len(), "{ended:?}");
        assert_eq!(words[0], expected[0]);
        for (found, expected) in words.iter().zip(expected) {
            assert_eq!(found.chars().count(), expected.chars().count(), "{found} {expected}");
        }
        assert!(ended.notes.ends_with("4 events, by 1h in UTC\n"), "{ended:?}");
        assert!(ended.notes.contains(" Success 2\n"), "{ended:?}");

        let json = asked.query("", "--interval 1d --tz Europe/Paris --json");
        let histogram: Value = serde_json::from_str(json.succeeded()).unwrap();
        assert_eq!(histogram["buckets"][0]["start"], "2024-04-30T22:00:00.000000Z");
        assert_eq!(histogram["buckets"][0]["count"], 4);

        let ended = asked.query("", "--facets actor.id,type --limit 1");
        let expected = "\
FIELD     VALUE                         NAME   EVENTS
actor.id  u1                            Ada         2
          (none)                                    2
type      login                         Login       2
          (2 more; --limit shows them)
";
        assert_eq!(ended.succeeded(), expected);
    });
}

#[test]
fn how_a_question_is_answered_is_told() {
    Asked::new().both_ways(|asked| {
        let explained = asked.query("user_id = \"u1\" AND data.step = 1", "--explain");
        let explained = explained.succeeded();
        assert!(explained.starts_with("query    actor.id = "), "{explained}");
        assert!(explained.contains("matching 1 event\n"), "{explained}");
        assert!(explained.contains("CONDITION"), "{explained}");
    });
}

#[test]
fn what_is_wrong_with_a_query_is_underlined() {
    Asked::new().both_ways(|asked| {
        let ended = asked.query("type = \"login\" AND acter.id = \"u1\"", "");
        let notes = ended.refused();
        assert!(notes.starts_with("error: the query cannot be understood\nline 1, column 20: "));
        let expected = "\n  type = \"login\" AND acter.id = \"u1\"\n                     ^^^^^^^^";
        assert!(notes.ends_with(expected), "{notes}");
        let ended = asked.query("", "--from yesterday");
        let expected = "error: from cannot be understood\nline 1, column 1: ";
        assert!(ended.refused().starts_with(expected), "{ended:?}");
        let ended = asked.query("", "--fields acter");
        assert!(
            ended.refused().starts_with("error: `fields`: `acter` cannot be a column; known: ")
        );
        let ended = asked.query("", "--tenant nobody");
        assert_eq!(ended.code, Some(1));
    });
}

#[test]
fn a_directory_that_a_server_holds_is_not_read() {
    let folder = Folder::new();
    let _server = Server::start(&folder);
    let ended = folder.run("query --data data");
    let expected = "error: the data directory data is in use by another process; stop that \
                    server, or send the command to it with --url and --token";
    assert_eq!(ended.refused(), expected);
}

#[test]
fn a_directory_that_is_not_there_is_not_created() {
    let folder = Folder::new();
    folder.write("file", "");
    for command in ["query", "export", "directory rebuild", "token list", "user list"] {
        let ended = folder.run(&format!("{command} --data dta"));
        let expected = "error: there is no data directory dta; --data names another";
        assert_eq!(ended.refused(), expected, "{command}");
        assert!(!folder.path("dta").try_exists().unwrap());
        let ended = folder.run(&format!("{command} --data file"));
        assert_eq!(ended.refused(), "error: file is no data directory");
    }
}

#[test]
fn what_cannot_be_printed_is_an_error() {
    let folder = Folder::new();
    folder.write("events", EVENTS.join("\n"));
    folder.run("import --data data events").succeeded();
    for command in ["query --data data", "query --data data --json", "man", "completions bash"] {
        let run = |output: std::process::Stdio| {
            Ended::of(folder.command(command).stdout(output).output().unwrap())
        };
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let ended = run(full.into());
        let expected = "error: cannot write to standard output: No space left on device";
        assert!(ended.code == Some(1) && ended.notes.contains(expected), "{ended:?}");
        // Who reads no more has seen enough.
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let ended = run(writer.into());
        assert!(ended.code == Some(0) && !ended.notes.contains("error"), "{ended:?}");
    }
}

#[test]
fn a_question_to_a_directory_is_recorded() {
    let folder = Folder::new();
    folder.write("events", EVENTS.join("\n"));
    folder.run("import --data data events").succeeded();
    assert_eq!(folder.run("query --data data --limit 3").notes, "3 of 4 events\n");
    let ended = folder.run("query --data data --json source=\"gatelog\"");
    let events: Vec<Value> =
        ended.succeeded().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let reads: Vec<_> = events.iter().filter(|event| event["type"] == "audit.read").collect();
    assert_eq!(reads.len(), 1, "{events:?}");
    assert_eq!(reads[0]["actor"]["kind"], "operator");
    assert_eq!(reads[0]["target"]["id"], "GET /v1/events");
    assert_eq!(reads[0]["data"]["events"], 3);
}
