import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { signLink } from '../../lib/auth/signed-link.ts';
import { answerOf, callbackFunctionOnSimulator, codeOf, context } from '../support/http/callback-function.ts';
import { json, LEGACY_SECRET, OFFICE_SECRET, SECRET } from '../support/http/settings.ts';

const TOKEN = `token=legacy.${LEGACY_SECRET}`;
let customers = 0;
const classic = () => `p=1&c=OUT_EXT2&cid=3200&num=8495123${1000 + customers++}&${TOKEN}`;

describe('The function callback', () => {
  const { lambda, simulator } = callbackFunctionOnSimulator();

  it.each([
    '/callback/',
    '//callback',
    '/callback//',
    '/callback.php',
    '/telephony//callback.php',
    '/amocrm/callback.php/',
    '/telephony/callback/',
  ])('places a callback for the link %s', async (path) => {
    expect(await lambda().ask({ url: `${path}?${classic()}` })).toMatchObject({ status: 201 });
  });

  it.each(['/callback', '/callback.php', '/callback/', '/x/callback.php'])(
    'accepts a link that was signed for %s',
    async (path) => {
      const query: [string, string][] = [
        ['num', `8495123${1000 + customers++}`],
        ['cid', '3200'],
      ];
      const expiresAt = Math.floor(Date.now() / 1000) + 60;
      const signed = signLink({ method: 'GET', path, query, keyId: 'web', secret: SECRET, expiresAt });
      expect(await lambda().ask({ url: `${path}?${signed}` })).toMatchObject({ status: 201 });
    },
  );

  it.each(['/callbacks/', '//callbacks', '/telephony//callbacks//'])(
    'places a callback when it is posted to %s',
    async (url) => {
      const body = JSON.stringify({ to: '84951234567', agent: '3200' });
      expect(await lambda().ask({ method: 'POST', url, headers: json, body })).toMatchObject({ status: 201 });
    },
  );

  it.each(['/callback.php/x', '/xcallback.php', '/callback.php.php', '/callbacks.php', '/callback.PHP'])(
    'answers 404 for %s',
    async (path) => {
      expect(await lambda().ask({ url: `${path}?${classic()}` })).toMatchObject({ status: 404 });
    },
  );

  it.each([
    classic().replaceAll('&', '&amp;'),
    classic().replace('&', '&amp;'),
    classic().replace('&token', '&amp;token'),
    `num=84951234567&amp%3Bcid=3200&${TOKEN}`,
  ])('says that a link is HTML-escaped and rings nobody: %s', async (query) => {
    const before = simulator().calls.length;
    const answer = await lambda().ask({ url: `/callback?${query}` });
    expect(codeOf(answer)).toBe('request-malformed');
    expect(answer.body['detail']).toContain('Replace each "&amp;" by "&"');
    expect(simulator().calls).toHaveLength(before);
  });
});

describe("A test from API Gateway's console", () => {
  const { lambda } = callbackFunctionOnSimulator();
  const consoleTest = (headers: Record<string, string> | null): unknown => ({
    ...JSON.parse(readFileSync(new URL('fixtures/rest-api-console-test.json', import.meta.url), 'utf8')),
    headers,
    multiValueHeaders:
      headers && Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
  });

  it('places a callback with the key in its headers, although it names the person at the console', async () => {
    const answer = answerOf(await lambda().handler(consoleTest(json), context()));
    expect(answer).toMatchObject({ status: 201, body: { agent: '3200' } });
  });

  it('asks for credentials when it has no headers', async () => {
    expect(codeOf(answerOf(await lambda().handler(consoleTest(null), context())))).toBe(
      'credentials-missing',
    );
  });

  it('is refused for a key that is bound to networks, because it has no address', async () => {
    const headers = { ...json, authorization: `Bearer office.${OFFICE_SECRET}` };
    expect(codeOf(answerOf(await lambda().handler(consoleTest(headers), context())))).toBe(
      'source-not-allowed',
    );
  });
});
