// The recording proxy with nginx in front of it, as the documentation says, and nginx behind it.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { record, temporaryFolder } from '../browser/program.mjs';
import { startNginx } from './nginx.mjs';
import { serveRecords, tokenFor } from './server.mjs';
import { signer } from './signer.mjs';

const DOCUMENTATION = new URL('../../docs/record.md', import.meta.url);
const ISSUER = 'https://id.acme.example/oidc';
const AUDIENCE = 'https://default.logto.app/api';

/** What is asked for again and again until it comes is there after so many tries of 20 ms. */
const TRIES_MAX = 1_000;

/** Keys at /oidc/jwks, an echo after an upgrade, pieces at /api/pieces; elsewhere what was asked. */
async function startApi({ jwk }) {
  let send;
  const server = createServer(async (asked, response) => {
    if (asked.url === '/oidc/jwks') {
      response.end(JSON.stringify({ keys: [jwk] }));
    } else if (asked.url === '/api/pieces') {
      response.write('first');
      await new Promise((resolve) => {
        send = resolve;
      });
      response.end('last');
    } else {
      let bytes = 0;
      for await (const chunk of asked) bytes += chunk.length;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ id: 'u1', bytes, headers: asked.headers }));
    }
  });
  server.on('upgrade', (_, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n');
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `http://127.0.0.1:${server.address().port}`;
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { address, stop, sendLast: () => send() };
}

/** The part of the documented configuration of nginx that is about the API. */
async function documentedLocation(address) {
  const text = await readFile(DOCUMENTATION, 'utf8');
  const [location] = text.match(/location \/api\/ \{[^}]*\}/);
  assert.ok(location.includes('http://127.0.0.1:8621'));
  return location.replace('http://127.0.0.1:8621', address);
}

describe('nginx around the recording proxy', () => {
  const stops = [];
  const keys = signer();
  let api;
  let gatelog;
  let front;
  let readKey;

  before(async () => {
    api = await startApi(keys);
    stops.push(api.stop);
    gatelog = await serveRecords({ records: '', format: 'native' });
    stops.push(gatelog.stop);
    readKey = await tokenFor(gatelog, 'read');
    const behind = await startNginx(`
      client_max_body_size 0;
      location / {
        proxy_pass ${api.address};
        proxy_request_buffering off;
        proxy_http_version 1.1;
        proxy_buffering off;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;
      }
    `);
    stops.push(behind.stop);
    const folder = await temporaryFolder();
    stops.push(folder.remove);
    const config = join(folder.path, 'gatelog.toml');
    await writeFile(
      config,
      `[record]
      upstream = "${behind.address}"
      behind_proxy = ["127.0.0.0/8"]
      spool = "${folder.path}/spool"
      [[record.issuers]]
      issuer = "${ISSUER}"
      audience = "${AUDIENCE}"
      algorithm = "ES384"
      jwks_url = "${api.address}/oidc/jwks"`,
    );
    const sendKey = await tokenFor(gatelog, 'ingest');
    const proxy = await record('--config', config, '--url', gatelog.address, '--token', sendKey);
    stops.push(proxy.stop);
    const location = await documentedLocation(proxy.address);
    front = await startNginx(`client_max_body_size 0; ${location}`);
    stops.push(front.stop);
  });
  after(async () => {
    for (const stop of stops.reverse()) await stop();
  });

  /** The one event of this route, once it is there. */
  async function eventOf(route) {
    for (let attempt = 0; attempt < TRIES_MAX; attempt += 1) {
      const headers = { authorization: `Bearer ${readKey}` };
      const { events } = await (await fetch(`${gatelog.address}/v1/events`, { headers })).json();
      const found = events.filter(({ data }) => data.route === route);
      if (found.length > 0) return found[0];
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`no event of ${route}`);
  }

  test('passes on a large upload, and records who sent it', async () => {
    const exp = Math.floor(Date.now() / 1000) + 600;
    const claims = { iss: ISSUER, aud: AUDIENCE, sub: 'u7', client_id: 'admin-console', scope: 'all', exp };
    const response = await fetch(`${front.address}/api/users`, {
      method: 'POST',
      headers: { authorization: `Bearer ${keys.sign(claims)}`, 'content-type': 'text/plain' },
      body: 'x'.repeat(8 << 20),
    });
    const { bytes, headers } = await response.json();
    assert.equal(bytes, 8 << 20);
    assert.match(headers['x-forwarded-for'], /^127\.0\.0\.1, 127\.0\.0\.1/);
    const event = await eventOf('/api/users');
    assert.equal(event.type, 'api.create');
    assert.deepEqual(event.actor, { kind: 'user', id: 'u7' });
    assert.equal(event.application.id, 'admin-console');
    assert.deepEqual(event.target, { kind: 'user', id: 'u1' });
    assert.deepEqual(event.data.caller, { scheme: 'jwt', verified: true, iss: ISSUER, aud: AUDIENCE, scope: 'all' });
  });

  test('says why a token is not believed', async () => {
    const claims = { iss: ISSUER, aud: AUDIENCE, sub: 'u7', exp: 1 };
    const headers = { authorization: `Bearer ${keys.sign(claims)}` };
    assert.equal((await fetch(`${front.address}/api/roles`, { headers })).status, 200);
    const { caller } = (await eventOf('/api/roles')).data;
    assert.equal(caller.verified, false);
    assert.equal(caller.reason, 'the token has expired');
  });

  test('passes on an answer piece by piece', async () => {
    const response = await fetch(`${front.address}/api/pieces`);
    const reader = response.body.getReader();
    const text = ({ value }) => Buffer.from(value).toString();
    assert.equal(text(await reader.read()), 'first');
    api.sendLast();
    assert.equal(text(await reader.read()), 'last');
    assert.equal((await eventOf('/api/pieces')).outcome, 'success');
  });

  test('passes bytes both ways after an upgrade', async () => {
    const asking = request(`${front.address}/api/echo`, {
      headers: { connection: 'Upgrade', upgrade: 'websocket' },
    });
    asking.end();
    const [, socket] = await once(asking, 'upgrade');
    socket.write('over and out');
    const [echoed] = await once(socket, 'data');
    assert.equal(echoed.toString(), 'over and out');
    socket.destroy();
    assert.equal((await eventOf('/api/echo')).data.status, 101);
  });
});
