// An event in Gatelog's native form.

import { randomBytes } from 'node:crypto';

/** Who did something, or to what it was done. */
export interface Party {
  /** Such as `user`, `admin`, `application`, `organization`. */
  kind?: string;
  /** The id, which does not change. */
  id?: string;
  /** What was typed to say who it is: an e-mail address, a phone number, a user name. */
  identifier?: string;
  /** The name for people. */
  name?: string;
}

/** One event. Only its type is required. */
export interface Event {
  /** At most 128 bytes: your own word or a key of a catalogue. */
  type: string;
  /** By which it is kept once however often it is sent; without it a UUIDv7. */
  id?: string;
  /** RFC 3339, or milliseconds since 1970; without it, when it is emitted. */
  time?: string | number;
  outcome?: 'success' | 'failure';
  actor?: Party;
  target?: Party;
  application?: { id?: string; name?: string };
  organization?: string;
  ip?: string;
  user_agent?: string;
  session?: string;
  /** What the events of one visit have in common. */
  interaction?: string;
  request?: string;
  error?: { code?: string; message?: string };
  /** Anything else. `producer` is the emitter's. */
  data?: Record<string, unknown>;
}

/** The event on one line, with an id, the time, who sends it, and which of its events this is. */
export function line(event: Event, producer: string, sequence: number): string {
  return JSON.stringify({
    ...event,
    id: event.id ?? uuid7(),
    time: event.time ?? new Date().toISOString(),
    data: { ...event.data, producer: { id: producer, sequence } },
  });
}

/** A new UUIDv7 (RFC 9562): milliseconds, then randomness. */
export function uuid7(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
