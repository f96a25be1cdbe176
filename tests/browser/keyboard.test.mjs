// By keyboard alone: from the sign-in page to the journey of an event, and back to the list.

import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';

import { serveRows } from './program.mjs';
import { arrive, openBrowser } from './visitor.mjs';

/** No page has more things to stop at before the one that is looked for. */
const TABS_MAX = 120;
const START_MS = Date.UTC(2026, 2, 1, 8, 0, 0);

/** A sign-in of two steps, which belong to one interaction. */
const ROWS = ['Create', 'Submit'].map((step, number) => {
  const key = `Interaction.SignIn.${step}`;
  const payload = { key, result: 'Success', interactionId: 'interaction1', ip: '198.51.100.7' };
  const id = `event${number}`.padEnd(21, '0');
  return { tenantId: 'default', id, key, payload, createdAt: START_MS + number * 2_500 };
});

let browser;
let gatelog;
let visitor;
let page;

before(async () => {
  [browser, gatelog] = await Promise.all([openBrowser(), serveRows(ROWS)]);
  visitor = await arrive(browser, gatelog.address);
  page = visitor.page;
});

after(async () => {
  await browser?.close();
  await gatelog?.stop();
});

/** Presses Tab until what a selector finds has the focus, visibly. */
async function tabTo(selector) {
  for (let tabs = 0; tabs < TABS_MAX; tabs += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate((wanted) => {
      const element = document.activeElement;
      const { outlineStyle } = getComputedStyle(element);
      return { isWanted: element.matches(wanted), name: element.outerHTML.slice(0, 120), outlineStyle };
    }, selector);
    if (!focused.isWanted) continue;
    assert.notEqual(focused.outlineStyle, 'none', `${focused.name} shows its focus`);
    return;
  }
  assert.fail(`${selector} is not reached on ${page.url()}`);
}

/** Presses Enter and waits for the page that comes of it. */
async function enter() {
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
}

it('goes from the sign-in page to the journey of an event and back', async () => {
  await page.goto('/sign-in');
  await page.locator('body').focus();
  await tabTo('[name="user"]');
  await page.keyboard.type(gatelog.user);
  await tabTo('[name="password"]');
  await page.keyboard.type(gatelog.password);
  await enter();
  assert.equal(visitor.path(), '/account/password');
  await tabTo('#not-now');
  await enter();
  assert.equal(visitor.path(), '/logs');

  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'content', 'the menu is skipped');
  await tabTo('#events .event > a');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.locator('#panel h1').waitFor();
  assert.match(visitor.path(), /^\/logs\/event0/, 'the second row is opened');
  await tabTo('#panel #journey');
  await enter();
  assert.match(visitor.path(), /^\/journeys\//);

  await tabTo('#steps li:last-child a');
  await enter();
  assert.match(visitor.path(), /^\/logs\/event1/);
  await tabTo('#back');
  await enter();
  assert.equal(visitor.path(), '/logs');
  visitor.assertNoComplaints();
});
