//! How hostile text looks: nothing in it is invisible, reorders its surroundings or fills a page.
//!
//! Not for escaping: templates do that.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Characters of the whole text that a shortened one keeps as its title.
const TITLE_CHARACTERS_MAX: usize = 500;

/// A value as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) text: String,
    /// More of it, if the text had to be cut.
    pub(crate) title: Option<String>,
}

impl Shown {
    /// At most `characters_max` characters of `value`.
    pub(crate) fn new(value: &str, characters_max: usize) -> Self {
        match cut(value, characters_max) {
            None => Self { text: visible(value).into_owned(), title: None },
            Some(start) => {
                let more = cut(value, TITLE_CHARACTERS_MAX).unwrap_or(value);
                let title = Some(visible(more).into_owned());
                Self { text: format!("{}…", visible(start)), title }
            }
        }
    }
}

/// The text with marks such as `‹U+202E›` for characters that do not show by themselves.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    mark(text, |character, out| {
        // Writing to a string does not fail.
        let _ = write!(out, "‹U+{:04X}›", u32::from(character));
    })
}

/// JSON text with escapes such as `\u202e` in place of characters that do not show by themselves:
/// the same value, visibly.
pub(crate) fn visible_json(text: &str) -> Cow<'_, str> {
    mark(text, |character, out| {
        for unit in character.encode_utf16(&mut [0; 2]) {
            let _ = write!(out, "\\u{unit:04x}");
        }
    })
}

/// The text as lists are sorted by it: without case and accents, so that `Échec` stands by `erreur`.
pub(crate) fn sorting_key(text: &str) -> String {
    let is_mark = |character: &char| matches!(character, '\u{300}'..='\u{36f}');
    let lower = text.chars().flat_map(char::to_lowercase).filter(|character| !is_mark(character));
    lower.map(without_accent).collect()
}

/// A lower-case letter of the languages we speak without its accent.
fn without_accent(letter: char) -> char {
    match letter {
        'à' | 'á' | 'â' | 'ä' | 'æ' => 'a',
        'ç' => 'c',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'ğ' => 'g',
        'î' | 'ï' | 'ı' => 'i',
        'ô' | 'ö' | 'œ' => 'o',
        'ş' => 's',
        'ù' | 'û' | 'ü' => 'u',
        'ÿ' => 'y',
        other => other,
    }
}

fn mark(text: &str, write: impl Fn(char, &mut String)) -> Cow<'_, str> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Cow::Borrowed(text);
    }
    let mut marked = String::with_capacity(text.len() + 16);
    let mut previous = ' ';
    for character in text.chars() {
        if is_hidden(previous, character) {
            write(character, &mut marked);
        } else {
            marked.push(character);
        }
        previous = character;
    }
    Cow::Owned(marked)
}

/// Control and format characters (Unicode, UAX 9 and UTR 36), fillers and tags.
///
/// Joiners have work to do in emoji and in many scripts; after ASCII they have none.
fn is_hidden(previous: char, character: char) -> bool {
    match character {
        '\u{200c}' | '\u{200d}' => previous.is_ascii(),
        '\u{ad}'
        | '\u{61c}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => true,
        _ => character.is_control(),
    }
}

/// The first `characters_max` characters, if there are more.
fn cut(text: &str, characters_max: usize) -> Option<&str> {
    let (end, _) = text.char_indices().nth(characters_max)?;
    text.get(..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_hides() {
        let cases = [
            ("Ada <b>", "Ada <b>"),
            ("Café Şeker 東雲", "Café Şeker 東雲"),
            ("user\u{202e}nimda", "user‹U+202E›nimda"),
            ("a\0b\nc\u{1b}[31m", "a‹U+0000›b‹U+000A›c‹U+001B›[31m"),
            ("admin\u{200b}\u{200d}", "admin‹U+200B›\u{200d}"),
            ("admin\u{200d}", "admin‹U+200D›"),
            ("👩\u{200d}💻", "👩\u{200d}💻"),
            ("x\u{e0041}", "x‹U+E0041›"),
        ];
        for (text, expected) in cases {
            assert_eq!(visible(text), expected);
        }
        assert_eq!(visible_json("\"\u{202e}\u{e0041}\""), "\"\\u202e\\udb40\\udc41\"");
    }

    #[test]
    fn accents_do_not_sort() {
        let mut titles = ["Zone", "Échec", "İşlem", "erreur", "ıslak", "Oturum", "öneri", "Çıkış"];
        titles.sort_by_cached_key(|title| sorting_key(title));
        let expected = ["Çıkış", "Échec", "erreur", "ıslak", "İşlem", "öneri", "Oturum", "Zone"];
        assert_eq!(titles, expected);
    }

    #[test]
    fn long_values_are_cut_between_characters() {
        let shown = Shown::new("ééééé", 3);
        assert_eq!((&*shown.text, shown.title.as_deref()), ("ééé…", Some("ééééé")));
        assert_eq!(Shown::new("ééé", 3), Shown { text: "ééé".into(), title: None });
        let title = Shown::new(&"x".repeat(100_000), 3).title.unwrap();
        assert_eq!(title.len(), TITLE_CHARACTERS_MAX);
    }
}
