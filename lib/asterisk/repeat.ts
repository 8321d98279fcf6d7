import { type AjamSession, isAjamError } from '../ajam/index.ts';
import type { Callback } from '../calls/callback.ts';
import { keyReused } from '../calls/idempotency.ts';
import { type OutcomeOptions, outcomeOf, withOutcome } from '../outcome/outcome.ts';
import type { CallFollower } from './call-follower.ts';
import { type CallSnapshot, takeSnapshot } from './channel-snapshot.ts';
import { isTaken } from './duplicate.ts';
import { liveStatus } from './live-status.ts';

/** A channel or a refusal follows an order within milliseconds. */
const ORDER_ECHO_MS = 500;
/** For finding out what a refusal meant. */
const PROBE_MS = 3000;

/** What tells an order from another one with the same id. */
export interface Occasion {
  /** A digest of the request. */
  request: string;
  /** Called if the id is that of a call that lives: nothing rang for this order. */
  onRepeat: () => void;
}

export interface RepeatOptions extends OutcomeOptions {
  occasion: Occasion;
  /** The order's mark on its channels. */
  order: string;
  /** When an answer must be there, as `Date.now()` tells time. */
  deadline: number;
}

/**
 * The call that lives, if this order repeats it; undefined if the order has made a call of its own.
 *
 * @throws CallbackError idempotency-key-reused if that call was asked for by another request.
 */
export async function asRepeat(
  follower: CallFollower,
  session: AjamSession,
  told: Callback,
  { occasion, deadline, order, ...options }: RepeatOptions,
): Promise<Callback | undefined> {
  await follower.hearsOfOrder(Math.min(deadline, Date.now() + ORDER_ECHO_MS));
  const repeats = await isRepeat(follower, session, deadline);
  if (repeats === false && !follower.heardRefusal) return undefined;
  const snapshot = await snapshotIfAllowed(session, told.id);
  // Of two that raced, the mark tells which one made the call. Without it, a Newchannel that was lost looks like none.
  const made = snapshot?.variables.order;
  if (made === order || (made === undefined && (repeats === false || follower.isLossy))) return undefined;
  if (repeats !== undefined) occasion.onRepeat();
  const { request } = snapshot?.variables ?? {};
  if (request !== undefined && request !== occasion.request) throw keyReused();
  if (snapshot) return { ...told, ...liveStatus(snapshot, options) };
  const { facts } = follower;
  if (facts.channels.size === 0) return told;
  // The response is that of this order; and what came before we listened, nobody tells again.
  return withOutcome(told, outcomeOf({ ...facts, response: undefined }, { ...options, lossy: true }));
}

/** @returns undefined if it could not be found out. */
async function isRepeat(
  follower: CallFollower,
  session: AjamSession,
  deadline: number,
): Promise<boolean | undefined> {
  if (follower.wasThereBefore) return true;
  if (!follower.wasRefused) return false;
  const others = (event: Parameters<CallFollower['take']>[0]): boolean => {
    follower.take(event);
    return follower.wasCreated;
  };
  try {
    const taken = await isTaken(session, follower.facts.id, {
      until: Math.min(deadline, Date.now() + PROBE_MS),
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
