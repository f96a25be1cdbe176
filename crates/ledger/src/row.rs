//! One event as the ledger keeps and returns it.

use bytes::Bytes;
use gatelog_event::fields::{IndexedField, Outcome};
use gatelog_event::limits::TIMELESS_DUPLICATE_MICROS;
use gatelog_event::source::{Format, Source};
use gatelog_event::time::UnixMicros;
use gatelog_query::filter::Kind;

/// An event's position in its tenant's ledger: dense, from 0.
pub type Sequence = u64;

/// Where an event stands in the order of pages: by time, then by sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The time the event is ordered by.
    pub time: UnixMicros,
    /// Its sequence.
    pub seq: Sequence,
}

/// An event as it was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its place in the order.
    pub position: Position,
    /// When it arrived here.
    pub received: UnixMicros,
    /// Its id, stated or derived.
    pub id: Box<str>,
    /// The system it came from.
    pub source: Source,
    /// How the record is written.
    pub format: Format,
    /// The event type's key.
    pub event_type: Box<str>,
    /// What the record says of how it ended.
    pub result: Outcome,
    /// The credential that sent it.
    pub submitter: Box<str>,
    /// What is unusual about it.
    pub flags: RowFlags,
    /// The record, redacted and otherwise verbatim.
    pub record: Bytes,
}

impl StoredEvent {
    /// All the catalogue needs to know of it.
    pub fn kind(&self) -> Kind<'_> {
        let Self { source, event_type, result, .. } = self;
        Kind { source: *source, event_type, result: *result }
    }
}

/// What makes an event the same as another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Identity<'a> {
    pub(crate) source: Source,
    pub(crate) id: &'a str,
    /// As the record states it, or when it arrived.
    pub(crate) time: UnixMicros,
    pub(crate) received: UnixMicros,
    pub(crate) time_is_arrival: bool,
}

impl Identity<'_> {
    pub(crate) fn same(&self, other: &Self) -> bool {
        if self.source != other.source || self.id != other.id {
            return false;
        }
        match (self.time_is_arrival, other.time_is_arrival) {
            (false, false) => self.time.seconds_floor() == other.time.seconds_floor(),
            (true, true) => {
                let apart = self.received.micros().abs_diff(other.received.micros());
                apart <= TIMELESS_DUPLICATE_MICROS.unsigned_abs()
            }
            _ => false,
        }
    }
}

/// What is unusual about an event. Written to disk as a byte; unused bits are zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowFlags(u8);

impl RowFlags {
    const DERIVED_ID: u8 = 1;
    const TIME_IS_ARRIVAL: u8 = 2;
    const TIME_IS_AHEAD: u8 = 4;
    /// How many different ones there are.
    pub(crate) const COUNT: u8 = 8;

    pub(crate) fn new(derived_id: bool, time_is_arrival: bool, time_is_ahead: bool) -> Self {
        let bit = |set: bool, bit: u8| if set { bit } else { 0 };
        Self(
            bit(derived_id, Self::DERIVED_ID)
                | bit(time_is_arrival, Self::TIME_IS_ARRIVAL)
                | bit(time_is_ahead, Self::TIME_IS_AHEAD),
        )
    }

    pub(crate) fn from_byte(byte: u8) -> Option<Self> {
        (byte < Self::COUNT).then_some(Self(byte))
    }

    pub(crate) fn byte(self) -> u8 {
        self.0
    }

    /// The record has no id; the event's was derived from its bytes.
    pub fn derived_id(self) -> bool {
        self.0 & Self::DERIVED_ID != 0
    }

    /// The record states no time; the event is ordered by its arrival.
    pub fn time_is_arrival(self) -> bool {
        self.0 & Self::TIME_IS_ARRIVAL != 0
    }

    /// The record states a time more than 24 hours ahead of its arrival; it is ordered by arrival.
    pub fn time_is_ahead(self) -> bool {
        self.0 & Self::TIME_IS_AHEAD != 0
    }
}

/// A column of the ledger. The numbers are written to disk and never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Column {
    /// Source, format, result and type in one: see [`KindKey`].
    Kind,
    /// A field read from the record.
    Field(IndexedField),
    /// The credential that sent the event.
    Submitter,
    /// The event's id.
    Id,
}

impl Column {
    /// Columns with few distinct values: a dictionary, a code per row, rows per value.
    pub(crate) const DICTIONARIES: [Self; 10] = [
        Self::Kind,
        Self::Field(IndexedField::ActorId),
        Self::Field(IndexedField::ActorIdentifier),
        Self::Field(IndexedField::ApplicationId),
        Self::Field(IndexedField::Organization),
        Self::Field(IndexedField::Ip),
        Self::Field(IndexedField::ErrorCode),
        Self::Field(IndexedField::TargetId),
        Self::Submitter,
        Self::Field(IndexedField::UserAgent),
    ];

    /// Columns whose values hardly repeat: they are in the record only. Segments find them by their
    /// tokens; memtables, and segments before version 3, have a 16-bit fingerprint per row.
    pub(crate) const WITHOUT_DICTIONARY: [Self; 3] =
        [Self::Field(IndexedField::Session), Self::Field(IndexedField::Interaction), Self::Id];

    /// Dictionaries that are searched for words of records. The submitter is in no record, and the
    /// words of user agents stay with the records: hardly a granule lacks one.
    pub(crate) const SEARCHED: [Self; 8] = [
        Self::Kind,
        Self::Field(IndexedField::ActorId),
        Self::Field(IndexedField::ActorIdentifier),
        Self::Field(IndexedField::ApplicationId),
        Self::Field(IndexedField::Organization),
        Self::Field(IndexedField::Ip),
        Self::Field(IndexedField::ErrorCode),
        Self::Field(IndexedField::TargetId),
    ];

    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Kind => 0,
            Self::Field(field) => field.code(),
            Self::Submitter => 64,
            Self::Id => 65,
        }
    }

    /// Whether segments keep a code per row beside the rows per value: of the columns that every
    /// answer needs of each of its rows. The codes of others follow from the rows per value.
    pub(crate) fn keeps_codes(self) -> bool {
        matches!(self, Self::Kind | Self::Submitter)
    }

    /// Whether it is one of [`Column::WITHOUT_DICTIONARY`].
    pub(crate) fn is_only_in_record(self) -> bool {
        Self::WITHOUT_DICTIONARY.contains(&self)
    }

    /// The version of segments from which on they keep it.
    pub(crate) fn since_version(self) -> u16 {
        match self {
            Self::Field(IndexedField::UserAgent) => 4,
            _ => 1,
        }
    }

    /// Position in [`Column::DICTIONARIES`]; `None` for a column without one.
    pub(crate) fn dictionary_position(self) -> Option<usize> {
        Self::DICTIONARIES.iter().position(|column| *column == self)
    }
}

/// The value of the kind column: `source u8 | format u8 | result u8 | type`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KindKey<'a> {
    pub(crate) source: Source,
    pub(crate) format: Format,
    pub(crate) result: Outcome,
    pub(crate) event_type: &'a str,
}

impl<'a> KindKey<'a> {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let codes = [self.source.code(), self.format.code(), self.result.code()];
        [&codes, self.event_type.as_bytes()].concat()
    }

    pub(crate) fn decode(bytes: &'a [u8]) -> Option<Self> {
        let (&[source, format, result], event_type) = bytes.split_first_chunk()?;
        Some(Self {
            source: Source::from_code(source)?,
            format: Format::from_code(format)?,
            result: Outcome::from_code(result)?,
            event_type: std::str::from_utf8(event_type).ok()?,
        })
    }
}

/// A 16-bit stand-in for a value that hardly repeats; 0 stands for no value.
pub(crate) fn fingerprint(value: &str) -> u16 {
    let [low, high, ..] = crc32c::crc32c(value.as_bytes()).to_le_bytes();
    u16::from_le_bytes([low, high]).max(1)
}
