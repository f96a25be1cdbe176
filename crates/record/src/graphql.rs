//! What a GraphQL document does, as far as an audit log wants to know: the kind of its operation,
//! its name and its outermost fields.
//!
//! Only these words are read. Arguments may hold secrets under any name, so a document itself is
//! never kept. Not a parser: what is no GraphQL is answered by whoever it was sent to.

use crate::event::Effect;

/// Outermost fields that are named; documents of people have one or two.
const FIELDS_MAX: usize = 16;

/// Longest name, in bytes; a longer one is left out.
const NAME_BYTES_MAX: usize = 64;

/// What is done with a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Operation {
    /// `query`, `mutation` or `subscription`.
    pub(crate) kind: String,
    pub(crate) name: Option<String>,
    pub(crate) fields: Vec<String>,
}

impl Operation {
    /// What it does: the most that one of its mutations does.
    pub(crate) fn effect(&self) -> Effect {
        if self.kind != "mutation" {
            return Effect::Read;
        }
        let effects = self.fields.iter().map(|field| mutation(field));
        effects.max().unwrap_or(Effect::Update)
    }
}

/// What a mutation does, by its name. Adding to something and removing from it changes it.
fn mutation(name: &str) -> Effect {
    let begins = |words: &[&str]| words.iter().any(|word| name.starts_with(word));
    if begins(&["create"]) {
        Effect::Create
    } else if begins(&["delete", "revoke"]) || (begins(&["remove"]) && !name.contains("From")) {
        Effect::Delete
    } else {
        Effect::Update
    }
}

/// The operation of a document that is carried out: the one with this name, or the first.
pub(crate) fn operation(document: &str, wanted: Option<&str>) -> Option<Operation> {
    let mut operations = operations(document);
    let position =
        operations.iter().position(|one| wanted.is_none() || one.name.as_deref() == wanted)?;
    Some(operations.swap_remove(position))
}

fn operations(document: &str) -> Vec<Operation> {
    let mut reader = Reader::default();
    for token in Tokens(document) {
        reader.take(token);
    }
    reader.done
}

/// Where in a document a reader is.
#[derive(Default)]
struct Reader {
    done: Vec<Operation>,
    current: Option<Operation>,
    is_fragment: bool,
    braces: usize,
    /// Parentheses and brackets: what stands in them are arguments.
    arguments: usize,
    /// Whether the next name belongs to a directive or a fragment.
    skips_name: bool,
    /// Whether the last name was an alias.
    follows_alias: bool,
}

impl Reader {
    fn take(&mut self, token: Token<'_>) {
        match token {
            Token::Mark('{') => {
                if self.braces == 0 && self.current.is_none() && !self.is_fragment {
                    self.current =
                        Some(Operation { kind: "query".to_owned(), ..Operation::default() });
                }
                self.braces += 1;
            }
            Token::Mark('}') => {
                self.braces = self.braces.saturating_sub(1);
                if self.braces == 0 {
                    self.done.extend(self.current.take());
                    self.is_fragment = false;
                }
            }
            Token::Mark('(' | '[') => self.arguments += 1,
            Token::Mark(')' | ']') => self.arguments = self.arguments.saturating_sub(1),
            Token::Mark('@' | '.') => self.skips_name = true,
            Token::Mark(':') => self.follows_alias = self.arguments == 0,
            Token::Mark(_) => {}
            Token::Name(name) => self.name(name),
        }
    }

    fn name(&mut self, name: &str) {
        // `... on Type` has two names.
        if std::mem::take(&mut self.skips_name) {
            self.skips_name = name == "on";
            return;
        }
        let follows_alias = std::mem::take(&mut self.follows_alias);
        if self.arguments > 0 || self.is_fragment || name.len() > NAME_BYTES_MAX {
            return;
        }
        match (&mut self.current, self.braces) {
            (None, 0) => match name {
                "query" | "mutation" | "subscription" => {
                    self.current =
                        Some(Operation { kind: name.to_owned(), ..Operation::default() });
                }
                _ => self.is_fragment = true,
            },
            (Some(operation), 0) => operation.name = Some(name.to_owned()),
            (Some(operation), 1) => {
                if follows_alias {
                    operation.fields.pop();
                }
                if operation.fields.len() < FIELDS_MAX {
                    operation.fields.push(name.to_owned());
                }
            }
            _ => {}
        }
    }
}

#[derive(Clone, Copy)]
enum Token<'d> {
    Name(&'d str),
    Mark(char),
}

/// Names and marks; strings, numbers and comments are passed over.
struct Tokens<'d>(&'d str);

impl<'d> Iterator for Tokens<'d> {
    type Item = Token<'d>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let first = self.0.chars().next()?;
            if first == '#' {
                self.0 = self.0.find('\n').and_then(|end| self.0.get(end..)).unwrap_or_default();
            } else if first == '"' {
                self.0 = after_string(self.0);
            } else if first.is_ascii_alphabetic() || first == '_' {
                let is_part = |one: char| one.is_ascii_alphanumeric() || one == '_';
                let end = self.0.find(|one| !is_part(one)).unwrap_or(self.0.len());
                let (name, rest) = self.0.split_at(end);
                self.0 = rest;
                return Some(Token::Name(name));
            } else {
                self.0 = self.0.get(first.len_utf8()..).unwrap_or_default();
                if first.is_ascii_punctuation() {
                    return Some(Token::Mark(first));
                }
            }
        }
    }
}

/// What follows the string at the beginning of `text`; nothing, if it does not end.
fn after_string(text: &str) -> &str {
    if let Some(block) = text.strip_prefix("\"\"\"") {
        let mut rest = block;
        while let Some(end) = rest.find("\"\"\"") {
            let is_escaped = rest.get(..end).is_some_and(|before| before.ends_with('\\'));
            rest = rest.get(end + 3..).unwrap_or_default();
            if !is_escaped {
                return rest;
            }
        }
        return "";
    }
    let mut is_escaped = false;
    for (offset, one) in text.char_indices().skip(1) {
        match one {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return text.get(offset + 1..).unwrap_or_default(),
            _ => {}
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn kind_name_and_fields_of_an_operation() {
        let cases = [
            ("{ users { edges { node { id } } } }", None, "query - users: read"),
            ("query Q($a: ID!) @x(y: 1) { node(id: $a) { id } }", None, "query Q node: read"),
            (
                "mutation M($input: CreateUserInput!) { createUser(input: $input) { user { id } } }",
                None,
                "mutation M createUser: create",
            ),
            (
                "mutation { gone: deleteUser(input: {userID: \"x } y\"}) { id } }",
                None,
                "mutation - deleteUser: delete",
            ),
            (
                "mutation { removeRoleFromUsers(input: {}) { id } }",
                None,
                "mutation - removeRoleFromUsers: update",
            ),
            (
                "mutation { createRole { id } deleteRole { id } }",
                None,
                "mutation - createRole,deleteRole: delete",
            ),
            (
                "query A { a } mutation B { updateUser { id } }",
                Some("B"),
                "mutation B updateUser: update",
            ),
            (
                "fragment F on User { id } query A { ...F ... on Query { b } c }",
                None,
                "query A c: read",
            ),
            ("# mutation { deleteUser }\nquery A { a(s: \"\"\"}\"\"\") }", None, "query A a: read"),
            ("query A { a }", Some("B"), ""),
            ("nothing of the kind", None, ""),
        ];
        for (document, wanted, expected) in cases {
            let found = operation(document, wanted).map(|one| {
                let name = one.name.as_deref().unwrap_or("-");
                format!("{} {name} {}: {}", one.kind, one.fields.join(","), one.effect().name())
            });
            assert_eq!(found.unwrap_or_default(), expected, "{document}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_to_its_end(text in "[-{}()\\[\\]\"\\\\@:.#a-z \\né]{0,200}") {
            let _ = operation(&text, None);
        }
    }
}
