//! Tables from bytes.

use std::ops::Range;
use std::sync::OnceLock;

use memchr::memchr_iter;

use super::super::form::Form;
use super::super::split::HOLE;
use super::{Choice, Group, Hole, ListCode, ListedTemplate, Part, Template, choice_of};
use crate::codec::bits::width;
use crate::codec::bytes::{Malformed, Take, small};
use crate::codec::prefix_code::PrefixCode;
use crate::row::RowFlags;

/// All templates, none of which is read yet, and their code.
pub(super) struct Templates {
    pub(super) listed: Vec<ListedTemplate>,
    pub(super) code: PrefixCode,
    /// Of all their texts, after which those of values begin.
    pub(super) text_length: usize,
}

/// Finds where each template is whose bytes are these of the head.
///
/// # Errors
/// [`Malformed`] when they cannot be as written.
pub(super) fn list_templates(head: &[u8], bytes: Range<usize>) -> Result<Templates, Malformed> {
    let mut take = Take::new(head.get(..bytes.end).unwrap_or_default());
    take.take(bytes.start)?;
    let count = take.count()?;
    let code = PrefixCode::take(&mut take)?;
    if code.len() != count as u64 {
        return take.malformed();
    }
    let (mut listed, mut widths) = (Vec::new(), Vec::new());
    let (mut text_length, mut first_listed_bit) = (0_usize, 0_u64);
    for _ in 0..count {
        let start = take.position();
        let text_start = text_length;
        text_length = text_length.saturating_add(take.count()?);
        let listed_bits = skip_shape(&mut take, &mut widths)?;
        let bytes = small(start)..small(take.position());
        let text = small(text_start)..small(text_length);
        listed.push(ListedTemplate { bytes, text, first_listed_bit, read: OnceLock::new() });
        first_listed_bit = first_listed_bit.saturating_add(listed_bits);
    }
    Ok(Templates { listed, code, text_length })
}

/// Reads past parts and groups; returns how many bits their combinations take. `rank_widths` is
/// memory for it.
fn skip_shape(take: &mut Take<'_>, rank_widths: &mut Vec<u32>) -> Result<u64, Malformed> {
    let mut listed_bits = 0_u64;
    rank_widths.clear();
    for _ in 0..take.count()? {
        let mut part_width = 0;
        for _ in 0..take.count()? {
            take.varint()?;
            take.varint()?;
            part_width += u64::from(take.u8()?);
        }
        let (ranks, bits) = skip_code(part_width, take)?;
        rank_widths.push(width(ranks.saturating_sub(1)));
        listed_bits = listed_bits.saturating_add(bits);
    }
    for _ in 0..take.count()? {
        let mut group_width = 0;
        for _ in 0..take.count()? {
            let Some(width) = rank_widths.get(take.count()?) else { return take.malformed() };
            group_width += u64::from(*width);
        }
        let (_, bits) = skip_code(group_width, take)?;
        listed_bits = listed_bits.saturating_add(bits);
    }
    Ok(listed_bits)
}

/// Reads past the code of combinations that take so many bits; returns how many ranks it has, and
/// the bits of all that are listed.
fn skip_code(width: u64, take: &mut Take<'_>) -> Result<(u64, u64), Malformed> {
    let has_escape = take.varint()? > 0;
    let ranks = PrefixCode::skip(take)?;
    let listed = ranks.saturating_sub(u64::from(has_escape));
    Ok((ranks, listed.saturating_mul(width)))
}

/// Reads one template, and keeps account of where its combinations are.
pub(super) struct TemplateReader<'t> {
    text: &'t [u8],
    choices: &'t [Choice],
    listed_position: u64,
}

impl<'t> TemplateReader<'t> {
    /// A reader of a template whose combinations begin at a bit. `text` is that of all templates.
    pub(super) fn new(text: &'t [u8], choices: &'t [Choice], first_listed_bit: u64) -> Self {
        Self { text, choices, listed_position: first_listed_bit }
    }

    /// Reads the template that has these bytes and this text.
    ///
    /// # Errors
    /// [`Malformed`] when it cannot be as written.
    pub(super) fn read(mut self, bytes: &[u8], span: &Range<u32>) -> Result<Template, Malformed> {
        let take = &mut Take::new(bytes);
        let _text_length = take.count()?;
        let text = self.text.get(span.start as usize..span.end as usize);
        let Some((flags, text)) = text.and_then(<[u8]>::split_first) else {
            return take.malformed();
        };
        let flags = RowFlags::from_byte(*flags).map_or_else(|| take.malformed(), Ok)?;
        let mut pieces = Vec::new();
        let mut piece_start = span.start + 1;
        for hole in memchr_iter(HOLE, text) {
            let hole = small(hole) + span.start + 1;
            pieces.push(piece_start..hole);
            piece_start = hole + 1;
        }
        pieces.push(piece_start..span.end);
        let hole_count = pieces.len() - 1;
        let has_id = hole_count > 0 && pieces.first().is_some_and(Range::is_empty);
        if flags.derived_id() && !has_id {
            return take.malformed();
        }
        let (mut parts, mut is_said) = (Vec::new(), vec![false; hole_count]);
        for _ in 0..take.count()? {
            let part = self.part(take)?;
            for hole in &part.holes {
                say(&mut is_said, hole.number, take)?;
            }
            parts.push(part);
        }
        let (mut groups, mut is_grouped) = (Vec::new(), vec![false; parts.len()]);
        for _ in 0..take.count()? {
            let group = self.group(&parts, take)?;
            for part in &group.parts {
                say(&mut is_grouped, *part, take)?;
            }
            groups.push(group);
        }
        if is_said.contains(&false) {
            return take.malformed();
        }
        let single = (0_u32..).zip(is_grouped).filter(|(_, is_grouped)| !is_grouped);
        let single = single.map(|(part, _)| part).collect();
        Ok(Template { flags, pieces, parts, groups, single })
    }

    fn part(&mut self, take: &mut Take<'_>) -> Result<Part, Malformed> {
        let mut holes = Vec::new();
        let mut part_width = 0;
        for _ in 0..take.count()? {
            let (number, base) = (take.varint()?, take.varint()?);
            let width = take.u8()?;
            let (Ok(number), Ok(base)) = (u32::try_from(number), u32::try_from(base)) else {
                return take.malformed();
            };
            if u32::from(width) > u32::BITS {
                return take.malformed();
            }
            part_width += u64::from(width);
            let last = u64::from(base).saturating_add((1_u64 << width) - 1);
            let choice = choice_of(self.choices, u64::from(base));
            let is_same = choice == choice_of(self.choices, last);
            let choice = u16::try_from(choice).ok().filter(|_| is_same);
            holes.push(Hole { number, base, width, choice });
        }
        Ok(Part { holes, code: self.code(part_width, take)? })
    }

    fn group(&mut self, parts: &[Part], take: &mut Take<'_>) -> Result<Group, Malformed> {
        let (mut members, mut group_width) = (Vec::new(), 0);
        for _ in 0..take.count()? {
            let member = take.count()?;
            let Some(part) = parts.get(member) else { return take.malformed() };
            group_width += u64::from(part.code.rank_width());
            members.push(small(member));
        }
        Ok(Group { parts: members, code: self.code(group_width, take)? })
    }

    fn code(&mut self, width: u64, take: &mut Take<'_>) -> Result<ListCode, Malformed> {
        let escape = take.varint()?.checked_sub(1);
        let code = PrefixCode::take(take)?;
        if code.len() == 0 || escape.is_some_and(|escape| escape >= code.len()) {
            return take.malformed();
        }
        let first_bit = self.listed_position;
        let listed = code.len() - u64::from(escape.is_some());
        self.listed_position = first_bit.saturating_add(listed.saturating_mul(width));
        Ok(ListCode { escape, code, first_bit, width })
    }
}

/// Reads all choices; where the values' text begins is not known yet.
///
/// # Errors
/// [`Malformed`] when they cannot be as written.
pub(super) fn read_choices(
    take: &mut Take<'_>,
    text_length: usize,
) -> Result<(Vec<Choice>, PrefixCode), Malformed> {
    let count = take.count()?;
    let text_width = width(text_length as u64);
    let (mut choices, mut first_symbol, mut first_bit) = (Vec::new(), 0_u64, 0_u64);
    for _ in 0..count {
        let form = Form::decode([take.u8()?, take.u8()?]);
        let form = form.map_or_else(|| take.malformed(), Ok)?;
        let value_count = take.varint()?;
        let is_text = form == Form::Text;
        let width = if is_text { text_width } else { form.bits() };
        let text_start = 0;
        choices.push(Choice { form, first_symbol, value_count, first_bit, width, text_start });
        first_symbol = first_symbol.saturating_add(value_count.max(1));
        first_bit = first_bit.saturating_add(value_count.saturating_mul(u64::from(width)));
    }
    let code = PrefixCode::take(take)?;
    if code.len() == count as u64 { Ok((choices, code)) } else { take.malformed() }
}

/// Notes that a hole or part is said; each is once.
fn say(is_said: &mut [bool], number: u32, take: &Take<'_>) -> Result<(), Malformed> {
    match is_said.get_mut(number as usize) {
        Some(is_said) if !*is_said => {
            *is_said = true;
            Ok(())
        }
        _ => take.malformed(),
    }
}
