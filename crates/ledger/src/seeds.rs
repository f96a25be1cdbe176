//! The seeds of a tenant's salts: the one file that will change when a person is erased.
//!
//! ```text
//! SEEDS := MAGIC "GLSAL\r\n\x1a" | VERSION u16 | zero[6] | SLOT *      slot n: bundle n
//! SLOT  := state u32 | crc32c u32 | seed[32]
//! ```
//! State 1 is a seed; the checksum covers it. Until a bundle's first segment is sealed its seed is
//! in the log only.

use std::path::{Path, PathBuf};

use gatelog_proof::salt::Seed;

use crate::codec::bytes::{Put, Take};
use crate::error::{Context, Error, Result};
use crate::files::FileSystem;
use crate::segment::layout::{check_header, header};

const MAGIC: [u8; 8] = *b"GLSAL\r\n\x1a";
const VERSION: u16 = 1;
const HEADER_BYTES: u64 = 16;
const SLOT_BYTES: u64 = 40;
const SEED: u32 = 1;

/// Writes the seeds of the bundles from `first_bundle` on, durably. Writing one again is fine.
///
/// # Errors
/// [`Error::Io`] or [`Error::DiskFull`].
pub(crate) fn write(
    files: &dyn FileSystem,
    tenant_directory: &Path,
    first_bundle: u64,
    seeds: &[Seed],
) -> Result<()> {
    let path = file_path(tenant_directory);
    let is_new = !exists(files, tenant_directory)?;
    let file = if is_new { files.create(&path) } else { files.open(&path) };
    let file = file.context("open", &path)?;
    // A crash may have left the file without what was written to it first.
    file.write_all_at(&header(MAGIC, VERSION), 0).context("write", &path)?;
    let mut slots = Vec::with_capacity(seeds.len() * 40);
    for seed in seeds {
        slots.put_u32(SEED);
        slots.put_u32(crc32c::crc32c(&seed.0));
        slots.extend_from_slice(&seed.0);
    }
    let offset = HEADER_BYTES + first_bundle * SLOT_BYTES;
    file.write_all_at(&slots, offset).context("write", &path)?;
    file.sync_data().context("sync", &path)?;
    if is_new {
        files.sync_directory(tenant_directory).context("sync", tenant_directory)?;
    }
    Ok(())
}

/// Reads the seed of one bundle.
///
/// # Errors
/// [`Error::Corrupt`], [`Error::NewerFormat`] or [`Error::Io`].
pub(crate) fn read(files: &dyn FileSystem, tenant_directory: &Path, bundle: u64) -> Result<Seed> {
    let path = file_path(tenant_directory);
    let file = files.open_read_only(&path).context("open", &path)?;
    let mut head = [0; 16];
    file.read_exact_at(&mut head, 0).context("read", &path)?;
    check_header(&head, MAGIC, VERSION, &path)?;
    let offset = HEADER_BYTES + bundle * SLOT_BYTES;
    let mut slot = [0; 40];
    file.read_exact_at(&mut slot, offset).context("read", &path)?;
    let mut take = Take::new(&slot);
    match (take.u32(), take.u32(), take.hash()) {
        (Ok(SEED), Ok(crc), Ok(seed)) if crc32c::crc32c(&seed) == crc => Ok(Seed(seed)),
        _ => Err(Error::corrupt(&path, offset, "the slot holds no valid seed")),
    }
}

fn exists(files: &dyn FileSystem, tenant_directory: &Path) -> Result<bool> {
    let names = files.list(tenant_directory).context("list", tenant_directory)?;
    Ok(names.iter().any(|name| name == FILE_NAME))
}

const FILE_NAME: &str = "seeds";

fn file_path(tenant_directory: &Path) -> PathBuf {
    tenant_directory.join(FILE_NAME)
}
