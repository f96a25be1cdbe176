//! Functions of ours that statements and triggers of `meta.db` call.

use gatelog_query::words::for_each_token;
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

/// Adds them to a connection.
///
/// - `folded(text)`: in lower case, of every script; SQLite itself folds only ASCII letters.
/// - `words(text)`: its words as they are looked for in records, between spaces.
pub(crate) fn add(connection: &Connection) -> Result<(), rusqlite::Error> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("folded", 1, flags, |arguments| {
        Ok(arguments.get_raw(0).as_str()?.to_lowercase())
    })?;
    connection.create_scalar_function("words", 1, flags, |arguments| {
        Ok(words(arguments.get_raw(0).as_str()?))
    })
}

fn words(text: &str) -> String {
    let mut words = String::with_capacity(text.len() + 1);
    for_each_token(text, |word| {
        words.push_str(word);
        words.push(' ');
    });
    words
}
