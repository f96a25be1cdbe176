//! The records of a segment become tables and blocks.
//!
//! Four passes: rows are taken apart ([`super::collect`]), holes get symbols ([`super::symbols`]),
//! symbols that belong together are counted together ([`super::shapes`]), and blocks are written.

use bytes::Bytes;
use zstd::bulk::Compressor;

use super::collect::{Collected, Row, collect};
use super::form::Form;
use super::shapes::Shapes;
use super::symbols::{SymbolTable, form_of, symbols};
use super::words::{IndexedRow, record_tokens};
use super::{BLOCK_ROWS_MAX, BLOCK_TEXT_BYTES_MAX, PREFIX_BYTES_MAX, RecordRow};
use crate::codec::bits::{BitWriter, width};
use crate::codec::bytes::Put;
use crate::codec::prefix_code::PrefixCode;
use crate::segment::tokens::records::EncodedTokens;

/// How hard the text of the tables is compressed: once per segment, and kept as long as it.
const TABLES_LEVEL: i32 = 9;
/// How hard the texts of a block are.
const TEXTS_LEVEL: i32 = 3;

/// The records of a segment, ready to be written.
#[derive(Debug)]
pub(crate) struct Encoder<'a> {
    collected: Collected<'a>,
    symbols: Vec<u32>,
    table: SymbolTable,
    shapes: Shapes,
    /// The templates that have rows, by how many.
    order: Vec<usize>,
    /// The rank of each template.
    ranks: Vec<u64>,
    code: PrefixCode,
}

/// One block of records.
#[derive(Debug)]
pub(crate) struct EncodedBlock {
    pub(crate) row_count: u8,
    pub(crate) bytes: Bytes,
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
        let mut ranks = vec![0; collected.templates.len()];
        for (rank, at) in (0_u64..).zip(&order) {
            ranks.iter_mut().skip(*at).take(1).for_each(|place| *place = rank);
        }
        let shapes = Shapes::new(&collected, &symbols);
        let used = collected.rows.iter().map(|row| symbols.get(row.holes()).unwrap_or_default());
        let table = SymbolTable::new(used.flatten(), &collected.values, &shapes.alone());
        Self { collected, symbols, table, shapes, order, ranks, code }
    }

    /// The tables all blocks of the segment need, and the prefix that their texts are compressed
    /// with.
    ///
    /// # Errors
    /// When zstd fails.
    pub(crate) fn tables(&self) -> std::io::Result<(Vec<u8>, Vec<u8>)> {
        let (mut text, mut choices, mut templates) = (Vec::new(), Vec::new(), Vec::new());
        let (mut listed, values) = (BitWriter::default(), &self.collected.values);
        templates.put_varint(self.order.len() as u64);
        self.code.put(&mut templates);
        for at in &self.order {
            let template = self.collected.templates.get(*at);
            let template = template.map(|template| &*template.text).unwrap_or_default();
            text.extend_from_slice(template);
            templates.put_varint(template.len() as u64);
            if let Some(shape) = self.shapes.by_template.get(*at) {
                shape.put(&self.table, values, &mut templates, &mut listed);
            }
        }
        let values = self.table.put(values, &mut text, &mut choices);
        let mut head = Vec::with_capacity(choices.len() + templates.len() + text.len() + 16);
        head.put_bytes(&choices);
        head.put_bytes(&templates);
        head.extend_from_slice(&text);
        let compressed = zstd::bulk::compress(&head, TABLES_LEVEL)?;
        let mut tables = Vec::with_capacity(compressed.len() + values.len() + 32);
        tables.put_varint(head.len() as u64);
        for part in [&compressed, &values, &listed.finish()] {
            tables.put_bytes(part);
        }
        text.truncate(PREFIX_BYTES_MAX);
        Ok((tables, text))
    }

    /// The tokens of the same rows. O(holes + distinct text).
    pub(crate) fn tokens<'i>(
        &self,
        rows: &[RecordRow<'_>],
        indexed: impl Iterator<Item = IndexedRow<'i>>,
    ) -> EncodedTokens {
        record_tokens(&self.collected, rows, indexed)
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
        let rows = self.collected.rows.iter().enumerate();
        for (number, row) in rows.skip(first_row).take(BLOCK_ROWS_MAX) {
            self.put_row(number, row, &mut texts, &mut bits);
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
        Ok(EncodedBlock { row_count, bytes: block.into() })
    }

    fn put_row(&self, number: usize, row: &Row, texts: &mut Vec<u8>, bits: &mut BitWriter) {
        let template = row.template as usize;
        let (rank, shape) = (self.ranks.get(template), self.shapes.by_template.get(template));
        let (Some(rank), Some(shape)) = (rank, shape) else { return };
        let values = &self.collected.values;
        self.code.write(*rank, bits);
        self.shapes.write_row(number, shape, &self.table, values, bits);
        let symbols = self.symbols.get(row.holes()).unwrap_or_default();
        let holes = self.collected.holes.get(row.holes()).unwrap_or_default();
        for (symbol, at) in symbols.iter().zip(holes) {
            let (Some(form), Some(value)) = (form_of(*symbol), values.get(*at as usize)) else {
                continue;
            };
            match form {
                Form::Text => {
                    let length = value.text.len() as u64;
                    bits.write(u64::from(width(length)), super::LENGTH_WIDTH_BITS);
                    bits.write(length, width(length));
                    texts.extend_from_slice(value.text);
                }
                Form::Near(..) => bits.write(u64::from(value.distance), form.bits()),
                form => form.write(value.text, bits),
            }
        }
    }
}
