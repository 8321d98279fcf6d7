import { channelIdOf } from '../asterisk/channel-id.ts';
import { UNREACHABLE_CALL_MS } from '../asterisk/channel-snapshot.ts';
import { liveStatus } from '../asterisk/live-status.ts';
import { CallbackError } from '../problems/callback-error.ts';
import type { Deadline } from '../shared/deadline.ts';
import { isFinal, openAttempt, type StoredCallback } from '../store/callback-record.ts';
import type { Observation } from '../store/transitions.ts';
import { warnOfStore } from '../telemetry/log.ts';
import type { Live } from './callback-view.ts';
import { type CallPlace, withLiveCall } from './live-call.ts';
import type { Services } from './services.ts';

export interface SeenCallback {
  record: StoredCallback;
  live: Live;
  /** Why the PBX could not be asked. */
  error?: CallbackError;
}

/** If Asterisk's reply is not recorded within this time after the claim, the process that claimed the attempt has died. */
const REPLY_GRACE_MS = 30_000;
/**
 * If the AMI user may not read the status of calls, a call counts as over after this time. A program repeats a request
 * within this time, and gets the same callback. A person who wants a second call to the same customer asks for it after this
 * time, and gets a new callback.
 */
const HIDDEN_CALL_MS = 2 * 60_000;

/** Whether the callback ended with a known outcome. A call of status `unknown` may still live. */
export const hasEnded = ({ callback, endedAt }: StoredCallback): boolean =>
  endedAt !== undefined && isFinal(callback.status) && callback.status !== 'unknown';

/** Whether the callback waits in a line, for its first attempt or the next one. */
export const isWaiting = (record: StoredCallback): boolean =>
  record.line !== undefined && record.endedAt === undefined && !openAttempt(record);

/** Whether the Originate may be on its way. */
export function isBeingSent(record: StoredCallback): boolean {
  const age = claimAgeMs(record);
  return age !== undefined && age < REPLY_GRACE_MS;
}

/** Whether the process that claimed the attempt died before it recorded Asterisk's reply. */
export function hasLostClaim(record: StoredCallback): boolean {
  const age = claimAgeMs(record);
  return age !== undefined && age >= REPLY_GRACE_MS;
}

/** Returns the time since the claim, if Asterisk's reply is not recorded and the attempt is open. */
function claimAgeMs(record: StoredCallback): number | undefined {
  const attempt = openAttempt(record);
  return attempt && attempt.repliedAt === undefined ? Date.now() - attempt.startedAt : undefined;
}

/** Returns the PBX and the channel id of the last attempt. */
export const placeOf = ({ callback, createdAt, attempts }: StoredCallback): CallPlace => {
  const { id, pbx, route } = callback;
  const last = attempts.at(-1);
  return { id: channelIdOf(id, last?.number ?? 1), pbx, route, createdAt: last?.startedAt ?? createdAt };
};

/** Reads the status of the call from the PBX of the record, unless the call has ended, and records the status. */
export async function lookUpCall(
  services: Services,
  record: StoredCallback,
  deadline: Deadline,
): Promise<SeenCallback> {
  const { line, attempts } = record;
  const hasNoCall = attempts.length === 0 || (line !== undefined && !openAttempt(record));
  if (hasNoCall || hasEnded(record)) return { record, live: false };
  try {
    const seen = await withLiveCall(services, placeOf(record), deadline, async (call) =>
      liveStatus(call.snapshot, call),
    );
    if (seen) {
      const recorded = await recordSeen(services, record, seen);
      return { record: recorded, live: !hasEnded(recorded) };
    }
    if (isBeingSent(record)) return { record, live: null };
    const isLost = line === undefined && hasLostClaim(record);
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
  if (record.line !== undefined || record.attempts.length === 0) return record.endedAt !== undefined;
  const { live, error } = await lookUpCall(services, record, deadline);
  if (live !== null) return !live;
  const longest = error?.code === 'pbx-permission' ? HIDDEN_CALL_MS : UNREACHABLE_CALL_MS;
  return Date.now() > record.observedAt + longest;
}

/**
 * Records the status. Returns the record, with the status even if the write failed. If another process has recorded the
 * end of the call, returns the record with this end.
 */
async function recordSeen(
  services: Services,
  record: StoredCallback,
  seen: Observation['seen'],
): Promise<StoredCallback> {
  const at = Date.now();
  let stored = record;
  // Only the runner of a line records the status of its calls.
  if (record.line === undefined) {
    try {
      const store = await services.store();
      stored = (await store.recordOutcome(record, { seen, at })) ?? record;
    } catch (error) {
      warnOfStore(error);
    }
    if (hasEnded(stored)) return stored;
  }
  return { ...stored, callback: { ...stored.callback, ...seen }, observedAt: at };
}
