import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULTS, type Simulator, startSimulator } from '../../local/simulator/index.ts';
import { type EventDoor, openEventDoor, ruleEvent } from '../support/events/door.ts';
import { settingsFor } from '../support/http/settings.ts';

const REQUEST = { to: '84951234567', agent: '3200' };

describe('An event whose callback cannot be placed now', () => {
  let simulator: Simulator;
  let door: EventDoor;
  beforeEach(async () => {
    simulator = await startSimulator();
    const settings = settingsFor({ url: simulator.url, ...DEFAULTS.users[0] });
    door = await openEventDoor({ ...settings, 'pbx/main/url': 'http://127.0.0.1:9' });
  });
  afterEach(async () => {
    await door[Symbol.asyncDispose]();
    await simulator.close();
  });

  it('throws when it came by a rule, so that AWS repeats or keeps it', async () => {
    await expect(door.invoke(ruleEvent(REQUEST))).rejects.toMatchObject({
      name: 'EventNotPlaced',
      message: expect.stringMatching(/^pbx-unreachable: /),
    });
  });

  it('throws when it has onProblem throw', async () => {
    await expect(door.invoke({ ...REQUEST, onProblem: 'throw' })).rejects.toThrow(/^pbx-unreachable: /);
  });

  it.each([REQUEST, { ...REQUEST, onProblem: 'return' }])(
    'returns a problem object otherwise: %j',
    async (event) => {
      expect(await door.invoke(event)).toMatchObject({ code: 'pbx-unreachable', retryable: true });
    },
  );

  it('throws an error without the number and without other values that AWS would log', async () => {
    const error: unknown = await door.invoke(ruleEvent(REQUEST)).catch((reason: unknown) => reason);
    expect(JSON.stringify(error)).toBe('{"name":"EventNotPlaced"}');
    expect(Object.getOwnPropertyNames(error).sort()).toEqual(['message', 'name', 'stack']);
    expect(door.lines.join('')).not.toContain('1234567');
  });
});

describe('An event with onProblem throw', () => {
  it('returns a problem object for a problem that stays after a repetition', async () => {
    await using simulator = await startSimulator();
    await using door = await openEventDoor(settingsFor({ url: simulator.url, ...DEFAULTS.users[0] }));
    for (const event of [ruleEvent({ ...REQUEST, to: '1' }), { ...REQUEST, to: '1', onProblem: 'throw' }])
      expect(await door.invoke(event)).toMatchObject({ code: 'destination-not-allowed', retryable: false });
    expect(await door.invoke({ ...REQUEST, onProblem: 'retry' })).toMatchObject({
      code: 'request-invalid',
      errors: [{ field: 'onProblem', message: 'must be "throw" or "return"' }],
    });
    expect(simulator.calls).toEqual([]);
  });

  it('rings once when AWS delivers it again', async () => {
    await using simulator = await startSimulator();
    await using door = await openEventDoor(settingsFor({ url: simulator.url, ...DEFAULTS.users[0] }));
    const event = { ...REQUEST, onProblem: 'throw' };
    const first = await door.invoke(event, undefined, 'delivery-1');
    const again = await door.invoke(event, undefined, 'delivery-1');
    expect(again['id']).toBe(first['id']);
    expect(simulator.calls).toHaveLength(1);
  });
});
