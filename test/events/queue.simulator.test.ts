import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULTS, type Simulator, startSimulator } from '../../local/simulator/index.ts';
import { batchOf, type EventFunction, openEventFunction } from '../support/events/event-function.ts';
import { settingsFor } from '../support/http/settings.ts';

const TO = '84951234567';

describe('A message of the queue of the stack', () => {
  let simulator: Simulator;
  let lambda: EventFunction;
  beforeEach(async () => {
    simulator = await startSimulator({ timeScale: 0.01 });
    const settings = settingsFor({ url: simulator.url, ...DEFAULTS.users[0] });
    lambda = await openEventFunction(
      {
        ...settings,
        'lines/sales': { capacity: 1 },
        'routes/line': { ...settings['routes/default'], line: 'sales' },
      },
      'queue',
    );
  });
  afterEach(async () => {
    await lambda[Symbol.asyncDispose]();
    await simulator.close();
  });

  const placed = { batchItemFailures: [] };
  const returned = (batch: ReturnType<typeof batchOf>) => ({
    batchItemFailures: batch.Records.map(({ messageId }) => ({ itemIdentifier: messageId })),
  });
  /** The same message, as SQS delivers it again. */
  const again = (batch: ReturnType<typeof batchOf>): ReturnType<typeof batchOf> => ({
    Records: batch.Records.map((record) => ({
      ...record,
      attributes: { ...record.attributes, ApproximateReceiveCount: '2' },
    })),
  });

  it('is placed without waiting for the call, whatever it asks for', async () => {
    for (const wait of ['completed', 'nonsense']) {
      const begun = performance.now();
      // This customer only rings.
      expect(await lambda.invoke(batchOf([{ to: '84951234506', agent: '3200', wait }]))).toEqual(placed);
      expect(performance.now() - begun).toBeLessThan(5_000);
    }
    expect(simulator.calls).toHaveLength(2);
  });

  it('waits in the line of its route', async () => {
    const batch = batchOf([{ to: TO, agent: '3200', route: 'line', wait: 'connected', delaySeconds: 600 }]);
    expect(await lambda.invoke(batch)).toEqual(placed);
    expect(await lambda.invoke(again(batch))).toEqual(placed);
    expect(simulator.calls).toHaveLength(0);
  });

  it('goes back when it is refused, until SQS moves it to the dead-letter queue, and is logged once', async () => {
    const batch = batchOf([{ to: '112', agent: '3200' }]);
    expect(await lambda.invoke(batch)).toEqual(returned(batch));
    expect(await lambda.invoke(again(batch))).toEqual(returned(batch));
    expect(lambda.lines.join('').split('"message":"refused"')).toHaveLength(2);
    const nonsense = batchOf(['no JSON']);
    expect(await lambda.invoke(nonsense)).toEqual(returned(nonsense));
    expect(simulator.calls).toHaveLength(0);
  });

  it('with an unknown outcome goes back and never rings again', async () => {
    simulator.faults.add({ fault: { kind: 'drop after executing' }, when: 'Originate' });
    simulator.faults.add({ fault: { kind: 'http 503' }, when: 'Status' });
    const batch = batchOf([{ to: TO, agent: '3200' }]);
    await lambda.invoke(batch);
    await lambda.invoke(again(batch));
    await lambda.invoke(again(batch));
    expect(simulator.calls).toHaveLength(1);
  });

  it('is placed once the PBX can be reached, and rings once however often it is delivered', async () => {
    simulator.faults.add({ fault: { kind: 'http 503' }, when: 'Login' });
    const batch = batchOf([{ to: TO, agent: '3200' }]);
    expect(await lambda.invoke(batch)).toEqual(returned(batch));
    for (let delivery = 0; delivery < 3; delivery += 1)
      expect(await lambda.invoke(again(batch))).toEqual(placed);
    expect(simulator.calls).toHaveLength(1);
  });

  it('is the only event that the function takes', async () => {
    await expect(lambda.invoke({ to: TO, agent: '3200' })).rejects.toThrow('messages of an SQS queue');
    expect(simulator.calls).toHaveLength(0);
  });
});
