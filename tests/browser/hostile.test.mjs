// Log content is hostile: wherever it is shown it stays text.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { serveRows } from './program.mjs';
import { HOSTILE, hostileRows, ndjson } from './rows.mjs';
import { arrive, openBrowser } from './visitor.mjs';

describe('hostile events', { timeout: 300_000 }, () => {
  let gatelog;
  let browser;
  let visitor;
  let page;

  before(async () => {
    gatelog = await serveRows(hostileRows());
    browser = await openBrowser();
    visitor = await arrive(browser, gatelog.address);
    page = visitor.page;
    await visitor.signIn(gatelog.user, gatelog.password);
  });

  after(async () => {
    await browser?.close();
    await gatelog?.stop();
  });

  /** Fails when the open page holds anything that only an event could have brought in. */
  async function assertHarmless() {
    const found = await page.evaluate(() => {
      const own = ':not([src^="/assets/"], [href^="/logs/from/"])';
      const intruders = `img, iframe, object, embed, base${own}, script${own}`;
      const links = [...document.querySelectorAll('a[href], form[action]')];
      const handlers = [...document.querySelectorAll('*')].filter((element) =>
        element.getAttributeNames().some((name) => name.startsWith('on')),
      );
      return {
        harmed: window.harmed === true,
        elements: [...document.querySelectorAll(intruders)].map((element) => element.outerHTML),
        links: links
          .map((element) => new URL(element.getAttribute('href') ?? element.action, document.baseURI))
          .filter((url) => url.origin !== location.origin)
          .map(String),
        handlers: handlers.map((element) => element.outerHTML),
      };
    });
    const nothing = { harmed: false, elements: [], links: [], handlers: [] };
    assert.deepEqual(found, nothing, page.url());
    visitor.assertNoComplaints();
  }

  it('are text in the list, in filters and in users', async () => {
    await visitor.go('/logs');
    assert.equal(await visitor.total(), hostileRows().length);
    assert.match(await page.locator('#events').innerText(), /<script>/);
    await visitor.photograph('hostile-logs');
    await assertHarmless();
    await visitor.go('/users');
    assert.equal(await visitor.total(), HOSTILE.length);
    await assertHarmless();
  });

  it('are text in the details, and every link of theirs leads there', async () => {
    await visitor.go('/logs');
    const links = await visitor.linksOf('#events td.event a');
    assert.equal(links.length, hostileRows().length);
    for (const link of links) {
      await visitor.go(link);
      assert.ok(HOSTILE.includes(JSON.parse(await page.locator('#record').innerText()).payload.ip));
      await assertHarmless();
    }
    await visitor.photograph('hostile-details');
  });

  it('are text beside the list, and every value leads to its events', async () => {
    await visitor.go('/logs');
    const links = await visitor.linksOf('#facets li > a:first-child');
    for (const more of await visitor.linksOf('#facets a.more')) {
      await visitor.go(more);
      links.push(...(await visitor.linksOf('#facets li > a:first-child')));
    }
    assert.ok(links.length > 5 * HOSTILE.length, `${links.length} values`);
    for (const link of links) {
      await visitor.go(link);
      assert.ok((await visitor.total()) > 0, link);
      await assertHarmless();
    }
    await visitor.go('/logs');
    await visitor.followThe(page.locator('.plot a').first());
    await assertHarmless();
  });

  it('are text when they are a query, right or wrong', async () => {
    for (const text of HOSTILE) {
      for (const query of [text, `actor.id = "${text}"`, `${text} =`]) {
        await page.goto(`/logs?q=${encodeURIComponent(query)}`);
        visitor.forgive(); // Chromium reports the status 400 of what is wrong.
        assert.equal(await page.locator('#query').inputValue(), query.replaceAll('\0', '\uFFFD'));
        await assertHarmless();
      }
    }
  });

  it('have users whose pages can be opened and show their events', async () => {
    await visitor.go('/users');
    const links = await visitor.linksOf('#users td.user a');
    assert.equal(links.length, HOSTILE.length);
    for (const link of links) {
      await visitor.go(link);
      assert.equal(await visitor.total(), 2, link);
      await assertHarmless();
    }
  });

  it('are text when they come in the address', async () => {
    for (const text of HOSTILE) {
      const value = encodeURIComponent(text);
      await visitor.go(`/logs?user=${value}&event=${value}&range=custom&from=${value}`);
      await assertHarmless();
      await visitor.go(`/users?search=${value}`);
      await assertHarmless();
    }
  });

  it('in the address never lead a signed-in visitor to another site', async () => {
    for (const text of HOSTILE) {
      await page.goto(`/account/password?next=${encodeURIComponent(text)}`);
      await assertHarmless();
      await page.locator('#not-now').click();
      await page.waitForLoadState();
      assert.equal(new URL(page.url()).origin, new URL(gatelog.address).origin, text);
      visitor.forgive(); // A path that does not exist is answered with 404.
    }
  });

  it('are text when they arrive', async () => {
    await visitor.go('/logs');
    await visitor.follow('#live');
    await gatelog.send(ndjson(hostileRows().map((row) => ({ ...row, id: `live${row.id}` }))));
    const arrived = page.locator('#events tr.arrived');
    await arrived.nth(hostileRows().length - 1).waitFor();
    assert.match((await arrived.allInnerTexts()).join(' '), /<script>/);
    await assertHarmless();
  });
});
