import { expect, it } from 'vitest';
import { DEFAULTS, startSimulator } from '../../local/simulator/index.ts';
import { SECRET, settingsFor } from '../support/http/settings.ts';
import { openWebhookFunction } from '../support/webhooks/webhook-function.ts';

it('One event id at two webhooks means two calls, and each of them rings once', async () => {
  await using simulator = await startSimulator({ timeScale: 0.01 });
  const hook = { source: 'json', secret: SECRET, map: { to: 'phone', agent: "'3206'", key: 'id' } };
  await using lambda = await openWebhookFunction({
    ...settingsFor({ url: simulator.url, ...DEFAULTS.users[0] }),
    'webhooks/shop': hook,
    'webhooks/support': hook,
  });
  const deliver = (name: string) =>
    lambda.ask({
      method: 'POST',
      url: `/webhooks/${name}`,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${SECRET}` },
      body: '{"id":"event-1","phone":"84951234567"}',
    });

  const shop = await deliver('shop');
  const support = await deliver('support');
  expect([shop.status, support.status]).toEqual([201, 201]);
  expect(support.body['id']).not.toBe(shop.body['id']);
  expect(support.headers['idempotent-replayed']).toBeUndefined();
  for (const [name, { body }] of [['shop', shop] as const, ['support', support] as const]) {
    const again = { status: 201, body: { id: body['id'] }, headers: { 'idempotent-replayed': 'true' } };
    expect(await deliver(name)).toMatchObject(again);
  }
  expect(simulator.calls.flatMap(({ rang }) => rang)).toHaveLength(2);
});
