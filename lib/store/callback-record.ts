import { type Callback, FINAL_STATUSES } from '../calls/callback.ts';
import type { ProblemCode } from '../problems/problems.ts';

/** Later attempts have the channel ids `id-2` to `id-9`, so a route cannot allow more. */
export const MAX_ATTEMPTS = 9;

/** One Originate of a callback. All times are Unix times in milliseconds. */
export interface Attempt {
  /** From 1. */
  number: number;
  /** Random. Only the process that wrote it may send the Originate. */
  owner: string;
  /** If the owner is a runner: the epoch of its lease of the line when it claimed or adopted this attempt. */
  epoch?: number | undefined;
  agent: string;
  pbx: string;
  startedAt: number;
  /** Absent until Asterisk's reply is recorded. */
  repliedAt?: number | undefined;
  /** When both parties were first seen talking. */
  talkingAt?: number | undefined;
  /** Absent while the attempt is open. */
  endedAt?: number | undefined;
  status: Callback['status'];
  legs: Callback['legs'];
  asterisk: Callback['asterisk'];
}

/** What the store keeps of a callback. */
export interface CallbackRecord {
  /** The last known state. Its `legs` and `asterisk` are those of the last attempt. */
  callback: Callback;
  /** The request as it was received, for the rules of a later attempt. */
  request: Readonly<Record<string, unknown>>;
  /** The sender: `keys/web`, `webhooks/crm`, `events/…`. */
  principal: string;
  attempts: readonly Attempt[];
  createdAt: number;
  /** When the status was last seen. */
  observedAt: number;
  endedAt?: number | undefined;
  /** Until when a process follows the call and will record its outcome. */
  followedUntil?: number | undefined;
  /** Set by a cancel request after the claim. */
  cancelRequestedAt?: number | undefined;
  /** The problem in the response to the request. A repeat of the request gets it again. */
  problem?: ProblemCode | undefined;
  problemMessage?: string | undefined;
  /** When a DELETE ended the call. */
  hungUpAt?: number | undefined;
  /** The number that the callback calls, in the form that searches use. */
  number: string;
  line?: string | undefined;
  /** 1 (first) to 9. */
  priority?: number | undefined;
  dueAt?: number | undefined;
  expiresAt?: number | undefined;
  /** Grows with every change. */
  revision: number;
}

/** A record with the version that the next change expects. */
export interface StoredCallback extends CallbackRecord {
  readonly version: string;
}

export type NewRecord = Omit<CallbackRecord, 'attempts' | 'revision'>;

const FINAL: ReadonlySet<string> = new Set(FINAL_STATUSES);

export const isFinal = (status: string): boolean => FINAL.has(status);

/** The attempt that lives or may live. */
export function openAttempt(record: Pick<CallbackRecord, 'attempts'>): Attempt | undefined {
  const last = record.attempts.at(-1);
  return last?.endedAt === undefined ? last : undefined;
}
