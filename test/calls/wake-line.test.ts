import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lineWaker } from '../../lib/calls/wake-line.ts';
import { lineLease } from '../../lib/store/leases.ts';
import { startLambdaApi } from '../support/aws/lambda-api.ts';
import { openMemoryStore } from '../support/store/memory-store.ts';

const ENVIRONMENT = { WORKER_FUNCTION: 'asterisk-callback-test-worker' };

describe('An accepted callback on AWS', () => {
  let lambda: Awaited<ReturnType<typeof startLambdaApi>>;
  beforeEach(async () => {
    lambda = await startLambdaApi();
    for (const [name, value] of Object.entries(lambda.environment)) vi.stubEnv(name, value);
    vi.resetModules();
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    lambda.close();
  });

  it('starts the runner of its line by one asynchronous invocation, also if many come at once', async () => {
    const wake = lineWaker(ENVIRONMENT, openMemoryStore());
    await Promise.all(Array.from({ length: 20 }, () => wake?.('sales')));
    expect(lambda.invocations).toEqual([
      { functionName: ENVIRONMENT.WORKER_FUNCTION, type: 'Event', event: { line: 'sales' } },
    ]);
  });

  it('starts none while a runner is at work', async () => {
    const store = openMemoryStore();
    await (await store()).takeLease(lineLease('sales'), 'runner', 30_000);
    await lineWaker(ENVIRONMENT, store)?.('sales');
    expect(lambda.invocations).toEqual([]);
  });

  it('is accepted all the same when the runner cannot be started', async () => {
    lambda.fail();
    await expect(lineWaker(ENVIRONMENT, openMemoryStore())?.('sales')).resolves.toBeUndefined();
  });

  it('starts none where there is no function for it', () => {
    expect(lineWaker({}, openMemoryStore())).toBeUndefined();
  });
});
