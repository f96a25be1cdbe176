//! Which entries of the directory have this word?
//!
//! It may name entries that had it once: whoever asks looks at the entry.

use gatelog_meta::DirectoryEntry;
use gatelog_query::words::{Phrase, for_each_token};
use hashbrown::HashMap;

/// Entries by the words of their names and identifiers.
#[derive(Debug, Default)]
pub(super) struct WordIndex {
    /// Positions of entries, mostly ascending; an entry that changed may be there twice.
    places: HashMap<Box<str>, Vec<u32>>,
}

impl WordIndex {
    /// Adds the words of the entry at a position.
    pub(super) fn add(&mut self, place: usize, entry: &DirectoryEntry) {
        let place = u32::try_from(place).unwrap_or(u32::MAX);
        for text in [&entry.name, &entry.identifier] {
            for_each_token(text, |word| match self.places.get_mut(word) {
                Some(places) if places.last() == Some(&place) => {}
                Some(places) => places.push(place),
                None => drop(self.places.insert(word.into(), vec![place])),
            });
        }
    }

    /// The positions of entries among which are all that have a phrase, ascending. O(entries that
    /// have the rarest of its words).
    pub(super) fn entries_with(&self, phrase: &Phrase) -> Vec<u32> {
        let of_words: Option<Vec<&Vec<u32>>> =
            phrase.tokens().iter().map(|word| self.places.get(&**word)).collect();
        let rarest = of_words.into_iter().flatten().min_by_key(|places| places.len());
        let mut places = rarest.cloned().unwrap_or_default();
        places.sort_unstable();
        places.dedup();
        places
    }
}
