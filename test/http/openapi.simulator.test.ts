import { describe, expect, it } from 'vitest';
import { openApi } from '../../lib/http/openapi.ts';
import type { Fault } from '../../local/simulator/index.ts';
import {
  type Asked,
  callbackFunctionOnSimulator,
  codeOf,
  openCallbackFunction,
} from '../support/http/callback-function.ts';
import { mistakesIn } from '../support/http/described.ts';
import { bearer, json, settingsFor } from '../support/http/settings.ts';

describe('GET /openapi.json and the function callback', () => {
  const { lambda, simulator } = callbackFunctionOnSimulator();

  it('have the same addresses and methods', async () => {
    const { callbackEndpoints } = await import('../../lib/http/endpoints.ts');
    const { webhookEndpoints } = await import('../../lib/webhooks/webhook-endpoints.ts');
    const served = [...callbackEndpoints, ...webhookEndpoints].map(({ method, path }) => `${method} ${path}`);
    const described = Object.entries(openApi().paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.toSorted()).toEqual(served.toSorted());
  });

  it('share one description, which needs no credentials', async () => {
    const { status, body } = await lambda().ask({ url: '/openapi.json' });
    expect(status).toBe(200);
    expect(body).toEqual(JSON.parse(JSON.stringify(openApi())));
  });

  const post = (fields: object, headers: Record<string, string> = json): Asked => ({
    method: 'POST',
    url: '/callbacks',
    headers,
    body: JSON.stringify(fields),
  });
  const ORDER = { to: '84951234567', agent: '3200' };
  const BUSY = { ...ORDER, agent: '3201', wait: 'completed', metadata: { deal: '7' } };

  it.each<[string, Asked]>([
    ['one that was accepted', post(ORDER)],
    ['one that failed', post(BUSY)],
    ['one with digits', post({ ...ORDER, to: '84951234508', dtmf: '1', wait: 'connected' })],
    ['one from a link', { url: '/callback?num=84951234567&cid=3201&wait=answered', headers: bearer }],
  ])('agree on a callback: %s', async (_, asked) => {
    const answer = await lambda().ask(asked);
    expect(answer.status).toBe(201);
    expect(mistakesIn(answer, asked.method ?? 'GET', asked.url?.split('?')[0] ?? '')).toEqual([]);
  });

  it('agree on a live call: shown, played digits to, and ended', async () => {
    const { body } = await lambda().ask(post({ ...ORDER, to: '84951234508', wait: 'connected' }));
    const url = `/callbacks/${body['id']}`;
    for (const [method, more, fields] of [
      ['GET', ''],
      ['POST', '/dtmf', '{"digits":"1"}'],
      ['DELETE', ''],
    ] as const) {
      const answer = await lambda().ask({ method, url: `${url}${more}`, headers: json, body: fields ?? '' });
      expect(answer.status).toBe(200);
      expect(mistakesIn(answer, method, `/callbacks/{id}${more}`)).toEqual([]);
    }
  });

  const again = { ...json, 'idempotency-key': 'again' };
  it.each<[number, Asked, Fault?]>([
    [400, post({ agent: 3200, colour: 'red' })],
    [401, post(ORDER, {})],
    [403, post({ ...ORDER, to: '112' })],
    [405, { method: 'DELETE', url: '/callbacks', headers: json }],
    [409, post({ ...ORDER, agent: '3209' }, again)],
    [413, post({ to: '8'.repeat(40_000) })],
    [415, post(ORDER, bearer)],
    [422, post({ ...ORDER, to: '84951234567;1' })],
    [502, post(ORDER), { kind: 'html' }],
    [503, post(ORDER), { kind: 'http 503' }],
    [504, post(ORDER), { kind: 'drop before executing' }],
  ])('agree on a problem with status %i', async (status, asked, fault) => {
    await lambda().ask(post(ORDER, again));
    // So that the next order logs in.
    simulator().forgetSessions();
    if (fault) simulator().faults.add({ when: status === 504 ? 'Originate' : 'Login', fault });
    const answer = await lambda().ask(asked);
    expect(answer.status).toBe(status);
    expect(mistakesIn(answer, 'POST', '/callbacks')).toEqual([]);
  });

  it('agree on unknown callbacks and paths', async () => {
    const id = `cb_${'0'.repeat(32)}`;
    const gone = await lambda().ask({ url: `/callbacks/${id}`, headers: bearer });
    expect(gone.status).toBe(404);
    expect(mistakesIn(gone, 'GET', '/callbacks/{id}')).toEqual([]);
  });

  it('would fail these tests if they disagreed', async () => {
    const answer = await lambda().ask(post(ORDER));
    const legs = { first: { party: 'agent', status: 'dead' } };
    for (const body of [{ ...answer.body, colour: 'red' }, { ...answer.body, legs }, {}])
      expect(mistakesIn({ ...answer, body }, 'POST', '/callbacks')).not.toEqual([]);
    const refused = await lambda().ask(post({}));
    for (const body of [
      { ...refused.body, status: 401 },
      { ...refused.body, code: 'nothing' },
    ])
      expect(mistakesIn({ ...refused, body }, 'POST', '/callbacks')).not.toEqual([]);
  });

  it('agree on health', async () => {
    const { status, body } = await lambda().ask({ url: '/health' });
    expect({ status, body }).toEqual({ status: 200, body: { status: 'ok' } });
    expect(await lambda().ask({ url: '/health', method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
  });
});

describe('The function callback without any key in the settings refuses', () => {
  it.each([
    ['POST', '/callbacks'],
    ['GET', '/callback?num=84951234567&cid=3200'],
    ['GET', '/openapi.json'],
  ])('%s %s', async (method, url) => {
    const {
      'keys/web': _,
      'keys/legacy': _1,
      'keys/office': _2,
      'keys/elsewhere': _3,
      'keys/crm': _4,
      ...open
    } = settingsFor({ url: 'http://127.0.0.1:1', username: 'callback', secret: 'x' });
    await using lambda = await openCallbackFunction(open);
    for (const headers of [{}, bearer]) {
      const answer = await lambda.ask({ method, url, headers, body: '{}' });
      expect(answer.status).toBe(401);
      expect(codeOf(answer)).toMatch(/^credentials-/);
    }
    expect(await lambda.ask({ url: '/health' })).toMatchObject({ status: 200 });
  });
});
