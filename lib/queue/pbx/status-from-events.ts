import { setTimeout as sleep } from 'node:timers/promises';
import type { CallFollower } from '../../asterisk/call-follower.ts';
import { takeSnapshot } from '../../asterisk/channel-snapshot.ts';
import { withEvents } from '../../asterisk/describe-callback.ts';
import type { EventFeed } from '../../asterisk/event-feed.ts';
import type { Callback, Leg } from '../../calls/callback.ts';
import { UNREACHABLE_CALL_MS } from '../../calls/look-up-call.ts';
import { CallbackError } from '../../problems/callback-error.ts';
import { Deadline } from '../../shared/deadline.ts';
import { type CallbackRecord, isFinal } from '../../store/callback-record.ts';
import type { AttemptCall } from '../line-services.ts';
import { hasTalked, type Seen } from '../runner-transitions.ts';
import type { PbxLink } from './pbx-connection.ts';

/** How often the progress of a call is reported. */
const SLICE_MS = 1_000;
/** If a call shows no change for this time, the PBX is asked whether the call lives. */
const SILENCE_MS = 30_000;
const RETRY_MS = 2_000;

/** A call, and what is known of it. */
export interface Followed {
  link: PbxLink;
  call: AttemptCall;
  record: CallbackRecord;
}

export interface Source {
  feed: EventFeed;
  follower: CallFollower;
  dialplanAnswers: boolean;
  /** Whether it has the events from the first one on. */
  isWhole: boolean;
  play?: (() => Promise<Pick<Callback, 'dtmf'>>) | undefined;
}

/**
 * Yields each status that the events of a call show. If the events do not show the end of the call, returns the last
 * status.
 */
export async function* listen(
  { link, call, record }: Followed,
  before: Seen,
  { feed, follower, dialplanAnswers, isWhole, play }: Source,
): AsyncGenerator<Seen, Seen | undefined> {
  let dtmf: Pick<Callback, 'dtmf'> = before.dtmf ? { dtmf: before.dtmf } : {};
  let unplayed = play;
  let seen = before;
  let newsAt = performance.now();
  while (!link.isClosed && !feed.isEnded && !follower.isStale) {
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

/** Adds earlier facts. Events of a part of a call do not show how long a phone rang, or that both parties have talked before. */
function withEarlier(now: Seen, before: Seen): Seen {
  const [first, second] = [now.legs.first, now.legs.second].map(
    ({ ringSeconds: _, talkSeconds: __, ...leg }): Leg => leg,
  ) as [Leg, Leg];
  if (!hasTalked(before) || hasTalked(now)) return { ...now, legs: { first, second } };
  return { ...now, legs: before.legs, status: isFinal(now.status) ? 'completed' : now.status };
}

/**
 * Asks until the PBX answers, because its calls may live while it cannot be asked. Undefined when the link is closed, or after two
 * hours.
 */
export async function untilAnswered<T>(link: PbxLink, ask: () => Promise<T>): Promise<T | undefined> {
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

/** Returns the status of a queued callback. Before a phone rings it is `dialing`, because `queued` means that it waits. */
export const seenOf = ({ status, legs, asterisk }: Callback): Seen => ({
  status: status === 'queued' ? 'dialing' : status,
  legs,
  asterisk,
});
