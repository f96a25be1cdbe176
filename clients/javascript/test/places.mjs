// A folder and a server of this build, for one test.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { run, temporaryFolder } from '../../../tests/browser/program.mjs';

const HERE = fileURLToPath(new URL('../../../target/debug/gatelog', import.meta.url));
const PROGRAM = process.env.GATELOG_PROGRAM ?? HERE;

/** Serves `data` and resolves when that has begun. */
async function serve(data, listen) {
  const child = spawn(PROGRAM, ['serve', '--data', data, '--listen', listen], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'close');
  let text = '';
  child.stdout.setEncoding('utf8');
  for await (const more of child.stdout.iterator({ destroyOnReturn: false })) {
    text += more;
    const address = text.match(/Console\s+(http:\/\/[\d.:]+)/)?.[1];
    if (address) {
      child.stdout.resume();
      const kill = async () => {
        child.kill('SIGKILL');
        await ended;
      };
      return { address, kill };
    }
  }
  throw new Error(`the server ended:\n${text}`);
}

/** Starts a server over an empty data directory: how to ask it, kill it and start it again. */
export async function place() {
  const folder = await temporaryFolder();
  const data = join(folder.path, 'data');
  let server = await serve(data, '127.0.0.1:0');
  const { address } = server;
  const said = await run('token', 'create', '--data', data, '--tenant', 'default', '--scope', 'admin');
  const key = said.match(/\bgl_[0-9a-f]+_[0-9a-f]+\b/)[0];
  const get = async (target) => {
    const answer = await fetch(`${address}${target}`, { headers: { authorization: `Bearer ${key}` } });
    return answer.json();
  };
  return {
    address,
    key,
    spool: join(folder.path, 'spool'),
    kill: () => server.kill(),
    restart: async () => {
      server = await serve(data, new URL(address).host);
    },
    event: (id) => get(`/v1/events/${id}`),
    /** Every event there is, oldest first. */
    events: async () => {
      const events = [];
      let target = '/v1/events?order=asc&limit=1000';
      for (;;) {
        const page = await get(target);
        events.push(...page.events);
        if (page.next === null) return events;
        target = `/v1/events?order=asc&limit=1000&cursor=${page.next}`;
      }
    },
    remove: async () => {
      await server.kill();
      await folder.remove();
    },
  };
}
