//! Reading a request's body, compressed or not, within its limit.

use std::io::Read;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use gatelog_event::limits::BATCH_BYTES_MAX;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::blocking::ahead_of_reads;
use crate::problem::Problem;

/// Bodies being read and parsed at once, in KiB. One sender must not fill the memory of all.
const BODIES_KIB_MAX: u32 = 512 << 10;

/// Room for the bodies of all requests under way, and how large one may be.
#[derive(Clone, Debug)]
pub(crate) struct Bodies {
    room: Arc<Semaphore>,
    body_bytes_max: usize,
}

impl Default for Bodies {
    fn default() -> Self {
        Self::of(BATCH_BYTES_MAX)
    }
}

impl Bodies {
    /// Bodies of so many bytes at most, before and after decompression.
    pub(crate) fn of(body_bytes_max: usize) -> Self {
        Self { room: Arc::new(Semaphore::new(BODIES_KIB_MAX as usize)), body_bytes_max }
    }

    /// Takes room for a request's body until the result is dropped: what it says it sends, or the
    /// most a body may have if it does not say or is compressed.
    ///
    /// # Errors
    /// 429 when there is none; nothing of the body was read.
    pub(crate) fn room(&self, headers: &HeaderMap) -> Result<OwnedSemaphorePermit, Problem> {
        let stated = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
        let plain = stated.filter(|_| !headers.contains_key(header::CONTENT_ENCODING));
        let bytes = plain.and_then(|length| length.parse().ok()).unwrap_or(self.body_bytes_max);
        let kib =
            u32::try_from(bytes.min(self.body_bytes_max).div_ceil(1 << 10)).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.room).try_acquire_many_owned(kib.max(1));
        room.map_err(|_| Problem::from(gatelog_ledger::Error::Busy))
    }

    /// Reads a whole body and decompresses it.
    ///
    /// # Errors
    /// 413 beyond the most a body may have before or after decompression, 415 for an encoding that
    /// is not known, 400 for a body that does not decompress or ends early.
    pub(crate) async fn read(&self, headers: &HeaderMap, body: Body) -> Result<Bytes, Problem> {
        let (encoding, bytes_max) = (encoding(headers)?, self.body_bytes_max);
        let collected = Limited::new(body, bytes_max).collect().await;
        let bytes = collected.map_err(|error| match error.downcast_ref::<LengthLimitError>() {
            Some(_) => too_large(bytes_max),
            None => Problem::bad_request("the body ended early"),
        })?;
        let bytes = bytes.to_bytes();
        match encoding {
            Encoding::Identity => Ok(bytes),
            compressed => ahead_of_reads(move || decompress(compressed, &bytes, bytes_max)).await?,
        }
    }
}

/// How a body is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Identity,
    Gzip,
    Zstd,
}

fn encoding(headers: &HeaderMap) -> Result<Encoding, Problem> {
    let Some(value) = headers.get(header::CONTENT_ENCODING) else { return Ok(Encoding::Identity) };
    match value.to_str().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "" | "identity" => Ok(Encoding::Identity),
        "gzip" | "x-gzip" => Ok(Encoding::Gzip),
        "zstd" => Ok(Encoding::Zstd),
        other => Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            format!("the content encoding `{other}` is not known here; use gzip, zstd or none"),
        )),
    }
}

fn decompress(encoding: Encoding, compressed: &[u8], bytes_max: usize) -> Result<Bytes, Problem> {
    let mut bytes = Vec::new();
    let limit = bytes_max as u64 + 1;
    let outcome = match encoding {
        Encoding::Identity => return Ok(Bytes::copy_from_slice(compressed)),
        Encoding::Gzip => MultiGzDecoder::new(compressed).take(limit).read_to_end(&mut bytes),
        Encoding::Zstd => zstd::stream::read::Decoder::with_buffer(compressed)
            .and_then(|decoder| decoder.take(limit).read_to_end(&mut bytes)),
    };
    match outcome {
        Err(error) => Err(Problem::bad_request(format!("the body does not decompress: {error}"))),
        Ok(_) if bytes.len() > bytes_max => Err(too_large(bytes_max)),
        Ok(_) => Ok(bytes.into()),
    }
}

fn too_large(bytes_max: usize) -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        format!("a body may have {bytes_max} bytes after decompression; send several"),
    )
}
