// The console in English, French and Turkish, chosen by the browser and by its reader.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { serveRows } from './program.mjs';
import { KNOWN, knownRows } from './rows.mjs';
import { arrive, openBrowser } from './visitor.mjs';

const HEADINGS = { en: 'Audit logs', fr: 'Journaux d’audit', tr: 'Denetim günlükleri' };
const TOTALS = { en: '120 events', fr: '120 événements', tr: '120 olay' };

describe('the languages of the console', { timeout: 300_000 }, () => {
  let gatelog;
  let browser;
  let visitor;
  let page;

  before(async () => {
    gatelog = await serveRows(knownRows());
    browser = await openBrowser();
    visitor = await arrive(browser, gatelog.address, { locale: 'fr-CH' });
    page = visitor.page;
  });

  after(async () => {
    await browser?.close();
    await gatelog?.stop();
  });

  /** Fails unless the audit logs are open in a language, for people and for screen readers. */
  async function assertLogsIn(language) {
    assert.equal(visitor.path(), '/logs');
    assert.equal(await page.locator('html').getAttribute('lang'), language);
    assert.equal(await page.locator('h1').innerText(), HEADINGS[language]);
    assert.equal(await page.locator('#total').innerText(), TOTALS[language]);
  }

  /** Opens the account's menu and chooses a language. */
  async function choose(language) {
    await page.locator('#account summary').click();
    await visitor.follow(`#account [name="language"][value="${language}"]`);
  }

  it('asks for a name and a password in the language of the browser', async () => {
    await page.goto('/sign-in');
    assert.equal(await page.locator('html').getAttribute('lang'), 'fr');
    assert.equal(await page.locator('#sign-in button').innerText(), 'Se connecter');
    await visitor.photograph('sign-in-fr');
    await visitor.signIn(gatelog.user, gatelog.password);
    await visitor.photograph('choose-password-fr');
    await visitor.go('/logs');
    await assertLogsIn('fr');
    await visitor.photograph('logs-fr');
    visitor.assertNoComplaints();
  });

  it('keeps the page and its filter when another language is chosen', async () => {
    await visitor.go('/logs?result=failure');
    await choose('tr');
    assert.equal(new URL(page.url()).search, '?result=failure');
    assert.equal(await visitor.rows().count(), KNOWN.failures);
    await visitor.go('/logs');
    await assertLogsIn('tr');
    await visitor.photograph('logs-tr');
    visitor.assertNoComplaints();
  });

  it('says what its script adds in the same language', async () => {
    const search = page.locator('#filter-event-search');
    await search.fill('zzzz');
    assert.equal(await page.locator('#filter-event-list').innerText(), 'Eşleşme yok');
    await search.fill('INTERACTİON');
    assert.notEqual(await page.locator('#filter-event-list [role="option"]').count(), 0);
    visitor.assertNoComplaints();
  });

  it('shows an event, the users and one of them in Turkish, and fits a telephone', async () => {
    await visitor.go('/logs?result=failure');
    const [link] = await visitor.linksOf('#events tbody tr:first-child td.event a');
    await visitor.go(link);
    const event = `${visitor.path()}?result=failure`;
    await visitor.photograph('details-tr');
    await visitor.go('/users');
    await visitor.photograph('users-tr');
    await visitor.go(`/users/${KNOWN.ada}`);
    await visitor.photograph('user-tr');
    await page.setViewportSize({ width: 390, height: 844 });
    for (const language of ['fr', 'tr']) {
      const cookie = { name: 'gatelog_language', value: language, url: gatelog.address };
      await visitor.context.addCookies([cookie]);
      for (const path of ['/logs', event, '/users', `/users/${KNOWN.ada}`]) {
        await visitor.go(path);
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(width <= 390, `${path} in ${language} is ${width} pixels wide`);
      }
    }
    await visitor.photograph('user-telephone-tr');
    await page.setViewportSize({ width: 1360, height: 860 });
    visitor.assertNoComplaints();
  });

  it('goes back to English', async () => {
    await visitor.go('/logs');
    await choose('en');
    await assertLogsIn('en');
    visitor.assertNoComplaints();
  });
});
