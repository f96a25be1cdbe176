//! The same world in the words of Authgear and PlusAuth: every type of event occurs, everything is
//! the same again from the same seed, and one story can be told over all sources.

use std::collections::BTreeSet;

use gatelog_testkit::{
    Attack, LiveOptions, Row, RowsOptions, Scene, SceneOptions, Source, World, WorldOptions,
};
use serde_json::Value;

const DAY_MS: i64 = 86_400_000;
/// 2026-10-21.
const FROM_MS: i64 = 1_792_540_800_000;
const MONTH: RowsOptions =
    RowsOptions { seed: 42, from_ms: FROM_MS, to_ms: FROM_MS + 30 * DAY_MS, count: 60_000 };

fn world() -> World {
    World::new(WorldOptions { seed: 42, ..WorldOptions::default() })
}

#[expect(clippy::panic, reason = "a row that is not JSON fails the test and is shown")]
fn parse(row: &Row) -> Value {
    serde_json::from_str(&row.json).unwrap_or_else(|error| panic!("{error}: {}", row.json))
}

fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// FNV-1a, 64 bits.
fn hash(rows: impl Iterator<Item = Row>) -> u64 {
    let lines = rows.flat_map(|row| row.json.into_bytes().into_iter().chain([b'\n']));
    lines.fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

#[test]
fn the_same_seed_gives_the_same_bytes_everywhere() {
    let options = RowsOptions { count: 5_000, ..MONTH };
    // Golden: the bytes must not differ between machines, nor change unnoticed.
    for (source, expected) in
        [(Source::Authgear, 0x1800_D94C_04FD_0883), (Source::PlusAuth, 0x2F8F_1AFD_48E0_1079)]
    {
        let now = hash(world().rows_of(source, options));
        assert_eq!(now, expected, "{source:?}: now {now:#x}");
    }
}

#[test]
fn every_type_of_event_occurs_and_no_other() {
    for (source, pointer, list) in [
        (Source::Authgear, "/type", include_str!("authgear-types.txt")),
        (Source::PlusAuth, "/event_type", include_str!("plusauth-types.txt")),
    ] {
        let known: BTreeSet<String> = list.lines().map(str::to_owned).collect();
        let rows: Vec<Row> = world().rows_of(source, MONTH).collect();
        assert_eq!(rows.len(), MONTH.count, "{source:?}");
        assert!(rows.is_sorted_by_key(|row| row.created_at_ms));
        let seen: BTreeSet<String> =
            rows.iter().map(|row| text(&parse(row), pointer).to_owned()).collect();
        assert_eq!(seen, known, "{source:?}");
    }
}

#[test]
fn every_row_is_one_line_in_the_shape_of_its_source() {
    const PLUSAUTH: [&str; 9] = [
        "client_address",
        "client_id",
        "details",
        "event_type",
        "level",
        "message",
        "request_id",
        "time",
        "ua",
    ];
    let world = world();
    let mut ids = BTreeSet::new();
    for row in world.rows_of(Source::Authgear, MONTH) {
        let event = parse(&row);
        let members: Vec<&String> = event.as_object().unwrap().keys().collect();
        assert_eq!(members, ["context", "id", "payload", "seq", "type"]);
        assert_eq!(event["context"]["timestamp"], row.created_at_ms.div_euclid(1_000));
        assert_eq!(text(&event, "/id"), format!("{:016x}", event["seq"].as_i64().unwrap()));
        assert!(!row.json.contains('$') && !row.json.contains('\n'), "{}", row.json);
        assert!(ids.insert(text(&event, "/id").to_owned()), "an id came twice: {}", row.json);
    }
    for row in world.rows_of(Source::PlusAuth, MONTH) {
        let entry = parse(&row);
        assert!(PLUSAUTH.iter().all(|name| entry.get(name).is_some()), "{}", row.json);
        assert!(entry["user_id"].is_string() && entry["details"].is_object(), "{}", row.json);
    }
}

#[test]
fn the_trickle_of_every_source_goes_on_in_order() {
    let world = world();
    let options = LiveOptions { seed: 42, from_ms: FROM_MS, rows_per_minute: 60 };
    for source in Source::ALL {
        let live: Vec<Row> = world.live_of(source, options).take(5_000).collect();
        assert!(live.is_sorted_by_key(|row| row.created_at_ms), "{source:?}");
        assert!(live[0].created_at_ms >= FROM_MS);
    }
}

#[test]
fn one_story_is_about_the_same_people_in_every_source() {
    let world = world();
    let user = world.users().nth(3).unwrap();
    let options = SceneOptions { seed: 9, at_ms: FROM_MS, user: 3, attacker: 7 };
    let scenes = [
        (Scene::SignIn, &user.email),
        (Scene::PasswordReset, &user.email),
        (Scene::Attack(Attack::PasswordGuessing), &user.email),
    ];
    for source in Source::ALL {
        let id = user.id_in(source);
        for (scene, email) in scenes {
            let rows = world.scene(source, scene, options);
            assert!(rows.is_sorted_by_key(|row| row.created_at_ms));
            assert!(rows[0].created_at_ms >= FROM_MS);
            let all: String = rows.iter().map(|row| row.json.as_str()).collect();
            assert!(all.contains(&id) || all.contains(email), "{source:?} {scene:?}: {all}");
            let from_attacker = all.matches("192.0.2.8\"").count();
            let is_attack = matches!(scene, Scene::Attack(_));
            assert_eq!(from_attacker >= 10, is_attack, "{source:?} {scene:?}: {all}");
        }
        assert!(!world.scene(source, Scene::SignOut, options).is_empty());
        assert!(!world.scene(source, Scene::Administration, options).is_empty());
        for attack in Attack::ALL {
            assert!(world.scene(source, Scene::Attack(attack), options).len() > 2);
        }
    }
}
