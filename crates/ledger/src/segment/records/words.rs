//! Which words the records of a segment have: from what they were taken apart into.
//!
//! A text that many rows have is cut into words once, and noted once for each granule. What is noted
//! and what is left to dictionaries is said in [`crate::segment::tokens::records`].

use std::borrow::Cow;
use std::ops::Range;

use gatelog_event::fields::IndexedField;
use gatelog_event::intake::IndexedValues;
use gatelog_event::json::Document;
use gatelog_query::words;
use hashbrown::HashMap;
use memchr::memchr;

use super::RecordRow;
use super::collect::{Collected, Row, Template, Value};
use super::form::Form;
use super::sieve::decoded;
use super::split::HOLE;
use crate::codec::bytes::small;
use crate::row::Column;
use crate::segment::tokens::records::{EncodedTokens, RecordTokensBuilder, value_hashes};
use crate::segment::tokens::{GRANULE, TokenHash};

/// What is indexed of a row besides its record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct IndexedRow<'a> {
    pub(crate) id: &'a str,
    pub(crate) event_type: &'a str,
    pub(crate) values: &'a IndexedValues,
}

const COLUMNS: [Column; 8] = Column::SEARCHED;

/// Columns whose values are always found by their tokens.
const IDS: [Column; 3] = Column::WITHOUT_DICTIONARY;

const MAPPED: &[u8] = b"::ffff:";

impl<'a> IndexedRow<'a> {
    fn value(&self, column: Column) -> Option<&'a str> {
        match column {
            Column::Kind => Some(self.event_type),
            Column::Id => Some(self.id),
            Column::Field(field) => self.values.get(field),
            Column::Submitter => None,
        }
    }
}

/// The tokens of records that were taken apart. O(holes + distinct text).
pub(super) fn record_tokens<'a>(
    collected: &Collected<'_>,
    records: &[RecordRow<'_>],
    indexed: impl Iterator<Item = IndexedRow<'a>>,
) -> EncodedTokens {
    let mut words = Words {
        collected,
        out: RecordTokensBuilder::default(),
        places: collected.templates.iter().map(Places::of).collect(),
        noted: vec![0; collected.values.len()],
        shared: Shared::default(),
        covered: Vec::new(),
        granule: 0,
    };
    for ((number, row), (record, indexed)) in
        (0_u32..).zip(&collected.rows).zip(records.iter().zip(indexed))
    {
        words.granule = number / GRANULE;
        words.push(row, record, &indexed);
    }
    words.out.finish(small(collected.rows.len()))
}

struct Words<'c, 'a> {
    collected: &'c Collected<'a>,
    out: RecordTokensBuilder,
    /// By template.
    places: Vec<Places>,
    /// By text: the granule in which it was noted last, plus 1.
    noted: Vec<u32>,
    shared: Shared,
    /// The texts of the row at hand that its columns have.
    covered: Vec<u32>,
    granule: u32,
}

impl Words<'_, '_> {
    fn push(&mut self, row: &Row, record: &RecordRow<'_>, indexed: &IndexedRow<'_>) {
        if self.places.get(row.template as usize).is_none_or(|places| places.is_whole) {
            return self.push_whole(record.record, indexed);
        }
        self.cover(row, indexed);
        self.note_ids(row, record, indexed);
        let holes = self.collected.holes.get(row.holes()).unwrap_or_default();
        let string_count = self.places.get(row.template as usize).map_or(0, Places::len);
        for place in 0..string_count {
            let text = self.places.get(row.template as usize).and_then(|of| of.text(place, holes));
            if let Some(text) = text.filter(|text| !self.is_noted(*text))
                && !self.covered.contains(&text)
            {
                self.note(text);
            }
        }
    }

    /// Finds the texts of a row that its dictionary columns have, and notes the values that none of
    /// its texts states.
    fn cover(&mut self, row: &Row, indexed: &IndexedRow<'_>) {
        self.covered.clear();
        for (at, column) in COLUMNS.into_iter().enumerate() {
            let Some(value) = indexed.value(column) else { continue };
            match self.find(row, at, column, value) {
                Some(text) => self.covered.push(text),
                None => self.out.push_unstated(column, value, self.granule),
            }
        }
    }

    /// Notes the ids of a row, also if a dictionary column has them.
    fn note_ids(&mut self, row: &Row, record: &RecordRow<'_>, indexed: &IndexedRow<'_>) {
        for (at, column) in IDS.into_iter().enumerate() {
            let Some(value) = indexed.value(column) else { continue };
            match self.find(row, COLUMNS.len() + at, column, value) {
                Some(text) if value.bytes().any(|byte| byte.is_ascii_alphanumeric()) => {
                    self.note(text);
                    continue;
                }
                // It has no words, or none that are known at a glance.
                Some(_) => {}
                // An id that was derived is kept beside the record.
                None if column == Column::Id && record.flags.derived_id() => {}
                None => self.out.note_unstated_id(column),
            }
            self.note_id(value);
        }
    }

    /// Whether the words of a text are noted for the granule.
    fn is_noted(&self, text: u32) -> bool {
        self.noted.get(text as usize).is_none_or(|noted| *noted == self.granule + 1)
    }

    /// The text of a row's record that states a value, if there is one that does so plainly.
    fn find(&mut self, row: &Row, at: usize, column: Column, value: &str) -> Option<u32> {
        let holes = self.collected.holes.get(row.holes())?;
        let places = self.places.get_mut(row.template as usize)?;
        let stating = |place: usize| {
            let text = places.text(place, holes)?;
            let stated = self.collected.values.get(text as usize)?;
            states(column, value, stated).then_some((place, text))
        };
        let last = places.last.get(at).copied().unwrap_or(0);
        let found = stating(last).or_else(|| (0..places.len()).find_map(stating));
        let (place, text) = found?;
        places.last.iter_mut().skip(at).take(1).for_each(|last| *last = place);
        let stated = self.collected.values.get(text as usize)?.text;
        if stated.len() != value.len() {
            self.out.note_mapped_address();
        }
        Some(text)
    }

    /// Notes the words of a text, if they are not noted for this granule.
    fn note(&mut self, text: u32) {
        let Some(noted) = self.noted.get_mut(text as usize) else { return };
        if std::mem::replace(noted, self.granule + 1) == self.granule + 1 {
            return;
        }
        let Some(value) = self.collected.values.get(text as usize) else { return };
        if value.row_count == 1 {
            return note_words(&decoded(value.text), self.granule, &mut self.out);
        }
        for hash in self.shared.hashes(text, || decoded(value.text)) {
            self.out.push(*hash, self.granule);
        }
    }

    fn note_id(&mut self, value: &str) {
        value_hashes(value).into_iter().for_each(|hash| self.out.push(hash, self.granule));
    }

    /// A row of which nothing was taken out.
    fn push_whole(&mut self, record: &[u8], indexed: &IndexedRow<'_>) {
        let document = Document::parse(record).ok();
        let nodes = document.iter().flat_map(Document::nodes);
        let mut texts: Vec<Cow<'_, str>> = nodes.filter_map(|node| node.as_str()).collect();
        IDS.into_iter().filter_map(|column| indexed.value(column)).for_each(|id| self.note_id(id));
        let mut covered = Vec::new();
        for column in COLUMNS {
            let Some(value) = indexed.value(column) else { continue };
            match texts.iter().any(|text| **text == *value) {
                true => covered.push(value),
                false => self.out.push_unstated(column, value, self.granule),
            }
        }
        texts.retain(|text| !covered.contains(&&**text));
        texts.iter().for_each(|text| note_words(text, self.granule, &mut self.out));
    }
}

fn note_words(text: &str, granule: u32, out: &mut RecordTokensBuilder) {
    words::for_each_token(text, |token| out.push(TokenHash::of(token.as_bytes()), granule));
}

/// Whether what stands in a record between quotes is a column's value.
fn states(column: Column, value: &str, stated: &Value<'_>) -> bool {
    let is_address = column == Column::Field(IndexedField::Ip);
    let is_mapped = || is_address && stated.text.strip_prefix(MAPPED) == Some(value.as_bytes());
    // An escape, which only texts can have, stands for something else than its letters.
    (stated.text == value.as_bytes() || is_mapped())
        && (stated.form != Form::Text || memchr(b'\\', stated.text).is_none())
}

/// Where the string values of a template's rows are.
#[derive(Debug)]
struct Places {
    /// The holes that are string values.
    strings: Vec<u32>,
    /// Whether the record is one hole.
    is_whole: bool,
    /// In which of `strings` a column's value was found last: the next row's is likely there too.
    last: [usize; COLUMNS.len() + IDS.len()],
}

impl Places {
    fn of(template: &Template) -> Self {
        let text = template.text.get(1..).unwrap_or_default();
        let mut strings = Vec::new();
        let holes = text.iter().enumerate().filter(|(_, byte)| **byte == HOLE);
        for (number, (position, _)) in (0..).zip(holes) {
            let before = position.checked_sub(1).and_then(|before| text.get(before));
            let mut after = text.get(position + 1..).unwrap_or_default().iter();
            let is_string = before == Some(&b'"') && after.next() == Some(&b'"');
            // A name is followed by a colon, also after white space.
            let is_name = after.find(|byte| !byte.is_ascii_whitespace()) == Some(&b':');
            if is_string && !is_name {
                strings.push(number);
            }
        }
        let is_whole = text.iter().all(|byte| *byte == HOLE);
        Self { strings, is_whole, last: [0; COLUMNS.len() + IDS.len()] }
    }

    fn len(&self) -> usize {
        self.strings.len()
    }

    /// The text in a string of a row with these holes.
    fn text(&self, place: usize, holes: &[u32]) -> Option<u32> {
        holes.get(*self.strings.get(place)? as usize).copied()
    }
}

/// Hashes of texts that several rows have.
#[derive(Debug, Default)]
struct Shared {
    hashes: Vec<TokenHash>,
    /// By text.
    spans: HashMap<u32, Range<usize>>,
}

impl Shared {
    fn hashes<'t>(&mut self, text: u32, decoded: impl FnOnce() -> Cow<'t, str>) -> &[TokenHash] {
        let span = self.spans.entry(text).or_insert_with(|| {
            let start = self.hashes.len();
            let push = |token: &str| self.hashes.push(TokenHash::of(token.as_bytes()));
            words::for_each_token(&decoded(), push);
            start..self.hashes.len()
        });
        self.hashes.get(span.clone()).unwrap_or_default()
    }
}
