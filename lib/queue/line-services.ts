import type { CallbackError } from '../problems/callback-error.ts';
import type { CallbackRecord } from '../store/callback-record.ts';
import type { NextAttempt, Seen } from '../store/runner-transitions.ts';
import type { Store } from '../store/store.ts';
import type { RetrySettings } from './retry-policy.ts';

/** The outside services of a runner. Tests replace them with a simulation. */
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
  /** The most attempts at a time. An attempt lasts until its call ends. */
  capacity: number;
  /** Whether an agent takes one call at a time. False for a ring group or a queue behind one extension. */
  perAgent: boolean;
  startsPerSecond: number;
  wrapUpSeconds: number;
  maxTalkSeconds: number;
  /** Undefined for a route that is no longer in the settings. */
  route: (name: string) => LineRoute | undefined;
}

export interface LineRoute {
  pbxs: readonly string[];
  /** The extensions of a pool. Undefined if the callbacks of the route name their agent. */
  pool?: readonly string[] | undefined;
  /** The dialplan context of the agents' hints. */
  hints?: string | undefined;
  retry?: RetrySettings | undefined;
  /** Moves `at` plus `delaySeconds` into the open hours of the route. Undefined if the route does not open again. */
  nextAttempt: (at: number, delaySeconds: number) => NextAttempt | undefined;
}

/** One attempt on one PBX. */
export interface AttemptCall {
  /** The callback's id. */
  id: string;
  pbx: string;
  /** ChannelId and ActionID. The callback's id for the first attempt, then `id-2`, `id-3` … */
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
  /** Asterisk refused the Originate. */
  | { sent: false; refused: true; error: CallbackError }
  /** Asterisk executed nothing. */
  | { sent: false; refused: false; error: CallbackError };

export interface LineCalls {
  /** Applies the current rules of the route. */
  prepare(
    record: CallbackRecord,
    attempt: { number: number; agent: string; pbx: string },
  ): Promise<Preparation>;
  /** Opens a session with a PBX. @throws CallbackError if the PBX takes no calls. */
  connect(pbx: string): Promise<void>;
  /** Yields each seen status of a call, the final status last. `adopted`: another runner sent the Originate. */
  follow(call: AttemptCall, options: { adopted: boolean; record: CallbackRecord }): AsyncIterable<Seen>;
  /** Returns whether a call has a channel. @throws CallbackError while the PBX cannot be asked. */
  isLive(call: AttemptCall): Promise<boolean>;
  /** Hangs up a call. The code that follows the call sees its end. */
  hangUp(call: AttemptCall): Promise<void>;
  /** Returns the extensions that are in a call by their hints. */
  busyAgents(pbx: string, context: string, extensions: readonly string[]): Promise<ReadonlySet<string>>;
}
