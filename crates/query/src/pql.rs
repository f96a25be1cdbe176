//! PQL: the query language, from text to [`Filter`] and back.
//!
//! It is PlusAuth's documented language and a superset of it; `docs/pql.md` describes it to users.
//! Parsing never fails: it returns a tree and [`Diagnostic`]s with positions. A [`Filter`] comes
//! only out of a text without any. This module is not for times outside of a query
//! ([`crate::date_math`]) and executes nothing.
//!
//! Modules in reading order:
//!
//! - [`limits`]: how large a query may be.
//! - [`expression`]: the tree; [`name`] and [`literal`] are its leaves.
//! - [`mistake`]: what can be wrong with a text; [`diagnostic`]: where it is, and what to write
//!   instead.
//! - `lexer`, `parser`: text to tree.
//! - [`fields`]: which field a name means.
//! - `check`: tree to filter.
//! - [`guessing`]: what somebody may ask who may not see personal data.
//! - `print`, `of_filter`: tree to text, filter to tree.
//! - [`mod@completion`]: what may stand where somebody is typing.
//! - [`edit`]: a condition put into a text or taken out of it.
//! - `quote`: text between quotes.

mod check;
pub mod completion;
pub mod diagnostic;
pub mod edit;
pub mod expression;
pub mod fields;
pub mod guessing;
mod lexer;
pub mod limits;
pub mod literal;
pub mod mistake;
pub mod name;
mod of_filter;
mod parser;
mod print;
pub(crate) mod quote;

use gatelog_event::time::UnixMicros;

use crate::filter::Filter;

pub use self::completion::{Completion, Expected, completion};
pub use self::diagnostic::Diagnostic;
pub use self::edit::{Sense, with_condition, without_condition};
pub use self::expression::{Condition, Expression, Relation};
pub use self::literal::{Literal, Located};
pub use self::mistake::Mistake;
pub use self::name::Name;

use self::diagnostic::Problems;

/// What a query's meaning depends on besides its text.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// The time that `now` stands for.
    pub now: UnixMicros,
}

/// A text as far as it could be read.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The whole query if there are no diagnostics; otherwise what is left without the parts that
    /// are wrong.
    pub expression: Expression,
    /// What is wrong with its form, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a text. Whether its fields exist and its values make sense is not looked at.
pub fn parse(text: &str) -> Parsed {
    let mut problems = Problems::default();
    let expression = parser::expression(text, &mut problems);
    Parsed { expression, diagnostics: problems.into_diagnostics(text) }
}

/// Reads a text and checks it. The empty text asks for all events.
///
/// # Errors
/// All that is wrong with the text, in its order: at least one diagnostic and at most
/// [`limits::DIAGNOSTICS_MAX`].
pub fn compile(text: &str, context: &Context) -> Result<Filter, Vec<Diagnostic>> {
    let mut problems = Problems::default();
    let expression = parser::expression(text, &mut problems);
    let filter = check::filter(text, &expression, context.now, &mut problems);
    let diagnostics = problems.into_diagnostics(text);
    match filter {
        Some(filter) if diagnostics.is_empty() => Ok(filter),
        _ => Err(diagnostics),
    }
}
