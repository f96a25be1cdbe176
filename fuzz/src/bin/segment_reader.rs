//! Any segment is read, all of it, or damaged at an offset.

#![no_main]

use std::path::Path;
use std::sync::Arc;

use gatelog_fuzz::checksums;
use gatelog_fuzz::memory::OneFile;
use gatelog_ledger::fuzzing;
use libfuzzer_sys::fuzz_target;

const PATH: &str = "data/tenants/default/segments/0000000000000000-00000014.seg";

fuzz_target!(|bytes: &[u8]| {
    let files = OneFile::new(PATH, checksums::of_segment(bytes));
    let _ = fuzzing::read_segment(Arc::new(files), Path::new(PATH));
});
