// The explorer of audit logs where a script makes it quick: completion, keys, columns, the chart.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { serveRows } from './program.mjs';
import { KNOWN, knownRows } from './rows.mjs';
import { arrive, openBrowser } from './visitor.mjs';

describe('the explorer', { timeout: 300_000 }, () => {
  let gatelog;
  let browser;
  let visitor;
  let page;

  before(async () => {
    gatelog = await serveRows(knownRows());
    browser = await openBrowser();
    visitor = await arrive(browser, gatelog.address);
    page = visitor.page;
    await visitor.signIn(gatelog.user, gatelog.password);
  });

  after(async () => {
    await browser?.close();
    await gatelog?.stop();
  });

  describe('completes a query', () => {
    const options = () => page.locator('#completions [role=option]');
    const option = (text) => options().filter({ hasText: text }).first();
    const query = () => page.locator('#query');

    it('by fields, operators and values that occur', async () => {
      await visitor.go('/logs');
      await page.keyboard.press('/');
      await page.keyboard.type('outc');
      await option('outcome').waitFor();
      await page.keyboard.press('Tab');
      assert.equal(await query().inputValue(), 'outcome ');
      await option('begins with').waitFor();
      await page.keyboard.type('= ');
      await option('failure').waitFor();
      assert.match(await option('failure').innerText(), /30$/, 'with its count');
      await visitor.photograph('completion');
      await page.keyboard.press('ArrowUp');
      assert.equal(await query().getAttribute('aria-activedescendant'), await options().last().getAttribute('id'));
      await option('failure').click();
      assert.equal(await query().inputValue(), 'outcome = "failure" ');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Enter');
      await page.waitForURL(/q=/);
      assert.equal(await visitor.total(), KNOWN.failures);
      visitor.assertNoComplaints();
    });

    it('inside of it, and leaves what stands around', async () => {
      await visitor.go('/logs');
      await query().fill('type = "Ex" AND outcome = "success"');
      await query().evaluate((input) => input.setSelectionRange(10, 10));
      await page.keyboard.press('ArrowDown');
      await option(KNOWN.tokenKey).waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      const asked = `type = "${KNOWN.tokenKey}" AND outcome = "success"`;
      assert.equal(await query().inputValue(), asked);
      visitor.assertNoComplaints();
    });

    it('and disturbs nobody who types on', async () => {
      await visitor.go('/logs');
      await query().focus();
      await page.keyboard.type('outcome');
      await options().first().waitFor();
      await page.keyboard.type(' = "failure"');
      await page.keyboard.press('Enter');
      await page.waitForURL(/q=/);
      assert.equal(new URL(page.url()).searchParams.get('q'), 'outcome = "failure"');
      visitor.assertNoComplaints();
    });
  });
});
