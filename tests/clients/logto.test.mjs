// Logto's own client for its Management API, unchanged, against Gatelog.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { createManagementApi } from '@logto/api/management';

import { run } from '../browser/program.mjs';
import { KNOWN, knownRows } from '../browser/rows.mjs';
import { serveLogto } from './server.mjs';

const TENANT = 'default';

describe("Logto's client", () => {
  let server;
  let api;
  const rows = knownRows();

  before(async () => {
    server = await serveLogto({ rows });
    const answer = await run('client', 'create', '--data', server.data, '--dialect', 'logto', '--json');
    const client = JSON.parse(answer.match(/^\{.*\}$/m)[0]);
    // A slash at the end is what people write; the client then asks for //oidc/token.
    const baseUrl = `${server.address}/`;
    server.client = client;
    ({ apiClient: api } = createManagementApi(TENANT, {
      clientId: client.client_id,
      clientSecret: client.client_secret,
      baseUrl,
      apiIndicator: `https://${TENANT}.logto.app/api`,
    }));
  });
  after(() => server?.stop());

  /** What the client gets for these parameters. */
  async function logs(query) {
    const { data, error, response } = await api.GET('/api/logs', { params: { query } });
    assert.equal(error, undefined, JSON.stringify(error));
    return { ids: data.map(({ id }) => id), total: Number(response.headers.get('total-number')), response };
  }

  /** The ids of the rows that a plain look finds, newest first. */
  function look(matches) {
    return rows.filter(matches).map(({ id }) => id).reverse();
  }

  test('reads the newest page and how many there are', async () => {
    const { ids, total, response } = await logs({});
    assert.deepEqual(ids, look(() => true).slice(0, 20));
    assert.equal(total, KNOWN.total);
    assert.match(response.headers.get('link'), /rel="first".*rel="last".*rel="next"/);
  });

  test('asks with every parameter', async () => {
    const [start, end] = [rows[20].createdAt, rows[90].createdAt];
    const within = ({ createdAt }) => start <= createdAt && createdAt <= end;
    const application = rows[0].payload.applicationId;
    const cases = [
      [{ userId: KNOWN.ada }, (row) => row.payload.userId === KNOWN.ada],
      [{ applicationId: application }, (row) => row.payload.applicationId === application],
      [{ logKey: KNOWN.tokenKey }, (row) => row.key === KNOWN.tokenKey],
      [{ start_time: String(start), end_time: String(end) }, within],
      [{ userId: 'nobody' }, () => false],
      [
        { userId: KNOWN.ada, logKey: KNOWN.tokenKey, start_time: String(start), end_time: String(end) },
        (row) => row.payload.userId === KNOWN.ada && row.key === KNOWN.tokenKey && within(row),
      ],
    ];
    for (const [query, matches] of cases) {
      const { ids, total } = await logs({ ...query, page_size: 100, enableCap: 'true' });
      assert.deepEqual(ids, look(matches).slice(0, 100), JSON.stringify(query));
      assert.equal(total, look(matches).length, JSON.stringify(query));
    }
    const { ids } = await logs({ page: 3, page_size: 7 });
    assert.deepEqual(ids, look(() => true).slice(14, 21));
  });

  test('reads one row as Logto has it', async () => {
    const [row] = rows;
    const { data } = await api.GET('/api/logs/{id}', { params: { path: { id: row.id } } });
    assert.deepEqual(data, row);
  });

  test('is told what is wrong', async () => {
    const none = await api.GET('/api/logs/{id}', { params: { path: { id: 'nosuch' } } });
    assert.equal(none.response.status, 404);
    assert.equal(none.error.code, 'entity.not_exists_with_id');
    const wrong = await api.GET('/api/logs', { params: { query: { page_size: 101 } } });
    assert.equal(wrong.error.code, 'guard.invalid_pagination');
  });

  test('is refused at once when its client is revoked', async () => {
    await run('client', 'revoke', '--data', server.data, server.client.client_id);
    const { response, error } = await api.GET('/api/logs', {});
    assert.equal(response.status, 401);
    assert.equal(error.code, 'auth.unauthorized');
  });
});
