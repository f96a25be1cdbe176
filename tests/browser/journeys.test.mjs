// One event and its record, the panel beside the list, journeys, and the pages about a person, an
// application, an address and an organisation.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { serveRows } from './program.mjs';
import { arrive, openBrowser } from './visitor.mjs';

const START_MS = Date.UTC(2026, 2, 1, 8, 0, 0);
const ADA = 'adaada000001';
const SHOP = 'shop00000000000000001';
const ORGANIZATION = 'acme00000001';
const ADDRESS = '198.51.100.7';
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1';
const PREFIX = 'Interaction.SignIn';

/** Sign-ins of Ada's: an interaction each, of which every third fails at the password. */
function journeys() {
  return Array.from({ length: 9 }, (_, number) => {
    const interactionId = `interaction${number}`;
    const isFailure = number % 3 === 2;
    const step = (place, key, payload) => ({
      tenantId: 'default',
      id: `event${number}${place}`.padEnd(21, '0'),
      key,
      payload: {
        key,
        ip: ADDRESS,
        userAgent: IPHONE,
        applicationId: SHOP,
        params: { organization_id: ORGANIZATION },
        interactionId,
        result: 'Success',
        ...payload,
      },
      createdAt: START_MS + number * 3_600_000 + place * 2_500,
    });
    const error = { code: 'session.invalid_credentials', message: 'Incorrect password.' };
    const password = isFailure ? { result: 'Error', error } : { userId: ADA };
    const steps = [
      step(0, `${PREFIX}.Create`, {}),
      step(1, `${PREFIX}.Verification.Password.Submit`, {
        identifier: { type: 'email', value: 'ada@acme.example' },
        ...password,
      }),
    ];
    return isFailure ? steps : [...steps, step(2, `${PREFIX}.Submit`, { userId: ADA })];
  }).flat();
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with a script' : 'without a script';

  describe(`everything about an event, ${how}`, { timeout: 300_000 }, () => {
    let gatelog;
    let browser;
    let visitor;
    let page;

    before(async () => {
      gatelog = await serveRows(journeys());
      browser = await openBrowser();
      visitor = await arrive(browser, gatelog.address, { javaScriptEnabled });
      page = visitor.page;
      await visitor.signIn(gatelog.user, gatelog.password);
    });

    after(async () => {
      await browser?.close();
      await gatelog?.stop();
    });

    it('leads from an event to its journey and back', async () => {
      await visitor.go('/logs/event2100000000000000');
      await visitor.follow('#journey');
      assert.equal(visitor.path(), '/journeys/around/event2100000000000000');
      assert.equal(await page.locator('#steps li').count(), 2);
      const fatal = page.locator('#steps .fatal');
      assert.match(await fatal.innerText(), /Failed here/);
      assert.match(await fatal.innerText(), /session\.invalid_credentials/);
      assert.match(await fatal.innerText(), /after 2\.5 s/);
      assert.equal(await page.locator('#took').innerText(), '2.5 s');
      await visitor.photograph(`journey-${javaScriptEnabled ? 'script' : 'no-script'}`);
      await visitor.follow('#back');
      assert.equal(visitor.path(), '/logs/event2100000000000000');
      visitor.assertNoComplaints();
    });

    it('shows a record as a tree, as paths and raw, always the same', async () => {
      await visitor.go('/logs/event0000000000000000');
      const record = () => page.locator('#record');
      const nested = JSON.parse(await record().innerText());
      await page.locator('#record summary').nth(1).click();
      assert.ok(await page.getByText('"organization_id"').isHidden(), 'a branch folds');
      await visitor.follow('#views a:nth-child(3)');
      assert.deepEqual(JSON.parse(await record().innerText()), nested);
      await visitor.follow('#views a:nth-child(2)');
      const row = record().locator('div').filter({ hasText: 'data.payload.params.organization_id' });
      await row.hover();
      await visitor.followThe(row.locator('.only'));
      assert.equal(await visitor.total(), journeys().length);
      assert.match(await page.locator('#query').inputValue(), /^data\.payload\.params\.organization_id = "/);
      visitor.assertNoComplaints();
    });

    it('has a page about each of whom and what an event names', async () => {
      // Of a person also failures with what they have signed in with, but not what nobody typed.
      const subjects = {
        [`/users/${ADA}`]: 15,
        [`/applications/${SHOP}`]: 24,
        [`/addresses/${ADDRESS}`]: 24,
        [`/organizations/${ORGANIZATION}`]: 24,
      };
      for (const [address, total] of Object.entries(subjects)) {
        await visitor.go('/logs/event0200000000000000');
        await visitor.follow(`#attributes a[href="${address}"]`);
        assert.equal(visitor.path(), address);
        assert.equal(await visitor.total(), total, address);
        assert.match(await page.locator('#devices').innerText(), /Safari 17 · iOS 17\.4 · phone/);
        assert.ok(await page.locator('#chart').isVisible());
      }
      visitor.assertNoComplaints();
    });

    it('finds whoever an identifier means', async () => {
      await visitor.go('/users/find');
      await page.locator('#who').fill('ada@acme.example');
      await Promise.all([page.waitForEvent('load'), page.locator('#find button').click()]);
      assert.equal(visitor.path(), `/users/${ADA}`);
      visitor.assertNoComplaints();
    });

    if (!javaScriptEnabled) {
      it('opens events as pages', async () => {
        await visitor.go('/logs');
        await visitor.follow('#events td.event > a >> nth=0');
        assert.match(visitor.path(), /^\/logs\/event/);
        assert.ok(await page.locator('#back').isVisible());
      });
      return;
    }

    const panel = () => page.locator('#panel');
    const rows = () => page.locator('#events td.event > a');

    it('opens an event beside its list, and closes it with Back and Escape', async () => {
      await visitor.go('/logs?result=failure');
      const list = page.url();
      await rows().nth(1).click();
      await panel().waitFor();
      assert.equal(visitor.path(), '/logs/event5100000000000000');
      assert.match(page.url(), /result=failure/);
      assert.ok(await page.locator('#events').isVisible(), 'the list is still there');
      assert.equal(await page.evaluate(() => document.activeElement.id), 'panel');
      await visitor.photograph('panel');
      await page.goBack();
      await panel().waitFor({ state: 'hidden' });
      assert.equal(page.url(), list);
      await page.goForward();
      await panel().waitFor();
      assert.equal(visitor.path(), '/logs/event5100000000000000');
      await page.keyboard.press('Escape');
      await panel().waitFor({ state: 'hidden' });
      assert.equal(page.url(), list);
      const focused = await page.evaluate(() => document.activeElement.getAttribute('href'));
      assert.equal(focused, 'event5100000000000000', 'the focus is back in the list');
      visitor.assertNoComplaints();
    });

    it('leads from event to event within the panel, and one step back to the list', async () => {
      await visitor.go('/logs?result=failure');
      await rows().nth(0).click();
      await panel().waitFor();
      await panel().locator('[rel=next]').click();
      await page.waitForURL('**/event5100000000000000*');
      const marked = page.locator('#events tr[aria-current] td.event > a');
      assert.equal(await marked.getAttribute('href'), 'event5100000000000000');
      await panel().locator('.views a').nth(1).click();
      await page.waitForURL('**view=flat*');
      assert.ok(await panel().locator('.flat').isVisible());
      await page.goBack();
      await panel().waitFor({ state: 'hidden' });
      assert.equal(visitor.path(), '/logs');
      visitor.assertNoComplaints();
    });

    it('has an address that loads as a page, from which Back leads to the list', async () => {
      await visitor.go('/logs');
      await rows().nth(0).click();
      await panel().waitFor();
      await page.reload();
      assert.ok(await page.locator('#back').isVisible());
      assert.equal(await panel().count(), 0);
      await page.goBack();
      await page.locator('#events').waitFor();
      assert.equal(visitor.path(), '/logs');
    });

    it('leaves clicks with a key pressed to the browser', async () => {
      await visitor.go('/logs');
      const [opened] = await Promise.all([
        visitor.context.waitForEvent('page'),
        rows().nth(0).click({ modifiers: ['Control'] }),
      ]);
      await opened.waitForURL('**/logs/event*');
      assert.equal(visitor.path(), '/logs');
      await opened.close();
    });

    it('copies a value', async () => {
      await visitor.context.grantPermissions(['clipboard-read', 'clipboard-write']);
      await visitor.go('/logs/event0200000000000000');
      const value = page.locator('#attributes dl > div').filter({ hasText: ADDRESS });
      await value.hover();
      await value.locator('.copy').click();
      await value.locator('.copy.done').waitFor();
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), ADDRESS);
    });

    it('looks well in both themes, wide and on a telephone', async () => {
      const pages = {
        event: '/logs/event2100000000000000',
        flat: '/logs/event0000000000000000?view=flat',
        user: `/users/${ADA}`,
        address: `/addresses/${ADDRESS}`,
        journey: '/journeys/interaction2?event=event2100000000000000',
      };
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        for (const [name, address] of Object.entries(pages)) {
          for (const [width, size] of [[1360, 'wide'], [390, 'phone']]) {
            await page.setViewportSize({ width, height: 860 });
            await visitor.go(address);
            const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
            assert.ok(overflow <= 0, `${name} fits into ${width} pixels`);
            await visitor.photograph(`${name}-${colorScheme}-${size}`);
          }
        }
      }
      visitor.assertNoComplaints();
    });
  });
}
