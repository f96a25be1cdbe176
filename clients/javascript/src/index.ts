// Sends events to Gatelog, the audit log of identity: batched, spooled on disk, retried until they
// are kept. Read in this order: `event`, `emitter`, `spool`, `server`, `express`.

export { Emitter, type Counts, type EmitterOptions, type Trouble } from './emitter.js';
export { type Event, type Party } from './event.js';
export { expressMiddleware, type Describe } from './express.js';
