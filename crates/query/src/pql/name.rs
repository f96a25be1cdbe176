//! Names of fields, as a query writes them: `actor.id`, `data."odd key".x`.

use std::fmt;
use std::ops::Range;

use super::fields::Named;
use super::lexer;
use super::quote::{quoted, quoted_length, unescaped};
use crate::path::ROOT;

/// The name of a field: segments between dots. It need not exist.
///
/// Two names are equal when their segments are, wherever they stand and whichever of them come
/// from a group.
#[derive(Clone, Debug)]
pub struct Name {
    segments: Vec<String>,
    /// How many of the segments come from groups around the name.
    outer: usize,
    span: Range<usize>,
}

impl Name {
    /// Reads a name; `None` if a segment is empty or a quote is not closed.
    pub fn parse(text: &str) -> Option<Self> {
        Some(Self { segments: split(text)?, outer: 0, span: 0..0 })
    }

    /// The name at `span` of `text`, inside of groups with these names.
    pub(super) fn in_text(text: &str, span: Range<usize>, groups: &[String]) -> Option<Self> {
        let mut segments = groups.to_vec();
        segments.extend(split(text.get(span.clone())?)?);
        Some(Self { segments, outer: groups.len(), span })
    }

    /// The name of a field that exists.
    pub fn of(named: &Named) -> Self {
        let segments = match named {
            Named::Field(field) => field.name().split('.').map(str::to_owned).collect(),
            Named::Measure(measure) => vec![measure.name().to_owned()],
            Named::Data(path) => {
                std::iter::once(ROOT.to_owned()).chain(path.names().iter().cloned()).collect()
            }
        };
        Self { segments, outer: 0, span: 0..0 }
    }

    /// The segments, those of the groups around it included; never empty.
    pub fn segments(&self) -> &[String] {
        &self.segments
    }

    /// The segments that come from groups around it.
    pub fn outer(&self) -> &[String] {
        self.segments.get(..self.outer).unwrap_or_default()
    }

    /// Where in the text it stands, without what comes from groups.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.segments == other.segments
    }
}

impl Eq for Name {}

impl fmt::Display for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_segments(self.segments.iter().map(String::as_str), formatter)
    }
}

/// Writes segments so that [`Name::parse`] and the language read them again.
pub(crate) fn write_segments<'s>(
    segments: impl Iterator<Item = &'s str>,
    out: &mut impl fmt::Write,
) -> fmt::Result {
    let mut segments = segments.peekable();
    let mut first = true;
    while let Some(segment) = segments.next() {
        let alone = first && segments.peek().is_none();
        if !first {
            out.write_char('.')?;
        }
        if is_bare(segment, first) && !(alone && lexer::is_reserved(segment)) {
            out.write_str(segment)?;
        } else {
            out.write_str(&quoted(segment))?;
        }
        first = false;
    }
    Ok(())
}

/// Whether a segment needs no quotes; the first one must not look like a number.
fn is_bare(segment: &str, first: bool) -> bool {
    let in_a_word = |character: char| character.is_alphanumeric() || matches!(character, '_' | '-');
    let starts_a_word = |character: char| character.is_alphabetic() || character == '_';
    segment.chars().all(in_a_word) && (!first || segment.starts_with(starts_a_word))
}

fn split(text: &str) -> Option<Vec<String>> {
    let mut segments = Vec::new();
    let mut rest = text;
    loop {
        let length = match rest.starts_with('"') {
            true => quoted_length(rest)?,
            false => rest.find('.').unwrap_or(rest.len()),
        };
        let (segment, after) = rest.split_at_checked(length)?;
        let segment = match segment.strip_prefix('"') {
            Some(inner) => unescaped(inner.strip_suffix('"')?).text,
            None => segment.to_owned(),
        };
        if segment.is_empty() {
            return None;
        }
        segments.push(segment);
        if after.is_empty() {
            return Some(segments);
        }
        rest = after.strip_prefix('.')?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_written() {
        for (text, segments, canonical) in [
            ("actor.id", vec!["actor", "id"], "actor.id"),
            (r#"data."odd key".x"#, vec!["data", "odd key", "x"], r#"data."odd key".x"#),
            (r#""data"."x""#, vec!["data", "x"], "data.x"),
            (r#"data."a.b""#, vec!["data", "a.b"], r#"data."a.b""#),
            ("data.odd key", vec!["data", "odd key"], r#"data."odd key""#),
            ("data.items.0.x-y", vec!["data", "items", "0", "x-y"], "data.items.0.x-y"),
            ("data.and", vec!["data", "and"], "data.and"),
            ("In", vec!["In"], r#""In""#),
            ("7.x", vec!["7", "x"], r#""7".x"#),
        ] {
            let name = Name::parse(text).expect(text);
            assert_eq!(name.segments(), segments, "{text}");
            assert_eq!(name.to_string(), canonical, "{text}");
            assert_eq!(Name::parse(canonical), Some(name), "{text}");
        }
        for text in ["", ".", "a.", ".a", "a..b", r#"a."b"#, r#""""#, r#""a"b"#] {
            assert_eq!(Name::parse(text), None, "{text}");
        }
    }
}
