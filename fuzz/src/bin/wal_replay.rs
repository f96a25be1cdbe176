//! Any log file is replayed, or damaged at an offset.

#![no_main]

use std::sync::Arc;

use gatelog_fuzz::checksums;
use gatelog_fuzz::memory::OneFile;
use gatelog_ledger::inspect::Inspection;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let files = OneFile::new("data/wal/0000000000000001.wal", checksums::of_log(bytes));
    let _ = Inspection::new("data", Arc::new(files)).log();
});
