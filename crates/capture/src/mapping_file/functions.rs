//! What a program may call.
//!
//! Lists of what is allowed, not of what is not: a newer jaq brings no function that nobody looked
//! at. Left out is what reads anything but its input (`env`, `input`, `now`), what
//! writes or stops (`debug`, `stderr`, `halt`), and what takes longer than its input is long
//! (regular expressions, `indices`, `contains` on arrays; text has a `contains` of ours).

use gatelog_event::json::Document;
use jaq_core::load::parse::Def;
use jaq_core::native::{Fun, bome, run, v};
use jaq_core::{Ctx, Error, ValXs};
use jaq_json::Val;
use jaq_std::ValT;

use super::meter::{self, Metered};
use super::value;

/// Functions of jaq's own, with the number of their arguments.
const NATIVE: [(&str, usize); 34] = [
    ("error_empty", 0),
    ("path", 1),
    ("path_value", 1),
    ("range", 3),
    ("keys_unsorted", 0),
    ("key_values", 0),
    ("first", 1),
    ("last", 1),
    ("limit", 2),
    ("skip", 2),
    ("floor", 0),
    ("round", 0),
    ("ceil", 0),
    ("utf8bytelength", 0),
    ("explode", 0),
    ("implode", 0),
    ("ascii_downcase", 0),
    ("ascii_upcase", 0),
    ("reverse", 0),
    ("sort", 0),
    ("sort_by", 1),
    ("group_by", 1),
    ("min_by_or_empty", 1),
    ("max_by_or_empty", 1),
    ("startswith", 1),
    ("endswith", 1),
    ("ltrimstr", 1),
    ("rtrimstr", 1),
    ("trim", 0),
    ("ltrim", 0),
    ("rtrim", 0),
    ("tojson", 0),
    ("length", 0),
    ("has", 1),
];

/// Our own functions.
const OWN: [(&str, usize); 2] = [("fromjson", 0), ("contains", 1)];

/// Definitions of jaq's libraries that need what is left out. (`split` with flags is found by the
/// number of its arguments.)
const DEFINITIONS_LEFT_OUT: [&str; 33] = [
    "stderr",
    "debug",
    "halt",
    "halt_error",
    "logb",
    "significand",
    "pow10",
    "drem",
    "nexttoward",
    "scalb",
    "gamma",
    "capture_of_match",
    "test",
    "scan_",
    "match",
    "capture",
    "splits",
    "sub",
    "todate",
    "fromdate",
    "gsub",
    "scan",
    "@sh",
    "@html",
    "@htmld",
    "@uri",
    "@urid",
    "@base64",
    "@base64d",
    "index",
    "rindex",
    "inside",
    "transpose",
];

/// Whether a call is answered by a function and not by a definition.
pub(super) fn is_native(name: &str, arguments: usize) -> bool {
    NATIVE.contains(&(name, arguments)) || OWN.contains(&(name, arguments))
}

/// The functions themselves.
pub(super) fn functions() -> impl Iterator<Item = Fun<Metered>> {
    let libraries = jaq_core::funs().chain(jaq_std::base_funs()).chain(jaq_json::funs());
    let own: [Fun<Metered>; 2] =
        [run(("fromjson", v(0), |cv| from_json(cv))), run(("contains", v(1), |cv| contains(cv)))];
    libraries
        .filter(|(name, arguments, _)| NATIVE.contains(&(*name, arguments.len())))
        .chain(own)
        .chain(meter::functions())
}

/// What is defined in jq itself.
pub(super) fn definitions() -> impl Iterator<Item = Def<&'static str>> {
    let definitions = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
    definitions.filter(|definition| {
        let is_split_with_flags = definition.name == "split" && definition.args.len() > 1;
        !is_split_with_flags && !DEFINITIONS_LEFT_OUT.contains(&definition.name)
    })
}

/// One JSON text to its value, by the parser that reads records: it is strict, and it has a limit
/// of depth.
fn from_json<'a>((context, text): (Ctx<'a, Metered>, Val)) -> ValXs<'a, Val> {
    let Some(bytes) = text.as_utf8_bytes() else {
        return bome(Err(Error::typ(text, "string")));
    };
    if let Err(end) = meter::take_text(&context, bytes.len()) {
        return Box::new(std::iter::once(Err(end)));
    }
    bome(match Document::parse(bytes) {
        Ok(document) => Ok(value::of_node(document.root())),
        Err(error) => Err(Error::str(format!("cannot parse as JSON: {error}"))),
    })
}

/// Whether a text is in another one.
fn contains<'a>((mut context, text): (Ctx<'a, Metered>, Val)) -> ValXs<'a, Val> {
    let part = context.pop_var();
    bome(match (text.as_utf8_bytes(), part.as_utf8_bytes()) {
        (Some(text), Some(part)) => Ok(Val::Bool(memchr::memmem::find(text, part).is_some())),
        _ => Err(Error::str(
            "`contains` looks for a text in a text; for an array take any(.[]; . == $x)",
        )),
    })
}
