//! What `gatelog doctor` finds, and that it changes nothing.

use std::collections::BTreeMap;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::Value;

use crate::damage::{LOG, MANIFEST, SEALED_EVENTS, change, files, with_log, with_segment};
use crate::support::{Folder, Server};

/// Checks of the machine that runs the tests, which may have little room.
const OF_THE_MACHINE: [&str; 2] = ["descriptors", "disk"];

/// Status and message of each finding of this command, by the check; the worst of a check counts.
fn findings(folder: &Folder, arguments: &str) -> BTreeMap<String, (String, String)> {
    let ended = folder.run(&format!("doctor --json {arguments}"));
    let report: Value = serde_json::from_str(&ended.output).unwrap();
    assert_eq!(ended.code, Some(i32::from(report["status"] == "fail")), "{ended:?}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut findings = BTreeMap::new();
    for finding in report["checks"].as_array().unwrap() {
        let status = text(&finding["status"]);
        assert_eq!(finding["advice"].is_null(), status == "ok", "{finding}");
        let found = (status, text(&finding["message"]));
        let worst = findings.entry(text(&finding["check"])).or_insert_with(|| found.clone());
        if worst.0 == "ok" {
            *worst = found;
        }
    }
    findings
}

/// The checks that are not ok, with what they say.
fn complaints(folder: &Folder, arguments: &str) -> Vec<String> {
    let findings = findings(folder, arguments).into_iter();
    let findings = findings.filter(|(check, _)| !OF_THE_MACHINE.contains(&&**check));
    let complaints = findings.filter(|(_, (status, _))| status != "ok");
    complaints.map(|(check, (status, message))| format!("{status} {check}: {message}")).collect()
}

/// Every file below a directory with its content.
fn contents(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(contents(&path));
        } else {
            found.insert(path.display().to_string(), std::fs::read(&path).unwrap());
        }
    }
    found
}

#[test]
fn a_healthy_directory_is_ok_and_stays_as_it_is() {
    let folder = with_segment();
    let before = contents(&folder.path("data"));
    for arguments in ["--data data", "--data data --full"] {
        assert!(complaints(&folder, arguments).is_empty());
        let ended = folder.run(&format!("doctor {arguments}"));
        assert!(ended.succeeded().contains("\nok    meta.db        whole, schema "), "{ended:?}");
    }
    let findings = findings(&folder, "--data data");
    let checks: Vec<&str> = findings.keys().map(String::as_str).collect();
    let expected = [
        "clock",
        "configuration",
        "descriptors",
        "directory",
        "disk",
        "format",
        "lock",
        "log",
        "meta.db",
        "permissions",
        "segments",
        "version",
    ];
    assert_eq!(checks, expected);
    assert!(findings["segments"].1.starts_with(&format!("{SEALED_EVENTS} sealed events of 1 ")));
    assert_eq!(findings["lock"].1, "no server has the directory open");
    assert_eq!(contents(&folder.path("data")), before);
}

#[test]
fn it_works_beside_a_running_server() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let client = server.client(&folder.key("--tenant default --scope admin"));
    assert_eq!(client.post("/v1/events", r#"{"type":"t"}"#).counts(), [1, 0, 0, 0]);
    assert!(complaints(&folder, "--data data --full").is_empty());
    let findings = findings(&folder, "--data data");
    assert!(findings["lock"].1.ends_with(" (gatelog)"), "{findings:?}");
    assert!(findings["descriptors"].1.starts_with("the server may open "), "{findings:?}");
    assert!(findings["log"].1.contains(" unsealed events, "), "{findings:?}");
    assert_eq!(client.post("/v1/events", r#"{"type":"u"}"#).counts(), [1, 0, 0, 0]);
}

#[test]
fn what_a_start_would_refuse_is_found_with_its_place() {
    let folder = with_segment();
    let found = |file: &str, offset: usize, bits: u8| {
        change(&folder, file, offset, bits);
        let complaints = complaints(&folder, "--data data");
        change(&folder, file, offset, bits);
        complaints
    };
    let checksum = format!("{MANIFEST} is damaged at byte 16: the checksum differs");
    // The log's reading begins where the manifest ends.
    let expected = [format!("fail log: {checksum}"), format!("fail segments: {checksum}")];
    assert_eq!(found(MANIFEST, 30, 1), expected);
    let newer = "fail format: data/format was written by a newer Gatelog (format 2, this one \
                 knows up to 1); upgrade Gatelog to open it";
    assert_eq!(found("data/format", 8, 3), [newer]);
    let [meta] = &found("data/meta.db", 3, 1)[..] else { panic!("one complaint") };
    assert_eq!(meta, "fail meta.db: cannot open data/meta.db: file is not a database");
    let [meta] = &found("data/meta.db", 63, 16)[..] else { panic!("one complaint") };
    let is_newer = meta.starts_with("fail meta.db: schema ") && meta.contains("Gatelog knows ");
    assert!(is_newer, "{meta}");
    assert!(complaints(&folder, "--data data").is_empty());

    let log = with_log(3);
    change(&log, LOG, 60, 1);
    let [complaint] = &complaints(&log, "--data data")[..] else { panic!("one complaint") };
    assert!(complaint.starts_with(&format!("fail log: {LOG} is damaged at byte 24: ")));
}

#[test]
fn a_damaged_segment_is_found_by_reading_all_of_it() {
    let folder = with_segment();
    let names = files(&folder, "data/tenants/default/segments");
    let segment = format!("data/tenants/default/segments/{}", names[0]);
    // The first record block stands behind the header of 16 bytes.
    change(&folder, &segment, 20, 1);
    assert!(complaints(&folder, "--data data").is_empty(), "not read by a start either");
    let expected = format!("fail segments: {segment} is damaged at byte 16: the checksum differs");
    assert_eq!(complaints(&folder, "--data data --full"), [expected]);

    let short = std::fs::read(folder.path(&segment)).unwrap();
    folder.write(&segment, &short[..short.len() / 2]);
    let [complaint] = &complaints(&folder, "--data data")[..] else { panic!("one complaint") };
    assert!(complaint.starts_with(&format!("fail segments: {segment} is damaged at byte ")));
    std::fs::remove_file(folder.path(&segment)).unwrap();
    let [complaint] = &complaints(&folder, "--data data")[..] else { panic!("one complaint") };
    assert!(complaint.starts_with(&format!("fail segments: cannot open {segment}: ")));
}

#[test]
fn a_directory_that_waits_for_its_first_start_is_ok() {
    let folder = Folder::new();
    folder.key("--scope operator");
    let findings = findings(&folder, "--data data");
    assert_eq!(findings["format"], ("ok".to_owned(), "no server was started here yet".to_owned()));
    assert!(complaints(&folder, "--data data").is_empty());
}

#[test]
fn surroundings_are_checked_too() {
    let folder = with_log(1);
    folder.write("gatelog.toml", "[server]\ndata = \"data\"\n\n[log]\nformta = \"json\"\n");
    let [complaint] = &complaints(&folder, "--data data --config gatelog.toml")[..] else {
        panic!("one complaint")
    };
    assert!(complaint.starts_with("fail configuration: gatelog.toml:5:1: unknown field `formta`"));

    std::fs::set_permissions(folder.path("data"), Permissions::from_mode(0o755)).unwrap();
    let expected = ["warn permissions: data is open to others (mode 755)"];
    assert_eq!(complaints(&folder, "--data data"), expected);
    std::fs::set_permissions(folder.path("data"), Permissions::from_mode(0o700)).unwrap();

    let ended = folder.run("doctor --data nowhere");
    assert_eq!((ended.code, &*ended.notes), (Some(1), "error: a check failed\n"), "{ended:?}");
    let expected = "fail  directory      there is no nowhere\n";
    assert!(ended.output.contains(expected), "{ended:?}");
    assert!(!folder.path("nowhere").try_exists().unwrap());
}

#[test]
fn a_certificate_that_ends_is_told_in_time() {
    let folder = with_log(1);
    let certify = |year: i32| {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut parameters = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
        parameters.not_after = rcgen::date_time_ymd(year, 1, 1);
        folder.write("cert.pem", parameters.self_signed(&key).unwrap().pem());
        folder.write("key.pem", key.serialize_pem());
    };
    let text = "[server]\ndata = \"data\"\ntls_cert = \"cert.pem\"\ntls_key = \"key.pem\"\n";
    folder.write("gatelog.toml", text);
    certify(2020);
    let expected = ["fail certificate: cert.pem: valid until 2020-01-01T00:00:00.000000Z"];
    assert_eq!(complaints(&folder, "--config gatelog.toml"), expected);
    certify(2199);
    assert!(complaints(&folder, "--config gatelog.toml").is_empty());
    folder.write("key.pem", "");
    let expected = ["fail certificate: key.pem: there is no private key in it (PEM)"];
    assert_eq!(complaints(&folder, "--config gatelog.toml"), expected);
}

#[test]
fn databases_of_places_are_read() {
    let folder = with_log(1);
    let text = "[server]\ndata = \"data\"\n[console]\ngeo_database = \"city.mmdb\"\n";
    folder.write("gatelog.toml", text);
    let found = || complaints(&folder, "--config gatelog.toml");
    let [missing] = &found()[..] else { panic!("one complaint") };
    assert!(missing.starts_with("fail places: [console]: city.mmdb: "), "{missing}");
    folder.write("city.mmdb", "no database");
    let [other] = &found()[..] else { panic!("one complaint") };
    assert!(other.starts_with("fail places: [console]: city.mmdb: "), "{other}");
    assert_ne!(missing, other);
    let refused = folder.run("serve --config gatelog.toml --listen 127.0.0.1:0");
    assert!(refused.notes.contains("[console]: city.mmdb: "), "{refused:?}");
}

#[test]
fn what_a_mail_server_needs_is_read() {
    let folder = with_log(1);
    let text = "[server]\ndata = \"data\"\n[smtp]\nhost = \"mail.example\"\n\
                from = \"gatelog@acme.example\"\nusername = \"ada\"\npassword_file = \"secret\"\n";
    folder.write("gatelog.toml", text);
    let found = || complaints(&folder, "--config gatelog.toml");
    let [missing] = &found()[..] else { panic!("one complaint") };
    assert!(missing.starts_with("fail e-mail: cannot read secret: "), "{missing}");
    let refused = folder.run("serve --config gatelog.toml --listen 127.0.0.1:0");
    assert!(refused.notes.contains("cannot read secret: "), "{refused:?}");
    folder.write("secret", "s3cret\n");
    assert_eq!(found(), ["warn e-mail: messages of alerts have no link to the events"]);
}

#[test]
fn what_sources_need_is_read() {
    let folder = with_log(1);
    let text = "[server]\ndata = \"data\"\nsecrets_key_file = \"key\"\n[[sources]]\nname = \"a\"\n\
                kind = \"auth0\"\ntokens = [\"file:token\"]\n";
    folder.write("gatelog.toml", text);
    let found = || complaints(&folder, "--config gatelog.toml");
    let [missing] = &found()[..] else { panic!("one complaint") };
    assert!(missing.starts_with("fail sources: cannot read the key file key: "), "{missing}");
    folder.run("source key key").succeeded();
    let [missing] = &found()[..] else { panic!("one complaint") };
    assert!(missing.starts_with("fail sources: a: token: "), "{missing}");
    folder.write("token", "a token\n");
    assert!(found().is_empty(), "{:?}", found());
}
