//! What the operating system says of a process: Linux's `/proc`, as proc(5) describes it.
//!
//! Where there is no `/proc` there is no answer, and the metric is left out.

use std::fs;

/// Memory of this process that is in RAM, in bytes.
pub fn resident_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib << 10)
}

/// File descriptors this process has open.
pub fn open_descriptors() -> Option<u64> {
    let entries = fs::read_dir("/proc/self/fd").ok()?.count();
    // One of them was opened to count.
    u64::try_from(entries).ok()?.checked_sub(1)
}

/// How many file descriptors a process (a number, or `self`) may have open.
pub fn descriptor_limit(process: &str) -> Option<u64> {
    let limits = fs::read_to_string(format!("/proc/{process}/limits")).ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    // `unlimited` is more than can be counted.
    Some(line.split_whitespace().next()?.parse().unwrap_or(u64::MAX))
}
