// Events on disk until the server has them.
//
// A folder of append-only files, each named by the sequence of its first event, one event a line:
//
//   LINE := CHECKSUM " " SEQUENCE " " EVENT "\n"
//
// CHECKSUM is the first 16 hexadecimal digits of the SHA-256 of what follows up to the line's end. A
// line whose checksum differs was being written when the process or the machine ended; it is told
// and passed over. What an earlier process left is sent first, and never written to again. The
// newest file stays, as it tells where the sequence goes on.

import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { uuid7 } from './event.js';
import { BATCH_BYTES_MAX, EVENT_BYTES_MAX, SPOOL_FILE_BYTES } from './limits.js';
import { lock, unlock } from './lock.js';

const EXTENSION = '.spool';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Bytes of a line beside its event: checksum, sequence, spaces, line end. */
const LINE_BYTES_MAX = EVENT_BYTES_MAX + 64;

export interface Numbered {
  sequence: number;
  line: string;
}

/** Events to be sent together, read and not removed. */
export interface Batch {
  events: string[];
  /** Of the last event. */
  sequence: number;
  /** Where the file is read on. */
  end: number;
  /** Lines that are not what was written. */
  damaged: string[];
}

/** The spool holds as much as it may. */
export class SpoolFull extends Error {}

interface SpoolFile {
  firstSequence: number;
  bytes: number;
}

export class Spool {
  readonly producer: string;
  /** The last event that was added, by this process or one before; 0 if there was none. */
  lastSequence = 0;
  readonly #folder: string;
  readonly #isSynced: boolean;
  readonly #bytesMax: number;
  /** The oldest first. */
  readonly #files: SpoolFile[];
  #writing: FileHandle | undefined;
  /** Where the oldest file is read on. */
  #offset = 0;

  private constructor(folder: string, producer: string, files: SpoolFile[], isSynced: boolean, bytesMax: number) {
    this.producer = producer;
    this.#folder = folder;
    this.#files = files;
    this.#isSynced = isSynced;
    this.#bytesMax = bytesMax;
  }

  /** Opens the spool in `folder`, which is made if it is not there. Rejects if another process uses it. */
  static async open(folder: string, isSynced: boolean, bytesMax: number): Promise<Spool> {
    await mkdir(folder, { recursive: true });
    await lock(folder);
    try {
      const files = [];
      for (const name of await readdir(folder)) {
        if (!name.endsWith(EXTENSION)) continue;
        const { size } = await stat(join(folder, name));
        files.push({ firstSequence: Number.parseInt(name, 10), bytes: size });
      }
      files.sort((left, right) => left.firstSequence - right.firstSequence);
      const spool = new Spool(folder, await producerOf(folder), files, isSynced, bytesMax);
      await spool.#findLastSequence();
      return spool;
    } catch (error) {
      await unlock(folder);
      throw error;
    }
  }

  /** Adds events: all of them or, as far as anybody can tell, none. */
  async append(events: readonly Numbered[]): Promise<void> {
    const [first, last] = [events[0], events.at(-1)];
    if (!first || !last) return;
    const bytes = Buffer.from(events.map(framed).join(''));
    const total = this.#files.reduce((sum, file) => sum + file.bytes, 0);
    if (total + bytes.length > this.#bytesMax) throw new SpoolFull();
    try {
      await this.#write(first.sequence, bytes);
    } catch (error) {
      // Nobody knows what the file holds now: the next try begins another.
      await this.#writing?.close().catch(() => undefined);
      this.#writing = undefined;
      throw error;
    }
    const newest = this.#files.at(-1);
    if (newest) newest.bytes += bytes.length;
    this.lastSequence = last.sequence;
  }

  /** What is to be sent next, if there is anything. */
  async next(eventCountMax: number): Promise<Batch | undefined> {
    for (;;) {
      const oldest = this.#files[0];
      if (!oldest) return undefined;
      if (this.#offset < oldest.bytes) return this.#read(oldest, eventCountMax);
      if (this.#files.length === 1) return undefined;
      await rm(this.#path(oldest.firstSequence), { force: true });
      this.#files.shift();
      this.#offset = 0;
    }
  }

  /** The events of this batch need not be sent again. */
  settle(batch: Batch): void {
    this.#offset = batch.end;
  }

  /** Removes what was answered, down to an empty file that says where the sequence goes on. */
  async close(): Promise<void> {
    const [only] = this.#files;
    if (only && this.#files.length === 1 && only.bytes > 0 && this.#offset >= only.bytes) {
      await this.#beginFile(this.lastSequence + 1);
      await this.next(1);
    }
    await this.#writing?.close();
    await unlock(this.#folder);
  }

  async #findLastSequence(): Promise<void> {
    const newest = this.#files.at(-1);
    if (!newest) return;
    const text = await readFile(this.#path(newest.firstSequence), 'utf8');
    const sequences = text.split('\n').map((line) => read(line)?.sequence ?? 0);
    this.lastSequence = sequences.reduce((left, right) => Math.max(left, right), newest.firstSequence - 1);
  }

  async #write(firstSequence: number, bytes: Buffer): Promise<void> {
    const isFull = (this.#files.at(-1)?.bytes ?? 0) >= SPOOL_FILE_BYTES;
    if (!this.#writing || isFull) await this.#beginFile(firstSequence);
    await this.#writing?.appendFile(bytes);
    if (this.#isSynced) await this.#writing?.datasync();
  }

  async #beginFile(firstSequence: number): Promise<void> {
    await this.#writing?.close();
    this.#writing = undefined;
    // A file of this name can only be one that was begun and got no whole event.
    this.#writing = await open(this.#path(firstSequence), 'w');
    if (this.#isSynced) await syncFolder(this.#folder);
    if (this.#files.at(-1)?.firstSequence === firstSequence) this.#files.pop();
    if (this.#files.length === 0) this.#offset = 0;
    this.#files.push({ firstSequence, bytes: 0 });
  }

  async #read(file: SpoolFile, eventCountMax: number): Promise<Batch> {
    const path = this.#path(file.firstSequence);
    const bytes = await part(path, this.#offset, file.bytes);
    const batch: Batch = { events: [], sequence: 0, end: this.#offset, damaged: [] };
    if (bytes.length === 0) {
      batch.damaged.push(`${path}, which is gone or was cut before byte ${this.#offset}`);
      batch.end = file.bytes;
    }
    let start = 0;
    while (start < bytes.length && batch.events.length < eventCountMax && start < BATCH_BYTES_MAX) {
      const newline = bytes.indexOf(0x0a, start);
      // Without a line end it is the last one of a file that is not written to any more.
      const end = newline < 0 ? bytes.length : newline;
      const event = read(bytes.toString('utf8', start, end));
      if (event) {
        batch.events.push(event.line);
        batch.sequence = event.sequence;
      } else {
        batch.damaged.push(`${path}, ${end - start} bytes from byte ${this.#offset + start} on`);
      }
      start = end + 1;
    }
    if (start > 0) batch.end = Math.min(this.#offset + start, file.bytes);
    return batch;
  }

  #path(firstSequence: number): string {
    return join(this.#folder, String(firstSequence).padStart(20, '0') + EXTENSION);
  }
}

function framed({ sequence, line }: Numbered): string {
  const text = `${sequence} ${line}`;
  return `${checksum(text)} ${text}\n`;
}

/** The event of a line, without its end; `undefined` if it is not what was written. */
function read(line: string): Numbered | undefined {
  const text = line.slice(17);
  if (line[16] !== ' ' || line.slice(0, 16) !== checksum(text)) return undefined;
  const space = text.indexOf(' ');
  return { sequence: Number(text.slice(0, space)), line: text.slice(space + 1) };
}

function checksum(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** As much of a file from `offset` up to `end` as a batch can have. Nothing of a file that is gone. */
async function part(path: string, offset: number, end: number): Promise<Buffer> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (!file) return Buffer.alloc(0);
  try {
    const bytes = Buffer.alloc(Math.min(end - offset, BATCH_BYTES_MAX + LINE_BYTES_MAX));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, offset);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Who numbers events in this folder: named once. */
async function producerOf(folder: string): Promise<string> {
  const path = join(folder, 'producer');
  const named = await readFile(path, 'utf8').catch(() => '');
  if (UUID.test(named)) return named;
  const id = uuid7();
  await writeFile(path, id);
  return id;
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
