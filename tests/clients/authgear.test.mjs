// Authgear's portal asks with graphql-js in between: our schema as it reads it, its two documents
// checked against that, and what comes back.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';

import {
  buildClientSchema,
  buildSchema,
  findBreakingChanges,
  getIntrospectionQuery,
  parse,
  validate,
} from 'graphql';

import { serveRecords, tokenFor } from './server.mjs';

const DIALECT = new URL('../../crates/dialect/', import.meta.url);
const read = (path) => readFile(new URL(path, DIALECT), 'utf8');
const fixture = (name) => read(`tests/fixtures/${name}`);

describe("Authgear's portal", () => {
  let server;
  let ask;

  before(async () => {
    const records = await fixture('authgear-events.ndjson');
    server = await serveRecords({ records, format: 'authgear' });
    const token = await tokenFor(server, 'read');
    ask = async (body) => {
      const response = await fetch(`${server.address}/_api/admin/graphql`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      assert.equal(response.status, 200);
      return response.json();
    };
  });
  after(() => server?.stop());

  async function introspected() {
    const { data, errors } = await ask({ query: getIntrospectionQuery() });
    assert.equal(errors, undefined, JSON.stringify(errors));
    return buildClientSchema(data);
  }

  test('finds the part of its schema that is about audit logs', async () => {
    const expected = buildSchema(await read('src/authgear/schema.graphql'));
    const found = await introspected();
    // Of directives there are those of the GraphQL specification that each library is of.
    const differences = (one, other) =>
      findBreakingChanges(one, other).filter(({ type }) => !type.startsWith('DIRECTIVE_'));
    assert.deepEqual(differences(expected, found), []);
    assert.deepEqual(differences(found, expected), []);
    assert.equal(found.getType('AuditLogActivityType').getValues().length, 129);
  });

  test('may ask with its own documents', async () => {
    const schema = await introspected();
    for (const name of ['list', 'entry']) {
      const document = parse(await fixture(`authgear-portal-${name}.graphql`));
      assert.deepEqual(validate(schema, document), [], name);
    }
  });

  test('lists rows and opens one of them', async () => {
    const list = await fixture('authgear-portal-list.graphql');
    const rangeTo = '2030-01-01T00:00:00.000Z';
    const activityTypes = ['USER_AUTHENTICATED', 'AUTHENTICATION_PRIMARY_PASSWORD_FAILED'];
    const variables = { pageSize: 100, activityTypes, rangeTo, sortDirection: 'DESC' };
    const { data, errors } = await ask({ operationName: 'AuditLogListQuery', variables, query: list });
    assert.equal(errors, undefined, JSON.stringify(errors));
    const { edges, totalCount } = data.auditLogs;
    assert.ok(totalCount > 0);
    assert.equal(edges.length, totalCount);
    const [{ node }] = edges;
    assert.equal(node.__typename, 'AuditLog');
    assert.ok(activityTypes.includes(node.activityType));

    const query = await fixture('authgear-portal-entry.graphql');
    const opened = await ask({ operationName: 'AuditLogEntryQuery', variables: { logID: node.id }, query });
    assert.equal(opened.data.node.id, node.id);
    assert.deepEqual(opened.data.node.data, node.data);
  });
});
