import { describe, expect, it } from 'vitest';
import { type Asked, callbackFunctionOnSimulator, codeOf } from '../support/http/callback-function.ts';
import { json, LEGACY_SECRET } from '../support/http/settings.ts';

const form = (body: string): Asked => ({
  method: 'POST',
  url: '/callbacks',
  headers: { ...json, 'content-type': 'application/x-www-form-urlencoded' },
  body,
});
const link = (num: string): Asked => ({ url: `/callback?cid=3200&num=${num}&token=legacy.${LEGACY_SECRET}` });

describe('An unescaped + before a number, which arrives as a blank,', () => {
  const { lambda, simulator } = callbackFunctionOnSimulator();

  it.each([
    ['a form', form('agent=3200&to=+74951234567')],
    ['a query', link('+74951234567')],
    ['an encoded one', link('%2B74951234567')],
  ])('is restored in %s', async (_what, asked) => {
    expect(await lambda().ask(asked)).toMatchObject({ status: 201, body: { to: '+74951234567' } });
  });

  // Without its +, each of them is somebody's number in Russia.
  it.each([
    ['Vietnam', '+84951234567'],
    ['nowhere', '+89161234500'],
  ])('never turns a number of %s into a national number', async (_where, number) => {
    for (const asked of [form(`agent=3200&to=${number}`), link(number)]) {
      const calls = simulator().calls.length;
      expect(codeOf(await lambda().ask(asked))).toMatch(/^(destination-not-allowed|number-invalid)$/);
      expect(simulator().calls).toHaveLength(calls);
    }
  });
});
