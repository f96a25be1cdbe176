//! The tables of a segment, as far as reading rows needs them.
//!
//! - [`read`]: from bytes.

mod read;

use std::ops::Range;
use std::sync::OnceLock;

use bytes::Bytes;
use zstd::bulk::Decompressor;
use zstd::dict::DecoderDictionary;

use self::read::{TemplateReader, Templates, list_templates, read_choices};
use super::form::Form;
use super::sieve::Sieve;
use super::{PREFIX_BYTES_MAX, TABLES_HEAD_BYTES_MAX};
use crate::codec::bits::{BitReader, width};
use crate::codec::bytes::{Malformed, Take};
use crate::codec::prefix_code::PrefixCode;
use crate::row::RowFlags;

/// Symbols of which anything is remembered: a damaged table may claim to have any number of them.
const SYMBOLS_MAX: u64 = 1 << 24;

/// Templates that are read while tables stay in the cache, and what one takes, in bytes.
const READ_TEMPLATES_USUAL: usize = 32;
const READ_TEMPLATE_BYTES: usize = 3 << 10;

/// What all blocks of a segment need.
pub(crate) struct Tables {
    head: Vec<u8>,
    /// Where the text begins in the head.
    text_start: usize,
    values: Bytes,
    listed: Bytes,
    choices: Vec<Choice>,
    pub(super) choice_code: PrefixCode,
    templates: Vec<ListedTemplate>,
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

/// Where a template is, and the template once a row needed it: few of them are ever needed, and in
/// memory one takes ten times what it takes on disk.
#[derive(Debug)]
struct ListedTemplate {
    /// Its bytes in the head.
    bytes: Range<u32>,
    text: Range<u32>,
    /// Where its combinations begin among those that are listed.
    first_listed_bit: u64,
    read: OnceLock<Box<Template>>,
}

/// What rows of one shape have in common.
#[derive(Debug)]
pub(super) struct Template {
    pub(super) flags: RowFlags,
    /// Spans of the text: one more than there are holes.
    pub(super) pieces: Vec<Range<u32>>,
    pub(super) parts: Vec<Part>,
    pub(super) groups: Vec<Group>,
    /// The parts that are in no group.
    pub(super) single: Vec<u32>,
}

impl Template {
    /// Whether nothing of the record is in the template.
    pub(super) fn is_whole(&self) -> bool {
        self.pieces.iter().all(Range::is_empty)
    }
}

/// Holes that are said together.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) holes: Vec<Hole>,
    pub(super) code: ListCode,
}

/// Parts that are said together.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) parts: Vec<u32>,
    pub(super) code: ListCode,
}

/// A code for combinations that are listed.
#[derive(Debug)]
pub(super) struct ListCode {
    escape: Option<u64>,
    code: PrefixCode,
    first_bit: u64,
    /// Of one combination, in bits.
    width: u64,
}

impl ListCode {
    /// Reads which combination it is; `None` if it is not listed.
    ///
    /// # Errors
    /// [`Malformed`] when the bits are no code.
    pub(super) fn read(&self, from: &mut BitReader<'_>) -> Result<Option<u64>, Malformed> {
        Ok(Some(self.code.read(from)?).filter(|rank| self.escape != Some(*rank)))
    }

    /// How many bits say a rank.
    fn rank_width(&self) -> u32 {
        width(self.code.len().saturating_sub(1))
    }

    /// The first bit of the combination with a rank.
    fn bit(&self, rank: u64) -> u64 {
        let position = rank - u64::from(self.escape.is_some_and(|escape| escape < rank));
        self.first_bit.saturating_add(position.saturating_mul(self.width))
    }
}

#[derive(Debug)]
pub(super) struct Hole {
    pub(super) number: u32,
    base: u32,
    width: u8,
    /// The choice of all its symbols, if they have the same.
    choice: Option<u16>,
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
    /// Reads tables. O(templates + text); of the templates only where they are.
    ///
    /// # Errors
    /// [`Malformed`] when they cannot be as written.
    pub(crate) fn open(bytes: &Bytes) -> Result<Self, Malformed> {
        let mut take = Take::new(bytes);
        let head_length = take.count()?;
        if head_length > TABLES_HEAD_BYTES_MAX {
            return take.malformed();
        }
        let head =
            zstd::bulk::decompress(take.bytes()?, head_length).or_else(|_| take.malformed())?;
        let mut part = || {
            let length = take.bytes()?.len();
            Ok(bytes.slice(take.position() - length..take.position()))
        };
        let (values, listed) = (part()?, part()?);
        let mut take = Take::new(&head);
        let choices = take.bytes()?;
        let templates_length = take.bytes()?.len();
        let text_start = take.position();
        let text_length = head.len() - text_start;
        let (mut choices, choice_code) = read_choices(&mut Take::new(choices), text_length)?;
        let templates_start = text_start - templates_length;
        let Templates { listed: templates, code, text_length } =
            list_templates(&head, templates_start..text_start)?;
        choices.iter_mut().for_each(|choice| choice.text_start = text_length);
        let dictionary = OnceLock::new();
        Ok(Self {
            head,
            text_start,
            values,
            listed,
            choices,
            choice_code,
            templates,
            template_code: code,
            dictionary,
        })
    }

    /// The template with a rank, read if it is needed for the first time.
    ///
    /// # Errors
    /// [`Malformed`] when it cannot be as written, or there is none.
    pub(super) fn template(&self, rank: u64) -> Result<&Template, Malformed> {
        let listed = usize::try_from(rank).ok().and_then(|rank| self.templates.get(rank));
        let listed = listed.ok_or(Malformed { offset: 0 })?;
        if let Some(template) = listed.read.get() {
            return Ok(template);
        }
        let bytes = self.head.get(listed.bytes.start as usize..listed.bytes.end as usize);
        let reader = TemplateReader::new(self.all_text(), &self.choices, listed.first_listed_bit);
        let template = reader.read(bytes.unwrap_or_default(), &listed.text)?;
        Ok(listed.read.get_or_init(|| Box::new(template)))
    }

    fn all_text(&self) -> &[u8] {
        self.head.get(self.text_start..).unwrap_or_default()
    }

    /// What the tables cost in memory, in bytes.
    pub(crate) fn weight(&self) -> u64 {
        // The templates that are needed are read later, and are few.
        let read = self.templates.len().min(READ_TEMPLATES_USUAL) * READ_TEMPLATE_BYTES;
        let listed = size_of_val(&*self.templates);
        (self.head.len() + self.values.len() + self.listed.len() + listed + read) as u64
    }

    /// The text of a template's piece.
    pub(super) fn text(&self, span: &Range<u32>) -> &[u8] {
        self.all_text().get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// Reads the ranks of a group's parts.
    ///
    /// # Errors
    /// [`Malformed`] when there is no such combination.
    pub(super) fn part_ranks<'t>(
        &'t self,
        template: &'t Template,
        group: &'t Group,
        rank: u64,
    ) -> impl Iterator<Item = Result<(&'t Part, u64), Malformed>> {
        let mut reader = BitReader::new(&self.listed, group.code.bit(rank));
        group.parts.iter().map(move |part| {
            let Some(part) = template.parts.get(*part as usize) else { return reader.malformed() };
            let rank = reader.read(part.code.rank_width())?;
            let is_listed = rank < part.code.code.len() && part.code.escape != Some(rank);
            if is_listed { Ok((part, rank)) } else { reader.malformed() }
        })
    }

    /// Reads the symbols of a part's combination, each with the number of its hole.
    ///
    /// # Errors
    /// [`Malformed`] when there is no such combination or symbol.
    pub(super) fn symbols<'t>(
        &'t self,
        part: &'t Part,
        rank: u64,
    ) -> impl Iterator<Item = Result<(u32, Symbol), Malformed>> {
        let mut reader = BitReader::new(&self.listed, part.code.bit(rank));
        part.holes.iter().map(move |hole| {
            let offset = if hole.width == 0 { 0 } else { reader.read(u32::from(hole.width))? };
            let number = u64::from(hole.base) + offset;
            let choice = hole.choice.map(usize::from);
            let choice = choice.unwrap_or_else(|| choice_of(&self.choices, number));
            let symbol = self.symbol_of(choice, number);
            Ok((hole.number, symbol.map_or_else(|| reader.malformed(), Ok)?))
        })
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

    fn symbol_of(&self, at: usize, number: u64) -> Option<Symbol> {
        let choice = self.choices.get(at)?;
        let number = number.checked_sub(choice.first_symbol)?;
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
        let choice = self.choice(choice)?;
        match choice.form {
            Form::Text => out.extend_from_slice(self.text_value(choice, number)?),
            form => form.read(&mut BitReader::new(&self.values, choice.bit(number)), 0, out)?,
        }
        Ok(())
    }

    fn choice(&self, choice: usize) -> Result<&Choice, Malformed> {
        self.choices.get(choice).ok_or(Malformed { offset: 0 })
    }

    /// A value of a choice of texts.
    fn text_value(&self, choice: &Choice, number: u64) -> Result<&[u8], Malformed> {
        let end_of = |number| {
            let mut reader = BitReader::new(&self.values, choice.bit(number));
            Ok(usize::try_from(reader.read(choice.width)?).unwrap_or(usize::MAX))
        };
        let start = number.checked_sub(1).map_or(Ok(choice.text_start), end_of)?;
        self.all_text().get(start..end_of(number)?).ok_or(Malformed { offset: 0 })
    }

    /// The number of a value among all symbols, at most that of the last one of which anything is
    /// remembered.
    pub(super) fn symbol_number(&self, choice: usize, number: u64) -> usize {
        let first = self.choices.get(choice).map_or(0, |choice| choice.first_symbol);
        usize::try_from(first.saturating_add(number).min(SYMBOLS_MAX)).unwrap_or(0)
    }

    /// How many symbols there are of which anything is remembered.
    pub(super) fn symbol_count(&self) -> usize {
        let end = |last: &Choice| last.first_symbol.saturating_add(last.value_count);
        let end = self.choices.last().map_or(0, end);
        usize::try_from(end.min(SYMBOLS_MAX)).unwrap_or(0)
    }

    /// Whether a value of the table is wanted.
    ///
    /// # Errors
    /// As [`Tables::value`].
    pub(super) fn is_wanted(
        &self,
        choice: usize,
        number: u64,
        sieve: &mut Sieve<'_>,
    ) -> Result<bool, Malformed> {
        let of_choice = self.choice(choice)?;
        if !sieve.may_want(of_choice.form.length_max()) {
            return Ok(false);
        }
        let symbol = self.symbol_number(choice, number);
        if let Some(is_wanted) = sieve.decided(symbol, self.symbol_count()) {
            return Ok(is_wanted);
        }
        let is_wanted = if of_choice.form == Form::Text {
            sieve.wants(self.text_value(of_choice, number)?)
        } else {
            let mut value = sieve.take_buffer();
            self.value(choice, number, &mut value)?;
            let is_wanted = sieve.wants(&value);
            sieve.give_buffer(value);
            is_wanted
        };
        sieve.decide(symbol, is_wanted);
        Ok(is_wanted)
    }

    /// Decompresses the texts of blocks.
    ///
    /// # Errors
    /// When zstd fails.
    pub(super) fn decompressor(&self) -> std::io::Result<Decompressor<'_>> {
        let prefix = self.all_text();
        let prefix = prefix.get(..PREFIX_BYTES_MAX).unwrap_or(prefix);
        let dictionary = self.dictionary.get_or_init(|| DecoderDictionary::copy(prefix));
        Decompressor::with_prepared_dictionary(dictionary)
    }
}

impl std::fmt::Debug for Tables {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Tables").field("templates", &self.templates.len()).finish()
    }
}

/// The position of the choice that has the symbol with this number.
fn choice_of(choices: &[Choice], number: u64) -> usize {
    choices.partition_point(|choice| choice.first_symbol <= number).saturating_sub(1)
}

impl Choice {
    /// Where the bits of a value begin.
    fn bit(&self, number: u64) -> u64 {
        self.first_bit.saturating_add(number.saturating_mul(u64::from(self.width)))
    }

    fn symbol(&self, rank: usize, number: u64) -> Symbol {
        match self.value_count {
            0 => Symbol::Form(self.form),
            _ => Symbol::Value { choice: rank, number },
        }
    }
}
