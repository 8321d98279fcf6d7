import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeOnAsterisk, type Packet, type Watcher, watchEvents } from '../support/asterisk/index.ts';
import { allTold, markedChannel } from '../support/http/listening.ts';
import { MAIN, type Sending, SOURCES, send } from '../support/webhooks/senders.ts';
import { type SourceName, webhookSettings } from '../support/webhooks/settings.ts';
import { openWebhookFunction, type WebhookFunction } from '../support/webhooks/webhook-function.ts';

type Case = [source: SourceName, fixture: string, agent: string, sending?: Sending];

const GENUINE: Case[] = [
  ['bitrix24', 'bitrix24-call-start.form', '3200'],
  ['bitrix24', 'bitrix24-callback-start.form', '3201'],
  ['hubspot', 'hubspot-property-change.json', '3201'],
  ['hubspot', 'hubspot-workflow.json', '3200'],
  ['hubspot', 'hubspot-custom-action.json', '3200'],
  ['kommo', 'kommo-contact-add.form', '3200'],
  ['kommo', 'kommo-lead-status.form', '3200', { name: 'kommo-leads' }],
  ['kommo', 'kommo-lead-add.json', '3200', { name: 'kommo-leads' }],
  ['pipedrive', 'pipedrive-v1-person.json', '3200'],
  ['pipedrive', 'pipedrive-v2-person.json', '3200'],
  ['pipedrive', 'pipedrive-v2-activity.json', '3200', { name: 'pipedrive-calls' }],
  ['zoho', 'zoho-click-to-dial.form', '3200'],
  ['standard-webhooks', 'standard-webhooks.json', '3200'],
  ['json', 'json.json', '3200'],
];

describeOnAsterisk('POST /webhooks/{name}, for a genuine event', (pbx) => {
  const { channel, isOurs } = markedChannel('00');
  let watcher: Watcher;
  let lambda: WebhookFunction;
  beforeAll(async () => {
    watcher = await watchEvents(pbx);
    lambda = await openWebhookFunction(webhookSettings({ url: pbx.httpUrl, ...pbx.users.callback }, channel));
  });
  afterAll(async () => {
    await lambda[Symbol.asyncDispose]();
    await watcher.close();
  });

  /** Names of channels. Asterisk may report a channel twice while it refuses a second Originate with its id. */
  const rung = (id: unknown) => {
    const told = watcher.events().filter((event) => isOurs(event) && event['Uniqueid'] === id);
    return new Set(told.flatMap(({ Event, Channel }) => (Event === 'Newchannel' ? [Channel] : [])));
  };
  const hangUp = (id: unknown) => watcher.action({ Action: 'Hangup', Channel: String(id) });

  it.each(GENUINE)(
    'rings the right phone and dials the right number: %s, %s',
    async (source, fixture, agent, sending) => {
      const { status, body } = await lambda.ask(send[source](fixture, sending));
      expect({ status, agent: body['agent'], to: body['to'] }).toEqual({
        status: 201,
        agent,
        to: '+74951234500',
      });
      const reached = await watcher.waitFor(
        (event: Packet) => event['UserEvent'] === 'Dialled' && event['Uniqueid'] === body['id'],
      );
      expect(reached).toMatchObject({ Destination: '84951234500' });
      expect(reached['Channel']).toContain(`Local/${agent}`);
      await hangUp(body['id']);
    },
  );

  describe('delivered five times while its call lives', () => {
    it.each(SOURCES)('rings once: %s', async (source) => {
      const asked = send[source](MAIN[source]);
      const other = await lambda.another();
      const answers = [];
      for (const process of [lambda, lambda, other, other, lambda]) answers.push(await process.ask(asked));
      expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
      expect(answers.map(({ headers }) => headers['idempotent-replayed'])).toEqual([
        undefined,
        'true',
        'true',
        'true',
        'true',
      ]);
      const ids = new Set(answers.map(({ body }) => body['id']));
      const [id] = ids;
      expect(ids.size).toBe(1);
      await allTold(watcher);
      expect(rung(id).size).toBe(1);
      await hangUp(id);
    });

    it.each(SOURCES)('at once rings once: %s', async (source) => {
      const asked = send[source](MAIN[source]);
      const other = await lambda.another();
      const answers = await Promise.all(
        [lambda, lambda, other, other, lambda].map((process) => process.ask(asked)),
      );
      const ids = new Set(answers.map(({ body }) => body['id']));
      const [id] = ids;
      expect({ ids: ids.size, statuses: new Set(answers.map(({ status }) => status)) }).toEqual({
        ids: 1,
        statuses: new Set([201]),
      });
      await allTold(watcher);
      expect(rung(id).size).toBe(1);
      await hangUp(id);
    });
  });
});
