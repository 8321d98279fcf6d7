import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startParameterStore } from '../../local/parameter-store.ts';
import { DEFAULTS, startSimulator } from '../../local/simulator/index.ts';
import { bundleFunction } from '../../tools/bundle/bundle.ts';
import { eventOf } from '../support/http/callback-function.ts';
import { invoke } from '../support/packaging/lambda-process.ts';
import { startTable } from '../support/store/dynalite.ts';
import { MAIN, send } from '../support/webhooks/senders.ts';
import { webhookSettings } from '../support/webhooks/settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'webhook-bundle-'));

describe('the bundle of the function webhook', () => {
  beforeAll(async () => {
    await bundleFunction('webhook', folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(['bitrix24', 'json'] as const)(
    'places the call of an event, with a map and without: %s',
    async (source) => {
      await using simulator = await startSimulator({ loginDelayMs: 0 });
      const path = '/asterisk-callback/test';
      const store = await startParameterStore(
        path,
        webhookSettings({ url: simulator.url, ...DEFAULTS.users[0] }),
      );
      const table = await startTable();
      try {
        const env = {
          ...store.environment,
          ...table.environment,
          AWS_REGION: 'eu-central-1',
          SETTINGS_PATH: path,
        };
        const { answer } = await invoke(
          join(folder, 'webhook.cjs'),
          eventOf(send[source](MAIN[source])),
          env,
        );
        expect(answer).toMatchObject({ statusCode: 201 });
        expect(simulator.calls).toHaveLength(1);
      } finally {
        await table.stop();
        await store.close();
      }
    },
  );
});
