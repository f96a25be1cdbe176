//! How large a query may be. What is larger is refused with a diagnostic.

/// Longest text, in bytes. A thousand ids of 36 characters fit.
pub const TEXT_BYTES_MAX: usize = 64 << 10;

/// Deepest nesting of parentheses and groups, so that nothing that walks the tree runs out of
/// stack.
pub const NESTING_MAX: usize = 64;

/// Most conditions and words of a query. Each may cost a look at every segment.
pub const CONDITIONS_MAX: usize = 256;

/// Most values of one list.
pub const LIST_VALUES_MAX: usize = 1_000;

/// Longest pattern, in bytes: matching costs the pattern times the value.
pub const PATTERN_BYTES_MAX: usize = 1 << 10;

/// Most words of one phrase.
pub const PHRASE_WORDS_MAX: usize = 64;

/// Most conditions on names: each may stand for every id of a directory.
pub const NAME_CONDITIONS_MAX: usize = 8;

/// Most diagnostics that are reported for one text: nobody reads more at once.
pub const DIAGNOSTICS_MAX: usize = 20;

/// Most segments of a name, groups included: `data` and the deepest path there is.
pub const SEGMENTS_MAX: usize = 1 + crate::path::DataPath::NAMES_MAX;
