//! Bytes on their way out, compressed or not.

use std::io::{self, Write};

use axum::http::{HeaderMap, header};
use flate2::Compression;
use flate2::write::GzEncoder;

/// Rows repeat themselves: the fastest level takes nine tenths away.
const GZIP_LEVEL: Compression = Compression::fast();
const ZSTD_LEVEL: i32 = 1;

/// How an answer is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Identity,
    Gzip,
    Zstd,
}

/// Takes bytes in and gives them out when asked.
pub(super) enum Output {
    Identity(Vec<u8>),
    Gzip(GzEncoder<Vec<u8>>),
    Zstd(zstd::stream::write::Encoder<'static, Vec<u8>>),
}

impl Encoding {
    /// The best of those a client says it accepts; as they are if it says nothing.
    pub(super) fn accepted(headers: &HeaderMap) -> Self {
        let lines = headers.get_all(header::ACCEPT_ENCODING).iter();
        let accepts: Vec<String> =
            lines.filter_map(|line| Some(line.to_str().ok()?.to_ascii_lowercase())).collect();
        let choices = accepts.iter().flat_map(|line| line.split(','));
        let is_accepted = |name: &str| {
            choices.clone().any(|choice| {
                let (found, quality) = choice.split_once(';').unwrap_or((choice, ""));
                let quality = quality.trim().strip_prefix("q=").map(str::parse::<f32>);
                found.trim() == name && !matches!(quality, Some(Ok(0.0)))
            })
        };
        if is_accepted("zstd") {
            Self::Zstd
        } else if is_accepted("gzip") {
            Self::Gzip
        } else {
            Self::Identity
        }
    }

    /// Its name in `Content-Encoding`.
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
            Self::Zstd => Some("zstd"),
        }
    }
}

impl Output {
    pub(super) fn new(encoding: Encoding) -> io::Result<Self> {
        Ok(match encoding {
            Encoding::Identity => Self::Identity(Vec::new()),
            Encoding::Gzip => Self::Gzip(GzEncoder::new(Vec::new(), GZIP_LEVEL)),
            Encoding::Zstd => {
                Self::Zstd(zstd::stream::write::Encoder::new(Vec::new(), ZSTD_LEVEL)?)
            }
        })
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Identity(out) => out.write_all(bytes),
            Self::Gzip(out) => out.write_all(bytes),
            Self::Zstd(out) => out.write_all(bytes),
        }
    }

    /// Writes what ends the stream.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        match self {
            Self::Identity(_) => Ok(()),
            Self::Gzip(out) => out.try_finish(),
            Self::Zstd(out) => out.do_finish(),
        }
    }

    /// The bytes that are ready to leave.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(match self {
            Self::Identity(out) => out,
            Self::Gzip(out) => out.get_mut(),
            Self::Zstd(out) => out.get_mut(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_of_what_is_accepted_is_chosen() {
        for (accepted, expected) in [
            ("", Encoding::Identity),
            ("identity", Encoding::Identity),
            ("br, deflate", Encoding::Identity),
            ("gzip", Encoding::Gzip),
            ("GZIP;q=0.5, br", Encoding::Gzip),
            ("gzip, zstd;q=0", Encoding::Gzip),
            ("gzip;q=0", Encoding::Identity),
            ("gzip, deflate, br, zstd", Encoding::Zstd),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, accepted.parse().unwrap());
            assert_eq!(Encoding::accepted(&headers), expected, "{accepted}");
        }
        assert_eq!(Encoding::accepted(&HeaderMap::new()), Encoding::Identity);
    }
}
