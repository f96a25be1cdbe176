// A person with a browser: visits pages and notes everything a browser would complain about.

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { chromium } from 'playwright-core';

const SCREENSHOTS = process.env.GATELOG_SCREENSHOTS ?? '../../target/screenshots';

/** Debian's Chromium without the traffic of its own that a closed network refuses. */
export function openBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-gpu',
      '--disable-quic',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}

/** A new visitor of the server at `address`, with nobody's cookies. */
export async function arrive(browser, address, options = {}) {
  const context = await browser.newContext({
    baseURL: address,
    viewport: { width: 1360, height: 860 },
    ...options,
  });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  return new Visitor(context, page, address);
}

class Visitor {
  #complaints = [];

  constructor(context, page, address) {
    this.context = context;
    this.page = page;
    const complain = (text) => this.#complaints.push(text);
    page.on('console', (message) => {
      if (message.type() === 'error') complain(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => complain(`script: ${error.message}`));
    page.on('dialog', async (dialog) => {
      complain(`dialog: ${dialog.message()}`);
      await dialog.dismiss();
    });
    page.on('requestfailed', (request) => {
      const reason = request.failure()?.errorText;
      // A page that is left while it loads is no fault of the page.
      if (reason !== 'net::ERR_ABORTED') complain(`${request.url()}: ${reason}`);
    });
    page.on('request', (request) => {
      const url = new URL(request.url());
      const isOurs = url.origin === new URL(address).origin || url.protocol === 'data:';
      if (!isOurs) complain(`a request to ${request.url()}`);
    });
    page.on('response', (response) => {
      if (response.status() >= 500) complain(`${response.status()} from ${response.url()}`);
    });
  }

  /** Goes to a path of the console and fails unless it is shown. */
  async go(path) {
    const response = await this.page.goto(path);
    assert.equal(response.status(), 200, `${path} is shown`);
  }

  /** The path of the page that is open. */
  path() {
    return new URL(this.page.url()).pathname;
  }

  /** Fills in the sign-in page and sends it. */
  async signIn(user, password) {
    await this.page.goto('/sign-in');
    await this.page.locator('[name="user"]').fill(user);
    await this.page.locator('[name="password"]').fill(password);
    await this.page.locator('#sign-in button').click();
    await this.page.waitForLoadState();
  }

  async signOut() {
    await this.page.locator('#account summary').click();
    await this.page.locator('#sign-out').click();
    await this.page.waitForURL('**/sign-in*');
  }

  /** Clicks the link that a selector finds, and waits for the page it leads to. */
  async follow(link) {
    await this.followThe(this.page.locator(link));
  }

  /** Clicks a link and waits for the page it leads to. */
  async followThe(link) {
    await Promise.all([this.page.waitForEvent('load'), link.click()]);
  }

  /** Where the links lead that a selector finds. */
  linksOf(selector) {
    return this.page.locator(selector).evaluateAll((links) =>
      links.map((link) => link.href),
    );
  }

  /** How many events or users match, as the page says to people and to programs. */
  async total() {
    const total = this.page.locator('#total');
    const number = Number(await total.getAttribute('data-total'));
    const text = await total.locator('strong').innerText();
    assert.equal(Number(text.replaceAll(',', '')), number);
    return number;
  }

  /** The rows of the table of events. */
  rows() {
    return this.page.locator('#events tbody tr');
  }

  /** The rows' times, as the table has them for programs: equally long, so text sorts as time. */
  rowTimes() {
    return this.rows().locator('td.time time').evaluateAll((times) =>
      times.map((time) => time.getAttribute('datetime')),
    );
  }

  /** Which outcomes the rows have. */
  async rowOutcomes() {
    const icons = this.rows().locator('td.event svg');
    return new Set(await icons.evaluateAll((icons) => icons.map((icon) => icon.classList[0])));
  }

  /** The page's colour behind everything. */
  background() {
    return this.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  }

  /** Saves a picture of the whole page, for a person to look at. */
  async photograph(name) {
    await mkdir(SCREENSHOTS, { recursive: true });
    await this.page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
  }

  /** Forgets the complaints that a test has provoked on purpose. */
  forgive() {
    this.#complaints = [];
  }

  /** Fails when the browser complained, or asked any other host for anything. */
  assertNoComplaints() {
    assert.deepEqual(this.#complaints, []);
  }
}
