import type { CallbackRecord, StoredCallback } from '../store/callback-record.ts';
import { isFinal } from '../store/callback-record.ts';
import {
  type AttemptEnd,
  endAttempt,
  hasTalked,
  recordProgress,
  type Seen,
} from '../store/runner-transitions.ts';
import type { AttemptCall } from './line-services.ts';
import { nextAttemptAfter, restAfter } from './next-attempt.ts';
import { changeUntilWritten, hangUp, isOwn, type LiveAttempt, type RunnerContext } from './runner-context.ts';

/** Follows the call of an attempt to its end, and records its status. */
export async function followAttempt(
  context: RunnerContext,
  record: StoredCallback,
  { call, live, adopted }: { call: AttemptCall; live: LiveAttempt; adopted: boolean },
): Promise<void> {
  const { calls, clock } = context.services;
  let current = record;
  for await (const seen of calls.follow(call, { adopted, record })) {
    // From now on the runner sees the end of the call, so a hangup is safe.
    live.call ??= call;
    if (hasTalked(seen)) live.talkingSince ??= clock.monotonic() - talkedBefore(current, clock.now());
    if (isFinal(seen.status)) {
      const route = context.settings()?.route(record.callback.route);
      const next = nextAttemptAfter(current, seen, route, clock.now());
      return await recordEnd(context, current, seen, { next });
    }
    const written = await changeUntilWritten(context, current, () =>
      recordProgress(context.owner, seen, clock.now()),
    );
    if (!written || !isOwn(written, context)) return;
    current = written;
    if (current.cancelRequestedAt !== undefined) await hangUp(context.services, call);
  }
}

/** Returns how long the parties have talked while another runner followed the call. */
const talkedBefore = ({ attempts }: CallbackRecord, now: number): number =>
  Math.max(0, now - (attempts.at(-1)?.talkingAt ?? now));

/** Records the end of an attempt, and frees its agent. */
export async function recordEnd(
  context: RunnerContext,
  record: StoredCallback,
  seen: Seen,
  end: AttemptEnd,
): Promise<void> {
  const { clock } = context.services;
  await changeUntilWritten(context, record, () => endAttempt(context.owner, seen, clock.now(), end));
  await releaseAgent(context, record, seen);
}

/**
 * Frees the agent of an attempt. If another runner has begun a withdrawn attempt again, that runner keeps the agent.
 *
 * @param seen How the attempt ended. Absent for a withdrawn attempt.
 */
export async function releaseAgent(
  { services: { clock }, agents, owner, settings: current }: RunnerContext,
  record: CallbackRecord,
  seen?: Seen,
): Promise<void> {
  const settings = current();
  const last = record.attempts.at(-1);
  if (!last || settings?.perAgent === false) return;
  const isPool = settings?.route(record.callback.route)?.pool !== undefined;
  const rest = seen ? restAfter(seen, settings ?? { wrapUpSeconds: 0 }, isPool, clock.now()) : {};
  const holder = { callback: record.callback.id, attempt: last.number, ...(!seen && { owner }) };
  await agents.release(last.agent, holder, rest);
}
