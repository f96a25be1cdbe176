//! Tables from bytes.

use std::ops::Range;

use super::super::form::Form;
use super::super::split::HOLE;
use super::{Choice, Group, Hole, ListCode, Part, Template, choice_of};
use crate::codec::bits::width;
use crate::codec::bytes::{Malformed, Take, small};
use crate::codec::prefix_code::PrefixCode;
use crate::row::RowFlags;

/// Reads templates, and keeps account of where their texts and combinations are.
pub(super) struct TablesReader<'t> {
    text: &'t [u8],
    choices: &'t [Choice],
    text_position: usize,
    listed_position: u64,
}

impl<'t> TablesReader<'t> {
    pub(super) fn new(text: &'t [u8], choices: &'t [Choice]) -> Self {
        Self { text, choices, text_position: 0, listed_position: 0 }
    }

    /// Where the text of the templates read so far ends.
    pub(super) fn text_position(&self) -> usize {
        self.text_position
    }

    /// Reads all templates and their code.
    ///
    /// # Errors
    /// [`Malformed`] when they cannot be as written.
    pub(super) fn templates(
        &mut self,
        take: &mut Take<'_>,
    ) -> Result<(Vec<Template>, PrefixCode), Malformed> {
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
        let mut piece_start = small(start + 1);
        for piece in text.split(|byte| *byte == HOLE) {
            let piece_end = piece_start + small(piece.len());
            pieces.push(piece_start..piece_end);
            piece_start = piece_end + 1;
        }
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
