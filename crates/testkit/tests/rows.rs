//! What a user of the generator relies on: the same bytes, in order, as many as asked for, in
//! Logto's shapes, with everyday life and attacks in them.

use std::collections::{BTreeMap, BTreeSet};

use gatelog_testkit::{LiveOptions, Row, RowsOptions, World, WorldOptions};
use serde_json::Value;

const DAY_MS: i64 = 86_400_000;
/// 2026-10-21.
const FROM_MS: i64 = 1_792_540_800_000;
const MONTH: RowsOptions =
    RowsOptions { seed: 42, from_ms: FROM_MS, to_ms: FROM_MS + 30 * DAY_MS, count: 200_000 };

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
    let options = RowsOptions { count: 20_000, ..MONTH };
    let first = hash(world().rows(options));
    assert_eq!(first, hash(world().rows(options)), "seed {}", options.seed);
    // Golden: the bytes must not differ between machines, nor change unnoticed.
    assert_eq!(first, 0x3B35_7FB3_9A08_F62C, "seed {}: now {first:#x}", options.seed);
    let other = RowsOptions { seed: 43, ..options };
    assert_ne!(first, hash(world().rows(other)));
}

#[test]
fn there_are_exactly_as_many_rows_as_asked_for_in_order_within_the_range() {
    let world = world();
    for (count, length_ms) in [(0, DAY_MS), (1, 1), (7, 90), (500, 60_000), (30_000, 400 * DAY_MS)]
    {
        let (from_ms, to_ms) = (FROM_MS, FROM_MS + length_ms);
        let rows = world.rows(RowsOptions { seed: 5, from_ms, to_ms, count });
        assert_eq!(rows.len(), count);
        let times: Vec<i64> = rows.map(|row| row.created_at_ms).collect();
        assert_eq!(times.len(), count, "{count} rows in {length_ms} ms");
        assert!(times.is_sorted());
        assert!(times.iter().all(|time_ms| (from_ms..to_ms).contains(time_ms)));
    }
    let (from_ms, to_ms) = (FROM_MS, FROM_MS);
    assert_eq!(world.rows(RowsOptions { seed: 5, from_ms, to_ms, count: 9 }).count(), 0);
}

#[test]
fn rows_reach_from_the_start_of_the_range_to_its_end() {
    let times: Vec<i64> = world().rows(MONTH).map(|row| row.created_at_ms).collect();
    assert!(times[0] < MONTH.from_ms + DAY_MS);
    assert!(times[times.len() - 1] > MONTH.to_ms - DAY_MS);
}

#[test]
fn every_row_is_one_line_in_the_shape_of_logtos_api() {
    let known: BTreeSet<&str> = include_str!("logto-keys.txt").lines().collect();
    let mut ids = BTreeSet::new();
    for row in world().rows(RowsOptions { count: 50_000, ..MONTH }) {
        assert!(!row.json.contains('\n'));
        let value = parse(&row);
        let members: Vec<&String> = value.as_object().unwrap().keys().collect();
        assert_eq!(members, ["createdAt", "id", "key", "payload", "tenantId"]);
        assert_eq!(value["createdAt"], row.created_at_ms);
        assert_eq!(value["key"], value["payload"]["key"]);
        assert!(known.contains(text(&value, "/key")), "{}", row.json);
        let error = &value["payload"]["error"];
        match text(&value, "/payload/result") {
            "Success" => assert!(error.is_null(), "{}", row.json),
            result => assert!(result == "Error" && !error.is_null(), "{}", row.json),
        }
        let id = text(&value, "/id").to_owned();
        assert_eq!(id.len(), 21);
        assert!(ids.insert(id), "an id came twice: {}", row.json);
    }
}

#[test]
fn members_come_once_and_in_the_order_of_logtos_api() {
    const FIRST: [&str; 10] = [
        "key",
        "result",
        "error",
        "ip",
        "userAgent",
        "userAgentParsed",
        "userId",
        "applicationId",
        "sessionId",
        "params",
    ];
    for row in world().rows(RowsOptions { count: 5_000, ..MONTH }) {
        let payload = row.json.split_once("\"payload\":").unwrap().1;
        let names = top_level_names(payload);
        let rank = |name: &String| {
            let known = FIRST.iter().position(|first| first == name);
            (known.unwrap_or(FIRST.len()), if known.is_some() { 0 } else { name.len() })
        };
        assert!(names.is_sorted_by_key(rank), "{names:?}");
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{names:?}");
    }
}

/// The names of an object's own members, in the order in which they stand.
fn top_level_names(object: &str) -> Vec<String> {
    let (mut names, mut depth, mut string) = (Vec::new(), 0, None::<String>);
    let mut characters = object.chars().peekable();
    while let Some(character) = characters.next() {
        match (&mut string, character) {
            (Some(text), '\\') => text.extend(characters.next()),
            (Some(text), '"') => {
                if depth == 1 && characters.peek() == Some(&':') {
                    names.push(text.clone());
                }
                string = None;
            }
            (Some(text), _) => text.push(character),
            (None, '"') => string = Some(String::new()),
            (None, '{' | '[') => depth += 1,
            (None, '}' | ']') => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            (None, _) => {}
        }
    }
    names
}

#[test]
fn a_month_looks_like_one() {
    let world = world();
    let (mut bytes, mut failures) = (0, 0);
    let (mut keys, mut users) = (BTreeMap::new(), BTreeMap::new());
    for row in world.rows(MONTH) {
        bytes += row.json.len();
        let value = parse(&row);
        failures += usize::from(text(&value, "/payload/result") == "Error");
        *keys.entry(text(&value, "/key").to_owned()).or_insert(0) += 1;
        *users.entry(text(&value, "/payload/userId").to_owned()).or_insert(0) += 1;
    }
    let mean = bytes / MONTH.count;
    assert!((850..=950).contains(&mean), "{mean} bytes a row");
    let failed_per_mille = failures * 1_000 / MONTH.count;
    assert!((30..=150).contains(&failed_per_mille), "{failed_per_mille} per mille failed");
    assert!(keys.len() >= 45, "{keys:?}");
    let refreshes = keys.remove("ExchangeTokenBy.RefreshToken").unwrap();
    assert!(keys.values().all(|&count| count < refreshes), "{keys:?}");
    let of = |user: &str| users.get(user).copied().unwrap_or(0);
    let known: Vec<usize> = world.users().map(|user| of(&user.id)).collect();
    assert!(known[0] > 5 * known[1_000], "{known:?}");
    assert!(users.len() > world.users().count(), "nobody new joined");
}

#[test]
fn a_sign_in_is_told_from_the_first_page_to_the_token() {
    let rows: Vec<Value> =
        world().rows(RowsOptions { count: 3_000, ..MONTH }).map(|row| parse(&row)).collect();
    let end = rows.iter().position(|row| {
        text(row, "/key") == "Interaction.SignIn.Submit"
            && text(row, "/payload/result") == "Success"
    });
    let submit = &rows[end.unwrap()];
    let (ip, application) = (text(submit, "/payload/ip"), text(submit, "/payload/applicationId"));
    let user = text(submit, "/payload/userId");
    let story: Vec<&str> = rows
        .iter()
        .filter(|row| {
            text(row, "/payload/applicationId") == application
                && (text(row, "/payload/ip") == ip || text(row, "/payload/userId") == user)
        })
        .map(|row| text(row, "/key"))
        .collect();
    let mut steps = story.iter();
    for expected in [
        "Interaction.Create",
        "Interaction.SignIn.Create",
        "Interaction.SignIn.Identifier.Submit",
        "Interaction.SignIn.Submit",
        "Interaction.End",
        "ExchangeTokenBy.AuthorizationCode",
    ] {
        assert!(steps.any(|&key| key == expected), "no {expected} in its place in {story:?}");
    }
    assert!(rows.iter().any(|row| text(row, "/payload/hookRequest/body/user/id") == user));
}

#[test]
fn attacks_are_there_to_be_found() {
    let mut targets_by_ip: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut wrong_totp: BTreeMap<String, usize> = BTreeMap::new();
    let (mut lockouts, mut blocked, mut reused) = (0, 0, 0);
    for row in world().rows(MONTH) {
        let value = parse(&row);
        let owned = |pointer| text(&value, pointer).to_owned();
        match (text(&value, "/key"), text(&value, "/payload/error/code")) {
            ("Interaction.SignIn.Verification.Password.Submit", "session.invalid_credentials") => {
                let target = owned("/payload/payload/identifier/value");
                targets_by_ip.entry(owned("/payload/ip")).or_default().insert(target);
            }
            (_, "session.verification_blocked_too_many_attempts") => blocked += 1,
            (_, "session.mfa.invalid_totp_code") => {
                *wrong_totp.entry(owned("/payload/ip")).or_default() += 1;
            }
            ("TriggerHook.Identifier.Lockout", _) => lockouts += 1,
            ("ExchangeTokenBy.RefreshToken", _) => {
                reused += usize::from(text(&value, "/payload/error").contains("already used"));
            }
            _ => {}
        }
    }
    assert!(targets_by_ip.values().any(|targets| targets.len() >= 100), "no credential stuffing");
    assert!(lockouts > 0 && blocked >= 15, "no password guessing: {lockouts}, {blocked}");
    assert!(wrong_totp.values().any(|&count| count >= 10), "no guessing of one-time passwords");
    assert!(reused > 0, "no reuse of a refresh token");
}

#[test]
fn all_addresses_are_reserved_for_documentation_and_benchmarks() {
    for row in world().rows(RowsOptions { count: 20_000, ..MONTH }) {
        let value = parse(&row);
        let Some(ip) = value.pointer("/payload/ip").and_then(Value::as_str) else {
            continue;
        };
        let reserved = ["192.0.2.", "198.51.100.", "203.0.113.", "198.18.", "198.19."];
        let mapped = ip.strip_prefix("::ffff:").unwrap_or_default();
        assert!(
            ip.starts_with("2001:db8:") || reserved.iter().any(|net| mapped.starts_with(net)),
            "{ip}"
        );
        assert!(ip.parse::<std::net::IpAddr>().is_ok(), "{ip}");
    }
}

#[test]
fn the_trickle_goes_on_in_order_at_its_pace_with_ids_of_its_own() {
    let world = world();
    let options = LiveOptions { seed: MONTH.seed, from_ms: FROM_MS, rows_per_minute: 60 };
    let live: Vec<Row> = world.live(options).take(20_000).collect();
    assert!(live.is_sorted_by_key(|row| row.created_at_ms));
    assert_eq!(live[0].created_at_ms, FROM_MS);
    let minutes = (live[live.len() - 1].created_at_ms - FROM_MS) / 60_000;
    assert!((250..=430).contains(&minutes), "20,000 rows took {minutes} minutes");
    let id = |row: &Row| text(&parse(row), "/id").to_owned();
    let mut ids: BTreeSet<String> = live.iter().map(id).collect();
    let filled = world.rows(RowsOptions { count: 20_000, ..MONTH });
    ids.extend(filled.map(|row| id(&row)));
    assert_eq!(ids.len(), 40_000);
}
