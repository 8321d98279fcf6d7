import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULTS, type Simulator, startSimulator } from '../../local/simulator/index.ts';
import { openEventFunction } from '../support/events/event-function.ts';
import {
  answerOf,
  callbackFunctionOnSimulator,
  context,
  eventOf,
  openCallbackFunction,
} from '../support/http/callback-function.ts';
import { json, settingsFor } from '../support/http/settings.ts';

/** Time that a function reserves for returning the response, and time that is left for the call. */
const RESERVE_MS = 3000;
const LEFT_MS = 4000;

const post = (fields: object) =>
  eventOf({ method: 'POST', url: '/callbacks', headers: json, body: JSON.stringify(fields) });

describe('The function callback', () => {
  const { lambda } = callbackFunctionOnSimulator();

  it('answers before its time is over, also if the request waits longer', async () => {
    const event = post({ to: '84951234567', agent: '3206', wait: 'completed', waitSeconds: 25 });
    const end = Date.now() + RESERVE_MS + LEFT_MS;
    const time = { ...context(), getRemainingTimeInMillis: () => end - Date.now() };
    const answer = answerOf(await lambda().handler(event, time));
    expect(answer).toMatchObject({ status: 201, body: { status: 'ringing' } });
    expect(end - Date.now()).toBeGreaterThan(RESERVE_MS / 2);
  });
});

describe('The function callback after a slow start', () => {
  const { lambda } = callbackFunctionOnSimulator();

  it('answers before API Gateway gives up, whose time runs from the request on', async () => {
    const event = post({ to: '84951234567', agent: '3206', wait: 'completed', waitSeconds: 25 });
    const arrived = Date.now() - 22_500;
    event.requestContext.timeEpoch = arrived;
    const answer = answerOf(
      await lambda().handler(event, { ...context(), getRemainingTimeInMillis: () => 29_000 }),
    );
    expect(answer).toMatchObject({ status: 201, body: { status: 'ringing' } });
    expect(Date.now() - arrived).toBeLessThan(29_000);
  });
});

describe('A function that AWS froze past its deadline', () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await startSimulator();
  });
  afterEach(() => simulator.close());

  /** The time is over as soon as the function has read it once. */
  const frozen = (): Context => {
    const times = [30_000];
    return { ...context(), getRemainingTimeInMillis: () => times.shift() ?? -5000 };
  };

  it('returns the callback from callback and rings once', async () => {
    await using lambda = await openCallbackFunction(
      settingsFor({ url: simulator.url, ...DEFAULTS.users[0] }),
    );
    const { status, body } = answerOf(
      await lambda.handler(post({ to: '84951234567', agent: '3200' }), frozen()),
    );
    expect({ status, id: body['id'] }).toEqual({ status: 201, id: expect.stringMatching(/^cb_/) });
    expect(simulator.calls).toHaveLength(1);
  });

  it('returns the callback from event and rings once', async () => {
    await using lambda = await openEventFunction(settingsFor({ url: simulator.url, ...DEFAULTS.users[0] }));
    const callback = await lambda.handler({ to: '84951234567', agent: '3200' }, frozen());
    expect(callback).toMatchObject({ id: expect.stringMatching(/^cb_/), agent: '3200' });
    expect(simulator.calls).toHaveLength(1);
  });
});
