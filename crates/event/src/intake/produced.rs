//! Who emitted an event, and which of their events it is: what emitters write into `data.producer`.

use crate::json::{Document, Kind};
use crate::limits::ID_BYTES_MAX;
use crate::source::Format;

/// An event's number among those of one producer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Produced {
    /// The producer's id.
    pub producer: Box<str>,
    /// Counted from 1, without gaps unless events were lost.
    pub sequence: u64,
}

/// The member `data.producer` of an event in native form, if it is one.
pub(super) fn produced(format: Format, record: &Document<'_>) -> Option<Produced> {
    if format != Format::Native {
        return None;
    }
    let mark = record.root().get("data")?.get("producer")?;
    let producer = mark.get("id")?.as_str().filter(|id| !id.is_empty())?;
    let sequence = mark.get("sequence").filter(|node| node.kind() == Kind::Number)?;
    let sequence = u64::try_from(sequence.as_i64_floor()?).ok()?;
    let is_one = producer.len() <= ID_BYTES_MAX && sequence > 0;
    is_one.then(|| Produced { producer: producer.as_ref().into(), sequence })
}
