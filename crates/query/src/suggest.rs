//! The known name that somebody may have meant.

use strsim::osa_distance;

/// Longest word that is compared, in bytes: the work grows with it, and no name is that long.
const WORD_BYTES_MAX: usize = 128;

/// The candidate that differs least from `word`, upper and lower case being the same: at most
/// one letter in four wrong, missing, too many or swapped.
pub(crate) fn closest<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    if word.len() > WORD_BYTES_MAX {
        return None;
    }
    let word = word.to_lowercase();
    let distance_max = (word.chars().count() / 4).max(1);
    candidates
        .into_iter()
        .map(|candidate| (osa_distance(&word, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= distance_max)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_close_is_found() {
        let candidates = ["success", "failure", "unknown"];
        for (word, expected) in [
            ("suxcess", Some("success")),
            ("FAILURE", Some("failure")),
            ("afilure", Some("failure")),
            ("fail", None),
            ("", None),
            ("x", None),
        ] {
            assert_eq!(closest(word, candidates), expected, "{word}");
        }
    }
}
