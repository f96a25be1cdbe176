// Every bound of an emitter, with its unit and its reason. The same as those of the Rust crate.

/** Most events that wait in memory to be written to the spool. */
export const QUEUE_EVENTS_MAX = 10_000;

/** Most bytes of events that wait in memory. */
export const QUEUE_BYTES_MAX = 16 * 2 ** 20;

/** Largest event, in bytes of JSON: what the server keeps as one record. */
export const EVENT_BYTES_MAX = 2 ** 20;

/** What the spool takes on disk unless told otherwise, in bytes. */
export const SPOOL_BYTES_MAX = 256 * 2 ** 20;

/** The least that a spool can be given, in bytes: two files, and what is written next. */
export const SPOOL_BYTES_MIN = 16 * 2 ** 20;

/** A file of the spool that has reached this size, in bytes, gets no more events. */
export const SPOOL_FILE_BYTES = 4 * 2 ** 20;

/** A group of events that has so many bytes is written to the spool by itself. */
export const GROUP_BYTES_MAX = 2 ** 20;

/** Most events of one request. The server lists so many refused records of a body. */
export const BATCH_EVENTS_MAX = 1_000;

/** A request that has so many bytes of events, before compression, gets no more. */
export const BATCH_BYTES_MAX = 2 ** 20;

/** How long the first event of a request waits for others. */
export const BATCH_WAIT_MS = 200;

/** Bodies below this size, in bytes, are sent as they are: gzip would save no packet. */
export const COMPRESSED_BYTES_MIN = 1024;

/** How long an answer may take. */
export const REQUEST_TIMEOUT_MS = 30_000;

/** How long is waited after the first failure; twice as long after each further one. */
export const RETRY_FIRST_MS = 250;

/** Longest wait between two tries. */
export const RETRY_MAX_MS = 60_000;

/** The longest `Retry-After` that is believed. */
export const RETRY_AFTER_MAX_MS = 300_000;

/** How long is waited after the spool could not be used. */
export const SPOOL_RETRY_MS = 1_000;
