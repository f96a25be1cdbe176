// The query box, the chart, the values beside the table, exports and live rows, with a script and
// without, over rows whose every answer is known.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';

import { serveRows } from './program.mjs';
import { KNOWN, knownRows, laterRow, ndjson } from './rows.mjs';
import { arrive, openBrowser } from './visitor.mjs';

/** The address of the audit logs with a query. */
const asking = (query) => `/logs?q=${encodeURIComponent(query)}`;

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with a script' : 'without a script';

  describe(`a question, ${how}`, { timeout: 300_000 }, () => {
    let gatelog;
    let browser;
    let visitor;
    let page;

    before(async () => {
      gatelog = await serveRows(knownRows());
      browser = await openBrowser();
      visitor = await arrive(browser, gatelog.address, { javaScriptEnabled, acceptDownloads: true });
      page = visitor.page;
      await visitor.signIn(gatelog.user, gatelog.password);
    });

    after(async () => {
      await browser?.close();
      await gatelog?.stop();
    });

    /** The value of a field that has this name. */
    const value = (field, name) =>
      page.locator(`#facets [data-field="${field}"] li`).filter({ hasText: name });

    it('is typed and answered', async () => {
      await visitor.go('/logs');
      await page.locator('#query').fill('outcome = "failure"');
      await page.locator('#query').press('Enter');
      await page.waitForURL(/q=/);
      assert.equal(await visitor.total(), KNOWN.failures);
      assert.deepEqual(await visitor.rowOutcomes(), new Set(['failure']));
      visitor.assertNoComplaints();
    });

    it('that is wrong is underlined at the characters and can be corrected', async () => {
      const query = `user = "${KNOWN.ada}" AND type ILIKE "%SignIn%"`;
      const answer = await page.goto(asking(query));
      assert.equal(answer.status(), 400);
      const mark = page.locator('#query-error mark');
      assert.equal(await mark.innerText(), 'user');
      const line = await mark.evaluate((element) => getComputedStyle(element).textDecorationStyle);
      assert.equal(line, 'wavy');
      assert.equal(await page.locator('#query').inputValue(), query);
      assert.equal(await page.locator('#events').count(), 0);
      await visitor.photograph(`query-error-${javaScriptEnabled ? 'script' : 'no-script'}`);
      await visitor.follow('#query-error a.button');
      assert.equal(await page.locator('#query').inputValue(), query.replace('user', 'actor.id'));
      assert.equal(await visitor.total(), 30);
      visitor.forgive(); // Chromium reports the answer's status, 400.
    });

    it('is narrowed and widened by values', async () => {
      await visitor.go('/logs');
      assert.match(await value('outcome', 'Failure').innerText(), /\b30$/);
      await visitor.followThe(value('outcome', 'Success').locator('a').first());
      assert.equal(await visitor.total(), KNOWN.total - KNOWN.failures);
      const tokens = value('type', 'Exchange token by');
      await tokens.hover();
      await visitor.followThe(tokens.locator('a.not'));
      assert.equal(await visitor.total(), KNOWN.total - KNOWN.failures - KNOWN.tokens);
      await visitor.followThe(value('outcome', 'Success').locator('a').first());
      assert.equal(await visitor.total(), KNOWN.total - KNOWN.tokens);
      visitor.assertNoComplaints();
    });

    it('is narrowed in another tab', async () => {
      await visitor.go('/logs');
      const open = (link) =>
        Promise.all([
          visitor.context.waitForEvent('page'),
          link.click({ modifiers: ['ControlOrMeta'] }),
        ]);
      const [failures] = await open(value('outcome', 'Failure').locator('a').first());
      await failures.waitForLoadState();
      assert.equal(new URL(failures.url()).search, '?q=outcome+=+%22failure%22');
      const [event] = await open(visitor.rows().first().locator('td.event a'));
      await event.waitForLoadState();
      assert.match(new URL(event.url()).pathname, /^\/logs\/row0+119$/);
      assert.equal(new URL(page.url()).search, '', 'the page stays where it was');
      await failures.close();
      await event.close();
      visitor.assertNoComplaints();
    });

    it('has its icons and ways within the page', async () => {
      await visitor.go('/logs?result=failure');
      const icon = visitor.rows().first().locator('td.event svg use');
      const drawn = await icon.evaluate((use) => use.getBBox().width);
      assert.ok(drawn > 0, 'an icon is drawn');
      await page.locator('.chart .skip').focus();
      await page.keyboard.press('Enter');
      assert.equal(new URL(page.url()).hash, '#events');
      assert.equal(new URL(page.url()).search, '?result=failure');
      visitor.assertNoComplaints();
    });

    it('is narrowed to a part of the time by a bar', async () => {
      await visitor.go('/logs');
      const bar = page.locator('.plot a').nth(3);
      const [, counted] = (await bar.locator('title').textContent()).split('\n');
      await visitor.followThe(bar);
      assert.equal(`${await visitor.total()} events`, counted);
      assert.match(new URL(page.url()).search, /from=.*to=/);
      visitor.assertNoComplaints();
    });

    it('is shown in numbers to those who do not see the bars', async () => {
      await visitor.go('/logs');
      await page.locator('#chart-numbers summary').click();
      const cells = page.locator('#chart-numbers tbody td:last-child');
      const counts = (await cells.allInnerTexts()).map(Number);
      assert.equal(counts.reduce((sum, count) => sum + count, 0), KNOWN.total);
      visitor.assertNoComplaints();
    });

    it('is exported', async () => {
      await visitor.go(asking('outcome = "failure"'));
      await page.locator('#keep > summary').click();
      await page.locator('#export summary').click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.locator('#export a').first().click(),
      ]);
      assert.match(download.suggestedFilename(), /^gatelog-default-.*\.ndjson$/);
      const lines = (await readFile(await download.path(), 'utf8')).trim().split('\n');
      assert.equal(lines.length, KNOWN.failures);
      assert.ok(lines.every((line) => JSON.parse(line).outcome === 'failure'));
      visitor.assertNoComplaints();
    });

    if (javaScriptEnabled) {
      it('is reached with a key', async () => {
        await visitor.go('/logs');
        await page.keyboard.press('/');
        await page.keyboard.type('ip = "198.51.100.7/32"');
        await page.keyboard.press('Enter');
        await page.waitForURL(/q=/);
        assert.equal(await visitor.total(), KNOWN.total);
        visitor.assertNoComplaints();
      });

      it('is answered by new events as they arrive, unless the reader is busy', async () => {
        await visitor.go('/logs');
        await visitor.follow('#live');
        await gatelog.send(ndjson([laterRow(0)]));
        await page.locator('#events tr.arrived').waitFor();
        assert.equal(await visitor.rows().count(), 51);
        assert.equal(await visitor.total(), KNOWN.total + 1);
        assert.match(await visitor.rows().first().innerText(), /Submit sign-in/);

        // A picture of the whole page moves it under the mouse, but not the focus.
        await visitor.rows().nth(5).locator('a').first().focus();
        await gatelog.send(ndjson([laterRow(1), laterRow(2)]));
        const button = page.locator('#live-bar button');
        await button.filter({ hasText: '2 new events: show' }).waitFor();
        assert.equal(await visitor.rows().count(), 51);
        await visitor.photograph('live');
        await button.click();
        assert.equal(await visitor.rows().count(), 53);
        assert.equal(await visitor.total(), KNOWN.total + 3);
        visitor.assertNoComplaints();
      });
    } else {
      it('that is live says what it needs', async () => {
        await visitor.go('/logs');
        await visitor.follow('#live');
        assert.match(await page.locator('#live-bar').innerText(), /only with JavaScript/);
        await gatelog.send(ndjson([laterRow(0)]));
        await visitor.follow('#live-bar a');
        assert.equal(await visitor.total(), KNOWN.total + 1);
        visitor.assertNoComplaints();
      });
    }
  });
}
