//! Any block of records has rows, or is refused, whatever its tables are.

#![no_main]

use gatelog_ledger::fuzzing;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| fuzzing::read_block(bytes));
