import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULTS, type Simulator, startSimulator } from '../../local/simulator/index.ts';
import {
  type Asked,
  type CallbackFunction,
  codeOf,
  openCallbackFunction,
} from '../support/http/callback-function.ts';
import { bearer, json, settingsFor } from '../support/http/settings.ts';

/** Numbers as JSON can write them, also those that JavaScript reads as Infinity or rounds. */
const NUMBERS = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.double({ min: 0, max: 1000, noNaN: true }).map(String),
  fc.integer({ min: -10, max: 1000 }).map(String),
  fc.constantFrom(
    ...['0', '-0', '0.0', '1e-7', '5e-324', '1e400', '-1e400', '1e21', '9007199254740993', '3.33333'],
    ...['4.999999999999999', '5.000000000000001', '120.00000000000001', '900.0000000000001', '1E2', '0.1e1'],
    '1'.repeat(400),
  ),
);

const FIELDS = ['timeoutSeconds', 'waitSeconds', 'agent', 'to', 'callerId', 'dtmf', 'priority'] as const;

/** A request whose numeric fields have such numbers, and that waits in every way. */
const REQUESTS = fc.record({
  fields: fc.dictionary(fc.constantFrom(...FIELDS), NUMBERS, { maxKeys: 3 }),
  wait: fc.constantFrom('accepted', 'answered', 'connected', 'completed'),
});

/** 3200 answers, 3201 is busy, so that a wait for the end is short. */
const agentFor = (wait: string): string => (wait === 'completed' ? '3201' : '3200');

const FORM = { ...bearer, 'content-type': 'application/x-www-form-urlencoded' };

describe('A request with any numbers in its fields', () => {
  let simulator: Simulator;
  let lambda: CallbackFunction;
  beforeAll(async () => {
    simulator = await startSimulator({ timeScale: 0.001 });
    lambda = await openCallbackFunction(settingsFor({ url: simulator.url, ...DEFAULTS.users[0] }));
  });
  afterAll(async () => {
    await lambda[Symbol.asyncDispose]();
    await simulator.close();
  });

  /** Whatever happens: an answer of 2xx or 4xx, and a phone rings exactly if it is 201. */
  const check = async (asked: Asked) => {
    const before = simulator.calls.length;
    const answer = await lambda.ask(asked);
    expect([200, 201, 400, 403, 422], `${answer.status} ${codeOf(answer)}`).toContain(answer.status);
    expect(simulator.calls.length - before).toBe(answer.status === 201 ? 1 : 0);
  };

  it('is never answered 500 as JSON', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(REQUESTS, async ({ fields, wait }) => {
        const all = { to: '"84951234567"', agent: `"${agentFor(wait)}"`, wait: `"${wait}"`, ...fields };
        const body = `{${Object.entries(all)
          .map(([name, value]) => `"${name}":${value}`)
          .join(',')}}`;
        await check({ method: 'POST', url: '/callbacks', headers: json, body });
      }),
      { numRuns: 200 },
    );
  });

  it('is never answered 500 as a form or in a link', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(REQUESTS, fc.nat(1e7), async ({ fields, wait }, number) => {
        // A link to the same number would be a repeat.
        const to = `8495${String(number).padStart(7, '0')}`;
        const query = String(new URLSearchParams({ to, agent: agentFor(wait), wait, ...fields }));
        await check({ method: 'POST', url: '/callbacks', headers: FORM, body: query });
        if (fields['to'] === undefined) {
          const link = `/callback?${query.replace('to=', 'num=')}&metadata[n]=${Math.random()}`;
          await check({ url: link, headers: bearer });
        }
      }),
      { numRuns: 100 },
    );
  });
});
