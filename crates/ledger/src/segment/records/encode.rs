//! The records of a segment become tables and blocks.
//!
//! Four passes: rows are taken apart ([`super::collect`]), holes get symbols ([`super::symbols`]),
//! symbols that belong together are counted together ([`super::groups`], [`super::tuples`]), and
//! blocks are written.

use hashbrown::{DefaultHashBuilder, HashMap};
use zstd::bulk::Compressor;

use super::collect::{Collected, Row, collect};
use super::form::Form;
use super::groups::{SAMPLE_ROWS_MAX, group};
use super::symbols::{SymbolTable, form_of, symbols};
use super::tuples::{Ranked, Tuples};
use super::{BLOCK_ROWS_MAX, BLOCK_TEXT_BYTES_MAX, PREFIX_BYTES_MAX, RecordRow};
use crate::codec::bits::{BitWriter, width};
use crate::codec::bytes::Put;
use crate::codec::prefix_code::PrefixCode;

/// How hard the text of the tables is compressed: once per segment, and kept as long as it.
const TABLES_LEVEL: i32 = 9;
/// How hard the texts of a block are.
const TEXTS_LEVEL: i32 = 3;

/// The records of a segment, ready to be written.
pub(crate) struct Encoder<'a> {
    collected: Collected<'a>,
    symbols: Vec<u32>,
    table: SymbolTable,
    /// The templates that have rows, by how many.
    order: Vec<usize>,
    /// The rank of each template, and its groups.
    templates: Vec<(u64, Vec<Group>)>,
    code: PrefixCode,
    /// Where the combination of each row's groups is: the first one's place in `tuples`.
    first_tuples: Vec<usize>,
    tuples: Vec<u32>,
}

struct Group {
    tuples: Tuples,
    ranked: Ranked,
}

/// One block of records.
#[derive(Debug)]
pub(crate) struct EncodedBlock {
    pub(crate) row_count: u8,
    pub(crate) bytes: Vec<u8>,
}

impl<'a> Encoder<'a> {
    /// Takes all rows of a segment, in its order. O(bytes).
    pub(crate) fn new(rows: &[RecordRow<'a>]) -> Self {
        let collected = collect(rows);
        let symbols = symbols(&collected);
        let mut order: Vec<usize> = (0..collected.templates.len()).collect();
        let row_count =
            |at: &usize| collected.templates.get(*at).map_or(0, |template| template.rows.len());
        order.retain(|at| row_count(at) > 0);
        order.sort_by_key(|at| std::cmp::Reverse(row_count(at)));
        let frequencies: Vec<u64> = order.iter().map(|at| row_count(at) as u64).collect();
        let code = PrefixCode::new(&frequencies);

        let mut counted = Counted::new(&collected, &symbols);
        for at in &order {
            counted.count(*at);
        }
        let Counted { templates, first_tuples, tuples, .. } = counted;
        let mut templates: Vec<(u64, Vec<Group>)> =
            templates.into_iter().map(|groups| (0, groups)).collect();
        for (rank, at) in (0_u64..).zip(&order) {
            if let Some((place, _)) = templates.get_mut(*at) {
                *place = rank;
            }
        }
        let mut alone: HashMap<u32, u64> = HashMap::new();
        let groups = || templates.iter().flat_map(|(_, groups)| groups);
        for (tuple, count) in groups().flat_map(|group| group.tuples.unlisted()) {
            tuple.iter().for_each(|symbol| *alone.entry(*symbol).or_default() += count);
        }
        let rows = collected.rows.iter();
        let used = rows.flat_map(|row| symbols.get(row.holes()).unwrap_or_default());
        let used: Vec<u32> = used.copied().collect();
        let table = SymbolTable::new(&used, &collected.values, &alone);
        Self { collected, symbols, table, order, templates, code, first_tuples, tuples }
    }

    /// The tables all blocks of the segment need, and the prefix that their texts are compressed
    /// with.
    ///
    /// # Errors
    /// When zstd fails.
    pub(crate) fn tables(&self) -> std::io::Result<(Vec<u8>, Vec<u8>)> {
        let (mut text, mut choices, mut templates) = (Vec::new(), Vec::new(), Vec::new());
        let mut combinations = BitWriter::default();
        templates.put_varint(self.order.len() as u64);
        self.code.put(&mut templates);
        for at in &self.order {
            let template = self.collected.templates.get(*at);
            let template = template.map(|template| &*template.text).unwrap_or_default();
            text.extend_from_slice(template);
            templates.put_varint(template.len() as u64);
            let groups = self.templates.get(*at).map_or(&[][..], |(_, groups)| groups);
            templates.put_varint(groups.len() as u64);
            for group in groups {
                self.put_group(group, &mut templates, &mut combinations);
            }
        }
        let values = self.table.put(&self.collected.values, &mut text, &mut choices);
        let compressed = zstd::bulk::compress(&text, TABLES_LEVEL)?;
        let mut tables = Vec::with_capacity(compressed.len() + values.len() + templates.len());
        tables.put_varint(text.len() as u64);
        for part in [&compressed, &choices, &templates, &values, &combinations.finish()] {
            tables.put_bytes(part);
        }
        text.truncate(PREFIX_BYTES_MAX);
        Ok((tables, text))
    }

    fn put_group(&self, group: &Group, out: &mut Vec<u8>, combinations: &mut BitWriter) {
        let Group { tuples, ranked } = group;
        let listed = || ranked.order.iter().map(|position| tuples.tuple(*position));
        let place = |symbol: &u32| self.table.place(*symbol, &self.collected.values).symbol;
        out.put_varint(tuples.holes.len() as u64);
        let mut fields = Vec::with_capacity(tuples.holes.len());
        for (member, hole) in tuples.holes.iter().enumerate() {
            let numbers = || listed().filter_map(|tuple| tuple.get(member)).map(place);
            let base = numbers().min().unwrap_or(0);
            let bits = width(numbers().max().unwrap_or(0) - base);
            out.put_varint(*hole as u64);
            out.put_varint(base);
            out.push(bits.to_le_bytes()[0]);
            fields.push((base, bits));
        }
        out.put_varint(ranked.escape.map_or(0, |escape| escape + 1));
        ranked.code.put(out);
        for tuple in listed() {
            for (symbol, (base, bits)) in tuple.iter().zip(&fields) {
                combinations.write(place(symbol).saturating_sub(*base), *bits);
            }
        }
    }

    /// The blocks in order.
    ///
    /// # Errors
    /// When zstd fails.
    pub(crate) fn blocks(
        &self,
        prefix: &[u8],
    ) -> std::io::Result<impl Iterator<Item = std::io::Result<EncodedBlock>>> {
        let mut compressor = Compressor::with_dictionary(TEXTS_LEVEL, prefix)?;
        let mut first_row = 0;
        Ok(std::iter::from_fn(move || {
            (first_row < self.collected.rows.len()).then(|| {
                let block = self.block(first_row, &mut compressor)?;
                first_row += usize::from(block.row_count);
                Ok(block)
            })
        }))
    }

    fn block(
        &self,
        first_row: usize,
        compressor: &mut Compressor<'_>,
    ) -> std::io::Result<EncodedBlock> {
        let (mut texts, mut bits) = (Vec::new(), BitWriter::default());
        let mut row_count = 0_u8;
        let rows = self.collected.rows.iter().zip(&self.first_tuples);
        for (row, first_tuple) in rows.skip(first_row).take(BLOCK_ROWS_MAX) {
            self.put_row(row, *first_tuple, &mut texts, &mut bits);
            row_count += 1;
            if texts.len() >= BLOCK_TEXT_BYTES_MAX {
                break;
            }
        }
        let mut block = Vec::with_capacity(bits.byte_count() + texts.len() + 16);
        block.put_varint(texts.len() as u64);
        let compressed = if texts.is_empty() { Vec::new() } else { compressor.compress(&texts)? };
        let smaller = if compressed.len() < texts.len() { &compressed } else { &texts };
        block.put_bytes(smaller);
        block.extend_from_slice(&bits.finish());
        Ok(EncodedBlock { row_count, bytes: block })
    }

    fn put_row(&self, row: &Row, first_tuple: usize, texts: &mut Vec<u8>, bits: &mut BitWriter) {
        let Some((rank, groups)) = self.templates.get(row.template as usize) else { return };
        self.code.write(*rank, bits);
        let values = &self.collected.values;
        let positions = self.tuples.get(first_tuple..).unwrap_or_default();
        for (group, position) in groups.iter().zip(positions) {
            let position = *position as usize;
            match (group.ranked.rank(position), group.ranked.escape) {
                (Some(rank), _) => group.ranked.code.write(rank, bits),
                (None, escape) => {
                    group.ranked.code.write(escape.unwrap_or(0), bits);
                    let tuple = group.tuples.tuple(position).iter();
                    tuple.for_each(|symbol| self.table.write(*symbol, values, bits));
                }
            }
        }
        let symbols = self.symbols.get(row.holes()).unwrap_or_default();
        let holes = self.collected.holes.get(row.holes()).unwrap_or_default();
        for (symbol, at) in symbols.iter().zip(holes) {
            let (Some(form), Some(value)) = (form_of(*symbol), values.get(*at as usize)) else {
                continue;
            };
            if form == Form::Text {
                let length = value.text.len() as u64;
                bits.write(u64::from(width(length)), super::LENGTH_WIDTH_BITS);
                bits.write(length, width(length));
                texts.extend_from_slice(value.text);
            } else {
                form.write(value.text, row.millis, bits);
            }
        }
    }
}

impl std::fmt::Debug for Encoder<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Encoder").field("rows", &self.collected.rows.len()).finish()
    }
}

/// The groups of all templates, while they are counted.
struct Counted<'c> {
    collected: &'c Collected<'c>,
    symbols: &'c [u32],
    hasher: DefaultHashBuilder,
    templates: Vec<Vec<Group>>,
    first_tuples: Vec<usize>,
    tuples: Vec<u32>,
}

impl<'c> Counted<'c> {
    fn new(collected: &'c Collected<'c>, symbols: &'c [u32]) -> Self {
        let templates = collected.templates.iter().map(|_| Vec::new()).collect();
        let first_tuples = vec![0; collected.rows.len()];
        let hasher = DefaultHashBuilder::default();
        Self { collected, symbols, hasher, templates, first_tuples, tuples: Vec::new() }
    }

    /// Groups the holes of a template and counts the combinations of its rows.
    fn count(&mut self, at: usize) {
        let Some(template) = self.collected.templates.get(at) else { return };
        let symbols_of = |row: &u32| {
            let row = self.collected.rows.get(*row as usize);
            row.and_then(|row| self.symbols.get(row.holes())).unwrap_or_default()
        };
        let step = template.rows.len().div_ceil(SAMPLE_ROWS_MAX).max(1);
        let mut columns = vec![Vec::new(); template.hole_count()];
        for row in template.rows.iter().step_by(step) {
            let symbols = symbols_of(row).iter();
            columns.iter_mut().zip(symbols).for_each(|(column, symbol)| column.push(*symbol));
        }
        let groups = group(&columns, template.rows.len());
        let mut groups: Vec<Tuples> = groups.into_iter().map(Tuples::new).collect();
        let mut tuple = Vec::new();
        for row in &template.rows {
            if let Some(first) = self.first_tuples.get_mut(*row as usize) {
                *first = self.tuples.len();
            }
            let symbols = symbols_of(row);
            for group in &mut groups {
                tuple.clear();
                tuple.extend(group.holes.iter().filter_map(|hole| symbols.get(*hole)));
                self.tuples.push(group.add(&self.hasher, &tuple));
            }
        }
        let ranked = |tuples: Tuples| Group { ranked: tuples.rank(), tuples };
        if let Some(place) = self.templates.get_mut(at) {
            *place = groups.into_iter().map(ranked).collect();
        }
    }
}
