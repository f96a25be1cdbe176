//! Do the engines agree? An answer that is quick and wrong is worth nothing.

use std::collections::{BTreeMap, BTreeSet};

/// Different counts that are named before the rest is only counted.
const DIFFERENCES_NAMED_MAX: usize = 3;

/// What an engine answers, without what is its own way of saying it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The ids of a page, in order, and how many rows match in all.
    Page { ids: Vec<String>, total: u64 },
    /// How many rows there are of each kind; never none.
    Counts(BTreeMap<String, u64>),
    /// The engine does not answer this: it would have to read too much.
    Refused,
}

/// What one engine answered.
pub(crate) type Said<'a> = (&'static str, &'a Answer);

/// How the answers to one question differ from the first that is one.
pub(crate) fn differences(answers: &[Said<'_>]) -> Vec<String> {
    let mut answered = answers.iter().filter(|(_, answer)| **answer != Answer::Refused);
    let Some(first) = answered.next() else { return Vec::new() };
    answered.flat_map(|other| differences_of(*first, *other)).collect()
}

fn differences_of(first: Said<'_>, other: Said<'_>) -> Vec<String> {
    let ((first_name, first), (name, other)) = (first, other);
    let say = |what: &str, here: &str, there: &str| {
        format!("{name} answers {here} {what}, {first_name} {there}")
    };
    match (first, other) {
        (Answer::Page { ids: first_ids, total: first_total }, Answer::Page { ids, total }) => {
            let mut found = Vec::new();
            if total != first_total {
                found.push(say("as the total", &total.to_string(), &first_total.to_string()));
            }
            let rows = ids.len().max(first_ids.len());
            let differs = (0..rows).find(|row| ids.get(*row) != first_ids.get(*row));
            if let Some(row) = differs {
                let id = |ids: &[String]| ids.get(row).map_or("nothing", |id| id).to_owned();
                let what = format!("as row {} of the page", row + 1);
                found.push(say(&what, &id(ids), &id(first_ids)));
            }
            found
        }
        (Answer::Counts(first), Answer::Counts(other)) => {
            let kinds: BTreeSet<_> = first.keys().chain(other.keys()).collect();
            let count = |counts: &BTreeMap<String, u64>, kind: &String| {
                counts.get(kind).copied().unwrap_or_default()
            };
            let differing = kinds.into_iter().filter(|it| count(first, it) != count(other, it));
            let say = |kind| {
                let (here, there) = (count(other, kind), count(first, kind));
                say(&format!("for {kind}"), &here.to_string(), &there.to_string())
            };
            let mut found: Vec<_> = differing.map(say).collect();
            let more = found.len().saturating_sub(DIFFERENCES_NAMED_MAX);
            if more > 0 {
                found.truncate(DIFFERENCES_NAMED_MAX);
                found.push(format!("{name} answers otherwise than {first_name} {more} more times"));
            }
            found
        }
        _ => vec![format!("{name} answers in another shape than {first_name}")],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(ids: &[&str], total: u64) -> Answer {
        Answer::Page { ids: ids.iter().map(|id| (*id).to_owned()).collect(), total }
    }

    fn counts(counts: &[(&str, u64)]) -> Answer {
        Answer::Counts(counts.iter().map(|(kind, count)| ((*kind).to_owned(), *count)).collect())
    }

    #[test]
    fn equal_answers_and_refusals_are_no_difference() {
        let (page, counts) = (page(&["a", "b"], 7), counts(&[("x", 1)]));
        for answer in [&page, &counts] {
            let answers = [("A", answer), ("B", &Answer::Refused), ("C", answer)];
            assert_eq!(differences(&answers), [""; 0]);
        }
        assert_eq!(differences(&[("A", &Answer::Refused)]), [""; 0]);
    }

    #[test]
    fn a_page_differs_in_its_total_and_its_first_other_row() {
        let (first, other) = (page(&["a", "b", "c"], 7), page(&["a", "c"], 8));
        let expected = ["B answers 8 as the total, A 7", "B answers c as row 2 of the page, A b"];
        assert_eq!(differences(&[("A", &first), ("B", &other)]), expected);
        let short = page(&["a", "b"], 7);
        let expected = ["C answers nothing as row 3 of the page, A c"];
        assert_eq!(differences(&[("A", &first), ("C", &short)]), expected);
        // The order is part of the answer.
        let turned = page(&["b", "a", "c"], 7);
        assert_eq!(differences(&[("A", &first), ("D", &turned)]).len(), 1);
    }

    #[test]
    fn counts_differ_in_kinds_that_only_one_has() {
        let (first, other) = (counts(&[("x", 1), ("y", 2)]), counts(&[("y", 2), ("z", 3)]));
        let expected = ["B answers 0 for x, A 1", "B answers 3 for z, A 0"];
        assert_eq!(differences(&[("A", &first), ("B", &other)]), expected);
        let many = counts(&[("p", 1), ("q", 1), ("r", 1), ("s", 1), ("x", 1), ("y", 2)]);
        let found = differences(&[("A", &first), ("B", &many)]);
        assert_eq!(found.len(), DIFFERENCES_NAMED_MAX + 1);
        assert_eq!(found[3], "B answers otherwise than A 1 more times");
    }

    #[test]
    fn a_refusal_does_not_hide_what_the_others_say() {
        let (first, other) = (page(&[], 1), page(&[], 2));
        let answers = [("A", &Answer::Refused), ("B", &first), ("C", &other)];
        assert_eq!(differences(&answers), ["C answers 2 as the total, B 1"]);
        let answers = [("B", &first), ("C", &counts(&[]))];
        assert_eq!(differences(&answers), ["C answers in another shape than B"]);
    }
}
