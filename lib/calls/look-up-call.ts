import { type CallPlace, withLiveCall } from '../asterisk/live-call.ts';
import { liveStatus } from '../asterisk/live-status.ts';
import { CallbackError } from '../problems/callback-error.ts';
import type { Deadline } from '../shared/deadline.ts';
import { isFinal, openAttempt, type StoredCallback } from '../store/callback-record.ts';
import type { Observation } from '../store/transitions.ts';
import { warnOfStore } from '../telemetry/log.ts';
import { channelIdOf } from './callback-id.ts';
import type { Live } from './callback-view.ts';
import type { Services } from './services.ts';

export interface SeenCallback {
  record: StoredCallback;
  live: Live;
  /** Why the PBX could not be asked. */
  error?: CallbackError;
}

/**
 * A process that claimed an attempt sends the Originate and records the reply within this time. Otherwise it has died. The AJAM
 * client waits 5 s for a reply.
 */
const REPLY_GRACE_MS = 30_000;
/** If the PBX cannot be asked, its calls count as over after this time. A PBX is rarely down for longer. */
export const UNREACHABLE_CALL_MS = 2 * 3_600_000;
/**
 * If the AMI user may place calls but not read their status, the call counts as over after this time. Senders repeat a request within this time. A person who
 * wants to call the same customer again does it later.
 */
const HIDDEN_CALL_MS = 2 * 60_000;

/** Whether the callback ended with a known outcome. After an unknown one, the call may still live. */
export const hasEnded = ({ callback, endedAt }: StoredCallback): boolean =>
  endedAt !== undefined && isFinal(callback.status) && callback.status !== 'unknown';

/** Whether the callback waits in a line, for its first attempt or the next one. */
export const isWaiting = (record: StoredCallback): boolean =>
  record.line !== undefined && record.endedAt === undefined && !openAttempt(record);

/** Whether the Originate may be on its way. */
export function isBeingSent(record: StoredCallback): boolean {
  const attempt = record.attempts.at(-1);
  const unanswered =
    attempt !== undefined && attempt.repliedAt === undefined && attempt.endedAt === undefined;
  return unanswered && Date.now() < attempt.startedAt + REPLY_GRACE_MS;
}

/** Whether the process that claimed the attempt died before it recorded Asterisk's reply. */
export function hasLostClaim(record: StoredCallback): boolean {
  const attempt = record.attempts.at(-1);
  const unanswered =
    attempt !== undefined && attempt.repliedAt === undefined && attempt.endedAt === undefined;
  return unanswered && !isBeingSent(record);
}

/** Returns the PBX and the channel id of the last attempt. */
export const placeOf = ({ callback, createdAt, attempts }: StoredCallback): CallPlace => {
  const { id, pbx, route } = callback;
  const last = attempts.at(-1);
  return { id: channelIdOf(id, last?.number ?? 1), pbx, route, createdAt: last?.startedAt ?? createdAt };
};

/** Reads the status of the call from the PBX of the record, unless it has ended, and records it. */
export async function lookUpCall(
  services: Services,
  record: StoredCallback,
  deadline: Deadline,
): Promise<SeenCallback> {
  if (hasEnded(record) || record.attempts.length === 0) return { record, live: false };
  if (record.line !== undefined && !openAttempt(record)) return { record, live: false };
  try {
    const seen = await withLiveCall(
      services,
      placeOf(record),
      deadline,
      async ({ snapshot, dialplanAnswers }) => liveStatus(snapshot, { dialplanAnswers }),
    );
    if (seen) {
      const recorded = await recordSeen(services, record, seen);
      return { record: recorded, live: !hasEnded(recorded) };
    }
    if (isBeingSent(record)) return { record, live: null };
    const isLost = record.line === undefined && hasLostClaim(record);
    return {
      record: isLost ? await recordSeen(services, record, { status: 'unknown' }) : record,
      live: false,
    };
  } catch (error) {
    if (!(error instanceof CallbackError)) throw error;
    return { record, live: null, error };
  }
}

/** Whether all channels of the callback have ended. */
export async function isOver(
  services: Services,
  record: StoredCallback,
  deadline: Deadline,
): Promise<boolean> {
  if (record.line !== undefined) return record.endedAt !== undefined;
  if (record.attempts.length === 0) return record.endedAt !== undefined;
  const { live, error } = await lookUpCall(services, record, deadline);
  if (live !== null) return !live;
  const longest = error?.code === 'pbx-permission' ? HIDDEN_CALL_MS : UNREACHABLE_CALL_MS;
  return Date.now() > record.observedAt + longest;
}

/**
 * Records the status, and returns the record even if the write failed. If another process has recorded the end of the call
 * meanwhile, returns that.
 */
async function recordSeen(
  services: Services,
  record: StoredCallback,
  seen: Observation['seen'],
): Promise<StoredCallback> {
  const at = Date.now();
  let stored = record;
  // The runner of a line records the status of its calls.
  if (record.line !== undefined)
    return { ...record, callback: { ...record.callback, ...seen }, observedAt: at };
  try {
    const store = await services.store();
    stored = (await store.recordOutcome(record, { seen, at })) ?? record;
  } catch (error) {
    warnOfStore(error);
  }
  if (hasEnded(stored)) return stored;
  return { ...stored, callback: { ...stored.callback, ...seen }, observedAt: at };
}
