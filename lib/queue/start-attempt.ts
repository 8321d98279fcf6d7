import { withRefusal } from '../asterisk/describe-callback.ts';
import type { StoredCallback } from '../store/callback-record.ts';
import { openAttempt } from '../store/callback-record.ts';
import {
  type Change,
  failBeforeAttempt,
  postpone,
  type Seen,
  withdrawAttempt,
} from '../store/runner-transitions.ts';
import type { Start } from './choose-starts.ts';
import { followAttempt, recordEnd, releaseAgent } from './follow-attempt.ts';
import type { NotAllowed, PreparedCall } from './line-services.ts';
import type { PbxKnock } from './pbx-backoff.ts';
import { changeUntilWritten, type LiveAttempt, type RunnerContext } from './runner-context.ts';

/** Claims an attempt, sends its Originate once, and follows the call to its end. */
export async function startAttempt(
  context: RunnerContext,
  { callback: { id }, agent, pbx }: Start,
  live: LiveAttempt,
): Promise<void> {
  const { store, calls } = context.services;
  const record = await store.readCallback(id);
  if (record?.callback.status !== 'queued' || openAttempt(record) || record.endedAt !== undefined) return;
  const number = record.attempts.length + 1;
  const prepared = await calls.prepare(record, { number, agent, pbx });
  if (!prepared.allowed) return await refuse(context, record, prepared);

  const knock = context.backoff.started(pbx);
  try {
    if (!(await connect(context, { id, pbx, knock }))) return;
    const claimed = await reserve(context, record, { number, agent, pbx });
    if (claimed) await send(context, claimed, { call: prepared.call, live, knock });
  } finally {
    knock.gaveUp();
  }
}

async function connect(
  { services: { calls, clock, log } }: RunnerContext,
  { id, pbx, knock }: { id: string; pbx: string; knock: PbxKnock },
): Promise<boolean> {
  try {
    await calls.connect(pbx);
    return true;
  } catch (error) {
    knock.failed(clock.monotonic());
    log('pbx takes no calls', { id, pbx }, error);
    return false;
  }
}

/** Takes the agent, then claims the attempt. */
async function reserve(
  context: RunnerContext,
  record: StoredCallback,
  { number, agent, pbx }: { number: number; agent: string; pbx: string },
): Promise<StoredCallback | undefined> {
  const { agents, owner } = context;
  const holder = { callback: record.callback.id, attempt: number, owner };
  const perAgent = context.settings()?.perAgent ?? true;
  if (perAgent && !(await agents.take(agent, holder))) return undefined;
  const claimed = isInTime(context, record) ? await claim(context, record, { agent, pbx }) : undefined;
  if (!claimed && perAgent) await agents.release(agent, holder);
  return claimed;
}

/** Checks again whether the attempt may start, because the login may have taken long. */
const isInTime = ({ mayStart, services: { clock } }: RunnerContext, { expiresAt }: StoredCallback): boolean =>
  mayStart() && (expiresAt === undefined || clock.now() < expiresAt);

/** Claims the attempt. Only the process with the claim may send the Originate. Returns undefined without the claim. */
async function claim(
  context: RunnerContext,
  record: StoredCallback,
  { agent, pbx }: { agent: string; pbx: string },
): Promise<StoredCallback | undefined> {
  const { store, clock } = context.services;
  try {
    const { owner, lease } = context;
    const { epoch } = lease;
    const result = await store.claimAttempt(record, { owner, epoch, agent, pbx, at: clock.now() });
    return result.claimed ? result.callback : undefined;
  } catch {
    // The claim may have been written already, or may still be written later. This process sends nothing, so it withdraws the
    // claim.
    await changeUntilWritten(context, record, () => withdrawClaim(context.owner, clock.now()));
    return undefined;
  }
}

/** Withdraws a claim. If the claim is not written, writes the record, so that a late write of the claim fails. */
const withdrawClaim =
  (owner: string, at: number): Change =>
  (record) =>
    withdrawAttempt(owner, at)(record) ?? (openAttempt(record) ? undefined : record);

async function send(
  context: RunnerContext,
  record: StoredCallback,
  { call, live, knock }: { call: PreparedCall; live: LiveAttempt; knock: PbxKnock },
): Promise<void> {
  const { mayStart, services } = context;
  if (!mayStart()) return await withdraw(context, record);
  live.call = call;
  const result = await call.send(mayStart);
  if (result.sent || result.refused) knock.succeeded();
  if (result.sent) return await followAttempt(context, record, { call, live, adopted: false });
  if (result.refused) {
    const { legs, asterisk } = record.callback;
    const refused: Seen = { status: 'failed', legs, asterisk: withRefusal(asterisk, result.error) };
    return await recordEnd(context, record, refused, { problem: result.error.code });
  }
  // If the runner may not start any more, the error says nothing about the PBX.
  if (mayStart()) {
    knock.failed(services.clock.monotonic());
    services.log('pbx takes no calls', { id: call.id, pbx: call.pbx }, result.error);
  }
  await withdraw(context, record);
}

async function withdraw(context: RunnerContext, record: StoredCallback): Promise<void> {
  const { clock } = context.services;
  await changeUntilWritten(context, record, () => withdrawAttempt(context.owner, clock.now()));
  await releaseAgent(context, record);
}

async function refuse(
  { services: { store, clock } }: RunnerContext,
  record: StoredCallback,
  { error, opensAt }: NotAllowed,
): Promise<void> {
  const at = clock.now();
  if (error.code === 'store-unreachable') return;
  const change = opensAt === undefined ? failBeforeAttempt(error.code, at) : postpone(opensAt, at);
  await store.changeCallback(record, change);
}
