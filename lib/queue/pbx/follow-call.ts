import { setTimeout as sleep } from 'node:timers/promises';
import { CallFollower } from '../../asterisk/call-follower.ts';
import { takeSnapshot, UNREACHABLE_CALL_MS } from '../../asterisk/channel-snapshot.ts';
import { withEvents } from '../../asterisk/describe-callback.ts';
import { playToCustomer } from '../../asterisk/dtmf.ts';
import type { EventFeed, Subscription } from '../../asterisk/event-feed.ts';
import { factsOfSnapshot } from '../../asterisk/facts-of-snapshot.ts';
import { liveStatus } from '../../asterisk/live-status.ts';
import type { Callback, Leg } from '../../calls/callback.ts';
import { CallbackError } from '../../problems/callback-error.ts';
import { Deadline } from '../../shared/deadline.ts';
import { type CallbackRecord, isFinal } from '../../store/callback-record.ts';
import { hasTalked, type Seen } from '../../store/runner-transitions.ts';
import type { AttemptCall } from '../line-services.ts';
import type { PbxLink } from './pbx-connection.ts';
import type { AttemptPlan } from './plan-attempt.ts';

/** If a call has no event for this time after its Originate, the runner asks the PBX for the status of the call. */
const FIRST_SIGN_MS = 10_000;
/** If the status of a call does not change for this time, the runner asks the PBX whether the call lives. */
const SILENCE_MS = 30_000;
/** How often the status of a call is yielded. */
const SLICE_MS = 1_000;
const RETRY_MS = 2_000;
const DTMF_MS = 30_000;

interface Followed {
  link: PbxLink;
  call: AttemptCall;
  record: CallbackRecord;
}

/** A call whose Originate this process sent. The subscription has all events of the call. */
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
  const isSeen = await follower.seesCall(Deadline.in(FIRST_SIGN_MS));
  const left = isSeen ? yield* listen(followed, before, { ...source, play }) : before;
  if (left) yield* followLiveCall(followed, left, { dialplanAnswers });
}

/**
 * Yields each new status of a call if another process sent the Originate, or if events were lost. Asks the PBX once for the
 * status. Then events show the changes.
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

interface Source {
  feed: EventFeed;
  follower: CallFollower;
  dialplanAnswers: boolean;
  /** Whether the follower receives all events of the call, from the first event on. */
  isWhole: boolean;
  play?: (() => Promise<Pick<Callback, 'dtmf'>>) | undefined;
}

/** Yields each status that the events of a call show. Returns the last status if the events do not show the end of the call. */
async function* listen(
  { link, call, record }: Followed,
  before: Seen,
  { feed, follower, dialplanAnswers, isWhole, play }: Source,
): AsyncGenerator<Seen, Seen | undefined> {
  let dtmf: Pick<Callback, 'dtmf'> = before.dtmf ? { dtmf: before.dtmf } : {};
  let unplayed = play;
  let seen = before;
  let newsAt = performance.now();
  while (!link.isClosed && !feed.isEnded && !follower.mayHaveMissedEnd) {
    const until = Deadline.in(SLICE_MS);
    const outcome = await follower.follow({ dialplanAnswers, wait: 'completed', until });
    const now = { ...seenOf(withEvents(record.callback, follower.facts, outcome)), ...dtmf };
    const latest = isWhole ? now : withEarlier(now, seen);
    if (JSON.stringify(latest) !== JSON.stringify(seen)) newsAt = performance.now();
    seen = latest;
    yield seen;
    if (isFinal(seen.status)) return undefined;
    if (unplayed && hasTalked(seen)) {
      dtmf = await unplayed();
      unplayed = undefined;
    }
    if (performance.now() - newsAt < SILENCE_MS) continue;
    newsAt = performance.now();
    // The last events of the call may be lost.
    if ((await untilAnswered(link, () => isLive(link, call))) !== true) return seen;
  }
  return seen;
}

/** Adds earlier facts. Later events do not show how long a phone rang, or that both parties talked before. */
function withEarlier(now: Seen, before: Seen): Seen {
  const [first, second] = [now.legs.first, now.legs.second].map(
    ({ ringSeconds: _, talkSeconds: __, ...leg }): Leg => leg,
  ) as [Leg, Leg];
  if (!hasTalked(before) || hasTalked(now)) return { ...now, legs: { first, second } };
  return { ...now, legs: before.legs, status: isFinal(now.status) ? 'completed' : now.status };
}

/**
 * Asks until the PBX answers, because a call may live while its PBX cannot be asked. Returns undefined when the link is
 * closed, or after two hours.
 */
async function untilAnswered<T>(link: PbxLink, ask: () => Promise<T>): Promise<T | undefined> {
  const until = Deadline.in(UNREACHABLE_CALL_MS);
  while (!link.isClosed && !until.hasPassed) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof CallbackError)) throw error;
      await sleep(RETRY_MS);
    }
  }
  return undefined;
}

/** Returns whether a call has a channel. @throws CallbackError while the PBX cannot be asked. */
export const isLive = (link: PbxLink, { channelId }: AttemptCall): Promise<boolean> =>
  link.ask(() => link.use(async (session) => (await takeSnapshot(session, channelId)) !== undefined));

/** Subscribes to events, then asks the PBX. In this order no event is lost. */
async function lookAt(link: PbxLink, { channelId }: AttemptCall) {
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
    return await link.use((session) => playToCustomer(session, channelId, digits, Deadline.in(DTMF_MS)));
  } catch (error) {
    // A CallbackError comes before any digit was sent.
    return { dtmf: error instanceof CallbackError ? 'not-sent' : 'partly-sent' };
  }
}

/** Returns what a callback shows of its call. `queued` becomes `dialing`, because `queued` means that a callback waits. */
const seenOf = ({ status, legs, asterisk }: Callback): Seen => ({
  status: status === 'queued' ? 'dialing' : status,
  legs,
  asterisk,
});
