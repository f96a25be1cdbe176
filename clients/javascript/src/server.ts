// One request to the server, and what its answer means for the events.

import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

import { COMPRESSED_BYTES_MIN, REQUEST_TIMEOUT_MS, RETRY_AFTER_MAX_MS, RETRY_FIRST_MS, RETRY_MAX_MS } from './limits.js';

const compress = promisify(gzip);

/** What became of a batch. */
export type Verdict =
  /** Every event is kept, except these: their place in the batch, from 0, and why. */
  | { kind: 'settled'; rejected: { place: number; reason: string }[] }
  /** The body is larger than something on the way lets pass. */
  | { kind: 'too large' }
  /** Nothing is known to be kept. To be sent again, not before this long. */
  | { kind: 'again'; reason: string; afterMs: number };

interface Report {
  accepted: number;
  duplicates: number;
  conflicts: number;
  rejected_total: number;
  rejected: { line: number; error: string }[];
}

export class Server {
  readonly #events: URL;
  readonly #key: string;

  /** Throws if `url` is no address. */
  constructor(url: string, key: string) {
    this.#events = new URL('v1/events', url.endsWith('/') ? url : `${url}/`);
    if (!/^https?:$/.test(this.#events.protocol)) {
      throw new TypeError(`\`${url}\` is not the address of a server: give one such as https://log.example`);
    }
    this.#key = key;
  }

  /** Sends events. `ending` gives up. */
  async send(events: readonly string[], ending: AbortSignal): Promise<Verdict> {
    const request = new AbortController();
    const giveUp = () => request.abort(new Error('no answer in time'));
    const timer = setTimeout(giveUp, REQUEST_TIMEOUT_MS);
    ending.addEventListener('abort', giveUp);
    try {
      if (ending.aborted) giveUp();
      return await this.#ask(events, request.signal);
    } catch (error) {
      return { kind: 'again', reason: causes(error), afterMs: 0 };
    } finally {
      clearTimeout(timer);
      ending.removeEventListener('abort', giveUp);
    }
  }

  async #ask(events: readonly string[], signal: AbortSignal): Promise<Verdict> {
    const lines = Buffer.from(events.map((event) => `${event}\n`).join(''));
    const isLarge = lines.length >= COMPRESSED_BYTES_MIN;
    const answer = await fetch(this.#events, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${this.#key}`,
        'content-type': 'application/x-ndjson',
        ...(isLarge && { 'content-encoding': 'gzip' }),
      },
      body: isLarge ? await compress(lines) : lines,
      redirect: 'manual',
      signal,
    });
    const body: unknown = await answer.json().catch(() => undefined);
    if (answer.status === 413) return { kind: 'too large' };
    if (answer.status === 200 && isReport(body, events.length)) {
      const rejected = body.rejected.map(({ line, error }) => ({ place: line - 1, reason: error }));
      return { kind: 'settled', rejected };
    }
    const detail = (body as { detail?: string } | undefined)?.detail ?? "the answer is not one of Gatelog's";
    const seconds = Number(answer.headers.get('retry-after') ?? 0);
    const afterMs = Number.isFinite(seconds) ? seconds * 1000 : 0;
    return { kind: 'again', reason: `${answer.status}: ${detail}`, afterMs };
  }
}

/** Whether the body of an answer is a report on so many events. */
function isReport(body: unknown, eventCount: number): body is Report {
  const { accepted, duplicates, conflicts, rejected_total, rejected } = (body ?? {}) as Partial<Report>;
  const total = [accepted, duplicates, conflicts, rejected_total].reduce<number>(
    (sum, count) => sum + (count ?? Number.NaN),
    0,
  );
  return total === eventCount && Array.isArray(rejected);
}

/** An error and what is behind it. */
function causes(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause ? `${error.message}: ${causes(error.cause)}` : error.message;
}

/**
 * How long to wait, in milliseconds, after so many failures one after the other (from 1): twice as
 * long each time, at most a minute, of which `random` (0 to 1) takes away up to half, so that
 * emitters that failed together do not come back together. Never sooner than the server asks.
 */
export function retryWait(failures: number, afterMs: number, random: number): number {
  const longest = Math.min(RETRY_FIRST_MS * 2 ** Math.min(failures - 1, 16), RETRY_MAX_MS);
  return Math.max(longest * (1 - random / 2), Math.min(afterMs, RETRY_AFTER_MAX_MS));
}
