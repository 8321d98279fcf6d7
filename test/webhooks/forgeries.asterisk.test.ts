import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeOnAsterisk, type Watcher, watchEvents } from '../support/asterisk/index.ts';
import { codeOf } from '../support/http/callback-function.ts';
import { allTold, type Listening, listenBefore, markedChannel } from '../support/http/listening.ts';
import { FORGERIES } from '../support/webhooks/forgeries.ts';
import { MAIN, SOURCES, send } from '../support/webhooks/senders.ts';
import { SECRETS, webhookSettings } from '../support/webhooks/settings.ts';
import { openWebhookFunction, type WebhookFunction } from '../support/webhooks/webhook-function.ts';

describeOnAsterisk('POST /webhooks/{name}, for a forged event', (pbx) => {
  const { channel, isOurs } = markedChannel('00');
  let lambda: WebhookFunction;
  let watcher: Watcher;
  let before: Listening;
  beforeAll(async () => {
    watcher = await watchEvents(pbx);
    before = await listenBefore(pbx.httpUrl);
    lambda = await openWebhookFunction(webhookSettings({ url: before.url, ...pbx.users.callback }, channel));
  });
  afterAll(async () => {
    await lambda[Symbol.asyncDispose]();
    await before[Symbol.asyncDispose]();
    await watcher.close();
  });

  describe.each(SOURCES)('of %s', (source) => {
    it.each(FORGERIES[source])('%s', async (_, asked, code) => {
      const answer = await lambda.ask(asked());
      expect(codeOf(answer)).toBe(code);
      expect(answer.text.replace(/"instance":"[^"]*"/, '')).not.toMatch(/\d{7}|secret-0123/);
    });

    it('is tried in ten ways at least, and Asterisk receives nothing', async () => {
      expect(FORGERIES[source].length).toBeGreaterThanOrEqual(10);
      await allTold(watcher);
      expect(before.actions).toEqual([]);
      expect(watcher.events().filter(isOurs)).toEqual([]);
    });
  });

  it('logs neither secrets nor whole numbers', () => {
    const log = lambda.lines.join('');
    expect(log).toContain('credentials-invalid');
    for (const secret of Object.values(SECRETS)) expect(log).not.toContain(secret);
    expect(log).not.toMatch(/4951234500/);
  });

  it.each(SOURCES)(
    'rings once for a genuine event of %s and its replay, so that the checks above see it',
    async (source) => {
      const asked = send[source](MAIN[source]);
      const { body } = await lambda.ask(asked);
      await watcher.waitFor((event) => isOurs(event) && event['Uniqueid'] === body['id']);
      const replay = await lambda.ask(asked);
      expect(replay).toMatchObject({ status: 201, headers: { 'idempotent-replayed': 'true' } });
      await allTold(watcher);
      const rung = watcher.events().filter((event) => isOurs(event) && event['Event'] === 'Newchannel');
      expect(rung.filter(({ Uniqueid }) => Uniqueid === body['id'])).toHaveLength(1);
      await watcher.action({ Action: 'Hangup', Channel: String(body['id']) });
    },
  );
});
