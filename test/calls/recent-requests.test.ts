import { describe, expect, it } from 'vitest';
import { CallbackError } from '../../lib/calls/callback-error.ts';
import { fingerprintOf, RecentRequests } from '../../lib/calls/idempotency.ts';
import { SettingsError } from '../../lib/settings/settings-error.ts';

/** Failures in which nothing can have rung. */
const BEFORE_THE_ORDER = [
  'route-unknown',
  'pbx-unreachable',
  'pbx-login-refused',
  'pbx-permission',
  'pbx-refused',
  'pbx-not-ajam',
] as const;

describe('What a process remembers', () => {
  const answer = (id: string) => ({ callback: { id } as never, replayed: false });

  it('is bounded: the oldest goes first', async () => {
    const recent = new RecentRequests(2);
    const placed: string[] = [];
    const ask = (id: string) =>
      recent.once(id, { fingerprint: 'same' }, async () => {
        placed.push(id);
        return answer(id);
      });
    for (const id of ['a', 'b', 'c', 'b', 'c', 'a']) await ask(id);
    expect(placed).toEqual(['a', 'b', 'c', 'a']);
  });

  it('is placed anew for a later event of a sender who uses a key again', async () => {
    const recent = new RecentRequests();
    let placed = 0;
    const ask = (delivery: string) =>
      recent.once('a', { fingerprint: 'same', delivery }, async () => {
        placed += 1;
        return answer('a');
      });
    for (const delivery of ['click', 'click', 'later click', 'later click', 'click']) await ask(delivery);
    expect(placed).toBe(2);
  });

  it('is not forgotten for a failure of an earlier one with its id', async () => {
    const recent = new RecentRequests();
    const slow = Promise.withResolvers<never>();
    const request = { fingerprint: 'same', seconds: 0 };
    const first = recent.once('a', request, () => slow.promise);
    let placed = 0;
    const place = async () => {
      placed += 1;
      return answer('a');
    };
    await recent.once('a', { fingerprint: 'same' }, place);
    slow.reject(new CallbackError('pbx-unreachable', 'down'));
    await expect(first).rejects.toThrow('down');
    await recent.once('a', { fingerprint: 'same' }, place);
    expect(placed).toBe(1);
  });

  /** How often a request is placed that fails this way, and comes again with its key. */
  const timesPlaced = async (error: Error): Promise<number> => {
    const recent = new RecentRequests();
    let placed = 0;
    const fail = async () => {
      placed += 1;
      throw error;
    };
    for (let times = 0; times < 2; times++) {
      await expect(recent.once('a', { fingerprint: 'same' }, fail)).rejects.toBe(error);
    }
    return placed;
  };
  const taken = { callback: { id: 'cb_1' } as never };

  it.each<[string, Error]>([
    ...BEFORE_THE_ORDER.map((code): [string, Error] => [code, new CallbackError(code, 'no')]),
    ['a rule', new CallbackError('destination-not-allowed', 'no')],
    ['the settings', new SettingsError('SETTINGS_UNREACHABLE', 'no')],
  ])('is no failure before the order: the key may try again after %s', async (_, error) => {
    expect(await timesPlaced(error)).toBe(2);
  });

  it.each<[string, Error]>([
    ['no answer', new CallbackError('outcome-unknown', 'may be ringing', taken)],
    ['one that showed no events', new CallbackError('pbx-permission', 'give read=call', taken)],
  ])('is every order that left: a repeat rings nobody after %s', async (_, error) => {
    expect(await timesPlaced(error)).toBe(1);
  });

  it('is an error that nobody foresaw, too: who knows what had been sent', async () => {
    const recent = new RecentRequests();
    const fails = () => Promise.reject(new TypeError('unforeseen'));
    await expect(recent.once('a', { fingerprint: 'same' }, fails)).rejects.toThrow('unforeseen');
    await expect(recent.once('a', { fingerprint: 'same' }, async () => answer('a'))).rejects.toThrow(
      'unforeseen',
    );
  });

  it('knows a request whatever the order of its fields', () => {
    expect(fingerprintOf({ a: 1, b: { c: 2, d: 3 } })).toBe(fingerprintOf({ b: { d: 3, c: 2 }, a: 1 }));
    expect(fingerprintOf({ a: 1 })).not.toBe(fingerprintOf({ a: 2 }));
  });
});
