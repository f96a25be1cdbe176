// A Logto with its own Console: nginx in front sends the audit log to Gatelog and everything else to
// Logto, of which there is a stand-in that publishes keys and answers whatever else is asked.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createSign, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { temporaryFolder } from '../browser/program.mjs';
import { KNOWN, knownRows } from '../browser/rows.mjs';
import { serveLogto } from './server.mjs';

const NGINX = process.env.NGINX_PROGRAM ?? '/usr/sbin/nginx';
const SNIPPET = new URL('../../docs/dialects/logto.nginx.conf', import.meta.url);
const CONSOLE = 'https://admin.acme.example';
const INDICATOR = 'https://default.logto.app/api';

/** Keys as a Logto makes them, and tokens signed with them. */
function signer() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'current', use: 'sig', alg: 'ES384' };
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const sign = (claims) => {
    const signed = `${encode({ alg: 'ES384', typ: 'at+jwt', kid: jwk.kid })}.${encode(claims)}`;
    const signature = createSign('SHA384').update(signed);
    const key = { key: privateKey, dsaEncoding: 'ieee-p1363' };
    return `${signed}.${signature.sign(key).toString('base64url')}`;
  };
  return { jwk, sign };
}

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

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** nginx with the snippet of the documentation, in a folder of its own. */
async function startNginx({ gatelog, logto }) {
  const folder = await temporaryFolder();
  const port = await freePort();
  const snippet = (await readFile(SNIPPET, 'utf8')).replace('http://127.0.0.1:8620', gatelog);
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const temporary = paths.map((it) => `${it}_temp_path ${folder.path}/${it};`).join('\n');
  const configuration = `
    daemon off; pid ${folder.path}/pid; error_log stderr; worker_processes 1;
    events {}
    http {
      access_log off; ${temporary}
      server {
        listen 127.0.0.1:${port};
        ${snippet}
        location / { proxy_pass ${logto}; }
      }
    }`;
  const file = join(folder.path, 'nginx.conf');
  await writeFile(file, configuration);
  const child = spawn(NGINX, ['-c', file, '-p', folder.path, '-e', 'stderr'], { stdio: 'inherit' });
  await answers(port);
  const stop = async () => {
    child.kill('SIGQUIT');
    await once(child, 'close');
    await folder.remove();
  };
  return { address: `http://127.0.0.1:${port}`, stop };
}

/** Waits until somebody listens, for a few seconds at most. */
async function answers(port) {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const socket = connect(port, '127.0.0.1');
    const [outcome] = await Promise.race([
      once(socket, 'connect').then(() => ['connected']),
      once(socket, 'error'),
    ]).catch((error) => [error]);
    socket.destroy();
    if (outcome === 'connected') return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`nobody listens on port ${port}`);
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
    const nginx = await startNginx({ gatelog: gatelog.address, logto: logto.address });
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
