//! What is left of an input's steps, and how deep the program stands.
//!
//! The rewritten program calls four filters whose names nobody can write, as they begin with `!`.
//! All of them hand their input on as it is, also as a path and in an update:
//!
//! - [`STEP`] takes one step;
//! - [`WIDTH`] takes as many as there are values directly inside;
//! - [`SIZE`] takes as many as there are values inside at any depth, and refuses what nests deeper
//!   than a record may, and whole numbers of more than 64 bits;
//! - [`FACTOR`] is as `SIZE` and refuses text, which `*` would repeat.
//!
//! Once the steps are used up, whatever asks is ended in a way that no `try` catches.

use std::cell::{Cell, RefCell};

use gatelog_event::limits::JSON_DEPTH_MAX;
use jaq_core::box_iter::box_once;
use jaq_core::data::HasLut;
use jaq_core::native::{Fun, v};
use jaq_core::{Ctx, DataT, Exn, Lut, Native};
use jaq_json::{Num, Val};

use super::limits::STACK_BYTES_MAX;

pub(super) const STEP: &str = "!step";
pub(super) const WIDTH: &str = "!width";
pub(super) const SIZE: &str = "!size";
pub(super) const FACTOR: &str = "!factor";

/// Bytes of text that count as one value.
const BYTES_PER_STEP: usize = 16;

/// What jaq runs: JSON values, with a meter beside them.
pub(super) struct Metered;

impl DataT for Metered {
    type V<'a> = Val;
    type Data<'a> = Running<'a>;
}

/// A program that runs.
#[derive(Clone)]
pub(super) struct Running<'a> {
    pub(super) lut: &'a Lut<Metered>,
    pub(super) meter: &'a Meter,
}

impl<'a> HasLut<'a, Metered> for Running<'a> {
    fn lut(&self) -> &'a Lut<Metered> {
        self.lut
    }
}

/// The steps of one input.
pub(super) struct Meter {
    steps_given: u64,
    steps_left: Cell<u64>,
    /// Where the stack stood when the program began.
    stack_start: usize,
    exceeded: RefCell<Option<String>>,
}

impl Meter {
    /// So many steps, for a program that begins here.
    pub(super) fn new(steps: u64) -> Self {
        Self {
            steps_given: steps,
            steps_left: Cell::new(steps),
            stack_start: stack_position(),
            exceeded: RefCell::new(None),
        }
    }

    /// The steps that were taken.
    pub(super) fn steps_taken(&self) -> u64 {
        self.steps_given - self.steps_left.get()
    }

    /// Why the program was ended, if it was.
    pub(super) fn exceeded(&self) -> Option<String> {
        self.exceeded.borrow().clone()
    }

    fn take(&self, steps: u64) -> Result<(), String> {
        let Some(left) = self.steps_left.get().checked_sub(steps) else {
            self.steps_left.set(0);
            return Err(format!(
                "the mapping takes more than the {} steps it has for this input; does it repeat \
                 itself without an end, or make something huge?",
                self.steps_given
            ));
        };
        self.steps_left.set(left);
        if self.stack_start.abs_diff(stack_position()) > STACK_BYTES_MAX {
            return Err("the mapping calls itself too deep".to_owned());
        }
        Ok(())
    }

    fn take_size(&self, value: &Val, depth: usize) -> Result<(), String> {
        if depth > JSON_DEPTH_MAX {
            return Err(format!(
                "the mapping makes a value that nests deeper than {JSON_DEPTH_MAX} levels"
            ));
        }
        self.take(1 + text_steps(value))?;
        match value {
            Val::Num(Num::BigInt(_)) => {
                Err("the mapping makes a whole number of more than 64 bits".to_owned())
            }
            Val::Arr(items) => items.iter().try_for_each(|item| self.take_size(item, depth + 1)),
            Val::Obj(members) => members.iter().try_for_each(|(key, value)| {
                self.take_size(key, depth + 1)?;
                self.take_size(value, depth + 1)
            }),
            _ => Ok(()),
        }
    }

    fn take_width(&self, value: &Val) -> Result<(), String> {
        let inside = match value {
            Val::Arr(items) => items.len() as u64,
            Val::Obj(members) => members.len() as u64,
            _ => text_steps(value),
        };
        self.take(1 + inside)
    }

    fn take_factor(&self, value: &Val) -> Result<(), String> {
        match value {
            Val::TStr(_) | Val::BStr(_) => Err("a mapping cannot multiply text".to_owned()),
            _ => self.take_size(value, 0),
        }
    }

    /// The outcome for jaq. What was exceeded first is what is told.
    fn answer<'a>(&self, outcome: Result<(), String>) -> Result<(), Exn<'a, Val>> {
        outcome.map_err(|reason| {
            self.steps_left.set(0);
            self.exceeded.borrow_mut().get_or_insert(reason);
            Exn::halt(1)
        })
    }
}

/// Where the stack stands, about.
#[inline(never)]
fn stack_position() -> usize {
    let here = 0u8;
    std::ptr::from_ref(std::hint::black_box(&here)).addr()
}

fn text_steps(value: &Val) -> u64 {
    let length = match value {
        Val::TStr(text) | Val::BStr(text) => text.len(),
        Val::Num(Num::Dec(text)) => text.len(),
        _ => 0,
    };
    (length / BYTES_PER_STEP) as u64
}

fn step<'a>(context: &Ctx<'a, Metered>, _: &Val) -> Result<(), Exn<'a, Val>> {
    let meter = context.data().meter;
    meter.answer(meter.take(1))
}

fn width<'a>(context: &Ctx<'a, Metered>, value: &Val) -> Result<(), Exn<'a, Val>> {
    let meter = context.data().meter;
    meter.answer(meter.take_width(value))
}

fn size<'a>(context: &Ctx<'a, Metered>, value: &Val) -> Result<(), Exn<'a, Val>> {
    let meter = context.data().meter;
    meter.answer(meter.take_size(value, 0))
}

fn factor<'a>(context: &Ctx<'a, Metered>, value: &Val) -> Result<(), Exn<'a, Val>> {
    let meter = context.data().meter;
    meter.answer(meter.take_factor(value))
}

/// A filter that asks `$question` and hands its input on, as a value, a path and in an update.
macro_rules! asking {
    ($name:expr, $question:ident) => {
        (
            $name,
            v(0),
            Native::new(|(context, value)| box_once($question(&context, &value).map(|()| value)))
                .with_paths(|(context, (value, path))| {
                    box_once($question(&context, &value).map(|()| (value, path)))
                })
                .with_update(|(context, value), update| match $question(&context, &value) {
                    Ok(()) => update(value),
                    Err(end) => box_once(Err(end)),
                }),
        )
    };
}

/// The filters that ask the meter.
pub(super) fn functions() -> impl Iterator<Item = Fun<Metered>> {
    let functions: [Fun<Metered>; 4] =
        [asking!(STEP, step), asking!(WIDTH, width), asking!(SIZE, size), asking!(FACTOR, factor)];
    functions.into_iter()
}

/// Takes as many steps as parsing `text` is worth.
pub(super) fn take_text<'a>(context: &Ctx<'a, Metered>, length: usize) -> Result<(), Exn<'a, Val>> {
    let meter = context.data().meter;
    meter.answer(meter.take((length / BYTES_PER_STEP) as u64))
}
