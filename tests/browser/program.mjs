// The program under test: started on a free port, read until it has said how to sign in.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ndjson } from './rows.mjs';

const PROGRAM = process.env.GATELOG_PROGRAM ?? '../../target/debug/gatelog';

/** An unoptimised build on a busy machine fills its demo within this time. */
const START_MS_MAX = 180_000;

/** What the program prints, whatever stands around it. */
const ADDRESS = /https?:\/\/(?:127\.0\.0\.1|localhost):\d+/;
const USER = /\bUser\s*:?\s+(\S+)/i;
const PASSWORD = /\b[0-9a-z]{5}(?:-[0-9a-z]{5}){3}\b/;

const KEY = /\bgl_[0-9a-f]+_[0-9a-f]+\b/;

/** An empty folder, and the function that removes it with what is in it. */
export async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'gatelog-browser-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Runs the program to its end and returns what it wrote. Rejects when it fails. */
export async function run(...parameters) {
  const program = launch(parameters);
  const [code] = await once(program.child, 'close');
  if (code !== 0) {
    throw new Error(`gatelog ${parameters.join(' ')} ended with ${code}:\n${program.output()}`);
  }
  return program.output();
}

/** Starts the program as a server: its address, who may sign in, and how to stop it. */
export async function serve(...parameters) {
  const { child, output } = launch([...parameters, '--listen', '127.0.0.1:0']);
  const { address, user, password } = await signInDetails(child, output);
  return {
    address,
    user,
    password,
    output,
    /** Asks the server to end and resolves to its exit code. */
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        await once(child, 'close');
      }
      return child.exitCode;
    },
  };
}

/** Starts `gatelog record`: its address, and how to stop it. */
export async function record(...parameters) {
  const { child, output } = launch(['record', ...parameters, '--listen', '127.0.0.1:0']);
  const closed = once(child, 'close');
  const announced = () => output().match(/Proxy\s+(http\S+)\//)?.[1];
  while (announced() === undefined) {
    const [code] = await Promise.race([once(child.stdout, 'data'), closed]);
    if (typeof code === 'number') throw new Error(`gatelog record ended with ${code}:\n${output()}`);
  }
  const stop = async () => {
    child.kill('SIGTERM');
    await closed;
  };
  return { address: announced(), output, stop };
}

/**
 * Imports Logto `rows` into a new data directory and serves it, with `settings` as its
 * configuration. `send` posts more rows, as lines;
 * `keyFor` makes an API key with a scope; `stop` removes the directory as well.
 */
export async function serveRows(rows, settings = '') {
  const folder = await temporaryFolder();
  const file = join(folder.path, 'rows.ndjson');
  const data = join(folder.path, 'data');
  await writeFile(file, ndjson(rows));
  await run('import', '--data', data, '--format', 'logto', '--tenant', 'default', file);
  const keyFor = async (scope) => {
    const said = await run('token', 'create', '--data', data, '--tenant', 'default', '--scope', scope);
    return said.match(KEY)[0];
  };
  const key = await keyFor('ingest');
  const config = join(folder.path, 'gatelog.toml');
  await writeFile(config, settings);
  const server = await serve('serve', '--data', data, '--config', config);
  const send = async (body) => {
    const headers = { authorization: `Bearer ${key}` };
    const sent = { method: 'POST', headers, body };
    const answer = await fetch(`${server.address}/v1/events?format=logto`, sent);
    if (!answer.ok) throw new Error(`events were refused: ${await answer.text()}`);
  };
  const stop = async () => {
    const code = await server.stop();
    await folder.remove();
    return code;
  };
  return { ...server, keyFor, send, stop };
}

function launch(parameters) {
  const child = spawn(PROGRAM, parameters, { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  const keep = (chunk) => {
    text += chunk;
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  return { child, output: () => text };
}

function signInDetails(child, output) {
  return new Promise((resolve, reject) => {
    const fail = (reason) => {
      child.kill('SIGKILL');
      reject(new Error(`${reason}; it wrote:\n${output()}`));
    };
    const timer = setTimeout(() => fail('no sign-in details in time'), START_MS_MAX);
    child.once('error', (error) => fail(error.message));
    child.once('close', (code) => {
      clearTimeout(timer);
      fail(`the server ended with ${code}`);
    });
    child.stdout.on('data', read);
    child.stderr.on('data', read);

    function read() {
      const address = output().match(ADDRESS)?.[0];
      const user = output().match(USER)?.[1];
      const password = output().match(PASSWORD)?.[0];
      if (address && user && password) {
        clearTimeout(timer);
        resolve({ address, user, password });
      }
    }
  });
}
