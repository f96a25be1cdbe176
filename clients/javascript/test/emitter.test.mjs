// What arrives, what is refused, and what a spool survives.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { EventEmitter, once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';

import { Emitter, expressMiddleware } from '@gatelog/client';

import { place } from './places.mjs';

let here;

before(async () => {
  here = await place();
});

after(() => here.remove());

async function folder(context) {
  const path = await mkdtemp(join(tmpdir(), 'gatelog-client-'));
  context.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** A server that answers what `answer` says, and keeps the lines it was sent. */
async function answering(context, answer) {
  const sent = [];
  const server = createServer(async (request, response) => {
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    const body = Buffer.concat(pieces);
    const isCompressed = request.headers['content-encoding'] === 'gzip';
    const lines = String(isCompressed ? gunzipSync(body) : body).trimEnd().split('\n');
    sent.push(lines.map((line) => JSON.parse(line)));
    const { status = 200, headers = {}, rejected = [] } = answer(lines, sent.length);
    const accepted = lines.length - rejected.length;
    response.writeHead(status, headers);
    response.end(
      JSON.stringify({ accepted, duplicates: 0, conflicts: 0, rejected, rejected_total: rejected.length }),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  return { url: `http://127.0.0.1:${server.address().port}`, sent };
}

test('events arrive as they were emitted, and refused ones are told', async (context) => {
  const troubles = [];
  const emitter = await Emitter.open({
    url: here.address,
    key: here.key,
    spool: await folder(context),
    onTrouble: (trouble) => troubles.push(trouble),
  });
  const event = {
    id: 'e1',
    type: 'login',
    time: 1_795_184_971_123,
    outcome: 'failure',
    actor: { kind: 'user', identifier: 'ada@acme.example' },
    ip: '203.0.113.24',
    data: { attempt: 3 },
  };
  assert.equal(emitter.emit(event), true);
  assert.equal(emitter.emit({ type: '' }), true);
  await emitter.flush();
  const kept = await here.event('e1');
  assert.equal(kept.time, '2026-11-20T14:29:31.123000Z');
  assert.deepEqual([kept.outcome, kept.ip, kept.actor.identifier], ['failure', event.ip, event.actor.identifier]);
  assert.equal(kept.data.attempt, 3);
  assert.equal(kept.data.producer.sequence, 1);
  assert.deepEqual(await emitter.shutdown(60_000), { emitted: 2, kept: 1, rejected: 1, lost: 0 });
  assert.deepEqual(troubles.map(({ kind, reason }) => [kind, reason]), [
    ['rejected', '`type` is the event type and must not be empty'],
  ]);
  assert.equal(emitter.emit({ type: 't' }), false);
  assert.equal(emitter.counts.lost, 1);
});

test('what a server does not take at once is sent again', async (context) => {
  const statuses = [503, 429, 507, 401, 200];
  const { url, sent } = await answering(context, (_, number) => ({ status: statuses[number - 1] }));
  const troubles = [];
  const emitter = await Emitter.open({
    url,
    key: 'k',
    spool: await folder(context),
    onTrouble: ({ reason }) => troubles.push(reason),
  });
  emitter.emit({ type: 't' });
  await emitter.flush();
  assert.equal(sent.length, 5);
  assert.equal(new Set(sent.map(([{ id }]) => id)).size, 1);
  assert.deepEqual(troubles.map((reason) => Number.parseInt(reason, 10)), statuses.slice(0, 4));
  await emitter.shutdown(0);
});

test('a body that is too large is sent in parts', async (context) => {
  const { url, sent } = await answering(context, (lines) => ({ status: lines.length > 3 ? 413 : 200 }));
  const emitter = await Emitter.open({ url, key: 'k', spool: await folder(context) });
  for (let event = 0; event < 10; event += 1) emitter.emit({ type: 't', id: `e${event}` });
  await emitter.flush();
  const kept = sent.filter((events) => events.length <= 3).flat();
  assert.deepEqual(kept.map(({ id }) => id), Array.from({ length: 10 }, (_, event) => `e${event}`));
  assert.equal((await emitter.shutdown(0)).kept, 10);
});

test('a line of the spool that is cut or changed is told, and the others are sent', async (context) => {
  const spool = await folder(context);
  const down = await Emitter.open({ url: 'http://127.0.0.1:9', key: 'k', spool });
  for (const id of ['e1', 'e2', 'e3']) down.emit({ type: 't', id });
  await down.spooled();
  await down.shutdown(0);
  const file = join(spool, `${'1'.padStart(20, '0')}.spool`);
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('"e2"', '"x2"').slice(0, -5));
  const { url, sent } = await answering(context, () => ({}));
  const troubles = [];
  const onTrouble = ({ kind }) => troubles.push(kind);
  const emitter = await Emitter.open({ url, key: 'k', spool, onTrouble });
  emitter.emit({ type: 't', id: 'e4' });
  await emitter.flush();
  assert.deepEqual(sent.flat().map(({ id }) => id), ['e1', 'e4']);
  assert.deepEqual(troubles, ['damaged', 'damaged']);
  await emitter.shutdown(0);
});

test('a file of the spool that is gone is told and passed over', async (context) => {
  const spool = await folder(context);
  const troubles = new EventEmitter();
  const onTrouble = ({ kind }) => troubles.emit(kind);
  const [isDelayed, isDamaged] = ['delayed', 'damaged'].map((kind) => once(troubles, kind));
  const emitter = await Emitter.open({ url: 'http://127.0.0.1:9', key: 'k', spool, onTrouble });
  emitter.emit({ type: 't' });
  await isDelayed;
  await rm(join(spool, `${'1'.padStart(20, '0')}.spool`));
  await Promise.all([isDamaged, emitter.flush()]);
  await emitter.shutdown(0);
});

test('a full queue loses events with their numbers, and tells how many', async (context) => {
  const { url, sent } = await answering(context, () => ({}));
  const emitter = await Emitter.open({ url, key: 'k', spool: await folder(context) });
  // Nothing is written before this function waits.
  const queued = Array.from({ length: 10_003 }, () => emitter.emit({ type: 't' })).filter(Boolean);
  assert.equal(queued.length, 10_000);
  const counts = await emitter.shutdown(60_000);
  assert.deepEqual([counts.lost, counts.kept], [3, 10_001]);
  const events = sent.flat();
  const told = events.find(({ type }) => type === 'emitter.lost');
  assert.equal(told.data.lost, 3);
  assert.equal(told.data.producer.sequence, 10_004);
});

test('a spool has one owner', async (context) => {
  const spool = await folder(context);
  const options = { url: 'http://127.0.0.1:9', key: 'k', spool };
  const first = await Emitter.open(options);
  await assert.rejects(Emitter.open(options), /is the spool of another emitter that is running/);
  await first.shutdown(0);
  await (await Emitter.open(options)).shutdown(0);
});

test('the middleware records each call', async (context) => {
  const { url, sent } = await answering(context, () => ({}));
  const emitter = await Emitter.open({ url, key: 'k', spool: await folder(context) });
  const middleware = expressMiddleware(emitter, ({ user }) => ({ actor: { kind: 'user', id: user } }));
  const application = createServer((request, response) => {
    // As Express does.
    request.ip = '203.0.113.24';
    middleware(request, response, () => {
      request.route = { path: '/users/:id' };
      request.user = 'ada';
      response.writeHead(404).end();
    });
  }).listen(0, '127.0.0.1');
  await once(application, 'listening');
  context.after(() => application.close());
  const headers = { 'user-agent': 'curl/8', 'x-request-id': 'r7', connection: 'close' };
  await fetch(`http://127.0.0.1:${application.address().port}/users/7?token=abc`, { headers });
  await emitter.shutdown(60_000);
  const [{ id, time, data, ...event }] = sent.flat();
  assert.deepEqual(event, {
    type: 'http.request',
    outcome: 'failure',
    ip: '203.0.113.24',
    user_agent: 'curl/8',
    request: 'r7',
    actor: { kind: 'user', id: 'ada' },
  });
  assert.ok(id && time && Number.isInteger(data.duration_ms));
  assert.deepEqual([data.method, data.route, data.status], ['GET', '/users/:id', 404]);
});
