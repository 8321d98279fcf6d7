import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { DEFAULTS, startSimulator } from '../../local/simulator/index.ts';
import { batchOf, openEventFunction, ruleEvent } from '../support/events/event-function.ts';
import { openCallbackFunction } from '../support/http/callback-function.ts';
import { SECRET, settingsFor } from '../support/http/settings.ts';

it.each(['invoke', 'events', 'sqs', 'links', 'keys'])(
  'A key named %s shares no idempotency keys with events',
  async (name) => {
    await using simulator = await startSimulator();
    const settings = {
      ...settingsFor({ url: simulator.url, ...DEFAULTS.users[0] }),
      [`keys/${name}`]: { secret: SECRET },
    };
    await using http = await openCallbackFunction(settings);
    await using events = await openEventFunction(settings);
    const shared = randomUUID();
    const request = { to: '84951234567', agent: '3200' };
    const message = batchOf([request]);
    for (const record of message.Records) record.messageId = shared;

    const { body } = await http.ask({
      method: 'POST',
      url: '/callbacks',
      headers: {
        authorization: `Bearer ${name}.${SECRET}`,
        'content-type': 'application/json',
        'idempotency-key': shared,
      },
      body: JSON.stringify(request),
    });
    const invoked = await events.invoke(request, undefined, shared);
    const fromRule = await events.invoke(ruleEvent(request, shared));
    await events.invoke(message);

    const ids = [body, invoked, fromRule].map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    expect(simulator.calls).toHaveLength(4);
  },
);

it('An idempotencyKey in the request makes invocations, rules and messages repeat themselves, each among its own', async () => {
  await using simulator = await startSimulator();
  await using events = await openEventFunction(settingsFor({ url: simulator.url, ...DEFAULTS.users[0] }));
  const request = {
    to: '84951234567',
    agent: '3200',
    idempotencyKey: 'arn:aws:scheduler:1/2026-11-28T09:00Z',
  };
  const [first, again] = [await events.invoke(request), await events.invoke(request)];
  expect(again['id']).toBe(first['id']);
  const rule = () => events.invoke(ruleEvent(request, randomUUID()));
  expect((await rule())['id']).toBe((await rule())['id']);
  await events.invoke(batchOf([request, request]));
  expect(simulator.calls).toHaveLength(3);
  expect(await events.invoke({ ...request, to: '84951234568' })).toMatchObject({
    code: 'idempotency-key-reused',
  });
});

it.each([7, '', 'a b', 'x'.repeat(256)])(
  'The idempotencyKey %j of an event is refused by name',
  async (key) => {
    await using simulator = await startSimulator();
    await using events = await openEventFunction(settingsFor({ url: simulator.url, ...DEFAULTS.users[0] }));
    const answer = await events.invoke({ to: '84951234567', agent: '3200', idempotencyKey: key });
    expect(answer).toMatchObject({ code: 'request-invalid', errors: [{ field: 'idempotencyKey' }] });
    expect(simulator.calls).toEqual([]);
  },
);
