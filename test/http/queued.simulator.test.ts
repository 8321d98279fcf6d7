import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signLink } from '../../lib/auth/signed-link.ts';
import {
  type Answer,
  type CallbackFunction,
  codeOf,
  openCallbackFunction,
} from '../support/http/callback-function.ts';
import { mistakesIn } from '../support/http/described.ts';
import { bearer, json, settingsFor } from '../support/http/settings.ts';

const SECRET = 'shop-secret-0123456789';
// No PBX is asked for a callback that waits.
const settings = settingsFor({ url: 'http://127.0.0.1:1', username: 'callback', secret: 'x' });
const numbers = Array.from({ length: 20 }, (_, n) => `8495123${4500 + n}`);

describe('A route with a line, over HTTP', () => {
  let lambda: CallbackFunction;
  beforeAll(async () => {
    lambda = await openCallbackFunction({
      ...settings,
      'routes/default': { ...settings['routes/default'], line: 'sales' },
      'routes/partner': { ...settings['routes/default'], line: 'sales' },
      'keys/partner': { secret: SECRET, routes: ['partner'] },
      'lines/sales': { capacity: 2 },
      'keys/shop': { secret: SECRET, inUrl: true },
    });
  });
  afterAll(() => lambda[Symbol.asyncDispose]());

  let used = 0;
  const next = (): string => numbers[used++] ?? '';
  const place = (
    to: string,
    more: object = {},
    headers: Record<string, string> = {},
    by: Pick<CallbackFunction, 'ask'> = lambda,
  ) =>
    by.ask({
      method: 'POST',
      url: '/callbacks',
      headers: { ...json, ...headers },
      body: JSON.stringify({ to, agent: '3200', ...more }),
    });
  const onCallback = (id: unknown, method: string, { authorization } = bearer): Promise<Answer> =>
    lambda.ask({ method, url: `/callbacks/${String(id)}`, headers: { authorization } });

  it('answers 202 with the address of the callback, and shows and lists it', async () => {
    const answer = await place(next(), { metadata: { order: '1' } });
    expect(answer).toMatchObject({
      status: 202,
      body: { status: 'queued', line: 'sales', pbx: '', live: false, attempts: [] },
    });
    expect(answer.headers['location']).toBe(`/callbacks/${String(answer.body['id'])}`);
    expect(mistakesIn(answer, 'POST', '/callbacks')).toEqual([]);
    const shown = await onCallback(answer.body['id'], 'GET');
    expect(shown).toMatchObject({
      status: 200,
      body: { id: answer.body['id'], status: 'queued', live: false },
    });
    const list = await lambda.ask({ url: '/callbacks?line=sales&status=queued', headers: bearer });
    expect(JSON.stringify(list.body)).toContain(String(answer.body['id']));
  });

  it('stores one callback for ten requests of a customer at once in two processes', async () => {
    const [to, other] = [next(), await lambda.another()];
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        place(to, { metadata: { n: String(n) } }, {}, n % 2 ? lambda : other),
      ),
    );
    expect(new Set(answers.map(({ body }) => body['id'])).size).toBe(1);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array(9).fill(200), 202]);
    for (const answer of answers.filter(({ status }) => status === 200)) {
      expect(answer.headers['already-open']).toBe('true');
      expect(mistakesIn(answer, 'POST', '/callbacks')).toEqual([]);
    }
  });

  it('shows a key nothing of a callback whose route it may not use, but how far it is', async () => {
    const to = next();
    const lines = lambda.listen();
    const first = await place(to, { metadata: { order: 'secret' } });
    const partner = { authorization: `Bearer partner.${SECRET}`, 'idempotency-key': 'p-1' };
    const asked = () => place(to, { route: 'partner', agent: '3299' }, partner);
    const [open, repeat] = [await asked(), await asked()];
    for (const answer of [open, repeat]) {
      expect(answer).toMatchObject({
        status: 200,
        body: { id: first.body['id'], status: 'queued', agent: '', pbx: '', metadata: {}, attempts: [] },
        headers: { 'already-open': 'true' },
      });
      expect(mistakesIn(answer, 'POST', '/callbacks')).toEqual([]);
      expect(answer.text).not.toMatch(/secret|3200/);
    }
    expect(repeat.headers['idempotent-replayed']).toBe('true');
    expect(await onCallback(open.body['id'], 'GET', partner)).toMatchObject({ status: 404 });
    // One callback was placed.
    expect(lines.join('').match(/"(Placed|Replayed)":1/g)).toEqual([
      '"Placed":1',
      '"Replayed":1',
      '"Replayed":1',
    ]);
  });

  it('answers a repeat with the same key as the first time', async () => {
    const [to, headers] = [next(), { 'idempotency-key': 'order-77' }];
    const first = await place(to, {}, headers);
    const again = await place(to, {}, headers, await lambda.another());
    expect([again.status, again.body['id']]).toEqual([202, first.body['id']]);
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(codeOf(await place(next(), {}, headers))).toBe('idempotency-key-reused');
  });

  it('refuses a wait by the name of the field', async () => {
    const answer = await place(next(), { wait: 'connected' });
    expect(codeOf(answer)).toBe('request-invalid');
    expect(answer.body['errors']).toMatchObject([{ field: 'wait' }]);
  });

  it('cancels what waits with DELETE, and answers the same again', async () => {
    const { body } = await place(next());
    const canceled = await onCallback(body['id'], 'DELETE');
    expect(canceled).toMatchObject({ status: 200, body: { status: 'canceled', attempts: [] } });
    expect(mistakesIn(canceled, 'DELETE', '/callbacks/{id}')).toEqual([]);
    expect(await onCallback(body['id'], 'DELETE')).toMatchObject({ status: 200, body: canceled.body });
  });

  it('queues links and the classic URL, and says so on a page', async () => {
    const classic = `/callback?p=1&c=OUT_EXT2&cid=3200&num=${next()}&token=shop.${SECRET}`;
    expect((await lambda.ask({ url: classic })).status).toBe(202);
    const query: [string, string][] = [
      ['num', next()],
      ['cid', '3200'],
    ];
    const expiresAt = Math.floor(Date.now() / 1000) + 60;
    const link = signLink({
      method: 'GET',
      path: '/callback',
      query,
      keyId: 'shop',
      secret: SECRET,
      expiresAt,
    });
    const page = await lambda.ask({ url: `/callback?${link}`, headers: { accept: 'text/html' } });
    expect(page.status).toBe(202);
    expect(page.text).toContain('waits its turn');
    const again = await lambda.ask({ url: `/callback?${link}` });
    expect([again.status, again.headers['idempotent-replayed']]).toEqual([202, 'true']);
  });
});
