import type { StoredCallback } from '../store/callback-record.ts';
import { openAttempt } from '../store/callback-record.ts';
import { type AttemptContext, changeUntilWritten, type LiveAttempt } from './attempt-context.ts';
import type { Start } from './choose-starts.ts';
import { followAttempt, recordEnd, releaseAgent } from './follow-attempt.ts';
import type { Preparation, PreparedCall } from './line-services.ts';
import { failBeforeAttempt, postpone, type Seen, withdrawAttempt } from './record-changes.ts';

/** Claims an attempt, sends its Originate once, and follows the call to its end. */
export async function startAttempt(
  context: AttemptContext,
  { callback: { id }, agent, pbx }: Start,
  live: LiveAttempt,
): Promise<void> {
  const { store, calls, clock, log } = context.services;
  const { agents, backoff, lease } = context;
  const record = await store.readCallback(id);
  if (record?.callback.status !== 'queued' || openAttempt(record) || record.endedAt !== undefined) return;
  const number = record.attempts.length + 1;
  const prepared = await calls.prepare(record, { number, agent, pbx });
  if (!prepared.allowed) return await refuse(context, record, prepared);

  backoff.started(pbx);
  try {
    await calls.connect(pbx);
    backoff.succeeded(pbx);
  } catch (error) {
    backoff.failed(pbx, clock.monotonic());
    log('pbx takes no calls', { id, pbx, error: String(error) });
    return;
  }

  const holder = { callback: id, attempt: number };
  const perAgent = context.settings()?.perAgent ?? true;
  if (perAgent && !(await agents.take(agent, holder))) return;
  const claimed = lease.mayStart ? await claim(context, record, { agent, pbx }) : undefined;
  if (claimed) await send(context, claimed, prepared.call, live);
  else if (perAgent) await agents.release(agent, holder);
}

/** Only who has claimed an attempt may send it. */
async function claim(
  context: AttemptContext,
  record: StoredCallback,
  { agent, pbx }: { agent: string; pbx: string },
): Promise<StoredCallback | undefined> {
  const { store, clock } = context.services;
  try {
    const { owner } = context;
    const result = await store.claimAttempt(record, { owner, agent, pbx, at: clock.now() });
    return result.claimed ? result.callback : undefined;
  } catch {
    // The claim may have been written. Nothing is sent, so it is taken back.
    await withdraw(context, record);
    return undefined;
  }
}

async function send(
  context: AttemptContext,
  record: StoredCallback,
  call: PreparedCall,
  live: LiveAttempt,
): Promise<void> {
  const { backoff, lease, services } = context;
  if (!lease.mayStart) {
    await withdraw(context, record);
    return await releaseAgent(context, record);
  }
  live.call = call;
  const result = await call.send(() => lease.mayStart);
  if (result.sent) return await followAttempt(context, record, { call, live, adopted: false });
  if (result.refused) {
    const { legs, asterisk } = record.callback;
    const { code, message } = result.error;
    const refused: Seen = { status: 'failed', legs, asterisk: { ...asterisk, message } };
    return await recordEnd(context, record, refused, { problem: code });
  }
  backoff.failed(call.pbx, services.clock.monotonic());
  await withdraw(context, record);
  await releaseAgent(context, record);
}

async function withdraw(context: AttemptContext, record: StoredCallback): Promise<void> {
  const { clock } = context.services;
  await changeUntilWritten(context, record, () => withdrawAttempt(context.owner, clock.now()));
}

async function refuse(
  { services: { store, clock } }: AttemptContext,
  record: StoredCallback,
  { error, postponed }: Extract<Preparation, { allowed: false }>,
): Promise<void> {
  const at = clock.now();
  if (error.code === 'store-unreachable') return;
  const change = postponed ? postpone(postponed, at) : failBeforeAttempt(error.code, at);
  await store.changeCallback(record, change);
}
