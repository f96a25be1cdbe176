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
    /** Waits until the query is this: what was typed on meanwhile is asked for first. */
    const reads = (text) =>
      page.waitForFunction((wanted) => document.getElementById('query').value === wanted, text);

    it('by fields, operators and values that occur', async () => {
      await visitor.go('/logs');
      await page.keyboard.press('/');
      await page.keyboard.type('outc');
      await option('outcome').waitFor();
      await page.keyboard.press('Tab');
      await reads('outcome ');
      await option('begins with').waitFor();
      await page.keyboard.type('= ');
      await option('failure').waitFor();
      assert.match(await option('failure').innerText(), /30$/, 'with its count');
      await visitor.photograph('completion');
      await page.keyboard.press('ArrowUp');
      assert.equal(await query().getAttribute('aria-activedescendant'), await options().last().getAttribute('id'));
      await option('failure').click();
      await reads('outcome = "failure" ');
      await page.keyboard.press('Escape');
      assert.equal(await query().inputValue(), 'outcome = "failure" ', 'Escape closes the list only');
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
      await reads(asked);
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

  describe('has keys', () => {
    /** The number of the row that is reached. */
    const reached = () =>
      page.evaluate(() => [...document.querySelectorAll('#events tbody tr')].indexOf(document.activeElement.closest('tr')));

    it('that move over the rows and open one', async () => {
      await visitor.go('/logs');
      assert.equal(await reached(), -1);
      await page.keyboard.press('ArrowDown');
      assert.equal(await reached(), -1, 'the arrow scrolls as long as no row is reached');
      for (const key of ['j', 'j', 'ArrowDown', 'k']) await page.keyboard.press(key);
      assert.equal(await reached(), 1);
      await visitor.photograph('keys-row');
      const event = await visitor.rows().nth(1).locator('td.event a').innerText();
      await page.keyboard.press('Enter');
      await page.waitForURL('**/logs/row*');
      assert.equal(await page.locator('#panel h1').innerText(), event);
      visitor.assertNoComplaints();
    });

    it('that turn pages', async () => {
      await visitor.go('/logs');
      await page.keyboard.press('n');
      await page.waitForURL(/after=/);
      await page.keyboard.press('p');
      await page.waitForURL(/before=/);
      visitor.assertNoComplaints();
    });

    it('that a dialog tells, and that type where something is typed', async () => {
      await visitor.go('/logs');
      await page.keyboard.press('?');
      const dialog = page.locator('#keys');
      await dialog.waitFor();
      await visitor.photograph('keys');
      await page.keyboard.press('j');
      await page.keyboard.press('Escape');
      assert.equal(await dialog.isVisible(), false);
      assert.equal(await reached(), -1);
      await page.locator('#show-keys').click();
      await dialog.locator('form button').click();
      assert.equal(await dialog.isVisible(), false);
      await page.locator('#filter-user').pressSequentially('jk?/n');
      assert.equal(await page.locator('#filter-user').inputValue(), 'jk?/n');
      visitor.assertNoComplaints();
    });
  });

  describe('has columns', () => {
    const heads = () => page.locator('#events th').allInnerTexts();

    it('of the reader’s choice, which stay while they look on', async () => {
      await visitor.go('/logs?result=failure');
      await page.locator('#columns summary').click();
      await page.locator('#column').fill('error.code');
      await visitor.follow('#add-column');
      assert.deepEqual((await heads()).slice(-2), ['Time (UTC)', 'Error']);
      await page.locator('#columns summary').click();
      await visitor.follow('#columns li:last-child a.left');
      assert.deepEqual((await heads()).slice(-2), ['Error', 'Time (UTC)']);
      await page.locator('#columns summary').click();
      await visitor.photograph('columns');
      await visitor.follow('#columns li:first-child a.close');
      assert.deepEqual(await heads(), ['Event', 'Application', 'Address', 'Error', 'Time (UTC)']);
      assert.equal(await visitor.total(), KNOWN.failures, 'the question is the same');
      await visitor.followThe(visitor.rows().first().locator('td[data-label] a'));
      assert.equal(await page.locator('#query').inputValue(), 'error.code = "session.invalid_credentials"');
      assert.equal((await heads()).length, 5);
      visitor.assertNoComplaints();
    });

    it('on a telephone too', async () => {
      const size = page.viewportSize();
      await page.setViewportSize({ width: 390, height: 800 });
      await visitor.go('/logs?columns=actor.id,error.code,data.userAgent,time&dense=on');
      await visitor.photograph('columns-narrow');
      const fits = await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
      assert.ok(fits, 'nothing is beside the screen');
      await page.locator('#columns summary').click();
      const menu = await page.locator('#columns > div').boundingBox();
      assert.ok(menu.x >= 0 && menu.x + menu.width <= 390, 'the menu is on the screen');
      await page.setViewportSize(size);
      visitor.assertNoComplaints();
    });
  });

  describe('has a chart', () => {
    /** Where in the window the bar with a number is, of all that there are. */
    const placeOf = async (number) => {
      const { x, y, width, height } = await page.locator('.plot > svg').boundingBox();
      const count = await page.locator('#chart-numbers tbody tr').count();
      return [x + ((number + 0.5) / count) * width, y + height / 2];
    };
    const drag = async (first, last) => {
      await page.mouse.move(...(await placeOf(first)));
      await page.mouse.down();
      await page.mouse.move(...(await placeOf(last)), { steps: 4 });
    };

    it('of levels, told apart by more than their colours', async () => {
      await visitor.go('/logs?user=&columns=ip');
      await visitor.follow('#chart-by a:last-child');
      assert.equal(new URL(page.url()).search, '?columns=ip&by=level');
      const legend = await page.locator('.legend li').allInnerTexts();
      assert.deepEqual(legend, ['Warning 30', 'Info 90']);
      const striped = page.locator('.plot rect[fill]');
      assert.equal(await striped.count(), await page.locator('.plot .level-warn').count());
      await visitor.photograph('chart-levels');
      await visitor.follow('#chart-by a:first-child');
      assert.equal(new URL(page.url()).search, '?columns=ip');
      visitor.assertNoComplaints();
    });

    it('that narrows the time by dragging, in either direction', async () => {
      for (const [first, last] of [[4, 7], [7, 4]]) {
        await visitor.go('/logs');
        const counts = await page.locator('#chart-numbers tbody td:last-child').allTextContents();
        const expected = counts.slice(4, 8).reduce((sum, count) => sum + Number(count), 0);
        await drag(first, last);
        await visitor.photograph('chart-drag');
        await page.mouse.up();
        await page.waitForURL(/from=.*to=/);
        assert.equal(await visitor.total(), expected);
      }
      visitor.assertNoComplaints();
    });

    it('that lets go with Escape', async () => {
      await visitor.go('/logs');
      await drag(4, 7);
      assert.equal(await page.locator('.plot .band').count(), 1);
      await page.keyboard.press('Escape');
      assert.equal(await page.locator('.plot .band').count(), 0);
      await page.mouse.up();
      await page.mouse.move(10, 10);
      assert.equal(new URL(page.url()).search, '', 'the page stays');
      visitor.assertNoComplaints();
    });
  });
});
