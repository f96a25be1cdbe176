//! What our own API and the console share, so that a limit holds for both together.

use crate::export::Exports;
use crate::stop::Stop;
use crate::stream::Streams;

/// Room for answers that take long, and word that the server is stopping. A clone is the same room.
#[derive(Clone, Debug)]
pub struct Shared {
    /// Room for exports.
    pub exports: Exports,
    /// Room for events that are sent as they arrive.
    pub streams: Streams,
    /// Word that the server is stopping.
    pub stop: Stop,
}

impl From<Stop> for Shared {
    /// With all the room there may be.
    fn from(stop: Stop) -> Self {
        Self { exports: Exports::default(), streams: Streams::default(), stop }
    }
}
