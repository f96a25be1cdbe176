//! Every bound of a mapping file and of what it does, with its unit and its reason.

/// Longest mapping file, in bytes. The largest ready one has a fifth of it.
pub const FILE_BYTES_MAX: usize = 32 << 10;

/// Words, signs, texts and brackets of a program. jaq's parser and compiler recurse for each that is
/// nested in another one, and take up to 32 KiB of stack for it without optimisation.
pub const PARTS_MAX: usize = 4_000;

/// Longest name of a mapping, in bytes: it stands in every record the mapping makes.
pub const NAME_BYTES_MAX: usize = 64;

/// Steps that one input may take. A step is about a tenth of a microsecond; a value that is made
/// or handed on costs one for each value inside and one for 16 bytes of text, so this bounds
/// memory too, to some 100 MB. A ready mapping takes a few hundred.
pub const STEPS_MAX: u64 = 1_000_000;

/// Steps of all inputs that are mapped together, such as the records of one request. That is ten
/// seconds at the most for what an ordinary request does in a tenth of one.
pub const STEPS_TOGETHER_MAX: u64 = 100 * STEPS_MAX;

/// Events of one input. Okta sends at most 1,000 in one request.
pub const EVENTS_MAX: usize = 10_000;

/// Bytes of the events of all inputs that are mapped together. An event has its original in it, and
/// is about twice as long; a request has a quarter of this at most.
pub const EVENTS_BYTES_MAX: usize = 4 * gatelog_event::limits::BATCH_BYTES_MAX;

/// Stack that a program may take before it counts as going too deep, in bytes. jaq takes about 1 KiB
/// for a call.
pub(super) const STACK_BYTES_MAX: usize = 16 << 20;

/// Stack of the thread that compiles and runs programs, in bytes: twice what compiling
/// [`PARTS_MAX`] brackets takes, and far more than [`STACK_BYTES_MAX`]. The operating system gives
/// only as much memory as is touched.
pub(super) const THREAD_STACK_BYTES: usize = 256 << 20;

/// How much of what went wrong inside a program is told, in characters: the values in it are whole
/// records at times.
pub(super) const REASON_CHARACTERS_MAX: usize = 300;
