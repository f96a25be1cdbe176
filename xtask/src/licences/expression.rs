//! SPDX licence expressions, as in SPDX 2.3 annex D, and the old `MIT/Apache-2.0` of Cargo.
//!
//! Not a licence database: a name is whatever the caller's predicate says of it.
//!
//! ```text
//! EITHER  := BOTH { ("OR" | "/") BOTH }
//! BOTH    := LICENCE { "AND" LICENCE }
//! LICENCE := "(" EITHER ")" | NAME [ "WITH" NAME ]
//! ```

use anyhow::{Result, bail};

/// Whether `expression` can be met with licences that `is_allowed` accepts. An exception is
/// asked for together with its licence: `Apache-2.0 WITH LLVM-exception`.
///
/// # Errors
/// When the expression is malformed.
pub(crate) fn is_satisfied(expression: &str, is_allowed: &dyn Fn(&str) -> bool) -> Result<bool> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " / ");
    let mut parser = Parser { words: spaced.split_whitespace().collect(), is_allowed };
    parser.words.reverse();
    let satisfied = parser.either()?;
    if let Some(word) = parser.words.last() {
        bail!("`{word}` is not expected");
    }
    Ok(satisfied)
}

struct Parser<'a> {
    /// The words still to be read, the next one last.
    words: Vec<&'a str>,
    is_allowed: &'a dyn Fn(&str) -> bool,
}

impl<'a> Parser<'a> {
    fn either(&mut self) -> Result<bool> {
        let mut satisfied = self.both()?;
        while self.take("OR") || self.take("/") {
            satisfied |= self.both()?;
        }
        Ok(satisfied)
    }

    fn both(&mut self) -> Result<bool> {
        let mut satisfied = self.licence()?;
        while self.take("AND") {
            satisfied &= self.licence()?;
        }
        Ok(satisfied)
    }

    fn licence(&mut self) -> Result<bool> {
        if self.take("(") {
            let satisfied = self.either()?;
            if !self.take(")") {
                bail!("a closing parenthesis is missing");
            }
            return Ok(satisfied);
        }
        let name = self.name()?;
        if self.take("WITH") {
            let exception = self.name()?;
            return Ok((self.is_allowed)(&format!("{name} WITH {exception}")));
        }
        Ok((self.is_allowed)(name))
    }

    fn name(&mut self) -> Result<&'a str> {
        match self.words.pop() {
            None => bail!("a licence name is missing at the end"),
            Some(word @ ("OR" | "AND" | "WITH" | "(" | ")" | "/")) => {
                bail!("a licence name is missing before `{word}`")
            }
            Some(name) => Ok(name),
        }
    }

    fn take(&mut self, word: &str) -> bool {
        self.words.pop_if(|next| *next == word).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expression: &str) -> Result<bool> {
        is_satisfied(expression, &|licence| {
            ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"].contains(&licence)
        })
    }

    #[test]
    fn expressions_are_satisfied_as_spdx_says() {
        for (expression, expected) in [
            ("MIT", true),
            ("GPL-3.0-only", false),
            ("GPL-3.0-only OR MIT", true),
            ("GPL-3.0-only/MIT", true),
            ("GPL-3.0-only / LGPL-2.1", false),
            ("MIT AND GPL-3.0-only", false),
            ("MIT AND ISC", true),
            ("GPL-3.0-only AND ISC OR MIT", true),
            ("MIT OR ISC AND GPL-3.0-only", true),
            ("(MIT OR ISC) AND GPL-3.0-only", false),
            ("((MIT) AND (GPL-3.0-only OR ISC))", true),
            ("Apache-2.0 WITH LLVM-exception", true),
            ("Apache-2.0", false),
            ("MIT WITH LLVM-exception", false),
        ] {
            assert_eq!(check(expression).unwrap(), expected, "{expression}");
        }
    }

    #[test]
    fn a_malformed_expression_is_an_error() {
        for (expression, expected) in [
            ("", "a licence name is missing at the end"),
            ("MIT AND", "a licence name is missing at the end"),
            ("OR MIT", "a licence name is missing before `OR`"),
            ("(MIT", "a closing parenthesis is missing"),
            ("MIT ISC", "`ISC` is not expected"),
            ("MIT)", "`)` is not expected"),
        ] {
            assert_eq!(check(expression).unwrap_err().to_string(), expected, "{expression}");
        }
    }
}
