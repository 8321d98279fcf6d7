import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyMap } from '../../lib/webhooks/map.ts';
import { DEFAULTS, type Simulator, startSimulator } from '../../local/simulator/index.ts';
import { codeOf } from '../support/http/door.ts';
import { openWebhookDoor, type WebhookDoor } from '../support/webhooks/door.ts';
import { send } from '../support/webhooks/senders.ts';
import { hook, webhookSettings } from '../support/webhooks/settings.ts';

const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });
const PHONE = { phone: '+74951234500' };

/** Expressions that do no harm to the events that their owners had in mind, and some that always do. */
const HOSTILE: [says: string, to: string, payload: unknown][] = [
  ['endless recursion', '($f := function($x) { $f($x + 1) + 1 }; $f(1))', PHONE],
  ['endless tail recursion', '($f := function($x) { $f($x + 1) }; $f(1))', PHONE],
  [
    'a depth that the event tells',
    '($f := function($n) { $n = 0 ? "1" : $f($n - 1) & "1" }; $f(n))',
    { n: 1e9 },
  ],
  [
    'every pair and triple',
    '$count(a.($x := $; $$.a.($y := $; $$.a.($x + $y + $))))',
    { a: Array(900).fill(1) },
  ],
  ['a range that the event tells', '$string($sum([1..n]))', { n: 1e9 }],
  ['a regular expression that backtracks', '$replace(phone, /^(a+)+$/, "")', { phone: `${'a'.repeat(40)}!` }],
  ['a match at every place', '$count($match(phone, /(x*)*y|x/))', { phone: 'x'.repeat(60_000) }],
  [
    'text that doubles',
    '($f := function($s, $n) { $n = 0 ? $s : $f($s & $s, $n - 1) }; $f(phone, 40))',
    PHONE,
  ],
  ['padding', '$pad(phone, 500000000)', PHONE],
  ['what the stranger wrote', '$eval(phone)', { phone: '$string([1..1000])' }],
  ['a text of fifty thousand letters', 'phone', { phone: '1'.repeat(50_000) }],
  ['all letters compared', '$count($distinct($split(phone, "")))', { phone: 'x'.repeat(60_000) }],
  ['a deep event', '**.a', nested(31)],
  ['a huge event', '$count(**)', { a: Array.from({ length: 20_000 }, (_, index) => index) }],
  ['a long event', 'phone', { phone: '+74951234500', note: 'x'.repeat(100_000) }],
  ['a list of numbers', 'phones', { phones: ['+74951234500', '+74951234501'] }],
  ['what does not fit', '$number(phone) & ""', { phone: 'none' }],
  ['an error of its own', '$error("no")', PHONE],
];

describe('A hostile event', () => {
  let simulator: Simulator;
  let door: WebhookDoor;
  beforeAll(async () => {
    simulator = await startSimulator();
    const named = HOSTILE.map(([, to], index) => [
      `webhooks/h${index}`,
      hook('json', { map: { to, agent: '"3200"' }, agents: undefined }),
    ]);
    door = await openWebhookDoor({
      ...webhookSettings({ url: simulator.url, ...DEFAULTS.users[0] }),
      ...Object.fromEntries(named),
      'webhooks/wrong': hook('json', { map: { to: 'data.(', time: 'at' } }),
    });
  });
  afterAll(async () => {
    await door[Symbol.asyncDispose]();
    await simulator.close();
  });

  it.each(HOSTILE.map(([says, , payload], index) => ({ says, payload, index })))(
    'is refused in time, and nothing is dialled: $says',
    async ({ payload, index }) => {
      const started = performance.now();
      const answer = await door.ask(
        send.json('json.json', { name: `h${index}`, body: JSON.stringify(payload) }),
      );
      expect({ code: codeOf(answer), status: answer.status }).toEqual({ code: 'map-failed', status: 422 });
      expect(performance.now() - started).toBeLessThan(1500);
      expect(answer.text.replace(/"instance":"[^"]*"/, '')).not.toMatch(/\d{7}/);
      expect(simulator.requests).toEqual([]);
    },
  );

  it('is no fault of the sender where the expression is wrong in itself', async () => {
    const answer = await door.ask(send.json('json.json', { name: 'wrong' }));
    expect(codeOf(answer)).toBe('settings-invalid');
    expect(door.lines.join('')).toContain('webhooks/wrong: map.to is no JSONata expression');
    expect(answer.text).toContain('Look at webhooks/wrong');
    expect(simulator.requests).toEqual([]);
  });
});

describe('A map', () => {
  const payload = { lead: { phones: ['8 (495) 123-45-00'], owner: 17, vip: true, cost: 1.5 }, empty: null };

  it('makes fields of a callback request, and leaves out what is not there', async () => {
    const map = {
      to: 'lead.phones[0]',
      agent: 'lead.owner',
      callerId: 'lead.unknown',
      dtmf: 'empty',
      timeoutSeconds: '10 + 5',
      variables: '{"CRM_ID": lead.owner, "VIP": lead.vip}',
    };
    expect(await applyMap(map, payload, 'crm')).toEqual({
      to: '8 (495) 123-45-00',
      agent: '17',
      timeoutSeconds: 15,
      variables: { CRM_ID: '17', VIP: 'true' },
    });
  });

  it.each(['lead.vip', '$contains(lead.phones[0], "495")', 'lead.cost > 1', '$exists(lead.phones)'])(
    'wants a call if its condition is true: %s',
    async (call) => {
      expect(await applyMap({ to: 'lead.phones[0]', call }, payload, 'crm')).toEqual({
        to: '8 (495) 123-45-00',
      });
    },
  );

  it.each([
    ...['vip', 'empty', 'lead.cost > 1000', 'amount > 1000', '$contains(kind, "x")', 'lead.unknown = "x"'],
    ...['lead.owner', '"true"', '"yes"', 'lead', 'false', '$sum', 'lead.phones[0]'],
  ])('wants none if its condition yields nothing, or anything else: %s', async (call) => {
    expect(await applyMap({ to: 'lead.phones[0]', call }, payload, 'crm')).toBeUndefined();
    // The others may not fit an event that is not meant.
    expect(await applyMap({ to: '$number(lead.phones[0])', call }, payload, 'crm')).toBeUndefined();
  });

  it.each(['lead.vip', '{"id": 1}', '["a"]'])('may have no key but text or a number: %s', async (key) => {
    await expect(applyMap({ key }, payload, 'crm')).rejects.toMatchObject({ code: 'map-failed' });
  });

  it.each([
    ['$split(lead.phones[0], " ")[0]', '8'],
    ['$replace(lead.phones[0], /[^0-9]/, "")', '84951234500'],
    ['$match(lead.phones[0], /[0-9]+/)[1].match', '495'],
    ['$contains(lead.phones[0], /49\\d/) ? "a" : "b"', 'a'],
    ['$join(lead.phones.$split($, " "), "")', '8(495)123-45-00'],
    ['$trim(" x ")', 'x'],
  ])('may take text apart: %s', async (to, expected) => {
    expect(await applyMap({ to }, payload, 'crm')).toEqual({ to: expected });
  });
});
