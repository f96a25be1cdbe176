//! The tables of a segment, as far as reading rows needs them.

use std::ops::Range;
use std::sync::OnceLock;

use bytes::Bytes;
use zstd::bulk::Decompressor;
use zstd::dict::DecoderDictionary;

use super::form::Form;
use super::split::HOLE;
use super::{PREFIX_BYTES_MAX, TABLES_TEXT_BYTES_MAX};
use crate::codec::bits::{BitReader, width};
use crate::codec::bytes::{Malformed, Take};
use crate::codec::prefix_code::PrefixCode;
use crate::row::RowFlags;

/// What all blocks of a segment need.
pub(crate) struct Tables {
    text: Vec<u8>,
    values: Bytes,
    listed: Bytes,
    choices: Vec<Choice>,
    pub(super) choice_code: PrefixCode,
    pub(super) templates: Vec<Template>,
    pub(super) template_code: PrefixCode,
    dictionary: OnceLock<DecoderDictionary<'static>>,
}

/// A form, or the values of the table that have it.
#[derive(Debug)]
struct Choice {
    form: Form,
    first_symbol: u64,
    /// 0 for a form.
    value_count: u64,
    first_bit: u64,
    /// Of one value, in bits.
    width: u32,
    /// Where the first value's text begins.
    text_start: usize,
}

/// What rows of one shape have in common.
#[derive(Debug)]
pub(super) struct Template {
    pub(super) flags: RowFlags,
    /// Spans of the text: one more than there are holes.
    pub(super) pieces: Vec<Range<usize>>,
    pub(super) groups: Vec<Group>,
}

/// Holes that are said together.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) holes: Vec<Hole>,
    pub(super) escape: Option<u64>,
    pub(super) code: PrefixCode,
    first_bit: u64,
    /// Of one combination, in bits.
    width: u64,
}

#[derive(Debug)]
pub(super) struct Hole {
    pub(super) number: usize,
    base: u64,
    width: u32,
}

/// What stands in a hole.
#[derive(Clone, Copy, Debug)]
pub(super) enum Symbol {
    /// The row's own bits say it.
    Form(Form),
    /// The value with this number of a choice.
    Value { choice: usize, number: u64 },
}

impl Tables {
    /// Reads tables. O(templates + text).
    ///
    /// # Errors
    /// [`Malformed`] when they cannot be as written.
    pub(crate) fn open(bytes: &Bytes) -> Result<Self, Malformed> {
        let mut take = Take::new(bytes);
        let text_length = take.count()?;
        if text_length > TABLES_TEXT_BYTES_MAX {
            return take.malformed();
        }
        let text =
            zstd::bulk::decompress(take.bytes()?, text_length).or_else(|_| take.malformed())?;
        let (choices, templates) = (take.bytes()?, take.bytes()?);
        let mut part = || {
            let length = take.bytes()?.len();
            Ok(bytes.slice(take.position() - length..take.position()))
        };
        let (values, listed) = (part()?, part()?);
        let mut reader = TablesReader { text: &text, text_position: 0, listed_position: 0 };
        let (templates, template_code) = reader.templates(&mut Take::new(templates))?;
        let (choices, choice_code) = reader.choices(&mut Take::new(choices))?;
        let dictionary = OnceLock::new();
        Ok(Self {
            text,
            values,
            listed,
            choices,
            choice_code,
            templates,
            template_code,
            dictionary,
        })
    }

    /// What the tables cost in memory, in bytes.
    pub(crate) fn weight(&self) -> u64 {
        let groups = self.templates.iter().flat_map(|template| &template.groups);
        let holes: usize = groups.map(|group| 160 + group.holes.len() * 48).sum();
        (self.text.len() + self.values.len() + self.listed.len() + holes) as u64
    }

    /// The text of a template's piece.
    pub(super) fn text(&self, span: &Range<usize>) -> &[u8] {
        self.text.get(span.clone()).unwrap_or_default()
    }

    /// The symbol of one hole of a group's combination.
    ///
    /// # Errors
    /// [`Malformed`] when there is no such combination or symbol.
    pub(super) fn listed(
        &self,
        group: &Group,
        rank: u64,
        symbols: &mut [Option<Symbol>],
    ) -> Result<(), Malformed> {
        let position = rank - u64::from(group.escape.is_some_and(|escape| escape < rank));
        let bit = group.first_bit.saturating_add(position.saturating_mul(group.width));
        let mut reader = BitReader::new(&self.listed, bit);
        for hole in &group.holes {
            let number = hole.base.saturating_add(reader.read(hole.width)?);
            if let Some(place) = symbols.get_mut(hole.number) {
                *place = Some(self.symbol(number).map_or_else(|| reader.malformed(), Ok)?);
            }
        }
        Ok(())
    }

    /// The symbol that is said without its group.
    ///
    /// # Errors
    /// [`Malformed`] when the bits are none.
    pub(super) fn alone(&self, from: &mut BitReader<'_>) -> Result<Symbol, Malformed> {
        let rank = usize::try_from(self.choice_code.read(from)?).unwrap_or(usize::MAX);
        let Some(choice) = self.choices.get(rank) else { return from.malformed() };
        let number = from.read(width(choice.value_count.saturating_sub(1)))?;
        if number > choice.value_count.saturating_sub(1) {
            return from.malformed();
        }
        Ok(choice.symbol(rank, number))
    }

    fn symbol(&self, number: u64) -> Option<Symbol> {
        let after = self.choices.partition_point(|choice| choice.first_symbol <= number);
        let at = after.checked_sub(1)?;
        let choice = self.choices.get(at)?;
        let number = number - choice.first_symbol;
        (number < choice.value_count.max(1)).then(|| choice.symbol(at, number))
    }

    /// Appends a value of the table.
    ///
    /// # Errors
    /// [`Malformed`] when the table ends before it.
    pub(super) fn value(
        &self,
        choice: usize,
        number: u64,
        out: &mut Vec<u8>,
    ) -> Result<(), Malformed> {
        let Some(choice) = self.choices.get(choice) else { return Err(Malformed { offset: 0 }) };
        let bit = choice.first_bit.saturating_add(number.saturating_mul(u64::from(choice.width)));
        let mut reader = BitReader::new(&self.values, bit);
        if choice.form != Form::Text {
            return choice.form.read(&mut reader, 0, out);
        }
        let start = match number {
            0 => choice.text_start,
            _ => {
                let before = bit.saturating_sub(u64::from(choice.width));
                text_end(&mut BitReader::new(&self.values, before), choice.width)?
            }
        };
        let end = text_end(&mut reader, choice.width)?;
        let Some(text) = self.text.get(start..end) else { return reader.malformed() };
        out.extend_from_slice(text);
        Ok(())
    }

    /// Decompresses the texts of a block.
    pub(super) fn decompress(&self, texts: &[u8], length: usize) -> std::io::Result<Vec<u8>> {
        let prefix = self.text.get(..self.text.len().min(PREFIX_BYTES_MAX)).unwrap_or_default();
        let dictionary = self.dictionary.get_or_init(|| DecoderDictionary::copy(prefix));
        Decompressor::with_prepared_dictionary(dictionary)?.decompress(texts, length)
    }
}

impl std::fmt::Debug for Tables {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Tables").field("templates", &self.templates.len()).finish()
    }
}

fn text_end(from: &mut BitReader<'_>, width: u32) -> Result<usize, Malformed> {
    Ok(usize::try_from(from.read(width)?).unwrap_or(usize::MAX))
}

impl Choice {
    fn symbol(&self, rank: usize, number: u64) -> Symbol {
        match self.value_count {
            0 => Symbol::Form(self.form),
            _ => Symbol::Value { choice: rank, number },
        }
    }
}

struct TablesReader<'t> {
    text: &'t [u8],
    text_position: usize,
    listed_position: u64,
}

impl TablesReader<'_> {
    fn templates(&mut self, take: &mut Take<'_>) -> Result<(Vec<Template>, PrefixCode), Malformed> {
        let count = take.count()?;
        let code = PrefixCode::take(take)?;
        if code.len() != count as u64 {
            return take.malformed();
        }
        let mut templates = Vec::new();
        for _ in 0..count {
            templates.push(self.template(take)?);
        }
        Ok((templates, code))
    }

    fn template(&mut self, take: &mut Take<'_>) -> Result<Template, Malformed> {
        let length = take.count()?;
        let start = self.text_position;
        let end = start.saturating_add(length);
        let Some((flags, text)) = self.text.get(start..end).and_then(|text| text.split_first())
        else {
            return take.malformed();
        };
        self.text_position = end;
        let flags = RowFlags::from_byte(*flags).map_or_else(|| take.malformed(), Ok)?;
        let mut pieces = Vec::new();
        let mut piece_start = start + 1;
        for piece in text.split(|byte| *byte == HOLE) {
            pieces.push(piece_start..piece_start + piece.len());
            piece_start += piece.len() + 1;
        }
        let hole_count = pieces.len() - 1;
        if flags.derived_id() && (hole_count == 0 || pieces.first().is_none_or(|id| !id.is_empty()))
        {
            return take.malformed();
        }
        let group_count = take.count()?;
        let mut groups = Vec::new();
        let mut is_said = vec![false; hole_count];
        for _ in 0..group_count {
            let group = self.group(take)?;
            for hole in &group.holes {
                match is_said.get_mut(hole.number) {
                    Some(is_said) if !*is_said => *is_said = true,
                    _ => return take.malformed(),
                }
            }
            groups.push(group);
        }
        if is_said.contains(&false) {
            take.malformed()
        } else {
            Ok(Template { flags, pieces, groups })
        }
    }

    fn group(&mut self, take: &mut Take<'_>) -> Result<Group, Malformed> {
        let hole_count = take.count()?;
        let mut holes = Vec::new();
        let mut group_width = 0;
        for _ in 0..hole_count {
            let (number, base, width) = (take.count()?, take.varint()?, u32::from(take.u8()?));
            if width > u64::BITS {
                return take.malformed();
            }
            group_width += u64::from(width);
            holes.push(Hole { number, base, width });
        }
        let escape = take.varint()?.checked_sub(1);
        let code = PrefixCode::take(take)?;
        if code.len() == 0 || escape.is_some_and(|escape| escape >= code.len()) {
            return take.malformed();
        }
        let first_bit = self.listed_position;
        let listed = code.len() - u64::from(escape.is_some());
        self.listed_position = first_bit.saturating_add(listed.saturating_mul(group_width));
        Ok(Group { holes, escape, code, first_bit, width: group_width })
    }

    fn choices(&mut self, take: &mut Take<'_>) -> Result<(Vec<Choice>, PrefixCode), Malformed> {
        let count = take.count()?;
        let text_width = width(self.text.len() as u64);
        let (mut choices, mut first_symbol, mut first_bit) = (Vec::new(), 0_u64, 0_u64);
        for _ in 0..count {
            let form = Form::decode([take.u8()?, take.u8()?]);
            let form = form.map_or_else(|| take.malformed(), Ok)?;
            let value_count = take.varint()?;
            let is_text = form == Form::Text;
            let width = if is_text { text_width } else { form.bits() };
            let text_start = self.text_position;
            choices.push(Choice { form, first_symbol, value_count, first_bit, width, text_start });
            first_symbol = first_symbol.saturating_add(value_count.max(1));
            first_bit = first_bit.saturating_add(value_count.saturating_mul(u64::from(width)));
        }
        let code = PrefixCode::take(take)?;
        if code.len() == count as u64 { Ok((choices, code)) } else { take.malformed() }
    }
}
