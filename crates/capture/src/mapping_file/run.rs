//! One input to its events.

use std::thread;

use gatelog_event::json::{Document, SyntaxError};
use jaq_core::{Ctx, Exn, Vars};
use jaq_json::{Map, Val};

use super::limits::{
    EVENTS_BYTES_MAX, EVENTS_MAX, REASON_CHARACTERS_MAX, STACK_BYTES_MAX, STEPS_MAX,
    STEPS_TOGETHER_MAX, THREAD_STACK_BYTES,
};
use super::meter::{Meter, Metered, Running};
use super::{MappingFile, value};

/// The events of one input, each in native form on one line, in the order the program gave them.
pub type Mapped = Result<Vec<Vec<u8>>, Unmapped>;

/// An input that gives no events, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Unmapped {
    /// Byte offset in the input, where its place is known.
    pub offset: usize,
    /// What is wrong, in words.
    pub reason: String,
}

impl Unmapped {
    fn new(reason: impl Into<String>) -> Self {
        Self { offset: 0, reason: reason.into() }
    }
}

impl From<SyntaxError> for Unmapped {
    fn from(SyntaxError { offset, reason }: SyntaxError) -> Self {
        Self { offset, reason: reason.to_owned() }
    }
}

impl MappingFile {
    /// The events of each input, in order. An input that cannot be mapped spoils nothing but
    /// itself. Works on a thread of its own, which ends before this returns: programs need a stack
    /// of known size.
    ///
    /// # Errors
    /// A sentence, when there is no such thread to be had.
    pub fn map(&self, inputs: &[&[u8]]) -> Result<Vec<Mapped>, String> {
        self.map_within(inputs, STEPS_MAX, STEPS_TOGETHER_MAX)
    }

    /// As [`MappingFile::map`], with so many steps for each input and for all of them.
    pub(super) fn map_within(
        &self,
        inputs: &[&[u8]],
        steps_each: u64,
        steps_together: u64,
    ) -> Result<Vec<Mapped>, String> {
        with_known_stack(|| {
            let (mut steps_left, mut bytes_left) = (steps_together, EVENTS_BYTES_MAX);
            let map_next = |input: &&[u8]| {
                let meter = Meter::new(steps_each.min(steps_left));
                let mapped = self.map_one(input, &meter, bytes_left);
                steps_left -= meter.steps_taken();
                bytes_left -= mapped.iter().flatten().map(Vec::len).sum::<usize>();
                mapped
            };
            inputs.iter().map(map_next).collect()
        })
    }

    fn map_one(&self, input: &[u8], meter: &Meter, bytes_max: usize) -> Mapped {
        let document = Document::parse(input)?;
        let original = value::of_node(document.root());
        let running = Running { lut: &self.program.filter.lut, meter };
        let context = Ctx::<Metered>::new(running, Vars::new([]));
        let mut events = Vec::new();
        let mut bytes = 0;
        for made in self.program.filter.id.run((context, original.clone())) {
            let made = made.map_err(|end| refused(end, meter))?;
            let event = self.event(made, &original)?;
            bytes += event.len();
            if events.len() == EVENTS_MAX || bytes > bytes_max {
                return Err(Unmapped::new(format!(
                    "the mapping makes more than {EVENTS_MAX} events of one input, or more than \
                     {EVENTS_BYTES_MAX} bytes of all that came together"
                )));
            }
            events.push(event);
        }
        Ok(events)
    }

    /// One output as an event: what the program says, then what the mapping adds. Members that are
    /// `null` say nothing and are left out, in an actor or an error too; `data` stays as it is.
    fn event(&self, made: Val, original: &Val) -> Result<Vec<u8>, Unmapped> {
        let Val::Obj(members) = made else {
            return Err(Unmapped::new(format!(
                "the mapping makes {}, and an event is an object",
                shortened(&made.to_string())
            )));
        };
        let mut members = said(&members);
        let data = value::text("data".to_owned());
        for (key, member) in &mut members {
            if let Val::Obj(inside) = member
                && *key != data
            {
                *member = Val::Obj(said(inside).into());
            }
        }
        let added = [("source", self.source().name().to_owned()), ("mapping", self.stamp())];
        for (key, said) in added {
            let key_value = value::text(key.to_owned());
            if members.insert(key_value, value::text(said)).is_some() {
                return Err(Unmapped::new(format!(
                    "the mapping makes an event with `{key}`, which follows from its head"
                )));
            }
        }
        members.entry(data).or_insert_with(|| original.clone());
        let mut json = Vec::new();
        value::write(&Val::Obj(members.into()), &mut json).map_err(Unmapped::new)?;
        Ok(json)
    }

    /// Which mapping made an event, as its record says it.
    fn stamp(&self) -> String {
        format!("{} {}", self.name(), self.version())
    }
}

/// Runs `work` on a thread whose stack has room for what the limits allow.
///
/// # Errors
/// A sentence, when the thread cannot be started, or the work failed in an unforeseen way.
pub(super) fn with_known_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, String> {
    const { assert!(STACK_BYTES_MAX < THREAD_STACK_BYTES) };
    thread::scope(|scope| {
        let builder =
            thread::Builder::new().name("mapping".to_owned()).stack_size(THREAD_STACK_BYTES);
        let thread = builder
            .spawn_scoped(scope, work)
            .map_err(|error| format!("cannot start a thread for the mapping: {error}"))?;
        thread.join().map_err(|_| "the mapping failed inside jaq; please report this".to_owned())
    })
}

/// The members that are not `null`.
fn said(members: &Map) -> Map {
    let says = |(_, member): &(&Val, &Val)| !matches!(member, Val::Null);
    members.iter().filter(says).map(|(key, member)| (key.clone(), member.clone())).collect()
}

fn refused(end: Exn<'_, Val>, meter: &Meter) -> Unmapped {
    if let Some(exceeded) = meter.exceeded() {
        return Unmapped::new(exceeded);
    }
    match end.get_err() {
        Ok(error) => Unmapped::new(format!("the mapping fails: {}", shortened(&error.to_string()))),
        Err(_) => Unmapped::new("the mapping leaves a `label` that is not there"),
    }
}

fn shortened(text: &str) -> String {
    let mut characters = text.chars();
    let mut shortened: String = characters.by_ref().take(REASON_CHARACTERS_MAX).collect();
    if characters.next().is_some() {
        shortened.push('…');
    }
    shortened
}
