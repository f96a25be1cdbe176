// Passkeys with Chromium's own virtual device: made, used, refused by its owner, given up.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { run, serve, temporaryFolder } from './program.mjs';
import { arrive, openBrowser } from './visitor.mjs';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const PASSWORD = 'correct horse battery staple';
const LANGUAGES = ['fr', 'tr', 'en'];
const SIZES = [
  { width: 1360, height: 860 },
  { width: 390, height: 844 },
];

describe('passkeys', { timeout: 300_000 }, () => {
  let folder;
  let data;
  let gatelog;
  let browser;
  let visitor;
  let page;
  let devices;
  let device;
  let recoveryCodes;

  before(async () => {
    folder = await temporaryFolder();
    data = join(folder.path, 'data');
    gatelog = await serve('serve', '--data', data);
    browser = await openBrowser();
    // Browsers use passkeys at names, not at addresses.
    visitor = await arrive(browser, gatelog.address.replace('127.0.0.1', 'localhost'), { reducedMotion: 'reduce' });
    page = visitor.page;
    devices = await visitor.context.newCDPSession(page);
    await devices.send('WebAuthn.enable');
    const options = { protocol: 'ctap2', transport: 'internal', hasUserVerification: true, isUserVerified: true };
    const added = await devices.send('WebAuthn.addVirtualAuthenticator', { options });
    device = added.authenticatorId;
    await visitor.signIn(gatelog.user, gatelog.password);
    await page.locator('#password').fill(PASSWORD);
    await page.locator('#repeated').fill(PASSWORD);
    await visitor.follow('#choose-password button');
  });

  after(async () => {
    await browser?.close();
    await gatelog?.stop();
    await folder?.remove();
  });

  /** Fails for whatever axe finds, and for a page wider than the screen. Takes its picture. */
  async function assertAccessible(name) {
    for (const size of SIZES) {
      await page.setViewportSize(size);
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(await readFile(AXE, 'utf8'));
        const found = await page.evaluate(async () => {
          const values = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
          const { violations } = await axe.run({ runOnly: { type: 'tag', values }, resultTypes: ['violations'] });
          return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target}`));
        });
        assert.deepEqual(found, [], `${name}, ${colorScheme}, ${size.width} px`);
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= size.width, `${name} is too wide`);
        await visitor.photograph(`passkey-${name}-${colorScheme}-${size.width}`);
      }
    }
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize(SIZES[0]);
  }

  /** Fails unless the page says in each language what `selector` says to the reader. */
  async function assertTranslated(selector) {
    const said = new Set();
    for (const language of LANGUAGES) {
      await Promise.all([page.waitForEvent('load'), page.locator(`#preferences button[value="${language}"]`).click()]);
      said.add(await page.locator(selector).first().innerText());
    }
    assert.equal(said.size, LANGUAGES.length, [...said].join(' | '));
  }

  async function signInHalfway() {
    await visitor.signIn(gatelog.user, PASSWORD);
    assert.equal(visitor.path(), '/sign-in/code');
  }

  async function create(name) {
    await page.locator('#name').fill(name);
    await Promise.all([page.waitForEvent('load'), page.locator('#new-passkey button').click()]);
  }

  it('are made on a page of the account, with recovery codes the first time', async () => {
    await visitor.go('/account');
    await visitor.follow('#add-passkey');
    assert.equal(visitor.path(), '/account/passkeys');
    assert.ok(!(await page.locator('#passkey-absent').isVisible()));
    await assertTranslated('#new-passkey button');
    await assertAccessible('new');
    await create('work laptop');
    recoveryCodes = await page.locator('#recovery-codes code').allInnerTexts();
    assert.equal(new Set(recoveryCodes).size, 10);
    await visitor.follow('#kept');
    assert.equal(visitor.path(), '/account');
    assert.match(await page.locator('#passkeys tbody').innerText(), /work laptop[\s\S]*never/);
    await assertAccessible('account');
    visitor.assertNoComplaints();
  });

  it('are not made twice by one device', async () => {
    await visitor.follow('#add-passkey');
    await page.locator('#name').fill('again');
    await page.locator('#new-passkey button').click();
    await page.locator('#passkey-refusal:not([hidden])').waitFor();
    assert.match(await page.locator('#passkey-refusal').innerText(), /already/);
    await assertAccessible('refused');
    visitor.assertNoComplaints();
  });

  it('are asked for after the password, and open the session', async () => {
    await visitor.go('/logs');
    await visitor.signOut();
    await signInHalfway();
    await assertTranslated('#sign-in-passkey button');
    await assertAccessible('sign-in');
    await page.locator('#sign-in-passkey button').click();
    await page.waitForURL('**/logs');
    await visitor.go('/account');
    assert.doesNotMatch(await page.locator('#passkeys tbody').innerText(), /never/);
    visitor.assertNoComplaints();
  });

  it('say so when their owner cancels, and a recovery code does it', async () => {
    await visitor.go('/logs');
    await visitor.signOut();
    await signInHalfway();
    // A virtual device cannot cancel; this is what a browser says when a person does.
    await page.evaluate(() => {
      navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError'));
    });
    await page.locator('#sign-in-passkey button').click();
    await page.locator('#passkey-refusal:not([hidden])').waitFor();
    assert.match(await page.locator('#passkey-refusal').innerText(), /cancelled/);
    await assertAccessible('cancelled');
    await page.locator('#code').fill(recoveryCodes[2]);
    await Promise.all([page.waitForEvent('load'), page.locator('#sign-in-code button').click()]);
    assert.equal(visitor.path(), '/logs');
    await visitor.go('/account');
    assert.match(await page.locator('#codes-left').innerText(), /9/);
    visitor.assertNoComplaints();
  });

  it('are refused when the page waited too long, and asked for again', async () => {
    await visitor.go('/logs');
    await visitor.signOut();
    await signInHalfway();
    // Another page of the same sign-in asks for another answer.
    await page.evaluate(() => fetch('/sign-in/code'));
    await Promise.all([page.waitForEvent('load'), page.locator('#sign-in-passkey button').click()]);
    assert.match(await page.locator('#code-error').innerText(), /too long/);
    await assertAccessible('over');
    visitor.forgive(); // Chromium reports the answer's status, 401.
    await page.locator('#sign-in-passkey button').click();
    await page.waitForURL('**/logs');
    visitor.assertNoComplaints();
  });

  it('say what to do without JavaScript', async () => {
    const context = await browser.newContext({ baseURL: gatelog.address, javaScriptEnabled: false });
    const reader = await context.newPage();
    await reader.goto('/sign-in');
    await reader.locator('#user').fill(gatelog.user);
    await reader.locator('#password').fill(PASSWORD);
    await reader.locator('#sign-in button').click();
    await reader.waitForURL('**/sign-in/code*');
    // At an address without a name there is no passkey to ask for.
    assert.equal(await reader.locator('#sign-in-passkey').count(), 0);
    await reader.goto(reader.url().replace('127.0.0.1', 'localhost'));
    await context.addCookies((await context.cookies()).map((cookie) => ({ ...cookie, domain: 'localhost' })));
    await reader.goto(reader.url());
    await reader.goto(new URL('/sign-in/code', reader.url()).href);
    assert.match(await reader.locator('#passkey-absent').innerText(), /JavaScript/);
    assert.ok(!(await reader.locator('#sign-in-passkey').isVisible()));
    assert.ok(await reader.locator('#code').isVisible());
    await context.close();
  });

  it('are given up with the password', async () => {
    await visitor.go('/account');
    await visitor.follow('#passkeys tbody a');
    await assertTranslated('#remove-passkey button');
    await assertAccessible('removal');
    await page.locator('#password').fill(PASSWORD);
    await visitor.follow('#remove-passkey button');
    assert.equal(visitor.path(), '/account');
    await page.locator('#no-passkeys').waitFor();
    await visitor.signOut();
    await visitor.signIn(gatelog.user, PASSWORD);
    assert.equal(visitor.path(), '/logs', 'the password is enough again');
    visitor.assertNoComplaints();
  });

  it('are taken away by whoever runs the server', async () => {
    await devices.send('WebAuthn.clearCredentials', { authenticatorId: device });
    await visitor.go('/account/passkeys');
    await create('phone');
    await visitor.follow('#kept');
    const said = await run('user', 'reset-second-factor', '--data', data, gatelog.user);
    assert.match(said, /password alone/);
    await visitor.signOut();
    await visitor.signIn(gatelog.user, PASSWORD);
    assert.equal(visitor.path(), '/logs');
    visitor.assertNoComplaints();
  });

  it('leave a trace of all of it', async () => {
    const found = [
      'type = "mfa.enroll"',
      'type = "mfa.verify"',
      'type = "mfa.remove"',
      'error.code = "passkey_wrong_challenge"',
    ];
    for (const query of found) {
      // Changes are moved into the ledger each second.
      do await visitor.go(`/logs?source=gatelog&q=${encodeURIComponent(query)}`);
      while ((await visitor.rows().count()) === 0);
    }
    visitor.assertNoComplaints();
  });
});
