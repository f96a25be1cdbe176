// Personal data as an analyst sees it: masked, shown after a reason, masked again, in every language.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { serveRows } from './program.mjs';
import { arrive, openBrowser } from './visitor.mjs';

const PASSWORD = 'correct horse battery';
const ADDRESS = '203.0.113.77';
const ROW = {
  id: 'r1',
  tenantId: 'default',
  key: 'Interaction.SignIn.Submit',
  payload: {
    key: 'Interaction.SignIn.Submit',
    result: 'Success',
    ip: ADDRESS,
    userId: 'u1',
    user: { id: 'u1', name: 'Quillon Ashgrove', primaryEmail: 'quill@north.example' },
  },
  createdAt: '2026-11-20T10:00:00.000Z',
};

const LANGUAGES = [
  ['en', 'Personal data is masked', 'Mask again'],
  ['fr', 'Les données personnelles sont masquées', 'Masquer à nouveau'],
  ['tr', 'Kişisel veriler gizli', 'Yeniden gizle'],
];

let browser;
let server;
let analyst;

before(async () => {
  [browser, server] = await Promise.all([openBrowser(), serveRows([ROW])]);
  const admin = await arrive(browser, server.address);
  await admin.signIn(server.user, server.password);
  await choosePassword(admin);
  await admin.go('/settings/members');
  await admin.page.locator('#new-member summary').click();
  await admin.page.locator('#member-name').fill('ana');
  await admin.page.locator('#member-role').selectOption('analyst');
  await admin.follow('#new-member button');
  const password = await admin.page.locator('#secret').innerText();
  analyst = await arrive(browser, server.address);
  await analyst.signIn('ana', password);
  await choosePassword(analyst);
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

for (const [language, masked, maskAgain] of LANGUAGES) {
  test(`masked, shown after a reason, masked again: ${language}`, async () => {
    const { page } = analyst;
    await page.context().addCookies([
      { name: 'gatelog_language', value: language, url: server.address },
    ]);
    await analyst.go('/logs');
    const sight = page.locator('#sight');
    assert.match(await sight.innerText(), new RegExp(masked));
    assert.ok(!(await page.content()).includes(ADDRESS));
    assert.match(await page.locator('#events').innerText(), /203\.0\.113\.•/);

    await sight.locator('summary').click();
    await analyst.photograph(`personal-data-${language}-form`);
    await page.locator('#unmask-reason').fill('Ticket 4711');
    await analyst.follow('#unmask button');
    assert.equal(await sight.getAttribute('data-sight'), 'unmasked');
    assert.match(await page.locator('#events').innerText(), /203\.0\.113\.77/);
    assert.match(await page.locator('#events').innerText(), /Quillon Ashgrove/);

    assert.equal(await page.locator('#mask-again').innerText(), maskAgain);
    await analyst.follow('#mask-again');
    assert.equal(await sight.getAttribute('data-sight'), 'masked');
    assert.ok(!(await page.content()).includes('Quillon'));
  });
}
