//! Whether a row may have a text, without making its record.

use super::Cursor;
use crate::codec::bytes::Malformed;
use crate::segment::records::form::Form;
use crate::segment::records::sieve::Sieve;
use crate::segment::records::tables::Template;

impl Cursor<'_> {
    /// Whether the row that begins here may have a text that `sieve` lets pass. O(codes + forms) of
    /// the row; what its holes share with others is looked at once.
    pub(super) fn may_have(
        mut self,
        row_millis: i64,
        sieve: &mut Sieve<'_>,
    ) -> Result<bool, Malformed> {
        let (template_rank, template) = self.template()?;
        if template.is_whole() {
            return Ok(true);
        }
        sieve.begin_row();
        for (at, group) in template.groups.iter().enumerate() {
            let Some(rank) = group.code.read(&mut self.bits)? else {
                if self.sift_parts((template_rank, template), &group.parts, sieve)? {
                    return Ok(true);
                }
                continue;
            };
            let combination = (template_rank, at, rank);
            if let Some(is_wanted) = sieve.known(combination) {
                if is_wanted {
                    return Ok(true);
                }
                continue;
            }
            let mut learning = sieve.learn(combination);
            for part in self.tables.part_ranks(template, group, rank) {
                let (part, rank) = part?;
                learning.see_all(self.tables.symbols(part, rank), self.tables)?;
            }
            if learning.finish() {
                return Ok(true);
            }
        }
        if self.sift_parts((template_rank, template), &template.single, sieve)? {
            return Ok(true);
        }
        self.sift_forms(row_millis, sieve)
    }

    /// Looks at parts that are said one by one.
    fn sift_parts(
        &mut self,
        (template_rank, template): (u64, &Template),
        parts: &[u32],
        sieve: &mut Sieve<'_>,
    ) -> Result<bool, Malformed> {
        for at in parts {
            let Some(part) = template.parts.get(*at as usize) else { continue };
            let Some(rank) = part.code.read(&mut self.bits)? else {
                for hole in &part.holes {
                    let symbol = self.tables.alone(&mut self.bits)?;
                    if sieve.sees(hole.number, symbol, self.tables)? {
                        return Ok(true);
                    }
                }
                continue;
            };
            // Groups have the numbers before those of parts.
            let combination = (template_rank, template.groups.len() + *at as usize, rank);
            let is_wanted = match sieve.known(combination) {
                Some(is_wanted) => is_wanted,
                None => {
                    let mut learning = sieve.learn(combination);
                    learning.see_all(self.tables.symbols(part, rank), self.tables)?;
                    learning.finish()
                }
            };
            if is_wanted {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Looks at what only the row itself says, which stands in the order of its holes.
    fn sift_forms(&mut self, row_millis: i64, sieve: &mut Sieve<'_>) -> Result<bool, Malformed> {
        let forms = sieve.take_forms();
        let mut is_wanted = false;
        for (_, form) in &forms {
            is_wanted = match form {
                // Then it was said of an earlier hole.
                Form::Same(_) => false,
                Form::Text => sieve.wants(self.text()?),
                form if !sieve.may_want(form.length_max()) => {
                    self.bits.skip(u64::from(form.bits()))?;
                    false
                }
                form => {
                    let mut value = sieve.take_buffer();
                    form.read(&mut self.bits, row_millis, &mut value)?;
                    let is_wanted = sieve.wants(&value);
                    sieve.give_buffer(value);
                    is_wanted
                }
            };
            if is_wanted {
                break;
            }
        }
        sieve.give_forms(forms);
        Ok(is_wanted)
    }
}
