//! What a record of the quarantine says, as it is shown and edited.

use gatelog_auth::Sight;
use gatelog_source::quarantine::Held;

use crate::text::{visible, visible_json};

/// A longer record is not edited in a page: written as HTML it can have five times as many bytes,
/// and a page has 100 KB.
pub(super) const EDITED_BYTES_MAX: usize = 16 * 1024;

/// What is shown of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// All of it, to be edited.
    Edited(String),
    /// Bytes that are no text, as far as they are shown.
    NoText(String),
    /// The beginning of one that is too long.
    TooLong(String),
    /// The reader does not see personal data.
    Masked,
    /// It cannot be read back.
    Sealed,
}

impl Content {
    /// Of a record, for a reader.
    pub(super) fn new(held: &Held, sight: Sight) -> Self {
        let record = match &held.record {
            _ if sight.is_masked() => return Self::Masked,
            Err(_) => return Self::Sealed,
            Ok(record) => record,
        };
        let is_long = record.len() > EDITED_BYTES_MAX;
        let shown = record.get(..EDITED_BYTES_MAX).unwrap_or(record);
        match std::str::from_utf8(record) {
            Ok(text) if !is_long => Self::Edited(unhidden(text)),
            Ok(_) => Self::TooLong(unhidden(&String::from_utf8_lossy(shown))),
            Err(_) => Self::NoText(visible(&String::from_utf8_lossy(shown)).into_owned()),
        }
    }

    /// The same with what somebody made of it, to be shown again.
    pub(super) fn with_typed(self, typed: Option<&str>) -> Self {
        match (self, typed) {
            (Self::Edited(_), Some(typed)) => Self::Edited(with_plain_ends(typed)),
            (content, _) => content,
        }
    }

    /// What somebody made of it; nothing if that is what came.
    pub(super) fn mended(&self, typed: &str) -> Option<String> {
        let Self::Edited(shown) = self else { return None };
        let typed = with_plain_ends(typed);
        (typed != with_plain_ends(shown)).then_some(typed)
    }
}

/// The text with what does not show by itself written as JSON does, which means the same in
/// strings; lines and their indents stay.
fn unhidden(text: &str) -> String {
    let is_space = |character| matches!(character, '\n' | '\r' | '\t');
    text.split_inclusive(is_space)
        .map(|line| {
            let end = line.chars().next_back().filter(|last| is_space(*last));
            let shown = visible_json(line.strip_suffix(is_space).unwrap_or(line));
            shown.chars().chain(end).collect::<String>()
        })
        .collect()
}

/// Browsers send every end of a line as two characters, whatever it was.
fn with_plain_ends(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(test)]
mod tests {
    use gatelog_event::time::UnixMicros;
    use gatelog_source::seal::NotOpened;

    use super::*;

    /// As it came, if it can be read back.
    type Came<'c> = Result<&'c [u8], NotOpened>;

    fn content(record: Came<'_>, sight: Sight) -> Content {
        let held = Held {
            number: 1,
            source: "shop".to_owned(),
            received: UnixMicros::EPOCH,
            format: "logto".to_owned(),
            is_sent: false,
            reason: "no JSON".to_owned(),
            record: record.map(<[u8]>::to_vec),
        };
        Content::new(&held, sight)
    }

    #[test]
    fn a_record_is_shown_as_far_as_it_can_be_and_its_reader_may_see_it() {
        let long = "a".repeat(EDITED_BYTES_MAX + 1);
        let cases: [(Came<'_>, Sight, Content); 6] = [
            (Ok(b"{\n\t\"a\": 1"), Sight::Whole, Content::Edited("{\n\t\"a\": 1".to_owned())),
            (
                Ok("\"\u{202e}\0\"\r\n".as_bytes()),
                Sight::Whole,
                Content::Edited("\"\\u202e\\u0000\"\r\n".to_owned()),
            ),
            (Ok(b"a\xff\x1b"), Sight::Whole, Content::NoText("a\u{fffd}‹U+001B›".to_owned())),
            (Ok(long.as_bytes()), Sight::Whole, Content::TooLong("a".repeat(EDITED_BYTES_MAX))),
            (Ok(b"{}"), Sight::MaskedUntilAsked, Content::Masked),
            (Err(NotOpened), Sight::Whole, Content::Sealed),
        ];
        for (record, sight, expected) in cases {
            assert_eq!(content(record, sight), expected);
        }
    }

    #[test]
    fn only_what_somebody_changed_is_mended() {
        let came = content(Ok(b"{\n\"a\":\"\0\"\n"), Sight::Whole);
        assert_eq!(came.mended("{\r\n\"a\":\"\\u0000\"\r\n"), None, "as a browser sends it back");
        assert_eq!(came.mended("{\r\n}"), Some("{\n}".to_owned()));
        let unreadable = content(Ok(b"\xff"), Sight::Whole);
        assert_eq!(unreadable.mended("{}"), None, "what could not be edited is taken as it came");
    }
}
