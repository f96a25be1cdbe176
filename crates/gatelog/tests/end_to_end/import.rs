//! `gatelog import`, and Logto's API over what it took in.

use std::io::Read;

use flate2::read::GzDecoder;
use serde_json::{Value, json};

use crate::support::{Folder, Server};

/// 5,000 rows of Logto's `logs` table in the order of time, of the tenants `default` and `admin`.
const ROWS_GZIP: &[u8] = include_bytes!("../../../dialect/tests/fixtures/rows-base.ndjson.gz");

/// Five rows of Logto's `logs` and two of another table, as `pg_dump` wrote them.
const LOGTO_DUMP: &[u8] = include_bytes!("../../../capture/tests/data/logto-copy.sql");
const LOGTO_CSV: &[u8] = include_bytes!("../../../capture/tests/data/logto-rows.csv");
const LOGTO_DAMAGED: &[u8] = include_bytes!("../../../capture/tests/data/logto-damaged.csv");
const LOGTO_CUT: &[u8] = include_bytes!("../../../capture/tests/data/logto-cut-copy.sql");

/// Five rows of Authgear's `_audit_log` in two partitions, and two of another table.
const AUTHGEAR_DUMP: &[u8] = include_bytes!("../../../capture/tests/data/authgear-copy.sql");

/// Lines 1 and 4 are events; 3 is blank.
const MIXED: &[u8] =
    b"{\"id\":\"1\",\"type\":\"t\"}\n{\"id\":2}\r\n\n{\"id\":\"4\",\"type\":\"t\"}\nnot JSON";

const MIXED_REASONS: [&str; 2] =
    ["line 2, column 1: the event has no `type`", "line 5, column 1: expected a JSON value"];

fn rows() -> Vec<Value> {
    let mut text = String::new();
    GzDecoder::new(ROWS_GZIP).read_to_string(&mut text).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn rows_of_logto_are_found_over_its_own_api() {
    let folder = Folder::new();
    folder.write("rows.ndjson.gz", ROWS_GZIP);
    let import = "import --data data --format logto --tenant default rows.ndjson.gz";
    let first = "5,000 accepted, 0 already here, 0 conflicts, 0 rejected\n";
    assert_eq!(folder.run(import).succeeded(), first);
    let second = "0 accepted, 5,000 already here, 0 conflicts, 0 rejected\n\
                  nothing is new: every event was here already\n";
    assert_eq!(folder.run(import).succeeded(), second);

    let server = Server::start(&folder);
    let client = server.client(&folder.key("--tenant default --scope read"));
    let all = client.get("/api/logs?page_size=100&page=2");
    assert_eq!(all.header("total-number"), "5000");
    let mut expected = rows();
    expected.reverse();
    let shown: Vec<Value> = serde_json::from_str(&all.text).unwrap();
    for (shown, row) in shown.iter().zip(&expected[100..]) {
        assert_eq!((&shown["id"], &shown["createdAt"]), (&row["id"], &row["createdAt"]));
    }
    assert_eq!(shown.len(), 100);

    let key = "Interaction.SignIn.Submit";
    let some = client.get(&format!("/api/logs?logKey={key}&page_size=10"));
    expected.retain(|row| row["key"] == key);
    assert_eq!(some.header("total-number"), expected.len().to_string());
    let shown: Vec<Value> = serde_json::from_str(&some.text).unwrap();
    assert_eq!(shown[..], expected[..10]);
    let id = expected[0]["id"].as_str().unwrap();
    let one: Value = serde_json::from_str(&client.get(&format!("/api/logs/{id}")).text).unwrap();
    assert_eq!(one, expected[0]);
}

#[test]
fn rows_can_choose_their_tenant() {
    let folder = Folder::new();
    folder.write("rows.ndjson.gz", ROWS_GZIP);
    let import = "import --data data --format logto --split-tenants --json rows.ndjson.gz";
    let report: Value = serde_json::from_str(folder.run(import).succeeded()).unwrap();
    let expected = json!({
        "accepted": 5_000, "duplicates": 0, "conflicts": 0, "rejected_total": 0,
        "rejected_files": [], "skipped": {},
    });
    assert_eq!(report, expected);
    let server = Server::start(&folder);
    for tenant in ["default", "admin"] {
        let client = server.client(&folder.key(&format!("--tenant {tenant} --scope read")));
        let expected = rows().iter().filter(|row| row["tenantId"] == tenant).count();
        let answer = client.get("/api/logs?page_size=1");
        assert_eq!(answer.header("total-number"), expected.to_string(), "{tenant}");
    }
}

#[test]
fn a_row_that_names_no_possible_tenant_is_rejected() {
    let folder = Folder::new();
    let rows =
        "{\"key\":\"Interaction.End\"}\n{\"tenantId\":\"../x\",\"key\":\"Interaction.End\"}\n";
    folder.write("rows", rows);
    let ended = folder.run("import --data data --format logto --split-tenants rows");
    assert_eq!(ended.succeeded(), "0 accepted, 0 already here, 0 conflicts, 2 rejected\n");
    assert_eq!(folder.read("rows.rejected"), rows);
    assert!(ended.notes.contains("line 1, column 1: the record names no tenant (tenantId)"));
    assert!(ended.notes.contains("line 2, column 1: `../x` cannot name a tenant"));
}

#[test]
fn rejected_lines_go_to_a_file_and_the_rest_is_kept() {
    let folder = Folder::new();
    folder.write("mixed", MIXED);
    let ended = folder.run("import --data data mixed");
    assert_eq!(ended.succeeded(), "2 accepted, 0 already here, 0 conflicts, 2 rejected\n");
    let expected: String = MIXED_REASONS.map(|why| format!("rejected: mixed: {why}\n")).concat();
    assert_eq!(ended.notes, expected + "all rejected lines are in mixed.rejected\n");
    assert_eq!(folder.read("mixed.rejected"), "{\"id\":2}\nnot JSON\n");

    // Corrected and sent again, from standard input, to a file of another name.
    let corrected =
        folder.read("mixed.rejected").replace("{\"id\":2}", "{\"id\":\"2\",\"type\":\"t\"}");
    let ended = folder.run_with_input("import --data data --rejected bad -", corrected.as_bytes());
    assert_eq!(ended.succeeded(), "1 accepted, 0 already here, 0 conflicts, 1 rejected\n");
    assert_eq!(folder.read("bad"), "not JSON\n");
}

#[test]
fn standard_input_may_be_compressed() {
    let folder = Folder::new();
    let lines = b"{\"id\":\"1\",\"type\":\"t\"}\n{\"id\":\"2\",\"type\":\"t\"}\n";
    let compressed = zstd::encode_all(&lines[..], 1).unwrap();
    let ended = folder.run_with_input("import --data data", &compressed);
    assert_eq!(ended.succeeded(), "2 accepted, 0 already here, 0 conflicts, 0 rejected\n");
    let array = b"[{\"id\":\"2\",\"type\":\"t\"},{\"id\":\"3\",\"type\":\"t\"}]";
    let ended = folder.run_with_input("import --data data", array);
    assert_eq!(ended.succeeded(), "1 accepted, 1 already here, 0 conflicts, 0 rejected\n");
}

#[test]
fn dumps_are_taken_in_and_read_back() {
    let folder = Folder::new();
    folder.write("logto.sql.zst", zstd::encode_all(LOGTO_DUMP, 1).unwrap());
    folder.write("authgear", AUTHGEAR_DUMP);
    let ended = folder.run("import --data data --format logto logto.sql.zst");
    let expected =
        "5 accepted, 0 already here, 0 conflicts, 0 rejected\nskipped: public.users, 2 rows\n";
    assert_eq!(ended.succeeded(), expected);
    let ended = folder.run("import --data data --format authgear --json authgear");
    let report: Value = serde_json::from_str(ended.succeeded()).unwrap();
    assert_eq!(report["accepted"], 5);
    assert_eq!(report["skipped"], json!({ "public._audit_metrics": 2 }));
    // The same rows, written in another way.
    let ended = folder.run_with_input("import --data data --format logto", LOGTO_CSV);
    let expected = "0 accepted, 5 already here, 0 conflicts, 0 rejected\n\
                    nothing is new: every event was here already\n";
    assert_eq!(ended.succeeded(), expected);

    let server = Server::start(&folder);
    let client = server.client(&folder.key("--tenant default --scope read"));
    let id = "w8r1t5y0u2i4o7paqh6k3";
    let row: Value = serde_json::from_str(&client.get(&format!("/api/logs/{id}")).text).unwrap();
    assert_eq!(row["createdAt"], 1_795_190_054_000_i64);
    assert_eq!(row["payload"]["userId"], "7m2kq9x4t1zb");
    let sent = client.get("/v1/events?target.id=%2B85298765432").json();
    assert_eq!(sent["events"][0]["type"], "SMS_SENT");
    assert_eq!(sent["events"][0]["data"]["activity_type"], "sms.sent");
    let failed = client.get("/v1/events?type=AUTHENTICATION_IDENTITY_LOGIN_ID_FAILED").json();
    let typed = failed["events"][0]["actor"]["identifier"].as_str().unwrap();
    assert!(typed.starts_with("[redacted:identifier:"), "{typed}");
}

#[test]
fn damaged_dumps_give_what_is_whole() {
    let folder = Folder::new();
    folder.write("rows.csv", LOGTO_DAMAGED);
    folder.write("cut.sql", LOGTO_CUT);
    let ended = folder.run("import --data data --format logto rows.csv");
    assert_eq!(ended.succeeded(), "2 accepted, 0 already here, 0 conflicts, 3 rejected\n");
    let expected = "rejected: rows.csv: line 6, column 16: `payload` is not JSON: ";
    assert!(ended.notes.contains(expected), "{}", ended.notes);
    let rejected = folder.read("rows.csv.rejected");
    assert!(
        rejected.starts_with("default,short,Unknown\n\"default\",\"two\nlines\","),
        "{rejected}"
    );

    let ended = folder.run("import --data data --format logto cut.sql");
    assert_eq!(ended.output, "3 accepted, 0 already here, 0 conflicts, 0 rejected\n");
    let expected = "error: cut.sql: cannot read line 29: the dump ends among the rows of a table, \
                    so it is not whole\n";
    assert_eq!((ended.code, &*ended.notes), (Some(1), expected));

    for (arguments, expected) in [
        ("rows.csv", "error: cannot read rows.csv: it is taken for a dump (csv), "),
        ("--format plusauth cut.sql", "error: cannot read cut.sql: it is taken for a dump (sql), "),
        (
            "--format authgear rows.csv",
            "error: cannot read rows.csv: the first line does not name the columns of Authgear's ",
        ),
    ] {
        let ended = folder.run(&format!("import --data data {arguments}"));
        assert!(ended.refused().starts_with(expected), "{ended:?}");
    }
}

#[test]
fn a_running_server_takes_an_import_over_http() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    folder.run("tenant create --data data acme").succeeded();
    folder.write("rows.ndjson.gz", ROWS_GZIP);
    folder.write("mixed", MIXED);
    let import = |key: &str, rest: &str| {
        folder.run(&format!("import --url {} --token {key} {rest}", server.address))
    };
    // The key's own tenant, unless another one is named.
    let acme = folder.key("--tenant acme --scope admin");
    let ended = import(&acme, "--format logto rows.ndjson.gz");
    assert_eq!(ended.succeeded(), "5,000 accepted, 0 already here, 0 conflicts, 0 rejected\n");
    let ended = import(&acme, "mixed");
    assert_eq!(ended.succeeded(), "2 accepted, 0 already here, 0 conflicts, 2 rejected\n");
    let expected: String = MIXED_REASONS.map(|why| format!("rejected: mixed: {why}\n")).concat();
    assert_eq!(ended.notes, expected + "all rejected lines are in mixed.rejected\n");
    assert_eq!(folder.read("mixed.rejected"), "{\"id\":2}\nnot JSON\n");
    assert_eq!(server.client(&acme).get("/v1/events?limit=1").json()["total"], 5_002);

    let ended = import(&acme, "--tenant default mixed");
    let expected = "error: the server answered 403 Forbidden: this credential belongs to the \
                    tenant `acme`, not to `default`";
    assert_eq!(ended.refused(), expected);
    let operator = folder.key("--scope operator");
    let ended = import(&operator, "--format logto --tenant default rows.ndjson.gz");
    assert_eq!(ended.succeeded(), "5,000 accepted, 0 already here, 0 conflicts, 0 rejected\n");
}

#[test]
fn every_rejected_row_of_one_line_goes_to_the_file() {
    let folder = Folder::new();
    let row = |id: &str, key: &str| {
        format!("('default', '{id}', '{key}', '{{}}', '2026-11-20 01:00:00+00')")
    };
    let long = "x".repeat(200);
    let rows = [row("1", "A"), row(&long, "B"), row("3", "C"), row(&long, "D"), "(1)".to_owned()];
    folder.write("dump.sql", format!("INSERT INTO public.logs VALUES {};\n", rows.join(", ")));
    let ended = folder.run("import --data data --format logto dump.sql");
    assert_eq!(ended.succeeded(), "2 accepted, 0 already here, 0 conflicts, 3 rejected\n");
    let rejected = folder.read("dump.sql.rejected");
    for key in ["B", "D"] {
        assert!(rejected.contains(&format!("\"key\":\"{key}\"")), "{key}: {rejected}");
    }
    assert!(rejected.contains("(1)\n"), "{rejected}");
    assert_eq!(rejected.lines().count(), 3);
}

#[test]
fn a_dump_without_rows_of_the_table_fails_and_says_what_it_holds() {
    let folder = Folder::new();
    folder.write("authgear.sql", AUTHGEAR_DUMP);
    folder.write(
        "empty.sql",
        "COPY public.logs (tenant_id, id, key, payload, created_at) FROM stdin;\n\\.\n",
    );
    folder.write("schema.sql", "SET x = 1;\nCREATE TABLE public.logs (id text);\n");
    folder.write("rows.csv", LOGTO_CSV);
    let ended =
        folder.run("import --data data --format logto authgear.sql empty.sql schema.sql rows.csv");
    assert_eq!(ended.code, Some(1));
    // What there is in other files is imported.
    assert!(ended.output.starts_with("5 accepted, 0 already here, 0 conflicts, 0 rejected\n"));
    assert!(ended.output.contains("skipped: public._audit_metrics, 2 rows\n"), "{ended:?}");
    let expected = "\
error: authgear.sql does not hold Logto's table `logs`; it has rows of public._audit_log_";
    assert!(ended.notes.starts_with(expected), "{ended:?}");
    let expected = "
empty.sql has no rows: Logto's table `logs` is in it, and empty
schema.sql does not hold Logto's table `logs`, nor rows of any other table
";
    assert!(ended.notes.ends_with(expected), "{ended:?}");
}

#[test]
fn what_cannot_be_imported_is_explained() {
    let folder = Folder::new();
    folder.write("event", "{\"type\":\"t\"}");
    folder.write("array", "[{\"type\":\"t\"},\n{\"type\"}]");
    folder.write("short.gz", &ROWS_GZIP[..1_000]);
    let cases = [
        ("absent", "error: cannot open absent: No such file or directory (os error 2)"),
        ("array", "error: cannot read array: line 2, column 8: expected `:` after the member name"),
        (
            "--tenant nobody event",
            "error: there is no tenant `nobody`; `gatelog tenant create nobody` creates it",
        ),
    ];
    for (arguments, expected) in cases {
        let ended = folder.run(&format!("import --data data {arguments}"));
        assert_eq!(ended.refused(), expected, "{arguments}");
    }
    let ended = folder.run("import --data data --format logto short.gz");
    assert_eq!(ended.code, Some(1));
    assert_eq!(ended.output, "3 accepted, 0 already here, 0 conflicts, 0 rejected\n");
    assert_eq!(ended.notes, "error: short.gz: cannot read line 4: incomplete deflate stream\n");
    let ended = folder.run("import --url http://127.0.0.1:1 --token x event");
    let expected = "error: cannot reach http://127.0.0.1:1/v1/events?format=native: ";
    assert!(ended.refused().starts_with(expected), "{ended:?}");
}
