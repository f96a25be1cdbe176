// A stand-in for an OpenID provider: one person, no questions, tokens signed with a key of its own.

import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Starts a provider for the client `clientId`; `person` are the claims of whoever comes. */
export async function startProvider(clientId, clientSecret) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const begun = new Map();
  const provider = { person: {}, issuer: '', stop: () => server.close() };
  const routes = {
    '/.well-known/openid-configuration': () => ({
      issuer: provider.issuer,
      authorization_endpoint: `${provider.issuer}/authorize`,
      token_endpoint: `${provider.issuer}/token`,
      jwks_uri: `${provider.issuer}/keys`,
    }),
    '/keys': () => ({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig' }] }),
  };

  function authorize(parameters, response) {
    const code = `code-${begun.size}`;
    begun.set(code, parameters);
    const back = new URL(parameters.get('redirect_uri'));
    back.searchParams.set('code', code);
    back.searchParams.set('state', parameters.get('state'));
    response.writeHead(302, { location: back.href }).end();
  }

  async function exchange(request) {
    const form = new URLSearchParams(await text(request));
    const parameters = begun.get(form.get('code'));
    begun.delete(form.get('code'));
    const challenge = createHash('sha256').update(form.get('code_verifier')).digest('base64url');
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    const isRight =
      challenge === parameters?.get('code_challenge') &&
      form.get('redirect_uri') === parameters.get('redirect_uri') &&
      request.headers.authorization === `Basic ${basic}`;
    if (!isRight) return { error: 'invalid_grant' };
    const now = Math.floor(Date.now() / 1000);
    const nonce = parameters.get('nonce');
    const claims = { iss: provider.issuer, aud: clientId, nonce, iat: now, exp: now + 300 };
    const signed = `${encode({ alg: 'ES256', kid: 'k1' })}.${encode({ ...claims, ...provider.person })}`;
    const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    return { access_token: 'unused', id_token: `${signed}.${signature.toString('base64url')}` };
  }

  const server = createServer(async (request, response) => {
    const url = new URL(request.url, provider.issuer);
    if (url.pathname === '/authorize') return authorize(url.searchParams, response);
    const answer = url.pathname === '/token' ? await exchange(request) : routes[url.pathname]?.();
    response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  provider.issuer = `http://127.0.0.1:${server.address().port}`;
  return provider;
}

async function text(request) {
  let body = '';
  for await (const part of request.setEncoding('utf8')) body += part;
  return body;
}
