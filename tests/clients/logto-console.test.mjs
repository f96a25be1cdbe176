// A Logto with its own Console: nginx in front sends the audit log to Gatelog and everything else to
// Logto, of which there is a stand-in that publishes keys and answers whatever else is asked.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';

import { KNOWN, knownRows } from '../browser/rows.mjs';
import { startNginx } from './nginx.mjs';
import { serveLogto } from './server.mjs';
import { signer } from './signer.mjs';

const SNIPPET = new URL('../../docs/dialects/logto.nginx.conf', import.meta.url);
const CONSOLE = 'https://admin.acme.example';
const INDICATOR = 'https://default.logto.app/api';

/** Keys at /oidc/jwks; elsewhere it says that it was asked. */
async function startLogto({ jwk }) {
  const server = createServer((request, response) => {
    const answer = request.url === '/oidc/jwks' ? { keys: [jwk] } : { answeredBy: 'logto' };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `http://127.0.0.1:${server.address().port}`;
  return { address, stop: () => server.close() };
}

describe('a Logto whose audit log is here', () => {
  const stops = [];
  const keys = signer();
  const rows = knownRows();
  let address;
  let token;

  before(async () => {
    const logto = await startLogto(keys);
    stops.push(logto.stop);
    const configuration = `
      [logto]
      console_origins = ["${CONSOLE}"]
      [[logto.issuers]]
      issuer = "https://id.acme.example/oidc"
      jwks_url = "${logto.address}/oidc/jwks"
    `;
    const gatelog = await serveLogto({ rows, configuration });
    stops.push(gatelog.stop);
    const snippet = await readFile(SNIPPET, 'utf8');
    const nginx = await startNginx(`
      ${snippet.replace('http://127.0.0.1:8620', gatelog.address)}
      location / { proxy_pass ${logto.address}; }
    `);
    stops.push(nginx.stop);
    address = nginx.address;
    const exp = Math.floor(Date.now() / 1000) + 600;
    const claims = { iss: 'https://id.acme.example/oidc', aud: INDICATOR, sub: 'console', scope: 'all' };
    token = (changes = {}) => keys.sign({ ...claims, exp, ...changes });
  });
  after(async () => {
    for (const stop of stops.reverse()) await stop();
  });

  const ask = (path, init = {}) =>
    fetch(`${address}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token(init.claims)}`, origin: CONSOLE, ...init.headers },
    });

  test('shows its Console the log, as the Console asks for it', async () => {
    const query = `page=1&page_size=20&enableCap=true&start_time=${rows[0].createdAt}`;
    const response = await ask(`/api/logs?${query}`);
    assert.equal(response.status, 200);
    const ids = (await response.json()).map(({ id }) => id);
    assert.deepEqual(ids, rows.slice(-20).reverse().map(({ id }) => id));
    assert.equal(response.headers.get('total-number'), String(KNOWN.total));
    assert.equal(response.headers.get('access-control-allow-origin'), CONSOLE);
    assert.ok(response.headers.get('link').startsWith(`<${address}/logs?page=1&`));
    const one = await ask(`/api/logs/${ids[0]}`);
    assert.equal((await one.json()).id, ids[0]);
    const hook = await ask('/api/hooks/hook1/recent-logs?page=1');
    assert.deepEqual(await hook.json(), []);
  });

  test('answers what its browser asks first', async () => {
    const response = await ask('/api/logs', {
      method: 'OPTIONS',
      headers: {
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'authorization',
      },
    });
    assert.equal(response.status, 204);
    assert.equal(response.headers.get('access-control-allow-headers'), 'authorization');
  });

  test('leaves everything else to Logto', async () => {
    for (const path of ['/api/users', '/api/hooks', '/api/hooks/hook1', '/api/logsX', '/oidc/token']) {
      const response = await ask(path);
      assert.deepEqual(await response.json(), { answeredBy: 'logto' }, path);
    }
  });

  test('refuses tokens that do not hold', async () => {
    for (const [claims, status] of [
      [{ aud: 'https://admin.logto.app/api' }, 401],
      [{ iss: 'https://evil.example/oidc' }, 401],
      [{ exp: 1 }, 401],
      [{ scope: 'openid' }, 403],
    ]) {
      const response = await ask('/api/logs', { claims });
      assert.equal(response.status, status, JSON.stringify(claims));
    }
  });
});
