//! Values that are found by their words, and words that find them.
//!
//! A value is in an index of words, in the dictionary of a column, or in neither, as the record
//! states it: as text, with escapes, as a number, longer than what is indexed.

/// A hundred letters.
macro_rules! hundred {
    () => {
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
    };
}

/// Ten numbers.
macro_rules! ten {
    () => {
        "1,2,3,4,5,6,7,8,9,10,"
    };
}

/// Members of events.
pub(crate) const DATA: [&str; 18] = [
    "",
    r#","data":{"n":1,"tags":["red","blue"],"who":"Ada Lovelace"}"#,
    r#","data":{"n":2.5,"tags":["red"],"who":"Ada \u004covelace"}"#,
    r#","data":{"n":"1","tags":[],"deep":{"who":null,"list":[{"x":1},{"x":2}]}}"#,
    r#","data":{"n":1.0,"ok":true,"who":"Žofie \u212Aelvin"},"user_agent":"curl/8""#,
    // Longer than what is indexed of a value, which this field is not.
    concat!(r#","user_agent":""#, hundred!(), hundred!(), hundred!(), r#"""#),
    // What columns of some rows have, and what looks like it.
    r#","data":{"who":"user-3","tags":["user-3 again","203.0.113.7"]}"#,
    r#","data":{"who":"user-\u0033"},"target":{"id":"user-3"}"#,
    r#","data":{"user-3":"a name","who" :"type.1", "s1" : 1}"#,
    r#","target":{"id":42},"data":{"tags":["42"]}"#,
    r#","target":{"id":"us\u0065r-4"},"organization":"user-4""#,
    r#","error":{"code":"session.invalid","message":"session.invalid for s1"}"#,
    r#","data":{"who":"\u0130stanbul straße\\nb \"red\" c:\\new"}"#,
    r#","data":{"who":"STRASSE STRAẞE","tags":["istanbul","１２"]},"user_agent":"---""#,
    // Cut within a word: the column has `tail`, the record `tailor`.
    concat!(
        r#","target":{"id":"red "#,
        hundred!(),
        hundred!(),
        " ",
        "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrst tailor\"}"
    ),
    // More values than a record is cut into.
    concat!(
        r#","data":{"who":"blue whole","many":["#,
        ten!(),
        ten!(),
        ten!(),
        ten!(),
        ten!(),
        ten!(),
        ten!(),
        ten!(),
        ten!(),
        ten!(),
        ten!(),
        ten!(),
        ten!(),
        ten!(),
        ten!(),
        ten!(),
        ten!(),
        ten!(),
        ten!(),
        ten!(),
        r#"1]},"application":{"id":"whole.app"}"#
    ),
    r#","application":{"id":"Whole.App"},"interaction":"type.1""#,
    r#","ip":"::ffff:203.0.113.7","data":{"who":"ffff:203.0.113"}"#,
];

pub(crate) const ADDRESSES: [&str; 7] = [
    "203.0.113.7",
    "203.0.114.9",
    "2001:db8::1",
    "2001:DB8::0:1",
    "unknown",
    "::ffff:203.0.113.7",
    "::ffff:unknown",
];

/// Members that state a session.
pub(crate) const SESSIONS: [&str; 10] = [
    r#","session":"s0""#,
    r#","session":"s1""#,
    r#","session":"S2""#,
    r#","session":"\u0073\u0031""#,
    r#","session":"---""#,
    r#","session":"""#,
    r#","session":7"#,
    r#","session":"user-3""#,
    concat!(r#","session":"s1 "#, hundred!(), hundred!(), hundred!(), r#"""#),
    "",
];

/// Sessions that are asked for.
pub(crate) const SESSION_VALUES: [&str; 10] = [
    "s0",
    "s1",
    "S1",
    "s2",
    "---",
    "",
    "7",
    "user-3",
    "--",
    concat!("s1 ", hundred!(), hundred!(), hundred!()),
];

/// Texts that values of records are compared with.
pub(crate) const TEXTS: [&str; 14] = [
    "red",
    "Ada Lovelace",
    "1",
    "user-3",
    "USER-3",
    "type.1",
    "e3",
    "42",
    "203.0.113.7",
    "::ffff:203.0.113.7",
    "::ffff:unknown",
    "user-3 again",
    "",
    "---",
];

pub(crate) const PHRASES: [&str; 34] = [
    "ada lovelace",
    "blue",
    "red",
    "žofie",
    "kelvin",
    "name 3",
    "user 3",
    "user",
    "3",
    "user-3 again",
    "203.0.113.7",
    "113 7",
    "203",
    "ffff",
    "ffff:203.0.113",
    "ffff unknown",
    "unknown",
    "type.1",
    "1",
    "42",
    "session.invalid",
    "session",
    "istanbul",
    "straße",
    "STRASSE",
    "nb",
    "new",
    "tail",
    "tailor",
    "whole app",
    "s1",
    "e3",
    "１２",
    // Who sent an event is not in its record.
    "key_test",
];

/// The id that the event with a number states.
pub(crate) fn stated_id(number: u32) -> String {
    match number {
        0 => "---".to_owned(),
        1 => "user-3".to_owned(),
        2 => "E2 e2".to_owned(),
        _ => format!("e{number}"),
    }
}

/// The member that states an id, if there is one.
pub(crate) fn id(number: u32) -> String {
    match number {
        4 => r#","id":4"#.to_owned(),
        5 => r#","id":"\u0065\u0035""#.to_owned(),
        _ => format!(r#","id":"{}""#, stated_id(number)),
    }
}
