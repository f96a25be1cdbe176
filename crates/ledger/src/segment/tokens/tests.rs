//! Sets against a plain map of tokens.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use gatelog_query::words::Phrase;
use proptest::prelude::*;
use roaring::RoaringBitmap;

use super::values::ValueTokens;
use super::*;
use crate::codec::bytes::Malformed;
use crate::row::Column;
use crate::segment::dictionary::{self, Dictionary};

/// A set with its bits, in memory.
struct Whole {
    set: TokenSet,
    bits: Bytes,
}

impl Whole {
    fn open(bytes: Vec<u8>, granule_count: u32) -> Result<Self, Malformed> {
        let bytes = Bytes::from(bytes);
        let (set, length) = TokenSet::open(&bytes, granule_count)?;
        Ok(Self { set, bits: bytes.slice(length..) })
    }

    fn granules(&self, token: TokenHash) -> Result<RoaringBitmap, Malformed> {
        self.set.granules(token, |range: std::ops::Range<u64>| {
            let bound = |bound: u64| usize::try_from(bound).unwrap_or(usize::MAX);
            let (start, end) = (bound(range.start), bound(range.end));
            if end > self.bits.len() {
                return Err(Malformed { offset: 0 });
            }
            Ok(self.bits.slice(start..end))
        })
    }
}

fn encode(tokens: &BTreeMap<String, BTreeSet<u32>>, granule_count: u32) -> Vec<u8> {
    let mut builder = TokenSetBuilder::default();
    for (token, granules) in tokens {
        for granule in granules {
            builder.push(TokenHash::of(token.as_bytes()), *granule);
            builder.push(TokenHash::of(token.as_bytes()), *granule);
        }
    }
    whole(builder, granule_count)
}

fn whole(builder: TokenSetBuilder, granule_count: u32) -> Vec<u8> {
    let set = builder.finish(granule_count);
    [set.head, set.bits].concat()
}

fn check(tokens: &BTreeMap<String, BTreeSet<u32>>, granule_count: u32) -> usize {
    let bytes = encode(tokens, granule_count);
    let length = bytes.len();
    let set = Whole::open(bytes, granule_count).expect("as written");
    for (token, granules) in tokens {
        let found = set.granules(TokenHash::of(token.as_bytes())).expect("as written");
        let missed = granules.iter().find(|granule| !found.contains(**granule));
        assert_eq!(missed, None, "{token} in {granule_count}");
    }
    length
}

fn numbered(range: std::ops::Range<u32>) -> impl Iterator<Item = String> {
    range.map(|number| format!("token{number}"))
}

#[test]
fn a_token_in_any_number_of_granules_is_found_in_those() {
    for granule_count in [1, 2, 3, 100, 512] {
        let counts = (1..=granule_count).step_by(7).chain([granule_count]);
        let token_of = |count: u32| {
            let granules = (0..count).map(|at| at * granule_count / count).collect();
            (format!("in {count}"), granules)
        };
        let tokens: BTreeMap<String, BTreeSet<u32>> = counts.map(token_of).collect();
        check(&tokens, granule_count);
        let set = Whole::open(encode(&tokens, granule_count), granule_count);
        let set = set.expect("as written");
        for (token, granules) in tokens {
            let found = set.granules(TokenHash::of(token.as_bytes())).expect("as written");
            let found: BTreeSet<u32> = found.iter().collect();
            if granules.len() == 1 || granules.len() <= granule_count as usize / 8 {
                assert_eq!(found, granules, "{token}");
            } else {
                // Of a frequent token, four neighbours are known together.
                let of_spans = |granules: &BTreeSet<u32>| {
                    granules.iter().map(|granule| granule / 4).collect::<BTreeSet<u32>>()
                };
                assert_eq!(of_spans(&found), of_spans(&granules), "{token}");
            }
        }
    }
}

#[test]
fn tokens_that_come_granule_by_granule_are_found_too() {
    let mut builder = TokenSetBuilder::default();
    let has = |granule: u32, number: u32| number.is_multiple_of(granule + 1);
    for granule in 0..50 {
        for (number, token) in (0..).zip(numbered(0..3_000)) {
            if has(granule, number) {
                builder.push(TokenHash::of(token.as_bytes()), granule);
            }
        }
    }
    let set = Whole::open(whole(builder, 50), 50).expect("as written");
    for (number, token) in (0..).zip(numbered(0..3_000)) {
        let found = set.granules(TokenHash::of(token.as_bytes())).expect("as written");
        let mut granules = (0..50).filter(|granule| has(*granule, number));
        assert!(granules.all(|granule| found.contains(granule)), "{token}");
    }
}

#[test]
fn values_are_found_by_any_of_their_words() {
    let of = |number: u32| {
        [
            format!("user-{number}"),
            format!("Ada{number}.Lovelace@acme.example"),
            format!("ada{number}.lovelace@acme.example"),
            format!("{number} İstanbul straße"),
        ]
    };
    let values: BTreeSet<String> = (0..200).flat_map(of).collect();
    let rows = [1].into_iter().collect();
    let mut encoder = dictionary::Encoder::default();
    values.iter().for_each(|value| encoder.push(value.as_bytes(), &rows));
    let encoded = encoder.finish();
    let dictionary = Dictionary::open(&encoded.values).expect("as written");
    let column = Column::Field(gatelog_event::fields::IndexedField::ErrorCode);
    let part = values::encode(column, (0..dictionary.len()).map(|at| dictionary.value(at)));
    let part = part.expect("many values").into();
    let part = ValueTokens::open(&part, dictionary.len()).expect("as written");
    for (text, count) in [
        ("user", 200),
        ("user 7", 1),
        ("7", 2),
        ("ada7", 2),
        ("ADA7.lovelace", 2),
        ("lovelace acme", 400),
        ("acme lovelace", 0),
        ("istanbul straße", 200),
        ("istan", 0),
        ("3 istanbul", 1),
    ] {
        let phrase = Phrase::new(text).expect(text);
        let hashes: Vec<TokenHash> =
            phrase.tokens().iter().map(|token| TokenHash::of(token.as_bytes())).collect();
        let mut found: BTreeSet<usize> = part.positions(&hashes).expect("as written").collect();
        found.extend(dictionary.with_prefix(phrase.tokens()[0].as_bytes()));
        found.retain(|at| {
            let value = values::searched(column, dictionary.value(*at)).expect("a text");
            phrase.is_in_text(value)
        });
        assert_eq!(found.len(), count, "{text}");
    }
    assert_eq!(values::encode(column, [&b"few"[..]].into_iter()), None);
}

#[test]
fn an_empty_set_has_nothing() {
    let set = Whole::open(encode(&BTreeMap::new(), 0), 0).expect("as written");
    assert!(set.granules(TokenHash::of(b"a")).expect("as written").is_empty());
    assert!(Whole::open(encode(&BTreeMap::new(), 1), 2).is_err());
}

#[test]
fn absent_tokens_are_hardly_ever_found_and_present_ones_take_few_bits() {
    let count = 20_000;
    let tokens = numbered(0..count).zip(0..).map(|(token, at)| (token, [at % 512].into()));
    let bytes = encode(&tokens.collect(), 512);
    let bits = bytes.len() * 8 / count as usize;
    assert!(bits <= 18, "{bits} bits a token");
    let set = Whole::open(bytes, 512).expect("as written");
    let is_found = |token: &String| {
        !set.granules(TokenHash::of(token.as_bytes())).expect("as written").is_empty()
    };
    let found = numbered(count..2 * count).filter(is_found).count();
    assert!(found <= count as usize / 48, "{found} of {count}");
}

proptest! {
    #[test]
    fn tokens_are_found_where_they_are(
        tokens in prop::collection::btree_map(
            "[a-z0-9]{1,4}",
            prop::collection::btree_set(0..40_u32, 1..40),
            0..200,
        ),
    ) {
        check(&tokens, 40);
    }

    #[test]
    fn arbitrary_bytes_are_refused_or_read(
        mut bytes in prop::collection::vec(any::<u8>(), 16..300),
        hash_bits in 0..42_u8,
        bucket_bits in 0..3_u8,
        token in any::<u64>(),
    ) {
        bytes[4..8].copy_from_slice(&40_u32.to_le_bytes());
        bytes[8..16].copy_from_slice(&[hash_bits, bucket_bits, 6, 0, 28, 0, 0, 0]);
        if let Ok(set) = Whole::open(bytes, 40) {
            let _ = set.granules(TokenHash(token));
        }
    }

    #[test]
    fn changed_sets_are_refused_or_read(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let tokens = numbered(0..300).zip(0..).map(|(token, at)| (token, (0..at % 40 + 1).collect()));
        let mut bytes = encode(&tokens.collect(), 40);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(set) = Whole::open(bytes, 40) {
            for token in numbered(0..300) {
                let _ = set.granules(TokenHash::of(token.as_bytes()));
            }
        }
    }
}
