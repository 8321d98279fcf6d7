import { type Callback, FINAL_STATUSES } from '../calls/callback.ts';
import type { ProblemCode } from '../problems/problem-codes.ts';

/** Later attempts have the channel ids `id-2` to `id-9`. */
export const MAX_ATTEMPTS = 9;

/** One Originate of a callback. Times are Unix times in milliseconds. */
export interface Attempt {
  /** Counts from 1. */
  number: number;
  /** Random. Only the process that wrote this name may send the Originate. */
  owner: string;
  /** The epoch of the line's lease when its runner claimed or adopted this attempt. */
  epoch?: number | undefined;
  agent: string;
  pbx: string;
  startedAt: number;
  /** Absent until Asterisk's reply is recorded. */
  repliedAt?: number | undefined;
  /** When the owner first saw both parties talk. */
  talkingAt?: number | undefined;
  /** Absent while the attempt is open. */
  endedAt?: number | undefined;
  status: Callback['status'];
  legs: Callback['legs'];
  asterisk: Callback['asterisk'];
}

/** The stored state of a callback. Times are Unix times in milliseconds. */
export interface CallbackRecord {
  /** The last known state. `legs` and `asterisk` are from the last attempt. */
  callback: Callback;
  /** The received request. The rules are applied to it again for each attempt of a line. */
  request: Readonly<Record<string, unknown>>;
  /** The sender, such as `keys/web`, `webhooks/crm` or `events/…`. */
  principal: string;
  attempts: readonly Attempt[];
  createdAt: number;
  /** When a process last saw the status. */
  observedAt: number;
  endedAt?: number | undefined;
  /** Until this time a process follows the call and will record the outcome. */
  followedUntil?: number | undefined;
  /** When a cancel request came. */
  cancelRequestedAt?: number | undefined;
  /** The problem in the response. The response to a repeat has the same problem. */
  problem?: ProblemCode | undefined;
  problemMessage?: string | undefined;
  /** When a DELETE ended the call. */
  hungUpAt?: number | undefined;
  /** The customer's number, in the form that searches use. */
  number: string;
  line?: string | undefined;
  /** 1 (first) to 9. */
  priority?: number | undefined;
  dueAt?: number | undefined;
  expiresAt?: number | undefined;
  /** Grows with every change. */
  revision: number;
}

/** A record with its version. The next change expects this version. */
export interface StoredCallback extends CallbackRecord {
  readonly version: string;
}

export type NewRecord = Omit<CallbackRecord, 'attempts' | 'revision'>;

const FINAL: ReadonlySet<string> = new Set(FINAL_STATUSES);

export const isFinal = (status: string): boolean => FINAL.has(status);

/** Returns the attempt that lives or may live. */
export function openAttempt(record: Pick<CallbackRecord, 'attempts'>): Attempt | undefined {
  const last = record.attempts.at(-1);
  return last?.endedAt === undefined ? last : undefined;
}
