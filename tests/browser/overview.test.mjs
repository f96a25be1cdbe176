// The overview: what happens now, beside what usually does.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { serve, temporaryFolder } from './program.mjs';
import { arrive, openBrowser } from './visitor.mjs';

describe('the overview', { timeout: 300_000 }, () => {
  let folder;
  let gatelog;
  let browser;
  let visitor;
  let page;

  before(async () => {
    folder = await temporaryFolder();
    gatelog = await serve('demo', '--data', folder.path, '--events', '5000');
    browser = await openBrowser();
    visitor = await arrive(browser, gatelog.address);
    page = visitor.page;
    await visitor.signIn(gatelog.user, gatelog.password);
  });

  after(async () => {
    await browser?.close();
    await gatelog?.stop();
    await folder?.remove();
  });

  /** The figure of a card. */
  const count = async (card) => Number((await card.locator('strong').innerText()).replaceAll(',', ''));

  it('is in the navigation and says that failures are unusual', async () => {
    await visitor.go('/logs');
    await visitor.follow('nav a[href*="/overview"]');
    await visitor.photograph('overview');
    const failures = page.locator('#watched a').nth(1);
    assert.match(await failures.locator('em').innerText(), /higher than usual/);
    visitor.assertNoComplaints();
  });

  it('leads from a figure to its events', async () => {
    await visitor.go('/overview?range=7d');
    const signIns = page.locator('#watched a').first();
    const said = await count(signIns);
    await visitor.followThe(signIns);
    // The demo goes on while somebody looks.
    const listed = await visitor.total();
    assert.ok(said > 0 && Math.abs(listed - said) < 20, `${said} and ${listed}`);
    assert.deepEqual([...(await visitor.rowOutcomes())], ['success']);
    visitor.assertNoComplaints();
  });

  it('leads from an address to its failures', async () => {
    await visitor.go('/overview');
    const address = page.locator('#top-address li a').first();
    const text = await address.innerText();
    await visitor.followThe(address);
    assert.ok((await page.locator('#active-filters').innerText()).includes(text));
    assert.deepEqual([...(await visitor.rowOutcomes())], ['failure']);
    visitor.assertNoComplaints();
  });

  it('has its numbers as a table too', async () => {
    await visitor.go('/overview');
    await page.locator('#overview-numbers summary').click();
    assert.equal(await page.locator('#overview-numbers tbody tr').count(), 24);
  });

  for (const colorScheme of ['light', 'dark']) {
    it(`fits a telephone, ${colorScheme}`, async () => {
      await page.setViewportSize({ width: 390, height: 844 });
      await page.emulateMedia({ colorScheme });
      await visitor.go('/overview');
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.equal(overflow, 0);
      await visitor.photograph(`overview-telephone-${colorScheme}`);
      visitor.assertNoComplaints();
    });
  }
});
