//! Who brings a notice to where it belongs.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;

use gatelog_event::time::UnixMicros;
use gatelog_meta::{Alert, Destination, Occasion};

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
    /// The times of the first and the last of the events, if there are any.
    pub span: Option<(UnixMicros, UnixMicros)>,
    /// Since when the alert fires, or fired until now; what is told of one firing belongs together.
    pub began: UnixMicros,
}

/// What came of sending: an error is for people.
pub type Sending<'n> = Pin<Box<dyn Future<Output = Result<(), String>> + Send + 'n>>;

/// Sends notices.
pub trait Courier: Send + Sync + Debug {
    /// Sends one to one of its destinations, once.
    fn send<'n>(&'n self, notice: &'n Notice, destination: &'n Destination) -> Sending<'n>;

    /// Whether it can send e-mail.
    fn sends_mail(&self) -> bool;
}
