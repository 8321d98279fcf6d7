import { expect, it } from 'vitest';
import { AjamSession, originateAction } from '../../lib/ajam/index.ts';
import { isTaken } from '../../lib/asterisk/duplicate.ts';
import { newCallbackId } from '../../lib/calls/callback-id.ts';
import { Deadline } from '../../lib/shared/deadline.ts';
import { describeOnAsterisk, watchEvents } from '../support/asterisk/index.ts';

describeOnAsterisk('Whether an id is taken', (pbx) => {
  const open = () => AjamSession.open({ url: pbx.httpUrl, ...pbx.users.callback });
  const ring = (channelId: string, channel: string) =>
    originateAction({
      ...{ channelId, channel, timeoutMs: 20_000 },
      ...{ context: 'noDial', exten: '1', priority: '1' },
    });
  const soon = () => ({ until: Deadline.in(5000), others: () => false });

  it('is told with the rights of a callback, while the phone rings and after', async () => {
    await using watcher = await watchEvents(pbx);
    const [id, first, second] = [newCallbackId(), await open(), await open()];
    await first.send(ring(id, 'PJSIP/3206'));
    await watcher.waitFor(({ Event, Uniqueid }) => Event === 'Newchannel' && Uniqueid === id);
    expect(await isTaken(second, id, soon())).toBe(true);

    await watcher.action({ Action: 'Hangup', Channel: id });
    await watcher.waitFor(({ Event, Uniqueid }) => Event === 'Hangup' && Uniqueid === id);
    expect(await isTaken(second, id, soon())).toBe(false);
    // And it is free again at once.
    expect(await isTaken(second, id, soon())).toBe(false);
    await Promise.all([first.logoff(), second.logoff()]);
  });

  it('is told of a phone that cannot be reached: it is not', async () => {
    const [id, session] = [newCallbackId(), await open()];
    await session.send(ring(id, 'PJSIP/3299'));
    expect(await isTaken(session, id, soon())).toBe(false);
    await session.logoff();
  });
});
