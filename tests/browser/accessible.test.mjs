// Every kind of page as axe sees it: WCAG 2.2 up to AA, light and dark, wide and on a phone.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { placesIn } from './places.mjs';
import { run, serve, temporaryFolder } from './program.mjs';
import { arrive, openBrowser } from './visitor.mjs';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const SCHEMES = ['light', 'dark'];
const WIDE = { width: 1360, height: 860 };
const PHONE = { width: 390, height: 844 };
/** Colours that are on their way to others would be measured half-way. */
const STILL = { reducedMotion: 'reduce' };
const PASSWORD = 'correct horse battery staple';

/** What axe finds on the page as it is: rules, and the elements that break them. */
async function violations(page, within) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(await readFile(AXE, 'utf8'));
  const { violations } = await page.evaluate(
    ({ within, values }) =>
      axe.run(within, { runOnly: { type: 'tag', values }, resultTypes: ['violations'], iframes: false, preload: false }),
    { within, values: TAGS },
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target}: ${failureSummary.replace(/\s+/g, ' ')}`),
  );
}

describe('whoever uses the console', { timeout: 300_000 }, () => {
  let folder;
  let gatelog;
  let browser;
  let admin;
  let page;

  before(async () => {
    folder = await temporaryFolder();
    const config = join(folder.path, 'gatelog.toml');
    const key = join(folder.path, 'secrets.key');
    await run('source', 'key', key);
    const server = `[server]\nsecrets_key_file = ${JSON.stringify(key)}\n`;
    await writeFile(config, `${server}${await placesIn(folder.path)}`);
    const data = join(folder.path, 'data');
    gatelog = await serve('demo', '--data', data, '--config', config, '--events', '3000');
    browser = await openBrowser();
    admin = await arrive(browser, gatelog.address, STILL);
    page = admin.page;
    await admin.signIn(gatelog.user, gatelog.password);
    await choosePassword(admin);
  });

  after(async () => {
    await browser?.close();
    await gatelog?.stop();
    await folder?.remove();
  });

  async function choosePassword(visitor) {
    await visitor.page.locator('#password').fill(PASSWORD);
    await visitor.page.locator('#repeated').fill(PASSWORD);
    await visitor.follow('#choose-password button');
  }

  /** Fails for whatever axe finds on the page that is open, or in a part of it, however it is looked at. */
  async function assertAccessible(visitor = admin, sizes = [WIDE, PHONE], within = 'html') {
    const found = new Set();
    for (const size of sizes) {
      await visitor.page.setViewportSize(size);
      const overflow = await visitor.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (overflow > 0) found.add(`${size.width} px: ${overflow} px too wide`);
      for (const colorScheme of SCHEMES) {
        await visitor.page.emulateMedia({ colorScheme });
        for (const finding of await violations(visitor.page, within)) {
          found.add(`${colorScheme}, ${size.width} px: ${finding}`);
        }
      }
    }
    await visitor.page.setViewportSize(WIDE);
    assert.deepEqual([...found], [], visitor.page.url());
  }

  /** Opens the page that the first link leads to which a selector finds on another page. */
  async function openFrom(path, ...selectors) {
    await admin.go(path);
    for (const selector of selectors) await admin.go(await firstLink(selector));
  }

  async function firstLink(selector) {
    const [link] = await admin.linksOf(selector);
    assert.ok(link, `${selector} on ${page.url()}`);
    return link;
  }

  const PATHS = [
    '/overview',
    '/flows',
    '/logs',
    '/logs?q=actor.id+%3D+%22nobody%22',
    '/logs?columns=time,ip,actor.id,error.code&by=level',
    '/logs?dense=on&live=on',
    '/users',
    '/users?q=nobody',
    '/users/find',
    '/searches',
    '/alerts',
    '/alerts/new',
    '/settings/members',
    '/settings/keys',
    '/settings/clients',
    '/settings/sources',
    '/settings/sources?kind=logto-api',
    '/settings/sources?kind=mapped-webhook',
    '/settings/quarantine',
    '/settings/catalogue',
    '/settings/activity',
    '/account',
    '/account/password',
    '/account/totp',
    '/account/passkeys',
  ];
  for (const path of PATHS) {
    it(`reads ${path}`, async () => {
      await admin.go(path);
      await assertAccessible();
    });
  }

  const FAILED_STEP = ['#funnel .example', '#steps li:last-child a'];
  const LINKED = {
    'a user': ['/users', '#users tbody a'],
    'a journey': ['/flows', '#funnel .example'],
    'an event': ['/flows', ...FAILED_STEP],
    'an event by its paths': ['/flows', ...FAILED_STEP, '#views a:nth-of-type(2)'],
    'an event as it was sent': ['/flows', ...FAILED_STEP, '#views a:nth-of-type(3)'],
    'an application': ['/flows', ...FAILED_STEP, '#attributes a[href^="/applications/"]'],
    'an address': ['/flows', ...FAILED_STEP, '#attributes a[href^="/addresses/"]'],
    'an organisation': ['/logs?q=organization+%21%3D+null', '#events .event > a', '#attributes a[href^="/organizations/"]'],
    'a member': ['/settings/members', '#members tbody a'],
    'a type of events': ['/settings/catalogue', '#event-types tbody a'],
  };
  for (const [name, [path, ...selectors]] of Object.entries(LINKED)) {
    it(`reads ${name}`, async () => {
      await openFrom(path, ...selectors);
      await assertAccessible();
    });
  }

  it('reads where an address is', async () => {
    const toAddress = '#attributes a[href^="/addresses/"]';
    await openFrom('/flows', ...FAILED_STEP);
    await page.locator('#attributes').getByText('Canton of Geneva').first().waitFor();
    await assertAccessible();
    await admin.go(await firstLink(toAddress));
    await page.getByText('Example Networks and Data Centres of the Alps').first().waitFor();
    await admin.photograph('places');
    await assertAccessible();
  });

  it('follows an export', async () => {
    await admin.go('/logs');
    await page.locator('#keep > summary').click();
    await page.locator('#export > summary').click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.locator('#export a').first().click(),
    ]);
    await page.locator('#exports [data-state="done"]').waitFor();
    await assertAccessible();
    await download.delete();
  });

  it('reads an event beside its list', async () => {
    await admin.go('/logs');
    await page.locator('#events .event > a').first().click();
    await page.locator('#panel h1').waitFor();
    await assertAccessible(admin, [WIDE]);
  });

  it('opens what can be opened', async () => {
    await admin.go('/logs');
    for (const id of ['saved', 'commands', 'export']) {
      await page.locator('#keep > summary').click();
      await page.locator(`#${id} > summary`).click();
      // What an open menu covers in part is not there to be pressed.
      await assertAccessible(admin, [WIDE, PHONE], '#keep');
      await page.keyboard.press('Escape');
      assert.equal(await page.evaluate(() => document.activeElement.parentElement.id), id, 'it closes alone');
      await page.keyboard.press('Escape');
      assert.equal(await page.evaluate(() => document.activeElement.parentElement.id), 'keep');
    }
    for (const id of ['account', 'columns', 'examples', 'chart-numbers']) {
      await page.locator(`#${id} > summary`).click();
      await assertAccessible();
      await page.locator(`#${id} > summary`).click();
    }
    await page.keyboard.press('?');
    await page.locator('#keys').waitFor();
    await assertAccessible();
  });

  for (const [path, status] of Object.entries({ '/logs?q=outcome+%3D': 400, '/users/nobody': 404, '/nowhere': 404 })) {
    it(`is told what is wrong with ${path}`, async () => {
      assert.equal((await page.goto(path)).status(), status);
      await assertAccessible();
    });
  }

  it('sets up a source and mends what it sent', async () => {
    await admin.go('/settings/sources?kind=logto-webhook');
    await page.locator('#source-name').fill('shop');
    await page.locator('#source-signing-keys').fill('a signing key');
    await admin.follow('#save-source');
    await assertAccessible();
    const address = await page.locator('#address').innerText();
    const signature = createHmac('sha256', 'a signing key').update('{}').digest('hex');
    const headers = { 'logto-signature-sha-256': signature, 'content-type': 'application/json' };
    const deadline = Date.now() + 60_000;
    while (!(await fetch(address, { method: 'POST', headers, body: '{}' })).ok) {
      assert.ok(Date.now() < deadline, 'it runs');
    }
    await admin.go('/settings/sources');
    await page.locator('#new-source summary').click();
    await assertAccessible();
    await admin.follow('#sources .held');
    await assertAccessible();
    await admin.follow('#quarantine tbody a');
    await page.locator('#held-record .confirm summary').click();
    await assertAccessible();
    await page.locator('#take').click();
    await page.locator('#error').waitFor();
    await assertAccessible();
    admin.forgive();
    await admin.go('/settings/sources/shop');
    await page.locator('#source-silent').evaluate((input) => (input.form.noValidate = true));
    await page.locator('#source-silent').fill('');
    await page.locator('#save-source').click();
    await page.locator('#error').waitFor();
    await assertAccessible();
  });

  it('gets in, and is told what is not for everybody', async () => {
    await admin.go('/settings/members');
    await page.locator('#new-member summary').click();
    await assertAccessible();
    await page.locator('#member-name').fill('vic');
    await page.locator('#member-role').selectOption('analyst');
    await admin.follow('#new-member button');
    await assertAccessible();
    const oneTime = await page.locator('#secret').innerText();

    const vic = await arrive(browser, gatelog.address, STILL);
    await vic.page.goto('/sign-in');
    await assertAccessible(vic);
    await vic.signIn('vic', 'wrong-wrong-wrong-wrong');
    assert.ok(await vic.page.locator('#sign-in-error').isVisible());
    await assertAccessible(vic);
    await vic.signIn('vic', oneTime);
    await assertAccessible(vic);
    await vic.go('/logs');
    assert.ok(await vic.page.locator('#password-banner').isVisible());
    await assertAccessible(vic);
    await vic.go('/account/totp');
    await assertAccessible(vic);
    assert.equal((await vic.page.goto('/settings/members')).status(), 403);
    await assertAccessible(vic);
  });
});
