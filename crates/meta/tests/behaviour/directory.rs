//! Names known for ids.

use std::ops::ControlFlow;

use gatelog_meta::{DirectoryEntry, DirectoryKind, Error, Meta};

use crate::{at, by_ada, meta, tenant_name};

fn entry(kind: DirectoryKind, id: &str, name: &str, identifier: &str) -> DirectoryEntry {
    DirectoryEntry {
        kind,
        id: id.to_owned(),
        name: name.to_owned(),
        identifier: identifier.to_owned(),
        updated: at(0),
    }
}

fn user(name: &str, identifier: &str, seconds: i64) -> DirectoryEntry {
    let entry = entry(DirectoryKind::User, "u1", name, identifier);
    DirectoryEntry { updated: at(seconds), ..entry }
}

/// `u1`, then `u2` and so on; one application; one organisation; all in `acme`.
fn filled() -> Meta {
    let meta = meta();
    let entries = [
        entry(DirectoryKind::User, "u1", "Ada", "ada@acme.example"),
        entry(DirectoryKind::User, "u2", "Émile Zola", "+33123"),
        entry(DirectoryKind::User, "u3", "", "carol"),
        entry(DirectoryKind::Application, "app1", "Shop 100%", ""),
        entry(DirectoryKind::Organization, "org1", "Acme", ""),
    ];
    meta.learn(&tenant_name("acme"), &entries).unwrap();
    meta
}

/// Everything that is known in a tenant.
fn all(meta: &Meta, tenant: &str) -> Vec<DirectoryEntry> {
    let mut entries = Vec::new();
    let visit = |entry| {
        entries.push(entry);
        ControlFlow::Continue(())
    };
    meta.visit_directory(&tenant_name(tenant), visit).unwrap();
    entries
}

/// Which identifiers of `acme` are known, of those that [`filled`] teaches.
fn known(meta: &Meta) -> Vec<&'static str> {
    let known = |identifier: &&str| meta.is_identifier(&tenant_name("acme"), identifier).unwrap();
    ["+33123", "ada@acme.example", "carol"].into_iter().filter(known).collect()
}

#[test]
fn later_names_win_and_unknown_ones_never_do() {
    let cases = [
        // Known, learned, and what is known then: name, identifier, seconds.
        (("Ada", "ada", 10), ("Eva", "eva", 20), ("Eva", "eva", 20)),
        (("Ada", "ada", 10), ("Eva", "eva", 10), ("Eva", "eva", 10)),
        (("Ada", "ada", 10), ("Eva", "", 20), ("Eva", "ada", 20)),
        (("Ada", "ada", 10), ("", "", 20), ("Ada", "ada", 10)),
        (("Ada", "", 10), ("Eva", "eva", 5), ("Ada", "eva", 10)),
        (("Ada", "ada", 10), ("Eva", "eva", 5), ("Ada", "ada", 10)),
        (("Ada", "ada", 10), ("Ada", "ada", 20), ("Ada", "ada", 10)),
    ];
    for (known, learned, expected) in cases {
        let [known, learned, expected] = [known, learned, expected]
            .map(|(name, identifier, seconds)| user(name, identifier, seconds));
        let mut in_memory = known.clone();
        assert_eq!(in_memory.absorb(&learned), known != expected);
        assert_eq!(in_memory, expected);

        let meta = meta();
        meta.learn(&tenant_name("acme"), &[known, learned]).unwrap();
        assert_eq!(all(&meta, "acme"), [expected]);
    }
}

#[test]
fn entries_are_searched_in_name_identifier_and_id_of_one_tenant() {
    let meta = filled();
    meta.learn(&tenant_name("default"), &[user("Ada of another tenant", "", 0)]).unwrap();
    let found = |kind: Option<DirectoryKind>, text: &str, limit: u32| -> Vec<String> {
        let entries = meta.search_directory(&tenant_name("acme"), kind, text, limit).unwrap();
        entries.into_iter().map(|entry| entry.id).collect()
    };
    assert_eq!(found(None, "ADA", 10), ["u1"]);
    assert_eq!(found(None, "émile", 10), ["u2"], "letters beyond ASCII fold too");
    assert_eq!(found(None, "CaRoL", 10), ["u3"]);
    assert_eq!(found(None, "ORG1", 10), ["org1"]);
    assert_eq!(found(None, "acme", 10), ["org1", "u1"]);
    assert_eq!(found(Some(DirectoryKind::User), "acme", 10), ["u1"]);
    assert_eq!(found(None, "100%", 10), ["app1"], "no wildcards");
    assert!(found(None, "1_0", 10).is_empty(), "no wildcards");
    assert_eq!(found(None, "", 10), ["org1", "u1", "app1", "u2", "u3"], "the nameless last");
    assert_eq!(found(None, "", 2), ["org1", "u1"]);
}

#[test]
fn identifiers_of_users_are_known() {
    assert_eq!(known(&filled()), ["+33123", "ada@acme.example", "carol"]);
    let of_another = filled().is_identifier(&tenant_name("default"), "carol").unwrap();
    assert!(!of_another);
}

#[test]
fn only_an_identifier_that_is_new_changes_what_is_shown_unless_somebody_brings_it() {
    let (meta, acme) = (filled(), tenant_name("acme"));
    let shown = |identifier: &str, seconds: i64| {
        let learned = meta.learn(&acme, &[user("Ada", identifier, seconds)]).unwrap();
        let stored = meta.directory_entry(&acme, DirectoryKind::User, "u1").unwrap();
        assert_eq!(stored.as_ref(), learned.first());
        stored.unwrap().identifier
    };
    assert_eq!(shown("ada", 5), "ada");
    assert_eq!(shown("ada@acme.example", 6), "ada", "known already");
    meta.import_directory(&acme, &[user("Ada", "ada@acme.example", 7)], &by_ada(8)).unwrap();
    assert_eq!(shown("ada", 9), "ada@acme.example");
}

#[test]
fn entries_are_found_by_all_of_their_words_in_one_tenant() {
    let (meta, acme) = (filled(), tenant_name("acme"));
    meta.learn(&tenant_name("default"), &[user("Ada of another tenant", "", 0)]).unwrap();
    let found = |text: &str| {
        let words: Vec<String> = gatelog_query::words::tokens(text).collect();
        let mut ids = Vec::new();
        let visit = |entry: DirectoryEntry| {
            ids.push(entry.id);
            ControlFlow::Continue(())
        };
        meta.visit_directory_with(&acme, &words, visit).unwrap();
        ids.sort();
        ids
    };
    assert_eq!(found("ada"), ["u1"]);
    assert_eq!(found("Acme ada"), ["u1"]);
    assert_eq!(found("ACME"), ["org1", "u1"]);
    assert_eq!(found("émile"), ["u2"]);
    assert!(found("emile").is_empty() && found("ad").is_empty() && found("ada carol").is_empty());
    meta.learn(&acme, &[user("Eva", "", 9)]).unwrap();
    assert!(found("eva acme") == ["u1"] && found("ada") == ["u1"], "of name and identifier");
    meta.import_directory(&acme, &[user("Eva", "eva", 10)], &by_ada(10)).unwrap();
    assert!(found("ada").is_empty(), "what it was once called");
    meta.forget(&acme, DirectoryKind::User, "u1", &by_ada(11)).unwrap();
    assert!(found("eva").is_empty());
}

#[test]
fn what_is_forgotten_is_nowhere_and_nothing_else_is() {
    let (meta, acme) = (filled(), tenant_name("acme"));
    // Two people share an identifier: it stays known for the other one.
    meta.learn(&acme, &[entry(DirectoryKind::User, "u4", "", "carol")]).unwrap();
    for (kind, id, expected) in [
        (DirectoryKind::User, "u1", true),
        (DirectoryKind::User, "u1", false),
        (DirectoryKind::User, "u4", true),
        (DirectoryKind::User, "app1", false),
        (DirectoryKind::Application, "app1", true),
    ] {
        assert_eq!(meta.forget(&acme, kind, id, &by_ada(1)).unwrap(), expected, "{kind} {id}");
    }
    let other = tenant_name("default");
    assert!(!meta.forget(&other, DirectoryKind::User, "u2", &by_ada(1)).unwrap());
    let mut left: Vec<_> = all(&meta, "acme").into_iter().map(|entry| entry.id).collect();
    left.sort();
    assert_eq!(left, ["org1", "u2", "u3"]);
    assert_eq!(known(&meta), ["+33123", "carol"]);
}

#[test]
fn all_are_learned_or_none() {
    let meta = filled();
    let error = meta.learn(&tenant_name("nobody"), &[user("Ada", "", 0)]).unwrap_err();
    assert!(matches!(error, Error::UnknownTenant(_)));
    let count = |tenant: &str| meta.count_directory(&tenant_name(tenant), None, "").unwrap();
    assert_eq!((count("nobody"), count("acme")), (0, 5));
    assert_eq!(meta.count_directory(&tenant_name("acme"), None, "ada").unwrap(), 1);
}

#[test]
fn kinds_are_read_as_they_are_written() {
    for kind in DirectoryKind::ALL {
        assert_eq!(kind.to_string().parse(), Ok(kind));
    }
    assert!("group".parse::<DirectoryKind>().is_err());
}

#[test]
fn what_people_import_and_remove_is_recorded_and_what_is_learned_is_not() {
    let (meta, acme) = (filled(), tenant_name("acme"));
    let before = meta.waiting_events(0, 100).unwrap().len();
    let entries = [user("Ada", "ada", 5), user("Ada L.", "ada", 6)];
    meta.import_directory(&acme, &entries, &by_ada(7)).unwrap();
    assert!(meta.forget(&acme, DirectoryKind::User, "u1", &by_ada(8)).unwrap());
    assert!(!meta.forget(&acme, DirectoryKind::User, "u1", &by_ada(9)).unwrap());
    let waiting = meta.waiting_events(0, 100).unwrap();
    let [imported, removed] = &waiting[before..] else { panic!("two changes: {waiting:?}") };
    let text =
        |event: &gatelog_meta::WaitingEvent| String::from_utf8(event.record.clone()).unwrap();
    assert!(text(imported).contains(r#""type":"directory.sync""#), "{}", text(imported));
    assert!(text(imported).ends_with(r#""data":{"entries":2}}"#), "{}", text(imported));
    let target = r#""target":{"kind":"user","id":"u1"}"#;
    assert!(text(removed).contains(target), "{}", text(removed));
}
