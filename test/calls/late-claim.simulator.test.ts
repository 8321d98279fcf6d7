import { afterEach, expect, it, vi } from 'vitest';
import { AjamSession } from '../../lib/ajam/index.ts';
import { CallbackError } from '../../lib/problems/callback-error.ts';
import type { Store } from '../../lib/store/store.ts';
import { DEFAULTS, startSimulator } from '../../local/simulator/index.ts';
import { dialOnce, servicesFor, technologyNamed } from '../support/calls/services.ts';

const INPUT = { to: '+74951234500', agent: '3206', route: 'agent-first' };
/** After this time, others take an attempt without a reply for lost: its Originate must not be sent any more. */
const LOST_MS = 30_000;

afterEach(() => {
  vi.restoreAllMocks();
});

/** While a machine is suspended, its monotonic clock stands still. */
it.each([
  ['frozen', performance],
  ['suspended with its machine', Date],
])('A process that was %s between the claim and the Originate sends nothing', async (_, clock) => {
  await using simulator = await startSimulator({ loginDelayMs: 0 });
  const [user] = DEFAULTS.users;
  const services = servicesFor({ httpUrl: simulator.url }, user, technologyNamed('PJSIP'));
  const store = await services.store();
  const now = clock.now.bind(clock);
  const claimAttempt: Store['claimAttempt'] = async (callback, claim) => {
    const claimed = await store.claimAttempt(callback, claim);
    vi.spyOn(clock, 'now').mockImplementation(() => now() + LOST_MS);
    return claimed;
  };
  const frozen = { ...services, store: async () => ({ ...store, claimAttempt }) };
  await expect(dialOnce(frozen, INPUT, 'frozen')).rejects.toMatchObject({ code: 'store-unreachable' });
  expect(simulator.calls).toEqual([]);

  vi.restoreAllMocks();
  // Nothing was sent, so the key is free.
  expect(await dialOnce(services, INPUT, 'frozen')).toMatchObject({ replayed: false });
  expect(simulator.calls).toHaveLength(1);
  await services.sessions.close();
});

it('A process that was frozen while it logged in again sends nothing', async () => {
  await using simulator = await startSimulator({ loginDelayMs: 0 });
  const [user] = DEFAULTS.users;
  const services = servicesFor({ httpUrl: simulator.url }, user, technologyNamed('PJSIP'));
  await dialOnce(services, INPUT, 'warms the session');
  simulator.forgetSessions();
  const now = performance.now.bind(performance);
  const { login } = AjamSession.prototype;
  vi.spyOn(AjamSession.prototype, 'login').mockImplementation(async function (this: AjamSession, options) {
    await login.call(this, options);
    vi.spyOn(performance, 'now').mockImplementation(() => now() + LOST_MS);
  });
  await expect(dialOnce(services, INPUT, 'frozen')).rejects.toMatchObject({ code: 'store-unreachable' });
  expect(simulator.calls).toHaveLength(1);

  vi.restoreAllMocks();
  expect(await dialOnce(services, INPUT, 'frozen')).toMatchObject({ replayed: false });
  expect(simulator.calls).toHaveLength(2);
  await services.sessions.close();
});

it('A claim that the store writes after it was given up leaves no record', async () => {
  await using simulator = await startSimulator({ loginDelayMs: 0 });
  const [user] = DEFAULTS.users;
  const services = servicesFor({ httpUrl: simulator.url }, user, technologyNamed('PJSIP'));
  const store = await services.store();
  let writeLate = async (): Promise<unknown> => undefined;
  const claimAttempt: Store['claimAttempt'] = async (...claim) => {
    writeLate = () => store.claimAttempt(...claim);
    throw new CallbackError('store-unreachable', 'too slow');
  };
  const slow = { ...services, store: async () => ({ ...store, claimAttempt }) };
  await expect(dialOnce(slow, INPUT, 'slow')).rejects.toMatchObject({ code: 'store-unreachable' });
  expect(await writeLate()).toMatchObject({ claimed: false, why: 'void' });

  expect(await dialOnce(services, INPUT, 'slow')).toMatchObject({ replayed: false });
  expect(simulator.calls).toHaveLength(1);
  await services.sessions.close();
});
