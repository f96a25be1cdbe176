//! A table as a feed: back to its beginning at full speed, then every new row within a second.

use std::num::NonZeroUsize;
use std::time::Duration;

use gatelog_event::time::UnixMicros;
use tokio::time::timeout;

use crate::feed::{Batch, Cursor, Feed, Fetching, Trouble};
use crate::secret::Secret;

use super::connection::{Access, Connection};
use super::page::{self, PAGE_ROWS_MAX, Page};
use super::place::{NumberedPlace, Place};
use super::settings::{Product, Settings, SettingsError};
use super::statement::{self, Rows};
use super::sweep::{PageEnd, Sweep};
use super::trouble;

/// How long to wait at the newest row.
const INTERVAL: Duration = Duration::from_millis(500);

/// How long a page may take on a connection that died without a word.
const PAGE_SECONDS_MAX: Duration = Duration::from_secs(150);

/// A table that is followed.
#[derive(Debug)]
pub struct PostgresFeed {
    product: Product,
    settings: Settings,
    password: Option<Secret>,
    /// Taken while a page is read, so that one which is not read to its end is closed.
    connection: Option<Connection>,
    reading: Option<Reading>,
    /// How many rows to ask for next, and the most at any time.
    row_limit: usize,
    row_limit_max: usize,
}

/// Where reading stands, as long as it goes on with the batch that was fetched last.
#[derive(Debug)]
struct Reading {
    sweep: Sweep,
    place: NumberedPlace,
}

impl PostgresFeed {
    /// A table of a server, which is not asked yet.
    ///
    /// # Errors
    /// When the settings do not go together.
    pub fn new(
        product: Product,
        settings: Settings,
        password: Option<Secret>,
    ) -> Result<Self, SettingsError> {
        settings.check(product)?;
        Ok(Self {
            product,
            settings,
            password,
            connection: None,
            reading: None,
            row_limit: PAGE_ROWS_MAX,
            row_limit_max: PAGE_ROWS_MAX,
        })
    }

    /// The same with fewer rows in a batch.
    #[must_use]
    pub fn with_batch_rows_max(mut self, rows: NonZeroUsize) -> Self {
        self.row_limit_max = rows.get().min(PAGE_ROWS_MAX);
        self.row_limit = self.row_limit_max;
        self
    }

    async fn next(&mut self, after: Option<&Cursor>) -> Result<Batch, Trouble> {
        let mut reading = self.reading_after(after)?;
        // Given back below, unless this is dropped or fails before: then the next call begins
        // where `after` says, without a memory of what was sent.
        let connection = match self.connection.take() {
            Some(connection) if !connection.client.is_closed() => connection,
            _ => self.connect().await?,
        };
        let page = self.read(&connection, &reading.sweep).await?;
        let is_empty = page.end.is_at_head && page.end.last.is_none();
        if is_empty && *reading.sweep.cursor() == Place::BEGINNING {
            self.check_visibility(&connection).await?;
        }
        self.row_limit = page.row_limit_next.min(self.row_limit_max);
        if !page.is_cut {
            self.connection = Some(connection);
        }
        let is_at_head = page.end.is_at_head;
        reading.advance(page.end, page.delivery.is_empty());
        let cursor = reading.place.cursor();
        self.reading = Some(reading);
        Ok(Batch { delivery: page.delivery, cursor, is_at_head })
    }

    /// Where to go on: as before if that is the last batch, else without a memory of what was sent.
    fn reading_after(&mut self, after: Option<&Cursor>) -> Result<Reading, Trouble> {
        let place = after.map(|cursor| cursor.0.parse::<NumberedPlace>());
        let place = place.transpose().map_err(Trouble::new)?;
        let goes_on = |reading: &Reading| Some(&reading.place) == place.as_ref();
        if let Some(reading) = self.reading.take().filter(goes_on) {
            return Ok(reading);
        }
        let start = place.as_ref().map(|place| place.place.clone());
        let sweep = Sweep::new(self.settings.overlap_seconds, start);
        let beginning = NumberedPlace { place: Place::BEGINNING, number: 0 };
        Ok(Reading { sweep, place: place.unwrap_or(beginning) })
    }

    async fn connect(&self) -> Result<Connection, Trouble> {
        Connection::open(self.product, &self.settings, self.password.as_ref(), Access::Read).await
    }

    async fn read(&self, connection: &Connection, sweep: &Sweep) -> Result<Page, Trouble> {
        let columns = self.product.table().columns().join(", ");
        let statement = statement::copy(Rows {
            product: self.product,
            settings: &self.settings,
            columns: &columns,
            after: sweep.position(),
            before: None,
            row_limit: self.row_limit,
        });
        let page = page::read(&connection.client, self.product, &statement, self.row_limit, sweep);
        let page = timeout(PAGE_SECONDS_MAX, page).await;
        let page = page.map_err(|_| trouble::timed_out(&self.settings))?;
        page.map_err(|error| trouble::of(&error, self.product, &self.settings))
    }

    /// Whether a table that seems empty is one whose rows are shown to others only.
    async fn check_visibility(&self, connection: &Connection) -> Result<(), Trouble> {
        let table = statement::table(self.product, &self.settings);
        let question = "SELECT row_security_active(oid) AND pg_relation_size(oid) > 0 FROM pg_class \
                        WHERE oid = $1::text::regclass";
        let answer = connection.client.query_opt(question, &[&table]).await;
        let answer = answer.map_err(|error| trouble::of(&error, self.product, &self.settings))?;
        match answer.is_some_and(|row| row.try_get(0).unwrap_or(false)) {
            true => Err(trouble::invisible_rows(self.product, &self.settings)),
            false => Ok(()),
        }
    }
}

impl Reading {
    /// Goes on behind a page. A batch with rows never has the cursor of the one before, so that
    /// whoever did not keep it and asks with the older cursor gets it again.
    fn advance(&mut self, page: PageEnd, is_empty: bool) {
        self.sweep.advance(page);
        if *self.sweep.cursor() != self.place.place {
            self.place = NumberedPlace { place: self.sweep.cursor().clone(), number: 0 };
        } else if !is_empty {
            self.place.number = self.place.number.wrapping_add(1);
        }
    }
}

impl Feed for PostgresFeed {
    fn fetch<'f>(&'f mut self, after: Option<&'f Cursor>, _: UnixMicros) -> Fetching<'f> {
        Box::pin(self.next(after))
    }

    fn interval(&self) -> Duration {
        INTERVAL
    }
}
