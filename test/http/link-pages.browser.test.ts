import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { signLink } from '../../lib/auth/signed-link.ts';
import type { Listening } from '../../local/loopback.ts';
import { startServer } from '../../local/server.ts';
import { DEFAULTS, type Simulator, startSimulator } from '../../local/simulator/index.ts';
import { describeInBrowser } from '../support/http/browser.ts';
import { type CallbackFunction, openCallbackFunction } from '../support/http/callback-function.ts';
import { SECRET, settingsFor } from '../support/http/settings.ts';

describeInBrowser('A link in Chromium', (open) => {
  let simulator: Simulator;
  let lambda: CallbackFunction;
  let server: Listening;
  let browser: Browser;
  let page: Page;
  /** What the browser complains of, such as a breach of the content security policy. */
  let complaints: string[];
  let requests: string[];

  beforeAll(async () => {
    simulator = await startSimulator();
    const settings = settingsFor({ url: simulator.url, ...DEFAULTS.users[0] });
    const asking = { ...settings['routes/default'], confirmLinks: true };
    lambda = await openCallbackFunction({
      ...settings,
      'routes/asking': asking,
      'keys/web': { secret: SECRET },
    });
    server = await startServer({ functionRoutes: [{ path: /^/, serve: lambda.handler }], port: 0 });
    browser = await open();
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
    await lambda[Symbol.asyncDispose]();
    await simulator.close();
  });
  beforeEach(async () => {
    page = await browser.newPage();
    complaints = [];
    requests = [];
    page.on('console', (message) => {
      if (message.type() !== 'log') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(`${request.method()} ${request.url()}`));
  });
  afterEach(() => page.close());

  let customers = 0;
  function linkTo(route: string, fields: Record<string, string> = {}, base = ''): string {
    const number = `8495125${String(1000 + customers++)}`;
    const query = signLink({
      method: 'GET',
      path: '/callback',
      query: Object.entries({ num: number, cid: '3200', route, ...fields }),
      keyId: 'web',
      secret: SECRET,
      expiresAt: Math.floor(Date.now() / 1000) + 600,
    });
    return `http://127.0.0.1:${server.port}${base}/callback?${query}`;
  }

  it.each(['', '/prod', '/v1/telephony'])(
    'asks below %j, and rings when the button is pressed',
    async (base) => {
      const before = simulator.calls.length;
      const link = linkTo('asking', {}, base);
      await page.goto(link);
      expect(await page.title()).toBe('Place this call?');
      expect(simulator.calls).toHaveLength(before);

      await page.getByRole('button', { name: 'Call now' }).click();
      await page.getByRole('heading', { name: 'The call starts' }).waitFor();
      expect(simulator.calls).toHaveLength(before + 1);
      expect(requests).toEqual([`GET ${link}`, `POST ${link}`]);
      expect(complaints).toEqual([]);
    },
  );

  it('applies the style of the page, which its policy allows by a hash', async () => {
    await page.goto(linkTo('asking'));
    const color = await page.evaluate("getComputedStyle(document.querySelector('button')).backgroundColor");
    expect(color).toBe('rgb(11, 87, 208)');
  });

  it('runs no script that a link holds', async () => {
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    for (const text of ['<script>alert(1)</script>', '"><img src=x onerror=alert(2)>', "'-alert(3)-'"]) {
      await page.goto(linkTo('asking', { num: text, cid: text }));
      expect(await page.locator('dd').allTextContents()).toEqual([text, text]);
      expect(await page.locator('script, img').count()).toBe(0);
    }
    expect(dialogs).toEqual([]);
    expect(requests.filter((request) => !request.startsWith('GET http://127.0.0.1'))).toEqual([]);
  });

  it('is not shown in a frame of another page', async () => {
    await page.setContent(`<iframe src="${linkTo('asking')}"></iframe>`);
    const frame = page.frames()[1];
    await expect.poll(() => complaints.join()).toMatch(/frame-ancestors/);
    expect(await frame?.getByRole('button').count()).toBe(0);
  });

  it('explains a refusal on a page that fits a narrow screen', async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    await page.goto(linkTo('default', { num: '112' }));
    await page.getByRole('heading', { name: 'The route does not allow this destination' }).waitFor();
    const wider = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
    expect(wider).toBe(false);
  });
});
