import { afterAll, beforeAll, expect, it } from 'vitest';
import { doNotCallHash, secretIdOf } from '../../lib/calls/check-do-not-call.ts';
import { DEFAULTS, type Simulator, startSimulator } from '../../local/simulator/index.ts';
import { MAIN, SOURCES, send } from '../support/webhooks/senders.ts';
import { type SourceName, webhookSettings } from '../support/webhooks/settings.ts';
import { openWebhookFunction, type WebhookFunction } from '../support/webhooks/webhook-function.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ loginDelayMs: 0 });
});
afterAll(() => simulator.close());

/** Kommo and Pipedrive switch off a webhook that fails, and HubSpot repeats an event for days. */
const RECORD_SOURCES: readonly SourceName[] = ['kommo', 'pipedrive', 'hubspot'];

const lambdaWith = (more: Readonly<Record<string, unknown>>): Promise<WebhookFunction> =>
  openWebhookFunction({ ...webhookSettings({ url: simulator.url, ...DEFAULTS.users[0] }), ...more });

const logOf = (lines: readonly string[], code: string) =>
  lines
    .join('')
    .split('\n')
    .filter((line) => line.includes('"level"') && line.includes(code));

it.each(SOURCES)('POST /webhooks/{name} of %s over a limit places no callback', async (source) => {
  await using lambda = await lambdaWith({ limits: { perDay: 1 } });
  const rung = simulator.calls.length;
  expect((await lambda.ask(send[source](MAIN[source]))).status).toBe(201);
  const over = await lambda.ask(send[source](MAIN[source], { id: '987654' }));
  if (RECORD_SOURCES.includes(source)) expect(over).toMatchObject({ status: 204, text: '' });
  else expect(over).toMatchObject({ status: 429, body: { code: 'limit-reached', limit: 'perDay' } });
  const [line, ...others] = logOf(lambda.lines, 'limit-reached');
  expect(others).toEqual([]);
  expect(JSON.parse(line ?? '{}')).toMatchObject({ level: 'WARN', message: 'refused', limit: 'perDay' });
  expect(simulator.calls.length - rung).toBe(1);
});

it.each(SOURCES)(
  'POST /webhooks/{name} of %s for a do-not-call number places no callback',
  async (source) => {
    const doNotCallSecret = 'do-not-call-0123456789';
    await using lambda = await lambdaWith({ doNotCallSecret });
    const { services } = await import('../../lib/calls/services.ts');
    const hash = doNotCallHash(doNotCallSecret, '+74951234500');
    const store = await services.store();
    await store.addDoNotCall({ hash, secretId: secretIdOf(doNotCallSecret), addedAt: Date.now() });
    const rung = simulator.calls.length;
    const refused = await lambda.ask(send[source](MAIN[source]));
    if (RECORD_SOURCES.includes(source)) expect(refused).toMatchObject({ status: 204, text: '' });
    else expect(refused).toMatchObject({ status: 403, body: { code: 'do-not-call' } });
    expect(logOf(lambda.lines, 'do-not-call')).toHaveLength(1);
    expect(simulator.calls.length).toBe(rung);
  },
);
