import { channelIdOf } from '../calls/callback-id.ts';
import type { Attempt, StoredCallback } from '../store/callback-record.ts';
import { type AttemptContext, changeUntilWritten, isOwn, type LiveAttempt } from './attempt-context.ts';
import { followAttempt } from './follow-attempt.ts';
import type { AttemptCall } from './line-services.ts';
import { adoptAttempt } from './record-changes.ts';

const RETRY_PBX_MS = 2_000;
const TAKE_OVER_GRACE_MS = 5_000;

/** Goes on with an attempt that another runner has begun: follows its call, or settles it. */
export async function followAdopted(
  context: AttemptContext,
  record: StoredCallback,
  { number, call, live }: { number: number; call: AttemptCall; live: LiveAttempt },
): Promise<void> {
  // The runner that began it may be about to record its end.
  if (!(await isLive(context, call))) await context.services.clock.sleep(TAKE_OVER_GRACE_MS);
  const { owner, lease } = context;
  const { epoch } = lease;
  if (epoch === undefined) return;
  const adopted = await changeUntilWritten(context, record, () => adoptAttempt(number, { owner, epoch }));
  if (adopted && isOwn(adopted, context))
    await followAttempt(context, adopted, { call, live, adopted: true });
}

/** The call of an attempt of which only the record is known. */
export const callOf = (
  { callback: { id } }: StoredCallback,
  { number, pbx }: Pick<Attempt, 'number' | 'pbx'>,
): AttemptCall => ({ id, pbx, channelId: channelIdOf(id, number) });

/** While a PBX cannot be asked, its calls may live, and keep their slots. */
async function isLive({ services, lease }: AttemptContext, call: AttemptCall): Promise<boolean> {
  const { calls, clock, log } = services;
  for (;;) {
    try {
      return await calls.isLive(call);
    } catch (error) {
      log('pbx cannot be asked', { id: call.id, pbx: call.pbx, error: String(error) });
      if (!lease.isHeld) return true;
      await clock.sleep(RETRY_PBX_MS);
    }
  }
}
