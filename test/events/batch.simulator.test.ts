import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULTS, type Fault, type Simulator, startSimulator } from '../../local/simulator/index.ts';
import {
  batchOf,
  type EventFunction,
  openEventFunction,
  ruleEvent,
} from '../support/events/event-function.ts';
import { settingsFor } from '../support/http/settings.ts';

const good = (agent: string) => ({ to: '84951234567', agent });

describe('A batch from a queue', () => {
  let simulator: Simulator;
  let lambda: EventFunction;
  beforeEach(async () => {
    simulator = await startSimulator({ timeScale: 0.01 });
    const settings = settingsFor({ url: simulator.url, ...DEFAULTS.users[0] });
    lambda = await openEventFunction({
      ...settings,
      'pbx/down/url': 'http://127.0.0.1:9',
      'pbx/down/username': 'callback',
      'pbx/down/secret': 'nobody-checks-it',
      'pbx/locked/url': simulator.url,
      'pbx/locked/username': 'callback',
      'pbx/locked/secret': 'wrong-secret-0123456789',
      'routes/down': { ...settings['routes/default'], pbx: ['down'] },
      'routes/locked': { ...settings['routes/default'], pbx: ['locked'] },
      'routes/astray': { ...settings['routes/default'], context: 'no-such-context' },
    });
  });
  afterEach(async () => {
    await lambda[Symbol.asyncDispose]();
    await simulator.close();
  });

  /** Strikes the order for one agent. */
  const strike = (fault: Fault, agent: string) =>
    simulator.faults.add({
      fault,
      when: ({ action, headers }) =>
        action === 'Originate' && headers.some((header) => header.startsWith(`Channel: PJSIP/${agent}`)),
    });
  const rung = () =>
    simulator.calls.map(({ channel }) => channel.replace(/^PJSIP\/(\d+).*/, '$1')).toSorted();
  const failures = (batch: ReturnType<typeof batchOf>, ...indexes: number[]) => ({
    batchItemFailures: indexes.map((index) => ({ itemIdentifier: batch.Records[index]?.messageId })),
  });

  it('returns only the messages whose callback rang no phone and may be tried again', async () => {
    strike({ kind: 'black hole' }, '3205');
    strike({ kind: 'drop after executing' }, '3206');
    const batch = batchOf([
      good('3200'),
      'this is no JSON',
      { to: '112', agent: '3201' },
      { ...good('3202'), route: 'down' },
      { ...good('3203'), route: 'nowhere' },
      good('3205'),
      good('3206'),
      { ...good('3207'), route: 'locked' },
      ruleEvent({ ...good('3208'), route: 'down' }),
      ruleEvent(good('3209')),
    ]);
    expect(await lambda.invoke(batch)).toEqual(failures(batch, 3, 8));
    expect(rung()).toEqual(['3200', '3206', '3209']);

    const log = lambda.lines.join('');
    for (const code of ['request-malformed', 'destination-not-allowed', 'route-unknown', 'outcome-unknown'])
      expect(log).toContain(`"code":"${code}"`);
    expect(log).not.toContain('4951234567');
  });

  it('that is delivered again rings only the phones that have not rung', async () => {
    strike({ kind: 'black hole' }, '3201');
    const batch = batchOf([good('3200'), good('3201'), { ...good('3202'), route: 'astray' }, good('3203')]);
    for (let delivery = 0; delivery < 3; delivery++)
      expect(await lambda.invoke(batch)).toEqual({ batchItemFailures: [] });
    expect(rung()).toEqual(['3200', '3203']);
  });

  it('is returned as a whole while the PBX cannot be reached, and placed afterwards', async () => {
    simulator.faults.add({ fault: { kind: 'http 503' }, when: 'Login', times: 3 });
    const batch = batchOf([good('3200'), good('3201'), good('3202')]);
    expect(await lambda.invoke(batch)).toEqual(failures(batch, 0, 1, 2));
    expect(rung()).toEqual([]);
    expect(await lambda.invoke(batch)).toEqual({ batchItemFailures: [] });
    expect(rung()).toEqual(['3200', '3201', '3202']);
  });

  it('of a FIFO queue is returned from the first failure on, and rings in order', async () => {
    const batch = batchOf(
      [
        good('3200'),
        'this is no JSON',
        good('3201'),
        { ...good('3202'), route: 'down' },
        good('3203'),
        good('3204'),
      ],
      'callbacks.fifo',
    );
    expect(await lambda.invoke(batch)).toEqual(failures(batch, 3, 4, 5));
    expect(simulator.calls.map(({ channel }) => channel.slice(0, 10))).toEqual(['PJSIP/3200', 'PJSIP/3201']);

    const rest = { Records: batch.Records.slice(4) };
    expect(await lambda.invoke(rest)).toEqual({ batchItemFailures: [] });
    expect(rung()).toEqual(['3200', '3201', '3203', '3204']);
  });

  it('is returned when there is no time left to place it', async () => {
    const batch = batchOf([good('3200'), good('3201')]);
    expect(await lambda.invoke(batch, 3000)).toEqual(failures(batch, 0, 1));
    expect(rung()).toEqual([]);
  });

  it('rings once for an event that comes in two messages, or also by a rule', async () => {
    const event = ruleEvent(good('3201'));
    await lambda.invoke(batchOf([event]));
    await lambda.invoke(batchOf([event]));
    await lambda.invoke(event);
    expect(rung()).toEqual(['3201']);
  });

  it('needs only the id and the body of a message', async () => {
    const body = JSON.stringify(good('3200'));
    const down = JSON.stringify({ ...good('3202'), route: 'down' });
    const batch = {
      Records: [{ messageId: 'a', body }, { messageId: 'b' }, { messageId: 'c', body: down }],
    };
    expect(await lambda.invoke(batch)).toEqual({ batchItemFailures: [{ itemIdentifier: 'c' }] });
    expect(rung()).toEqual(['3200']);
  });

  it('may be empty', async () => {
    expect(await lambda.invoke({ Records: [] })).toEqual({ batchItemFailures: [] });
  });
});

it('The function event takes the request from an event with `detail` alone', async () => {
  await using simulator = await startSimulator();
  await using lambda = await openEventFunction(settingsFor({ url: simulator.url, ...DEFAULTS.users[0] }));
  expect(await lambda.invoke({ detail: good('3200') })).toMatchObject({ agent: '3200', to: '+74951234567' });
  expect(simulator.calls).toHaveLength(1);
});

describe('An event without a request', () => {
  it.each([
    ['nothing', null],
    ['text', 'hello'],
    ['a list', [{ to: '84951234567', agent: '3200' }]],
    ['an unknown field', { to: '84951234567', agent: '3200', channel: 'PJSIP/boss' }],
    ['a record of another service', { Records: [{ eventSource: 'aws:s3', s3: {} }] }],
    ['a detail that is text', ruleEvent('hello')],
    ['a detail that is missing', { ...ruleEvent(undefined) }],
  ])('returns a problem and throws no error: %s', async (_, event) => {
    await using simulator = await startSimulator();
    await using lambda = await openEventFunction(settingsFor({ url: simulator.url, ...DEFAULTS.users[0] }));
    expect(await lambda.invoke(event)).toMatchObject({ type: '/problems/request-invalid', retryable: false });
    expect(simulator.requests).toEqual([]);
  });
});
