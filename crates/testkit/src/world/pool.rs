//! A list that is never empty, so that choosing from it always finds something.

#[derive(Debug)]
pub(crate) struct Pool<T> {
    first: T,
    others: Vec<T>,
}

impl<T> Pool<T> {
    pub(crate) fn new(first: T, others: Vec<T>) -> Self {
        Self { first, others }
    }

    /// `count` members, at least one.
    pub(crate) fn from_fn(count: usize, mut make: impl FnMut(usize) -> T) -> Self {
        let first = make(0);
        Self { first, others: (1..count).map(make).collect() }
    }

    pub(crate) fn len(&self) -> usize {
        self.others.len() + 1
    }

    /// The member at `index`, counted around.
    pub(crate) fn at(&self, index: usize) -> &T {
        match (index % self.len()).checked_sub(1) {
            Some(other) => self.others.get(other).unwrap_or(&self.first),
            None => &self.first,
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        std::iter::once(&self.first).chain(&self.others)
    }
}
