import { channelIdOf } from '../asterisk/channel-id.ts';
import { UNREACHABLE_CALL_MS } from '../asterisk/channel-snapshot.ts';
import type { Attempt, StoredCallback } from '../store/callback-record.ts';
import { adoptAttempt, hasTalked, type Seen } from '../store/runner-transitions.ts';
import { followAttempt, recordEnd } from './follow-attempt.ts';
import type { AttemptCall } from './line-services.ts';
import { changeUntilWritten, isOwn, type LiveAttempt, type RunnerContext } from './runner-context.ts';

const RETRY_PBX_MS = 2_000;
const TAKE_OVER_GRACE_MS = 5_000;

/** Takes over an attempt that another runner has begun. Follows its call, or records its end. */
export async function followAdopted(
  context: RunnerContext,
  record: StoredCallback,
  { number, call, live }: { number: number; call: AttemptCall; live: LiveAttempt },
): Promise<void> {
  // The earlier runner may still record the end of the attempt.
  const found = await look(context, record, call);
  if (found !== 'lives') await context.services.clock.sleep(TAKE_OVER_GRACE_MS);
  const { owner, lease } = context;
  const { epoch } = lease;
  // Without the lease, the next runner continues the attempt.
  if (epoch === undefined || !lease.isHeld) return;
  const adopted = await changeUntilWritten(context, record, () => adoptAttempt(number, { owner, epoch }));
  if (!adopted || !isOwn(adopted, context)) return;
  if (found !== 'cannot be known')
    return await followAttempt(context, adopted, { call, live, adopted: true });
  const { legs } = adopted.callback;
  const seen: Seen = { status: hasTalked({ legs }) ? 'completed' : 'unknown', legs };
  await recordEnd(context, adopted, seen, {});
}

/** Returns the call of an attempt by its record. */
export const callOf = (
  { callback: { id } }: StoredCallback,
  { number, pbx }: Pick<Attempt, 'number' | 'pbx'>,
): AttemptCall => ({ id, pbx, channelId: channelIdOf(id, number) });

/**
 * Asks the PBX whether the call lives, until the PBX answers. Until then the call may live, so it keeps its slot. Stops two
 * hours after the last known status, or when this runner has lost its lease.
 */
async function look(
  { services, lease }: RunnerContext,
  { observedAt }: StoredCallback,
  call: AttemptCall,
): Promise<'lives' | 'is gone' | 'cannot be known'> {
  const { calls, clock, log } = services;
  for (let isFirst = true; ; isFirst = false) {
    try {
      return (await calls.isLive(call)) ? 'lives' : 'is gone';
    } catch (error) {
      if (isFirst) log('pbx cannot be asked', { id: call.id, pbx: call.pbx }, error);
      const isLongAgo = clock.now() - observedAt >= UNREACHABLE_CALL_MS;
      if (isLongAgo || !lease.isHeld) return 'cannot be known';
      await clock.sleep(RETRY_PBX_MS);
    }
  }
}
