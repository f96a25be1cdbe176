// A first look around: `gatelog demo`, in a browser that runs the console's script.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { serve, temporaryFolder } from './program.mjs';
import { arrive, openBrowser } from './visitor.mjs';

const EVENTS = 5_000;
const CHOSEN_PASSWORD = 'correct horse battery staple';

describe('a first look around the demo', { timeout: 300_000 }, () => {
  let folder;
  let gatelog;
  let browser;
  let visitor;
  let page;

  before(async () => {
    folder = await temporaryFolder();
    gatelog = await serve('demo', '--data', folder.path, '--events', String(EVENTS));
    browser = await openBrowser();
    visitor = await arrive(browser, gatelog.address);
    page = visitor.page;
  });

  after(async () => {
    await browser?.close();
    await gatelog?.stop();
    await folder?.remove();
  });

  it('sends somebody unknown to the sign-in page', async () => {
    await page.goto('/');
    assert.equal(visitor.path(), '/sign-in');
    await visitor.photograph('sign-in');
    visitor.assertNoComplaints();
  });

  it('refuses a wrong password and says so', async () => {
    await visitor.signIn(gatelog.user, 'wrong-wrong-wrong-wrong');
    assert.equal(visitor.path(), '/sign-in');
    assert.match(await page.locator('#sign-in-error').innerText(), /\w/);
    visitor.forgive(); // Chromium reports the answer's status, 401.
  });

  it('lets the one-time password in and offers to choose another', async () => {
    await visitor.signIn(gatelog.user, gatelog.password);
    assert.equal(visitor.path(), '/account/password');
    await visitor.photograph('choose-password');
    await page.locator('#not-now').click();
    await page.waitForURL('**/logs');
    visitor.assertNoComplaints();
  });

  it('shows the newest events and how many there are', async () => {
    assert.equal(await visitor.rows().count(), 50);
    assert.ok((await visitor.total()) >= EVENTS);
    const times = await visitor.rowTimes();
    assert.deepEqual(times, [...times].sort().reverse());
    await visitor.photograph('logs');
    visitor.assertNoComplaints();
  });

  it('narrows by result', async () => {
    const all = await visitor.total();
    await page.locator('#filter-result').selectOption('failure');
    await page.waitForURL(/result=failure/);
    const failures = await visitor.total();
    assert.ok(failures > 0 && failures < all, `${failures} of ${all}`);
    assert.deepEqual(await visitor.rowOutcomes(), new Set(['failure']));
    await visitor.photograph('logs-failures');
    visitor.assertNoComplaints();
  });

  it('narrows by user, on top of that, and takes it all away again', async () => {
    const failures = await visitor.total();
    const user = await page.locator('#events td.user a').first().innerText();
    await page.locator('#filter-user').fill(user);
    await page.locator('#filter-user').press('Enter');
    await page.waitForURL(/user=/);
    const ofUser = await visitor.total();
    assert.ok(ofUser > 0 && ofUser < failures, `${ofUser} of ${failures}`);
    assert.deepEqual(await visitor.rowOutcomes(), new Set(['failure']));
    await page.locator('#clear').click();
    await page.waitForURL((url) => url.search === '');
    assert.ok((await visitor.total()) > failures);
    visitor.assertNoComplaints();
  });

  it('finds an event type by a word of its title', async () => {
    const all = await visitor.total();
    await page.getByRole('combobox', { name: 'Event' }).fill('password');
    const options = page.getByRole('listbox', { name: 'Search events' }).getByRole('option');
    assert.ok((await options.count()) > 0);
    for (const option of await options.allInnerTexts()) assert.match(option, /password/i);
    await visitor.photograph('event-search');
    await options.first().click();
    await page.waitForURL(/event=/);
    const ofType = await visitor.total();
    assert.ok(ofType > 0 && ofType < all, `${ofType} of ${all}`);
    visitor.assertNoComplaints();
  });

  it('shows one event, its older neighbour, and the first one again', async () => {
    await visitor.go('/logs?source=logto&result=success&range=7d');
    const title = await visitor.rows().first().locator('td.event a').innerText();
    const [link] = await visitor.linksOf('#events tbody tr:first-child td.event a');
    await visitor.go(link);
    assert.equal(await page.locator('h1').innerText(), title);
    const event = JSON.parse(await page.locator('#record').innerText());
    assert.equal(event.payload.result, 'Success');
    await visitor.photograph('details');

    const first = visitor.path();
    await page.locator('#older').click();
    await page.waitForURL((url) => url.pathname !== first);
    await page.locator('#newer').click();
    await page.waitForURL((url) => url.pathname === first);
    await page.locator('#back').click();
    await page.waitForURL(/result=success/);
    visitor.assertNoComplaints();
  });

  it('leads to every page of the tour', async () => {
    const links = gatelog.output().match(/http\S+\/logs\?\S+/g);
    assert.equal(links.length, 6);
    for (const link of links) {
      await visitor.go(link);
      assert.ok((await visitor.rows().count()) > 0, link);
    }
    visitor.assertNoComplaints();
  });

  it('lists users, finds one by name, and shows what they did', async () => {
    await visitor.go('/users');
    const all = await visitor.total();
    const name = await page.locator('#users td.user a').first().innerText();
    await visitor.photograph('users');

    await page.locator('#search-text').fill(name);
    await page.locator('#search-text').press('Enter');
    await page.waitForURL(/search=/);
    const found = await visitor.total();
    assert.ok(found > 0 && found < all, `${found} of ${all}`);

    // Other names may contain this one, and be seen later.
    await page.locator('#users td.user a').getByText(name, { exact: true }).first().click();
    await page.locator('#figures').waitFor();
    assert.equal(await page.locator('h1').innerText(), name);
    assert.ok((await visitor.total()) > 0);
    assert.ok((await visitor.rows().count()) > 0);
    await visitor.photograph('user');
    visitor.assertNoComplaints();
  });

  it('is dark where the system is, and fits a telephone', async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    await visitor.go('/logs');
    const dark = await visitor.background();
    await visitor.photograph('logs-dark');
    await page.emulateMedia({ colorScheme: 'light' });
    assert.notEqual(await visitor.background(), dark);

    await page.setViewportSize({ width: 390, height: 844 });
    await visitor.go('/logs');
    await visitor.photograph('logs-telephone');
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 390, `the page is ${width} pixels wide`);
    await page.setViewportSize({ width: 1360, height: 860 });
    visitor.assertNoComplaints();
  });

  it('keeps the password that was chosen, after signing out', async () => {
    await visitor.go('/account/password');
    await page.locator('#password').fill(CHOSEN_PASSWORD);
    await page.locator('#repeated').fill(CHOSEN_PASSWORD);
    await page.locator('#choose-password button').click();
    await page.waitForURL('**/logs');

    await visitor.signOut();
    await page.goto('/logs');
    assert.equal(visitor.path(), '/sign-in');

    await visitor.signIn(gatelog.user, CHOSEN_PASSWORD);
    assert.equal(visitor.path(), '/logs');
    visitor.assertNoComplaints();
  });

  it('stops when asked to', async () => {
    assert.equal(await gatelog.stop(), 0, gatelog.output());
  });
});
