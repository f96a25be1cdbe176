//! The break-in: the same from the same seed, over before it is told, and from where nothing else
//! comes from.

use std::collections::BTreeSet;

use gatelog_testkit::{BreakInOptions, Row, RowsOptions, Source, World, WorldOptions};

const DAY_MS: i64 = 86_400_000;
/// 2026-11-20.
const UNTIL_MS: i64 = 1_795_132_800_000;
const STORY: BreakInOptions = BreakInOptions { seed: 1, until_ms: UNTIL_MS };
const MONTH: RowsOptions =
    RowsOptions { seed: 1, from_ms: UNTIL_MS - 30 * DAY_MS, to_ms: UNTIL_MS, count: 20_000 };

/// Whether a row names an address of 192.0.2.192/27.
fn is_from_attacker(row: &Row) -> bool {
    let hosts = row.json.split("192.0.2.").skip(1);
    let host = |rest: &str| rest.chars().take_while(char::is_ascii_digit).collect::<String>();
    hosts.map(host).any(|host| host.parse().is_ok_and(|host: u8| (192..224).contains(&host)))
}

#[test]
fn the_story_is_told_the_same_each_time_and_is_over_when_it_is_told() {
    let told = World::new(WorldOptions::default()).break_in(STORY);
    assert_eq!(told, World::new(WorldOptions::default()).break_in(STORY));
    assert!(told.is_sorted_by_key(|(_, row)| row.created_at_ms));
    assert!(told.iter().all(|(_, row)| row.created_at_ms < UNTIL_MS));
    for source in Source::ALL {
        assert!(told.iter().any(|(of, row)| *of == source && is_from_attacker(row)), "{source:?}");
        let lines: Vec<&str> =
            told.iter().filter(|(of, _)| *of == source).map(|(_, row)| &*row.json).collect();
        assert_eq!(lines.iter().collect::<BTreeSet<_>>().len(), lines.len(), "{source:?}");
    }
}

#[test]
fn the_attacker_comes_within_a_day_and_nobody_else_from_there() {
    let world = World::new(WorldOptions::default());
    let told = world.break_in(STORY);
    let attacker: Vec<&Row> =
        told.iter().map(|(_, row)| row).filter(|row| is_from_attacker(row)).collect();
    assert!(attacker.len() > 300, "{}", attacker.len());
    assert!(attacker.iter().all(|row| row.created_at_ms > UNTIL_MS - DAY_MS));
    for source in Source::ALL {
        for row in world.rows_of(source, MONTH) {
            assert!(!is_from_attacker(&row), "{}", row.json);
            let of_staff = [world.victim(), world.administrator()];
            for id in of_staff.map(|user| user.id_in(source)) {
                assert!(!row.json.contains(&id), "{}", row.json);
            }
        }
    }
}

#[test]
fn every_id_that_people_have_in_a_source_has_a_name() {
    let world = World::new(WorldOptions::default());
    for source in Source::ALL {
        let names: Vec<_> = world.names_in(source).collect();
        let ids: BTreeSet<_> =
            names.iter().map(|named| (format!("{:?}", named.kind), &named.id)).collect();
        assert_eq!(ids.len(), names.len(), "{source:?}: an id came twice");
        assert!(names.iter().all(|named| !named.name.is_empty() && !named.id.is_empty()));
        let victim = world.victim().id_in(source);
        assert!(names.iter().any(|it| it.id == victim && it.name == "Mara Ellison"), "{source:?}");
    }
}
