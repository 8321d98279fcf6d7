import { type AjamSession, isAjamError } from '../ajam/index.ts';
import type { Callback, PlacedCallback } from '../calls/callback.ts';
import { keyReused } from '../calls/idempotency.ts';
import { type OutcomeOptions, outcomeOf, withOutcome } from '../outcome/outcome.ts';
import type { Deadline } from '../shared/deadline.ts';
import type { CallFollower } from './call-follower.ts';
import { type CallSnapshot, takeSnapshot } from './channel-snapshot.ts';
import { isTaken } from './duplicate.ts';
import { liveStatus } from './live-status.ts';

/** A channel or a refusal follows an order within milliseconds. */
const ORDER_ECHO_MS = 500;
/** For finding out what a refusal meant. */
const PROBE_MS = 3000;

export interface RepeatOptions extends OutcomeOptions {
  /** A digest of the request, if it came with a key. */
  fingerprint?: string | undefined;
  /** The Originate's mark on its channels. */
  order: string;
  deadline: Deadline;
}

/**
 * Returns the live call if this Originate repeats it, undefined if the Originate has made a call of its own.
 *
 * @throws CallbackError idempotency-key-reused if that call belongs to another request.
 */
export async function liveCallIfRepeated(
  follower: CallFollower,
  session: AjamSession,
  told: Callback,
  { fingerprint, deadline, order, ...options }: RepeatOptions,
): Promise<PlacedCallback | undefined> {
  if (fingerprint === undefined) return undefined;
  await follower.hearsOfOrder(deadline.within(ORDER_ECHO_MS));
  const repeats = await isRepeat(follower, session, deadline);
  if (repeats === false && !follower.heardRefusal) return undefined;
  const snapshot = await snapshotIfAllowed(session, told.id);
  // Of two that raced, the mark tells which one made the call. Without it, a Newchannel that was lost looks like none.
  const made = snapshot?.variables.order;
  if (made === order || (made === undefined && (repeats === false || follower.isLossy))) return undefined;
  const replayed = repeats !== undefined;
  const { request } = snapshot?.variables ?? {};
  if (request !== undefined && request !== fingerprint) throw keyReused();
  if (snapshot) return { callback: { ...told, ...liveStatus(snapshot, options) }, replayed };
  const { facts } = follower;
  if (facts.channels.size === 0) return { callback: told, replayed };
  // The response is that of this order; and what came before we listened, nobody tells again.
  const outcome = outcomeOf({ ...facts, response: undefined }, { ...options, lossy: true });
  return { callback: withOutcome(told, outcome), replayed };
}

/** @returns undefined if it could not be found out. */
async function isRepeat(
  follower: CallFollower,
  session: AjamSession,
  deadline: Deadline,
): Promise<boolean | undefined> {
  if (follower.wasThereBefore) return true;
  if (!follower.wasRefused) return false;
  const others = (event: Parameters<CallFollower['take']>[0]): boolean => {
    follower.take(event);
    return follower.wasCreated;
  };
  try {
    const taken = await isTaken(session, follower.facts.id, {
      until: deadline.within(PROBE_MS),
      others,
    });
    // Its end was told meanwhile.
    return taken === false ? follower.wasThereBefore : taken;
  } catch (error) {
    if (!isAjamError(error)) throw error;
    return undefined;
  }
}

/** As far as the AMI user may ask for it. */
async function snapshotIfAllowed(session: AjamSession, id: string): Promise<CallSnapshot | undefined> {
  try {
    return await takeSnapshot(session, id);
  } catch (error) {
    if (!isAjamError(error)) throw error;
    return undefined;
  }
}
