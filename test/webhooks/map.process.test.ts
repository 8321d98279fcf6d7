import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyMap } from '../../lib/webhooks/map.ts';
import { DEFAULTS, type Simulator, startSimulator } from '../../local/simulator/index.ts';
import { codeOf } from '../support/http/callback-function.ts';
import { maps } from '../support/webhooks/reading.ts';
import { send } from '../support/webhooks/senders.ts';
import { hook, webhookSettings } from '../support/webhooks/settings.ts';
import { openWebhookFunction, type WebhookFunction } from '../support/webhooks/webhook-function.ts';

const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });
const IDEOGRAPHS = String.fromCodePoint(...Array.from({ length: 15_000 }, (_, index) => 0x4e00 + index));
const PHONE = { phone: '+74951234500' };

/** Most expressions are harmless for the events that their owners had in mind. */
const HOSTILE: [what: string, to: string, payload: unknown][] = [
  ['endless recursion', '($f := function($x) { $f($x + 1) + 1 }; $f(1))', PHONE],
  ['endless tail recursion', '($f := function($x) { $f($x + 1) }; $f(1))', PHONE],
  [
    'a recursion as deep as the event says',
    '($f := function($n) { $n = 0 ? "1" : $f($n - 1) & "1" }; $f(n))',
    { n: 1e9 },
  ],
  [
    'every pair and triple of 900 values',
    '$count(a.($x := $; $$.a.($y := $; $$.a.($x + $y + $))))',
    { a: Array(900).fill(1) },
  ],
  ['a range as long as the event says', '$string($sum([1..n]))', { n: 1e9 }],
  ['a regular expression that backtracks', '$replace(phone, /^(a+)+$/, "")', { phone: `${'a'.repeat(40)}!` }],
  [
    'a regular expression that matches at every place',
    '$count($match(phone, /(x*)*y|x/))',
    { phone: 'x'.repeat(60_000) },
  ],
  [
    'a text that doubles',
    '($f := function($s, $n) { $n = 0 ? $s : $f($s & $s, $n - 1) }; $f(phone, 40))',
    PHONE,
  ],
  ['500 million blanks', '$pad(phone, 500000000)', PHONE],
  ['$eval of a text of the event', '$eval(phone)', { phone: '$string([1..1000])' }],
  ['a text of fifty thousand letters', 'phone', { phone: '1'.repeat(50_000) }],
  ['all letters compared', '$count($distinct($split(phone, "")))', { phone: IDEOGRAPHS }],
  ['an event of depth 31', '**.a', nested(31)],
  ['an event of 20,000 values', '$count(**)', { a: Array.from({ length: 20_000 }, (_, index) => index) }],
  ['an event of 100,000 letters', 'phone', { phone: '+74951234500', note: 'x'.repeat(100_000) }],
  ['a list of phone numbers', 'phones', { phones: ['+74951234500', '+74951234501'] }],
  ['a function that does not fit the event', '$number(phone) & ""', { phone: 'none' }],
  ['an error of the expression', '$error("no")', PHONE],
];

describe('POST /webhooks/{name}', () => {
  let simulator: Simulator;
  let lambda: WebhookFunction;
  beforeAll(async () => {
    simulator = await startSimulator();
    const named = HOSTILE.map(([, to], index) => [
      `webhooks/h${index}`,
      hook('json', { map: { to, agent: '"3200"' }, agents: undefined }),
    ]);
    lambda = await openWebhookFunction({
      ...webhookSettings({ url: simulator.url, ...DEFAULTS.users[0] }),
      ...Object.fromEntries(named),
      'webhooks/wrong': hook('json', { map: { to: 'data.(', time: 'at' } }),
    });
  });
  afterAll(async () => {
    await lambda[Symbol.asyncDispose]();
    await simulator.close();
  });

  it.each(HOSTILE.map(([what, , payload], index) => ({ what, payload, index })))(
    'returns 422 map-failed in time and dials nothing for $what',
    async ({ payload, index }) => {
      const started = performance.now();
      const answer = await lambda.ask(
        send.json('json.json', { name: `h${index}`, body: JSON.stringify(payload) }),
      );
      expect({ code: codeOf(answer), status: answer.status }).toEqual({ code: 'map-failed', status: 422 });
      expect(performance.now() - started).toBeLessThan(5000);
      expect(answer.text.replace(/"instance":"[^"]*"/, '')).not.toMatch(/\d{7}/);
      expect(simulator.requests).toEqual([]);
    },
  );

  it('returns 500 settings-invalid and logs the webhook when an expression is wrong for every event', async () => {
    const answer = await lambda.ask(send.json('json.json', { name: 'wrong' }));
    expect(codeOf(answer)).toBe('settings-invalid');
    expect(lambda.lines.join('')).toContain('webhooks/wrong: map.to is not a JSONata expression');
    expect(answer.text).toContain('Look at webhooks/wrong');
    expect(simulator.requests).toEqual([]);
  });
});

describe('applyMap', () => {
  const payload = { lead: { phones: ['8 (495) 123-45-00'], owner: 17, vip: true, cost: 1.5 }, empty: null };

  it('yields fields of a callback request and leaves out fields without a result', async () => {
    const map = {
      to: 'lead.phones[0]',
      agent: 'lead.owner',
      callerId: 'lead.unknown',
      dtmf: 'empty',
      timeoutSeconds: '10 + 5',
      variables: '{"CRM_ID": lead.owner, "VIP": lead.vip}',
    };
    expect(await applyMap(map, payload, 'crm', maps)).toEqual({
      to: '8 (495) 123-45-00',
      agent: '17',
      timeoutSeconds: 15,
      variables: { CRM_ID: '17', VIP: 'true' },
    });
  });

  it.each(['lead.vip', '$contains(lead.phones[0], "495")', 'lead.cost > 1', '$exists(lead.phones)'])(
    'evaluates the other fields when map.call yields true: %s',
    async (call) => {
      expect(await applyMap({ to: 'lead.phones[0]', call }, payload, 'crm', maps)).toEqual({
        to: '8 (495) 123-45-00',
      });
    },
  );

  it.each([
    ...['vip', 'empty', 'lead.cost > 1000', 'amount > 1000', '$contains(kind, "x")', 'lead.unknown = "x"'],
    ...['lead.owner', '"true"', '"yes"', 'lead', 'false', '$sum', 'lead.phones[0]'],
  ])('returns undefined when map.call yields anything but true: %s', async (call) => {
    expect(await applyMap({ to: 'lead.phones[0]', call }, payload, 'crm', maps)).toBeUndefined();
    // Another field may not fit an event that asks for no call.
    expect(await applyMap({ to: '$number(lead.phones[0])', call }, payload, 'crm', maps)).toBeUndefined();
  });

  it.each(['lead.vip', '{"id": 1}', '["a"]'])(
    'refuses a key that is neither text nor a number: %s',
    async (key) => {
      await expect(applyMap({ key }, payload, 'crm', maps)).rejects.toMatchObject({ code: 'map-failed' });
    },
  );

  it.each([
    ['$split(lead.phones[0], " ")[0]', '8'],
    ['$replace(lead.phones[0], /[^0-9]/, "")', '84951234500'],
    ['$match(lead.phones[0], /[0-9]+/)[1].match', '495'],
    ['$contains(lead.phones[0], /49\\d/) ? "a" : "b"', 'a'],
    ['$join(lead.phones.$split($, " "), "")', '8(495)123-45-00'],
    ['$trim(" x ")', 'x'],
  ])('evaluates %s', async (to, expected) => {
    expect(await applyMap({ to }, payload, 'crm', maps)).toEqual({ to: expected });
  });

  const event = {
    phone: '8 (495) 123-45-00',
    name: 'Ivan',
    at: '2026-05-15T18:05:00Z',
    day: '15.05.2026',
    tags: ['b', 'a'],
    cost: 1234.5,
  };

  it.each([
    ['$replace(phone, "8 (", "+7 (", 1)', '+7 (495) 123-45-00'],
    ['$replace(phone, /^8 \\((\\d+)\\) /, "+7 $1 ")', '+7 495 123-45-00'],
    ['$replace(name, /[aeiou]/, function($m) { $uppercase($m.match) })', 'IvAn'],
    ['$replace(name, /x/, "y")', 'Ivan'],
    ['$pad(name, 6, "-")', 'Ivan--'],
    ['$pad(name, -6)', '  Ivan'],
    ['$join($map(tags, $uppercase), ",")', 'B,A'],
    ['$join($split(phone, /[^0-9]+/), "")', '84951234500'],
    ['$split(day, /\\./)[2]', '2026'],
    ['$split(day, ".", 2)[1]', '05'],
    ['$join($split("x", /,/), "")', 'x'],
    ['$string($toMillis(at))', '1778868300000'],
    ['$string($toMillis(day, "[D01].[M01].[Y0001]"))', '1778803200000'],
    ['$fromMillis(1778868300000, "[H01]:[m01] [D01]/[M01]/[Y0001]")', '18:05 15/05/2026'],
    ['$fromMillis(1778868300000, "[MNn,3-3] [Y,2-2]")', 'May 26'],
    ['$string($toMillis($now()) > 1700000000000)', 'true'],
    ['$now("[Y0001]") > "2000" ? "later" : "before"', 'later'],
    ['$formatNumber(cost, "#,##0.00")', '1,234.50'],
    ['$formatInteger(2026, "I")', 'MMXXVI'],
    ['$string($parseInteger("twenty-one", "w"))', '21'],
    ['$substringAfter(phone, ") ")', '123-45-00'],
    ['phone ~> $replace("8 ", "+7 ") ~> $substringBefore(")")', '+7 (495'],
    ['($short := $replace(?, " ", ""); $short(phone))', '8(495)123-45-00'],
    ['$string(tags)', '["b","a"]'],
    ['$base64decode($base64encode(name))', 'Ivan'],
  ])('evaluates %s', async (to, expected) => {
    expect(await applyMap({ to }, event, 'crm', maps)).toEqual({ to: expected });
  });

  it('yields nothing where the event has nothing', async () => {
    for (const to of ['$replace(x, "a", "b")', '$split(x, /a/)', '$pad(x, 5)', '$toMillis(x)', '$string(x)'])
      expect(await applyMap({ to }, event, 'crm', maps)).toEqual({});
  });

  it.each(['$trim("  ")', '""', 'blank', 'tab'])('yields nothing for empty text: %s', async (empty) => {
    const payload = { blank: '', tab: ' \t', phone: '1' };
    const map = { to: 'phone', dtmf: empty, agent: empty, callerId: empty };
    expect(await applyMap(map, payload, 'crm', maps)).toEqual({ to: '1' });
  });

  it('never yields the word "undefined" for a replacement that the event does not have', async () => {
    for (const pattern of ['"8"', '/8/']) {
      const broken = applyMap({ to: `$replace(phone, ${pattern}, prefix)` }, event, 'crm', maps);
      await expect(broken).rejects.toMatchObject({ code: 'map-failed' });
    }
  });
});
