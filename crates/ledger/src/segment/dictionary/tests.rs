use proptest::prelude::*;
use roaring::RoaringBitmap;

use super::*;
use crate::codec::bytes::small;
use crate::segment::layout::Piece;

/// Values with different rows, in order; every seventh has so many rows that they are a bitmap.
fn rows_of(position: usize) -> RoaringBitmap {
    let first = small(position);
    if position.is_multiple_of(7) { (first..first + 700).collect() } else { [first].into() }
}

fn head_of(part: &[u8]) -> Head {
    let mut take = Take::new(part);
    let (length, crc) = (take.u32().expect("a length") as usize, take.u32().expect("a checksum"));
    let head = take.take(length).expect("a head");
    assert_eq!(crc32c::crc32c(head), crc);
    Head::open(head).expect("as written")
}

fn bytes_of<'p>(part: &'p [u8], piece: &Piece) -> &'p [u8] {
    let wide = |number: u64| usize::try_from(number).expect("a small part");
    let bytes = &part[wide(piece.offset)..wide(piece.offset + piece.length)];
    assert_eq!(crc32c::crc32c(bytes), piece.crc);
    bytes
}

fn check(values: &[Vec<u8>]) {
    let mut encoder = Encoder::default();
    for (position, value) in values.iter().enumerate() {
        encoder.push(value, &rows_of(position));
    }
    assert!(encoder.values().eq(values.iter().map(Vec::as_slice)));
    let encoded = encoder.finish();
    let (part, postings) = (encoded.values, encoded.postings);
    let all = Dictionary::open(&part).expect("as written");
    let head = head_of(&part);
    assert_eq!((all.len(), head.len()), (values.len(), values.len()));
    assert_eq!(all.rows_with_value(), head.rows_with_value());
    for (position, value) in values.iter().enumerate() {
        let rows = rows_of(position);
        assert_eq!(all.find(value), Some(position));
        assert_eq!((all.value(position), all.count(position)), (&**value, rows.len()));
        let (start, end) = all.postings_run(position);
        assert_eq!(decode_rows(&postings[start..end], 1 << 20), Ok(rows.clone()));

        let number = head.block_with(value).expect("a block");
        assert_eq!(head.block_at(position), Some(number));
        let place = &head.places()[number];
        let block = Dictionary::open_block(bytes_of(&part, &place.block), &head, place);
        let block = block.expect("as written");
        let here = position - place.first_position;
        assert_eq!((block.find(value), block.count(here)), (Some(here), rows.len()));
        let (start, end) = block.postings_run(here);
        let of_block = bytes_of(&postings, &place.rows);
        assert_eq!(decode_rows(&of_block[start..end], 1 << 20), Ok(rows));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn values_and_their_rows_are_found_again_in_blocks_too(
        values in prop::collection::btree_set("[a-c]{0,12}", 0..400),
    ) {
        let values: Vec<Vec<u8>> = values.into_iter().map(String::into_bytes).collect();
        check(&values);
    }
}

proptest! {
    #[test]
    fn any_rows_are_read_as_they_were_written(
        rows in prop::collection::btree_set(prop_oneof![0..2_000_u32, any::<u32>()], 1..5_000),
    ) {
        let rows: RoaringBitmap = rows.into_iter().collect();
        let mut encoder = Encoder::default();
        encoder.push(b"value", &rows);
        let postings = encoder.finish().postings;
        let mut visited = Vec::new();
        let visit = |row| {
            visited.push(row);
            Some(())
        };
        for_each_row(&postings, visit).expect("as written");
        prop_assert!(visited.into_iter().eq(&rows));
        if rows.max() < Some(u32::MAX) {
            prop_assert_eq!(decode_rows(&postings, u32::MAX), Ok(rows));
        }
    }

    #[test]
    fn arbitrary_rows_are_refused_or_read(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        let _ = decode_rows(&bytes, 1 << 20);
    }
}

#[test]
fn what_is_not_there_is_not_found() {
    let mut encoder = Encoder::default();
    for value in [&b"a"[..], b"ab", b"abc", b"b"] {
        encoder.push(value, &[5, 7, 2_999].into());
    }
    let encoded = encoder.finish();
    let dictionary = Dictionary::open(&encoded.values).expect("as written");
    assert_eq!(dictionary.find(b"aa"), None);
    assert_eq!(dictionary.with_prefix(b"ab"), 1..3);
    assert_eq!(dictionary.with_prefix(b""), 0..4);
    assert_eq!(dictionary.with_prefix(b"c"), 4..4);
    assert_eq!(head_of(&encoded.values).block_with(b""), None);
    assert!(decode_rows(&encoded.postings, 2_000).is_err(), "rows beyond the segment");
}

#[test]
fn damaged_dictionaries_are_refused_or_other_ones() {
    let mut encoder = Encoder::default();
    for number in 0..200 {
        encoder.push(format!("value-{number:03}").as_bytes(), &[number].into());
    }
    let part = encoder.finish().values;
    for position in 0..part.len() {
        let mut damaged = part.clone();
        damaged[position] ^= 0x41;
        // Checksums find it before; nothing that can be read may make it panic.
        let _ = Dictionary::open(&damaged).map(|all| all.find(b"value-150"));
        assert!(Dictionary::open(&part[..position]).is_err(), "cut at {position}");
    }
}
