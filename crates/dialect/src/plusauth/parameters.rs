//! The query string, and the parameters that are no part of a filter.
//!
//! A name without a value counts as absent, as does one that nobody knows: clients send both.

use axum::extract::Query as FormEncoded;
use axum::http::Uri;

use super::refusal::Refusal;

/// Rows of a page if no other number is asked for. PlusAuth does not say what its own is.
const LIMIT_DEFAULT: usize = 25;

/// Most rows of a page, as many as the ledger returns at once.
const LIMIT_MAX: usize = gatelog_ledger::limits::PAGE_EVENTS_MAX;

/// The parameters of a request, in its order, decoded.
#[derive(Clone, Debug)]
pub(super) struct Parameters(Vec<(String, String)>);

/// Which page is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Page {
    /// How many rows a page has.
    pub(super) limit: usize,
    /// How many pages stand before it.
    pub(super) number: u64,
}

impl Parameters {
    /// Reads the query string of an address. What is not UTF-8 becomes U+FFFD.
    pub(super) fn of(uri: &Uri) -> Self {
        let pairs = FormEncoded::try_from_uri(uri).map(|FormEncoded(pairs)| pairs);
        // Any text is made of pairs of texts: there is nothing that could fail.
        Self(pairs.unwrap_or_default())
    }

    /// Every name with every value.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (&**name, &**value))
            .filter(|(_, value)| !value.is_empty())
    }

    /// The value of a parameter that has one.
    ///
    /// # Errors
    /// [`Refusal::InvalidRequest`] when there are several.
    pub(super) fn value(&self, name: &str) -> Result<Option<&str>, Refusal> {
        let mut values = self.values(name);
        match (values.next(), values.next()) {
            (value, None) => Ok(value),
            _ => Err(Refusal::invalid(name, "must not be given twice")),
        }
    }

    /// The items of a parameter that is a list: of all its values, separated by commas.
    pub(super) fn items(&self, name: &str) -> impl Iterator<Item = &str> {
        let items = self.values(name).flat_map(|value| value.split(',')).map(str::trim);
        items.filter(|item| !item.is_empty())
    }

    /// A parameter that is `true` or `false`, which it is if it is absent.
    ///
    /// # Errors
    /// [`Refusal::InvalidRequest`] for anything else.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Refusal> {
        match self.value(name)? {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(Refusal::invalid(name, "must be true or false")),
        }
    }

    /// `limit` and `offset`.
    ///
    /// # Errors
    /// [`Refusal::InvalidRequest`] when one is no whole number, or the limit is too large.
    pub(super) fn page(&self) -> Result<Page, Refusal> {
        let limit = match self.value("limit")? {
            None => LIMIT_DEFAULT,
            Some(text) => {
                text.parse().ok().filter(|limit| *limit <= LIMIT_MAX).ok_or_else(|| {
                    Refusal::invalid(
                        "limit",
                        &format!("must be a whole number from 0 to {LIMIT_MAX}"),
                    )
                })?
            }
        };
        let number = match self.value("offset")? {
            None => 0,
            Some(text) => text.parse().map_err(|_| {
                Refusal::invalid("offset", "must be the number of a page, a whole number from 0")
            })?,
        };
        Ok(Page { limit, number })
    }

    fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.pairs().filter(move |(known, _)| *known == name).map(|(_, value)| value)
    }
}
