import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnAsterisk, type Packet, type Watcher, watchEvents } from '../support/asterisk/index.ts';
import {
  batchOf,
  type EventFunction,
  openEventFunction,
  ruleEvent,
} from '../support/events/event-function.ts';
import { allTold, markedChannel } from '../support/http/listening.ts';
import { settingsFor } from '../support/http/settings.ts';

describeOnAsterisk('A callback request', (pbx) => {
  const { channel, isOurs } = markedChannel('00');
  let watcher: Watcher;
  let lambda: EventFunction;
  beforeAll(async () => {
    watcher = await watchEvents(pbx);
    lambda = await openEventFunction(settingsFor({ url: pbx.httpUrl, ...pbx.users.callback }, channel));
  });
  afterAll(async () => {
    await lambda[Symbol.asyncDispose]();
    await watcher.close();
  });

  const rung = () => watcher.events().filter((event) => isOurs(event) && event['Event'] === 'Newchannel');
  const newChannel = (id: string) =>
    watcher.waitFor((event: Packet) => event['Event'] === 'Newchannel' && event['Uniqueid'] === id);
  const dialled = (destination: string) =>
    watcher.waitFor(
      (event: Packet) => event['UserEvent'] === 'Dialled' && event['Destination'] === destination,
    );
  const hangUp = (event: Packet) => watcher.action({ Action: 'Hangup', Channel: event['Uniqueid'] ?? '' });

  it('in the event itself, from a schedule or a function, returns the callback', async () => {
    const callback = await lambda.invoke({ to: '84951110000', agent: '3200', wait: 'connected' });
    expect(callback).toMatchObject({
      id: expect.stringMatching(/^cb_/),
      status: 'in-progress',
      to: '+74951110000',
      legs: { second: { status: 'answered' } },
    });
    await hangUp(await dialled('84951110000'));
  });

  it('in the event itself rings once when Lambda delivers one invocation several times', async () => {
    const order = { to: '84951110500', agent: '3203' };
    const id = randomUUID();
    const other = await lambda.another();
    const before = rung().length;
    const [first, second, third] = [
      await lambda.invoke(order, undefined, id),
      await lambda.invoke(order, undefined, id),
      await other.invoke(order, undefined, id),
    ];
    expect([second['id'], third['id']]).toEqual([first['id'], first['id']]);
    await allTold(watcher);
    expect(rung()).toHaveLength(before + 1);
    await hangUp(await dialled('84951110500'));
  });

  it('in the event itself rings once for each invocation', async () => {
    const order = { to: '84951110600', agent: '3204' };
    const [first, second] = [await lambda.invoke(order), await lambda.invoke(order)];
    expect(second['id']).not.toBe(first['id']);
    for (const { id } of [first, second]) await hangUp(await newChannel(String(id)));
  });

  it('in the detail of an event rings once when the event is delivered several times', async () => {
    const event = ruleEvent({ to: '84951110100', agent: '3201' });
    const other = await lambda.another();
    const before = rung().length;
    const [first, second, third] = [
      await lambda.invoke(event),
      await lambda.invoke(event),
      await other.invoke(event),
    ];
    expect([second['id'], third['id']]).toEqual([first['id'], first['id']]);
    await allTold(watcher);
    expect(rung()).toHaveLength(before + 1);
    await hangUp(await dialled('84951110100'));
  });

  it('in a message of a queue rings once when the message is delivered several times', async () => {
    const numbers = ['84951110200', '84951110300', '84951110400'];
    const batch = batchOf(numbers.map((to) => ({ to, agent: '3202' })));
    const other = await lambda.another();
    const before = rung().length;
    for (const process of [lambda, lambda, other])
      expect(await process.invoke(batch)).toEqual({ batchItemFailures: [] });
    const calls = await Promise.all(numbers.map(dialled));
    await allTold(watcher);
    expect(rung()).toHaveLength(before + 3);
    for (const call of calls) await hangUp(call);
  });

  it('is refused when the rules of the route do not allow it', async () => {
    const before = rung().length;
    for (const refused of [
      { to: '112', agent: '3200' },
      { to: '+79401234567', agent: '3200' },
      { to: '84951110000', agent: '9999' },
      { to: '84951110000', agent: '3200', variables: { SECRET: '1' } },
    ]) {
      expect(await lambda.invoke(refused)).toMatchObject({ status: 403, retryable: false });
      expect(await lambda.invoke(ruleEvent(refused))).toMatchObject({ status: 403 });
      expect(await lambda.invoke(batchOf([refused]))).toEqual({ batchItemFailures: [] });
    }
    await allTold(watcher);
    expect(rung()).toHaveLength(before);
  });
});
