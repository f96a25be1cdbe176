//! How the rows of each template are said: the combinations that its parts and groups have.

use hashbrown::{DefaultHashBuilder, HashMap};

use super::collect::{Collected, Template, Value};
use super::groups::{SAMPLE_ROWS_MAX, Tally, group};
use super::symbols::SymbolTable;
use super::tuples::{Ranked, Tuples};
use crate::codec::bits::{BitWriter, width};
use crate::codec::bytes::Put;

/// All templates' shapes, and which combinations each row has.
#[derive(Debug)]
pub(super) struct Shapes {
    /// By the template's position.
    pub(super) by_template: Vec<Shape>,
    /// Where each row's combinations begin in `positions`.
    first_positions: Vec<usize>,
    /// Of each row, those of the parts, then those of the groups.
    positions: Vec<u32>,
}

/// The parts and groups of a template.
#[derive(Debug, Default)]
pub(super) struct Shape {
    parts: Vec<Level>,
    groups: Vec<Level>,
    /// The parts that are in no group.
    single: Vec<usize>,
}

#[derive(Debug)]
struct Level {
    tuples: Tuples,
    ranked: Ranked,
}

impl Level {
    fn new(tuples: Tuples) -> Self {
        Self { ranked: tuples.rank(), tuples }
    }

    fn listed(&self) -> impl Iterator<Item = &[u32]> {
        self.ranked.order.iter().map(|position| self.tuples.tuple(*position))
    }

    fn put_code(&self, out: &mut Vec<u8>) {
        out.put_varint(self.ranked.escape.map_or(0, |escape| escape + 1));
        self.ranked.code.put(out);
    }

    /// Writes the code of a combination, or that it is not listed. Returns whether it is.
    fn write_code(&self, position: usize, to: &mut BitWriter) -> bool {
        let rank = self.ranked.rank(position);
        self.ranked.code.write(rank.or(self.ranked.escape).unwrap_or(0), to);
        rank.is_some()
    }

    /// Writes which combination of a part it is.
    fn write(
        &self,
        position: usize,
        table: &SymbolTable,
        values: &[Value<'_>],
        to: &mut BitWriter,
    ) {
        if !self.write_code(position, to) {
            let tuple = self.tuples.tuple(position).iter();
            tuple.for_each(|symbol| table.write(*symbol, values, to));
        }
    }

    fn put_part(
        &self,
        table: &SymbolTable,
        values: &[Value<'_>],
        out: &mut Vec<u8>,
        listed: &mut BitWriter,
    ) {
        out.put_varint(self.tuples.members.len() as u64);
        let symbols = self.listed().flatten();
        let symbols: Vec<u64> = symbols.map(|symbol| table.place(*symbol, values).symbol).collect();
        let tuples = || symbols.chunks_exact(self.tuples.members.len().max(1));
        let mut fields = Vec::with_capacity(self.tuples.members.len());
        for (member, hole) in self.tuples.members.iter().enumerate() {
            let numbers = || tuples().filter_map(|tuple| tuple.get(member)).copied();
            let base = numbers().min().unwrap_or(0);
            let bits = width(numbers().max().unwrap_or(0) - base);
            out.put_varint(*hole as u64);
            out.put_varint(base);
            out.push(bits.to_le_bytes()[0]);
            fields.push((base, bits));
        }
        self.put_code(out);
        for tuple in tuples() {
            for (symbol, (base, bits)) in tuple.iter().zip(&fields) {
                listed.write(symbol.saturating_sub(*base), *bits);
            }
        }
    }
}

impl Shapes {
    /// Counts all rows, whose holes have these symbols. O(holes).
    pub(super) fn new(collected: &Collected<'_>, symbols: &[u32]) -> Self {
        let mut shapes = Self {
            by_template: Vec::with_capacity(collected.templates.len()),
            first_positions: vec![0; collected.rows.len()],
            positions: Vec::with_capacity(collected.rows.len() * 8),
        };
        let (hasher, mut tally) = (DefaultHashBuilder::default(), Tally::default());
        let symbols_of = |row: u32| {
            let row = collected.rows.get(row as usize);
            row.and_then(|row| symbols.get(row.holes())).unwrap_or_default()
        };
        for template in &collected.templates {
            let shape = shapes.count(template, symbols_of, &hasher, &mut tally);
            shapes.by_template.push(shape);
        }
        shapes
    }

    fn count<'s>(
        &mut self,
        template: &Template,
        symbols_of: impl Fn(u32) -> &'s [u32],
        hasher: &DefaultHashBuilder,
        tally: &mut Tally,
    ) -> Shape {
        if template.rows.is_empty() {
            return Shape::default();
        }
        let step = template.rows.len().div_ceil(SAMPLE_ROWS_MAX).max(1);
        let sampled = template.rows.len().div_ceil(step);
        let mut columns: Vec<Vec<u32>> =
            (0..template.hole_count()).map(|_| Vec::with_capacity(sampled)).collect();
        for row in template.rows.iter().step_by(step) {
            let symbols = symbols_of(*row).iter();
            columns.iter_mut().zip(symbols).for_each(|(column, symbol)| column.push(*symbol));
        }
        let grouping = group(&columns, template.rows.len(), tally);
        let mut parts: Vec<Tuples> = grouping.parts.into_iter().map(Tuples::new).collect();
        let mut groups: Vec<Tuples> = grouping.groups.into_iter().map(Tuples::new).collect();
        groups.retain(|group| group.members.len() > 1);
        let is_single = |part: &usize| !groups.iter().any(|group| group.members.contains(part));
        let single: Vec<usize> = (0..parts.len()).filter(is_single).collect();
        let first = self.positions.len();
        let mut tuple = Vec::new();
        for row in &template.rows {
            let start = self.positions.len();
            if let Some(place) = self.first_positions.get_mut(*row as usize) {
                *place = start;
            }
            let symbols = symbols_of(*row);
            for part in &mut parts {
                self.positions.push(part.add(hasher, symbols, &mut tuple));
            }
            for group in &mut groups {
                let of_parts = self.positions.get(start..).unwrap_or_default();
                self.positions.push(group.add(hasher, of_parts, &mut tuple));
            }
        }
        // Only now it is known which combinations are listed, and so what is said how often.
        let positions = self.positions.get(first..).unwrap_or_default();
        for row in positions.chunks_exact((parts.len() + groups.len()).max(1)) {
            let (of_parts, of_groups) = row.split_at(parts.len());
            let mut say = |part: &usize| {
                if let (Some(part), Some(at)) = (parts.get_mut(*part), of_parts.get(*part)) {
                    part.use_code(*at);
                }
            };
            for (group, position) in groups.iter_mut().zip(of_groups) {
                group.use_code(*position);
                if !group.is_listed(*position as usize) {
                    group.members.iter().for_each(&mut say);
                }
            }
            single.iter().for_each(say);
        }
        Shape {
            parts: parts.into_iter().map(Level::new).collect(),
            groups: groups.into_iter().map(Level::new).collect(),
            single,
        }
    }

    /// How often each symbol is said by itself.
    pub(super) fn alone(&self) -> HashMap<u32, u64> {
        let mut alone: HashMap<u32, u64> = HashMap::new();
        let parts = self.by_template.iter().flat_map(|shape| &shape.parts);
        for (tuple, uses) in parts.flat_map(|part| part.tuples.unlisted()) {
            tuple.iter().for_each(|symbol| *alone.entry(*symbol).or_default() += uses);
        }
        alone
    }

    /// Writes which combinations a row has.
    pub(super) fn write_row(
        &self,
        row: usize,
        shape: &Shape,
        table: &SymbolTable,
        values: &[Value<'_>],
        to: &mut BitWriter,
    ) {
        let first = self.first_positions.get(row).copied().unwrap_or(0);
        let positions = self.positions.get(first..).unwrap_or_default();
        let of_groups = positions.iter().skip(shape.parts.len());
        let part_at = |part: &usize| Some((shape.parts.get(*part)?, *positions.get(*part)?));
        for (group, position) in shape.groups.iter().zip(of_groups) {
            if group.write_code(*position as usize, to) {
                continue;
            }
            for (part, position) in group.tuples.members.iter().filter_map(part_at) {
                part.write(position as usize, table, values, to);
            }
        }
        for (part, position) in shape.single.iter().filter_map(part_at) {
            part.write(position as usize, table, values, to);
        }
    }
}

impl Shape {
    /// Writes parts and groups, and what they list.
    pub(super) fn put(
        &self,
        table: &SymbolTable,
        values: &[Value<'_>],
        out: &mut Vec<u8>,
        listed: &mut BitWriter,
    ) {
        out.put_varint(self.parts.len() as u64);
        for part in &self.parts {
            part.put_part(table, values, out, listed);
        }
        out.put_varint(self.groups.len() as u64);
        for group in &self.groups {
            out.put_varint(group.tuples.members.len() as u64);
            group.tuples.members.iter().for_each(|part| out.put_varint(*part as u64));
            group.put_code(out);
            for tuple in group.listed() {
                for (part, position) in group.tuples.members.iter().zip(tuple) {
                    let Some(Level { ranked, .. }) = self.parts.get(*part) else { continue };
                    let rank = ranked.rank(*position as usize).unwrap_or(0);
                    listed.write(rank, width(ranked.code.len().saturating_sub(1)));
                }
            }
        }
    }
}
