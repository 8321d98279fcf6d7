import { afterAll, beforeAll, expect, it } from 'vitest';
import { doNotCallHash, secretIdOf } from '../../lib/calls/check-do-not-call.ts';
import { DEFAULTS, type Simulator, startSimulator } from '../../local/simulator/index.ts';
import { batchOf, openEventFunction, ruleEvent } from '../support/events/event-function.ts';
import { settingsFor } from '../support/http/settings.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ loginDelayMs: 0 });
});
afterAll(() => simulator.close());

const lambdaWith = (more: Readonly<Record<string, unknown>>) =>
  openEventFunction({ ...settingsFor({ url: simulator.url, ...DEFAULTS.users[0] }), ...more });
const call = (last: number) => ({ to: `8495123${String(4500 + last)}`, agent: '3206' });

it('invocations, rules and queues together place no more callbacks than the limit', async () => {
  await using lambda = await lambdaWith({ limits: { perDay: 2 } });
  const rung = simulator.calls.length;
  expect(await lambda.invoke(call(0))).toMatchObject({ status: 'queued' });
  expect(await lambda.invoke(ruleEvent(call(1)))).toMatchObject({ status: 'queued' });
  const refused = { code: 'limit-reached', status: 429, limit: 'perDay' };
  expect(await lambda.invoke(call(2))).toMatchObject(refused);
  // AWS repeats it, and keeps it if that does not help.
  await expect(lambda.invoke(ruleEvent(call(2)))).rejects.toThrow('limit-reached');
  const batch = batchOf([call(3)]);
  const [message] = batch.Records;
  expect(await lambda.invoke(batch)).toEqual({ batchItemFailures: [{ itemIdentifier: message?.messageId }] });
  expect(simulator.calls.length - rung).toBe(2);
});

it('invocations, rules and queues call no number of the do-not-call list', async () => {
  const doNotCallSecret = 'do-not-call-0123456789';
  await using lambda = await lambdaWith({ doNotCallSecret });
  const { services } = await import('../../lib/calls/services.ts');
  const store = await services.store();
  const hash = doNotCallHash(doNotCallSecret, '+74951234500');
  await store.addDoNotCall({ hash, secretId: secretIdOf(doNotCallSecret), addedAt: Date.now() });
  const rung = simulator.calls.length;
  for (const event of [call(0), ruleEvent(call(0))])
    expect(await lambda.invoke(event)).toMatchObject({ code: 'do-not-call', status: 403 });
  expect(await lambda.invoke(batchOf([call(0)]))).toEqual({ batchItemFailures: [] });
  expect(simulator.calls.length).toBe(rung);
});
