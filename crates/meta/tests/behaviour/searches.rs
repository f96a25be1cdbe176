//! Questions that people keep under a name.

use gatelog_meta::search::SEARCHES_MAX;
use gatelog_meta::{Access, Error, Meta, NewSearch, NewUser, Password, Scope};

use crate::outbox::recorded;
use crate::{access, at, by_ada, meta, tenant_name};

fn with_people() -> Meta {
    let meta = meta();
    for (name, access) in [
        ("ada", Access::Operator),
        ("bob", access(Scope::Read, "acme")),
        ("eve", access(Scope::Read, "acme")),
    ] {
        let password = Password::Chosen("$argon2id$...".to_owned());
        meta.create_user(
            &NewUser {
                name: name.to_owned(),
                access,
                is_analyst: false,
                personal_data: None,
                password,
            },
            &by_ada(0),
        )
        .unwrap();
    }
    meta
}

fn search(owner: &str, name: &str, is_shared: bool) -> NewSearch {
    NewSearch {
        tenant: tenant_name("acme"),
        owner: owner.to_owned(),
        name: name.to_owned(),
        question: "result=failure".to_owned(),
        is_shared,
    }
}

fn names(meta: &Meta, tenant: &str, reader: &str) -> Vec<String> {
    let found = meta.searches(&tenant_name(tenant), reader).unwrap();
    found.into_iter().map(|search| search.name).collect()
}

#[test]
fn people_find_their_own_and_shared_searches_last_used_first() {
    let meta = with_people();
    let acme = tenant_name("acme");
    let private = meta.create_search(&search("bob", "mine", false), &by_ada(1)).unwrap();
    let shared = meta.create_search(&search("bob", "ours", true), &by_ada(2)).unwrap();
    meta.create_search(&search("eve", "hers", false), &by_ada(3)).unwrap();
    assert_eq!(names(&meta, "acme", "BOB"), ["ours", "mine"]);
    assert_eq!(names(&meta, "acme", "eve"), ["hers", "ours"]);
    assert_eq!(names(&meta, "default", "bob"), [""; 0]);

    assert_eq!(meta.use_search(&acme, "bob", private, at(9)).unwrap().question, "result=failure");
    assert_eq!(names(&meta, "acme", "bob"), ["mine", "ours"]);
    meta.use_search(&acme, "eve", shared, at(10)).unwrap();
    let of_others = meta.use_search(&acme, "eve", private, at(11));
    assert!(matches!(of_others, Err(Error::UnknownSearch(_))));
    let elsewhere = meta.use_search(&tenant_name("default"), "bob", shared, at(11));
    assert!(matches!(elsewhere, Err(Error::UnknownSearch(_))));
}

#[test]
fn only_owners_change_their_searches() {
    let meta = with_people();
    let acme = tenant_name("acme");
    let shared = meta.create_search(&search("bob", "ours", true), &by_ada(1)).unwrap();
    meta.create_search(&search("bob", "taken", false), &by_ada(1)).unwrap();
    let rename = |owner: &str, name: &str| {
        meta.update_search(&acme, shared, (name, false), (owner, &by_ada(2)))
    };
    assert!(matches!(rename("eve", "stolen"), Err(Error::UnknownSearch(_))));
    assert!(matches!(rename("bob", "taken"), Err(Error::SearchExists(name)) if name == "taken"));
    rename("bob", "renamed").unwrap();
    assert_eq!(names(&meta, "acme", "eve"), [""; 0], "it is shared no longer");
    let delete = |owner: &str| meta.delete_search(&acme, shared, (owner, &by_ada(3)));
    assert!(matches!(delete("eve"), Err(Error::UnknownSearch(_))));
    delete("bob").unwrap();
    assert!(matches!(delete("bob"), Err(Error::UnknownSearch(_))));
    assert_eq!(names(&meta, "acme", "bob"), ["taken"]);
}

#[test]
fn nobody_keeps_more_than_a_list_shows() {
    let meta = with_people();
    for number in 0..SEARCHES_MAX {
        meta.create_search(&search("bob", &number.to_string(), false), &by_ada(1)).unwrap();
    }
    let one_more = meta.create_search(&search("bob", "more", false), &by_ada(1));
    assert!(matches!(one_more, Err(Error::TooManySearches(SEARCHES_MAX))));
    meta.create_search(&search("eve", "more", false), &by_ada(1)).unwrap();
}

#[test]
fn changes_are_recorded_in_the_tenant() {
    let meta = with_people();
    let before = recorded(&meta).len();
    let acme = tenant_name("acme");
    let number = meta.create_search(&search("bob", "ours", true), &by_ada(1)).unwrap();
    assert!(meta.create_search(&search("bob", "ours", true), &by_ada(1)).is_err());
    meta.use_search(&acme, "bob", number, at(2)).unwrap();
    meta.update_search(&acme, number, ("mine", false), ("bob", &by_ada(3))).unwrap();
    meta.delete_search(&acme, number, ("bob", &by_ada(4))).unwrap();
    let events = recorded(&meta).split_off(before);
    let expected = [
        ("api.create", r#""name":"ours"},"data":{"seen_by":"tenant"}}"#),
        ("api.update", r#""name":"mine"},"data":{"seen_by":"owner"}}"#),
        ("api.delete", r#""name":"mine"}}"#),
    ];
    assert_eq!(events.len(), expected.len(), "{events:#?}");
    for (event, (event_type, end)) in events.iter().zip(expected) {
        let target = format!(r#""target":{{"kind":"search","id":"search:{number}""#);
        assert!(event.starts_with("acme: ") && event.contains(event_type), "{event}");
        assert!(event.contains(&target) && event.ends_with(end), "{event}");
    }
}
