use std::sync::Arc;

use gatelog_testkit::{RowsOptions, Source, World, WorldOptions};
use proptest::prelude::*;

use super::*;

const END_MS: i64 = 1_780_272_000_000;

/// Rows of all sources with the times they state.
fn generated(count: usize) -> Vec<(i64, Vec<u8>)> {
    let world = World::new(WorldOptions { users: 60, ..WorldOptions::default() });
    let options = RowsOptions { seed: 7, from_ms: END_MS - 86_400_000, to_ms: END_MS, count };
    let rows = Source::ALL.into_iter().flat_map(|source| world.rows_of(source, options));
    rows.map(|row| (row.created_at_ms, row.json.into_bytes())).collect()
}

fn rows_of(records: &[(i64, Vec<u8>)]) -> Vec<RecordRow<'_>> {
    let mut rows = Vec::new();
    for (number, (millis, record)) in records.iter().enumerate() {
        let is_derived = number % 5 == 3;
        let id = if is_derived { "derived-0123456789abcdef" } else { "not kept" };
        let flags = RowFlags::new(is_derived, number % 7 == 0, false);
        rows.push(RecordRow { flags, id, record, millis: *millis });
    }
    rows
}

struct Encoded {
    tables: Vec<u8>,
    blocks: Vec<(std::ops::Range<u32>, Vec<u8>)>,
}

fn encode(rows: &[RecordRow<'_>]) -> Encoded {
    let encoder = Encoder::new(rows);
    let (tables, prefix) = encoder.tables().expect("tables");
    let mut next = 0;
    let blocks = encoder.blocks(&prefix).expect("a compressor").map(|block| {
        let (block, first_row) = (block.expect("a block"), next);
        next += u32::from(block.row_count);
        (first_row..next, block.bytes.to_vec())
    });
    Encoded { tables, blocks: blocks.collect() }
}

/// Encodes rows and reads them again. Returns how many bytes they took.
fn round_trip(rows: &[RecordRow<'_>]) -> usize {
    let encoded = encode(rows);
    let byte_count = encoded.blocks.iter().map(|(_, block)| block.len()).sum::<usize>();
    let tables_bytes = encoded.tables.len();
    let tables = Arc::new(Tables::open(&encoded.tables.into()).expect("as written"));
    let mut next = 0;
    for (numbers, block) in encoded.blocks {
        let block =
            Block::open(&block.into(), numbers.clone(), Arc::clone(&tables)).expect("as written");
        next = numbers.end;
        for number in numbers {
            let row = &rows[number as usize];
            let read = block.row(number, row.millis).expect("as written");
            assert_eq!(String::from_utf8_lossy(&read.record), String::from_utf8_lossy(row.record));
            assert_eq!(read.record, row.record);
            assert_eq!(read.flags, row.flags);
            assert_eq!(read.derived_id.as_deref(), row.flags.derived_id().then_some(row.id));
        }
        assert!(block.row(next, 0).is_err(), "not in this block");
    }
    assert_eq!(next as usize, rows.len());
    tables_bytes + byte_count
}

#[test]
fn rows_of_all_sources_come_back_and_get_small() {
    let records = generated(3_000);
    let raw: usize = records.iter().map(|(_, record)| record.len()).sum();
    let byte_count = round_trip(&rows_of(&records));
    assert!(byte_count * 12 < raw, "{byte_count} of {raw} bytes");
}

#[test]
fn a_block_that_would_not_be_read_back_as_it_was_kept_is_noticed() {
    let records = generated(40);
    let rows = rows_of(&records);
    let encoder = Encoder::new(&rows);
    let (tables, prefix) = encoder.tables().expect("tables");
    let tables = Tables::open(&tables.into()).expect("as written");
    let mut read_back = ReadBack::of(&tables).expect("a decompressor");
    let block = encoder.blocks(&prefix).expect("a compressor").next().expect("a block");
    let block = block.expect("a block");
    let kept = &rows[..block.row_count.into()];
    assert!(read_back.finds(kept, &block.bytes));
    assert!(!read_back.finds(&kept[1..], &block.bytes), "one more than there should be");
    assert!(!read_back.finds(&rows[..kept.len() + 1], &block.bytes), "one less");
    let mut others = kept.to_vec();
    others.swap(0, 1);
    assert!(!read_back.finds(&others, &block.bytes));
    let mut other_id = kept.to_vec();
    other_id[3].id = "derived-of-another";
    assert!(!read_back.finds(&other_id, &block.bytes));
    assert!(read_back.finds(kept, &block.bytes), "nothing of the others is left");
}

#[test]
fn odd_records_come_back() {
    let long = format!(r#"{{"text":"{}"}}"#, "word ".repeat(100_000));
    let many = format!("[{}1]", "1,".repeat(5_000));
    let texts = [
        "",
        "{}",
        "null",
        "1",
        "-0.0e-7",
        r#""""#,
        r#"{"a":"\u0000\\\"","a":1}"#,
        "{ \"a\" :\t\"b\" }\n",
        r#"{"big":123456789012345678901234567890,"zeros":[0,00,007]}"#,
        "é€😀",
        "\0",
        "a\0\"b\"",
        "1,\0\"never ends",
        "\"",
        r#"{"same":"abcdefgh123456789012","again":"abcdefgh123456789012"}"#,
        &long,
        &many,
        &long,
    ];
    let records: Vec<(i64, Vec<u8>)> = (0..200)
        .map(|number| (number, texts[usize::try_from(number).unwrap() % texts.len()].into()))
        .collect();
    round_trip(&rows_of(&records));
    round_trip(&[]);
    for text in texts {
        round_trip(&rows_of(&[(i64::MIN, text.into())]));
        round_trip(&rows_of(&[(i64::MAX, text.into()), (0, text.into())]));
    }
}

/// Any JSON, with any white space.
fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|value| value.to_string()),
        any::<i64>().prop_map(|value| value.to_string()),
        any::<f64>().prop_map(|value| value.to_string()),
        "[a-z0-9]{21}".prop_map(|id| format!("\"{id}\"")),
        any::<String>().prop_map(|text| format!("{text:?}")),
    ];
    leaf.prop_recursive(4, 64, 8, |inner| {
        let member = ("[a-c]{1,3}", "[ \n]?", inner.clone())
            .prop_map(|(name, space, value)| format!("\"{name}\"{space}:{value}"));
        prop_oneof![
            prop::collection::vec(inner, 0..8).prop_map(|items| format!("[{}]", items.join(", "))),
            prop::collection::vec(member, 0..8)
                .prop_map(|items| format!("{{{}}}", items.join(","))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_json_comes_back(records in prop::collection::vec((any::<i64>(), json()), 1..150)) {
        let records: Vec<_> = records.into_iter().map(|(millis, text)| (millis, text.into_bytes())).collect();
        round_trip(&rows_of(&records));
    }

    #[test]
    fn changed_rows_come_back(changes in prop::collection::vec((any::<usize>(), any::<usize>(), any::<u8>(), any::<bool>()), 0..200)) {
        let mut records = generated(60);
        let count = records.len();
        for (row, place, byte, is_cut) in changes {
            let (_, record) = &mut records[row % count];
            let place = place % (record.len() + 1);
            if is_cut { record.truncate(place) } else { record.insert(place, byte) }
        }
        round_trip(&rows_of(&records));
    }

    #[test]
    fn changed_bytes_are_refused_or_read(changes in prop::collection::vec((any::<bool>(), any::<usize>(), any::<u8>()), 1..8)) {
        let records = generated(40);
        let mut encoded = encode(&rows_of(&records));
        let block_count = encoded.blocks.len();
        for (is_table, place, byte) in changes {
            let bytes = if is_table { &mut encoded.tables } else { &mut encoded.blocks[place % block_count].1 };
            let length = bytes.len();
            bytes[place % length] = byte;
        }
        read_all(&encoded);
    }

    #[test]
    fn any_bytes_are_refused(tables in prop::collection::vec(any::<u8>(), 0..100), block in prop::collection::vec(any::<u8>(), 0..100)) {
        read_all(&Encoded { tables, blocks: vec![(0..9, block.clone())] });
        let records = generated(5);
        let tables = encode(&rows_of(&records)).tables;
        read_all(&Encoded { tables, blocks: vec![(0..9, block)] });
    }
}

/// Reads everything that can be read.
fn read_all(encoded: &Encoded) {
    let Ok(tables) = Tables::open(&encoded.tables.clone().into()) else { return };
    let tables = Arc::new(tables);
    for (rows, block) in &encoded.blocks {
        if let Ok(block) = Block::open(&block.clone().into(), rows.clone(), Arc::clone(&tables)) {
            rows.clone().for_each(|row| drop(block.row(row, 0)));
        }
    }
}
