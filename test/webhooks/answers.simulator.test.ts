import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULTS, type Simulator, startSimulator } from '../../local/simulator/index.ts';
import { type Answer, codeOf } from '../support/http/door.ts';
import { openWebhookDoor, type WebhookDoor } from '../support/webhooks/door.ts';
import { bodyOf, freshId } from '../support/webhooks/fixtures.ts';
import { MAIN, type Sending, send } from '../support/webhooks/senders.ts';
import { hook, type SourceName, webhookSettings } from '../support/webhooks/settings.ts';

let simulator: Simulator;
let door: WebhookDoor;
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
  door = await openWebhookDoor({
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
  await door[Symbol.asyncDispose]();
  await simulator.close();
});

interface Told {
  answer: Answer;
  /** The lines that the function logged meanwhile. */
  log: Record<string, unknown>[];
}

async function told(
  source: SourceName,
  fixture: string,
  { change = (body: string) => body, ...sending }: Sending & { change?: (body: string) => string } = {},
): Promise<Told> {
  const before = door.lines.length;
  const answer = await door.ask(
    send[source](fixture, { ...sending, body: change(bodyOf(fixture, sending)) }),
  );
  const lines = door.lines.slice(before).join('').split('\n');
  const log = lines.flatMap((line) => (line.includes('"level"') ? [JSON.parse(line)] : []));
  return { answer, log };
}

/** A record, and what is wrong with it. */
const RECORDS: [says: string, source: SourceName, from: string, to: string, code: string][] = [
  ['an owner whom nobody knows', 'pipedrive', '"owner_id": 1269', '"owner_id": 1270', 'agent-missing'],
  ['a number that is none', 'pipedrive', '+7 (495) 123-45-00', 'after five, please', 'number-invalid'],
  ['a whole sentence for a number', 'pipedrive', '+7 (495) 123-45-00', 'x'.repeat(100), 'request-invalid'],
  ['a number abroad', 'pipedrive', '+7 (495) 123-45-00', '+44 20 7946 0000', 'destination-not-allowed'],
  ['an owner whom nobody knows', 'kommo', 'user_id%5D=1269', 'user_id%5D=1270', 'agent-missing'],
  ['a number abroad', 'kommo', '8+495+123-45-00', '%2B44+20+7946+0000', 'destination-not-allowed'],
  ['a number that is none', 'hubspot', '+7 495 123-45-00', '+7 000 0', 'number-invalid'],
];

describe('A record that cannot be called', () => {
  it.each(RECORDS)('is no error for its sender, and is logged: %s, %s', async (_, source, from, to, code) => {
    const { answer, log } = await told(source, MAIN[source], { change: (body) => body.replace(from, to) });
    expect(answer).toMatchObject({ status: 204, text: '' });
    expect(log).toMatchObject([{ level: 'WARN', message: 'refused', code, key: `webhooks/${source}` }]);
    expect(simulator.calls).toEqual([]);
  });

  it('is not called outside of the hours, and that is logged', async () => {
    const { answer, log } = await told('pipedrive', MAIN.pipedrive, { name: 'pipedrive-night' });
    expect(answer.status).toBe(204);
    expect(log).toMatchObject([
      { message: 'refused', code: 'outside-hours', key: 'webhooks/pipedrive-night' },
    ]);
  });
});

describe('A click that cannot be answered by a call', () => {
  const international = 'INTERNATIONAL%5D=%2B74951234500';

  it.each<[says: string, change: (body: string) => string, status: number, code: string]>([
    ['no number', (body) => body.replace(international, 'INTERNATIONAL%5D=soon'), 422, 'number-invalid'],
    [
      'a number abroad',
      (body) => body.replace(international, 'INTERNATIONAL%5D=%2B442079460000'),
      403,
      'destination-not-allowed',
    ],
  ])('is told why: %s', async (_, change, status, code) => {
    const { answer, log } = await told('bitrix24', MAIN.bitrix24, { change });
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status, code });
    expect(log).toMatchObject([{ message: 'refused', code, httpStatus: status }]);
  });

  it('is told where a key is made that another event had', async () => {
    const id = freshId();
    const first = await told('bitrix24', MAIN.bitrix24, { id });
    const change = (body: string) =>
      body.replace('INTERNATIONAL%5D=%2B74951234500', 'INTERNATIONAL%5D=%2B74951234501');
    const { answer } = await told('bitrix24', MAIN.bitrix24, { id, change });
    expect(first.answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      status: 409,
      detail: 'Another event came with the same key: see "key" in "map" of webhooks/bitrix24',
    });
  });

  it('is told when it is open', async () => {
    const { answer } = await told('bitrix24', MAIN.bitrix24, { name: 'bitrix24-night' });
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status: 403, code: 'outside-hours' });
  });

  it('is told which user has no extension, and where that is put', async () => {
    const { answer, log } = await told('bitrix24', MAIN.bitrix24, { name: 'bitrix24-nobody' });
    const detail =
      '"agents" of webhooks/bitrix24-nobody has no extension for the user 1269: add him, or "*" for everybody';
    expect(answer).toMatchObject({ status: 400, body: { type: '/problems/agent-missing', detail } });
    expect(log).toMatchObject([{ detail }]);
  });

  it('is told so without a long number, and without what cannot be printed', async () => {
    const change = (body: string) =>
      body.replace('agent=3200', 'agent=').replace('zohouser=1269000000012345', 'zohouser=%3C4951234567%3E');
    const { answer } = await told('zoho', MAIN.zoho, { name: 'zoho-nobody', change });
    expect(answer.body['detail']).toContain('for the user ?********67?: add him');
  });

  it('is told that it names nobody', async () => {
    const { answer } = await told('bitrix24', 'bitrix24-callback-start.form', { name: 'bitrix24-nobody' });
    expect(answer.body['detail']).toBe(
      'The event names no user: give "agents" of webhooks/bitrix24-nobody a "*", or the route an "agent"',
    );
  });
});

describe('An event that asks for no call', () => {
  it.each<[SourceName, string, string, string, string]>([
    ['bitrix24', MAIN.bitrix24, 'ONEXTERNALCALLSTART', 'ONCRMLEADADD', 'the event is not listed'],
    ['pipedrive', MAIN.pipedrive, '"phones"', '"faxes"', 'there is no number'],
    ['json', MAIN.json, '"callback"', '"hello"', 'map.call is not true'],
  ])('leaves one line: %s', async (source, fixture, from, to, why) => {
    const { answer, log } = await told(source, fixture, { change: (body) => body.replace(from, to) });
    expect(answer.status).toBe(204);
    expect(log).toMatchObject([
      { level: 'INFO', message: 'no call', key: `webhooks/${source}`, source, why },
    ]);
    expect(JSON.stringify(log)).not.toMatch(/123-?45|1269|Иван/);
  });
});

describe('Bitrix24, which gives a number that is clicked again the same CALL_ID', () => {
  // To a customer who hangs up.
  const change = (body: string) => body.replaceAll('4951234500', '4951234507');
  const now = Math.floor(Date.now() / 1000);

  it('rings once for every click, however often that is delivered', async () => {
    const ids = new Set<unknown>();
    for (const at of [now - 20, now - 20, now - 3, now - 3]) {
      const { answer } = await told('bitrix24', MAIN.bitrix24, { id: '1717', at, change });
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

describe('An event without a time, of a sender that repeats for days', () => {
  it.each<[SourceName, string, string]>([
    ['hubspot', 'hubspot-workflow.json', 'hubspot-down'],
    ['hubspot', 'hubspot-custom-action.json', 'hubspot-down'],
  ])(
    'is not to be sent again later, when its call could not be placed: %s, %s',
    async (source, fixture, name) => {
      const { answer, log } = await told(source, fixture, { name });
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

  it('is not to be sent again later, when the settings were wrong', async () => {
    const { answer, log } = await told('hubspot', 'hubspot-workflow.json', { name: 'hubspot-wrong' });
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status: 424, code: 'event-undated' });
    expect(log).toMatchObject([{ message: 'failed', code: 'settings-invalid' }]);
  });

  it.each<[SourceName, string, string]>([
    ['hubspot', MAIN.hubspot, 'hubspot-down'],
    ['zoho', MAIN.zoho, 'zoho-down'],
    ['json', MAIN.json, 'json-down'],
  ])(
    'differs from one with a time, or of another sender, which may come again: %s, %s',
    async (source, fixture, name) => {
      const { answer, log } = await told(source, fixture, { name });
      expect(answer).toMatchObject({
        status: 503,
        body: { type: '/problems/pbx-unreachable', retryable: true },
      });
      expect(answer.headers['retry-after']).toBeDefined();
      expect(log).toMatchObject([{ message: 'failed', code: 'pbx-unreachable' }]);
    },
  );

  it('is called like any other, if all is well', async () => {
    const { answer } = await told('hubspot', 'hubspot-workflow.json');
    expect(answer.status).toBe(201);
  });
});
