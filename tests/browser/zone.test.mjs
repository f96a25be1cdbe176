// Times in the zone of the reader, and letters that are keys no longer.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { serve, temporaryFolder } from './program.mjs';
import { arrive, openBrowser } from './visitor.mjs';

describe('the zone of the reader', { timeout: 300_000 }, () => {
  let folder;
  let gatelog;
  let browser;
  let visitor;
  let page;

  before(async () => {
    folder = await temporaryFolder();
    gatelog = await serve('demo', '--data', folder.path, '--events', '5000');
    browser = await openBrowser();
    visitor = await arrive(browser, gatelog.address, { timezoneId: 'Asia/Tehran' });
    page = visitor.page;
    await visitor.signIn(gatelog.user, gatelog.password);
  });

  after(async () => {
    await browser?.close();
    await gatelog?.stop();
    await folder?.remove();
  });

  /** Chooses a zone that the account menu offers. */
  const choose = async (name) => {
    await page.locator('#account summary').click();
    await visitor.followThe(page.locator('#account .zones button', { hasText: name }));
  };
  /** What the first row says of its time: for people, and for programs. */
  const firstTime = async () => {
    const time = page.locator('#events td.time time').first();
    return [await time.innerText(), await time.getAttribute('datetime')];
  };
  /** A time as clocks in Tehran show it. */
  const inTehran = (datetime) =>
    new Date(datetime).toLocaleTimeString('en-GB', { timeZone: 'Asia/Tehran' });

  it('is the one of the browser, with a click', async () => {
    await visitor.go('/logs?range=7d');
    assert.ok(await page.locator('#events th', { hasText: 'Time (UTC)' }).isVisible());
    await page.locator('#account summary').click();
    await visitor.photograph('zone-menu');
    await page.locator('#account summary').click();
    await choose('Asia/Tehran');
    assert.equal(new URL(page.url()).search, '?range=7d', 'the question stays');
    assert.ok(await page.locator('#events th', { hasText: 'Time (Asia/Tehran)' }).isVisible());
    const [shown, datetime] = await firstTime();
    assert.ok(shown.endsWith(inTehran(datetime)), `${shown} is ${datetime}`);
    await visitor.photograph('zone-list');
    visitor.assertNoComplaints();
  });

  it('is the one in which a range is typed, and not the one of its address', async () => {
    await visitor.go('/logs');
    await page.locator('#filter-range').selectOption('custom');
    await page.locator('#filter-from').fill('2026-01-01T03:30');
    await Promise.all([page.waitForURL(/from=2026-01-01T00:00:00Z/), page.locator('#apply').click()]);
    assert.equal(await page.locator('#filter-from').inputValue(), '2026-01-01T03:30');
    assert.match(await page.locator('#active-filters').innerText(), /03:30:00 \+03:30/);
    visitor.assertNoComplaints();
  });

  it('is the one in which bars are dragged over', async () => {
    await visitor.go('/logs');
    const row = page.locator('#chart-numbers tbody tr').nth(2);
    const from = await row.getAttribute('data-from');
    const box = await page.locator('#chart .plot > svg').boundingBox();
    const count = await page.locator('#chart-numbers tbody tr').count();
    const x = (index) => box.x + ((index + 0.5) / count) * box.width;
    await page.mouse.move(x(2), box.y + 40);
    await page.mouse.down();
    await page.mouse.move(x(6), box.y + 40, { steps: 4 });
    await Promise.all([page.waitForURL(/from=.*to=/), page.mouse.up()]);
    assert.equal(new URL(page.url()).searchParams.get('from'), from);
    visitor.assertNoComplaints();
  });

  it('is found by typing on the account page', async () => {
    await visitor.go('/account');
    await visitor.photograph('zone-account');
    await page.getByLabel('Any time zone').fill('istan');
    await Promise.all([
      page.waitForEvent('load'),
      page.getByRole('option', { name: 'Europe/Istanbul' }).click(),
    ]);
    const pressed = page.locator('#time-and-keys .zones [aria-pressed=true]');
    assert.equal(await pressed.innerText(), 'Europe/Istanbul');
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 390, height: 844 });
    await visitor.photograph('zone-account-phone-dark');
    await page.setViewportSize({ width: 1360, height: 860 });
    await page.emulateMedia({ colorScheme: 'light' });
    await choose('UTC');
    await visitor.go('/logs');
    assert.ok(await page.locator('#events th', { hasText: 'Time (UTC)' }).isVisible());
    visitor.assertNoComplaints();
  });

  it('is chosen without a script too', async () => {
    const other = await arrive(browser, gatelog.address, { javaScriptEnabled: false });
    // The password was for once.
    await other.context.addCookies(await visitor.context.cookies());
    await other.go('/account');
    await other.page.locator('#zone').selectOption('Europe/Paris');
    await other.followThe(other.page.locator('#any-zone button'));
    assert.equal(
      await other.page.locator('#time-and-keys .zones [aria-pressed=true]').innerText(),
      'Europe/Paris',
    );
    other.assertNoComplaints();
  });

  it('turns letters off and leaves the arrows', async () => {
    await visitor.go('/logs');
    await page.keyboard.press('?');
    await visitor.photograph('zone-keys');
    await visitor.followThe(page.locator('#keys .switch'));
    for (const key of ['?', '/', 'j', 'n']) await page.keyboard.press(key);
    assert.equal(await page.locator('#keys').isVisible(), false);
    assert.equal(await page.evaluate(() => document.activeElement === document.body), true);
    const links = page.locator('#events tbody .event > a');
    await links.first().focus();
    await page.keyboard.press('ArrowDown');
    assert.equal(await links.nth(1).evaluate((link) => link === document.activeElement), true);
    // The button shows them all the same, and turns them on again.
    await page.locator('#show-keys').click();
    await visitor.followThe(page.locator('#keys .switch'));
    await page.keyboard.press('j');
    assert.equal(await links.first().evaluate((link) => link === document.activeElement), true);
    visitor.assertNoComplaints();
  });
});
