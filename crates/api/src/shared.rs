//! What our own API and the console share, so that a limit holds for both together, and a mapping is
//! the same for both.

use gatelog_capture::mapping_file::Mappings;

use crate::export::Exports;
use crate::stop::Stop;
use crate::stream::Streams;

/// Room for answers that take long, word that the server is stopping, and mappings. A clone is the
/// same room.
#[derive(Clone, Debug)]
pub struct Shared {
    /// Room for exports.
    pub exports: Exports,
    /// Room for events that are sent as they arrive.
    pub streams: Streams,
    /// Word that the server is stopping.
    pub stop: Stop,
    /// The mappings by which any JSON becomes events.
    pub mappings: Mappings,
}

impl From<Stop> for Shared {
    /// With all the room there may be, and the ready mappings.
    fn from(stop: Stop) -> Self {
        let (exports, streams) = (Exports::default(), Streams::default());
        Self { exports, streams, stop, mappings: Mappings::default() }
    }
}
