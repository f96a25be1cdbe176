//! What may stand where somebody is typing.
//!
//! It reads the tokens before the cursor as the parser does, but keeps no tree: a text that is
//! being typed is seldom whole. Not for what is wrong with a text ([`super::compile`]), nor for
//! which values there are: that is known to whoever has the events.

use std::ops::Range;

use super::diagnostic::Problems;
use super::fields::Named;
use super::lexer::{self, Keyword, Kind, Token};
use super::limits::TEXT_BYTES_MAX;
use super::literal::Literal;
use super::name::Name;
use super::quote::{quoted_length, unescaped};

/// What may be written at a place of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What it takes the place of, in bytes; empty where nothing is typed yet.
    pub range: Range<usize>,
    /// What is typed of it before the cursor, of a value without its quotes.
    pub typed: String,
    /// What it can be.
    pub expected: Expected,
}

/// What can be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A condition: the name of a field, `NOT`, or a word.
    Condition {
        /// Whether it follows another one, so that `AND` or `OR` may come first.
        follows_another: bool,
        /// The names of the groups around it, which are left out of a field's name.
        group: Vec<String>,
    },
    /// An operator after the name of a field: one of these.
    Operator(&'static [&'static str]),
    /// A value of a field.
    Value {
        /// The field.
        field: Named,
        /// The text with everything in the place of the condition that is being typed: what its
        /// values are looked for among.
        among: String,
    },
    /// Nothing that could be guessed.
    Nothing,
}

/// What may stand at `cursor`, in bytes, of `text`.
pub fn completion(text: &str, cursor: usize) -> Completion {
    let nothing =
        Completion { range: cursor..cursor, typed: String::new(), expected: Expected::Nothing };
    let Some(before) = text.get(..cursor).filter(|_| text.len() <= TEXT_BYTES_MAX) else {
        return nothing;
    };
    let mut tokens = tokens(before);
    let last = tokens.pop_if(|last| last.span.end == cursor && is_typed(&last.kind));
    let start = last.as_ref().map_or(cursor, |last| last.span.start);
    let written = before.get(start..).unwrap_or_default();
    if quoted_length(written).is_some_and(|_| written.starts_with('"')) {
        // A text between quotes is whole; what follows it begins with a space.
        return nothing;
    }
    let range = start..last.map_or(cursor, |_| end_of_token(text, start, cursor));
    let mut place = Place::new(text);
    tokens.into_iter().for_each(|token| place.pass(token));
    let typed = match written.strip_prefix('"') {
        Some(inner) => unescaped(inner).text,
        None => written.to_owned(),
    };
    Completion { typed, expected: place.expected(&range), range }
}

/// Operators after a field.
const OPERATORS: &[&str] =
    &["=", "!=", "IN", "NOT IN", "ILIKE", "NOT ILIKE", "^=", "<", "<=", ">", ">="];

/// Operators after a number.
const OF_NUMBERS: &[&str] = &["=", "!=", "<", "<=", ">", ">=", "IN", "NOT IN"];

/// Operators after a field and `NOT`.
const AFTER_NOT: &[&str] = &["IN", "ILIKE"];

fn tokens(text: &str) -> Vec<Token> {
    // What is wrong with a text is told when it is asked.
    lexer::tokens(text, &mut Problems::default())
}

/// Whether more letters may belong to a token that ends at the cursor.
fn is_typed(kind: &Kind) -> bool {
    matches!(kind, Kind::Word | Kind::Literal(_) | Kind::Keyword(_) | Kind::Everything)
}

/// Where the token ends that begins at `start`. An opening quote that is closed by the next
/// value's is not closed yet: the number of quotes behind it is odd then.
fn end_of_token(text: &str, start: usize, cursor: usize) -> usize {
    let Some(rest) = text.get(start..) else { return cursor };
    let tokens = tokens(rest);
    let all_closed = tokens.iter().all(|token| {
        let written = rest.get(token.span.clone()).unwrap_or_default();
        !written.starts_with('"') || quoted_length(written).is_some()
    });
    match tokens.first() {
        Some(token) if all_closed || !rest.starts_with('"') => start + token.span.end,
        _ => cursor,
    }
}

/// Where in a query the reading is.
struct Place<'t> {
    text: &'t str,
    state: State,
    /// The segments of the names of the groups around this place, and those around each of them.
    group: Vec<String>,
    outer_groups: Vec<Vec<String>>,
    /// Where the present condition begins, a NOT before it included.
    start: Option<usize>,
}

enum State {
    /// A condition begins.
    Start,
    /// What has been read is a word, or the name of a field.
    Named(Range<usize>),
    /// The name of a field has been read, and `NOT`.
    Negated(Range<usize>),
    /// A value follows.
    Value(Values),
    /// A value of a list has been read.
    Item(Values),
    /// A condition has ended.
    End,
    /// What follows is not known: a pattern, or what stands behind a mistake.
    Unknown,
}

/// The values of a condition.
#[derive(Clone)]
struct Values {
    field: Range<usize>,
    is_list: bool,
    is_enclosed: bool,
}

impl<'t> Place<'t> {
    fn new(text: &'t str) -> Self {
        let (group, outer_groups) = (Vec::new(), Vec::new());
        Self { text, state: State::Start, group, outer_groups, start: None }
    }

    /// Goes on behind a token.
    fn pass(&mut self, token: Token) {
        let Token { kind, span } = token;
        let state = std::mem::replace(&mut self.state, State::Unknown);
        let begins = matches!(state, State::Start);
        self.state = match (state, kind) {
            (state, Kind::OpenGroup) => self.open_group(state),
            (_, Kind::CloseGroup) => {
                self.group = self.outer_groups.pop().unwrap_or_default();
                State::End
            }
            (State::Value(values), Kind::Open) if values.is_list => {
                State::Value(Values { is_enclosed: true, ..values })
            }
            (State::Value(values), Kind::Literal(_) | Kind::Word | Kind::Everything) => {
                if values.is_list { State::Item(values) } else { State::End }
            }
            (State::Item(values), Kind::Comma) => State::Value(values),
            (State::Named(field), Kind::Operator(_)) => {
                State::Value(Values { field, is_list: false, is_enclosed: false })
            }
            (State::Named(field) | State::Negated(field), Kind::Keyword(Keyword::In)) => {
                State::Value(Values { field, is_list: true, is_enclosed: false })
            }
            (State::Named(_) | State::Negated(_), Kind::Keyword(Keyword::Ilike)) => State::Unknown,
            // `actor.id NOT IN`
            (State::Named(field), Kind::Keyword(Keyword::Not)) => State::Negated(field),
            (_, Kind::Keyword(Keyword::Not)) => {
                self.start = self.start.filter(|_| begins).or(Some(span.start));
                State::Start
            }
            (_, Kind::Open | Kind::Keyword(Keyword::And | Keyword::Or)) => {
                self.start = None;
                State::Start
            }
            (_, Kind::Close | Kind::Everything) => State::End,
            (_, Kind::Word | Kind::Literal(Literal::Text(_))) => {
                self.start = self.start.filter(|_| begins).or(Some(span.start));
                State::Named(span)
            }
            (_, Kind::Literal(_)) => State::End,
            (_, Kind::Operator(_) | Kind::Comma | Kind::Keyword(_)) => State::Unknown,
        };
    }

    fn open_group(&mut self, state: State) -> State {
        let name = match state {
            State::Named(span) => Name::in_text(self.text, span, &self.group),
            _ => None,
        };
        let inner = name.map_or_else(|| self.group.clone(), |name| name.segments().to_vec());
        self.outer_groups.push(std::mem::replace(&mut self.group, inner));
        self.start = None;
        State::Start
    }

    /// What may be written here in the place of `range`.
    fn expected(self, range: &Range<usize>) -> Expected {
        let condition =
            |follows_another| Expected::Condition { follows_another, group: self.group.clone() };
        match &self.state {
            State::Start => condition(false),
            State::End => condition(true),
            State::Named(span) => match self.named(span) {
                Some(Named::Measure(_)) => Expected::Operator(OF_NUMBERS),
                Some(Named::Field(_) | Named::Data(_)) => Expected::Operator(OPERATORS),
                None => condition(true),
            },
            State::Negated(span) if self.named(span).is_some() => Expected::Operator(AFTER_NOT),
            State::Negated(_) => condition(false),
            State::Value(values) => match self.named(&values.field) {
                Some(field) => Expected::Value { field, among: self.among(values, range) },
                None => Expected::Nothing,
            },
            State::Item(values) if !values.is_enclosed => condition(true),
            State::Item(_) | State::Unknown => Expected::Nothing,
        }
    }

    fn named(&self, span: &Range<usize>) -> Option<Named> {
        Named::of(&Name::in_text(self.text, span.clone(), &self.group)?)
    }

    /// The text with `*` in the place of the condition that the value at `range` belongs to.
    fn among(&self, values: &Values, range: &Range<usize>) -> String {
        let before = self.text.get(..self.start.unwrap_or(range.start)).unwrap_or_default();
        let mut after = self.text.get(range.end..).unwrap_or_default();
        if values.is_list {
            let is_rest = |kind: &Kind| match kind {
                Kind::Literal(_) | Kind::Comma => true,
                Kind::Close => values.is_enclosed,
                _ => false,
            };
            let rest = tokens(after).into_iter().take_while(|token| is_rest(&token.kind));
            let end = rest.last().map_or(0, |token| token.span.end);
            after = after.get(end..).unwrap_or_default();
        }
        format!("{before}*{after}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `text` has a `|` where the cursor is; what is expected there, and the text with `_` in the
    /// place of what is replaced.
    fn read(text: &str) -> (String, String) {
        let cursor = text.find('|').expect(text);
        let text = text.replacen('|', "", 1);
        let Completion { range, typed, expected } = completion(&text, cursor);
        let expected = match expected {
            Expected::Condition { follows_another: false, group } => {
                format!("condition {}", group.join("."))
            }
            Expected::Condition { follows_another: true, group } => {
                format!("another {}", group.join("."))
            }
            Expected::Operator(operators) => format!("operator {}", operators.len()),
            Expected::Value { field, among } => format!("value {field} of {among}"),
            Expected::Nothing => "nothing".to_owned(),
        };
        let expected = format!("{} <{typed}>", expected.trim_end());
        (expected, format!("{}_{}", &text[..range.start], &text[range.end..]))
    }

    #[test]
    fn what_may_stand_where_somebody_types() {
        let cases = [
            ("|", "condition <>", "_"),
            ("act|", "condition <act>", "_"),
            ("act|or.id", "condition <act>", "_"),
            ("actor.id |", "operator 11 <>", "actor.id _"),
            ("user_id |= 1", "operator 11 <>", "user_id _= 1"),
            ("actor.id !|", "operator 11 <!>", "actor.id _"),
            ("actor.id NOT I|", "operator 2 <I>", "actor.id NOT _"),
            ("data.a.b |", "operator 11 <>", "data.a.b _"),
            ("time |", "operator 8 <>", "time _"),
            ("lockout NOT |", "condition <>", "lockout NOT _"),
            ("lockout |", "another <>", "lockout _"),
            ("lockout o|", "another <o>", "lockout _"),
            (r#"ip = "::1" a|"#, "another <a>", r#"ip = "::1" _"#),
            (r#"ip = "::1" AND |"#, "condition <>", r#"ip = "::1" AND _"#),
            (r#"NOT |"#, "condition <>", "NOT _"),
            ("(a OR |", "condition <>", "(a OR _"),
            ("actor[i|", "condition actor <i>", "actor[_"),
            (r#"actor[id = "u"] |"#, "another <>", r#"actor[id = "u"] _"#),
            ("outcome = |", "value outcome of * <>", "outcome = _"),
            ("outcome=|", "value outcome of * <>", "outcome=_"),
            ("outcome = fai|", "value outcome of * <fai>", "outcome = _"),
            (r#"outcome = "fai|"#, "value outcome of * <fai>", "outcome = _"),
            (r#"type = "lo|gin" AND a"#, "value type of * AND a <lo>", "type = _ AND a"),
            (
                r#"type = "lo| AND ip = "::1""#,
                r#"value type of * AND ip = "::1" <lo>"#,
                r#"type = _ AND ip = "::1""#,
            ),
            ("a OR NOT type = |", "value type of a OR * <>", "a OR NOT type = _"),
            ("a type != |", "value type of a * <>", "a type != _"),
            ("actor[id = |]", "value actor.id of actor[*] <>", "actor[id = _]"),
            (
                r#"type IN ("a", "b|", "c") AND d"#,
                "value type of * AND d <b>",
                r#"type IN ("a", _, "c") AND d"#,
            ),
            ("type NOT IN (|", "value type of * <>", "type NOT IN (_"),
            (r#"type IN ("a" |"#, "nothing <>", r#"type IN ("a" _"#),
            (r#"type IN "a" |"#, "another <>", r#"type IN "a" _"#),
            ("seq > 4|", "value seq of * <4>", "seq > _"),
            (r#"ip = "é\"|"#, r#"value ip of * <é">"#, "ip = _"),
            (r#"ip = "::1"|"#, "nothing <>", r#"ip = "::1"_"#),
            ("type ILIKE |", "nothing <>", "type ILIKE _"),
            ("nivel = |", "nothing <>", "nivel = _"),
            ("= |", "nothing <>", "= _"),
        ];
        for (text, expected, replaced) in cases {
            assert_eq!(read(text), (expected.to_owned(), replaced.to_owned()), "{text}");
        }
    }

    #[test]
    fn no_place_of_any_text_is_too_odd() {
        let text = r#"a."b" [x IN (“é”, 'y' ] != ^= ) AND NOT "\"#;
        for cursor in 0..=text.len() + 1 {
            let Completion { range, .. } = completion(text, cursor);
            assert!(range.start <= range.end, "{cursor}");
            assert!(text.get(range).is_some() || text.get(..cursor).is_none(), "{cursor}");
        }
        let long = "a ".repeat(TEXT_BYTES_MAX);
        assert_eq!(completion(&long, 2).expected, Expected::Nothing);
    }
}
