//! Text to a program, or the place of what is wrong with it.

use jaq_core::load::lex::{Lexer, StrPart, Tok, Token};
use jaq_core::load::parse::{Def, Parser, Term};
use jaq_core::load::{Arena, File, Loader, span};
use jaq_core::{Compiler, Filter};

use super::limits::PARTS_MAX;
use super::meter::Metered;
use super::{Unusable, functions, metered, unusable};

/// The name under which the whole program is called. It is a definition like the library's, as only
/// definitions can be handed to jaq's compiler in rewritten form.
const MAIN: &str = "gatelog_mapping";

/// A compiled program.
pub(super) struct Program {
    pub(super) filter: Filter<Metered>,
}

impl Program {
    /// Reads and compiles a program. Recurses as deep as the text nests.
    ///
    /// # Errors
    /// [`Unusable`] with the place of the first mistake.
    pub(super) fn compile(text: &str) -> Result<Self, Unusable> {
        let main = metered::definition(Def { name: MAIN, args: Vec::new(), body: parse(text)? });
        let arena = Arena::default();
        let nowhere = || unusable(text, 0, "the program cannot be loaded");
        let modules = Loader::new(library().chain([main]))
            .load(&arena, File { code: MAIN, path: () })
            .map_err(|_| nowhere())?;
        let filter = Compiler::default()
            .with_funs(functions::functions())
            .compile(modules)
            .map_err(|errors| {
                let first = errors.iter().flat_map(|(_, errors)| errors).next();
                let Some((name, undefined)) = first else { return nowhere() };
                let kind = undefined.as_str();
                let reason = format!(
                    "there is no {kind} `{name}` with as many arguments; docs/mapping.md lists \
                     what a mapping may call"
                );
                unusable(text, offset_in(text, name), reason)
            })?;
        Ok(Self { filter })
    }
}

fn library<'s>() -> impl Iterator<Item = Def<&'s str>> {
    functions::definitions().map(|definition| -> Def<&'s str> { metered::definition(definition) })
}

fn parse(text: &str) -> Result<Term<&str>, Unusable> {
    let too_many = || unusable(text, 0, format!("the program has more than {PARTS_MAX} parts"));
    // The lexer recurses too, but for brackets only.
    if text.bytes().filter(|byte| b"([{".contains(byte)).count() > PARTS_MAX {
        return Err(too_many());
    }
    let tokens = Lexer::new(text).lex().map_err(|errors| {
        let Some((expected, found)) = errors.into_iter().next() else {
            return unusable(text, 0, "not a program in jq");
        };
        let reason = format!("expected {}", expected.as_str());
        unusable(text, offset_in(text, found), reason)
    })?;
    if let Some(Token(word @ ("import" | "include"), Tok::Word)) = tokens.first() {
        return Err(unusable(
            text,
            offset_in(text, word),
            "a mapping is one file: it has no modules",
        ));
    }
    if part_count(&tokens) > PARTS_MAX {
        return Err(too_many());
    }
    Parser::new(&tokens).parse(Parser::term).map_err(|errors| {
        let Some((expected, found)) = errors.into_iter().next() else {
            return unusable(text, 0, "not a program in jq");
        };
        let found = Token::opt_as_str(found, text);
        let reason = match found {
            "" => format!("expected {}, found the end", expected.as_str()),
            _ => format!("expected {}", expected.as_str()),
        };
        unusable(text, offset_in(text, found), reason)
    })
}

/// The tokens at any depth.
fn part_count(tokens: &[Token<&str>]) -> usize {
    let inside = |token: &Token<&str>| match &token.1 {
        Tok::Block(tokens) => part_count(tokens),
        Tok::Str(parts) => parts
            .iter()
            .map(|part| match part {
                StrPart::Term(token) => part_count(std::slice::from_ref(token)),
                StrPart::Str(_) | StrPart::Char(_) => 0,
            })
            .sum(),
        Tok::Word | Tok::Var | Tok::Fmt | Tok::Num | Tok::Sym => 0,
    };
    tokens.iter().map(|token| 1 + inside(token)).sum()
}

/// Where a part of the text stands in it; at the beginning for what is not of it.
fn offset_in(text: &str, part: &str) -> usize {
    let range = text.as_bytes().as_ptr_range();
    if range.contains(&part.as_ptr()) || range.end == part.as_ptr() {
        span(text, part).start
    } else {
        0
    }
}
