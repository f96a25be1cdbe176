//! What can stand in a hole: a value of the segment's table, or a form whose bits are the row's.

use hashbrown::HashMap;

use super::collect::{Collected, Value};
use super::form::Form;
use crate::codec::bits::{BitWriter, width};
use crate::codec::bytes::{Put, small};
use crate::codec::prefix_code::PrefixCode;

/// Marks a symbol that is a form; the others are positions of values.
const INLINE: u32 = 1 << 31;

/// Longest value in the table, in bytes. The tables are in memory whenever records are read.
const VALUE_BYTES_MAX: usize = 4 << 10;

/// All values in the table together, in bytes.
const TABLE_BYTES_MAX: usize = 16 << 20;

/// A value that this many rows have is in the table, however short it is.
const TABLE_ROWS: u32 = 16;

/// What naming a value of the table takes at most, in bits.
const NAME_BITS: u32 = 24;

/// The number of a value that is not in the table.
const UNNUMBERED: u32 = u32::MAX;

/// A form, or the values of the table that have one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Choice {
    pub(super) form: Form,
    pub(super) is_table: bool,
}

fn inline(form: Form) -> u32 {
    let [kind, size] = form.encode();
    INLINE | u32::from(kind) << 8 | u32::from(size)
}

/// The form that a symbol is; `None` for a value of the table.
pub(super) fn form_of(symbol: u32) -> Option<Form> {
    let [size, kind, ..] = symbol.to_le_bytes();
    Form::decode([kind, size]).filter(|_| symbol & INLINE != 0)
}

/// The symbol of every hole, row by row. O(holes).
pub(super) fn symbols(collected: &Collected<'_>) -> Vec<u32> {
    let is_in_table = in_table(&collected.values);
    // Rows that were taken apart in vain have left holes that belong to none.
    let mut symbols = vec![0; collected.holes.len()];
    for row in &collected.rows {
        let (Some(holes), Some(places)) =
            (collected.holes.get(row.holes()), symbols.get_mut(row.holes()))
        else {
            continue;
        };
        for (hole, (at, place)) in holes.iter().zip(places).enumerate() {
            let Some(value) = collected.values.get(*at as usize) else { continue };
            let earlier = || holes.iter().take(hole).position(|other| other == at);
            *place = if is_in_table.get(*at as usize).copied().unwrap_or(false) {
                *at
            } else if value.is_doubled
                && let Some(earlier) = earlier()
            {
                inline(Form::Same(u8::try_from(earlier).unwrap_or(0)))
            } else {
                inline(value.form)
            };
        }
    }
    symbols
}

/// Which values are in the table.
fn in_table(values: &[Value<'_>]) -> Vec<bool> {
    let mut room = TABLE_BYTES_MAX;
    let is_in_table = |value: &Value<'_>| {
        let fits = is_worth_naming(value) && value.text.len() <= room;
        room -= if fits { value.text.len() } else { 0 };
        fits
    };
    values.iter().map(is_in_table).collect()
}

/// Whether naming a value is cheaper than saying it in each of its rows.
fn is_worth_naming(value: &Value<'_>) -> bool {
    let length = value.text.len();
    if value.row_count < 2 || length > VALUE_BYTES_MAX || matches!(value.form, Form::Near(..)) {
        return false;
    }
    let bits = if value.form == Form::Text { small(length * 8) } else { value.form.bits() };
    let repeated = bits.saturating_mul(value.row_count - 1);
    value.row_count >= TABLE_ROWS || repeated > NAME_BITS.saturating_mul(value.row_count)
}

/// All choices with their numbers, and the table of values.
#[derive(Debug)]
pub(super) struct SymbolTable {
    /// By how often they are said without their group.
    choices: Vec<(Choice, Vec<u32>)>,
    code: PrefixCode,
    ranks: HashMap<Choice, (u64, u64)>,
    /// The number of each value within its choice.
    numbers: Vec<u32>,
}

/// Where a symbol is: its choice, and its place among those of the choice.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) choice: u64,
    pub(super) number: u64,
    /// How many bits say the number.
    pub(super) width: u32,
    /// The symbol's number among all.
    pub(super) symbol: u64,
}

impl SymbolTable {
    /// Numbers symbols; `alone` says how often each is said without its group.
    pub(super) fn new<'s>(
        symbols: impl Iterator<Item = &'s u32>,
        values: &[Value<'_>],
        alone: &HashMap<u32, u64>,
    ) -> Self {
        let mut by_choice: HashMap<Choice, (u64, Vec<u32>)> = HashMap::new();
        let mut numbers = vec![UNNUMBERED; values.len()];
        // Forms are few and each is in many holes: two bytes say which.
        let mut is_seen = vec![false; 1 << 16];
        for symbol in symbols {
            if symbol & INLINE != 0 {
                match is_seen.get_mut((symbol & 0xffff) as usize) {
                    Some(is_seen) if !*is_seen => *is_seen = true,
                    _ => continue,
                }
                by_choice.entry(choice_of(*symbol, values)).or_default();
                continue;
            }
            match numbers.get_mut(*symbol as usize) {
                Some(number) if *number == UNNUMBERED => {
                    let (_, members) = by_choice.entry(choice_of(*symbol, values)).or_default();
                    *number = small(members.len());
                    members.push(*symbol);
                }
                _ => {}
            }
        }
        for (symbol, count) in alone {
            if let Some((uses, _)) = by_choice.get_mut(&choice_of(*symbol, values)) {
                *uses += count;
            }
        }
        let mut ordered: Vec<(Choice, (u64, Vec<u32>))> = by_choice.into_iter().collect();
        ordered.sort_by_key(|(choice, (uses, _))| (std::cmp::Reverse(*uses), *choice));
        let frequencies: Vec<u64> = ordered.iter().map(|(_, (uses, _))| *uses).collect();
        let mut ranks = HashMap::new();
        let mut first = 0;
        for (rank, (choice, (_, members))) in (0_u64..).zip(&ordered) {
            ranks.insert(*choice, (rank, first));
            first += if choice.is_table { members.len() as u64 } else { 1 };
        }
        let choices = ordered.into_iter().map(|(choice, (_, members))| (choice, members)).collect();
        Self { choices, code: PrefixCode::new(&frequencies), ranks, numbers }
    }

    pub(super) fn place(&self, symbol: u32, values: &[Value<'_>]) -> Place {
        let choice = choice_of(symbol, values);
        let (rank, first) = self.ranks.get(&choice).copied().unwrap_or_default();
        let number = self.numbers.get(symbol as usize).copied().filter(|_| choice.is_table);
        let number = u64::from(number.unwrap_or(0));
        let members = usize::try_from(rank).ok().and_then(|rank| self.choices.get(rank));
        let last = members.map_or(0, |(_, members)| members.len().saturating_sub(1) as u64);
        Place { choice: rank, number, width: width(last), symbol: first + number }
    }

    /// Writes a symbol that is said without its group.
    pub(super) fn write(&self, symbol: u32, values: &[Value<'_>], to: &mut BitWriter) {
        let place = self.place(symbol, values);
        self.code.write(place.choice, to);
        to.write(place.number, place.width);
    }

    /// Writes the choices, and appends the texts of the table to `text`. Returns the bits of all
    /// other values.
    pub(super) fn put(
        &self,
        values: &[Value<'_>],
        text: &mut Vec<u8>,
        out: &mut Vec<u8>,
    ) -> Vec<u8> {
        let text_bytes: usize = text.len() + self.texts(values).map(<[u8]>::len).sum::<usize>();
        let text_width = width(text_bytes as u64);
        let mut bits = BitWriter::default();
        out.put_varint(self.choices.len() as u64);
        for (choice, members) in &self.choices {
            out.extend_from_slice(&choice.form.encode());
            out.put_varint(members.len() as u64);
            for value in members.iter().filter_map(|at| values.get(*at as usize)) {
                if choice.form == Form::Text {
                    text.extend_from_slice(value.text);
                    bits.write(text.len() as u64, text_width);
                } else {
                    choice.form.write(value.text, &mut bits);
                }
            }
        }
        self.code.put(out);
        bits.finish()
    }

    fn texts<'v>(&self, values: &'v [Value<'v>]) -> impl Iterator<Item = &'v [u8]> {
        let texts = self.choices.iter().filter(|(choice, _)| choice.form == Form::Text);
        let members = texts.flat_map(|(_, members)| members);
        members.filter_map(|at| values.get(*at as usize)).map(|value| value.text)
    }
}

fn choice_of(symbol: u32, values: &[Value<'_>]) -> Choice {
    match form_of(symbol) {
        Some(form) => Choice { form, is_table: false },
        None => {
            let form = values.get(symbol as usize).map_or(Form::Text, |value| value.form);
            Choice { form: form.in_table(), is_table: true }
        }
    }
}
