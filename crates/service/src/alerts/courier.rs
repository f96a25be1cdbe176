//! Who brings a notice to where it belongs.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;

use gatelog_event::time::UnixMicros;
use gatelog_meta::{Alert, Occasion};

/// Something to be told.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Of which alert.
    pub alert: Alert,
    /// The message's number, by which one that comes twice is known; none of a test.
    pub message: Option<i64>,
    /// Why it is sent; none of a test.
    pub occasion: Option<Occasion>,
    /// How many events there were.
    pub count: u64,
    /// The first time that was counted.
    pub from: UnixMicros,
    /// The first time that was not.
    pub to: UnixMicros,
    /// Ids of the newest events, a few.
    pub examples: Vec<String>,
}

/// Sends notices.
pub trait Courier: Send + Sync + Debug {
    /// Sends one, once. An error is for people.
    fn send<'n>(
        &'n self,
        notice: &'n Notice,
    ) -> Pin<Box<dyn Future<Output = Result<(), String>> + Send + 'n>>;
}
