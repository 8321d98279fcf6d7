import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULTS, type Simulator, startSimulator } from '../../local/simulator/index.ts';
import { type Answer, codeOf } from '../support/http/callback-function.ts';
import { bodyOf, freshId } from '../support/webhooks/fixtures.ts';
import { MAIN, type Sending, send } from '../support/webhooks/senders.ts';
import { hook, type SourceName, webhookSettings } from '../support/webhooks/settings.ts';
import { openWebhookFunction, type WebhookFunction } from '../support/webhooks/webhook-function.ts';

let simulator: Simulator;
let lambda: WebhookFunction;
beforeAll(async () => {
  simulator = await startSimulator({ loginDelayMs: 0 });
  const { 'routes/default': route, ...settings } = webhookSettings({
    url: simulator.url,
    ...DEFAULTS.users[0],
  });
  const unreachable = {
    'pbx/down/url': 'http://127.0.0.1:9',
    'pbx/down/username': 'u',
    'pbx/down/secret': 's',
  };
  const down = { ...route, pbx: 'down' };
  lambda = await openWebhookFunction({
    ...{ ...settings, ...unreachable, 'routes/default': route, 'routes/down': down },
    'webhooks/bitrix24-night': hook('bitrix24', { route: 'night' }),
    'webhooks/pipedrive-night': hook('pipedrive', { route: 'night' }),
    'webhooks/json-down': hook('json', {
      route: 'down',
      map: { to: "'+' & customer.phone", agent: 'manager' },
    }),
    'webhooks/hubspot-wrong': hook('hubspot', { map: { to: 'data.(' } }),
    'webhooks/hubspot-down': hook('hubspot', { route: 'down' }),
    'webhooks/zoho-down': hook('zoho', { route: 'down' }),
    'webhooks/zoho-nobody': hook('zoho', { agents: { '17': '3200' } }),
    'webhooks/bitrix24-nobody': hook('bitrix24', { agents: { '17': '3200' } }),
  });
});
afterAll(async () => {
  await lambda[Symbol.asyncDispose]();
  await simulator.close();
});

interface Outcome {
  answer: Answer;
  /** The lines that the function logged meanwhile. */
  log: Record<string, unknown>[];
}

async function deliver(
  source: SourceName,
  fixture: string,
  { change = (body: string) => body, ...sending }: Sending & { change?: (body: string) => string } = {},
): Promise<Outcome> {
  const before = lambda.lines.length;
  const answer = await lambda.ask(
    send[source](fixture, { ...sending, body: change(bodyOf(fixture, sending)) }),
  );
  const lines = lambda.lines.slice(before).join('').split('\n');
  const log = lines.flatMap((line) => (line.includes('"level"') ? [JSON.parse(line)] : []));
  return { answer, log };
}

/** A record, and its mistake. */
const RECORDS: [mistake: string, source: SourceName, from: string, to: string, code: string][] = [
  ['an unknown owner', 'pipedrive', '"owner_id": 1269', '"owner_id": 1270', 'agent-missing'],
  ['a text that is not a number', 'pipedrive', '+7 (495) 123-45-00', 'after five, please', 'number-invalid'],
  ['a long text instead of a number', 'pipedrive', '+7 (495) 123-45-00', 'x'.repeat(100), 'request-invalid'],
  ['a number abroad', 'pipedrive', '+7 (495) 123-45-00', '+44 20 7946 0000', 'destination-not-allowed'],
  ['an unknown owner', 'kommo', 'user_id%5D=1269', 'user_id%5D=1270', 'agent-missing'],
  ['a number abroad', 'kommo', '8+495+123-45-00', '%2B44+20+7946+0000', 'destination-not-allowed'],
  ['a text that is not a number', 'hubspot', '+7 495 123-45-00', '+7 000 0', 'number-invalid'],
];

describe('POST /webhooks/{name}, for a record that cannot be called', () => {
  it.each(RECORDS)('returns 204 and logs the refusal for %s of %s', async (_, source, from, to, code) => {
    const { answer, log } = await deliver(source, MAIN[source], { change: (body) => body.replace(from, to) });
    expect(answer).toMatchObject({ status: 204, text: '' });
    const key = `webhooks/${source}`;
    const record = expect.stringMatching(/^(person|contact) \d+$/);
    expect(log).toMatchObject([{ level: 'WARN', message: 'refused', code, key, record }]);
    expect(simulator.calls).toEqual([]);
  });

  it('returns 204 and logs the refusal outside the hours of the route', async () => {
    const { answer, log } = await deliver('pipedrive', MAIN.pipedrive, { name: 'pipedrive-night' });
    expect(answer.status).toBe(204);
    expect(log).toMatchObject([
      { message: 'refused', code: 'outside-hours', key: 'webhooks/pipedrive-night' },
    ]);
  });
});

describe('POST /webhooks/{name}, for a click that cannot be called', () => {
  const international = 'INTERNATIONAL%5D=%2B74951234500';

  it.each<[what: string, change: (body: string) => string, status: number, code: string]>([
    [
      'a text instead of a number',
      (body) => body.replace(international, 'INTERNATIONAL%5D=soon'),
      422,
      'number-invalid',
    ],
    [
      'a number abroad',
      (body) => body.replace(international, 'INTERNATIONAL%5D=%2B442079460000'),
      403,
      'destination-not-allowed',
    ],
  ])('returns the problem for %s', async (_, change, status, code) => {
    const { answer, log } = await deliver('bitrix24', MAIN.bitrix24, { change });
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status, code });
    expect(log).toMatchObject([{ message: 'refused', code, httpStatus: status }]);
  });

  it('returns 409 and names map.key when another event had the same key', async () => {
    const id = freshId();
    const first = await deliver('bitrix24', MAIN.bitrix24, { id });
    const change = (body: string) =>
      body.replace('INTERNATIONAL%5D=%2B74951234500', 'INTERNATIONAL%5D=%2B74951234501');
    const { answer } = await deliver('bitrix24', MAIN.bitrix24, { id, change });
    expect(first.answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      status: 409,
      detail: 'Another event came with the same key. See "key" in "map" of webhooks/bitrix24',
    });
  });

  it('returns outside-hours when the route is closed', async () => {
    const { answer } = await deliver('bitrix24', MAIN.bitrix24, { name: 'bitrix24-night' });
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status: 403, code: 'outside-hours' });
  });

  it('names the user without an extension, and the setting that lacks him', async () => {
    const { answer, log } = await deliver('bitrix24', MAIN.bitrix24, { name: 'bitrix24-nobody' });
    const detail =
      '"agents" of webhooks/bitrix24-nobody has no extension for the user 1269. Add this user, or "*" for everybody';
    expect(answer).toMatchObject({ status: 400, body: { type: '/problems/agent-missing', detail } });
    expect(log).toMatchObject([{ detail }]);
  });

  it('names such a user without a long number and without special characters', async () => {
    const change = (body: string) =>
      body.replace('agent=3200', 'agent=').replace('zohouser=1269000000012345', 'zohouser=%3C4951234567%3E');
    const { answer } = await deliver('zoho', MAIN.zoho, { name: 'zoho-nobody', change });
    expect(answer.body['detail']).toContain('for the user ?********67?. Add this user');
  });

  it('says that the event names no user', async () => {
    const { answer } = await deliver('bitrix24', 'bitrix24-callback-start.form', { name: 'bitrix24-nobody' });
    expect(answer.body['detail']).toBe(
      'The event names no user. Add "*" to "agents" of webhooks/bitrix24-nobody, or an "agent" to the route',
    );
  });
});

describe('POST /webhooks/{name}, for an event that asks for no call', () => {
  it.each<[SourceName, string, string, string, string]>([
    ['bitrix24', MAIN.bitrix24, 'ONEXTERNALCALLSTART', 'ONCRMLEADADD', 'the event is not listed'],
    ['pipedrive', MAIN.pipedrive, '"phones"', '"faxes"', 'there is no number'],
    ['json', MAIN.json, '"callback"', '"hello"', 'map.call is not true'],
  ])('returns 204 and logs one line: %s', async (source, fixture, from, to, why) => {
    const { answer, log } = await deliver(source, fixture, { change: (body) => body.replace(from, to) });
    expect(answer.status).toBe(204);
    expect(log).toMatchObject([
      { level: 'INFO', message: 'no call', key: `webhooks/${source}`, source, why },
    ]);
    expect(JSON.stringify(log)).not.toMatch(/123-?45|1269|Иван/);
  });
});

describe('POST /webhooks/{name}, for a second click in Bitrix24 with the same CALL_ID', () => {
  const change = (body: string) => body.replaceAll('4951234500', '4951234507');
  const now = Math.floor(Date.now() / 1000);

  it('rings once for each click, however often the click is delivered', async () => {
    const ids = new Set<unknown>();
    for (const at of [now - 20, now - 20, now - 3, now - 3]) {
      const { answer } = await deliver('bitrix24', MAIN.bitrix24, { id: '1717', at, change });
      expect(answer.status).toBe(201);
      ids.add(answer.body['id']);
      await expect
        .poll(() => simulator.calls.findLast(({ channelId }) => channelId === answer.body['id'])?.status, {
          timeout: 10_000,
        })
        .toBe('ended');
    }
    expect(ids.size).toBe(2);
    expect(simulator.calls.filter(({ channelId }) => ids.has(channelId))).toHaveLength(2);
  });
});

describe('POST /webhooks/{name}, for an event without a time from a sender that repeats for days', () => {
  it.each<[SourceName, string, string]>([
    ['hubspot', 'hubspot-workflow.json', 'hubspot-down'],
    ['hubspot', 'hubspot-custom-action.json', 'hubspot-down'],
  ])(
    'returns 424 when its call could not be placed, so that it is not repeated: %s, %s',
    async (source, fixture, name) => {
      const { answer, log } = await deliver(source, fixture, { name });
      expect(answer).toMatchObject({
        status: 424,
        body: {
          type: '/problems/event-undated',
          retryable: false,
          detail: expect.stringMatching(/No PBX of the route/),
        },
      });
      expect(answer.headers).not.toHaveProperty('retry-after');
      expect(answer.body['instance']).toBeTruthy();
      expect(log).toMatchObject([
        { level: 'ERROR', message: 'failed', code: 'pbx-unreachable', httpStatus: 503 },
      ]);
    },
  );

  it('returns 424 when the settings are wrong', async () => {
    const { answer, log } = await deliver('hubspot', 'hubspot-workflow.json', { name: 'hubspot-wrong' });
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status: 424, code: 'event-undated' });
    expect(log).toMatchObject([{ message: 'failed', code: 'settings-invalid' }]);
  });

  it.each<[SourceName, string, string]>([
    ['hubspot', MAIN.hubspot, 'hubspot-down'],
    ['zoho', MAIN.zoho, 'zoho-down'],
    ['json', MAIN.json, 'json-down'],
  ])('returns 503 for an event with a time, or of another sender: %s, %s', async (source, fixture, name) => {
    const { answer, log } = await deliver(source, fixture, { name });
    expect(answer).toMatchObject({
      status: 503,
      body: { type: '/problems/pbx-unreachable', retryable: true },
    });
    expect(answer.headers['retry-after']).toBeDefined();
    expect(log).toMatchObject([{ message: 'failed', code: 'pbx-unreachable' }]);
  });

  it('returns 201 when the call was placed', async () => {
    const { answer } = await deliver('hubspot', 'hubspot-workflow.json');
    expect(answer.status).toBe(201);
  });
});
