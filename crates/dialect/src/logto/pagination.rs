//! `page` and `page_size`, and the `Link` header that leads from one page to the next (RFC 8288).

use super::number::{number, saturating_i64};
use super::parameters::{Given, Parameters};
use super::refusal::Refusal;

const PAGE_SIZE_DEFAULT: f64 = 20.0;
const PAGE_SIZE_MAX: f64 = 100.0;

/// From here on JavaScript writes whole numbers with an exponent, which PostgreSQL does not read
/// as a `bigint`.
const EXPONENT_FROM: f64 = 1e21;

/// What was asked for: both above 0, and neither necessarily whole.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pagination {
    page: f64,
    page_size: f64,
}

/// A page that exists or could.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Page {
    /// From 1; 2 also for the page 2.5.
    number: u64,
    /// Rows on a page, from 1 to 100.
    size: u64,
    /// Rows that come before the page.
    offset: u64,
}

impl Pagination {
    /// Reads the two parameters.
    ///
    /// # Errors
    /// [`Refusal::InvalidPagination`].
    pub(super) fn read(parameters: &Parameters) -> Result<Self, Refusal> {
        let page = positive(parameters.get("page"), 1.0)?;
        let page_size = positive(parameters.get("page_size"), PAGE_SIZE_DEFAULT)?;
        if page_size > PAGE_SIZE_MAX {
            return Err(Refusal::InvalidPagination);
        }
        Ok(Self { page, page_size })
    }

    /// The page, if PostgreSQL would read its size and offset as whole numbers.
    ///
    /// Where PostgreSQL would refuse a whole number, Logto fails with 500. Instead, a negative
    /// offset is refused here, and one that is too large leads past the end like any other.
    ///
    /// # Errors
    /// [`Refusal::NotWhole`], [`Refusal::InvalidPagination`].
    pub(super) fn page(self) -> Result<Page, Refusal> {
        let offset = (self.page - 1.0) * self.page_size;
        let is_whole = |value: f64| value.fract() == 0.0 && value.abs() < EXPONENT_FROM;
        if !is_whole(self.page_size) || !is_whole(offset) {
            return Err(Refusal::NotWhole);
        }
        let whole = |value: f64| u64::try_from(saturating_i64(value));
        match (whole(self.page), whole(self.page_size), whole(offset)) {
            (Ok(number), Ok(size), Ok(offset)) => Ok(Page { number, size, offset }),
            _ => Err(Refusal::InvalidPagination),
        }
    }
}

impl Page {
    /// How many rows come before the page.
    pub(super) fn offset(self) -> u64 {
        self.offset
    }

    /// How many rows it has at most.
    pub(super) fn size(self) -> usize {
        usize::try_from(self.size).unwrap_or(usize::MAX)
    }

    /// The values of the `Link` headers, one line each. `address` is that of the list without its
    /// query; `total` is `None` where the end of the list is not told.
    pub(super) fn links(
        self,
        address: &str,
        parameters: &Parameters,
        total: Option<u64>,
    ) -> Vec<String> {
        let last = total.map(|total| total.div_ceil(self.size).max(1));
        let previous = self.number.checked_sub(1).filter(|previous| *previous > 0);
        let next = last.filter(|last| self.number < *last).map(|_| self.number + 1);
        let relations = [("first", Some(1)), ("prev", previous), ("last", last), ("next", next)];
        let link = |(relation, page): (&str, Option<u64>)| {
            let query = parameters.with_page(&page?.to_string());
            Some(format!("<{address}?{query}>; rel=\"{relation}\""))
        };
        relations.into_iter().filter_map(link).collect()
    }
}

fn positive(given: Given<'_>, default: f64) -> Result<f64, Refusal> {
    let value = match given {
        Given::Absent | Given::Once("") => return Ok(default),
        Given::Once(text) => number(text),
        Given::Repeated => return Err(Refusal::InvalidPagination),
    };
    if value > 0.0 { Ok(value) } else { Err(Refusal::InvalidPagination) }
}
