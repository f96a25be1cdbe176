//! A record in three views: as a tree whose branches fold, as paths and values, and raw, indented
//! and coloured.
//!
//! - [`mod@flat`]: paths and values.
//! - [`mod@changes`]: what the record says was there before and is there now.
//!
//! The record is never trusted: every byte of it is escaped here, and what does not show by itself
//! is written as a JSON escape. What is shown is therefore still the same JSON.

use gatelog_event::json::{Document, Kind, Node, write_string};

use crate::links::Parameters;
use crate::text::visible_json;
use crate::texts::Texts;

mod changes;
mod flat;

pub(crate) use changes::{Change, changes};
pub(crate) use flat::FlatRecord;

/// The most HTML a record becomes, in bytes; indentation can multiply a record's size.
const RENDERED_BYTES_MAX: usize = 256 * 1024;

/// How a record is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum RecordShape {
    /// As a tree.
    #[default]
    Nested,
    /// As a list of paths and values.
    Flat,
    /// As JSON.
    Raw,
}

impl RecordShape {
    /// All views, in the order in which they are offered.
    pub(crate) const ALL: [Self; 3] = [Self::Nested, Self::Flat, Self::Raw];

    /// The value of the parameter `view`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Nested => "nested",
            Self::Flat => "flat",
            Self::Raw => "raw",
        }
    }

    /// The name for people.
    pub(crate) fn title(self, texts: &Texts) -> &'static str {
        match self {
            Self::Nested => texts.record.nested,
            Self::Flat => texts.record.flat,
            Self::Raw => texts.record.raw,
        }
    }

    /// Reads a view out of an address.
    pub(crate) fn read(parameters: &Parameters) -> Self {
        let name = parameters.get("view");
        Self::ALL.into_iter().find(|view| Some(view.name()) == name).unwrap_or_default()
    }
}

/// A record for people: both as a tree and raw, its text is the same JSON.
#[derive(Debug)]
pub(crate) struct RenderedRecord {
    /// Safe HTML: for the inside of a `<pre>`, or a tree of `<details>`.
    pub(crate) html: String,
    /// Bytes at the end of the record that are not shown.
    pub(crate) omitted_bytes: usize,
}

impl RenderedRecord {
    /// Renders a record raw.
    pub(crate) fn raw(record: &[u8]) -> Self {
        Self::written(record, |writer, root| writer.value(root, 0))
    }

    /// Renders a record as a tree.
    pub(crate) fn tree(record: &[u8]) -> Self {
        Self::written(record, |writer, root| writer.branch(root, true))
    }

    fn written(record: &[u8], write: impl Fn(&mut Writer, Node<'_, '_>)) -> Self {
        let mut writer = Writer { html: String::with_capacity(record.len() * 3), stopped_at: None };
        match Document::parse(record) {
            Ok(document) => write(&mut writer, document.root()),
            // Only JSON is ever stored; should the disk lie, the text is shown as it is.
            Err(_) => writer.token("s", &String::from_utf8_lossy(record)),
        }
        let omitted_bytes = writer.stopped_at.map_or(0, |at| record.len().saturating_sub(at));
        Self { html: writer.html, omitted_bytes }
    }
}

struct Writer {
    html: String,
    /// Where in the record the room ended.
    stopped_at: Option<usize>,
}

impl Writer {
    /// Writes a value; its depth is bounded by the parser.
    fn value(&mut self, node: Node<'_, '_>, depth: usize) {
        match node.kind() {
            Kind::Null | Kind::True | Kind::False => self.token("c", node.raw()),
            Kind::Number => self.token("n", node.raw()),
            Kind::PlainString | Kind::EscapedString => self.string(node),
            Kind::Array => self.container(node, depth, ('[', ']')),
            Kind::Object => self.container(node, depth, ('{', '}')),
        }
    }

    /// Writes a value with its name on lines of its own, as a branch that folds if there are others
    /// in it.
    fn branch(&mut self, node: Node<'_, '_>, is_last: bool) {
        let mut children = node.children().peekable();
        let comma = if is_last { "" } else { "," };
        if children.peek().is_none() {
            self.html.push_str("<div>");
            self.key(node);
            self.value(node, 0);
            return self.html.extend([comma, "</div>"]);
        }
        let (open, close) = if node.kind() == Kind::Array { ("[", "]") } else { ("{", "}") };
        self.html.push_str("<details open><summary>");
        self.key(node);
        self.html.extend([open, "</summary>"]);
        while let Some(child) = children.next() {
            if self.is_full(child.span().start) {
                return self.html.push_str("</details>");
            }
            self.branch(child, children.peek().is_none());
        }
        self.html.extend(["</details><div>", close, comma, "</div>"]);
    }

    /// Writes the name of a member.
    fn key(&mut self, node: Node<'_, '_>) {
        if let Some(key) = node.key() {
            let mut quoted = Vec::with_capacity(key.len() + 2);
            write_string(&key, &mut quoted);
            self.token("k", &String::from_utf8_lossy(&quoted));
            self.html.push_str(": ");
        }
    }

    fn container(&mut self, node: Node<'_, '_>, depth: usize, (open, close): (char, char)) {
        self.html.push(open);
        let mut is_empty = true;
        for child in node.children() {
            if self.is_full(child.span().start) {
                return;
            }
            if !is_empty {
                self.html.push(',');
            }
            is_empty = false;
            self.new_line(depth + 1);
            self.key(child);
            self.value(child, depth + 1);
        }
        if self.is_full(node.span().end) {
            return;
        }
        if !is_empty {
            self.new_line(depth);
        }
        self.html.push(close);
    }

    /// A string, or as much of it as there is room for.
    fn string(&mut self, node: Node<'_, '_>) {
        let (text, room) = (node.raw(), RENDERED_BYTES_MAX.saturating_sub(self.html.len()));
        if text.len() <= room {
            return self.token("s", text);
        }
        let end = text.floor_char_boundary(room);
        self.token("s", text.get(..end).unwrap_or_default());
        self.stopped_at = Some(node.span().start + end);
    }

    fn is_full(&mut self, at: usize) -> bool {
        if self.stopped_at.is_none() && self.html.len() > RENDERED_BYTES_MAX {
            self.stopped_at = Some(at);
        }
        self.stopped_at.is_some()
    }

    fn new_line(&mut self, depth: usize) {
        self.html.push('\n');
        self.html.extend(std::iter::repeat_n("  ", depth));
    }

    fn token(&mut self, class: &str, text: &str) {
        self.html.extend(["<span class=", class, ">"]);
        for character in visible_json(text).chars() {
            match character {
                '&' => self.html.push_str("&amp;"),
                '<' => self.html.push_str("&lt;"),
                '>' => self.html.push_str("&gt;"),
                _ => self.html.push(character),
            }
        }
        self.html.push_str("</span>");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indented_coloured_and_escaped() {
        let record = "{\"a<\":[1,true,{}],\"b\":\"<script>&\u{202e}\\n\"}";
        let expected = "{\n  \
            <span class=k>\"a&lt;\"</span>: [\n    \
            <span class=n>1</span>,\n    \
            <span class=c>true</span>,\n    \
            {}\n  ],\n  \
            <span class=k>\"b\"</span>: \
            <span class=s>\"&lt;script&gt;&amp;\\u202e\\n\"</span>\n}";
        let rendered = RenderedRecord::raw(record.as_bytes());
        assert_eq!((&*rendered.html, rendered.omitted_bytes), (expected, 0));
    }

    #[test]
    fn a_tree_folds_what_has_others_in_it() {
        let expected = "<details open><summary>{</summary>\
            <details open><summary><span class=k>\"a\"</span>: [</summary>\
            <div><span class=n>1</span>,</div><div>{}</div></details><div>],</div>\
            <div><span class=k>\"b\"</span>: <span class=s>\"&lt;\"</span></div>\
            </details><div>}</div>";
        assert_eq!(RenderedRecord::tree(br#"{"a":[1,{}],"b":"<"}"#).html, expected);
    }

    #[test]
    fn a_record_cannot_fill_the_page() {
        let deep = "[".repeat(60) + &"[],".repeat(300_000) + "0" + &"]".repeat(60);
        let long = format!("[\"{}\",1]", "é".repeat(400_000));
        for record in [deep, long] {
            for render in [RenderedRecord::raw, RenderedRecord::tree] {
                let rendered = render(record.as_bytes());
                assert!(rendered.html.len() < RENDERED_BYTES_MAX + 10_000);
                assert!((100_000..record.len()).contains(&rendered.omitted_bytes));
                let count = |tag: &str| rendered.html.matches(tag).count();
                assert_eq!(count("<details"), count("</details>"), "what is cut is closed");
            }
        }
    }
}
