//! Which rows may have a text, without making their records.
//!
//! Every string value of a record is in a hole, unless the record is one hole as a whole. Of values
//! that rows share, and of combinations of them that rows share, it is asked once whether they are
//! wanted.

use std::borrow::Cow;
use std::ops::Range;

use gatelog_event::json::decode_string;
use hashbrown::HashMap;

use super::form::Form;
use super::tables::{Symbol, Tables};
use crate::codec::bytes::Malformed;

/// Says whether a text is wanted.
pub(crate) type IsWanted<'w> = Box<dyn Fn(&str) -> bool + 'w>;

/// What a string value of a record must be like for the record to be wanted.
pub(crate) struct WantedText<'w> {
    pub(crate) is_wanted: IsWanted<'w>,
    /// No shorter text in ASCII is, in bytes.
    pub(crate) length_min: usize,
}

impl std::fmt::Debug for WantedText<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("WantedText").field("length_min", &self.length_min).finish()
    }
}

/// Which holes are said together, and how: a template's rank, the number of a group or part of it,
/// and the combination's rank.
type Combination = (u64, usize, u64);

/// What is known of a combination.
#[derive(Debug)]
struct Known {
    /// Whether one of its values is wanted.
    is_wanted: bool,
    /// Its holes of which rows say themselves what stands there, in [`Sieve::forms`].
    forms: Range<usize>,
}

/// Remembers what was decided of the values of one segment.
#[derive(Debug)]
pub(crate) struct Sieve<'w> {
    wanted: &'w WantedText<'w>,
    /// By symbol; see the constants.
    decided: Vec<u8>,
    combinations: HashMap<Combination, Known>,
    forms: Vec<(u32, Form)>,
    /// Holes of the row at hand, and the forms in which it says what stands there.
    row_forms: Vec<(u32, Form)>,
    /// A value at a time.
    buffer: Vec<u8>,
}

const UNKNOWN: u8 = 0;
const WANTED: u8 = 1;
const UNWANTED: u8 = 2;

impl<'w> Sieve<'w> {
    pub(crate) fn new(wanted: &'w WantedText<'w>) -> Self {
        Self {
            wanted,
            decided: Vec::new(),
            combinations: HashMap::new(),
            forms: Vec::new(),
            row_forms: Vec::new(),
            buffer: Vec::new(),
        }
    }

    pub(super) fn begin_row(&mut self) {
        self.row_forms.clear();
    }

    /// What is known of a combination that the row has: whether it is wanted.
    pub(super) fn known(&mut self, combination: Combination) -> Option<bool> {
        let known = self.combinations.get(&combination)?;
        self.row_forms.extend_from_slice(self.forms.get(known.forms.clone()).unwrap_or_default());
        Some(known.is_wanted)
    }

    /// Begins to look at a combination that the row has and that is not known.
    pub(super) fn learn(&mut self, combination: Combination) -> Learning<'_, 'w> {
        let first_form = self.row_forms.len();
        Learning { sieve: self, combination, first_form, is_wanted: false }
    }

    /// Looks at the symbol of a hole: whether it is wanted.
    ///
    /// # Errors
    /// [`Malformed`] when a value is not in the tables.
    pub(super) fn sees(
        &mut self,
        hole: u32,
        symbol: Symbol,
        tables: &Tables,
    ) -> Result<bool, Malformed> {
        match symbol {
            Symbol::Value { choice, number } => tables.is_wanted(choice, number, self),
            Symbol::Form(form) => {
                self.row_forms.push((hole, form));
                Ok(false)
            }
        }
    }

    /// The forms of the row at hand, in the order of its holes.
    pub(super) fn take_forms(&mut self) -> Vec<(u32, Form)> {
        let mut forms = std::mem::take(&mut self.row_forms);
        forms.sort_unstable_by_key(|(hole, _)| *hole);
        forms
    }

    /// Gives the memory of forms back.
    pub(super) fn give_forms(&mut self, forms: Vec<(u32, Form)>) {
        self.row_forms = forms;
    }

    /// Empty memory for a value.
    pub(super) fn take_buffer(&mut self) -> Vec<u8> {
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        buffer
    }

    /// Gives the memory of a value back.
    pub(super) fn give_buffer(&mut self, buffer: Vec<u8>) {
        self.buffer = buffer;
    }

    /// Whether a text this long, as written without escapes, may be wanted.
    pub(super) fn may_want(&self, length_max: usize) -> bool {
        self.wanted.length_min <= length_max
    }

    /// Whether what stands in a hole is wanted.
    pub(super) fn wants(&self, written: &[u8]) -> bool {
        let is_too_short = !self.may_want(written.len()) && written.is_ascii();
        !is_too_short && (self.wanted.is_wanted)(&decoded(written))
    }

    /// What was decided of a symbol, of so many.
    pub(super) fn decided(&mut self, symbol: usize, symbol_count: usize) -> Option<bool> {
        if self.decided.is_empty() {
            self.decided = vec![UNKNOWN; symbol_count];
        }
        self.decided.get(symbol).filter(|decided| **decided != UNKNOWN).map(|it| *it == WANTED)
    }

    pub(super) fn decide(&mut self, symbol: usize, is_wanted: bool) {
        if let Some(decided) = self.decided.get_mut(symbol) {
            *decided = if is_wanted { WANTED } else { UNWANTED };
        }
    }
}

/// Looks at the holes of a combination, to remember it.
pub(super) struct Learning<'s, 'w> {
    sieve: &'s mut Sieve<'w>,
    combination: Combination,
    /// Where its forms begin among those of the row.
    first_form: usize,
    is_wanted: bool,
}

impl Learning<'_, '_> {
    /// Looks at holes and their symbols.
    ///
    /// # Errors
    /// [`Malformed`] when `holes` are, or a value is not in the tables.
    pub(super) fn see_all(
        &mut self,
        holes: impl Iterator<Item = Result<(u32, Symbol), Malformed>>,
        tables: &Tables,
    ) -> Result<(), Malformed> {
        for hole in holes {
            let (hole, symbol) = hole?;
            self.is_wanted |= self.sieve.sees(hole, symbol, tables)?;
        }
        Ok(())
    }

    /// Whether one of the values is wanted.
    pub(super) fn finish(self) -> bool {
        let Self { sieve, combination, first_form, is_wanted } = self;
        let start = sieve.forms.len();
        sieve.forms.extend_from_slice(sieve.row_forms.get(first_form..).unwrap_or_default());
        let forms = start..sieve.forms.len();
        sieve.combinations.insert(combination, Known { is_wanted, forms });
        is_wanted
    }
}

/// What is meant by what stands between quotes.
pub(super) fn decoded(written: &[u8]) -> Cow<'_, str> {
    let text = match std::str::from_utf8(written) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(written),
    };
    // Only what is no UTF-8, or has escapes, is copied.
    match text {
        Cow::Borrowed(text) => decode_string(text),
        Cow::Owned(text) => Cow::Owned(decode_string(&text).into_owned()),
    }
}
