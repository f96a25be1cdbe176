// Log content is hostile: wherever it is shown it stays text.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { serveRows } from './program.mjs';
import { HOSTILE, hostileRows } from './rows.mjs';
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
      const intruders = 'img, iframe, object, embed, base, script:not([src^="/assets/"])';
      const links = [...document.querySelectorAll('a[href], form[action]')];
      const handlers = [...document.querySelectorAll('*')].filter((element) =>
        element.getAttributeNames().some((name) => name.startsWith('on')),
      );
      return {
        harmed: window.harmed === true,
        elements: [...document.querySelectorAll(intruders)].map((element) => element.outerHTML),
        links: links
          .map((element) => new URL(element.getAttribute('href') ?? element.action, location))
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
});
