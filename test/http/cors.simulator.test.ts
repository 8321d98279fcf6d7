import { describe, expect, it } from 'vitest';
import { callbackFunctionOnSimulator, codeOf } from '../support/http/callback-function.ts';
import { json, OFFICE_SECRET } from '../support/http/settings.ts';

const PAGE = { origin: 'https://www.example.com' };
const OFFICE_PAGE = { origin: 'https://office.example.com' };
const preflight = (headers: Record<string, string>, url = '/callbacks') => ({
  method: 'OPTIONS',
  url,
  headers: {
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization',
    ...headers,
  },
});

describe('A page of another origin', () => {
  const { lambda } = callbackFunctionOnSimulator();

  const corsOf = (headers: Record<string, string>) => headers['access-control-allow-origin'];

  it.each([PAGE, OFFICE_PAGE])('passes the preflight when a key lists $origin', async (page) => {
    const { status, headers, text } = await lambda().ask(preflight(page));
    expect({ status, text }).toEqual({ status: 204, text: '' });
    expect(headers).toMatchObject({
      'access-control-allow-origin': page.origin,
      'access-control-allow-methods': 'POST, GET',
      'access-control-allow-headers': 'authorization, content-type, idempotency-key',
      'access-control-max-age': '600',
      vary: 'Origin',
    });
    expect(headers['access-control-allow-credentials']).toBeUndefined();
  });

  it.each([
    'https://evil.example.com',
    'https://www.example.com.evil.example',
    'http://www.example.com',
    'null',
    '',
    '*',
  ])('fails the preflight when no key lists it: %j', async (origin) => {
    const answer = await lambda().ask(preflight({ origin }));
    expect(codeOf(answer)).toBe('origin-not-allowed');
    expect(corsOf(answer.headers)).toBeUndefined();
  });

  it('gets 404 in the preflight of an unknown path', async () => {
    expect(codeOf(await lambda().ask(preflight(PAGE, '/nothing')))).toBe('not-found');
  });

  it('may read a callback and an error when the key of the request lists it', async () => {
    const asked = (to: string) => ({
      method: 'POST',
      url: '/callbacks',
      headers: { ...json, ...PAGE },
      body: JSON.stringify({ to, agent: '3200' }),
    });
    const [yes, no] = [await lambda().ask(asked('84951234567')), await lambda().ask(asked('112'))];
    expect([yes.status, no.status]).toEqual([201, 403]);
    for (const { headers } of [yes, no]) {
      expect(headers).toMatchObject({ 'access-control-allow-origin': PAGE.origin, vary: 'Origin' });
      expect(headers['access-control-expose-headers']).toMatch(/^already-open, .*location/);
    }
  });

  it('may read nothing without credentials or with a key that does not list it', async () => {
    const body = JSON.stringify({ to: '112', agent: '3200' });
    const other = { ...json, ...OFFICE_PAGE };
    const none = { 'content-type': 'application/json', ...PAGE };
    const office = { ...json, authorization: `Bearer office.${OFFICE_SECRET}`, ...PAGE };
    for (const headers of [other, none, office]) {
      const answer = await lambda().ask({ method: 'POST', url: '/callbacks', headers, body });
      expect(corsOf(answer.headers)).toBeUndefined();
    }
  });
});
