import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULTS, type Simulator, startSimulator } from '../../local/simulator/index.ts';
import { type EventFunction, openEventFunction, ruleEvent } from '../support/events/event-function.ts';
import { settingsFor } from '../support/http/settings.ts';

const REQUEST = { to: '84951234567', agent: '3200' };

describe('An event whose callback cannot be placed now', () => {
  let simulator: Simulator;
  let lambda: EventFunction;
  beforeEach(async () => {
    simulator = await startSimulator();
    const settings = settingsFor({ url: simulator.url, ...DEFAULTS.users[0] });
    lambda = await openEventFunction({ ...settings, 'pbx/main/url': 'http://127.0.0.1:9' });
  });
  afterEach(async () => {
    await lambda[Symbol.asyncDispose]();
    await simulator.close();
  });

  it('throws when it came by a rule, so that AWS repeats or keeps it', async () => {
    await expect(lambda.invoke(ruleEvent(REQUEST))).rejects.toMatchObject({
      name: 'EventNotPlaced',
      message: expect.stringMatching(/^pbx-unreachable: /),
    });
  });

  it('throws when it has onProblem throw', async () => {
    await expect(lambda.invoke({ ...REQUEST, onProblem: 'throw' })).rejects.toThrow(/^pbx-unreachable: /);
  });

  it.each([REQUEST, { ...REQUEST, onProblem: 'return' }])(
    'returns a problem object otherwise: %j',
    async (event) => {
      expect(await lambda.invoke(event)).toMatchObject({ code: 'pbx-unreachable', retryable: true });
    },
  );

  it('throws an error without the number and without other values that AWS would log', async () => {
    const error: unknown = await lambda.invoke(ruleEvent(REQUEST)).catch((reason: unknown) => reason);
    expect(JSON.stringify(error)).toBe('{"name":"EventNotPlaced"}');
    expect(Object.getOwnPropertyNames(error).sort()).toEqual(['message', 'name', 'stack']);
    expect(lambda.lines.join('')).not.toContain('1234567');
  });
});

describe('An event with onProblem throw', () => {
  it('returns a problem object for a problem that stays after a repetition', async () => {
    await using simulator = await startSimulator();
    await using lambda = await openEventFunction(settingsFor({ url: simulator.url, ...DEFAULTS.users[0] }));
    for (const event of [ruleEvent({ ...REQUEST, to: '1' }), { ...REQUEST, to: '1', onProblem: 'throw' }])
      expect(await lambda.invoke(event)).toMatchObject({ code: 'destination-not-allowed', retryable: false });
    expect(await lambda.invoke({ ...REQUEST, onProblem: 'retry' })).toMatchObject({
      code: 'request-invalid',
      errors: [{ field: 'onProblem', message: 'must be "throw" or "return"' }],
    });
    expect(simulator.calls).toEqual([]);
  });

  it('rings once when AWS delivers it again', async () => {
    await using simulator = await startSimulator();
    await using lambda = await openEventFunction(settingsFor({ url: simulator.url, ...DEFAULTS.users[0] }));
    const event = { ...REQUEST, onProblem: 'throw' };
    const first = await lambda.invoke(event, undefined, 'delivery-1');
    const again = await lambda.invoke(event, undefined, 'delivery-1');
    expect(again['id']).toBe(first['id']);
    expect(simulator.calls).toHaveLength(1);
  });
});
