//! The first pass over the rows of a segment: their templates, and the values in their holes.

use std::hash::BuildHasher;
use std::ops::Range;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::RecordRow;
use super::follow::Known;
use super::form::Form;
use super::split::{HOLE, split};
use crate::codec::bytes::small;

/// Text of all templates together, in bytes. Rows of rarer ones are kept whole.
const TEMPLATE_BYTES_MAX: usize = 512 << 10;

/// Holes that a row usually has, and how many of them have a text that no row before had.
const HOLES_USUAL: usize = 32;
const NEW_VALUES_USUAL: usize = 4;

/// A text that was in a hole.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value<'a> {
    pub(super) text: &'a [u8],
    pub(super) form: Form,
    /// In how many rows it was.
    pub(super) row_count: u32,
    /// The last of them.
    row: u32,
    /// Whether a row has it in more than one hole.
    pub(super) is_doubled: bool,
    /// From the row's time, if it is a time near it.
    pub(super) distance: u32,
}

impl<'a> Value<'a> {
    fn new(text: &'a [u8], form: Form, row: u32) -> Self {
        Self { text, form, row_count: 1, row, is_doubled: false, distance: 0 }
    }
}

/// The text of rows without what was in their holes: flags, then pieces with holes between.
#[derive(Debug)]
pub(super) struct Template {
    pub(super) text: Vec<u8>,
    pub(super) rows: Vec<u32>,
}

impl Template {
    pub(super) fn hole_count(&self) -> usize {
        self.text.iter().skip(1).filter(|byte| **byte == HOLE).count()
    }
}

/// What the second pass needs of a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) template: u32,
    first_hole: u32,
    hole_count: u32,
}

impl Row {
    /// The row's holes in [`Collected::holes`].
    pub(super) fn holes(&self) -> Range<usize> {
        self.first_hole as usize..self.first_hole as usize + self.hole_count as usize
    }
}

/// All rows of a segment, taken apart.
#[derive(Debug)]
pub(super) struct Collected<'a> {
    pub(super) templates: Vec<Template>,
    pub(super) rows: Vec<Row>,
    /// Positions in `values`, one per hole, row by row.
    pub(super) holes: Vec<u32>,
    pub(super) values: Vec<Value<'a>>,
}

struct Collector<'a> {
    out: Collected<'a>,
    hasher: DefaultHashBuilder,
    values: HashTable<u32>,
    templates: HashTable<u32>,
    known: Known,
}

/// Takes rows apart. O(bytes).
pub(super) fn collect<'a>(rows: &[RecordRow<'a>]) -> Collected<'a> {
    let mut collector = Collector {
        out: Collected {
            templates: Vec::new(),
            rows: Vec::with_capacity(rows.len()),
            // What is not used of them is never touched; growing would copy them again and again.
            holes: Vec::with_capacity(rows.len() * HOLES_USUAL),
            values: Vec::with_capacity(rows.len() * NEW_VALUES_USUAL),
        },
        hasher: DefaultHashBuilder::default(),
        // A row has one or two texts that no row before had. A table with more room than it needs
        // does not fit the cache.
        values: HashTable::with_capacity(rows.len()),
        templates: HashTable::new(),
        known: Known::new(),
    };
    let mut holes = Vec::new();
    for row in rows {
        let template = collector.cut(row, &mut holes);
        collector.push(row, template, &holes);
    }
    collector.keep_whole(rows);
    collector.out
}

impl<'a> Collector<'a> {
    /// Finds the holes of a row, and its template.
    fn cut(&mut self, row: &RecordRow<'a>, holes: &mut Vec<Range<usize>>) -> u32 {
        if let Some(template) = self.known.follow(row.flags, row.record, holes) {
            return template;
        }
        split(row.record, holes);
        let mut text = vec![row.flags.byte()];
        if row.flags.derived_id() {
            text.push(HOLE);
        }
        let mut end = 0;
        for hole in &*holes {
            text.extend_from_slice(row.record.get(end..hole.start).unwrap_or_default());
            text.push(HOLE);
            end = hole.end;
        }
        text.extend_from_slice(row.record.get(end..).unwrap_or_default());
        let template = self.template(&text);
        self.known.learn(row.flags, row.record, holes, template);
        template
    }

    fn push(&mut self, row: &RecordRow<'a>, template: u32, holes: &[Range<usize>]) {
        let (number, first_hole) = (small(self.out.rows.len()), small(self.out.holes.len()));
        let before = self.out.templates.get_mut(template as usize).and_then(|template| {
            let before = template.rows.last().copied();
            template.rows.push(number);
            self.out.rows.get(before? as usize)
        });
        let mut before = before.map_or(0..0, Row::holes);
        let id = row.flags.derived_id().then_some(row.id.as_bytes());
        let holes = holes.iter().map(|hole| row.record.get(hole.clone()).unwrap_or_default());
        for text in id.into_iter().chain(holes) {
            let before = before.next().and_then(|hole| self.out.holes.get(hole)).copied();
            let at = self.fill(text, number, row.millis, before);
            self.out.holes.push(at);
        }
        let hole_count = small(self.out.holes.len()) - first_hole;
        self.out.rows.push(Row { template, first_hole, hole_count });
    }

    fn template(&mut self, text: &[u8]) -> u32 {
        let templates = &mut self.out.templates;
        let hash = self.hasher.hash_one(text);
        let same = |at: &u32| templates.get(*at as usize).is_some_and(|other| other.text == text);
        if let Some(at) = self.templates.find(hash, same) {
            return *at;
        }
        let at = small(templates.len());
        templates.push(Template { text: text.to_vec(), rows: Vec::new() });
        let rehash = |at: &u32| {
            templates.get(*at as usize).map_or(0, |other| self.hasher.hash_one(&*other.text))
        };
        self.templates.insert_unique(hash, at, rehash);
        at
    }

    /// Counts a text in a hole, where the row before with this template had the text `before`.
    /// Returns its position.
    fn fill(&mut self, text: &'a [u8], row: u32, millis: i64, before: Option<u32>) -> u32 {
        let values = &mut self.out.values;
        if let Some((form, distance)) = Form::near(text, millis) {
            // It takes next to nothing as it is, so nobody needs to know where else it stands.
            values.push(Value { distance, ..Value::new(text, form, row) });
            return small(values.len() - 1);
        }
        let same = |at: &u32| values.get(*at as usize).is_some_and(|other| other.text == text);
        let is_near = |at: &u32| {
            values.get(*at as usize).is_none_or(|other| matches!(other.form, Form::Near(..)))
        };
        if let Some(at) = before.filter(|at| same(at) && !is_near(at)) {
            return self.count(at, text, row);
        }
        let hash = self.hasher.hash_one(text);
        if let Some(at) = self.values.find(hash, same).copied() {
            return self.count(at, text, row);
        }
        let at = small(values.len());
        values.push(Value::new(text, Form::of(text), row));
        let rehash =
            |at: &u32| values.get(*at as usize).map_or(0, |other| self.hasher.hash_one(other.text));
        self.values.insert_unique(hash, at, rehash);
        at
    }

    /// Counts a value once more, and returns its position.
    fn count(&mut self, at: u32, text: &'a [u8], row: u32) -> u32 {
        if let Some(value) = self.out.values.get_mut(at as usize) {
            value.is_doubled |= value.row == row;
            value.row_count += u32::from(value.row != row);
            value.row = row;
            // It is compared with the next one, and is nearer than where it was first.
            value.text = text;
        }
        at
    }

    /// Makes a row whose template is rare one hole.
    fn keep_whole(&mut self, rows: &[RecordRow<'a>]) {
        let mut order: Vec<usize> = (0..self.out.templates.len()).collect();
        let templates = &self.out.templates;
        let row_count = |at: &usize| templates.get(*at).map_or(0, |template| template.rows.len());
        order.sort_by_key(|at| std::cmp::Reverse(row_count(at)));
        let (mut byte_count, mut whole) = (0, Vec::new());
        for at in order {
            let Some(template) = self.out.templates.get_mut(at) else { continue };
            byte_count += template.text.len();
            if byte_count > TEMPLATE_BYTES_MAX {
                whole.append(&mut template.rows);
            }
        }
        whole.sort_unstable();
        for number in whole {
            let Some(row) = rows.get(number as usize) else { continue };
            let first_hole = small(self.out.holes.len());
            let mut text = vec![row.flags.byte(), HOLE];
            if row.flags.derived_id() {
                text.push(HOLE);
                let at = self.fill(row.id.as_bytes(), number, row.millis, None);
                self.out.holes.push(at);
            }
            let (record, at) = (row.record, small(self.out.values.len()));
            self.out.values.push(Value::new(record, Form::Text, number));
            self.out.holes.push(at);
            let template = self.template(&text);
            if let Some(template) = self.out.templates.get_mut(template as usize) {
                template.rows.push(number);
            }
            let hole_count = small(self.out.holes.len()) - first_hole;
            let row = Row { template, first_hole, hole_count };
            if let Some(place) = self.out.rows.get_mut(number as usize) {
                *place = row;
            }
        }
    }
}
