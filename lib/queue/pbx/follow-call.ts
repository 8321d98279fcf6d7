import { setTimeout as sleep } from 'node:timers/promises';
import { CallFollower } from '../../asterisk/call-follower.ts';
import { type CallSnapshot, takeSnapshot } from '../../asterisk/channel-snapshot.ts';
import { playDtmf } from '../../asterisk/dtmf.ts';
import type { EventFeed, Subscription } from '../../asterisk/event-feed.ts';
import { factsOfSnapshot } from '../../asterisk/facts-of-snapshot.ts';
import { liveStatus } from '../../asterisk/live-status.ts';
import type { Callback } from '../../calls/callback.ts';
import { Deadline } from '../../shared/deadline.ts';
import type { AttemptCall } from '../line-services.ts';
import { hasTalked, type Seen } from '../runner-transitions.ts';
import type { PbxLink } from './pbx-connection.ts';
import type { AttemptPlan } from './plan-attempt.ts';
import { type Followed, listen, seenOf, untilAnswered } from './status-from-events.ts';

/** If a call has no event for this time, the PBX is asked for the status of the call. */
const FIRST_SIGN_MS = 10_000;
const RETRY_MS = 2_000;
const DTMF_MS = 30_000;

/** A call whose Originate this process sent: it has the events from the first one on. */
export interface OwnCall {
  feed: EventFeed;
  subscription: Subscription;
  plan: AttemptPlan;
}

/** Yields each new status of a call whose Originate this process sent, and plays its digits. */
export async function* followOwnCall(
  followed: Followed,
  { feed, subscription, plan }: OwnCall,
): AsyncGenerator<Seen> {
  const { link, call, record } = followed;
  const { dialplanAnswers, digits } = plan;
  const follower = new CallFollower(subscription, call.channelId);
  const source = { feed, follower, dialplanAnswers, isWhole: true };
  const before: Seen = { ...seenOf(record.callback), ...(digits !== undefined && { dtmf: 'not-sent' }) };
  const play = digits === undefined ? undefined : () => playDigits(link, call, digits);
  const isSeen = await follower.sees(Deadline.in(FIRST_SIGN_MS));
  const left = isSeen ? yield* listen(followed, before, { ...source, play }) : before;
  if (left) yield* followLiveCall(followed, left, { dialplanAnswers });
}

/**
 * Yields each new status of a call from now on. Another process has sent the Originate, or events were lost. The PBX is asked once
 * for the status, and events show the changes after it.
 */
export async function* followLiveCall(
  followed: Followed,
  before: Seen,
  options: { dialplanAnswers: boolean },
): AsyncGenerator<Seen> {
  const { link, call } = followed;
  let seen = before;
  while (!link.isClosed) {
    const look = await untilAnswered(link, () => link.ask(() => lookAt(link, call)));
    const over: Seen = { ...seen, status: hasTalked(seen) ? 'completed' : 'unknown' };
    if (!look) return link.isClosed ? undefined : yield over;
    const { feed, subscription, snapshot } = look;
    try {
      if (!snapshot) return yield over;
      const facts = factsOfSnapshot(snapshot, Date.now());
      if (facts) {
        const follower = new CallFollower(subscription, call.channelId, facts);
        const left = yield* listen(followed, seen, { ...options, feed, follower, isWhole: false });
        if (!left) return;
        seen = left;
      } else {
        const { status, legs } = liveStatus(snapshot, options);
        seen = { ...seen, status: status === 'queued' ? 'dialing' : status, legs };
        yield seen;
        await sleep(RETRY_MS);
      }
    } finally {
      feed.unsubscribe(subscription);
    }
  }
}

interface Look {
  feed: EventFeed;
  subscription: Subscription;
  snapshot: CallSnapshot | undefined;
}

/** Events are received before the PBX is asked, so that none is missed in between. */
async function lookAt(link: PbxLink, { channelId }: AttemptCall): Promise<Look> {
  const feed = await link.feed();
  const subscription = feed.subscribe();
  try {
    return { feed, subscription, snapshot: await link.use((session) => takeSnapshot(session, channelId)) };
  } catch (error) {
    feed.unsubscribe(subscription);
    throw error;
  }
}

async function playDigits(
  link: PbxLink,
  { channelId }: AttemptCall,
  digits: string,
): Promise<Pick<Callback, 'dtmf'>> {
  try {
    return await link.use(async (session) => {
      const snapshot = await takeSnapshot(session, channelId);
      if (!snapshot) return { dtmf: 'not-sent' };
      const { count, all } = await playDtmf(session, snapshot, digits, Deadline.in(DTMF_MS));
      return { dtmf: all ? 'sent' : count > 0 ? 'partly-sent' : 'not-sent' };
    });
  } catch {
    return { dtmf: 'partly-sent' };
  }
}
