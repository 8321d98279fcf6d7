import type { CallbackError } from '../problems/callback-error.ts';
import type { CallbackRecord } from '../store/callback-record.ts';
import type { NextAttempt, Seen } from '../store/runner-transitions.ts';
import type { Store } from '../store/store.ts';
import type { RetrySettings } from './retry-policy.ts';

/** The outside services of a runner. A simulation replaces all of them. */
export interface LineServices {
  store: Store;
  clock: QueueClock;
  calls: LineCalls;
  /** Reads the current settings. Undefined for a line that is no longer in them. */
  settings: (line: string) => Promise<LineSettings | undefined>;
  /** Logs a failure that the runner survives. */
  log: (event: string, details: Record<string, unknown>, error: unknown) => void;
}

export interface QueueClock {
  /** Unix time in milliseconds. */
  now(): number;
  /** Milliseconds of a clock that never goes back. */
  monotonic(): number;
  sleep(ms: number): Promise<void>;
}

export interface LineSettings {
  /** Attempts and talks that may live at once. */
  capacity: number;
  perAgent: boolean;
  startsPerSecond: number;
  wrapUpSeconds: number;
  maxTalkSeconds: number;
  /** Undefined for a route that is no longer in the settings. */
  route: (name: string) => LineRoute | undefined;
}

export interface LineRoute {
  pbxs: readonly string[];
  /** The extensions of a pool. Undefined for a route whose callbacks name their agent. */
  pool?: readonly string[] | undefined;
  /** The dialplan context of the agents' hints. */
  hints?: string | undefined;
  retry?: RetrySettings | undefined;
  /**
   * Returns when an attempt that is wanted `delaySeconds` after `at` is due, and until when it may start, in open hours
   * of the route. Undefined if the route does not open again.
   */
  nextAttempt: (at: number, delaySeconds: number) => NextAttempt | undefined;
}

/** One attempt on one PBX. */
export interface AttemptCall {
  /** The callback's id. */
  id: string;
  pbx: string;
  /** ChannelId and ActionID: the callback's id, `id-2`, `id-3` … */
  channelId: string;
}

/** An attempt that the route's rules allow. */
export interface PreparedCall extends AttemptCall {
  /** Sends the Originate once. Sends nothing if `mayStart` returns false at the last moment. */
  send: (mayStart: () => boolean) => Promise<SendResult>;
}

export type Preparation = { allowed: true; call: PreparedCall } | NotAllowed;

export interface NotAllowed {
  allowed: false;
  error: CallbackError;
  /** When the route opens again, in Unix milliseconds, if it is closed now. */
  opensAt?: number | undefined;
}

export type SendResult =
  /** Asterisk accepted the Originate, or its reply was lost. */
  | { sent: true }
  /** Asterisk refused it, in its own words. */
  | { sent: false; refused: true; error: CallbackError }
  /** Nothing was executed. */
  | { sent: false; refused: false; error: CallbackError };

export interface LineCalls {
  /** Applies the route's rules as they are now. */
  prepare(
    record: CallbackRecord,
    attempt: { number: number; agent: string; pbx: string },
  ): Promise<Preparation>;
  /** Makes sure of a session with a PBX. @throws CallbackError if it takes no calls. */
  connect(pbx: string): Promise<void>;
  /** Yields each seen status of a call. The last one is its end. `adopted`: another runner sent the Originate. */
  follow(call: AttemptCall, options: { adopted: boolean; record: CallbackRecord }): AsyncIterable<Seen>;
  /** Returns whether a call has a channel. @throws CallbackError while the PBX cannot be asked. */
  isLive(call: AttemptCall): Promise<boolean>;
  /** Hangs up a call. The code that follows the call sees its end. */
  hangUp(call: AttemptCall): Promise<void>;
  /** Returns which extensions are in a call, by their hints. */
  busyAgents(pbx: string, context: string, extensions: readonly string[]): Promise<ReadonlySet<string>>;
}
