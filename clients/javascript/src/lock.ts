// One process to a spool. Node.js has no file locks, so a file names the process that uses the
// folder, with the time it was started where the system tells it (Linux), as ids of processes recur.

import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** Folders that this process uses. */
const used = new Set<string>();

/** Rejects if a process that runs uses `folder`. */
export async function lock(folder: string): Promise<void> {
  const path = join(folder, 'lock');
  const key = resolve(folder);
  if (used.has(key)) throw inUse(folder);
  used.add(key);
  try {
    const [holder, startedThen] = (await readFile(path, 'utf8').catch(() => '')).split(' ');
    const pid = Number(holder);
    const isOther = pid > 0 && pid !== process.pid && isRunning(pid);
    if (isOther && (await started(pid)) === startedThen) throw inUse(folder);
    await writeFile(path, `${process.pid} ${await started(process.pid)}`);
  } catch (error) {
    used.delete(key);
    throw error;
  }
}

/** Leaves the folder to others. */
export async function unlock(folder: string): Promise<void> {
  await rm(join(folder, 'lock'), { force: true });
  used.delete(resolve(folder));
}

function inUse(folder: string): Error {
  return new Error(`${folder} is the spool of another emitter that is running: give each its own`);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When a process was started, in ticks since the system was; empty where that is not told. */
async function started(pid: number): Promise<string> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name of the program, in parentheses, may have spaces in it; the start is the 20th field after.
  return status.slice(status.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
