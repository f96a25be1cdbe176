//! `gatelog directory`: names beside a running server, and names out of the events.

use serde_json::Value;

use crate::support::{Folder, Server};

const EVENTS: &str = r#"{"id":"1","type":"t","actor":{"kind":"user","id":"u1"},"application":{"id":"a1"}}
{"id":"2","type":"t","actor":{"kind":"user","id":"u2"}}
{"id":"3","type":"t","actor":{"kind":"user","id":"u3","name":"Carol","identifier":"carol@acme.example"}}
"#;

/// Kind, id, name and identifier of everything `directory list` prints with these options.
fn listed(folder: &Folder, options: &str) -> Vec<[String; 4]> {
    let ended = folder.run(&format!("directory list --data data --json {options}"));
    let entries: Vec<Value> = serde_json::from_str(ended.succeeded()).unwrap();
    let text = |entry: &Value, name: &str| entry[name].as_str().unwrap().to_owned();
    let names = ["kind", "id", "name", "identifier"];
    entries.iter().map(|entry| names.map(|name| text(entry, name))).collect()
}

fn owned(rows: &[[&str; 4]]) -> Vec<[String; 4]> {
    rows.iter().map(|row| row.map(str::to_owned)).collect()
}

#[test]
fn a_running_server_shows_imported_names_and_finds_them() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let client = server.client(&folder.key("--tenant default --scope admin"));
    assert_eq!(client.post("/v1/events", EVENTS).counts(), [3, 0, 0, 0]);
    folder.write("users.csv", "id,name\nu1,Ada\nu2,\"Carol, née Jones\"\n");
    let ended = folder.run("directory import --data data users.csv");
    assert_eq!(ended.succeeded(), "2 imported, 0 refused\n");
    let apps = b"[{\"clientId\":\"a1\",\"displayName\":\"Shop\"}]";
    let ended = folder.run_with_input("directory import --data data --kind application -", apps);
    assert_eq!(ended.succeeded(), "1 imported, 0 refused\n");

    let event = client.poll("/v1/events/1", |event| event["application"]["name"] == "Shop");
    assert_eq!(event["actor"]["name"], "Ada");
    assert_eq!(client.get("/v1/events/2").json()["actor"]["name"], "Carol, née Jones");
    for (question, expected) in [
        ("actor.name=Ada", &["1"][..]),
        ("actor.name=Carol%2C%20n%C3%A9e%20Jones", &["2"]),
        ("application.name=Shop", &["1"]),
    ] {
        assert_eq!(client.get(&format!("/v1/events?{question}")).ids(), expected, "{question}");
    }
    // A later record teaches another name, and a name can be removed.
    let married = r#"{"id":"4","type":"t","actor":{"kind":"user","id":"u1","name":"Ada King"}}"#;
    assert_eq!(client.post("/v1/events", married).status, 200);
    assert_eq!(client.get("/v1/events/1").json()["actor"]["name"], "Ada King");
    folder.run("directory remove --data data --kind application a1").succeeded();
    client.poll("/v1/events/1", |event| event["application"]["name"].is_null());
    let expected = owned(&[["user", "u1", "Ada King", ""]]);
    assert_eq!(listed(&folder, "--search KING"), expected);
}

#[test]
fn rows_that_name_nothing_are_refused_and_the_rest_is_imported() {
    let folder = Folder::new();
    let rows = "User ID;Kind;Name;Email;Username\n\
                u1;;Ada;ada@acme.example;ada\n\
                u2;group;Bob;;\n\
                ;;Carol;;\n\
                u4;;\"Dan\nDoe\";;\n\
                u5;;Eve\n\
                o1;organization;Acme;;\n";
    folder.write("rows.csv", rows);
    let ended = folder.run("directory import --data data rows.csv");
    assert_eq!((ended.code, &*ended.output), (Some(1), "3 imported, 3 refused\n"));
    assert_eq!(
        ended.notes,
        "refused: rows.csv: line 3: unknown kind `group` (known: user, application, organization)\n\
         refused: rows.csv: line 4: it has no id\n\
         refused: rows.csv: line 7: it has 3 cells, and the header 5\n\
         error: 3 rows were refused\n"
    );
    let expected = [
        ["organization", "o1", "Acme", ""],
        ["user", "u1", "Ada", "ada@acme.example"],
        ["user", "u4", "Dan\nDoe", ""],
    ];
    assert_eq!(listed(&folder, ""), owned(&expected));
    assert_eq!(listed(&folder, "--kind user --limit 1"), owned(&expected[1..2]));
    assert_eq!(listed(&folder, "--search ACME"), owned(&expected[..2]));

    let lines = b"{\"id\":7,\"name\":\"Grace\"}\n\n{\"id\":\n";
    let ended = folder.run_with_input("directory import --data data --json -", lines);
    assert_eq!(ended.code, Some(1));
    assert_eq!(ended.output, "{\"imported\":1,\"refused\":1}\n");
    let expected = "refused: -: line 3: column 6: EOF while parsing a value\n";
    assert!(ended.notes.starts_with(expected), "{ended:?}");
    assert_eq!(listed(&folder, "--search grace"), owned(&[["user", "7", "Grace", ""]]));
}

#[test]
fn what_cannot_be_done_is_explained() {
    let folder = Folder::new();
    folder.write("letters.csv", "a,b\n1,2\n");
    let unknown = "error: there is no tenant `nobody`; `gatelog tenant create nobody` creates it";
    for (arguments, expected) in [
        (
            "import --data data letters.csv",
            "error: cannot read letters.csv: its first line must name a column `id` and a column \
             `name` or `identifier` (gatelog directory import --help lists the names)",
        ),
        ("import --data data --tenant nobody letters.csv", unknown),
        ("list --data data --tenant nobody", unknown),
        ("remove --data data --kind user u1", "error: the directory of `default` has no user `u1`"),
    ] {
        let ended = folder.run(&format!("directory {arguments}"));
        let notes = ended.notes.trim_end();
        assert_eq!((ended.code, notes), (Some(1), expected), "{arguments}");
    }
}

#[test]
fn names_are_learned_again_from_the_events() {
    let folder = Folder::new();
    folder.write("events", EVENTS);
    folder.run("import --data data events").succeeded();
    let expected = owned(&[["user", "u3", "Carol", "carol@acme.example"]]);
    assert_eq!(listed(&folder, ""), expected);
    for name in ["meta.db", "meta.db-wal", "meta.db-shm"] {
        // SQLite has put the last two away, if nobody was interrupted.
        let _ = std::fs::remove_file(folder.path("data").join(name));
    }
    assert_eq!(listed(&folder, ""), owned(&[]));
    let ended = folder.run("directory rebuild --data data");
    assert_eq!(ended.succeeded(), "3 events read, names known: 1\n");
    assert_eq!(listed(&folder, ""), expected);
}
