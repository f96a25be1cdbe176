//! Rows as Apache Parquet: a column for each field, sequences as 64-bit integers, times as
//! microseconds in UTC, everything else as text, compressed with zstd.
//!
//! A row group is held until it is full, so its size bounds the memory. The end of the file
//! describes every row group; without it the file cannot be read, so half an export never passes
//! for a whole one.

use std::io;
use std::sync::Arc;

use gatelog_query::Measure;
use parquet::basic::{
    Compression, LogicalType, Repetition, TimeUnit, Type as PhysicalType, ZstdLevel,
};
use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{Type, TypePtr};

use super::column::{Cell, Column, Known};
use crate::events::told::Told;
use crate::seen::SeenEvent;

/// A row group is written at this many rows...
const GROUP_ROWS_MAX: usize = 64 << 10;

/// ...or when its values take this many bytes of memory.
const GROUP_BYTES_MAX: usize = 32 << 20;

/// What a value takes besides its text: itself, and what the allocator adds to a small piece of
/// memory.
const VALUE_BYTES: usize = size_of::<ByteArray>() + size_of::<i16>() + 48;

/// A Parquet file as it is written.
pub(super) struct ParquetRows {
    columns: Vec<Column>,
    writer: SerializedFileWriter<Vec<u8>>,
    /// The rows of the next group, column by column.
    group: Vec<Values>,
    rows: usize,
    byte_count: usize,
}

/// What a column of the next group holds.
enum Values {
    Numbers(Vec<i64>),
    /// The texts there are, and for each row whether it has one.
    Texts(Vec<ByteArray>, Vec<i16>),
}

impl ParquetRows {
    pub(super) fn new(columns: Vec<Column>) -> io::Result<Self> {
        let compression = Compression::ZSTD(ZstdLevel::try_new(3)?);
        let properties = WriterProperties::builder()
            .set_compression(compression)
            .set_created_by(concat!("gatelog ", env!("CARGO_PKG_VERSION")).to_owned())
            // What describes single pages would be held until the end of the file.
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_offset_index_disabled(true)
            .build();
        let writer =
            SerializedFileWriter::new(Vec::new(), schema(&columns)?, Arc::new(properties))?;
        let group = columns.iter().map(Values::of).collect();
        Ok(Self { columns, writer, group, rows: 0, byte_count: 0 })
    }

    /// Takes rows, and returns the bytes that are ready to leave.
    pub(super) fn write(&mut self, events: &[SeenEvent], known: Known<'_>) -> io::Result<Vec<u8>> {
        for event in events {
            let told = Told::of(event, known.names)?;
            for (column, values) in self.columns.iter().zip(&mut self.group) {
                self.byte_count += values.push(column.cell(&told, known));
            }
            self.rows += 1;
            if self.rows >= GROUP_ROWS_MAX || self.byte_count >= GROUP_BYTES_MAX {
                self.write_group()?;
            }
        }
        Ok(std::mem::take(self.writer.inner_mut()))
    }

    /// Ends the file, and returns the bytes that are left.
    pub(super) fn finish(&mut self) -> io::Result<Vec<u8>> {
        if self.rows > 0 {
            self.write_group()?;
        }
        self.writer.finish()?;
        Ok(std::mem::take(self.writer.inner_mut()))
    }

    fn write_group(&mut self) -> Result<(), ParquetError> {
        let mut group = self.writer.next_row_group()?;
        for values in &mut self.group {
            let Some(mut column) = group.next_column()? else { break };
            match values {
                Values::Numbers(numbers) => {
                    column.typed::<Int64Type>().write_batch(numbers, None, None)?;
                    numbers.clear();
                }
                Values::Texts(texts, levels) => {
                    column.typed::<ByteArrayType>().write_batch(texts, Some(levels), None)?;
                    texts.clear();
                    levels.clear();
                }
            }
            column.close()?;
        }
        group.close()?;
        (self.rows, self.byte_count) = (0, 0);
        Ok(())
    }
}

impl Values {
    fn of(column: &Column) -> Self {
        match column {
            Column::Measure(_) => Self::Numbers(Vec::new()),
            _ => Self::Texts(Vec::new(), Vec::new()),
        }
    }

    /// Adds the value of one row, and returns how many bytes of memory it takes.
    fn push(&mut self, cell: Cell<'_>) -> usize {
        match (self, cell) {
            (Self::Numbers(numbers), Cell::Sequence(sequence)) => {
                numbers.push(sequence.cast_signed());
                size_of::<i64>()
            }
            (Self::Numbers(numbers), Cell::Time(time)) => {
                numbers.push(time.micros());
                size_of::<i64>()
            }
            (Self::Texts(texts, levels), Cell::Text(Some(text))) => {
                let length = text.len();
                texts.push(text.into_owned().into_bytes().into());
                levels.push(1);
                length + VALUE_BYTES
            }
            (Self::Texts(_, levels), _) => {
                levels.push(0);
                size_of::<i16>()
            }
            // A measure's cell is never text.
            (Self::Numbers(_), Cell::Text(_)) => 0,
        }
    }
}

fn schema(columns: &[Column]) -> Result<TypePtr, ParquetError> {
    let fields = columns.iter().map(|column| Ok(Arc::new(field(column)?)));
    let fields = fields.collect::<Result<Vec<_>, ParquetError>>()?;
    Ok(Arc::new(Type::group_type_builder("events").with_fields(fields).build()?))
}

fn field(column: &Column) -> Result<Type, ParquetError> {
    let (physical, logical, repetition) = match column {
        Column::Measure(Measure::Sequence) => (PhysicalType::INT64, None, Repetition::REQUIRED),
        Column::Measure(Measure::Time | Measure::Received) => {
            let in_utc = LogicalType::timestamp(true, TimeUnit::MICROS);
            (PhysicalType::INT64, Some(in_utc), Repetition::REQUIRED)
        }
        Column::Data => (PhysicalType::BYTE_ARRAY, Some(LogicalType::Json), Repetition::OPTIONAL),
        Column::Title | Column::Field(_) | Column::Path(_) | Column::Cursor => {
            (PhysicalType::BYTE_ARRAY, Some(LogicalType::String), Repetition::OPTIONAL)
        }
    };
    Type::primitive_type_builder(&column.name(), physical)
        .with_logical_type(logical)
        .with_repetition(repetition)
        .build()
}
