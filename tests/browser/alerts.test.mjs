// Searches that are saved, and alerts that tell a webhook and people by e-mail.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, describe, it } from 'node:test';

import { openMailbox } from './mailbox.mjs';
import { serveRows } from './program.mjs';
import { knownRows, KNOWN } from './rows.mjs';
import { arrive, openBrowser } from './visitor.mjs';

/** A webhook that keeps what it is sent; `next` resolves to the first message with an occasion. */
async function receiver() {
  const messages = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += part;
    messages.push({ body, signature: request.headers['gatelog-signature'], ...JSON.parse(body) });
    response.end();
    server.emit('message');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const next = async (occasion) => {
    for (;;) {
      const found = messages.find((message) => message.occasion === occasion);
      if (found) return found;
      await once(server, 'message');
    }
  };
  return { url: `http://127.0.0.1:${server.address().port}/hook`, next, close: () => server.close() };
}

describe('searches and alerts', { timeout: 300_000 }, () => {
  let gatelog;
  let mailbox;
  let webhook;
  let browser;
  let visitor;
  let page;

  before(async () => {
    mailbox = await openMailbox();
    const outgoing = '[outgoing]\nnetworks = ["127.0.0.0/8"]\n';
    gatelog = await serveRows(knownRows(), `${outgoing}${mailbox.settings}`);
    webhook = await receiver();
    browser = await openBrowser();
    visitor = await arrive(browser, gatelog.address);
    page = visitor.page;
    await visitor.signIn(gatelog.user, gatelog.password);
  });

  after(async () => {
    await browser?.close();
    webhook?.close();
    mailbox?.close();
    await gatelog?.stop();
  });

  /** Opens one of the menus in the menu of what can be done with a question. */
  const openWithin = async (menu) => {
    await page.locator('#keep > summary').click();
    await page.locator(`${menu} > summary`).click();
  };

  it('saves a search and opens it again', async () => {
    await visitor.go('/logs?result=failure&dense=on');
    await openWithin('#saved');
    await page.locator('#search-name').fill('Failed');
    await visitor.photograph('saved-menu');
    await visitor.follow('#save-search button');
    assert.equal(new URL(page.url()).search, '?result=failure&dense=on');
    await visitor.go('/logs');
    await openWithin('#saved');
    await visitor.followThe(page.getByRole('link', { name: 'Failed', exact: true }));
    assert.equal(await visitor.total(), KNOWN.failures);
    await visitor.go('/searches');
    await page.locator('#searches .pop > summary').click();
    await visitor.photograph('searches');
    visitor.assertNoComplaints();
  });

  it('tells the question as commands that can be copied', async () => {
    await visitor.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await visitor.go('/logs?result=failure');
    await openWithin('#commands');
    await page.locator('[data-copy="command-gatelog"]').click();
    await page.getByText('Copied').first().waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(copied, `gatelog query --tenant default -- 'outcome = "failure"'`);
    await visitor.photograph('commands');
    visitor.assertNoComplaints();
  });

  it('tells a webhook, signed, and tries it', async () => {
    await visitor.go('/alerts/new?result=success');
    await page.locator('#rule-name').fill('Too quiet');
    await page.locator('[name="comparison"]').selectOption('fewer');
    await page.locator('#rule-webhook').fill(webhook.url);
    await visitor.photograph('alert-new');
    await visitor.follow('#save-rule');
    const secret = await page.locator('#secret').innerText();
    const message = await webhook.next('begin');
    const signature = createHmac('sha256', secret).update(message.body).digest('hex');
    assert.equal(message.signature, `sha256=${signature}`);
    assert.deepEqual(
      [message.alert.name, message.count, message.threshold, message.link],
      ['Too quiet', 0, { comparison: 'fewer', events: 10 }, null],
    );
    await visitor.follow('#kept-secret');
    await visitor.follow('#test-alert');
    assert.equal((await webhook.next('test')).test, true);
    assert.match(await page.locator('#tested').innerText(), /accepted/);
    await visitor.photograph('alert');
    visitor.assertNoComplaints();
  });

  it('tells people by e-mail, and says who was not reached', async () => {
    await visitor.go('/alerts/new?result=failure');
    await page.locator('#rule-name').fill('Failures');
    await page.locator('[name="comparison"]').selectOption('fewer');
    await page.locator('#rule-recipients').fill('ada@acme.example');
    await page.locator('#rule-language').selectOption('tr');
    await visitor.follow('#save-rule');
    assert.match(new URL(page.url()).pathname, /^\/alerts\/\d+$/, 'there is no secret to be shown');
    const begun = await mailbox.next(/utf-8/);
    assert.ok(begun.includes('Auto-Submitted: auto-generated'), begun.join('\n'));

    await page.locator('#rule-recipients').fill('ada@acme.example\nnobody@acme.example');
    await page.locator('#rule-language').selectOption('en');
    await visitor.follow('#save-rule');
    await visitor.follow('#test-alert');
    const outcomes = await page.locator('#tested').innerText();
    assert.match(outcomes, /accepted for ada@acme\.example/);
    assert.match(outcomes, /nobody@acme\.example: permanent error \(550\): 5\.1\.1 nobody here/);
    await visitor.photograph('alert-mail');
    visitor.assertNoComplaints();
  });

  for (const colorScheme of ['light', 'dark']) {
    it(`fits a telephone, ${colorScheme}`, async () => {
      await page.setViewportSize({ width: 390, height: 844 });
      await page.emulateMedia({ colorScheme });
      for (const path of ['/searches', '/alerts', '/alerts/1', '/alerts/2', '/logs']) {
        await visitor.go(path);
        if (path === '/logs') await openWithin('#saved');
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.equal(overflow, 0, path);
        await visitor.photograph(`telephone${path.replaceAll('/', '-')}-${colorScheme}`);
      }
      visitor.assertNoComplaints();
    });
  }
});
