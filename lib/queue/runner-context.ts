import type { StoredCallback } from '../store/callback-record.ts';
import { openAttempt } from '../store/callback-record.ts';
import type { Change } from '../store/runner-transitions.ts';
import type { LineAgents } from './line-agents.ts';
import type { AttemptCall, LineServices, LineSettings } from './line-services.ts';
import type { PbxBackoff } from './pbx-backoff.ts';
import type { RunnerLease } from './runner-lease.ts';

/** The objects that all parts of a runner share. */
export interface RunnerContext {
  services: LineServices;
  line: string;
  /** The name of this runner in its attempts and its lease. */
  owner: string;
  lease: RunnerLease;
  agents: LineAgents;
  backoff: PbxBackoff;
  settings: () => LineSettings | undefined;
  /** Whether the lease, the remaining time and the pause of the line allow an Originate now. */
  mayStart: () => boolean;
}

/** An attempt of this runner. It occupies a slot from its start until its end is recorded. */
export interface LiveAttempt {
  agent: string;
  call?: AttemptCall;
  /** When the runner first saw both parties talk, on the monotonic clock. */
  talkingSince?: number;
  /** A hangup was sent to the PBX and has not been answered. */
  isHangingUp?: boolean;
}

const RETRY_WRITE_MS = 1_000;

/** Changes a record. Repeats the write until the store answers. Stops when the runner has lost its lease. */
export async function changeUntilWritten(
  { services: { store, clock, log }, line, lease }: RunnerContext,
  record: StoredCallback,
  change: () => Change,
): Promise<StoredCallback | undefined> {
  for (;;) {
    try {
      return await store.changeCallback(record, change());
    } catch (error) {
      log('store unreachable', { line }, error);
      if (!lease.isHeld) return undefined;
      await clock.sleep(RETRY_WRITE_MS);
    }
  }
}

/** Returns whether this runner owns the open attempt. */
export const isOwn = (record: StoredCallback, { owner }: RunnerContext): boolean =>
  openAttempt(record)?.owner === owner;

/** Hangs up a call. The code that follows the call sees its end. */
export async function hangUp({ calls, log }: LineServices, call: AttemptCall): Promise<void> {
  try {
    await calls.hangUp(call);
  } catch (error) {
    log('hang-up failed', { id: call.id }, error);
  }
}
