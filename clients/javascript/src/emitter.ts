// The emitter: from memory to the spool, and from the spool to the server.

import { type Event, line } from './event.js';
import {
  BATCH_EVENTS_MAX, BATCH_WAIT_MS, EVENT_BYTES_MAX, GROUP_BYTES_MAX, QUEUE_BYTES_MAX, QUEUE_EVENTS_MAX,
  SPOOL_BYTES_MAX, SPOOL_BYTES_MIN, SPOOL_RETRY_MS,
} from './limits.js';
import { retryWait, Server, type Verdict } from './server.js';
import { Signal } from './signal.js';
import { type Batch, type Numbered, Spool, SpoolFull } from './spool.js';

/** Something that an emitter met. */
export type Trouble =
  /** An event is not sent again: the server refused it, or it is too large (then `event` is empty). */
  | { kind: 'rejected'; reason: string; event: string }
  /** Events do not arrive at the moment. They are kept and sent again. */
  | { kind: 'delayed'; reason: string }
  /** The spool cannot be used. Events wait in memory. */
  | { kind: 'spool'; reason: string }
  /** A line of the spool is not what was written, and is left out: it was just being written. */
  | { kind: 'damaged'; reason: string }
  /** An event is lost, as queue and spool are full, or the emitter was shut down. */
  | { kind: 'lost'; reason: string };

/** How many events have met which end. */
export interface Counts {
  emitted: number;
  kept: number;
  rejected: number;
  lost: number;
}

export interface EmitterOptions {
  /** Such as `https://log.example`. */
  url: string;
  /** An API key of the scope `ingest`. */
  key: string;
  /** The folder in which events wait for the server; of one emitter alone. */
  spool: string;
  /**
   * What events in the spool survive: `synced`, the end of the machine; `written`, that of the process,
   * `kill -9` included. `synced` unless told otherwise.
   */
  durability?: 'synced' | 'written';
  /** How many bytes the spool may take; 256 MiB unless told otherwise, at least 16 MiB. */
  spoolBytesMax?: number;
  /** How long the first event of a request waits for others; 200 unless told otherwise. */
  batchWaitMs?: number;
  /** Called whenever something goes wrong. What it throws is ignored. */
  onTrouble?: (trouble: Trouble) => void;
}

/** An interval that does nothing; any length will do. */
const ALIVE_MS = 60_000;

interface Waiting {
  isReached: () => boolean;
  resolve: () => void;
  reject: (error: Error) => void;
}

/** Sends events to a Gatelog server. */
export class Emitter {
  readonly #spool: Spool;
  readonly #server: Server;
  readonly #batchWaitMs: number;
  readonly #onTrouble: (trouble: Trouble) => void;
  readonly #counts: Counts = { emitted: 0, kept: 0, rejected: 0, lost: 0 };

  #queue: (Numbered & { bytes: number })[] = [];
  #queueBytes = 0;
  /** Taken from the queue, and not in the spool yet. */
  #inHand: Numbered[] = [];
  #lastSequence: number;
  #lastQueued: number;
  #lastSpooled: number;
  #lastSettled = 0;
  /** Events that were lost since that was last told. */
  #lostUntold = 0;
  #isClosed = false;
  #isAllSpooled = false;
  #waiting: Waiting[] = [];
  #alive: NodeJS.Timeout | undefined;

  readonly #came = new Signal();
  readonly #spooled = new Signal();
  readonly #room = new Signal();
  /** Ends a wait between two tries. */
  readonly #pause = new Signal();
  /** Somebody waits for what was emitted: nothing more is collected first. */
  readonly #hurry = new Signal();
  readonly #ending = new AbortController();
  readonly #over: Promise<void>;

  /** Opens the spool and begins to send what an earlier process left. Needs no server to be there. */
  static async open(options: EmitterOptions): Promise<Emitter> {
    const server = new Server(options.url, options.key);
    const bytesMax = options.spoolBytesMax ?? SPOOL_BYTES_MAX;
    if (bytesMax < SPOOL_BYTES_MIN) {
      throw new RangeError(`the spool cannot be smaller than ${SPOOL_BYTES_MIN} bytes`);
    }
    const isSynced = options.durability !== 'written';
    return new Emitter(await Spool.open(options.spool, isSynced, bytesMax), server, options);
  }

  private constructor(spool: Spool, server: Server, options: EmitterOptions) {
    this.#spool = spool;
    this.#server = server;
    this.#batchWaitMs = options.batchWaitMs ?? BATCH_WAIT_MS;
    this.#onTrouble = (trouble) => {
      try {
        options.onTrouble?.(trouble);
      } catch {
        // A login must not fail because its log cannot be written.
      }
    };
    this.#lastSequence = this.#lastQueued = this.#lastSpooled = spool.lastSequence;
    this.#over = this.#run();
  }

  /** What became of the events so far. */
  get counts(): Counts {
    return { ...this.#counts };
  }

  /**
   * Takes an event into memory; never waits and never throws. `false` when it is lost, which is
   * counted and told as a trouble.
   */
  emit(event: Event): boolean {
    this.#counts.emitted += 1;
    if (this.#isClosed) return this.#lose('the emitter was shut down');
    if (this.#queue.length >= QUEUE_EVENTS_MAX || this.#queueBytes >= QUEUE_BYTES_MAX) {
      this.#lostUntold += 1;
      // Its number is missing, by which the server sees the gap.
      this.#lastSequence += 1;
      return this.#lose('the queue and the spool are full');
    }
    const isQueued = this.#push(event);
    if (isQueued) this.#came.give();
    return isQueued;
  }

  /** Resolves once everything that was queued before is in the spool. */
  spooled(): Promise<void> {
    const last = this.#lastQueued;
    return this.#reached(() => this.#lastSpooled >= last);
  }

  /** Resolves once everything that was queued before is kept by the server or refused by it. */
  flush(): Promise<void> {
    const last = this.#lastQueued;
    this.#hurry.give();
    return this.#reached(() => this.#lastSettled >= last);
  }

  /**
   * Takes no more events, and waits so long for the server to keep those that were taken. The others
   * stay in the spool, and are sent by the next emitter with that folder.
   */
  async shutdown(patienceMs: number): Promise<Counts> {
    this.#isClosed = true;
    this.#came.give();
    this.#hurry.give();
    const timer = setTimeout(() => this.#end(), patienceMs);
    await this.#over;
    clearTimeout(timer);
    return this.counts;
  }

  #end(): void {
    this.#ending.abort();
    for (const signal of [this.#room, this.#pause, this.#spooled]) signal.give();
  }

  #push(event: Event): boolean {
    let text: string;
    try {
      text = line(event, this.#spool.producer, this.#lastSequence + 1);
    } catch (error) {
      return this.#reject(`the event is not JSON: ${String(error)}`, '');
    }
    const bytes = Buffer.byteLength(text);
    if (bytes > EVENT_BYTES_MAX) return this.#reject('the event is larger than 1 MiB', '');
    this.#lastSequence += 1;
    this.#lastQueued = this.#lastSequence;
    this.#queueBytes += bytes;
    this.#queue.push({ sequence: this.#lastSequence, line: text, bytes });
    return true;
  }

  async #run(): Promise<void> {
    await Promise.all([this.#keep(), this.#deliver()]);
    const left = this.#inHand.length + this.#queue.length;
    for (let event = 0; event < left; event += 1) this.#lose('the spool could not take it');
    await this.#spool.close().catch((error: unknown) => this.#tell('spool', error));
    this.#isClosed = true;
    for (const { reject } of this.#waiting) reject(new Error('the emitter has ended'));
    this.#letEnd();
  }

  /** From the queue to the spool, until no more events come. */
  async #keep(): Promise<void> {
    while (!this.#isClosed || this.#queue.length > 0) {
      if (this.#queue.length === 0) await this.#came.wait();
      while (await this.#keepGroup());
      if (this.#ending.signal.aborted) break;
    }
    this.#isAllSpooled = true;
    this.#spooled.give();
  }

  /** Whether there was something to keep, and it is kept. */
  async #keepGroup(): Promise<boolean> {
    if (this.#inHand.length === 0) this.#inHand = this.#take();
    const last = this.#inHand.at(-1);
    if (!last) return false;
    try {
      await this.#spool.append(this.#inHand);
    } catch (error) {
      if (!(error instanceof SpoolFull)) this.#tell('spool', error);
      if (this.#ending.signal.aborted) return false;
      await this.#room.wait(error instanceof SpoolFull ? undefined : SPOOL_RETRY_MS);
      return true;
    }
    this.#inHand = [];
    this.#lastSpooled = last.sequence;
    this.#spooled.give();
    this.#progress();
    return true;
  }

  #take(): Numbered[] {
    let bytes = 0;
    let count = 0;
    while (bytes < GROUP_BYTES_MAX && count < this.#queue.length) {
      bytes += this.#queue[count]?.bytes ?? 0;
      count += 1;
    }
    this.#queueBytes -= bytes;
    const taken = this.#queue.splice(0, count);
    if (this.#lostUntold > 0) {
      const error = { code: 'emitter.full', message: 'the queue and the spool of the emitter were full' };
      const lost = this.#lostUntold;
      this.#lostUntold = 0;
      this.#push({ type: 'emitter.lost', error, data: { lost } });
    }
    return taken;
  }

  /** From the spool to the server, until everything is settled and no more will come. */
  async #deliver(): Promise<void> {
    let failures = 0;
    let eventCountMax = BATCH_EVENTS_MAX;
    while (!this.#ending.signal.aborted) {
      let batch: Batch | undefined;
      try {
        batch = await this.#spool.next(eventCountMax);
      } catch (error) {
        this.#tell('spool', error);
        await this.#pause.wait(SPOOL_RETRY_MS);
        continue;
      }
      if (!batch) {
        this.#lastSettled = this.#lastSpooled;
        this.#progress();
        if (this.#isAllSpooled) return;
        await this.#collect();
        continue;
      }
      const verdict = await this.#verdict(batch);
      if (verdict.kind === 'settled') {
        [failures, eventCountMax] = [0, BATCH_EVENTS_MAX];
        this.#settle(batch, verdict.rejected);
      } else if (verdict.kind === 'too large' && batch.events.length > 1) {
        eventCountMax = Math.floor(batch.events.length / 2);
      } else if (verdict.kind === 'too large') {
        this.#settle(batch, [{ place: 0, reason: 'larger than the server or a proxy lets pass' }]);
      } else if (!this.#ending.signal.aborted) {
        this.#tell('delayed', verdict.reason);
        failures += 1;
        await this.#pause.wait(retryWait(failures, verdict.afterMs, Math.random()));
      }
    }
  }

  /** A batch of nothing but damage needs no server. */
  async #verdict({ events }: Batch): Promise<Verdict> {
    if (events.length === 0) return { kind: 'settled', rejected: [] };
    return this.#server.send(events, this.#ending.signal);
  }

  /** Waits for events, and then a little for more, unless somebody is in a hurry. */
  async #collect(): Promise<void> {
    await this.#spooled.wait();
    if (!this.#isAllSpooled) await this.#hurry.wait(this.#batchWaitMs);
  }

  #settle(batch: Batch, rejected: readonly { place: number; reason: string }[]): void {
    for (const reason of batch.damaged) this.#tell('damaged', reason);
    for (const { place, reason } of rejected) this.#reject(reason, batch.events[place] ?? '');
    this.#counts.kept += batch.events.length - rejected.length;
    this.#spool.settle(batch);
    if (batch.sequence > 0) this.#lastSettled = batch.sequence;
    this.#room.give();
    this.#progress();
  }

  #reached(isReached: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ isReached, resolve, reject });
      this.#progress();
    });
  }

  #progress(): void {
    for (const { resolve } of this.#waiting.filter(({ isReached }) => isReached())) resolve();
    this.#waiting = this.#waiting.filter(({ isReached }) => !isReached());
    // Nothing else here keeps the process alive, and somebody waits.
    if (this.#waiting.length > 0) this.#alive ??= setInterval(() => undefined, ALIVE_MS);
    else this.#letEnd();
  }

  #letEnd(): void {
    clearInterval(this.#alive);
    this.#alive = undefined;
  }

  #reject(reason: string, event: string): false {
    this.#counts.rejected += 1;
    this.#onTrouble({ kind: 'rejected', reason, event });
    return false;
  }

  #lose(reason: string): false {
    this.#counts.lost += 1;
    this.#onTrouble({ kind: 'lost', reason });
    return false;
  }

  #tell(kind: 'delayed' | 'spool' | 'damaged', error: unknown): void {
    this.#onTrouble({ kind, reason: error instanceof Error ? error.message : String(error) });
  }
}
