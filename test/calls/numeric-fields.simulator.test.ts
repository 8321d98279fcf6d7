import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { type Asked, callbackFunctionOnSimulator, codeOf } from '../support/http/callback-function.ts';
import { json } from '../support/http/settings.ts';

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: 0, max: 130, noNaN: true }),
  fc.constantFrom(
    -0,
    0,
    1e-7,
    5e-324,
    3.33333,
    5.0000001,
    119.99999999,
    120,
    900,
    1e21,
    2 ** 31,
    Number.MAX_VALUE,
  ),
);
const wait = fc.constantFrom('accepted', 'answered', 'connected', 'completed');

const post = (fields: object): Asked => ({
  method: 'POST',
  url: '/callbacks',
  headers: json,
  body: JSON.stringify({ to: '84951234567', agent: '3201', ...fields }),
});

describe('POST /callbacks', () => {
  const { lambda, simulator } = callbackFunctionOnSimulator();

  it('never returns 500, whatever numbers waitSeconds and timeoutSeconds are', async () => {
    const check = fc.asyncProperty(wait, number, number, async (wait, waitSeconds, timeoutSeconds) => {
      const answer = await lambda().ask(post({ wait, waitSeconds, timeoutSeconds }));
      const valid = waitSeconds >= 0 && waitSeconds <= 900 && timeoutSeconds >= 5 && timeoutSeconds <= 120;
      expect([answer.status, answer.body['errors']]).toEqual(
        valid ? [201, undefined] : [400, expect.anything()],
      );
    });
    await fc.assert(check, { numRuns: 150 });
  });

  it.each([
    { wait: 'answered', waitSeconds: 3.33333 },
    { wait: 'completed', waitSeconds: 0.0000001 },
    { wait: 'connected', waitSeconds: -0, timeoutSeconds: 5.5 },
    { wait: 'answered', waitSeconds: 0.999, timeoutSeconds: 119.9999999 },
  ])('returns the callback for %j', async (fields) => {
    expect(await lambda().ask(post(fields))).toMatchObject({ status: 201, body: { id: expect.any(String) } });
  });

  it('returns outcome-unknown with the callback when the log fails after the Originate', async () => {
    const { log } = await import('../../lib/telemetry/log.ts');
    const spy = vi.spyOn(log, 'info').mockImplementation(() => {
      throw new TypeError('the log is full');
    });
    const before = simulator().calls.length;
    const answer = await lambda().ask(post({}));
    spy.mockRestore();
    expect(simulator().calls.length - before).toBe(1);
    expect(answer).toMatchObject({ status: 504, body: { callback: { id: expect.stringMatching(/^cb_/) } } });
    expect(codeOf(answer)).toBe('outcome-unknown');
  });
});
