import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CallFollower } from '../../lib/asterisk/call-follower.ts';
import { EventFeed } from '../../lib/asterisk/event-feed.ts';
import { newCallbackId } from '../../lib/calls/callback-id.ts';
import { Deadline } from '../../lib/shared/deadline.ts';
import type { Simulator } from '../../local/simulator/index.ts';
import { openSession, originate, simulate } from '../support/ajam/simulated.ts';

/** The last digit of an extension says what its phone does: 0 answers, 1 is busy. */
const PHONES = [
  ['PJSIP/3200', 'in-progress'],
  ['PJSIP/3201', 'busy'],
] as const;

describe('An event feed', () => {
  let pbx: Simulator;
  let feed: EventFeed;
  beforeEach(async () => {
    pbx = await simulate({ timeScale: 0.2 });
    feed = new EventFeed(await openSession(pbx));
  });
  afterEach(async () => {
    await feed.close();
    await pbx.close();
  });

  it('gives each of many calls its own events', async () => {
    const calls = Array.from({ length: 20 }, (_, index) => PHONES[index % PHONES.length] ?? PHONES[0]);
    const session = await openSession(pbx);
    const outcomes = await Promise.all(
      calls.map(async ([channel]) => {
        const id = newCallbackId();
        const subscription = feed.subscribe();
        const follower = new CallFollower(subscription, id);
        await session.send(originate(id, channel));
        return await follower.follow({ wait: 'connected', until: Deadline.in(15_000) });
      }),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(calls.map(([, status]) => status));
    const logins = pbx.requests.filter(({ action }) => action === 'Login');
    expect(logins).toHaveLength(2);
    await session.logoff();
  });

  it('keeps what came before the call was followed', async () => {
    const id = newCallbackId();
    const subscription = feed.subscribe();
    const other = feed.subscribe();
    const session = await openSession(pbx);
    await session.send(originate(id, 'PJSIP/3201'));
    const witness = new CallFollower(other, id);
    await witness.follow({ wait: 'completed', until: Deadline.in(15_000) });
    const late = new CallFollower(subscription, id);
    expect(await late.follow({ wait: 'completed', until: Deadline.in(15_000) })).toMatchObject({
      status: 'busy',
    });
    await session.logoff();
  });

  it('reports events as lost when its session is gone', async () => {
    const follower = new CallFollower(feed.subscribe(), newCallbackId());
    const seen = follower.seesCall(Deadline.in(300));
    pbx.forgetSessions();
    await feed.ended;
    await seen;
    expect(follower.hasLostEvents).toBe(true);
  });

  it('logs its session off when it is closed', async () => {
    await feed.close();
    expect(pbx.requests.filter(({ action }) => action === 'Logoff')).toHaveLength(1);
  });
});
