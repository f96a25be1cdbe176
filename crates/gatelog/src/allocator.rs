//! The allocator of the process.
//!
//! Batches are allocated by the threads that parse them and freed by the one that seals them. The
//! system's allocator keeps what is freed so in many places, and takes longer to find it again.

use tikv_jemallocator::Jemalloc;

#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

/// What the allocator reads before `main` begins. Memory that is free for a second goes back to the
/// system (usual are ten), and few arenas keep some: while loading that is 50 MiB less, at the same
/// speed. The environment variable `_RJEM_MALLOC_CONF` goes before it.
#[expect(unsafe_code, reason = "the allocator finds its options by the name of a symbol")]
// SAFETY: the allocator's own symbol of this name is weak and means the same, a pointer to a text
// that ends with a zero byte and is never changed.
#[unsafe(export_name = "_rjem_malloc_conf")]
static OPTIONS: Option<&'static u8> = b"dirty_decay_ms:1000,muzzy_decay_ms:0,narenas:4\0".first();
