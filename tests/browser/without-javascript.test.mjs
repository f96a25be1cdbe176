// The whole console with JavaScript switched off, over rows whose every answer is known.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { serveRows } from './program.mjs';
import { KNOWN, knownRows } from './rows.mjs';
import { arrive, openBrowser } from './visitor.mjs';

describe('the console without JavaScript', { timeout: 300_000 }, () => {
  let gatelog;
  let browser;
  let visitor;
  let page;

  before(async () => {
    gatelog = await serveRows(knownRows());
    browser = await openBrowser();
    visitor = await arrive(browser, gatelog.address, { javaScriptEnabled: false });
    page = visitor.page;
  });

  after(async () => {
    await browser?.close();
    await gatelog?.stop();
  });

  /** Chooses a value in the filter form and sends it, as somebody without scripts has to. */
  async function filter(control, value) {
    await page.locator(control).selectOption(value);
    await page.locator('#apply').click();
    await page.waitForLoadState();
  }

  it('signs in with the one-time password', async () => {
    await visitor.signIn(gatelog.user, gatelog.password);
    assert.equal(visitor.path(), '/account/password');
    await page.locator('#not-now').click();
    await page.waitForURL('**/logs');
    visitor.assertNoComplaints();
  });

  it('pages through every event once', async () => {
    assert.equal(await visitor.total(), KNOWN.total);
    const times = [];
    for (;;) {
      times.push(...(await visitor.rowTimes()));
      if ((await page.locator('#older').count()) === 0) break;
      await visitor.follow('#older');
    }
    assert.equal(times.length, KNOWN.total);
    assert.equal(new Set(times).size, KNOWN.total);
    assert.deepEqual(times, [...times].sort().reverse());

    await visitor.follow('#newest');
    assert.deepEqual(await visitor.rowTimes(), times.slice(0, 50));
    visitor.assertNoComplaints();
  });

  it('filters by result', async () => {
    await visitor.go('/logs');
    await filter('#filter-result', 'failure');
    assert.equal(await visitor.total(), KNOWN.failures);
    assert.deepEqual(await visitor.rowOutcomes(), new Set(['failure']));
    visitor.assertNoComplaints();
  });

  it('filters by event', async () => {
    await visitor.go('/logs');
    await filter('#filter-event', KNOWN.tokenKey);
    assert.equal(await visitor.total(), KNOWN.tokens);
    const titles = await visitor.rows().locator('td.event a').allInnerTexts();
    assert.equal(new Set(titles).size, 1);
    visitor.assertNoComplaints();
  });

  it('filters by user, and by result as well', async () => {
    await visitor.go('/logs');
    await page.locator('#filter-user').fill(KNOWN.ada);
    await page.locator('#apply').click();
    await page.waitForURL(/user=/);
    assert.equal(await visitor.total(), KNOWN.ofAda);
    await filter('#filter-result', 'failure');
    assert.equal(await visitor.total(), 0);
    assert.equal(await page.locator('#empty').count(), 1);
    visitor.assertNoComplaints();
  });

  it('shows an event and its neighbours, and knows where the list ends', async () => {
    await visitor.go('/logs');
    await visitor.follow('#events tbody tr:first-child td.event a');
    assert.equal(await page.locator('#newer').count(), 0);
    const newest = JSON.parse(await page.locator('#record').innerText());
    assert.deepEqual(newest, knownRows().at(-1));
    await visitor.follow('#older');
    const next = JSON.parse(await page.locator('#record').innerText());
    assert.deepEqual(next, knownRows().at(-2));
    visitor.assertNoComplaints();
  });

  it('lists both users and shows what one of them did', async () => {
    await visitor.go('/users');
    assert.equal(await visitor.total(), 2);
    await visitor.go(`/users/${KNOWN.ada}`);
    assert.equal(await visitor.total(), KNOWN.ofAda);
    await visitor.photograph('user-without-javascript');
    visitor.assertNoComplaints();
  });

  it('signs out', async () => {
    await visitor.signOut();
    await page.goto('/logs');
    assert.equal(visitor.path(), '/sign-in');
    visitor.assertNoComplaints();
  });
});
