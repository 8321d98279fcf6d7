import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { DEFAULTS, startSimulator } from '../../local/simulator/index.ts';
import { batchOf, openEventDoor, ruleEvent } from '../support/events/door.ts';
import { openDoor } from '../support/http/door.ts';
import { SECRET, settingsFor } from '../support/http/settings.ts';

it.each(['invoke', 'events', 'sqs', 'links', 'keys'])(
  'A key named %s shares no idempotency keys with events',
  async (name) => {
    await using simulator = await startSimulator();
    const settings = {
      ...settingsFor({ url: simulator.url, ...DEFAULTS.users[0] }),
      [`keys/${name}`]: { secret: SECRET },
    };
    await using http = await openDoor(settings);
    await using events = await openEventDoor(settings);
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
