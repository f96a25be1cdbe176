// The hook for PlusAuth that docs/sources/plusauth.md gives, run as PlusAuth runs it: a module with
// `handle`, which takes what is known of a login and returns it.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { describe, test } from 'node:test';

import { serveRecords, tokenFor } from './server.mjs';

const HOOK = new URL('../../docs/sources/plusauth-hook.mjs', import.meta.url);
const DOCUMENTATION = new URL('../../docs/sources/plusauth.md', import.meta.url);

/** What a post-login hook is given. */
const LOGIN = {
  client: { client_id: 'OXRatAZVLkV5', client_name: 'Shop', client_secret: 's3cret' },
  user: { id: 'WjG0qPpyNLJ9VQd5', username: 'ada', email: 'ada@acme.example', password: 's3cret' },
  context: {
    request: {
      ip: '203.0.113.24',
      userAgent: 'Mozilla/5.0',
      body: { password: 's3cret' },
      headers: { cookie: 's3cret' },
    },
    connection: { name: 'plusauth' },
  },
};

/** The hook with an address and a key of its own. */
async function hookFor(address, key) {
  const source = await readFile(HOOK, 'utf8');
  const own = source.replace('https://logs.acme.example', address).replace('gl_...', key);
  assert.ok(own.includes(address) && own.includes(key));
  return import(`data:text/javascript,${encodeURIComponent(own)}`);
}

/** Something that answers a request in its own way. */
async function standIn(answer) {
  const server = createServer(answer);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { address: `http://127.0.0.1:${server.address().port}`, close };
}

describe('the hook for PlusAuth', { timeout: 120_000 }, () => {
  test('tells Gatelog who signed in, and nothing of what they typed', async () => {
    const server = await serveRecords({ records: '', format: 'native' });
    try {
      const { handle } = await hookFor(server.address, await tokenFor(server, 'ingest'));
      assert.equal(await handle(LOGIN), LOGIN);
      const headers = { authorization: `Bearer ${await tokenFor(server, 'read')}` };
      const answer = await fetch(`${server.address}/v1/events?q=type%20%3D%20%22login%22`, { headers });
      const body = await answer.text();
      assert.ok(!body.includes('s3cret'), body);
      const [event] = JSON.parse(body).events;
      assert.equal(event.actor.id, 'WjG0qPpyNLJ9VQd5');
      assert.equal(event.actor.identifier, 'ada');
      assert.equal(event.application.id, 'OXRatAZVLkV5');
      assert.equal(event.ip, '203.0.113.24');
      assert.equal(event.outcome, 'success');
    } finally {
      await server.stop();
    }
  });

  test('lets people in when Gatelog refuses, is silent, or is not there', async () => {
    const refusing = await standIn((_, response) => response.writeHead(507).end());
    const silent = await standIn(() => {});
    const gone = await standIn(() => {});
    gone.close();
    try {
      for (const { address } of [refusing, silent, gone]) {
        const { handle } = await hookFor(address, 'gl_key');
        for (const login of [LOGIN, {}, { user: null, context: { request: null } }, undefined]) {
          assert.equal(await handle(login), login);
        }
      }
    } finally {
      refusing.close();
      silent.close();
    }
  });

  test('keeps to what Gatelog takes', async () => {
    const bodies = [];
    const server = await standIn(async (request, response) => {
      let body = '';
      for await (const part of request) body += part;
      bodies.push(JSON.parse(body));
      response.end('{}');
    });
    try {
      const { handle } = await hookFor(server.address, 'gl_key');
      const long = 'x'.repeat(100_000);
      const request = { ip: long, userAgent: long };
      await handle({ user: { id: long, username: { $: 1 } }, context: { request } });
      assert.equal(bodies[0].actor.id.length, 128);
      assert.equal(bodies[0].actor.identifier, undefined);
      assert.ok(JSON.stringify(bodies[0]).length < 2_048);
    } finally {
      server.close();
    }
  });

  test('is in the documentation as it is tested', async () => {
    const [page, hook] = await Promise.all([DOCUMENTATION, HOOK].map((file) => readFile(file, 'utf8')));
    assert.ok(page.includes(hook.trim()));
  });
});
