import { expect, it } from 'vitest';
import { MAIN, SOURCES, send } from '../support/webhooks/senders.ts';
import { webhookSettings } from '../support/webhooks/settings.ts';
import { openWebhookFunction } from '../support/webhooks/webhook-function.ts';

// No PBX is asked for a callback that waits.
const settings = webhookSettings({ url: 'http://127.0.0.1:1', username: 'callback', secret: 'x' });
const routes = Object.entries(settings).filter(([name]) => name.startsWith('routes/'));
const onLine = Object.fromEntries(
  routes.map(([name, route]) => [name, { ...(route as object), line: 'sales' }]),
);

it.each(SOURCES)(
  'An event of %s on a route with a line is queued once, however often it is sent',
  async (source) => {
    await using lambda = await openWebhookFunction({
      ...settings,
      ...onLine,
      'lines/sales': { capacity: 1 },
    });
    const event = send[source](MAIN[source]);
    const first = await lambda.ask(event);
    expect(first).toMatchObject({ status: 202, body: { status: 'queued', line: 'sales' } });
    const again = await lambda.ask(event);
    expect([again.status, again.body['id']]).toEqual([202, first.body['id']]);
    expect(again.headers['idempotent-replayed']).toBe('true');
    const other = await lambda.ask(send[source](MAIN[source]));
    expect(other).toMatchObject({
      status: 200,
      body: { id: first.body['id'] },
      headers: { 'already-open': 'true' },
    });
  },
);
