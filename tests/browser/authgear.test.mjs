// The page at the address of Authgear's Admin API: a document is sent, and its answer shown.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { serveRows } from './program.mjs';
import { KNOWN, knownRows } from './rows.mjs';
import { arrive, openBrowser } from './visitor.mjs';

const ADDRESS = '/_api/admin/graphql';

describe("the page of Authgear's Admin API", { timeout: 300_000 }, () => {
  let gatelog;
  let browser;
  let visitor;

  before(async () => {
    gatelog = await serveRows(knownRows());
    browser = await openBrowser();
    visitor = await arrive(browser, gatelog.address);
  });

  after(async () => {
    await browser?.close();
    await gatelog?.stop();
  });

  const answer = () => visitor.page.locator('output');

  it('sends a document with variables and shows the answer', async () => {
    await visitor.go(ADDRESS);
    const { page } = visitor;
    await page.getByLabel('Token').fill(await gatelog.keyFor('read'));
    const query = 'query ($types: [AuditLogActivityType!]) { auditLogs(activityTypes: $types) { totalCount } }';
    await page.getByLabel('Document').fill(query);
    await page.getByLabel('Variables').fill('{ "types": ["USER_AUTHENTICATED"] }');
    await page.getByRole('button', { name: 'Ask' }).click();
    await answer().filter({ hasText: 'totalCount' }).waitFor();
    const shown = await answer().textContent();
    assert.match(shown, /^200 /);
    const signIns = KNOWN.total - KNOWN.tokens - KNOWN.failures;
    assert.match(shown, new RegExp(`"totalCount": ${signIns}\\b`));
    assert.equal(visitor.path(), ADDRESS, 'nothing of it is in the address');
    visitor.assertNoComplaints();
  });

  it('fills in an example', async () => {
    const { page } = visitor;
    await page.getByRole('button', { name: 'Try it' }).first().click();
    assert.match(await page.getByLabel('Document').inputValue(), /auditLogs\(first: 5\)/);
    await page.getByLabel('Variables').fill('');
    await page.getByRole('button', { name: 'Ask' }).click();
    await answer().filter({ hasText: 'edges' }).waitFor();
    visitor.assertNoComplaints();
  });

  it('does without JavaScript, but for the form', async () => {
    const plain = await arrive(browser, gatelog.address, { javaScriptEnabled: false });
    await plain.go(ADDRESS);
    assert.equal(await plain.page.locator('form').isVisible(), false);
    assert.ok(await plain.page.getByText('type AuditLog implements Node').isVisible());
    plain.assertNoComplaints();
  });
});
