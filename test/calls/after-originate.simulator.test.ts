import { describe, expect, it } from 'vitest';
import { Deadline } from '../../lib/shared/deadline.ts';
import { USER } from '../support/ajam/simulated.ts';
import { injectError } from '../support/calls/injected-errors.ts';
import { orders, twoPbxes } from '../support/calls/two-pbxes.ts';
import { route } from '../support/rules/fixtures.ts';

const MOST_CALLS = 500;

describe('placeCallback, from the moment an Originate may have left,', () => {
  it.each([
    ['with wait accepted', { wait: 'accepted' }, 'one'],
    ['with wait accepted', { wait: 'accepted' }, 'all'],
    ['with wait answered', { wait: 'answered' }, 'one'],
    ['with wait answered', { wait: 'answered' }, 'all'],
    ['with wait completed', { agent: '3201', wait: 'completed' }, 'one'],
    ['with digits', { wait: 'connected', dtmf: '1' }, 'one'],
  ] as const)(
    '%s (%j) turns exceptions at any point (%s) into outcome-unknown',
    async (_title, request, which) => {
      const users = [{ ...USER, read: 'call', write: 'originate,call,reporting' }];
      await using desk = await twoPbxes({ users });
      desk.settings.routes['default'] = route({ pbx: ['main', 'standby'], dtmf: 'play' });
      desk.settings.pbx.main.replyTimeoutMs = 5000;
      let failures = 0;
      let skip = 0;
      for (; skip < MOST_CALLS; skip += 1) {
        const before = desk.main.calls.length;
        using injected = injectError(skip, which);
        const error = await desk.call(request).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        if (!injected.thrown) {
          expect(error).toBeUndefined();
          break;
        }
        expect(desk.main.calls.length - before).toBeLessThanOrEqual(1);
        // AjamSession.logoff never throws, whatever happens in it.
        if (error === undefined) continue;
        failures += 1;
        expect(error).toMatchObject({
          code: 'outcome-unknown',
          cause: { message: expect.stringContaining('injected') },
          // An outcome that was recorded before the exception stays.
          callback: {
            id: expect.stringMatching(/^cb_/),
            status: expect.stringMatching(/^(unknown|busy)$/),
            pbx: 'main',
          },
        });
      }
      expect(failures).toBeGreaterThan(2);
      expect(skip).toBeLessThan(MOST_CALLS);
      expect(orders(desk).sent[1]).toBe(0);
    },
  );

  it('returns the callback when the process was frozen past the deadline', async () => {
    await using desk = await twoPbxes();
    const placed = desk.call({ agent: '3206', wait: 'completed' }, Deadline.in(500));
    await expect.poll(() => desk.main.calls.length, { interval: 5 }).toBe(1);
    const frozen = new Int32Array(new SharedArrayBuffer(4));
    Atomics.wait(frozen, 0, 0, 1000);
    expect(await placed).toMatchObject({ pbx: 'main', asterisk: { response: 'Success' } });
  });
});
