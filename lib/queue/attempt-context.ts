import type { StoredCallback } from '../store/callback-record.ts';
import { openAttempt } from '../store/callback-record.ts';
import type { Change } from '../store/runner-transitions.ts';
import type { LineAgents } from './line-agents.ts';
import type { AttemptCall, LineServices, LineSettings } from './line-services.ts';
import type { PbxBackoff } from './pbx-backoff.ts';
import type { RunnerLease } from './runner-lease.ts';

/** The objects that all attempts of a runner share. */
export interface AttemptContext {
  services: LineServices;
  line: string;
  /** The owner name of this runner. Another runner that adopts an attempt writes its own name. */
  owner: string;
  lease: RunnerLease;
  agents: LineAgents;
  backoff: PbxBackoff;
  settings: () => LineSettings | undefined;
  /** Whether an Originate may be sent now: by the lease, the time of the runner and the pause of the line. */
  mayStart: () => boolean;
}

/** One attempt of this runner, from its choice until its end is recorded. It occupies a slot for this time. */
export interface LiveAttempt {
  agent: string;
  call?: AttemptCall;
  /** When both parties were first seen talking, on the monotonic clock. */
  talkingSince?: number;
  /** The PBX is being asked to hang up. */
  isHangingUp?: boolean;
}

const RETRY_WRITE_MS = 1_000;

/** Changes a record. Repeats the write until the store answers, and keeps the slot meanwhile. Stops when the lease is lost. */
export async function changeUntilWritten(
  { services: { store, clock, log }, line, lease }: AttemptContext,
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

/** Whether this runner still owns the attempt. */
export const isOwn = (record: StoredCallback, { owner }: AttemptContext): boolean =>
  openAttempt(record)?.owner === owner;

/** Hangs up a call. The code that follows the call sees its end. */
export async function hangUp({ calls, log }: LineServices, call: AttemptCall): Promise<void> {
  try {
    await calls.hangUp(call);
  } catch (error) {
    log('hang-up failed', { id: call.id }, error);
  }
}
