//! How a list of events that is only to be had by time and page number is read whole.
//!
//! This module answers "which part of the list is asked for next, was it read whole, and from
//! where does it go on?". It is the same for every API of that kind, and knows none of them.
//!
//! Such a list grows while it is read, has rows of the same time in any order, and rows that
//! appear after others of a later time. So it is read in windows of time that end a little in the
//! past; a window is read page by page until its rows are as many as the list says they are, and
//! read again if that number changed in between. A window that is still warm, as rows may yet
//! appear in it, is part of the next one too; which of its rows were delivered is known in memory,
//! and after a restart they come twice.
//!
//! - [`windows`]: which window is next, how wide, and what of it is new.
//! - [`reading`]: one window, page by page.
//! - [`polled`]: the two as a [`Feed`](crate::Feed), over anything that gives pages.

pub(crate) mod polled;
pub(crate) mod reading;
pub(crate) mod windows;

#[cfg(test)]
mod model;

pub use self::polled::{Pages, Polled};
pub use self::reading::{Page, Row};
pub use self::windows::{Timing, Window};
