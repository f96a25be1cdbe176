//! What can be wrong with a text, with the words it is about: every mistake that is reported.
//!
//! `Display` says it in English, for answers of the API and for terminals. Whoever speaks other
//! languages matches on the mistake.

use super::limits::{
    CONDITIONS_MAX, LIST_VALUES_MAX, NAME_CONDITIONS_MAX, NESTING_MAX, PATTERN_BYTES_MAX,
    PHRASE_WORDS_MAX, SEGMENTS_MAX, TEXT_BYTES_MAX,
};
use crate::date_math::TimeMistake;

/// Something that is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mistake {
    /// Something is missing, not closed, or where it has no meaning.
    #[error(transparent)]
    Form(#[from] FormMistake),
    /// It is written as other languages and search boxes have it.
    #[error(transparent)]
    Habit(#[from] HabitMistake),
    /// A field does not exist, or cannot be asked for in this way.
    #[error(transparent)]
    Field(#[from] FieldMistake),
    /// A value makes no sense for its field.
    #[error(transparent)]
    Value(#[from] ValueMistake),
    /// There is too much of something.
    #[error(transparent)]
    Limit(#[from] LimitMistake),
    /// A value is no time.
    #[error(transparent)]
    Time(#[from] TimeMistake),
}

/// Something is missing, not closed, or where it has no meaning. Names in the variants are what
/// stands in the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormMistake {
    /// Text without its second quote.
    #[error("this quote is not closed")]
    QuoteNotClosed,
    /// A backslash before a letter that has no such meaning.
    #[error("`{escape}` means nothing; a backslash is written `\\\\`")]
    UnknownEscape {
        /// Both of them.
        escape: String,
    },
    /// A bracket that closes nothing.
    #[error("nothing is open that this `{bracket}` would close")]
    NothingToClose {
        /// The bracket.
        bracket: String,
    },
    /// A bracket that nothing closes.
    #[error("this `{bracket}` is not closed")]
    NotClosed {
        /// The bracket.
        bracket: String,
    },
    /// The text ends where a condition is expected.
    #[error("a condition is missing here")]
    ConditionMissing,
    /// Something else stands where a condition is expected.
    #[error("a condition is missing before `{token}`")]
    ConditionMissingBefore {
        /// What stands there.
        token: String,
    },
    /// An operator that no field stands before.
    #[error("a field is missing before `{token}`")]
    FieldMissingBefore {
        /// The operator.
        token: String,
    },
    /// An operator or a comma that no value follows.
    #[error("a value is missing after `{token}`")]
    ValueMissingAfter {
        /// The operator or comma.
        token: String,
    },
    /// A comma or bracket that belongs to nothing.
    #[error("`{token}` has no meaning here")]
    NoMeaning {
        /// The comma or bracket.
        token: String,
    },
    /// Two dots of a field's name with nothing between them.
    #[error("a field's name has something between its dots")]
    NothingBetweenDots,
    /// A word where only conditions on fields can stand.
    #[error(
        "words are searched in the whole record; inside of `{group}[...]` only conditions on \
         fields can stand"
    )]
    WordInGroup {
        /// The group's name.
        group: String,
    },
    /// Several values after an operator that compares with one.
    #[error("`{operator}` takes one value; one of several is written `IN`")]
    SeveralValues {
        /// The operator.
        operator: String,
    },
    /// A value that is a word without quotes.
    #[error("`{word}` is text and needs quotes")]
    NoQuotes {
        /// The word.
        word: String,
    },
    /// A value that is something else than text, where text is compared.
    #[error("text is compared here: `{word}` needs quotes")]
    TextIsCompared {
        /// The value.
        word: String,
    },
    /// A phrase without anything that can be searched for.
    #[error("there is no letter and no digit here to search for")]
    NothingToSearchFor,
}

/// Something that means something else in other languages and search boxes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HabitMistake {
    /// Other quotes.
    #[error("text stands between double quotes")]
    OtherQuotes,
    /// Another operator or keyword.
    #[error("`{written}` is written `{instead}` here")]
    WrittenOtherwise {
        /// What was written.
        written: String,
        /// What is written here.
        instead: &'static str,
    },
    /// `field:value`
    #[error("a condition on a field is written {condition}")]
    Colon {
        /// The same condition.
        condition: String,
    },
    /// `-word`
    #[error("what must not be there is written with NOT")]
    Minus,
    /// `wor*`
    #[error("words are found as a whole, `*` stands for nothing; fields have ILIKE \"...%\"")]
    Star,
}

/// A field that does not exist, or that cannot be asked for in this way.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldMistake {
    /// No such field, but one that is likely meant.
    #[error("unknown field `{name}`, did you mean `{meant}`?")]
    UnknownButLikely {
        /// The name.
        name: String,
        /// The field that is likely meant.
        meant: String,
    },
    /// No such field.
    #[error("unknown field `{name}`; what is in the record is found as `data.{name}`")]
    Unknown {
        /// The name.
        name: String,
    },
    /// The record as if it were a value.
    #[error("this is the whole record: name a value in it, as `data.payload`")]
    WholeRecord,
    /// An operator that has no meaning for the field.
    #[error("`{operator}` does not apply to `{field}`")]
    NotApplicable {
        /// The operator.
        operator: &'static str,
        /// The field's name.
        field: String,
    },
    /// A question by which personal data can be read bit by bit, of somebody who may not see it.
    #[error(
        "other than by =, != and IN with values you know, `{field}` needs the right to see personal data"
    )]
    NeedsPersonalData {
        /// The field's name.
        field: String,
    },
    /// A field whose values are not more or less.
    #[error("`{field}` has no order: compare with =, != or IN")]
    NoOrder {
        /// The field's name.
        field: &'static str,
    },
}

/// A value that makes no sense for its field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueMistake {
    /// More or less than nothing.
    #[error("null has no order: = null finds missing values, != null present ones")]
    NullHasNoOrder,
    /// A slash, and no network.
    #[error("`{text}` is no network; write one as 203.0.113.0/24")]
    NoNetwork {
        /// The value.
        text: String,
    },
    /// Something else than text for a field of text.
    #[error("`{field}` is text: `{written}` needs quotes")]
    FieldIsText {
        /// The field's name.
        field: &'static str,
        /// The value as it is written.
        written: String,
    },
    /// None of a field's values, but one of them is likely meant.
    #[error("unknown {field} `{value}`, did you mean `{meant}`?")]
    UnknownButLikely {
        /// The field's name.
        field: &'static str,
        /// The value.
        value: String,
        /// The value that is likely meant.
        meant: String,
    },
    /// None of a field's few values.
    #[error("unknown {field} `{value}` (known: {})", known.join(", "))]
    UnknownOfFew {
        /// The field's name.
        field: &'static str,
        /// The value.
        value: String,
        /// All of the field's values.
        known: Vec<&'static str>,
    },
    /// None of a field's many values.
    #[error("unknown {field} `{value}`")]
    UnknownOfMany {
        /// The field's name.
        field: &'static str,
        /// The value.
        value: String,
    },
    /// Something else than a whole number for the sequence.
    #[error("`{field}` is compared with whole numbers")]
    NoWholeNumber {
        /// The field's name.
        field: &'static str,
    },
    /// Something else than a time for one.
    #[error("`{field}` is compared with times")]
    NoTime {
        /// The field's name.
        field: &'static str,
    },
}

/// More of something than is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LimitMistake {
    /// Of the text.
    #[error("the query is {bytes} bytes long, at most {TEXT_BYTES_MAX} are read")]
    TextBytes {
        /// How long it is.
        bytes: usize,
    },
    /// Of parentheses and groups inside of each other.
    #[error("parentheses and groups are nested deeper than {NESTING_MAX} levels")]
    Nesting,
    /// Of conditions and words.
    #[error("the query has more than {CONDITIONS_MAX} conditions and words")]
    Conditions,
    /// Of conditions on names.
    #[error("a query has at most {NAME_CONDITIONS_MAX} conditions on names")]
    NameConditions,
    /// Of the parts of a field's name.
    #[error("a field's name has at most {SEGMENTS_MAX} parts")]
    Segments,
    /// Of the values of a list.
    #[error("the list has {count} values, at most {LIST_VALUES_MAX} are read")]
    ListValues {
        /// How many it has.
        count: usize,
    },
    /// Of a pattern.
    #[error("a pattern has at most {PATTERN_BYTES_MAX} bytes")]
    PatternBytes,
    /// Of the words of a phrase.
    #[error("a phrase has at most {PHRASE_WORDS_MAX} words")]
    PhraseWords,
}
