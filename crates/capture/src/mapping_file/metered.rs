//! The program, with a question to the meter wherever it takes steps.
//!
//! Two rules make every program end. Nothing repeats itself without [`STEP`]: each definition,
//! pipe, condition, path and call has one. No value is used before [`SIZE`] has seen it: whatever
//! makes a value or works through one (a constructor, an operator, a function, an update) has its
//! operands and its result measured. So time and memory are bounded by the steps alone, up to the
//! small factor by which one operation can enlarge what it was given; `*` on text has no such
//! factor and is refused.

use jaq_core::load::lex::StrPart;
use jaq_core::load::parse::{BinaryOp, Def, Pattern, Term};
use jaq_core::ops::Math;
use jaq_core::path::{Part, Path};

use super::meter::{FACTOR, SIZE, STEP, WIDTH};

/// The variable that holds the right side of an operator such as `+=`. Nobody can write it.
const OPERAND: &str = "$!operand";

/// A definition that asks when it is called.
pub(super) fn definition(definition: Def<&str>) -> Def<&str> {
    let Def { name, args, body } = definition;
    Def { name, args, body: pipe(ask(STEP), term(body)) }
}

/// A term that asks wherever it takes steps.
pub(super) fn term(given: Term<&str>) -> Term<&str> {
    match given {
        Term::Id | Term::Num(_) | Term::Var(_) | Term::Break(_) => given,
        Term::Recurse => pipe(ask(SIZE), pipe(Term::Recurse, ask(STEP))),
        Term::Str(_, ref parts) if !parts.iter().any(is_computed) => given,
        Term::Str(format, parts) => {
            let parts = parts.into_iter().map(part_of_text).collect();
            measured(Term::Str(format, parts))
        }
        Term::Arr(None) => Term::Arr(None),
        Term::Arr(Some(items)) => measured(Term::Arr(Some(measured(term(*items)).into()))),
        Term::Obj(members) => measured(Term::Obj(members.into_iter().map(member).collect())),
        Term::Neg(value) => measured(Term::Neg(measured(term(*value)).into())),
        Term::BinOp(left, operator, right) => binary(*left, operator, *right),
        Term::Label(name, body) => Term::Label(name, term(*body).into()),
        Term::Fold(name, items, bound, parts) => {
            let items = pipe(term(*items), ask(STEP)).into();
            Term::Fold(name, items, pattern(bound), parts.into_iter().map(term).collect())
        }
        Term::TryCatch(body, caught) => {
            Term::TryCatch(term(*body).into(), caught.map(|caught| term(*caught).into()))
        }
        Term::IfThenElse(branches, otherwise) => {
            let branch = |(condition, then)| (stepped(condition), term(then));
            let branches = branches.into_iter().map(branch).collect();
            Term::IfThenElse(branches, otherwise.map(|otherwise| term(*otherwise).into()))
        }
        Term::Def(definitions, body) => {
            let definitions = definitions.into_iter().map(definition).collect();
            Term::Def(definitions, term(*body).into())
        }
        Term::Call(name, arguments) => call(name, arguments),
        Term::Path(start, parts) => path(*start, parts),
    }
}

/// Calls of what is defined in jq stay in tail position: their bodies ask. All others are measured,
/// with what they are given.
fn call<'s>(name: &'s str, arguments: Vec<Term<&'s str>>) -> Term<&'s str> {
    if !super::functions::is_native(name, arguments.len()) {
        return Term::Call(name, arguments.into_iter().map(term).collect());
    }
    let arguments = arguments.into_iter().map(|argument| measured(term(argument))).collect();
    pipe(ask(SIZE), measured(Term::Call(name, arguments)))
}

fn binary<'s>(
    left: Term<&'s str>,
    operator: BinaryOp<&'s str>,
    right: Term<&'s str>,
) -> Term<&'s str> {
    use BinaryOp::{Alt, And, Assign, Cmp, Comma, Math, Or, Pipe, Update, UpdateAlt, UpdateMath};
    match operator {
        Pipe(None) => pipe(term(left), pipe(ask(STEP), term(right))),
        Pipe(Some(bound)) => operation(stepped(left), Pipe(Some(pattern(bound))), term(right)),
        Comma | Alt => operation(term(left), operator, term(right)),
        And | Or => operation(stepped(left), operator, stepped(right)),
        Math(math) => arithmetic(term(left), math, term(right)),
        Cmp(_) => operation(measured(term(left)), operator, measured(term(right))),
        Assign | Update | UpdateAlt => {
            measured(operation(pipe(ask(SIZE), term(left)), operator, measured(term(right))))
        }
        // `l += r` is `r as $x | l |= . + $x`, so that each sum is measured.
        UpdateMath(math) => {
            let sum = arithmetic(Term::Id, math, Term::Var(OPERAND));
            let update = operation(pipe(ask(SIZE), term(left)), Update, sum);
            let bound = Pipe(Some(Pattern::Var(OPERAND)));
            operation(measured(term(right)), bound, measured(update))
        }
    }
}

fn arithmetic<'s>(left: Term<&'s str>, math: Math, right: Term<&'s str>) -> Term<&'s str> {
    let question = if math == Math::Mul { FACTOR } else { SIZE };
    let operand = |side| pipe(side, ask(question));
    measured(operation(operand(left), BinaryOp::Math(math), operand(right)))
}

/// A path in pieces, each of which begins where the path goes through a whole value.
fn path<'s>(start: Term<&'s str>, Path(parts): Path<Term<&'s str>>) -> Term<&'s str> {
    let mut before = term(start);
    let mut together = Vec::new();
    for (part, optional) in parts {
        let part = match part {
            Part::Index(index) => Part::Index(stepped(index)),
            Part::Range(from, to) => {
                if !together.is_empty() {
                    before = Term::Path(before.into(), Path(std::mem::take(&mut together)));
                }
                before = pipe(before, ask(WIDTH));
                Part::Range(from.map(stepped), to.map(stepped))
            }
        };
        together.push((part, optional));
    }
    pipe(Term::Path(before.into(), Path(together)), ask(STEP))
}

fn part_of_text<'s>(part: StrPart<&'s str, Term<&'s str>>) -> StrPart<&'s str, Term<&'s str>> {
    match part {
        StrPart::Term(inside) => StrPart::Term(measured(term(inside))),
        StrPart::Str(_) | StrPart::Char(_) => part,
    }
}

fn is_computed<T>(part: &StrPart<&str, T>) -> bool {
    matches!(part, StrPart::Term(_))
}

/// `{a}`, `{$x}` and `{"a"}` name a member and its value in one.
fn member<'s>(
    (key, value): (Term<&'s str>, Option<Term<&'s str>>),
) -> (Term<&'s str>, Option<Term<&'s str>>) {
    match value {
        None if matches!(key, Term::Var(_)) => (key, None),
        None => (term(key), None),
        Some(value) => (stepped(key), Some(stepped(value))),
    }
}

fn pattern(given: Pattern<&str>) -> Pattern<&str> {
    match given {
        Pattern::Var(name) => Pattern::Var(name),
        Pattern::Arr(items) => Pattern::Arr(items.into_iter().map(pattern).collect()),
        Pattern::Obj(members) => {
            let member = |(key, value): (Term<_>, _)| match key {
                Term::Var(_) => (key, pattern(value)),
                key => (stepped(key), pattern(value)),
            };
            Pattern::Obj(members.into_iter().map(member).collect())
        }
    }
}

fn stepped(given: Term<&str>) -> Term<&str> {
    pipe(term(given), ask(STEP))
}

fn measured(made: Term<&str>) -> Term<&str> {
    pipe(made, ask(SIZE))
}

fn pipe<'s>(left: Term<&'s str>, right: Term<&'s str>) -> Term<&'s str> {
    operation(left, BinaryOp::Pipe(None), right)
}

fn operation<'s>(
    left: Term<&'s str>,
    operator: BinaryOp<&'s str>,
    right: Term<&'s str>,
) -> Term<&'s str> {
    Term::BinOp(left.into(), operator, right.into())
}

fn ask<'s>(question: &'static str) -> Term<&'s str> {
    Term::Call(question, Vec::new())
}
