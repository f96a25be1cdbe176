// Exports of the audit logs: how far they are, and that they can be ended.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';

import { Gate } from './gate.mjs';
import { serveRows } from './program.mjs';
import { laterRow } from './rows.mjs';
import { arrive, openBrowser } from './visitor.mjs';

/** As NDJSON several times what the gate and the connections around it hold. */
const EVENTS = 60_000;

describe('an export', { timeout: 300_000 }, () => {
  let gatelog;
  let gate;
  let browser;
  let visitor;
  let page;

  before(async () => {
    gatelog = await serveRows(Array.from({ length: EVENTS }, (_, number) => laterRow(number)));
    gate = await Gate.before(gatelog.address);
    browser = await openBrowser();
    visitor = await arrive(browser, gate.address);
    page = visitor.page;
    await visitor.signIn(gatelog.user, gatelog.password);
  });

  after(async () => {
    await browser?.close();
    await gate?.close();
    await gatelog?.stop();
  });

  /** Begins an export from the menu; resolves to the browser's download. */
  async function begin(format) {
    await visitor.go('/logs');
    await page.locator('#keep > summary').click();
    await page.locator('#export > summary').click();
    const link = page.locator('#export a', { hasText: format });
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    return download;
  }

  /** Waits until some of the events are written, and not all of them. */
  async function underWay() {
    const bar = page.locator('#exports progress');
    await bar.and(page.locator('[value]')).waitFor();
    await page.waitForFunction(() => document.querySelector('#exports progress').value > 0);
    const [value, most] = await bar.evaluate((element) => [element.value, element.max]);
    assert.ok(value < EVENTS && most === EVENTS, `${value} of ${most}`);
  }

  it('says before it begins how many events it holds', async () => {
    await visitor.go('/logs');
    await page.locator('#keep > summary').click();
    await page.locator('#export > summary').click();
    assert.equal(await page.locator('#export-holds').innerText(), 'A file will hold 60,000 events.');
    await visitor.photograph('export-menu');
    visitor.assertNoComplaints();
  });

  it('shows how far it is until the file is whole', async () => {
    gate.shut();
    const download = await begin('NDJSON');
    await underWay();
    assert.match(await page.locator('#exports .export p').innerText(), /^[\d,]+ of 60,000 events \(\d+%\)$/);
    assert.ok(await page.getByRole('button', { name: 'Cancel' }).evaluate((button) => button === document.activeElement));
    await visitor.photograph('export-progress');
    gate.open();
    const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\n');
    assert.equal(lines.length, EVENTS);
    await page.locator('#exports [data-state="done"]').waitFor();
    assert.equal(await page.locator('#exports .export p').innerText(), 'Done: 60,000 events in the file.');
    await page.keyboard.press('Enter');
    assert.equal(await page.locator('#exports .export').count(), 0, 'the focus is on what closes it');
    visitor.assertNoComplaints();
  });

  it('is ended by whoever began it', async () => {
    gate.shut();
    const download = await begin('NDJSON');
    await underWay();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('#exports [data-state="cancelled"]').waitFor();
    gate.open();
    assert.ok(await download.failure(), 'the browser knows that the file is not whole');
    assert.match(await page.locator('#exports [role="status"]').textContent(), /^NDJSON: Cancelled/);
    await page.setViewportSize({ width: 390, height: 844 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.equal(overflow, 0);
    await visitor.photograph('export-cancelled');
    visitor.assertNoComplaints();
  });
});
