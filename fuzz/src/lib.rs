//! What several fuzz targets need.
//!
//! The targets are in `src/bin/`, one file each; `CONTRIBUTING.md` says how to run them.
//!
//! - [`checksums`]: files whose content was changed, with checksums that fit again.
//! - [`memory`]: a file system that holds one file.

pub mod checksums;
pub mod memory;
