//! Opaque texts of Relay: ids that name their type (`AuditLog:00000000000a5a60`) and cursors
//! (`offset:99`), both in base64url without padding.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;

/// The type of an event's id.
pub(super) const AUDIT_LOG: &str = "AuditLog";

/// The type of a user's id.
pub(super) const USER: &str = "User";

const CURSOR: &str = "offset";

/// What an id stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct GlobalId {
    /// The name of a type in the schema.
    pub(super) type_name: String,
    /// The id within that type. Ids of other sources' events can have any characters.
    pub(super) id: String,
}

impl GlobalId {
    /// Reads an id; `None` if the text is none.
    pub(super) fn read(text: &str) -> Option<Self> {
        let decoded = decoded(text)?;
        let (type_name, id) = decoded.split_once(':')?;
        Some(Self { type_name: type_name.to_owned(), id: id.to_owned() })
    }

    /// The id of type `type_name` in a text; `None` if it is not one of that type.
    pub(super) fn read_of(type_name: &str, text: &str) -> Option<String> {
        Self::read(text).filter(|found| found.type_name == type_name).map(|found| found.id)
    }
}

/// The global id of `id`.
pub(super) fn global_id(type_name: &str, id: &str) -> String {
    encoded(&format!("{type_name}:{id}"))
}

/// The cursor of the row at this offset from the first.
pub(super) fn cursor(offset: u64) -> String {
    encoded(&format!("{CURSOR}:{offset}"))
}

/// The offset in a cursor, which has the form of an id; `None` if the text is none.
pub(super) fn read_cursor(text: &str) -> Option<u64> {
    let digits = GlobalId::read_of(CURSOR, text)?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number)
}

fn encoded(text: &str) -> String {
    BASE64.encode(text)
}

fn decoded(text: &str) -> Option<String> {
    String::from_utf8(BASE64.decode(text).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_cursors_are_those_of_authgear() {
        let id = "QXVkaXRMb2c6MDAwMDAwMDAwMDBhNWE2MA";
        assert_eq!(global_id(AUDIT_LOG, "00000000000a5a60"), id);
        assert_eq!(GlobalId::read_of(AUDIT_LOG, id).as_deref(), Some("00000000000a5a60"));
        assert_eq!(GlobalId::read_of(USER, id), None);
        assert_eq!(cursor(99), "b2Zmc2V0Ojk5");
        assert_eq!(read_cursor("b2Zmc2V0Ojk5"), Some(99));
    }

    #[test]
    fn every_text_comes_back() {
        for id in ["", "a", "ab", "abc", "abcd", "a:b::", "\u{e9}\u{1f600}", "~~~???"] {
            let text = global_id(AUDIT_LOG, id);
            assert_eq!(GlobalId::read_of(AUDIT_LOG, &text).as_deref(), Some(id), "{text}");
        }
    }

    #[test]
    fn what_is_not_an_id_is_none() {
        for text in ["", "A", "QQ", "====", "b2Zmc2V0Ojk5=", "b2Zm c2V0", "_w", "b2Zm+/"] {
            assert_eq!(GlobalId::read(text), None, "{text}");
        }
        for cursor in ["offset:", "offset:-1", "offset:+1", "offset:1 ", "offset:1:2", "row:1"] {
            assert_eq!(read_cursor(&encoded(cursor)), None, "{cursor}");
        }
        assert_eq!(read_cursor(&encoded("offset:18446744073709551616")), None);
    }
}
