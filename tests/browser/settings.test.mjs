// Settings as a person uses them: an admin invites a member, makes and revokes a key, looks at the
// catalogue and at what was done.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { serveRows } from './program.mjs';
import { arrive, openBrowser } from './visitor.mjs';

const PASSWORD = 'correct horse battery';
const ROW = {
  id: 'r1',
  tenantId: 'default',
  key: 'Interaction.SignIn.Submit',
  payload: { key: 'Interaction.SignIn.Submit', result: 'Success', ip: '203.0.113.7' },
  createdAt: '2026-11-20T10:00:00.000Z',
};

let browser;
let server;
let admin;

before(async () => {
  [browser, server] = await Promise.all([openBrowser(), serveRows([ROW])]);
  admin = await arrive(browser, server.address);
  await admin.signIn(server.user, server.password);
  await choosePassword(admin);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

async function choosePassword(visitor) {
  await visitor.page.locator('#password').fill(PASSWORD);
  await visitor.page.locator('#repeated').fill(PASSWORD);
  await visitor.follow('#choose-password button');
}

/** A picture of the page in both themes, wide and as on a phone. */
async function photographAll(visitor, name) {
  for (const scheme of ['light', 'dark']) {
    for (const [size, width] of [['wide', 1360], ['phone', 390]]) {
      await visitor.page.emulateMedia({ colorScheme: scheme });
      await visitor.page.setViewportSize({ width, height: 860 });
      const overflow = await visitor.page.evaluate(
        () => document.documentElement.scrollWidth - window.innerWidth,
      );
      assert.ok(overflow <= 0, `${name} is ${overflow} px too wide at ${width}`);
      await visitor.photograph(`settings-${name}-${scheme}-${size}`);
    }
  }
  await visitor.page.setViewportSize({ width: 1360, height: 860 });
}

test('a member is invited, signs in with what was shown once, and is disabled', async () => {
  await admin.go('/settings/members');
  await admin.page.locator('#new-member summary').click();
  await admin.page.locator('#member-name').fill('vic');
  await admin.page.locator('#member-role').selectOption('analyst');
  await admin.follow('#new-member button');
  const password = await admin.page.locator('#secret').innerText();
  await photographAll(admin, 'members');

  const vic = await arrive(browser, server.address);
  await vic.signIn('vic', password);
  await choosePassword(vic);
  await vic.go('/account');
  assert.equal(await vic.page.locator('#sessions tbody tr').count(), 1);
  assert.match(await vic.page.locator('#sessions').innerText(), /Chrome, Linux[^]*127\.0\.0\.1/);
  await photographAll(vic, 'account');
  await vic.go('/settings/catalogue');
  assert.equal(await vic.page.locator('#settings-tabs a').count(), 1);
  const refused = await vic.page.goto('/settings/members');
  assert.equal(refused.status(), 403);
  await vic.photograph('settings-refused');

  await admin.go('/settings/members/vic');
  await photographAll(admin, 'member');
  await admin.follow('#disable');
  assert.equal(await admin.page.locator('#state').innerText(), 'Disabled');
  await vic.page.goto('/logs');
  assert.equal(vic.path(), '/sign-in');
  vic.forgive();
});

test('a key is copied, used, and revoked after a question', async () => {
  await admin.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await admin.go('/settings/keys');
  await admin.page.locator('#new-key summary').click();
  await admin.page.locator('#label').fill('from the browser');
  await admin.page.locator('#scope').selectOption('read');
  await admin.follow('#new-key button');
  await admin.page.locator('#secret-card button').click();
  const key = await admin.page.evaluate(() => navigator.clipboard.readText());
  assert.equal(key, await admin.page.locator('#secret').innerText());
  assert.ok(!admin.page.url().includes(key));
  const ask = () =>
    fetch(`${server.address}/v1/events`, { headers: { authorization: `Bearer ${key}` } });
  assert.equal((await ask()).status, 200);
  await photographAll(admin, 'keys');

  const row = admin.page.locator('#keys tr', { hasText: 'from the browser' });
  await admin.followThe(row.locator('a.button'));
  await photographAll(admin, 'revoke');
  await admin.follow('#confirm button');
  assert.equal(admin.path(), '/settings/keys');
  assert.match(await row.innerText(), /Revoked/);
});

test('the catalogue is searched, and an event type leads to its events', async () => {
  await admin.go('/settings/catalogue');
  await photographAll(admin, 'catalogue');
  await admin.page.locator('#search-text').fill('Interaction.SignIn.Submit');
  await admin.follow('#apply');
  await admin.follow('#event-types tbody a >> nth=0');
  await photographAll(admin, 'event-type');
  await admin.follow('#events-of-type');
  assert.equal(await admin.total(), 1);
});

test('what was done here is told in words', async () => {
  const row = admin.page.locator('#activity tr', { hasText: 'signed in' });
  // Changes are on their way to the ledger for up to a second.
  await assert.doesNotReject(async () => {
    do await admin.go('/settings/activity');
    while ((await row.count()) === 0);
  });
  await photographAll(admin, 'activity');
  await admin.page.locator('#kind').selectOption('sign-ins');
  await admin.page.waitForURL('**kind=sign-ins*');
  admin.assertNoComplaints();
});
