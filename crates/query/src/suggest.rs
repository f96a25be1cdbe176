//! The known name that somebody may have meant.

use strsim::osa_distance;

/// The candidate that differs least from `word`, upper and lower case being the same: at most
/// one letter in four wrong, missing, too many or swapped.
pub(crate) fn closest<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
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
            ("sucess", Some("success")),
            ("FAILURE", Some("failure")),
            ("faliure", Some("failure")),
            ("fail", None),
            ("", None),
            ("x", None),
        ] {
            assert_eq!(closest(word, candidates), expected, "{word}");
        }
    }
}
