import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { expect, it, vi } from 'vitest';
import { createStore } from '../../lib/store/store.ts';
import { describeOnDatabases } from '../support/store/databases.ts';
import { meter } from '../support/store/metered-table.ts';
import { claimBy, newRecord } from '../support/store/records.ts';

/** Adds up what DynamoDB says that it charges. */
function watchCharges() {
  const charged = { units: 0 };
  const { send } = DynamoDBDocumentClient.prototype;
  const spy = vi.spyOn(DynamoDBDocumentClient.prototype, 'send').mockImplementation(async function (
    this: DynamoDBDocumentClient,
    command: object,
    ...rest: unknown[]
  ) {
    Object.assign((command as { input: object }).input, { ReturnConsumedCapacity: 'INDEXES' });
    const result = (await Reflect.apply(send, this, [command, ...rest])) as { ConsumedCapacity?: unknown };
    for (const each of [result.ConsumedCapacity ?? []].flat())
      charged.units += Number((each as { CapacityUnits?: number }).CapacityUnits ?? 0);
    return result;
  } as never);
  return { charged, [Symbol.dispose]: () => spy.mockRestore() };
}

describeOnDatabases('The meter of tests', (fresh) => {
  it('counts what DynamoDB charges for the life of a queued callback', async () => {
    const metered = meter((await fresh())());
    const store = createStore(metered.table);
    using watched = watchCharges();
    const at = Date.now();
    const seen = (status: string) => ({ seen: { status: status as 'ringing' }, at, owner: 'runner' });
    const record = newRecord({ line: 'sales', dueAt: at, priority: 5 });
    const saved = await store.saveCallback({ ...record, expiresAt: at + 3_600_000 });
    if (!saved) throw new Error('the id is taken');
    await store.listQueued('sales', 100);
    const claimed = await store.claimAttempt(saved, claimBy('runner'));
    if (!claimed.claimed) throw new Error('the claim was refused');
    await store.recordOutcome(claimed.callback, seen('ringing'));
    await store.recordOutcome(claimed.callback, seen('busy'));
    await store.takeAgent('3200', { callback: 'cb_1', attempt: 1 }, { at });
    await store.readAgents(['3200', '3201']);
    await store.readLineControl('sales');
    const counted = metered.units.reads + metered.units.writes;
    // SQLite charges nothing, and dynalite forgets the indexes.
    expect(watched.charged.units).toBeLessThanOrEqual(counted);
    if (watched.charged.units > 15) expect(counted / watched.charged.units).toBeLessThan(1.15);
  });
});
