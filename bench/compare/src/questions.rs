//! What every engine is asked: the questions people ask most of an audit log.
//!
//! Here they are meant; how each engine is asked is in its own module.

use crate::rows::Month;
use crate::subjects::Subjects;

/// Rows of a page.
pub(crate) const PAGE_ROWS: u64 = 20;

/// How far back the far page is, if there are rows enough.
const FAR_OFFSET: u64 = 100_000;

/// A frequent event type.
const SIGN_IN: &str = "Interaction.SignIn.Submit";

/// Only rows whose key begins with one of these are listed by Logto's API.
pub(crate) const LISTED_PREFIXES: [&str; 8] = [
    "ExchangeTokenBy",
    "RevokeToken",
    "RevokeGrants",
    "Interaction",
    "JwtCustomizer",
    "SamlApplication",
    "Action",
    "Unknown",
];

/// A question, with its name for people.
#[derive(Debug)]
pub(crate) struct Question {
    pub(crate) name: String,
    pub(crate) asked: Asked,
}

/// What is asked.
#[derive(Clone, Debug)]
pub(crate) enum Asked {
    /// A page, newest first, of what Logto's API lists, and how many rows there are in all.
    Listed(Listed),
    /// The newest page of all rows that hold this text, and how many there are.
    Anywhere(String),
    /// How many rows of each day succeeded and failed.
    OutcomesByDay(Window),
    /// How many rows there are of each event type.
    Types,
}

/// What rows of a list have in common, and how many of them are left out before the page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Listed {
    pub(crate) key: Option<String>,
    pub(crate) application: Option<String>,
    pub(crate) user: Option<String>,
    pub(crate) window: Option<Window>,
    pub(crate) offset: u64,
}

/// A time window in milliseconds since 1970, without its end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub(crate) from_ms: i64,
    pub(crate) to_ms: i64,
}

/// All questions, in the order of the table.
pub(crate) fn all(events: usize, subjects: &Subjects) -> Vec<Question> {
    let all = Listed::default;
    let (key, application) = (Some(SIGN_IN.to_owned()), Some(subjects.application.clone()));
    let (user, window) = (Some(subjects.user.clone()), Some(Month::last_days(7)));
    // Pages have numbers, so the offset is a whole number of pages.
    let offset = FAR_OFFSET.min(events as u64 / 2) / PAGE_ROWS * PAGE_ROWS;
    let by_type = Listed { key: key.clone(), ..all() };
    let by_application = Listed { application: application.clone(), ..all() };
    let by_all_three = Listed { key, application, window, ..all() };
    let nobody = Some("nobody000000".to_owned());
    let listed = |name: &str, listed| (name.to_owned(), Asked::Listed(listed));
    let questions = [
        listed("newest page and total", all()),
        listed("one event type", by_type),
        listed("one busy application", by_application),
        listed("application, type, 7 days", by_all_three),
        listed("one busy user", Listed { user, ..all() }),
        listed("a user who does not exist", Listed { user: nobody, ..all() }),
        listed(&format!("page at offset {}", grouped(offset)), Listed { offset, ..all() }),
        ("an e-mail address anywhere".to_owned(), Asked::Anywhere(subjects.e_mail.clone())),
        ("30 days by outcome".to_owned(), Asked::OutcomesByDay(Month::last_days(30))),
        ("all event types".to_owned(), Asked::Types),
    ];
    questions.into_iter().map(|(name, asked)| Question { name, asked }).collect()
}

/// A number with a comma between its thousands.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_far_page_is_within_what_there_is() {
        let subject = || "x".to_owned();
        let subjects = Subjects { application: subject(), user: subject(), e_mail: subject() };
        let far = |events| {
            let questions = all(events, &subjects);
            let far = questions.into_iter().find(|it| it.name.starts_with("page at"));
            far.map(|it| it.name).unwrap_or_default()
        };
        assert_eq!(far(5_000_000), "page at offset 100,000");
        assert_eq!(far(5_050), "page at offset 2,520");
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
