//! The file: new, old, newer, foreign, and open twice.

use std::ops::ControlFlow;
use std::sync::Barrier;

use gatelog_meta::{DirectoryKind, Error, Inspection, Meta, Scope, inspect};
use rusqlite::Connection;

use crate::{access, at, by_ada, new_tenant, tenant_name};

#[test]
fn an_empty_file_becomes_a_database_and_keeps_what_it_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("meta.db");
    std::fs::write(&path, b"").unwrap();
    Meta::open(&path).unwrap().create_tenant(&new_tenant("acme"), &by_ada(0)).unwrap();

    let tenants = Meta::open(&path).unwrap().tenants().unwrap();
    assert_eq!(tenants.len(), 1);
    assert_eq!(tenants[0].name, tenant_name("acme"));
    let version: u32 = Connection::open(&path)
        .unwrap()
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(version, 11);
}

#[test]
fn a_newer_schema_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("meta.db");
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 12).unwrap();

    let error = Meta::open(&path).unwrap_err();
    assert!(matches!(error, Error::NewerSchema { found: 12, known: 11 }));
    assert_eq!(
        error.to_string(),
        "this data directory was written by a newer Gatelog: schema 12, this one knows 11; \
         upgrade Gatelog"
    );
    let tables: u32 = Connection::open(&path)
        .unwrap()
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .unwrap();
    assert_eq!(tables, 0);
}

#[test]
fn names_of_an_older_file_are_kept_and_found_by_their_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("meta.db");
    let older = Connection::open(&path).unwrap();
    for step in [
        include_str!("../../migrations/0001_first_tables.sql"),
        include_str!("../../migrations/0002_audit_outbox.sql"),
        "INSERT INTO tenants VALUES ('acme', 0, 'origin', zeroblob(32))",
        "INSERT INTO directory (tenant, kind, id, name, identifier, folded, updated)
         VALUES ('acme', 'user', 'u1', 'Ada Lovelace', 'ada@acme.example', '', 7)",
        "INSERT INTO identifiers VALUES ('acme', 'ada@acme.example')",
        "PRAGMA user_version = 2",
    ] {
        older.execute_batch(step).unwrap();
    }
    let (meta, acme) = (Meta::open(&path).unwrap(), tenant_name("acme"));
    let ada = meta.directory_entry(&acme, DirectoryKind::User, "u1").unwrap().unwrap();
    let shown = (&*ada.name, &*ada.identifier, ada.updated.micros());
    assert_eq!(shown, ("Ada Lovelace", "ada@acme.example", 7));
    assert!(meta.is_identifier(&acme, "ada@acme.example").unwrap());
    let mut found = Vec::new();
    let words = ["lovelace".to_owned(), "example".to_owned()];
    let visit = |entry| {
        found.push(entry);
        ControlFlow::Continue(())
    };
    meta.visit_directory_with(&acme, &words, visit).unwrap();
    assert_eq!(found, [ada]);
}

#[test]
fn recovery_codes_of_an_older_file_go_on_counting() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("meta.db");
    let older = Connection::open(&path).unwrap();
    for step in [
        include_str!("../../migrations/0001_first_tables.sql"),
        include_str!("../../migrations/0002_audit_outbox.sql"),
        include_str!("../../migrations/0005_second_factors.sql"),
        "INSERT INTO users (name, scope, created) VALUES ('ada', 'operator', 0)",
        "INSERT INTO totp VALUES ('ada', zeroblob(20), 0, 0)",
        "INSERT INTO recovery_codes VALUES ('ada', zeroblob(32))",
        include_str!("../../migrations/0008_passkeys.sql"),
    ] {
        older.execute_batch(step).unwrap();
    }
    let left = "SELECT count(*) FROM recovery_codes WHERE user = 'ADA'";
    let left: u32 = older.query_row(left, [], |row| row.get(0)).unwrap();
    assert_eq!(left, 1);
}

#[test]
fn a_failed_migration_changes_nothing_and_names_the_version() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("meta.db");
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE sessions (x)").unwrap();

    let message = Meta::open(&path).unwrap_err().to_string();
    assert!(message.starts_with("cannot bring meta.db to schema 1: "), "{message}");
    let tables: u32 = Connection::open(&path)
        .unwrap()
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .unwrap();
    assert_eq!(tables, 1);
}

#[test]
fn a_file_that_is_no_database_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("meta.db");
    std::fs::write(&path, "name,created\n".repeat(1_000)).unwrap();
    let message = Meta::open(&path).unwrap_err().to_string();
    assert!(message.starts_with(&format!("cannot open {}: ", path.display())), "{message}");
    assert!(message.contains("not a database"), "{message}");
}

#[test]
fn two_handles_see_each_others_writes_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("meta.db");
    let (server, command) = (Meta::open(&path).unwrap(), Meta::open(&path).unwrap());
    for (writer, reader, name) in [(&server, &command, "one"), (&command, &server, "two")] {
        writer.create_tenant(&new_tenant(name), &by_ada(0)).unwrap();
        assert!(reader.tenant(&tenant_name(name)).unwrap().is_some());
    }
}

#[test]
fn the_data_version_tells_changes_of_others_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("meta.db");
    let (server, command) = (Meta::open(&path).unwrap(), Meta::open(&path).unwrap());
    let before = server.data_version().unwrap();
    server.create_tenant(&new_tenant("ours"), &by_ada(0)).unwrap();
    command.tenants().unwrap();
    assert_eq!(server.data_version().unwrap(), before);
    command.create_tenant(&new_tenant("theirs"), &by_ada(0)).unwrap();
    assert_ne!(server.data_version().unwrap(), before);
}

#[test]
fn many_can_open_a_new_file_and_write_at_the_same_time() {
    const OPENERS: usize = 6;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("meta.db");
    let barrier = Barrier::new(OPENERS);
    std::thread::scope(|scope| {
        for number in 0..OPENERS {
            let (path, barrier) = (&path, &barrier);
            scope.spawn(move || {
                barrier.wait();
                let meta = Meta::open(path).unwrap();
                meta.ensure_default_tenant("origin", [1; 32], at(0)).unwrap();
                meta.create_tenant(&new_tenant(&format!("t{number}")), &by_ada(0)).unwrap();
            });
        }
    });
    assert_eq!(Meta::open(&path).unwrap().tenants().unwrap().len(), OPENERS + 1);
}

#[test]
fn a_value_that_nobody_writes_is_named_with_its_column() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("meta.db");
    let meta = Meta::open(&path).unwrap();
    meta.create_tenant(&new_tenant("acme"), &by_ada(0)).unwrap();
    meta.create_user(
        &gatelog_meta::NewUser {
            name: "ada".to_owned(),
            access: access(Scope::Read, "acme"),
            is_analyst: false,
            personal_data: None,
            password: gatelog_meta::Password::Unset,
        },
        &by_ada(0),
    )
    .unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute("UPDATE users SET source = 'mainframe'", []).unwrap();
    assert_eq!(
        meta.user("ada").unwrap_err().to_string(),
        "meta.db is damaged: the column `source` cannot hold \"mainframe\""
    );
}

#[test]
fn the_last_to_close_a_file_leaves_nothing_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let meta = Meta::open(&folder.path().join("meta.db")).unwrap();
    meta.create_tenant(&new_tenant("acme"), &by_ada(0)).unwrap();
    assert!(!meta.is_identifier(&tenant_name("acme"), "ada").unwrap(), "over a reader of its own");
    drop(meta);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no journal");
}

#[test]
fn a_file_is_looked_at_without_being_changed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("what?#50%.db");
    let meta = Meta::open(&path).unwrap();
    let whole = inspect(&path, true).unwrap();
    let Inspection { schema, known_schema, ref problems } = whole;
    assert!(schema == known_schema && problems.is_empty(), "in use: {whole:?}");
    drop(meta);
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(inspect(&path, false).unwrap(), whole);
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no helper files");
    // Somewhere in the tables and indexes behind the first page.
    let mut damaged = bytes;
    damaged[4_096..5_000].fill(0xff);
    std::fs::write(&path, damaged).unwrap();
    let is_found = inspect(&path, false).is_ok_and(|found| !found.problems.is_empty());
    assert!(is_found || inspect(&path, false).is_err());
    assert!(inspect(&folder.path().join("absent.db"), false).is_err());
}
