//! The shapes an error comes in.
//!
//! - `{"code","message","data"?}`: what the API answered; `code` may be missing.
//! - `"{\"error\":\"invalid_grant\",\"error_description\":...}"`: a JSON text, of the token
//!   endpoint. Its `message` only repeats the code.
//! - `"HTTPError: {...}"`, `"invalid_grant: grant request is invalid"`: a code and a text.
//! - `{"name","message","status"}` and `{"message","error":{"code"}}`: of Actions and token
//!   customizers, which have no `error`.

use std::borrow::Cow;

use crate::json::{Document, Kind, Node};
use crate::mapping::text;

type Text<'a> = Option<Cow<'a, str>>;

/// Code and message of an error of any shape; what is not there is `None`.
pub(super) fn code_and_message<'a>(error: Node<'_, 'a>) -> (Text<'a>, Text<'a>) {
    match error.kind() {
        Kind::Object => {
            let inner = error.path(&["error", "code"]);
            // JavaScript calls every error without a class of its own just that.
            let class = text(error.get("name")).filter(|name| name != "Error");
            let code = text(error.get("code")).or_else(|| text(inner)).or(class);
            (code, text(error.get("message")))
        }
        _ => match text(Some(error)) {
            Some(whole) => token_error(&whole).unwrap_or_else(|| split_text(whole)),
            None => (None, None),
        },
    }
}

/// An OAuth error (RFC 6749, section 5.2) written as JSON inside a string.
fn token_error<'a>(whole: &str) -> Option<(Text<'a>, Text<'a>)> {
    if !whole.starts_with('{') {
        return None;
    }
    let document = Document::parse(whole.as_bytes()).ok()?;
    let owned = |name: &str| text(document.root().get(name)).map(|text| Cow::Owned(text.into()));
    let message = owned("error_description").or_else(|| owned("message"));
    Some((owned("error").or_else(|| owned("code")), message))
}

/// `code: text`; without something that looks like a code, all of it is text.
fn split_text<'a>(whole: Cow<'a, str>) -> (Text<'a>, Text<'a>) {
    let is_code = |code: &str| {
        !code.is_empty()
            && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    };
    match whole.split_once(": ") {
        Some((code, message)) if is_code(code) => {
            (Some(Cow::Owned(code.to_owned())), Some(Cow::Owned(message.to_owned())))
        }
        _ => (None, Some(whole)),
    }
}
