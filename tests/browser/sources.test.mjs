// Sources as an admin sets them up: without a key file first, then Logto's webhooks, what of them
// cannot be read, and systems whose APIs are asked.

import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { run, serve, temporaryFolder } from './program.mjs';
import { arrive, openBrowser } from './visitor.mjs';

const PASSWORD = 'correct horse battery';
const SIGNING_KEY = randomBytes(24).toString('base64url');
const EVENT = {
  hookId: 'hook1',
  event: 'PostSignIn',
  createdAt: '2026-11-20T10:00:00.000Z',
  userId: 'u1',
  user: { id: 'u1', username: 'ada' },
};
/** It does not say what happened, and would like to be a page. */
const BROKEN = '{"evnt":"PostRegister","createdAt":"2026-11-20T10:00:01.000Z","userId":"</textarea><script>alert(1)</script>\u202e"}';
const PAGE_BYTES_MAX = 100_000;

let browser;

before(async () => {
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
});

/** Signs in with a one-time password and chooses another one. */
async function enter(visitor, user, oneTime) {
  await visitor.signIn(user, oneTime);
  await visitor.page.locator('#password').fill(PASSWORD);
  await visitor.page.locator('#repeated').fill(PASSWORD);
  await visitor.follow('#choose-password button');
}

/** A server with an empty data directory, and somebody who administers it. */
async function house(settings, options) {
  const folder = await temporaryFolder();
  const config = join(folder.path, 'gatelog.toml');
  await writeFile(config, await settings(folder.path));
  const server = await serve('serve', '--data', join(folder.path, 'data'), '--config', config);
  const admin = await arrive(browser, server.address, options);
  await enter(admin, server.user, server.password);
  const stop = async () => {
    await server.stop();
    await folder.remove();
  };
  return { server, admin, page: admin.page, stop };
}

/** Settings with a key file, beside `more`. */
async function withKey(path, more = '') {
  const key = join(path, 'secrets.key');
  await run('source', 'key', key);
  return `[server]\nsecrets_key_file = ${JSON.stringify(key)}\n${more}`;
}

/** Sends a webhook as Logto does, and returns the answer's status. */
async function deliver(address, body, key = SIGNING_KEY) {
  const signature = createHmac('sha256', key).update(body).digest('hex');
  const headers = { 'content-type': 'application/json', 'logto-signature-sha-256': signature };
  return (await fetch(address, { method: 'POST', headers, body })).status;
}

/** Opens a page again and again until `look` finds something there. */
async function until(visitor, path, look) {
  const deadline = Date.now() + 60_000;
  for (;;) {
    await visitor.go(path);
    const found = await look(visitor.page);
    if (found) return found;
    assert.ok(Date.now() < deadline, `${path}: ${await visitor.page.locator('main').innerText()}`);
  }
}

const isInState = (state) => async (page) =>
  (await page.locator('#source-state').innerText()).includes(state);

/** Both themes, wide and as on a phone: nothing is too wide, and pictures are taken. */
async function photographAll(visitor, name) {
  for (const scheme of ['light', 'dark']) {
    for (const [size, width] of [['wide', 1360], ['phone', 390]]) {
      await visitor.page.emulateMedia({ colorScheme: scheme });
      await visitor.page.setViewportSize({ width, height: 860 });
      const overflow = await visitor.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(overflow <= 0, `${name} is ${overflow} px too wide at ${width}`);
      await visitor.photograph(`sources-${name}-${scheme}-${size}`);
    }
  }
  await visitor.page.setViewportSize({ width: 1360, height: 860 });
}

describe('without a key file', { timeout: 300_000 }, () => {
  let there;

  before(async () => {
    there = await house(() => '');
  });

  after(() => there?.stop());

  it('nothing can be added, and how to make a key is told', async () => {
    const { admin, page } = there;
    await admin.go('/settings/sources');
    assert.match(await page.locator('#no-key').innerText(), /gatelog source key/);
    assert.equal(await page.locator('#kinds').count(), 0);
    await photographAll(admin, 'no-key');
    await admin.go('/settings/sources?kind=okta');
    await page.locator('#source-name').fill('okta');
    await page.locator('#source-tokens').fill('a token');
    await page.locator('#save-source').click();
    assert.match(await page.locator('#error').innerText(), /Not saved: .*secrets_key_file/);
    admin.forgive();
    await admin.go('/settings/sources');
    assert.ok(await page.locator('#empty').isVisible());
    admin.assertNoComplaints();
  });
});

describe('sources', { timeout: 600_000 }, () => {
  let there;
  let admin;
  let page;
  let address;

  before(async () => {
    const syslog = '\n[[sources]]\nname = "of-the-file"\nkind = "syslog"\ncontent = "text"\nlisten = "127.0.0.1:0"\n';
    there = await house((path) => withKey(path, syslog));
    ({ admin, page } = there);
  });

  after(() => there?.stop());

  const openRecord = async (path = '/settings/quarantine') => {
    await admin.go(path);
    await admin.follow('#quarantine tbody a');
  };

  it("Logto's webhooks are added, with a secret that is never shown again", async () => {
    await admin.go('/settings/sources');
    assert.equal(await page.locator('#sources tbody tr').count(), 1);
    await page.locator('#new-source summary').click();
    await photographAll(admin, 'kinds');
    await admin.follow('#kinds a[href*="logto-webhook"]');
    await page.locator('#source-name').fill('shop-logto');
    await page.locator('#source-signing-keys').fill(`${SIGNING_KEY}\nan older one`);
    await photographAll(admin, 'new');
    await admin.follow('#save-source');
    address = await page.locator('#address').innerText();
    assert.equal(address, `${there.server.address}/v1/sources/shop-logto/webhook`);
    assert.ok(!(await page.content()).includes(SIGNING_KEY));
    assert.match(await page.locator('#source-signing-keys-note').innerText(), /Kept: 2/);
    await until(admin, '/settings/sources/shop-logto', isInState('Running'));
    admin.assertNoComplaints();
  });

  it('what is sent there is kept, and the page tells so', async () => {
    assert.equal(await deliver(address, JSON.stringify(EVENT), 'another key'), 401);
    assert.equal(await deliver(address, JSON.stringify(EVENT)), 200);
    await admin.go('/settings/sources/shop-logto');
    assert.equal(await page.locator('#kept').innerText(), '1');
    assert.match(await page.locator('#figures time').first().getAttribute('datetime'), /^2026-11-20T10:00:00/);
    await admin.go('/logs?range=all');
    assert.equal(await admin.total(), 1);
    assert.equal(await page.locator('#attention').count(), 0);
  });

  it('what cannot be read waits in the quarantine until it is mended', async () => {
    assert.equal(await deliver(address, BROKEN), 200);
    await admin.go('/settings/sources');
    assert.ok(await page.locator('#attention').isVisible());
    assert.equal(await page.locator('#sources .held').innerText(), '1');
    await photographAll(admin, 'list');
    await admin.follow('#sources .held');
    await photographAll(admin, 'quarantine');
    await openRecord();
    const text = await page.locator('#record').inputValue();
    assert.equal(text, BROKEN.replace('\u202e', '\\u202e'), 'nothing in it is a page or hides');
    await photographAll(admin, 'record');

    await page.locator('#take').click();
    await page.locator('#error').waitFor();
    assert.match(await page.locator('#error').innerText(), /still no event/);
    await page.locator('#record').fill(text.replace('evnt', 'event'));
    admin.forgive();
    await admin.follow('#take');
    assert.match(await page.locator('#done').innerText(), /an event now/);
    assert.ok(await page.locator('#empty').isVisible());
    await admin.go('/logs?range=all');
    assert.equal(await admin.total(), 2);
    admin.assertNoComplaints();
  });

  it('a record that nobody wants is thrown away', async () => {
    assert.equal(await deliver(address, '[]'), 200);
    await openRecord();
    assert.equal(await page.locator('#record').inputValue(), '[]');
    await page.locator('#held-record .confirm summary').click();
    await admin.follow('#discard');
    assert.match(await page.locator('#done').innerText(), /thrown away/);
    admin.assertNoComplaints();
  });

  it('it rests, goes on, and keeps its secrets when it is edited', async () => {
    await admin.go('/settings/sources/shop-logto');
    await admin.follow('#pause');
    assert.match(await page.locator('#source-state').innerText(), /Paused/);
    const paused = Date.now() + 60_000;
    while ((await deliver(address, JSON.stringify({ ...EVENT, userId: 'u2' }))) !== 404) {
      assert.ok(Date.now() < paused, 'it is refused');
    }
    await page.locator('#source-silent').fill('48');
    await admin.follow('#save-source');
    await admin.follow('#resume');
    await until(admin, '/settings/sources/shop-logto', isInState('Running'));
    assert.equal(await page.locator('#source-silent').inputValue(), '48');
    assert.equal(await deliver(address, JSON.stringify({ ...EVENT, userId: 'u3' })), 200);
    admin.assertNoComplaints();
  });

  it('what is wrong with the settings is told at its field', async () => {
    await admin.go('/settings/sources?kind=mapped-webhook');
    await page.locator('#source-credential-kind').selectOption('signature');
    assert.ok(await page.locator('#source-credential-tokens').isHidden());
    await admin.go('/settings/sources?kind=logto-api');
    await page.locator('#source-name').fill('keycloak');
    await page.locator('#source-endpoint').fill('https://id.acme.example/?x=1');
    await page.locator('#source-client-id').fill('m2m');
    await page.locator('#source-client-secret').fill('hunter2hunter2');
    await page.locator('#save-source').click();
    await page.locator('#source-endpoint[aria-invalid="true"]').waitFor();
    assert.ok(!(await page.content()).includes('hunter2hunter2'));
    await photographAll(admin, 'wrong');
    admin.forgive();
    await admin.go('/settings/sources?kind=logto-webhook');
    await page.locator('#source-name').fill('of-the-file');
    await page.locator('#source-signing-keys').fill('x');
    await page.locator('#save-source').click();
    await page.locator('#error').waitFor();
    assert.match(await page.locator('#error').innerText(), /the name of-the-file is taken/);
    assert.equal(await page.locator('#source-name').inputValue(), 'of-the-file');
    admin.forgive();
  });

  it('an API in a private network is not asked', async () => {
    await admin.go('/settings/sources?kind=logto-api');
    await page.locator('#source-name').fill('inside');
    await page.locator('#source-endpoint').fill('http://10.1.2.3');
    await page.locator('#source-client-id').fill('m2m');
    await page.locator('#source-client-secret').fill('hunter2');
    await admin.follow('#save-source');
    await until(admin, '/settings/sources/inside', isInState('Trouble'));
    assert.match(await page.locator('#trouble').innerText(), /outgoing/);
    await photographAll(admin, 'trouble');
    await page.locator('.confirm summary').click();
    await admin.follow('#remove-source');
    assert.equal(await page.locator('#sources tbody tr').count(), 2);
    admin.assertNoComplaints();
  });

  it('one of the configuration file is shown and not changed', async () => {
    await until(admin, '/settings/sources/of-the-file', isInState('Running'));
    assert.ok(await page.locator('#of-file').isVisible());
    assert.equal(await page.locator('#content button:visible').count(), 0);
    const refused = await page.request.post('/settings/sources/of-the-file', {
      form: { deed: 'remove' },
      headers: { origin: there.server.address },
    });
    assert.equal(refused.status(), 404);
  });

  it('is for admins, and speaks three languages in light pages', async () => {
    await admin.go('/settings/members');
    await page.locator('#new-member summary').click();
    await page.locator('#member-name').fill('vic');
    await page.locator('#member-role').selectOption('analyst');
    await admin.follow('#new-member button');
    const oneTime = await page.locator('#secret').innerText();
    const vic = await arrive(browser, there.server.address);
    await enter(vic, 'vic', oneTime);
    await deliver(address, BROKEN);
    await admin.go('/settings/quarantine');
    const [record] = await admin.linksOf('#quarantine tbody a');
    const paths = ['/settings/sources', '/settings/sources/shop-logto', '/settings/quarantine', record];
    for (const path of paths) {
      assert.equal((await vic.page.goto(path)).status(), 403, path);
    }
    await vic.go('/logs');
    assert.equal(await vic.page.locator('#attention').count(), 0);
    for (const [locale, title] of [['en', 'Sources'], ['fr', 'Quarantaine'], ['tr', 'Kaynaklar']]) {
      const reader = await arrive(browser, there.server.address, { locale });
      await reader.signIn(there.server.user, PASSWORD);
      for (const path of [...paths.slice(0, 3), '/settings/sources?kind=authgear-api']) {
        const response = await reader.page.goto(path);
        const { length } = await response.body();
        assert.ok(length < PAGE_BYTES_MAX, `${path} has ${length} bytes`);
      }
      await reader.go('/settings/sources');
      assert.match(await reader.page.locator('main').innerText(), new RegExp(title));
      await reader.photograph(`sources-list-${locale}`);
      reader.assertNoComplaints();
    }
  });

  it('works without JavaScript, to the end', async () => {
    const plain = await arrive(browser, there.server.address, { javaScriptEnabled: false });
    await plain.signIn(there.server.user, PASSWORD);
    await plain.go('/settings/sources');
    await plain.page.locator('#new-source summary').click();
    await plain.follow('#kinds a[href*="okta"]');
    await plain.page.locator('#source-name').fill('okta');
    await plain.page.locator('#source-tokens').fill('a token');
    await plain.follow('#save-source');
    assert.match(await plain.page.locator('#address').innerText(), /\/v1\/sources\/okta\/webhook$/);
    await plain.go('/settings/quarantine');
    await plain.follow('#quarantine tbody a');
    await plain.page.locator('#record').fill('{"event":"PostRegister","createdAt":"2026-11-20T10:00:02.000Z"}');
    await plain.follow('#take');
    assert.ok(await plain.page.locator('#done').isVisible());
    for (const name of ['okta', 'shop-logto']) {
      await plain.go(`/settings/sources/${name}`);
      await plain.page.locator('.confirm summary').click();
      await plain.follow('#remove-source');
    }
    assert.equal(await plain.page.locator('#sources tbody tr').count(), 1);
    plain.assertNoComplaints();
    const isTold = async (page) =>
      (await page.locator('main').innerText()).includes('removed the source shop-logto');
    await until(admin, '/settings/activity', isTold);
    const told = await page.locator('main').innerText();
    assert.match(told, /created the source okta/);
    assert.match(told, /changed the source shop-logto/);
  });
});
