import { setTimeout as sleep } from 'node:timers/promises';
import { CallFollower } from '../asterisk/call-follower.ts';
import { takeSnapshot } from '../asterisk/channel-snapshot.ts';
import { withEvents } from '../asterisk/describe-placed.ts';
import { playDtmf } from '../asterisk/dtmf.ts';
import type { Subscription } from '../asterisk/event-feed.ts';
import { liveStatus } from '../asterisk/live-status.ts';
import type { Callback } from '../calls/callback.ts';
import { CallbackError } from '../calls/callback-error.ts';
import { Deadline } from '../shared/deadline.ts';
import { type CallbackRecord, isFinal } from '../store/callback-record.ts';
import { hasTalked } from './attempt-end.ts';
import type { AttemptCall } from './line-services.ts';
import type { PbxLink } from './pbx-link.ts';
import type { AttemptPlan } from './plan-attempt.ts';
import type { Seen } from './record-changes.ts';

/** How often the progress of a call is reported. */
const SLICE_MS = 1_000;
/** Without an event of a call for so long, the PBX is asked whether it lives. */
const FIRST_SIGN_MS = 10_000;
const SILENCE_MS = 30_000;
const ADOPTED_POLL_MS = 2_000;
const DTMF_MS = 30_000;

/** A call whose Originate this process sent: it has the events from the first one on. */
export interface OwnCall {
  subscription: Subscription;
  plan: AttemptPlan;
}

/** Yields what the events say of a call, each second, and plays its digits. */
export async function* followOwnCall(
  link: PbxLink,
  call: AttemptCall,
  record: CallbackRecord,
  { subscription, plan }: OwnCall,
): AsyncGenerator<Seen> {
  const follower = new CallFollower(subscription, call.channelId);
  const options = { dialplanAnswers: plan.dialplanAnswers };
  if (!(await follower.sees(Deadline.in(FIRST_SIGN_MS))) && !(await isStillLive(link, call))) {
    yield { status: 'unknown', legs: record.callback.legs };
    return;
  }
  let dtmf: Pick<Callback, 'dtmf'> = plan.digits ? { dtmf: 'not-sent' } : {};
  let played = plan.digits === undefined;
  let last = '';
  let newsAt = performance.now();
  for (;;) {
    const outcome = await follower.follow({ ...options, wait: 'completed', until: Deadline.in(SLICE_MS) });
    const seen = { ...seenOf(withEvents(record.callback, follower.facts, outcome)), ...dtmf };
    if (isFinal(seen.status)) return yield seen;
    yield seen;
    if (!played && hasTalked(seen)) {
      played = true;
      dtmf = await playDigits(link, call, plan.digits ?? '');
    }
    if (JSON.stringify(seen) !== last) newsAt = performance.now();
    last = JSON.stringify(seen);
    if (performance.now() - newsAt < SILENCE_MS) continue;
    newsAt = performance.now();
    if (await isStillLive(link, call)) continue;
    // Its last events were lost.
    return yield { ...seen, status: hasTalked(seen) ? 'completed' : 'unknown' };
  }
}

/** Another process has sent the Originate, and the events so far: the PBX is asked again and again. */
export async function* followAdoptedCall(
  link: PbxLink,
  call: AttemptCall,
  record: CallbackRecord,
  { dialplanAnswers }: { dialplanAnswers: boolean },
): AsyncGenerator<Seen> {
  let seen: Seen = record.callback;
  for (;;) {
    const snapshot = await untilAnswered(() => link.use((session) => takeSnapshot(session, call.channelId)));
    if (!snapshot) return yield { ...seen, status: hasTalked(seen) ? 'completed' : 'unknown' };
    const { status, legs } = liveStatus(snapshot, { dialplanAnswers });
    seen = { status: status === 'queued' ? 'dialing' : status, legs };
    yield seen;
    await sleep(ADOPTED_POLL_MS);
  }
}

/** Returns whether a call has a channel. @throws CallbackError while the PBX cannot be asked. */
export const isLive = (link: PbxLink, { channelId }: AttemptCall): Promise<boolean> =>
  link.use(async (session) => (await takeSnapshot(session, channelId)) !== undefined);

/** A PBX that cannot be asked says nothing of its calls: they may live. */
const isStillLive = (link: PbxLink, call: AttemptCall): Promise<boolean> =>
  untilAnswered(() => isLive(link, call));

async function untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof CallbackError)) throw error;
      await sleep(ADOPTED_POLL_MS);
    }
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

/** Before any phone rings, a queued callback is `dialing`: `queued` means that it waits. */
const seenOf = ({ status, legs, asterisk }: Callback): Seen => ({
  status: status === 'queued' ? 'dialing' : status,
  legs,
  asterisk,
});
