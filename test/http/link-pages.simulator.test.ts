import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signLink } from '../../lib/auth/signed-link.ts';
import { DEFAULTS, type Simulator, startSimulator } from '../../local/simulator/index.ts';
import {
  type Answer,
  type Asked,
  type CallbackFunction,
  openCallbackFunction,
} from '../support/http/callback-function.ts';
import { bearer, LEGACY_SECRET, SECRET, settingsFor } from '../support/http/settings.ts';

const BROWSER = {
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
  'user-agent':
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
};

let customers = 0;
/** A link to a customer nobody has called yet: the same link again would be a repeat. */
function signed(fields: Record<string, string> = {}): string {
  const number = `8495123${String(1000 + customers++)}`;
  return signLink({
    method: 'GET',
    path: '/callback',
    query: Object.entries({ num: number, cid: '3200', ...fields }),
    keyId: 'web',
    secret: SECRET,
    expiresAt: Math.floor(Date.now() / 1000) + 600,
  });
}

describe('A link', () => {
  let simulator: Simulator;
  let lambda: CallbackFunction;
  beforeAll(async () => {
    simulator = await startSimulator();
    const settings = settingsFor({ url: simulator.url, ...DEFAULTS.users[0] });
    const asking = { ...settings['routes/default'], confirmLinks: true };
    lambda = await openCallbackFunction({
      ...settings,
      'routes/asking': asking,
      'keys/web': { secret: SECRET, origins: ['https://www.example.com'] },
      'keys/legacy': { secret: LEGACY_SECRET, inUrl: true },
    });
  });
  afterAll(async () => {
    await lambda[Symbol.asyncDispose]();
    await simulator.close();
  });

  /** Asks, and counts the phones that rang for it. */
  const ask = async (asked: Asked): Promise<Answer & { rang: number }> => {
    const before = simulator.calls.length;
    const answer = await lambda.ask(asked);
    return { ...answer, rang: simulator.calls.length - before };
  };

  const POLICY =
    /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]{44}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/;
  const expectPage = ({ headers, text }: Answer): void => {
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': expect.stringMatching(POLICY),
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    expect(text).toMatch(/^<!DOCTYPE html>/);
    expect(text).not.toMatch(/<script|javascript:|https?:\/\//i);
  };

  describe('of a route with confirmLinks', () => {
    it('shows a page that asks, and rings only when its form is posted with the same query', async () => {
      const url = `/callback?${signed({ route: 'asking' })}`;
      const page = await ask({ url, headers: BROWSER });
      expect(page).toMatchObject({ status: 200, rang: 0 });
      expectPage(page);
      expect(page.text).toContain('<form method="post">');
      const called = await ask({ method: 'POST', url, headers: { ...BROWSER, origin: 'null' } });
      expect(called).toMatchObject({ status: 201, rang: 1 });
      expectPage(called);
      const again = await ask({ method: 'POST', url, headers: BROWSER });
      expect(again).toMatchObject({ status: 201, rang: 0, headers: { 'idempotent-replayed': 'true' } });
      expect(again.text).toContain('No phone rang again');
    });

    it.each([
      ['a scanner that pretends to be a browser', BROWSER],
      ['a client that accepts everything', { accept: '*/*' }],
      ['a client that accepts JSON', { accept: 'application/json' }],
      ['a client without Accept', {}],
    ])('rings nobody when %s follows it', async (_, headers) => {
      expect(await ask({ url: `/callback?${signed({ route: 'asking' })}`, headers })).toMatchObject({
        status: 200,
        rang: 0,
        headers: { 'content-type': 'text/html; charset=utf-8' },
      });
    });

    it('asks for a token in the URL too, and not for a program with an Authorization header', async () => {
      const classic = `num=8495124${1000 + customers++}&cid=3200&route=asking`;
      expect(await ask({ url: `/callback?${classic}&token=legacy.${LEGACY_SECRET}` })).toMatchObject({
        status: 200,
        rang: 0,
      });
      expect(await ask({ url: `/callback?${classic}`, headers: bearer })).toMatchObject({
        status: 201,
        rang: 1,
      });
    });

    it('refuses a wrong signature before it asks', async () => {
      const url = `/callback?${signed({ route: 'asking' }).replace('3200', '3201')}`;
      expect(await ask({ url })).toMatchObject({ status: 401, rang: 0 });
      expect(await ask({ method: 'POST', url })).toMatchObject({ status: 401, rang: 0 });
    });

    it('escapes what the link holds', async () => {
      const fields = { route: 'asking', num: `"><script>alert(1)</script>&'`, cid: '<img src=x>' };
      const page = await ask({ url: `/callback?${signed(fields)}`, headers: BROWSER });
      expectPage(page);
      expect(page.text).toContain('&lt;img src=x&gt;');
      expect(page.text).toContain('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;&#39;');
    });
  });

  describe('that a browser follows', () => {
    it('answers a page when it placed a callback', async () => {
      const page = await ask({ url: `/callback?${signed()}`, headers: BROWSER });
      expect(page).toMatchObject({ status: 201, rang: 1, headers: { location: expect.any(String) } });
      expectPage(page);
      expect(page.text).toContain('<h1>The call starts</h1>');
    });

    it.each<[string, () => string, number, RegExp]>([
      [
        'the number is not allowed',
        () => `/callback?${signed({ num: '112' })}`,
        403,
        /destination-not-allowed/,
      ],
      [
        'the number is missing',
        () => `/callback?cid=3200&token=legacy.${LEGACY_SECRET}`,
        400,
        /request-invalid/,
      ],
      ['it has no credentials', () => '/callback?num=84951234567&cid=3200', 401, /credentials-missing/],
      ['it was changed', () => `/callback?${signed().replace('3200', '3201')}`, 401, /credentials-invalid/],
      ['it is not well encoded', () => '/callback?num=%zz', 400, /request-malformed/],
      [
        'it is HTML-escaped',
        () => `/callback?${signed().replaceAll('&', '&amp;')}`,
        400,
        /&quot;&amp;amp;&quot;/,
      ],
    ])('answers a page that says what to do when %s', async (_, url, status, text) => {
      const page = await ask({ url: url(), headers: BROWSER });
      expect(page).toMatchObject({ status, rang: 0 });
      expectPage(page);
      expect(page.text).toMatch(text);
    });

    it('answers JSON to a program', async () => {
      for (const headers of [{}, { accept: 'application/json' }, { accept: '*/*' }, { accept: 'text/htmlx' }])
        expect(await ask({ url: `/callback?${signed({ num: '112' })}`, headers })).toMatchObject({
          status: 403,
          headers: { 'content-type': 'application/problem+json' },
        });
    });

    it('answers JSON everywhere else', async () => {
      const listed = await ask({
        url: `/callbacks/cb_${'0'.repeat(32)}`,
        headers: { ...bearer, ...BROWSER },
      });
      expect(listed.headers['content-type']).toBe('application/problem+json');
    });
  });

  it.each([
    'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
    'TelegramBot (like TwitterBot)',
    'WhatsApp/2.23.20.0',
    'Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)',
    'Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com',
    'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0',
    'LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)',
    'Mozilla/5.0 (compatible; vkShare; +http://vk.com/dev/Share)',
    'Mattermost-Bot/1.1',
    'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
    'BarracudaCentral',
  ])('rings nobody when a preview agent follows it: %.60s', async (agent) => {
    const headers = { ...BROWSER, 'user-agent': agent };
    for (const route of ['default', 'asking'])
      expect(await ask({ url: `/callback?${signed({ route })}`, headers })).toMatchObject({
        status: 204,
        rang: 0,
        text: '',
      });
  });

  it.each([
    BROWSER['user-agent'],
    'curl/8.14.1',
    'python-requests/2.32.3',
    'PHP/8.4',
    'axios/1.7.9',
    'okhttp/4.12.0',
    'MyCallbot/1.0',
    'Bitrix24 Robot/1.0',
    '',
  ])('places a callback for the user agent %j', async (agent) => {
    const asked = { url: `/callback?${signed()}`, headers: { 'user-agent': agent } };
    expect(await ask(asked)).toMatchObject({ status: 201, rang: 1 });
  });
});
