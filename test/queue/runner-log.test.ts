import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { AjamError } from '../../lib/ajam/errors.ts';
import { pbxError } from '../../lib/problems/pbx-error.ts';
import { reasonOf, reportingStore } from '../../lib/queue/runner-log.ts';
import type { StoredCallback } from '../../lib/store/callback-record.ts';
import { storeUnreachable } from '../../lib/store/item-table.ts';
import { endAttempt, expire, recordProgress, type Seen } from '../../lib/store/runner-transitions.ts';
import { openMemoryStore } from '../support/store/memory-store.ts';
import { claimBy, newRecord } from '../support/store/records.ts';

const DUE = Date.parse('2026-11-28T10:00:00Z');
const leg = (status: 'ringing' | 'busy' | 'waiting') => ({ party: 'agent' as const, status });
const seen = (status: 'ringing' | 'busy'): Seen => ({
  status,
  legs: { first: leg(status), second: { party: 'customer', status: 'waiting' } },
});

let lines: Record<string, unknown>[];
beforeEach(() => {
  lines = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    for (const line of String(chunk).trim().split('\n')) lines.push(JSON.parse(line));
    return true;
  });
  onTestFinished(() => spy.mockRestore());
});
const metric = (name: string) => lines.filter((line) => name in line).map((line) => line[name]);

async function waiting() {
  const store = await openMemoryStore()();
  const stored = await store.saveCallback({
    ...newRecord({ line: 'sales', dueAt: DUE, number: '+74951234567' }),
    expiresAt: DUE + 3_600_000,
  });
  if (!stored) throw new Error('the id is taken');
  return { store: reportingStore(store), stored };
}
const must = (record: StoredCallback | undefined): StoredCallback => {
  if (!record) throw new Error('the record is gone');
  return record;
};

describe('reportingStore', () => {
  it('reports how late each attempt starts, once, and how many attempts a callback needed', async () => {
    const { store, stored } = await waiting();
    const claimed = await store.claimAttempt(stored, { ...claimBy('me'), at: DUE + 1_500 });
    let record = must(claimed.claimed ? claimed.callback : undefined);
    record = must(await store.changeCallback(record, recordProgress('me', seen('ringing'), DUE + 2_000)));
    const next = { dueAt: DUE + 60_000, expiresAt: DUE + 3_600_000 };
    record = must(await store.changeCallback(record, endAttempt('me', seen('busy'), DUE + 9_000, { next })));
    expect(metric('Lateness')).toEqual([1.5]);
    expect(metric('Attempts')).toEqual([]);

    const again = await store.claimAttempt(record, { ...claimBy('me'), at: DUE + 64_000 });
    record = must(again.claimed ? again.callback : undefined);
    await store.changeCallback(record, endAttempt('me', seen('busy'), DUE + 70_000));
    expect(metric('Lateness')).toEqual([1.5, 4]);
    expect(metric('Attempts')).toEqual([2]);
    expect(lines.find((line) => 'Outcome' in line)).toMatchObject({ status: 'busy', Outcome: 1 });
    expect(lines.find(({ message }) => message === 'callback ended')).toMatchObject({
      ...{ id: stored.callback.id, status: 'busy', line: 'sales', attempts: 2, to: '+*********67' },
    });
  });

  it('reports a callback that expires without an attempt', async () => {
    const { store, stored } = await waiting();
    await store.changeCallback(stored, expire(DUE + 3_600_000));
    expect(lines.find((line) => 'Outcome' in line)).toMatchObject({ status: 'expired' });
    expect(metric('Attempts')).toEqual([0]);
    expect(metric('Lateness')).toEqual([]);
  });
});

describe('reasonOf', () => {
  it('names the PBX and what happened, and not a log under a request id', () => {
    const error = pbxError(new AjamError('AJAM_UNREACHABLE', 'connect ECONNREFUSED 192.0.2.1:8089'), 'main');
    expect(reasonOf(error)).toEqual({
      code: 'pbx-unreachable',
      error: 'PBX main: connect ECONNREFUSED 192.0.2.1:8089',
    });
  });

  it('has the cause of an error of the store', () => {
    const { code, cause } = reasonOf(storeUnreachable(new Error('socket hang up')));
    expect([code, cause]).toEqual(['store-unreachable', 'Error: socket hang up']);
  });

  it('has an unexpected error as it is', () => {
    expect(reasonOf(new TypeError('not a function'))).toEqual({ error: 'TypeError: not a function' });
  });
});
