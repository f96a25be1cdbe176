//! A record, indented and coloured, as HTML.
//!
//! The record is never trusted: every byte of it is escaped here, and what does not show by itself
//! is written as a JSON escape. What is shown is therefore still the same JSON.

use gatelog_event::json::{Document, Kind, Node, write_string};

use crate::text::visible_json;

/// The most HTML a record becomes, in bytes; indentation can multiply a record's size.
const RENDERED_BYTES_MAX: usize = 256 * 1024;

/// A record for people.
#[derive(Debug)]
pub(crate) struct RenderedRecord {
    /// Safe HTML for the inside of a `<pre>`.
    pub(crate) html: String,
    /// Bytes at the end of the record that are not shown.
    pub(crate) omitted_bytes: usize,
}

impl RenderedRecord {
    /// Renders a record.
    pub(crate) fn new(record: &[u8]) -> Self {
        let mut writer = Writer { html: String::with_capacity(record.len() * 3), stopped_at: None };
        match Document::parse(record) {
            Ok(document) => writer.value(document.root(), 0),
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
            if let Some(key) = child.key() {
                let mut quoted = Vec::with_capacity(key.len() + 2);
                write_string(&key, &mut quoted);
                self.token("k", &String::from_utf8_lossy(&quoted));
                self.html.push_str(": ");
            }
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
        let rendered = RenderedRecord::new(record.as_bytes());
        assert_eq!((&*rendered.html, rendered.omitted_bytes), (expected, 0));
    }

    #[test]
    fn a_record_cannot_fill_the_page() {
        let deep = "[".repeat(60) + &"[],".repeat(300_000) + "0" + &"]".repeat(60);
        let long = format!("[\"{}\",1]", "é".repeat(400_000));
        for record in [deep, long] {
            let rendered = RenderedRecord::new(record.as_bytes());
            assert!(rendered.html.len() < RENDERED_BYTES_MAX + 10_000);
            assert!((100_000..record.len()).contains(&rendered.omitted_bytes));
        }
    }
}
