import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApi } from '../../lib/http/openapi.ts';
import { DEFAULTS, type Simulator, startSimulator } from '../../local/simulator/index.ts';
import { describeOnAsterisk } from '../support/asterisk/index.ts';
import {
  type Asked,
  type CallbackFunction,
  codeOf,
  openCallbackFunction,
} from '../support/http/callback-function.ts';
import { ELSEWHERE_SECRET, json, settingsFor } from '../support/http/settings.ts';

const NAME = 'A live call over HTTP';

describeOnAsterisk(NAME, (pbx) => {
  const settings = settingsFor({ url: pbx.httpUrl, ...pbx.users.control }, 'Local/{agent}@phones');
  showsLiveCalls(() => openCallbackFunction(settings));
});

describe(`${NAME} on the simulator`, () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({ timeScale: 0.1 });
    return () => simulator.close();
  });
  showsLiveCalls(() => openCallbackFunction(settingsFor({ url: simulator.url, ...DEFAULTS.users[0] })));

  it.each([
    ['DELETE', '', 'Hangup'],
    ['POST', '/dtmf', 'PlayDTMF'],
  ] as const)('is told as such when its PBX falls silent, as described: %s', async (method, path, action) => {
    await using lambda = await openCallbackFunction(
      settingsFor({ url: simulator.url, ...DEFAULTS.users[0] }),
    );
    const order = JSON.stringify({ to: '84951234500', agent: '3200', wait: 'connected' });
    const { body } = await lambda.ask({ method: 'POST', url: '/callbacks', headers: json, body: order });
    simulator.faults.add({ when: action, fault: { kind: 'drop after executing' } });
    const url = `/callbacks/${body['id']}${path}`;
    const answer = await lambda.ask({ method, url, headers: json, body: '{"digits":"1"}' });
    expect([answer.status, codeOf(answer)]).toEqual([504, 'pbx-no-answer']);
    const described = openApi().paths[`/callbacks/{id}${path}`];
    expect(JSON.stringify(described)).toContain('pbx-no-answer');
  });
});

function showsLiveCalls(open: () => Promise<CallbackFunction>): void {
  let lambda: CallbackFunction;
  beforeAll(async () => {
    lambda = await open();
  });
  afterAll(() => lambda[Symbol.asyncDispose]());

  const place = async (fields: object): Promise<string> => {
    const order = { to: '84951234500', agent: '3200', wait: 'connected', waitSeconds: 10, ...fields };
    const { body } = await lambda.ask({
      method: 'POST',
      url: '/callbacks',
      headers: json,
      body: JSON.stringify(order),
    });
    return String(body['id']);
  };
  const ask = (method: string, url: string, more: Partial<Asked> = {}) =>
    lambda.ask({ method, url, headers: json, ...more });

  it('is shown, gets digits and is hung up', async () => {
    const id = await place({});
    expect(await ask('GET', `/callbacks/${id}`)).toMatchObject({
      status: 200,
      body: { id, status: 'in-progress', route: 'default', agent: '3200', to: '+74951234500' },
    });
    const digits = await ask('POST', `/callbacks/${id}/dtmf`, { body: '{"digits":"1w2#"}' });
    expect(digits).toMatchObject({ status: 200, body: { id } });
    expect(await ask('DELETE', `/callbacks/${id}`)).toMatchObject({
      status: 200,
      body: { id, status: 'completed' },
    });
    const after = await ask('GET', `/callbacks/${id}`);
    expect(after).toMatchObject({ status: 200, body: { id, status: 'completed', live: false } });
    expect(await ask('DELETE', `/callbacks/${id}`)).toMatchObject({ status: 200, body: after.body });
  });

  it('is shown after it ended by itself, and DELETE and digits are refused', async () => {
    const id = await place({ agent: '3201', wait: 'completed' });
    const { body } = await ask('GET', `/callbacks/${id}`);
    expect(body).toMatchObject({ status: 'busy', live: false, endedAt: expect.any(String) });
    for (const ended of [
      await ask('DELETE', `/callbacks/${id}`),
      await ask('POST', `/callbacks/${id}/dtmf`, { body: '{"digits":"1"}' }),
    ]) {
      expect([ended.status, codeOf(ended)]).toEqual([409, 'callback-ended']);
      expect(ended.body['callback']).toEqual(body);
    }
  });

  it('is canceled while it rings', async () => {
    const id = await place({ agent: '3206', wait: 'accepted' });
    expect(await ask('DELETE', `/callbacks/${id}`)).toMatchObject({ body: { status: 'canceled' } });
  });

  it('is not found with a key for other routes', async () => {
    const id = await place({});
    const headers = { ...json, authorization: `Bearer elsewhere.${ELSEWHERE_SECRET}` };
    expect(codeOf(await ask('DELETE', `/callbacks/${id}`, { headers }))).toBe('callback-not-found');
    expect(await ask('DELETE', `/callbacks/${id}`)).toMatchObject({ body: { status: 'completed' } });
  });

  describe('is refused', () => {
    const id = `cb_${'0'.repeat(32)}`;
    it.each<[string, Asked, string, number]>([
      ['without credentials', { method: 'DELETE', url: `/callbacks/${id}` }, 'credentials-missing', 401],
      ['an unknown id', { url: `/callbacks/${id}`, headers: json }, 'callback-not-found', 404],
      [
        'a pattern for an id',
        { method: 'DELETE', url: '/callbacks/%2F.*%2F', headers: json },
        'callback-not-found',
        404,
      ],
      [
        'no digits',
        { method: 'POST', url: `/callbacks/${id}/dtmf`, headers: json, body: '{}' },
        'request-invalid',
        400,
      ],
      [
        'what is no digit',
        {
          method: 'POST',
          url: `/callbacks/${id}/dtmf`,
          headers: json,
          body: '{"digits":"1\\r\\nAction: x"}',
        },
        'request-invalid',
        400,
      ],
      [
        'an unknown field',
        { method: 'POST', url: `/callbacks/${id}/dtmf`, headers: json, body: '{"digits":"1","Channel":"x"}' },
        'request-invalid',
        400,
      ],
      [
        'another method',
        { method: 'POST', url: `/callbacks/${id}`, headers: json },
        'method-not-allowed',
        405,
      ],
    ])('with %s', async (_what, asked, code, status) => {
      const answer = await lambda.ask(asked);
      expect({ code: codeOf(answer), status: answer.status }).toEqual({ code, status });
    });
  });
}
