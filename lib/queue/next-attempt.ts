import { expiryOf } from '../calls/when-due.ts';
import type { AgentRecord } from '../store/agents.ts';
import { type CallbackRecord, MAX_ATTEMPTS } from '../store/callback-record.ts';
import { hasTalked, type NextAttempt, type Seen } from '../store/runner-transitions.ts';
import type { LineRoute, LineSettings } from './line-services.ts';
import { failureOf, retryDelay } from './retry-policy.ts';

/** How long no line rings an agent of a pool after the agent did not answer. */
const REST_MS = 60_000;

/** Returns when the next attempt is due after an attempt has ended. Undefined if no attempt follows. */
export function nextAttemptAfter(
  record: CallbackRecord,
  seen: Seen,
  route: LineRoute | undefined,
  at: number,
): NextAttempt | undefined {
  if (!route) return undefined;
  const attempts = [...record.attempts.slice(0, -1), seen];
  const isAgents = failureOf(seen)?.party === 'agent';
  if (route.pool && isAgents) {
    // The runner rings the next agent of the pool at once, so the callback keeps its place in the line.
    const { dueAt = at, expiresAt = Number.MAX_SAFE_INTEGER } = record;
    const failures = attempts.filter((each) => failureOf(each)?.party === 'agent').length;
    const most = route.retry?.agent?.attempts ?? MAX_ATTEMPTS;
    const mayGoOn = attempts.length < MAX_ATTEMPTS && failures < most && expiresAt > at;
    return mayGoOn ? { dueAt, expiresAt } : undefined;
  }
  const delay = retryDelay(route.retry, attempts);
  const next = delay === undefined ? undefined : route.nextAttempt(at, delay);
  if (!next) return undefined;
  const expiresAt = expiryOf(record.request) ?? next.expiresAt;
  return next.dueAt < expiresAt ? { dueAt: next.dueAt, expiresAt } : undefined;
}

/** Returns until when an agent rests after an attempt, and when the agent's talk ended. */
export function restAfter(
  seen: Seen,
  { wrapUpSeconds }: Pick<LineSettings, 'wrapUpSeconds'>,
  isPool: boolean,
  at: number,
): Pick<AgentRecord, 'restUntil' | 'lastTalkEndedAt'> {
  if (hasTalked(seen)) return { restUntil: at + wrapUpSeconds * 1000, lastTalkEndedAt: at };
  return isPool && failureOf(seen)?.party === 'agent' ? { restUntil: at + REST_MS } : {};
}
