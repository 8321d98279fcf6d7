import { describe, expect, it } from 'vitest';
import { newCallbackId } from '../../lib/calls/callback-id.ts';
import { doNotCallHash } from '../../lib/calls/check-do-not-call.ts';
import { type CheckOptions, ChecksBeforeCall } from '../../lib/calls/checks-before-call.ts';
import { KeyHeld, KeyHold } from '../../lib/calls/repeats/key-hold.ts';
import { parseSettings } from '../../lib/settings/parse-settings.ts';
import { routeWith, settingsWith } from '../support/settings/fixtures.ts';
import { openMemoryStore } from '../support/store/memory-store.ts';

const NOON = Date.parse('2035-11-28T12:00:00Z');
const NUMBER = '+442079460000';
const LIMITS = { 'keys/web': { secret: 'web-secret-0123456789', limits: { perDay: 2 } } };

/** Admits callbacks with these settings, all of them with one store. */
function gate(changes: Readonly<Record<string, unknown>>) {
  const store = openMemoryStore();
  const checksFor = (more: Partial<CheckOptions> & { changes?: typeof changes } = {}) =>
    new ChecksBeforeCall({
      store,
      settings: parseSettings(settingsWith({ ...changes, ...more.changes })),
      principal: 'keys/web',
      route: 'default',
      number: NUMBER,
      agent: '3200',
      now: NOON,
      ...more,
    });
  return { store, checksFor, admit: (more?: Parameters<typeof checksFor>[0]) => checksFor(more).passAll() };
}

const reached = (limit: string) => ({ code: 'limit-reached', limit });

describe('ChecksBeforeCall', () => {
  it('asks the store for nothing without limits, keys and a do-not-call list', async () => {
    const { checksFor } = gate({});
    const asked = checksFor({ store: () => Promise.reject(new Error('asked')) });
    await expect(asked.passAll()).resolves.toBeUndefined();
    expect([asked.needsRecord, asked.needsStore]).toEqual([false, false]);
    await asked.giveBackCounts();
  });

  it('lets as many callbacks ring as the limit says, and names the limit to the next', async () => {
    const { admit } = gate(LIMITS);
    await admit();
    await admit({ principal: 'links/web' });
    const refused = admit();
    await expect(refused).rejects.toMatchObject(reached('perDay'));
    await expect(refused).rejects.toThrow('"perDay" of keys/web is reached: it allows 2');
    await admit({ principal: 'keys/other' });
    await admit({ now: NOON + 12 * 3_600_000 });
  });

  it('says when the window ends', async () => {
    const { admit } = gate({ limits: { perHour: 1 } });
    const now = Date.now();
    await admit({ now });
    const error = await admit({ now }).catch(
      (thrown: unknown) => thrown as { headers: Record<string, string> },
    );
    const left = Number(error?.headers['retry-after']);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(3600);
    expect((Date.now() + left * 1000) % 3_600_000).toBeLessThan(5_000);
  });

  it.each([
    ['perNumberPerDay', { number: '+442079460001' }],
    ['perAgentPerHour', { agent: '3201' }],
  ])('counts %s apart from others', async (name, other) => {
    const { admit } = gate({ limits: { [name]: 1 } });
    await admit();
    await admit(other);
    await expect(admit()).rejects.toMatchObject(reached(name));
    await expect(admit(other)).rejects.toMatchObject(reached(name));
  });

  it('counts no agent that is chosen later', async () => {
    const { admit } = gate({ limits: { perAgentPerHour: 1 } });
    for (let n = 0; n < 3; n += 1) await admit({ agent: undefined });
  });

  it('names the narrowest limit that is reached, of the route before the key before the top level', async () => {
    const all = { perNumberPerDay: 1, perAgentPerHour: 1, perMinute: 1, perHour: 1, perDay: 1 };
    const { admit } = gate({ ...LIMITS, limits: all, 'routes/default': routeWith({ limits: all }) });
    await admit();
    await expect(admit()).rejects.toThrow('"perNumberPerDay" of routes/default');
    await expect(admit({ number: '+442079460001' })).rejects.toThrow('"perAgentPerHour" of routes/default');
    await expect(admit({ number: '+442079460001', agent: '3201' })).rejects.toThrow(
      '"perMinute" of routes/default',
    );
  });

  it('leaves the other counters as they were when one limit refuses', async () => {
    const { checksFor, admit } = gate({ limits: { perNumberPerDay: 2, perAgentPerHour: 9, perDay: 9 } });
    await admit();
    await admit();
    for (let n = 0; n < 1000; n += 1) {
      const refused = checksFor();
      await expect(refused.passAll()).rejects.toMatchObject(reached('perNumberPerDay'));
      await refused.giveBackCounts();
    }
    for (let n = 0; n < 7; n += 1) await admit({ number: `+44207946010${n}` });
    await expect(admit({ number: '+442079460200', agent: '3201' })).rejects.toMatchObject(reached('perDay'));
  });

  it('gives back what it counted', async () => {
    const { checksFor, admit } = gate({ limits: { perNumberPerDay: 1, perMinute: 1, perDay: 1 } });
    for (let n = 0; n < 3; n += 1) {
      const unsent = checksFor();
      await unsent.passAll();
      await unsent.giveBackCounts();
      await unsent.giveBackCounts();
    }
    await admit();
    await expect(admit()).rejects.toMatchObject(reached('perNumberPerDay'));
  });

  it('counts no repeat of a request, not even for a moment', async () => {
    const { store, checksFor, admit } = gate({ limits: { perNumberPerDay: 3, perMinute: 3 } });
    const hold = () => {
      const keys = [{ name: 'key', windowMs: 60_000 }];
      return new KeyHold({ store, keys, id: newCallbackId(), fingerprint: 'same' });
    };
    await admit({ hold: hold() });
    const repeats = Array.from({ length: 20 }, () => checksFor({ hold: hold() }));
    const repeated = Promise.allSettled(
      repeats.map((each) => each.passAll().finally(() => each.giveBackCounts())),
    );
    // Two requests of others come among the repeats.
    await expect(Promise.all([admit(), admit()])).resolves.toHaveLength(2);
    for (const result of await repeated)
      expect(result.status === 'rejected' && result.reason).toBeInstanceOf(KeyHeld);
    await expect(admit()).rejects.toMatchObject(reached('perNumberPerDay'));
  });

  it('obeys a limit that was lowered or raised while it is in use', async () => {
    const { admit } = gate({});
    const perDay = (most: number) => ({ changes: { limits: { perDay: most } } });
    for (let n = 0; n < 4; n += 1) await admit(perDay(5));
    await expect(admit(perDay(3))).rejects.toMatchObject(reached('perDay'));
    await admit(perDay(5));
    await expect(admit(perDay(5))).rejects.toMatchObject(reached('perDay'));
    await admit(perDay(6));
  });

  it('goes on counting when a key is removed and made again', async () => {
    const { admit } = gate(LIMITS);
    await admit();
    await admit();
    const another = { secret: 'another-secret-0123456789', limits: { perDay: 2 } };
    await expect(admit({ changes: { 'keys/web': another } })).rejects.toMatchObject(reached('perDay'));
    await admit({ principal: 'keys/new', changes: { 'keys/new': another } });
  });

  it('counts by the day of the time zone', async () => {
    const { admit } = gate({ limits: { perDay: 1, timezone: 'Europe/Berlin' } });
    const at = (text: string) => ({ now: Date.parse(text) });
    await admit(at('2035-10-27T22:00:00Z'));
    await expect(admit(at('2035-10-28T22:59:59Z'))).rejects.toMatchObject(reached('perDay'));
    await admit(at('2035-10-28T23:00:00Z'));
  });

  it('lets no window have more than its limit when the clocks of two processes differ by 2 s', async () => {
    const { store, admit } = gate({ limits: { perMinute: 3 } });
    const admitted = new Map<string, number>();
    for (let second = 0; second < 125; second += 1)
      for (const skew of [0, 2000]) {
        const now = NOON + second * 1000 + skew;
        const window = new Date(now).toISOString().slice(0, 16);
        await admit({ now }).then(
          () => admitted.set(window, (admitted.get(window) ?? 0) + 1),
          () => undefined,
        );
      }
    expect([...admitted]).toEqual([
      ['2035-11-28T12:00', 3],
      ['2035-11-28T12:01', 3],
      ['2035-11-28T12:02', 3],
    ]);
    expect(await (await store()).readCount('top', 'minute#2035-11-28T12:02')).toBe(3);
  });

  it('refuses a number of the do-not-call list until it ends, and counts nothing', async () => {
    const doNotCallSecret = 'do-not-call-0123456789';
    const { store, checksFor, admit } = gate({ doNotCallSecret, limits: { perDay: 1 } });
    const hash = doNotCallHash(doNotCallSecret, NUMBER);
    await (await store()).addDoNotCall({ hash, secretId: '', addedAt: NOON });
    const refused = checksFor();
    await expect(refused.passAll()).rejects.toMatchObject({ code: 'do-not-call' });
    await refused.giveBackCounts();
    await admit({ number: '+442079460001' });
    await (await store()).removeDoNotCall(hash);
    await expect(admit()).rejects.toMatchObject(reached('perDay'));
  });

  it('says that a number may not be called rather than that its limit is reached', async () => {
    const doNotCallSecret = 'do-not-call-0123456789';
    const { store, admit } = gate({ doNotCallSecret, limits: { perNumberPerDay: 1 } });
    await admit();
    const hash = doNotCallHash(doNotCallSecret, NUMBER);
    await (await store()).addDoNotCall({ hash, secretId: '', addedAt: NOON });
    for (let n = 0; n < 3; n += 1) await expect(admit()).rejects.toMatchObject({ code: 'do-not-call' });
  });

  it('lets nothing ring when the store cannot be reached', async () => {
    const { checksFor } = gate(LIMITS);
    const store = () => Promise.reject(Object.assign(new Error(), { code: 'store-unreachable' }));
    const refused = checksFor({ store });
    await expect(refused.passAll()).rejects.toMatchObject({ code: 'store-unreachable' });
    await refused.giveBackCounts();
  });
});
