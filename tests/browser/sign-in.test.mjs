// Getting in: a second factor with an app and recovery codes, and an OpenID provider.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { run, serve, temporaryFolder } from './program.mjs';
import { startProvider } from './provider.mjs';
import { arrive, openBrowser } from './visitor.mjs';

const PASSWORD = 'correct horse battery staple';
const SECRET = 's3cret';

/** What an app shows for a key, so many steps from now (RFC 6238). */
function code(key, steps = 0) {
  const bits = [...key].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  );
  const bytes = Buffer.from(bits.join('').match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const hash = createHmac('sha1', bytes).update(counter).digest();
  const number = hash.readUInt32BE(hash.at(-1) & 0xf) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

describe('getting in', { timeout: 300_000 }, () => {
  let folder;
  let data;
  let provider;
  let gatelog;
  let browser;
  let visitor;
  let page;
  let key;
  let recoveryCodes;

  before(async () => {
    folder = await temporaryFolder();
    data = join(folder.path, 'data');
    provider = await startProvider('gatelog', SECRET);
    await writeFile(join(folder.path, 'secret'), `${SECRET}\n`);
    const config = join(folder.path, 'gatelog.toml');
    await writeFile(
      config,
      `[[console.oidc]]
name = "corp"
issuer = "${provider.issuer}"
client_id = "gatelog"
client_secret_file = "${join(folder.path, 'secret')}"
algorithm = "ES256"
role_claim = "groups"
[[console.oidc.roles]]
value = "auditors"
scope = "read"
tenant = "default"
`,
    );
    gatelog = await serve('serve', '--data', data, '--config', config);
    browser = await openBrowser();
    visitor = await arrive(browser, gatelog.address);
    page = visitor.page;
    await visitor.signIn(gatelog.user, gatelog.password);
    await page.locator('#password').fill(PASSWORD);
    await page.locator('#repeated').fill(PASSWORD);
    await page.locator('#choose-password button').click();
    await page.waitForURL('**/logs');
  });

  after(async () => {
    await browser?.close();
    await gatelog?.stop();
    provider?.stop();
    await folder?.remove();
  });

  async function photographEverywhere(name) {
    await visitor.photograph(name);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 390, height: 844 });
    await visitor.photograph(`${name}-dark-telephone`);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 390, `the page is ${width} pixels wide`);
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 1360, height: 860 });
  }

  /** Types a code on the second page and waits for what follows. */
  async function typeCode(typed) {
    await page.locator('#code').fill(typed);
    await Promise.all([page.waitForEvent('load'), page.locator('#sign-in-code button').click()]);
  }

  it('sets up an app with the key on the page and shows recovery codes once', async () => {
    await page.locator('#account summary').click();
    await visitor.follow('#two-step');
    assert.equal(visitor.path(), '/account/totp');
    key = await page.locator('#key').innerText();
    await photographEverywhere('totp');
    await page.locator('#code').fill(code(key, -1));
    await Promise.all([page.waitForEvent('load'), page.locator('#turn-on button').click()]);
    recoveryCodes = await page.locator('#recovery-codes code').allInnerTexts();
    assert.equal(new Set(recoveryCodes).size, 10);
    await photographEverywhere('recovery-codes');
    await visitor.follow('#kept');
    await visitor.go('/account/totp');
    assert.match(await page.locator('#totp-on').innerText(), /10/);
    assert.ok(!(await page.content()).includes(key), 'the key is not shown again');
    await photographEverywhere('totp-on');
    await visitor.follow('#back');
    visitor.assertNoComplaints();
  });

  it('asks for the code after the password', async () => {
    await visitor.signOut();
    await page.goto('/users');
    await visitor.signIn(gatelog.user, PASSWORD);
    assert.equal(visitor.path(), '/sign-in/code');
    await photographEverywhere('code');
    visitor.assertNoComplaints();
    await typeCode('000000');
    assert.equal(visitor.path(), '/sign-in/code');
    assert.match(await page.locator('#code-error').innerText(), /\w/);
    await photographEverywhere('code-wrong');
    visitor.forgive(); // Chromium reports the answer's status, 401.
    await page.goto('/logs');
    assert.equal(visitor.path(), '/sign-in', 'half open is not open');
    await visitor.signIn(gatelog.user, PASSWORD);
    await typeCode(code(key));
    assert.equal(visitor.path(), '/logs');
    visitor.assertNoComplaints();
  });

  it('takes a recovery code in its place', async () => {
    await visitor.signOut();
    await visitor.signIn(gatelog.user, PASSWORD);
    await typeCode(recoveryCodes[4]);
    assert.equal(visitor.path(), '/logs');
    await visitor.go('/account/totp');
    assert.match(await page.locator('#totp-on').innerText(), /9/);
    visitor.assertNoComplaints();
  });

  it('is turned off with the password, or by whoever runs the server', async () => {
    await page.locator('#password').fill(PASSWORD);
    await Promise.all([page.waitForEvent('load'), page.locator('#turn-off button').click()]);
    key = await page.locator('#key').innerText();
    await page.locator('#code').fill(code(key, -1));
    await Promise.all([page.waitForEvent('load'), page.locator('#turn-on button').click()]);
    await visitor.follow('#kept');
    const said = await run('user', 'reset-second-factor', '--data', data, gatelog.user);
    assert.match(said, /password alone/);
    await visitor.signOut();
    await visitor.signIn(gatelog.user, PASSWORD);
    assert.equal(visitor.path(), '/logs');
    await visitor.signOut();
    visitor.assertNoComplaints();
  });

  it('lets in whom a provider vouches for, with the role it says', async () => {
    provider.person = { sub: 's1', preferred_username: 'grace', groups: ['staff', 'auditors'] };
    await page.goto('/users');
    await photographEverywhere('sign-in-providers');
    await page.locator('#providers a').click();
    await page.waitForURL('**/users');
    assert.equal(await page.locator('#account .account-name').innerText(), 'grace@corp');
    await visitor.go('/account/totp');
    await page.locator('#elsewhere').waitFor();
    await visitor.go('/logs');
    await visitor.signOut();
    visitor.forgive(); // The visitor goes nowhere else on other days.
  });

  it('turns away whom it gives no role', async () => {
    provider.person = { sub: 's2', preferred_username: 'eve', groups: ['staff'] };
    await page.goto('/sign-in');
    await page.locator('#providers a').click();
    await page.locator('#problem[data-status="403"]').waitFor();
    await photographEverywhere('no-role');
    await page.goto('/logs');
    assert.equal(visitor.path(), '/sign-in');
    visitor.forgive(); // The request to the provider, and the answer's status.
  });

  it('records all of it', async () => {
    await visitor.signIn(gatelog.user, PASSWORD);
    const found = [
      'type = "mfa.enroll"',
      'type = "mfa.verify"',
      'type = "mfa.remove"',
      'type = "user.create" and target.id = "user:grace@corp"',
      'error.code = "wrong_code"',
      'error.code = "no_role" and actor.id = "user:eve@corp"',
    ];
    for (const query of found) {
      // Changes are moved into the ledger each second.
      do await visitor.go(`/logs?source=gatelog&q=${encodeURIComponent(query)}`);
      while ((await visitor.rows().count()) === 0);
    }
    visitor.assertNoComplaints();
  });
});
